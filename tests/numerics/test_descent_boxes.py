"""Box proofs of the inequalities of gradient descent."""

import math
import random
from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
from flint import arb

from stairwise.numerics import (
    descent_bounds,
    descent_log_threshold,
    descent_replay,
    run_margins,
)
from stairwise.numerics.balls import ball, precision
from stairwise.numerics.box_search import prove_on_box
from stairwise.numerics.certificate import read_certificate, write_certificate
from stairwise.numerics.claims import (
    DEPTHS,
    DESCENT_CLAIMS,
    RUN_DOMAIN,
    SURPLUS_DOMAIN,
    is_made,
    value_at,
)
from stairwise.numerics.descent_replay import DifferentiatedSlopes, WeightDescent
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import RunBox, RunPoint, StepBox, StepPoint, volume
from stairwise.numerics.replay import checked, replay_certificate, tiles
from stairwise.numerics.run_margins import (
    RUNS,
    SURPLUS,
    Corner,
    Extremes,
    ValueDescent,
    lower_span,
    necessary_quotient,
    run_value,
    sufficient_quotient,
    upper_gap,
)
from stairwise.numerics.step_margins import (
    GROWTH,
    STEP_DOMAIN,
    STEPS,
    DerivedCofactors,
    bend,
    step_margin,
    step_value,
)
from stairwise.theory.decide import Verdict

STEP_CLAIMS = [claim for claim in DESCENT_CLAIMS if claim.statement in (STEPS, GROWTH)]
MADE = [(claim, depth) for claim in STEP_CLAIMS for depth in DEPTHS if is_made(claim, depth)]
NAMES = [f"{c.statement}-{c.side}-{c.order}-{d}" for c, d in MADE]
SMALL_RUN = RunBox(
    *((Fraction(a), Fraction(b)) for a, b in (("2", "2.2"), ("0.05", "0.06"))),
    *((Fraction(a), Fraction(b)) for a, b in (("0.9", "0.92"), ("0.4", "0.42"))),
)


def proved(claim, depth, region=None, **options):
    return prove_on_box(
        claim.statement, claim.side, depth, region, claim.order, claim.shift, **options
    )


@pytest.mark.parametrize(("claim", "depth"), MADE, ids=NAMES)
def test_steps_are_proved_for_all_rates_and_positions(claim, depth):
    found = proved(claim, depth)
    assert found.verdict is Verdict.PROVED, found.note
    assert found.box == STEP_DOMAIN
    assert found.volume("undecided") == 0
    assert found.volume("proved") > Fraction(1, 4)
    assert tiles(found.box, [leaf.box for leaf in found.leaves])
    assert checked(found).faults == []


@pytest.mark.parametrize(("claim", "depth"), MADE, ids=NAMES)
def test_steps_shifted_by_a_millionth_are_refuted_with_a_point(claim, depth):
    found = proved(claim._replace(shift="1e-6"), depth)
    assert found.verdict is Verdict.REFUTED
    assert "refuted at rate = " in found.note
    assert isinstance(found.point, StepPoint)
    assert checked(found).faults == []
    with mpmath.workdps(30):
        excess = excess_by_quadrature(claim, depth, *found.point)
        assert 0 < excess < 1e-6


def excess_by_quadrature(claim, depth, rate, position):
    """By how much the claim holds at a point: the integral of x^{−p}/(1 − x), by mpmath."""
    c, x = (mpmath.mpf(v.numerator) / v.denominator for v in (rate, position))
    if claim.statement == GROWTH:

        def growth(z):
            after = z * (1 + c * (1 - z) / 2) ** 2
            return after * (1 - z) / ((1 - after) * z)

        return mpmath.diff(growth, x)
    if depth == math.inf:
        p, after = 2, x * mpmath.exp(c * x * (1 - x))
        kappa = mpmath.mpf(1) / 8
    else:
        n = mpmath.mpf(int(depth))
        p, after = 2 - 2 / n, x * (1 + c / n * x ** (1 - 2 / n) * (1 - x)) ** n
        peak = (n - 2) / (2 * (2 * n - 1))
        kappa = peak ** (1 - 2 / n) / 2 if n > 2 else mpmath.mpf(1) / 2
    time = mpmath.quad(lambda z: z**-p / (1 - z), [x, after])
    if claim.side == "lower":
        return time - mpmath.log1p(kappa * c) / kappa
    return (-mpmath.log1p(-c) if claim.order == 0 else c) - time


