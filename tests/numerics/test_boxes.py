"""Box proofs: proved, refuted and undecided, each for the right reason."""

import math
import random
from fractions import Fraction
from functools import partial
from itertools import product

import pytest
from flint import arb

from stairwise.numerics import box_search, fixed_point_bounds, paper_bounds, sharp_bounds
from stairwise.numerics.balls import ball, precision
from stairwise.numerics.bound_balls import Point, log_bound, residual
from stairwise.numerics.box_search import prove_on_box
from stairwise.numerics.boxes import box, contradicts, decide
from stairwise.numerics.claims import DEPTHS, DOMAIN
from stairwise.numerics.margins import (
    CLAIMS,
    Box,
    Claim,
    ClosedForms,
    Exponents,
    Scene,
    _elementary_lower_bound,
    _inverse_square_low,
    _moved_down,
    _moved_up,
    _open_start_everywhere,
    _paper_lower_bound,
    _paper_upper_bound,
    margin,
    tau_at,
)
from stairwise.numerics.replay import Sums, tiles
from stairwise.numerics.rigorous import enclose_log_threshold
from stairwise.theory.decide import Verdict

SMALL = box(("1.05", "2"), ("0.01", "0.249"), ("0.751", "0.99"))


def made_at(claim, depth):
    return depth == 2 or claim.statement != "sharp-bounds-elementary"


def random_point(generator):
    return Point(
        Fraction(1 + 10 ** generator.uniform(-1.3, 2)),
        Fraction(generator.uniform(0.01, 0.249)),
        Fraction(generator.uniform(0.751, 0.99)),
    )


FLOAT_BOUNDS = {
    "separation-bounds": lambda order: paper_bounds,
    "sharp-bounds": lambda order: partial(fixed_point_bounds, order=order),
    "sharp-bounds-concave": lambda order: partial(sharp_bounds, order=order),
}


def test_published_bounds_are_those_of_the_float64_functions():
    generator = random.Random(38)
    seen = 0
    for _ in range(30):
        depth, point = generator.choice(DEPTHS), random_point(generator)
        for claim in (c for c in CLAIMS if c.statement in FLOAT_BOUNDS):
            function = FLOAT_BOUNDS[claim.statement](claim.order)
            bounds = function(float(depth), *(float(x) for x in point))
            with precision(600):
                bound = log_bound(claim.statement, claim.side, claim.order, depth, point)
            number = -math.inf if bound is None else float(bound.mid())
            assert getattr(bounds, claim.side) == pytest.approx(number, rel=1e-11)
            seen += bound is not None
    assert seen > 250


def test_margins_bound_g_at_the_published_bound():
    """On a box of one point the margin lies between 0 and G k s^m/(k s), or is it."""
    generator = random.Random(31)
    seen = 0
    for _ in range(40):
        depth = generator.choice([*DEPTHS, Fraction(5, 2)])
        point = random_point(generator)
        for claim in CLAIMS:
            if not made_at(claim, depth) or claim.order == 1:
                continue
            with precision(400):
                found = margin(claim, depth, Box(*((x, x) for x in point)))
                bound = log_bound(claim.statement, claim.side, 0, depth, point)
                if bound is None:
                    assert found is None
                    continue
                s = ball(point.s)
                whole = residual(depth, point, bound) * s ** Exponents.at(depth).m / s
                assert abs(found) < abs(whole) or found.overlaps(whole)
                assert (found > 0) == (whole > 0) == (claim.side == "lower")
                assert claim.statement != "separation-bounds" or found.overlaps(whole)
                seen += 1
    assert seen > 100


def test_published_bounds_bracket_the_enclosed_threshold():
    generator = random.Random(32)
    for _ in range(15):
        depth = generator.choice(DEPTHS)
        point = random_point(generator)
        truth = enclose_log_threshold(depth, *point, digits=60)
        for claim in CLAIMS:
            if not made_at(claim, depth):
                continue
            with precision(600):
                bound = log_bound(claim.statement, claim.side, claim.order, depth, point)
                if bound is not None:
                    assert (bound < truth) if claim.side == "lower" else (bound > truth)


def random_box(generator):
    """Boxes of all widths in the domain, and the domain itself."""
    ends = []
    for low, high in DOMAIN:
        width = 10 ** generator.uniform(-3, 0)
        begin = low + (high - low) * Fraction(generator.uniform(0, 1 - width))
        ends.append((begin, begin + (high - low) * Fraction(width)))
    return generator.choice([DOMAIN, Box(*ends), Box(*ends), Box(*ends)])


