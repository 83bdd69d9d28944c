"""Enclosures against 80-digit mpmath roots of the hypergeometric form, which they do not use."""

import math
import pickle
import random
import threading
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx

from stairwise.numerics import log_threshold, rigorous
from stairwise.numerics.balls import precision, within
from stairwise.numerics.rigorous import (
    UndecidedError,
    enclose_critical_ratio,
    enclose_learning_time,
    enclose_log_threshold,
    log10_threshold_decimals,
)
from stairwise.numerics.threshold_equation import ThresholdEquation

REFERENCE = [
    (2, "1.01", "-442.6371731298969042257101"),
    (2, "1.5", "-11.79706564730934833152916"),
    ("2.5", "10", "-2.693021054052143172461395"),
    (3, "1.01", "-15.93951697336988450765268"),
    (4, "1.5", "-4.589384094381624833554698"),
    (10, "10", "-2.429551060402256253186277"),
    (math.inf, "1.01", "-7.190023397074879787357478"),
]


def mp_exact(number):
    """The number in mpmath's working precision."""
    if number == math.inf:
        return mpmath.inf
    number = Fraction(number)
    return mpmath.mpf(number.numerator) / number.denominator


def mp_primitive(p, x):
    """F_p of `closed-form`, as it is written there."""
    if p == 1:
        return mpmath.log(x / (1 - x))
    if p == 2:
        return mpmath.log(x / (1 - x)) - 1 / x
    return x ** (1 - p) / (1 - p) * mpmath.hyp2f1(1, 1 - p, 2 - p, x)


def mp_exponent(depth):
    return 2 - 2 / mp_exact(depth)


def mp_log_threshold(depth, r, s, f, guess, digits=80):
    """Root of log(T_p(y, s)) − log(r^{−p} T_p(y/r, f)) in log y by the secant method."""
    with mpmath.workdps(digits + 60):
        p, r, s, f = mp_exponent(depth), mp_exact(r), mp_exact(s), mp_exact(f)
        ends = mp_primitive(p, s), mp_primitive(p, f)

        def ratio(v):
            y = mpmath.exp(v)
            times = ends[0] - mp_primitive(p, y), ends[1] - mp_primitive(p, y / r)
            return mpmath.log(times[0] / times[1]) + p * mpmath.log(r)

        old, new = guess * (1 + mpmath.mpf(10) ** -9), guess * (1 - mpmath.mpf(10) ** -9)
        value_old, value_new = ratio(old), ratio(new)
        for _ in range(20):
            step = value_new * (new - old) / (value_new - value_old)
            old, new, value_old = new, new - step, value_new
            if abs(step) < abs(new) * mpmath.mpf(10) ** (-digits - 5):
                return new
            value_new = ratio(new)
    raise AssertionError("the mpmath oracle did not converge")


def as_ball(number, digits):
    """A ball around an mpmath number that is right to that many digits."""
    text = mpmath.nstr(number, digits + 10)
    return arb(text) * (1 + arb(0, 1) * arb(10) ** -digits)


def random_case(generator):
    """Depth, ratio, s and f over many orders of magnitude, where a threshold exists."""
    depth = generator.choice([2, 3, 4, 5, 10, math.inf, "above", "above", "above", "below"])
    if depth == "above":
        depth = 2 + 10 ** generator.uniform(-6, 4)
    ratio = 1 + 10 ** generator.uniform(-8, 6)
    s = generator.choice([generator.uniform(0.01, 0.9), 10 ** generator.uniform(-30, -1)])
    f = generator.choice([generator.uniform(s, 1), 1 - (1 - s) * 10 ** generator.uniform(-10, -1)])
    if depth == "below":
        depth = 2 - 10 ** generator.uniform(-6, -0.1)
        s, f = max(s, 1e-4), min(f, 1 - 1e-4)
        ratio *= float(enclose_critical_ratio(depth, s, f))
    return depth, ratio, s, f


def check_against_mpmath(case):
    enclosure = enclose_log_threshold(*case, digits=60)
    guess = mpmath.mpf(enclosure.str(20, radius=False, more=True))
    with precision(400):
        truth = as_ball(mp_log_threshold(*case, guess), 80)
        # An enclosure may be narrower than 80 digits: close to the critical ratio it often is.
        widened = enclosure * (1 + 3 * arb(0, 1) * arb(10) ** -80)
        assert widened.contains(truth), case
        assert within(enclosure, 60), case
        assert not enclosure.contains(truth * (1 + arb(10) ** -58)), "a neighbour must be outside"