@pytest.mark.parametrize(("claim", "depth"), MADE, ids=NAMES)
def test_values_at_points_are_those_of_quadrature(claim, depth):
    generator = random.Random(str((claim, depth)))
    seen = 0
    for _ in range(8):
        point = StepPoint(*(Fraction(generator.randrange(1, 1000), 1000) for _ in range(2)))
        value = value_at(claim, depth, point)
        if value is None:
            assert claim.order == 1
            continue
        with mpmath.workdps(30):
            excess = float(excess_by_quadrature(claim, depth, *point))
        sign = 1 if claim.side == "lower" else -1
        assert float(value) == pytest.approx(sign * excess, rel=1e-9, abs=1e-15)
        assert sign * value > 0
        seen += 1
    assert seen > 1


def test_a_step_has_no_value_where_nothing_is_claimed():
    claim = Claim(STEPS, "upper", 1)
    late = StepPoint(Fraction(1, 2), bend(Fraction(3)))
    assert step_value(claim, Fraction(3), late) is None
    assert step_value(claim._replace(order=0), Fraction(3), late) is not None
    for edge in (StepPoint(Fraction(0), Fraction(1, 2)), StepPoint(Fraction(1, 2), Fraction(1))):
        assert step_value(claim._replace(order=0), Fraction(3), edge) is None


@pytest.mark.parametrize("depth", DEPTHS)
def test_two_routes_to_the_steps_agree(depth):
    generator = random.Random(12)
    exact, cellwise = DerivedCofactors(), DifferentiatedSlopes(256)
    with precision(90):
        for _ in range(10):
            low = generator.random()
            weights = ball(Fraction(low)).union(ball(Fraction(low + 0.02 * (1 - low))))
            for part in ("above_least", "below_greatest", "before_bend"):
                assert getattr(exact, part)(depth, weights) > 0
                assert getattr(cellwise, part)(depth, weights) > 0


@pytest.mark.parametrize("depth", DEPTHS)
def test_slopes_that_are_off_by_little_are_not_confirmed(monkeypatch, depth):
    whole = arb(0).union(arb(1))
    plain = descent_replay._derivative
    monkeypatch.setattr(
        descent_replay, "_derivative", lambda *given: plain(*given) * (1 + ball(Fraction("1e-6")))
    )
    with precision(90):
        assert not DifferentiatedSlopes(1024).above_least(depth, whole) > 0
        assert not DifferentiatedSlopes(1024).below_greatest(depth, whole) > 0