def points_of(generator, region):
    """All corners, and points inside."""
    yield from product(*region)
    for _ in range(3):
        yield tuple(a + (b - a) * Fraction(generator.random()) for a, b in region)


def test_ranges_over_a_box_hold_at_its_points():
    """Every end in the margins, against the value at points, from the definitions."""
    generator = random.Random(36)
    for _ in range(30):
        depth, region = generator.choice([*DEPTHS, Fraction(5, 2)]), random_box(generator)
        with precision(106):
            scene = Scene(depth, region, ClosedForms())
            powers, delta = scene.powers, ball(Fraction(10 ** generator.uniform(-2, 1.5)))
            inner = scene.inner_low(delta), scene.inner_high(delta)
            shift = ball(Fraction(generator.choice([1e-6, 0.1])))
            for r, s, f in points_of(generator, region):
                r, s, f = ball(r), ball(s), ball(f)
                m, k = powers.m, r / (r - 1)
                chi = scene.chi_at(r / s, f)
                v = ClosedForms().outer(powers, r / s, f)
                here = ClosedForms().inner(powers, (-delta).exp(), r, s)
                level = (chi + v) / (r - 1)
                slack = arb(0, 1e-25)
                assert not chi < scene.chi.low
                assert not chi > scene.chi.high
                assert not v < scene.v.low
                assert not v > scene.v.high
                assert not level < scene.level.low
                assert not level > scene.level.high
                assert not here < inner[0]
                assert not here > inner[1]
                assert not 1 / k > 1 / scene.k_low
                if not powers.a.is_zero():
                    rest = ClosedForms().inner(powers, (-delta - 2000).exp(), r, s) - here
                    assert not rest + slack < scene.tail_low(delta) * (1 - 1e-9)
                    everything = k * s * (rest + here)
                    if _open_start_everywhere(scene):
                        assert level > everything
                step = ball(Fraction("1e-9"))
                nearby = ClosedForms().inner(powers, (-delta - step).exp(), r, s)
                assert not (nearby - here) / step < scene.weight_low(delta + step)
                tau = tau_at(m, delta)
                lost = tau_at(m, delta) - tau_at(m, delta - shift)
                gained = tau_at(m, delta + shift) - tau_at(m, delta)
                assert not lost / (k * s) > _moved_up(scene, tau, shift) * (1 + slack)
                assert not gained / (k * s) > _moved_down(scene, tau, shift) * (1 + slack)


BOUNDS = [
    (_paper_upper_bound, "upper"),
    (_paper_lower_bound, "lower"),
    (_elementary_lower_bound, "lower"),
]


@pytest.mark.parametrize(("bound", "side"), BOUNDS)
def test_ranges_of_bounds_over_a_box_hold_at_its_points(bound, side):
    generator = random.Random(37)
    checked = 0
    for _ in range(40):
        depth, region = generator.choice([*DEPTHS, Fraction(5, 2)]), random_box(generator)
        with precision(106):
            scene = Scene(depth, region, ClosedForms())
            if not scene.reach.high > 0:
                continue
            over = bound(scene)
            for r, s, f in points_of(generator, region):
                if bound is _paper_lower_bound and (1 - f) * r <= 1:
                    continue
                at = bound(Scene(depth, Box((r, r), (s, s), (f, f)), ClosedForms()))
                assert not at.tau.low < over.tau.low
                assert not at.tau.high > over.tau.high
                assert not (at.offset < over.offset if side == "lower" else at.offset > over.offset)
                exactly = -(1 - ball(s / r)).log() / ball(r * s)
                assert not exactly < _inverse_square_low(scene)
                checked += 1
    assert checked > 100


def test_margins_over_a_box_hold_at_its_points():
    generator = random.Random(33)
    for _ in range(5):
        region, depth = random_box(generator), generator.choice([*DEPTHS, Fraction(5, 2)])
        for claim in (c for c in CLAIMS if made_at(c, depth)):
            for shift in (Fraction(0), Fraction(1, 1000)):
                with precision(106):
                    over = margin(claim._replace(shift=shift), depth, region)
                    for corner in points_of(generator, region):
                        here = Box(*((x, x) for x in corner))
                        at = margin(claim._replace(shift=shift), depth, here)
                        if over is None or at is None or not over.is_finite():
                            continue
                        assert not (over > at if claim.side == "lower" else over < at)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: f"{c.statement}-{c.side}-{c.order}")