@pytest.mark.parametrize(("depth", "ratio", "value"), REFERENCE)
def test_reference_values_of_the_theory(depth, ratio, value):
    enclosure = enclose_log_threshold(depth, ratio, "0.1", "0.9", digits=40)
    with precision(200), mpmath.workdps(40):
        assert as_ball(mpmath.mpf(value), 22).contains(enclosure)
        assert not as_ball(mpmath.mpf(value) * (1 + mpmath.mpf("1e-20")), 22).overlaps(enclosure)


def test_random_enclosures_contain_the_80_digit_value_and_are_no_wider_than_asked():
    generator = random.Random(20)
    for _ in range(60):
        check_against_mpmath(random_case(generator))


@pytest.mark.slow
def test_2000_random_enclosures_contain_the_80_digit_value_and_are_no_wider_than_asked():
    generator = random.Random(21)
    for _ in range(2000):
        check_against_mpmath(random_case(generator))


@pytest.mark.parametrize("digits", [15, 50, 200, 1000])
@pytest.mark.parametrize("depth", [2, "2.5", 3, math.inf, "1.9", 10**12])
def test_every_number_of_digits_is_met_and_the_enclosures_nest(depth, digits):
    coarse = enclose_log_threshold(depth, "1.5", "0.1", "0.9", digits=15)
    fine = enclose_log_threshold(depth, "1.5", "0.1", "0.9", digits=digits)
    with precision(4000):
        assert within(fine, digits)
        assert coarse.overlaps(fine)


EXTREMES = [
    (2, "1.000000000001", "0.1", "0.9"),
    ("2.000000000001", "1.000000000001", "0.1", "0.9"),
    ("1.999999999999", "1.01", "0.1", "0.9"),
    ("2.000000000000000000000001", "1.5", "0.1", "0.9"),
    (10**12, "1000000000000", "0.1", "0.9"),
    (math.inf, "1.000000000001", "1e-300", "0.1"),
    (3, 10**12, "1e-300", "0.999999999999999"),
    (2, 10**12, "0.999999999999", "0.999999999999999"),
    ("2.5", "1.000000000001", "0.999999999999", "0.999999999999999"),
    ("1.000001", 10**9, "0.3", "0.30000001"),
]


@pytest.mark.parametrize("case", EXTREMES)
def test_extremes_are_enclosed_and_bracketed_by_the_times_themselves(case):
    """T_p(y, s) − r^{−p} T_p(y/r, f), from learning times, changes sign across the ball."""
    check_bracket(case, digits=30)


@pytest.mark.parametrize(("digits", "count"), [(30, 60), (1000, 6)])
def test_random_extremes_are_enclosed_and_bracketed_by_the_times_themselves(digits, count):
    generator, checked = random.Random(24 + digits), 0
    while checked < count:
        case = random_extreme(generator)
        if enclose_log_threshold(*case, digits=15).is_finite():
            check_bracket(case, digits)
            checked += 1


def random_extreme(generator):
    """Every depth and every extreme, as exact rationals where float64 would round."""
    depth = generator.choice(
        [
            2,
            math.inf,
            generator.randint(3, 50),
            2 + Fraction(10 ** generator.uniform(-14, 12)),
            2 - Fraction(10 ** generator.uniform(-14, -0.01)),
        ]
    )
    s = generator.choice([10 ** generator.uniform(-300, -0.3), generator.uniform(0.001, 0.999)])
    f = 1 - Fraction(10 ** generator.uniform(-15, 0)) * (1 - Fraction(s))
    return depth, 1 + Fraction(10 ** generator.uniform(-12, 12)), Fraction(s), f


def check_bracket(case, digits):
    enclosure = enclose_log_threshold(*case, digits=digits)
    depth, r, s, f = (Fraction(x) if x != math.inf else x for x in case)
    with precision(600 + 5 * digits):
        assert within(enclosure, digits)
        e = (2 / depth if depth != math.inf else 0) - 1
        signs = []
        for v in (enclosure.lower(), enclosure.upper()):
            times = []
            for scale, end in ((1, s), (r, f)):
                y = v.exp() / as_arb(scale)
                whole = direct_time(as_arb(Fraction(e)), y, as_arb(end))
                times.append(whole * as_arb(scale) ** (as_arb(Fraction(e)) - 1))
            signs.append(times[0] > times[1])
            assert times[0] > times[1] or times[0] < times[1]
        assert signs == [True, False]


