import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from mpmath import mp, mpf

from stairwise.numerics import (
    enclose_critical_ratio,
    enclose_learning_time,
    enclose_log_threshold,
    precise_learning_time,
    precise_log_threshold,
    taylor_log_threshold,
    taylor_time,
)
from stairwise.numerics._agreement import PrecisionError, agreed
from stairwise.numerics._exact import LARGEST_EXPONENT, exact
from stairwise.numerics.balls import precision
from stairwise.numerics.precise import _panels
from stairwise.numerics.taylor import _Flow, rate_terms


def relative(found, expected):
    with mp.workdps(80):
        return abs(found / mp.mpmathify(expected) - 1)


def test_the_notes_table_is_met_to_all_its_digits():
    # The reference table of log y* at s = 1/10, f = 9/10, taken as decimals.
    found = precise_log_threshold("2.5", "1.01", "0.1", "0.9")
    assert relative(found, "-23.37555186001502256526004") < mpf(10) ** -24
    # The twin: the float 0.1 is another number, and 25 digits tell.
    other = precise_log_threshold(2.5, 1.01, 0.1, 0.9)
    assert relative(other, "-23.37555186001502256526004") > mpf(10) ** -20


def test_panels_cover_the_range_and_none_spans_more_than_thirty_e_foldings():
    for start, end, decay in ((-700, 40, 1), (-700, 40, mpf("0.1")), (-3, 2, 0), (-9, -8, 1)):
        ends = _panels(mpf(start), mpf(end), mpf(decay))
        assert (ends[0], ends[-1]) == (start, end)
        lengths = [high - low for low, high in pairwise(ends)]
        assert min(lengths) > 0
        assert max(lengths) * decay <= 30
        # The nearest singularities are ±πi.
        for low, high in pairwise(ends):
            assert high - low <= 2 + max(0, low, -high)
    assert len(_panels(mpf(-700), mpf(40), mpf(0))) < 20


def test_ways_to_write_one_number_agree():
    texts = precise_log_threshold("3", "1.5", "0.1", "0.9", digits=30)
    assert precise_log_threshold(3, Fraction(3, 2), Decimal("0.1"), Fraction(9, 10), 30) == texts
    assert precise_log_threshold(mpf(3), 1.5, "1/10", "9e-1", digits=30) == texts


def test_the_largest_decimal_exponent_is_taken_and_none_beyond():
    assert exact("x", f"1e{LARGEST_EXPONENT}", "small") == 10**LARGEST_EXPONENT
    with pytest.raises(ValueError, match=f"x must be small; got '1e{LARGEST_EXPONENT + 1}'"):
        exact("x", f"1e{LARGEST_EXPONENT + 1}", "small")


@pytest.mark.parametrize("digits", [15, 30, 80])
def test_digits_asked_for_are_right(digits):
    found = precise_log_threshold("inf", "1.5", "0.1", "0.9", digits=digits)
    more = precise_log_threshold("inf", "1.5", "0.1", "0.9", digits=digits + 20)
    assert relative(found, more) < mpf(10) ** (1 - digits)


@pytest.mark.slow
def test_two_hundred_digits():
    found = precise_log_threshold("3", "1.01", "0.1", "0.9", digits=200)
    more = precise_log_threshold("3", "1.01", "0.1", "0.9", digits=180)
    with mp.workdps(220):
        assert mpf(10) ** -200 < abs(found / more - 1) < mpf(10) ** -180


def test_below_the_critical_ratio_there_is_no_threshold():
    # r_c(1.5) = 6.129962 (`critical-ratio`).
    assert precise_log_threshold("1.5", "6.12996", "0.1", "0.9", digits=15) == -mp.inf
    assert mp.isfinite(precise_log_threshold("1.5", "6.12997", "0.1", "0.9", digits=15))
    assert precise_log_threshold(1, 10**9, "0.1", "0.9", digits=15) == -mp.inf