@pytest.mark.parametrize("depth", [Fraction(2), Fraction(4), math.inf])
def test_shifted_step_margins_hold_at_points(depth):
    generator = random.Random(7)
    decided = 0
    for _ in range(150):
        claim = generator.choice([c for c in STEP_CLAIMS if is_made(c, depth)])
        moved = claim._replace(shift=Fraction(generator.choice([1, 10]), 10**4))
        ends = []
        for _axis in range(2):
            begin, width = generator.uniform(0.05, 0.9), generator.choice([0.001, 0.05])
            ends.append((Fraction(begin), Fraction(begin + width)))
        region = StepBox(*ends)
        sign = 1 if claim.side == "lower" else -1
        with precision(106):
            over = step_margin(moved, depth, region, None)
        for share in (Fraction(1, 100), Fraction(1, 2), Fraction(99, 100)):
            at = StepPoint(*(a + share * (b - a) for a, b in region))
            value = value_at(moved, depth, at)
            if over is not None and sign * over > 0 and value is not None:
                assert sign * value > 0
                decided += 1
    assert decided > 50


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("statement", [SURPLUS, RUNS])
def test_threshold_bounds_of_descent_are_proved_and_replayed(tmp_path, statement, side):
    region = SURPLUS_DOMAIN if statement == SURPLUS else SMALL_RUN
    found = prove_on_box(statement, side, 2, region)
    assert found.verdict is Verdict.PROVED, found.note
    assert found.volume("undecided") == 0
    assert found.volume("proved") == volume(region)
    assert checked(found).faults == []
    path = tmp_path / "proofs.json"
    write_certificate(path, [found])
    assert read_certificate(path) == (found,)
    assert replay_certificate(path).verdict is Verdict.PROVED


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("statement", [SURPLUS, RUNS])
def test_threshold_bounds_of_descent_moved_past_the_truth_are_refuted(statement, side):
    found = prove_on_box(statement, side, 2, RUN_DOMAIN, shift="3")
    assert found.verdict is Verdict.REFUTED
    assert isinstance(found.point, RunPoint)
    assert checked(found).faults == []
    if statement == RUNS:
        r, s, f, c = (float(x) for x in found.point)
        ends = descent_log_threshold(2, r, s, f, c / r)
        bounds = descent_bounds(2, r, s, f, c / r)
        moved = bounds.lower + 3 if side == "lower" else bounds.upper - 3
        assert (moved > ends.safe) if side == "lower" else (moved < ends.supremum)


def test_a_lower_run_is_refuted_by_a_millionth_at_the_descent_threshold():
    """The least shift that is false at a point is what separates the bound from the truth."""
    point = tuple(low + (high - low) / 2 for low, high in SMALL_RUN)
    r, s, f, c = (float(x) for x in point)
    ends, bounds = descent_log_threshold(2, r, s, f, c / r), descent_bounds(2, r, s, f, c / r)
    region = RunBox(*((x, x) for x in point))
    lower, upper = Fraction(ends.safe - bounds.lower), Fraction(bounds.upper - ends.supremum)
    step = Fraction(1, 10**6)
    for side, distance in (("lower", lower), ("upper", upper)):
        true = prove_on_box(RUNS, side, 2, region, shift=distance - step)
        false = prove_on_box(RUNS, side, 2, region, shift=distance + step)
        assert true.verdict is Verdict.PROVED
        assert false.verdict is Verdict.REFUTED


def test_ends_of_the_bounds_over_a_box_hold_at_its_points():
    generator = random.Random(3)
    checked = 0
    with precision(106):
        for _ in range(200):
            ranges = []
            for low, high in SURPLUS_DOMAIN:
                begin = float(low) * float(high / low) ** generator.uniform(0, 0.9)
                end = begin + generator.random() * (float(high) - begin)
                ranges.append((Fraction(begin), Fraction(end)))
            ends = Extremes.of(RunBox(*ranges))
            least, greatest = ends.least_lower_span(), ends.greatest_upper_span()
            for _point in range(5):
                at = Corner(
                    *(ball(Fraction(generator.uniform(float(a), float(b)))) for a, b in ranges)
                )
                a, b = sufficient_quotient(at.r, at.c), necessary_quotient(at.r, at.c)
                if a > 1:
                    assert not lower_span(a, at) < least
                    checked += 1
                gap = upper_gap(b, at)
                if gap > 0:
                    assert not gap / (b - 1) > greatest
                    checked += 1
    assert checked > 500