def as_arb(number):
    number = Fraction(number)
    return arb(number.numerator) / number.denominator


def direct_time(e, x, end):
    """T_p from F_p = x^e/e · 2F1(1, e; 1 + e; x), the poles at e = 0 and −1 left in."""
    if e == 0:
        return (end / x).log() + ((1 - x) / (1 - end)).log()
    if e == -1:
        return (end / x).log() + ((1 - x) / (1 - end)).log() - 1 / end + 1 / x
    ends = [z**e / e * z.hypgeom_2f1(1, e, 1 + e, abc=True) for z in (x, end)]
    return ends[1] - ends[0]


def test_no_threshold_below_the_critical_ratio_nor_at_depth_one():
    assert enclose_log_threshold(1, 10**9, "0.1", "0.9") == arb.neg_inf()
    critical = enclose_critical_ratio("1.5", "0.1", "0.9", digits=40)
    with precision(300):
        below, above = (critical * (1 + arb(10) ** -30 * sign) for sign in (-1, 1))
        below, above = below.str(60, radius=False), above.str(60, radius=False)
    assert enclose_log_threshold("1.5", below, "0.1", "0.9") == arb.neg_inf()
    assert enclose_log_threshold("1.5", above, "0.1", "0.9").is_finite()


@pytest.mark.parametrize(
    ("depth", "value"), [("1.5", "6.129962"), ("1.9", "1.2636468"), ("1.99", "1.0223436")]
)
def test_critical_ratio_is_the_reference_and_the_mpmath_value(depth, value):
    enclosure = enclose_critical_ratio(depth, "0.1", "0.9", digits=60)
    with mpmath.workdps(90):
        p = mp_exponent(depth)
        truth = (mp_primitive(p, mp_exact("0.9")) / mp_primitive(p, mp_exact("0.1"))) ** (1 / p)
        assert mpmath.nstr(truth, len(value) - 1) == value
    with precision(400):
        assert enclosure.contains(as_ball(truth, 75))
        assert within(enclosure, 60)


def test_critical_ratio_is_exact_where_it_is_trivial():
    assert enclose_critical_ratio(2, "0.1", "0.9") == 1
    assert enclose_critical_ratio(math.inf, "0.1", "0.9") == 1
    assert enclose_critical_ratio(1, "0.1", "0.9") == arb.pos_inf()


@pytest.mark.parametrize("depth", [1, "1.5", 2, "2.000001", 3, 10, 10**6, math.inf])
def test_learning_times_contain_the_mpmath_integral(depth):
    enclosure = enclose_learning_time("0.9", "1e-4", "2", depth, digits=40)
    with mpmath.workdps(50):
        p = mp_exponent(depth)
        grid = mpmath.linspace(mpmath.log("5e-5"), mpmath.log("0.9"), 9)
        integral = mpmath.quad(
            lambda v: mpmath.exp((1 - p) * v) / (1 - mpmath.exp(v)), grid, maxdegree=10
        )
        truth = integral / mpmath.mpf(2) ** p
    with precision(300):
        assert enclosure.overlaps(as_ball(truth, 35))
        assert within(enclosure, 40)
        assert not enclosure.overlaps(as_ball(truth * (1 + mpmath.mpf("1e-30")), 35))


def test_a_value_that_starts_past_its_mark_takes_no_time():
    assert enclose_learning_time("0.5", "0.5", 1, 3) == 0
    assert enclose_learning_time("0.5", "0.7", 1, 3) == 0
    assert enclose_learning_time("0.5", "0.4999999999999999999999999999", 1, 3) > 0


def test_floats_are_taken_exactly_and_strings_as_decimals():
    as_float = enclose_log_threshold(3, 1.1, 0.1, 0.9, digits=40)
    as_fraction = enclose_log_threshold(3.0, Fraction(1.1), Fraction(0.1), Fraction(0.9), digits=40)
    as_decimal = enclose_log_threshold("3", "1.1", "0.1", "9/10", digits=40)
    assert as_float.overlaps(as_fraction)
    assert not as_float.overlaps(as_decimal)