def test_learning_times_with_known_values():
    # Depth 1: σ = σ* + (σ0 − σ*) e^{−t}; depth 2: logistic growth.
    with mp.workdps(60):
        linear = mp.log((2 - mpf("0.5")) / (2 - mpf("1.8")))
        logistic = (mp.log(9) - mp.log(mpf("1e-30") / (2 - mpf("1e-30")))) / 2
    assert relative(precise_learning_time("0.9", "0.5", 2, 1), linear) < mpf(10) ** -49
    assert relative(precise_learning_time("0.9", "1e-30", 2, 2), logistic) < mpf(10) ** -49
    for start in (2, "1.8"):
        assert precise_learning_time("0.9", start, 2, 3) == 0
        assert taylor_time("0.9", start, 2, 3) == 0


@pytest.mark.parametrize(
    "point",
    [
        ("0.9", "1e-3", 2, 3),
        ("0.9", "1e-8", "1.5", "inf"),
        ("0.5", "1e-6", 1, 1),
        (0.9, 0.01, 1, 1.5),
    ],
    ids=str,
)
def test_taylor_and_quadrature_agree_on_times_to_forty_digits(point):
    by_series = taylor_time(*point, digits=42)
    assert relative(by_series, precise_learning_time(*point)) < mpf(10) ** -41
    alpha, *rest = point
    other = precise_learning_time(float(alpha) * (1 + 1e-12), *rest)
    assert relative(by_series, other) > mpf(10) ** -25


@pytest.mark.parametrize(
    "point", [("3", "1.5"), ("2", "1.5"), ("inf", "10"), ("1.5", "7")], ids=str
)
def test_taylor_and_quadrature_agree_on_thresholds_to_forty_digits(point):
    by_series = taylor_log_threshold(*point, "0.1", "0.9", digits=42)
    assert relative(by_series, precise_log_threshold(*point, "0.1", "0.9")) < mpf(10) ** -41


def test_series_thresholds_stop_when_newtons_steps_are_small_enough(monkeypatch):
    times, time = [], _Flow.time

    def counted(flow, start, end):
        times.append(end)
        return time(flow, start, end)

    monkeypatch.setattr(_Flow, "time", counted)
    taylor_log_threshold("3", "3", "0.1", "0.9", digits=15)
    assert len(times) <= 6  # two for each step


def test_the_series_gets_its_rate_from_the_model():
    # dv/dt = σ*^1 e^{(p−1)v} − e^{pv} at p = 4/3.
    third = Fraction(1, 3)
    assert set(rate_terms(Fraction(3))) == {(1, 1, third), (-1, 0, 1 + third)}
    assert set(rate_terms(math.inf)) == {(1, 1, 1), (-1, 0, 2)}


def test_working_precision_is_restored_also_after_errors():
    before = mp.prec
    precise_log_threshold(2, 2, "0.1", "0.9", digits=20)
    assert mp.prec == before

    def broken(_):
        raise ArithmeticError("in the middle")

    with pytest.raises(ArithmeticError):
        agreed(broken, 50, 0, "x")
    assert mp.prec == before


def test_agreed_results_keep_all_the_digits_asked_for():
    assert relative(agreed(lambda _: mpf(1) / 3, 20, 0, "x"), Fraction(1, 3)) < mpf(10) ** -20