def test_every_claim_is_proved_on_a_box_near_ratio_one(claim):
    for depth in (Fraction(2), Fraction(3), math.inf):
        if made_at(claim, depth):
            region = box(("20", "100"), *SMALL[1:]) if claim.statement[1] == "e" else SMALL
            found = prove_on_box(claim.statement, claim.side, depth, region, order=claim.order)
            assert found.verdict is Verdict.PROVED, found.note
            assert found.volume("undecided") == 0
            assert found.volume("proved") + found.volume("void") == region.volume
            assert tiles(region, [leaf.box for leaf in found.leaves])


def test_the_papers_lower_bound_says_what_it_covers():
    found = prove_on_box("separation-bounds", "lower", 3, DOMAIN)
    assert found.verdict is Verdict.PROVED
    assert 0 < found.volume("void") < found.volume("proved")
    assert "void" in found.note
    below = box(("1.05", "4"), ("0.01", "0.249"), ("0.751", "0.99"))
    nothing = prove_on_box("separation-bounds", "lower", 3, below)
    assert nothing.verdict is Verdict.UNDECIDED, "a claim that is void all over is not proved"


@pytest.mark.parametrize(
    ("side", "order", "depth"),
    [("lower", 1, 2), ("upper", 1, 2), ("lower", 1, 3), ("upper", 1, 3)],
)
def test_a_bound_shifted_by_a_millionth_is_refuted_with_a_point(side, order, depth):
    found = prove_on_box("sharp-bounds", side, depth, DOMAIN, order=order, shift="1e-6")
    if (side, depth) == ("upper", 3):
        found = prove_on_box("sharp-bounds", side, depth, DOMAIN, order=order, shift="1e-2")
    assert found.verdict is Verdict.REFUTED
    assert found.point is not None
    assert "refuted at ratio" in found.note
    truth = enclose_log_threshold(depth, *found.point, digits=60)
    with precision(600):
        bound = log_bound("sharp-bounds", side, order, Fraction(depth), found.point)
        moved = bound + found.claim.shift.numerator * arb(1) / found.claim.shift.denominator
        moved = moved if side == "lower" else bound - (moved - bound)
        assert (moved > truth) if side == "lower" else (moved < truth)


@pytest.mark.parametrize(("side", "shift"), [("lower", "2"), ("upper", "2")])
@pytest.mark.parametrize("statement", ["separation-bounds", "sharp-bounds"])
def test_grossly_shifted_bounds_are_refuted_at_every_depth(statement, side, shift):
    for depth in DEPTHS:
        found = prove_on_box(statement, side, depth, DOMAIN, shift=shift)
        assert found.verdict is Verdict.REFUTED, found.note


def test_a_small_shift_that_leaves_a_bound_true_is_proved():
    """At N = 3 the sharp upper bound has more than 1e-6 to spare all over the domain."""
    found = prove_on_box("sharp-bounds", "upper", 3, SMALL, shift="1e-6")
    assert found.verdict is Verdict.PROVED


class Planted(ClosedForms):
    """Integrals that come back as the wrong ball."""

    def __init__(self, value):
        self.value = value

    def inner(self, powers, rho, r, s):
        return self.value


@pytest.mark.parametrize("planted", [arb(0, math.inf), arb(math.nan), arb.pos_inf(), arb(0, 1e9)])
@pytest.mark.parametrize("side", ["lower", "upper"])
def test_a_planted_ball_without_information_is_undecided(planted, side):
    region = box(("20", "30"), ("0.1", "0.2"), ("0.8", "0.9"))
    found = prove_on_box("separation-bounds", side, 3, region, cuts=2, route=Planted(planted))
    assert found.verdict is Verdict.UNDECIDED
    assert found.volume("undecided") == region.volume
    assert "undecided 1" in found.note


def test_a_margin_decides_only_by_a_strict_sign():
    claim = Claim("separation-bounds", "lower")
    assert decide(claim, arb(1, 0.5)) == "proved"
    assert decide(claim, arb(1, 1.5)) == "undecided"
    assert decide(claim, arb(-1)) == "undecided"
    assert decide(claim, arb(0)) == "undecided"
    assert decide(claim._replace(side="upper"), arb(-1)) == "proved"
    assert decide(claim, None) == "void"


