"""Quadrature and Taylor series, to many digits, against balls: over the full range of doubles.

A few points by default, a thousand of each function marked slow.
"""

import draws
import numpy as np
import pytest
from flint import arb
from mpmath import mp, mpf
from problems import SLOW_THRESHOLDS, WRONG_THRESHOLDS, WRONG_TIMES

from stairwise.numerics import (
    FlowError,
    PrecisionError,
    UndecidedError,
    enclose_learning_time,
    enclose_log_threshold,
    precise_learning_time,
    precise_log_threshold,
    taylor_log_threshold,
    taylor_time,
)
from stairwise.numerics.balls import precision

DIGITS = 20
#: Taylor steps grow in number with |log y*|.
LONGEST = 1000.0


def agrees(value, ball):
    """Whether the value is the ball's to DIGITS digits; infinities only as themselves."""
    if not ball.is_finite():
        return value == mpf(str(float(ball)))
    with mp.workdps(60), precision(250):
        exact = mpf(ball.mid().str(60, radius=False))
        return abs(value - exact) <= mpf(10) ** (1 - DIGITS) * abs(exact)


def times(seed, count):
    return list(zip(*draws.starts(np.random.default_rng(seed), count), strict=True))


def pairs(seed, count):
    return list(zip(*draws.pairs(np.random.default_rng(seed), count), strict=True))


def wrong_times(function, points):
    return [
        point
        for point in points
        if not agrees(function(*point, DIGITS), enclose_learning_time(*point, digits=40))
    ]


def wrong_thresholds(function, points, longest):
    """Those that are wrong; and how many were refused, next to the critical ratio mostly."""
    wrong, refused = [], 0
    for point in points:
        try:
            ball = enclose_log_threshold(*point, digits=40)
            if abs(ball) > longest:
                continue
            value = function(*point, DIGITS)
        except (FlowError, PrecisionError, UndecidedError):
            refused += 1
            continue
        if not agrees(value, ball):
            wrong.append(point)
    return wrong, refused


@pytest.mark.parametrize(("function", "count"), [(precise_learning_time, 60), (taylor_time, 8)])
def test_a_sample_of_times(function, count):
    assert wrong_times(function, times(11, count)) == []


@pytest.mark.parametrize(
    ("function", "longest", "count"),
    [(precise_log_threshold, np.inf, 12), (taylor_log_threshold, 100.0, 6)],
)
def test_a_sample_of_thresholds(function, longest, count):
    wrong, refused = wrong_thresholds(function, pairs(12, count), longest)
    assert wrong == []
    assert refused <= count // 2


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize("function", [precise_learning_time, taylor_time])
def test_a_thousand_times(function, part):
    assert wrong_times(function, times([13, part], 100)) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize(
    ("function", "longest"), [(precise_log_threshold, np.inf), (taylor_log_threshold, LONGEST)]
)
def test_a_thousand_thresholds(function, longest, part):
    wrong, refused = wrong_thresholds(function, pairs([14, part], 100), longest)
    assert wrong == []
    assert refused < 25


@pytest.mark.parametrize("case", WRONG_TIMES, ids=[case.name for case in WRONG_TIMES])
@pytest.mark.parametrize("function", [precise_learning_time, taylor_time])
def test_times_that_were_wrong(function, case):
    assert wrong_times(function, [case.point]) == []


@pytest.mark.parametrize("case", WRONG_THRESHOLDS, ids=[case.name for case in WRONG_THRESHOLDS])
@pytest.mark.parametrize("function", [precise_log_threshold, taylor_log_threshold])
def test_thresholds_that_were_wrong(function, case):
    assert wrong_thresholds(function, [case.point], np.inf) == ([], 0)


@pytest.mark.parametrize("case", SLOW_THRESHOLDS, ids=[case.name for case in SLOW_THRESHOLDS])
def test_thresholds_that_took_minutes(case, quadratures):
    assert wrong_thresholds(precise_log_threshold, [case.point], np.inf) == ([], 0)
    assert len(quadratures) < 120


def test_wrong_digits_are_noticed():
    ball = enclose_log_threshold(2, "1.5", "0.1", "0.9", digits=40)
    value = precise_log_threshold(2, "1.5", "0.1", "0.9", DIGITS)
    assert agrees(value, ball)
    assert not agrees(value * (1 + mpf(10) ** -15), ball)
    assert not agrees(value, arb.neg_inf())