def test_precisions_that_never_agree_are_an_error():
    noise = iter(range(1, 100))
    with pytest.raises(PrecisionError, match=r"wobble: no two precisions up to .* agree to 20"):
        agreed(lambda _: mpf(next(noise)), 20, 0, "wobble")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: precise_log_threshold(0.5, 2, 0.1, 0.9),
            r"depth must be .* ≥ 1, or inf; got 0\.5",
        ),
        (lambda: precise_log_threshold(2, "one", 0.1, 0.9), r"ratio must be .* > 1; got 'one'"),
        (lambda: precise_log_threshold(2, 2, 0.9, 0.1), r"s must be .*; got s = 0\.9, f = 0\.1"),
        (lambda: precise_log_threshold(2, 2, 0.1, 0.9, digits=10), r"digits .* ≥ 15; got 10"),
        (lambda: precise_log_threshold(2, 2, 0.1, 0.9, digits=201), r"digits .* ≤ 200; got 201"),
        (
            lambda: precise_learning_time("1.5", 1, 2, 3),
            r"alpha must be a number in \(0, 1\); got '1\.5'",
        ),
        (lambda: taylor_time("0.5", 0, 2, 3), r"sigma0 must be a finite number > 0; got 0"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("side", [-1, 1])
def test_next_to_the_critical_ratio_it_tells_or_says_that_it_cannot(side):
    """It once searched there for ever."""
    ball = enclose_critical_ratio("1.5", "0.1", "0.9", digits=90)
    critical = Fraction(ball.mid().str(90, radius=False))
    near = critical * (1 + side * Fraction(1, 10**25))
    found = precise_log_threshold("1.5", near, "0.1", "0.9", digits=20)
    if side < 0:
        assert found == -mp.inf
    else:
        exact = enclose_log_threshold(Fraction(3, 2), near, "0.1", "0.9", digits=30)
        assert float(found) == pytest.approx(float(exact), rel=1e-10)
    nearer = critical * (1 + side * Fraction(1, 10**60))
    with pytest.raises(PrecisionError, match="too near to the critical one to tell"):
        precise_log_threshold("1.5", nearer, "0.1", "0.9", digits=20)


@pytest.mark.parametrize("function", [precise_learning_time, taylor_time])
@pytest.mark.parametrize("gap", [Fraction(1, 10**30), Fraction(1, 10**200)])
@pytest.mark.parametrize("end", [Fraction(1, 2), Fraction(1, 10**40), 1 - Fraction(1, 10**40)])
def test_starts_next_to_the_end_lose_no_digits(function, end, gap):
    """They did not differ at any precision that was tried, and so agreed on 0."""
    start = end * (1 - gap)
    exact = enclose_learning_time(end, start, 1, 3, digits=25)
    with mp.workdps(30), precision(200):
        found = function(end, start, 1, 3, 20)
        assert abs(found / mpf(exact.mid().str(30, radius=False)) - 1) < mpf(10) ** -19


@pytest.mark.parametrize(
    ("depth", "s", "most"),
    [(3, "0.1", 50), (2, "0." + 60 * "9", 170)],  # f − s of 1e-60 may cancel
)
def test_a_fraction_next_to_1_costs_no_digits(depth, s, most, monkeypatch):
    seen, original = [], mp.quad
    monkeypatch.setattr(mp, "quad", lambda *a, **b: (seen.append(mp.dps), original(*a, **b))[1])
    value = precise_log_threshold(depth, "1.5", s, "0." + 100 * "9", digits=20)
    ball = enclose_log_threshold(depth, "1.5", s, "0." + 100 * "9", digits=30)
    assert relative(value, ball.mid().str(30, radius=False)) < 1e-19
    assert max(seen) < most


def test_series_end_next_to_their_target():
    point = ("0." + 40 * "9", "0.1", 1, 3)
    assert relative(taylor_time(*point, digits=20), precise_learning_time(*point, 30)) < 1e-19


def test_series_begin_at_an_infinite_depth_beyond_float64():
    by_series = taylor_log_threshold("1e400", "3", "0.1", "0.9", digits=15)
    assert relative(by_series, precise_log_threshold("1e400", "3", "0.1", "0.9", 20)) < 1e-14


@pytest.mark.parametrize(
    ("ratio", "s", "f", "got"),
    [
        ("1e400", "0.1", "0.9", "ratio = inf, s = 0.1, f = 0.9"),
        ("1.00000000000000000001", "0.1", "0.9", "ratio = 1.0, s = 0.1, f = 0.9"),
        ("1.5", "1e-400", "0.9", "ratio = 1.5, s = 0.0, f = 0.9"),
        ("1.5", "0.1", "0.99999999999999999999", "ratio = 1.5, s = 0.1, f = 1.0"),
        ("1.5", "0.1", "0.10000000000000000000001", "ratio = 1.5, s = 0.1, f = 0.1"),
    ],
)
def test_series_say_what_float64_cannot_begin_from(ratio, s, f, got):
    with pytest.raises(ValueError, match=f"float64, in which the search begins; got {got} there"):
        taylor_log_threshold(3, ratio, s, f)


def test_far_below_only_what_counts_is_integrated(quadratures):
    found = precise_log_threshold(3, "1.5", "1e-2000", "0.9", 20)
    assert len(quadratures) < 200
    exact = enclose_log_threshold(3, "1.5", "1e-2000", "0.9", digits=25)
    assert abs(found / mpf(exact.mid().str(25, radius=False)) - 1) < 1e-14