def test_a_spent_budget_leaves_the_rest_undecided(monkeypatch):
    monkeypatch.setattr(box_search, "LARGEST_SEARCH", 400)
    found = prove_on_box("separation-bounds", "upper", math.inf, DOMAIN)
    assert found.verdict is Verdict.UNDECIDED
    assert 0 < found.volume("undecided") < DOMAIN.volume


def test_a_point_that_cannot_be_decided_is_one_undecided_box():
    point = box(("20", "20"), ("0.1", "0.1"), ("0.8", "0.8"))
    assert prove_on_box("separation-bounds", "lower", 3, point).verdict is Verdict.PROVED
    found = prove_on_box("separation-bounds", "lower", 3, point, route=Planted(arb(0, 1e9)))
    assert found.verdict is Verdict.UNDECIDED
    assert len(found.leaves) == 1


def test_true_claims_have_no_counterexample():
    generator = random.Random(34)
    for _ in range(20):
        point = random_point(generator)
        for claim in CLAIMS:
            depth = generator.choice([d for d in DEPTHS if made_at(claim, d)])
            assert not contradicts(claim, depth, point)


@pytest.mark.parametrize("cells", [8, 64])
def test_chords_and_tangents_enclose_the_closed_forms(cells):
    generator = random.Random(35)
    for _ in range(10):
        with precision(150):
            powers = Exponents.at(generator.choice([*DEPTHS, Fraction(5, 2)]))
            r, s, f = (ball(x) for x in random_point(generator))
            rho = ball(Fraction(generator.uniform(1e-9, 0.99)))
            for name, arguments in (("inner", (rho, r, s)), ("outer", (r / s, f))):
                exactly = getattr(ClosedForms(), name)(powers, *arguments)
                roughly = getattr(Sums(cells), name)(powers, *arguments)
                assert roughly.contains(exactly)
                assert roughly.rad() < abs(exactly) * (40 / cells**2 + arb(10) ** -9) * 20


BAD = [
    (("depth-law", "lower", 3), {}, "statement, side and order must be one of separation-bounds"),
    (("sharp-bounds", "lower", 3), {"order": 2}, "got ('sharp-bounds', 'lower', 2)"),
    (("sharp-bounds", "lower", "1.5"), {}, "depth must be a real number ≥ 2, or inf, on boxes"),
    (("sharp-bounds-elementary", "lower", 3), {}, "depth must be 2 for sharp-bounds-elementary"),
    (("sharp-bounds", "lower", 3), {"shift": -1}, "shift must be a finite number ≥ 0; got -1"),
]


@pytest.mark.parametrize(("arguments", "options", "message"), BAD)
def test_bad_claims_are_one_clear_error(arguments, options, message):
    with pytest.raises(ValueError, match="must be") as caught:
        prove_on_box(*arguments, **options)
    assert message in str(caught.value)


def test_bad_boxes_are_one_clear_error():
    with pytest.raises(ValueError, match="box must lie in ratio > 1, 0 < s < f < 1; got ratio in"):
        box(("0.5", "2"), ("0.1", "0.2"), ("0.8", "0.9"))
    with pytest.raises(ValueError, match=r"s must be a pair of finite numbers low ≤ high; got"):
        box(("1.5", "2"), ("0.2", "0.1"), ("0.8", "0.9"))


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("statement", ["sharp-bounds", "sharp-bounds-concave"])
def test_at_huge_depths_a_point_is_decided(statement, side, order):
    """Integrals of some N/2 cancel there: what is left was lost, and taken for void."""
    values = (424940243.2375, 0.7821882942801, 0.99999999)
    point = box(*((Fraction(x), Fraction(x)) for x in values))
    true = prove_on_box(statement, side, 1.2e121, point, order=order)
    assert true.verdict is Verdict.PROVED
    twin = prove_on_box(statement, side, 1.2e121, point, order=order, shift="0.1")
    assert twin.verdict is Verdict.REFUTED


def test_what_balls_cannot_tell_from_void_is_undecided():
    point = Point(Fraction(424940243), Fraction(78, 100), Fraction(99999999, 10**8))
    with precision(60):
        assert log_bound("sharp-bounds", "lower", 0, 10**100, point).is_nan()
    with precision(1200):
        assert log_bound("sharp-bounds", "lower", 0, 10**100, point) < 0