BAD = [
    ((0.5, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got 0.5"),
    (("deep", 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got 'deep'"),
    ((math.nan, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got nan"),
    ((True, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got True"),
    ((2, 1, 0.1, 0.9), "ratio must be a finite number > 1; got 1"),
    ((2, math.inf, 0.1, 0.9), "ratio must be a finite number > 1; got inf"),
    ((2, "1e1000000000", 0.1, 0.9), "ratio must be a finite number > 1; got '1e1000000000'"),
    ((2, 2, 0, 0.9), "s must be such that 0 < s < f < 1; got 0"),
    ((2, 2, 0.1, "1"), "f must be such that 0 < s < f < 1; got '1'"),
    ((2, 2, 0.9, 0.1), "s must be such that 0 < s < f < 1; got s = 0.9, f = 0.1"),
    ((2, 2, None, 0.1), "s must be such that 0 < s < f < 1; got None"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_input_is_one_clear_error(arguments, message):
    with pytest.raises(ValueError, match="must be") as caught:
        enclose_log_threshold(*arguments)
    assert str(caught.value) == message


def test_bad_digits_alpha_and_targets_are_clear_errors():
    with pytest.raises(ValueError, match=r"digits must be a whole number ≥ 1; got 2\.5"):
        enclose_log_threshold(2, 2, 0.1, 0.9, digits=2.5)
    with pytest.raises(ValueError, match=r"alpha must be a number in \(0, 1\); got 1"):
        enclose_learning_time(1, 0.1, 1, 2)
    with pytest.raises(ValueError, match="sigma0 must be a finite number > 0; got -1"):
        enclose_learning_time(0.5, -1, 1, 2)


def test_a_start_far_from_the_zero_proves_nothing():
    equation = ThresholdEquation(Fraction(3), Fraction(2), Fraction(1, 10), Fraction(9, 10))
    with precision(150):
        equation.prepare()
        good = equation.ball_start()
        assert equation.contract(good).is_finite()
        assert abs(equation.float_start() - good) < 1e-12
        assert equation.contract(good - 40) is None
        assert equation.contract(equation.log_s.mid()) is None


@pytest.mark.parametrize("failures", [1, 2])
def test_a_proof_that_fails_is_tried_again_with_more_bits(monkeypatch, failures):
    expected, bits = enclose_log_threshold(3, 2, "0.1", "0.9"), []
    contract = ThresholdEquation.contract

    def failing(equation, middle):
        bits.append(ctx.prec)
        return None if len(bits) <= failures else contract(equation, middle)

    monkeypatch.setattr(ThresholdEquation, "contract", failing)
    found = enclose_log_threshold(3, 2, "0.1", "0.9")
    assert found.overlaps(expected)
    with precision(200):
        assert within(found, 30)
    assert bits == sorted(bits)
    assert bits[failures] > bits[0]


def test_the_middle_of_the_range_is_started_in_float64(monkeypatch):
    monkeypatch.setattr(ThresholdEquation, "ball_start", lambda _: pytest.fail("a start in balls"))
    found = enclose_log_threshold(3, "1.5", "0.1", "0.9", digits=15)
    assert abs(float(found) - log_threshold(3, 1.5, 0.1, 0.9)) < 1e-13


def test_too_close_to_the_critical_ratio_is_undecided_not_guessed(monkeypatch):
    critical = enclose_critical_ratio("1.5", "0.1", "0.9", digits=600)
    with precision(2500):
        text = critical.str(590, radius=False)
    monkeypatch.setattr(rigorous, "RAISES", 3)
    with pytest.raises(UndecidedError, match="log threshold at 15 digits: undecided at"):
        enclose_log_threshold("1.5", text, "0.1", "0.9", digits=15)


def test_precision_is_restored_also_when_an_exception_passes(monkeypatch):
    before = ctx.prec
    ctx.prec = 77
    try:
        enclose_log_threshold(3, 2, "0.1", "0.9", digits=100)
        assert ctx.prec == 77
        monkeypatch.setattr(ThresholdEquation, "value", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            enclose_log_threshold(3, 2, "0.1", "0.9", digits=100)
        assert ctx.prec == 77
    finally:
        ctx.prec = before


def test_threads_at_different_precisions_get_what_they_asked_for():
    failures = []

    def work(digits):
        for ratio in ("1.5", "2", "10"):
            for depth in (2, 3, math.inf):
                enclosure = enclose_log_threshold(depth, ratio, "0.1", "0.9", digits=digits)
                expected = alone[depth, ratio]
                if not (within(enclosure, digits) and enclosure.overlaps(expected)):
                    failures.append((digits, depth, ratio, enclosure))

    alone = {
        (depth, ratio): enclose_log_threshold(depth, ratio, "0.1", "0.9", digits=250)
        for depth in (2, 3, math.inf)
        for ratio in ("1.5", "2", "10")
    }
    before = ctx.prec
    threads = [threading.Thread(target=work, args=(15 + 40 * k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ctx.prec == before


def test_blocks_of_two_threads_take_turns():
    before, seen = ctx.prec, []

    def other():
        with precision(300):
            seen.append(ctx.prec)

    thread = threading.Thread(target=other)
    with precision(100):
        thread.start()
        thread.join(timeout=0.2)
        assert thread.is_alive()
        assert seen == []
        assert ctx.prec == 100
    thread.join(timeout=30)
    assert seen == [300]
    assert ctx.prec == before


def test_a_stranger_who_changes_the_precision_cannot_make_a_ball_false(monkeypatch):
    """Unlocked `ctx.prec` changes only widen balls; the width is checked and the work repeated."""
    truth = enclose_log_threshold(3, "1.5", "0.1", "0.9", digits=60)
    plain, calls = ThresholdEquation.value, []

    def meddled(self, *arguments):
        calls.append(ctx.prec)
        if len(calls) == 1:
            ctx.prec = 20
        return plain(self, *arguments)

    monkeypatch.setattr(ThresholdEquation, "value", meddled)
    enclosure = enclose_log_threshold(3, "1.5", "0.1", "0.9", digits=50)
    assert len(calls) > 1
    with precision(300):
        assert within(enclosure, 50)
        assert enclosure.overlaps(truth)


def test_decimals_are_rounded_outwards_and_close():
    low, high = log10_threshold_decimals(2, "1.5", "0.1", "0.9", digits=20)
    with mpmath.workdps(60):
        truth = mp_log_threshold(2, "1.5", "0.1", "0.9", mpmath.mpf(-11.797)) / mpmath.log(10)
        assert mpmath.mpf(low) < truth < mpmath.mpf(high)
        assert mpmath.mpf(high) - mpmath.mpf(low) <= mpmath.mpf("2.01e-19")
    assert len(low) == len("-5.") + 19
    assert log10_threshold_decimals("1.1", 2, "0.1", "0.9") == ("-inf", "-inf")


def test_balls_do_not_pickle_and_their_pairs_of_whole_numbers_do():
    """The way that the docstring recommends, at more digits than flint's working precision."""
    found = enclose_log_threshold(2, "1.5", "0.1", "0.9", digits=60)
    with pytest.raises(TypeError):
        pickle.dumps(found)
    pairs = tuple(tuple(map(int, x.man_exp())) for x in (found.mid(), found.rad()))
    again = arb(*pickle.loads(pickle.dumps(pairs)))
    assert again.contains(found)
    assert again.mid() == found.mid()
    assert 0 < again.rad() <= found.rad() * (1 + arb(2) ** -28)


@pytest.mark.parametrize("depth", ["1." + 299 * "0" + "1", "1.5", "1." + 300 * "9"])
@pytest.mark.parametrize("f", ["0.9", "0.5" + 200 * "0" + "1"])
def test_critical_ratios_next_to_both_ends_and_of_close_fractions(depth, f):
    narrow = enclose_critical_ratio(depth, "0.5", f, 40)
    assert narrow.rel_accuracy_bits() >= 40 * 3.3
    assert narrow.overlaps(enclose_critical_ratio(depth, "0.5", f, 20))
    assert narrow > 1


def test_learning_times_that_are_all_but_over():
    found = enclose_learning_time("0.5", "0.4" + 299 * "9", 1, 2, 30)
    # dσ/dt = σ (1 − σ) = 1/4 at 1/2.
    with precision(200):
        assert abs(found / arb("4e-300") - 1) < arb("1e-29")