def test_void_parts_are_told_apart():
    region = RUN_DOMAIN._replace(ratio=(Fraction("1.1"), Fraction("1.15")))
    nothing = prove_on_box(RUNS, "lower", 2, region)
    assert nothing.verdict is Verdict.UNDECIDED, "a claim that is void all over is not proved"
    assert nothing.volume("void") == volume(region)
    assert checked(nothing).faults == []
    cut = SURPLUS_DOMAIN._replace(ratio=(Fraction(2), Fraction(100)))
    found = prove_on_box(SURPLUS, "upper", 2, cut)
    mislabelled = replace(found, leaves=(replace(found.leaves[0], outcome="void"),))
    assert any("not void" in fault for fault in checked(mislabelled).faults)
    point = RunPoint(Fraction("1.1"), Fraction("0.1"), Fraction("0.9"), Fraction("0.5"))
    with precision(100):
        assert run_value(Claim(RUNS, "lower"), point) is None


def test_a_condition_that_cannot_be_decided_is_not_called_void(monkeypatch):
    """A = 1 within a ball: neither a sign nor the certainty that there is nothing to prove."""
    monkeypatch.setattr(run_margins, "sufficient_quotient", lambda r, c: arb(1, 0.1))
    for statement in (SURPLUS, RUNS):
        found = prove_on_box(statement, "lower", 2, SMALL_RUN, cuts=1)
        assert found.verdict is Verdict.UNDECIDED
        assert found.volume("undecided") == volume(SMALL_RUN)


class PlantedCofactors(DerivedCofactors):
    """Comes back with a ball that says nothing."""

    def __init__(self, value):
        self.value = value

    def above_least(self, depth, weights):
        return self.value


class PlantedDescent(ValueDescent):
    """Loses everything after a few steps."""

    def after(self, x, rate, steps):
        return arb(0, math.inf)


@pytest.mark.parametrize("planted", [arb(0, math.inf), arb(math.nan), arb(0, 1e9)])
def test_planted_balls_without_information_are_undecided(planted):
    found = prove_on_box(STEPS, "upper", 3, cuts=2, route=PlantedCofactors(planted))
    assert found.verdict is Verdict.UNDECIDED
    assert found.volume("undecided") == 1
    for side in ("lower", "upper"):
        found = prove_on_box(RUNS, side, 2, SMALL_RUN, cuts=2, route=PlantedDescent())
        assert found.verdict is Verdict.UNDECIDED
        assert found.volume("undecided") == volume(SMALL_RUN)


def test_a_merged_run_is_not_confirmed():
    for side in ("lower", "upper"):
        found = prove_on_box(RUNS, side, 2, SMALL_RUN._replace(rate=RUN_DOMAIN.rate))
        assert len(found.leaves) > 1
        merged = replace(found, leaves=(replace(found.leaves[0], box=found.box),))
        assert any("sign is not confirmed" in doubt for doubt in checked(merged).doubts)


def test_two_routes_to_a_run_agree():
    with precision(120):
        x, rate, end = ball(Fraction("0.001")), ball(Fraction("0.3")), ball(Fraction("0.7"))
        one, two = ValueDescent(), WeightDescent()
        assert one.after(x, rate, 30).overlaps(two.after(x, rate, 30))
        assert one.steps_within(x, rate, end) == two.steps_within(x, rate, end) > 5
        assert one.steps_past(x, rate, end) == one.steps_within(x, rate, end) + 1
        assert two.steps_past(x, rate, end) == two.steps_within(x, rate, end) + 1
        assert one.steps_within(end, rate, x) == two.steps_within(end, rate, x) == -1


BAD = [
    ((RUNS, "lower", 3), {}, "depth must be 2 for descent-bounds-runs; got 3"),
    ((STEPS, "lower", "2.5"), {}, "depth must be an integer ≥ 2, or inf, for descent-bounds-steps"),
    ((STEPS, "lower", 3, SMALL_RUN), {}, "region must be a box of rate, position in the theory"),
    (
        (RUNS, "lower", 2, SMALL_RUN._replace(rate=(Fraction(0), Fraction(1)))),
        {},
        "region must be a box of ratio, s, f, rate in the theory",
    ),
]


@pytest.mark.parametrize(("arguments", "options", "message"), BAD)
def test_bad_input_is_named(arguments, options, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        prove_on_box(*arguments, **options)
    assert message in str(error.value)
