"""The float64 threshold against enclosures: its error is bounded by proof at every point tried."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from stairwise.numerics.rigorous import enclose_log_threshold
from stairwise.numerics.threshold import log_threshold

#: The accuracy that `log_threshold` promises: relative, absolute where |log y*| < 1.
STATED_ERROR = 1e-13


def paper_range(generator):
    """Ratios from 1.001 to 1000, and s and f as in the paper."""
    depth = generator.choice([2.0, 2.5, 3.0, 4.0, 5.0, 10.0, math.inf])
    return (
        depth,
        1 + 10 ** generator.uniform(-3, 3),
        generator.uniform(0.001, 0.25),
        generator.uniform(0.75, 0.999),
    )


def full_range(generator):
    """Every depth and every extreme that the function takes."""
    kind = generator.randrange(6)
    depth = [
        2.0,
        math.inf,
        2 + 10 ** generator.uniform(-12, 0),
        2 - 10 ** generator.uniform(-12, -0.01),
        2 + 10 ** generator.uniform(0, 12),
        float(generator.randint(3, 50)),
    ][kind]
    s = generator.choice([10 ** generator.uniform(-300, -0.3), generator.uniform(0.001, 0.999)])
    f = 1 - 10 ** generator.uniform(-15, math.log10(1 - s))
    return depth, 1 + 10 ** generator.uniform(-12, 12), s, min(f, 1 - 2**-53)


def worst_error(draw, count, seed):
    """Largest proved bound on the error, with its point; both sides must agree on −inf."""
    generator = random.Random(seed)
    points = [draw(generator) for _ in range(count)]
    points = [point for point in points if 0 < point[2] < point[3] < 1 and point[1] > 1]
    floats = log_threshold(*np.array(points).T)
    worst, where = 0.0, None
    for point, value in zip(points, floats, strict=True):
        ball = enclose_log_threshold(*point, digits=20)
        if not ball.is_finite() or not math.isfinite(value):
            assert ball < 0
            assert not ball.is_finite()
            assert value == -math.inf, point
            continue
        # The difference from the midpoint is taken exactly; the radius is below 1e-20 of it.
        mantissa, exponent = (int(part) for part in ball.mid().man_exp())
        middle = mantissa * Fraction(2) ** exponent
        size = max(1.0, abs(value))
        error = abs(float(Fraction(float(value)) - middle)) / size + 1e-20
        if error > worst:
            worst, where = error, point
    return worst, where, len(points)


@pytest.mark.parametrize("draw", [paper_range, full_range])
def test_float_thresholds_are_within_their_stated_error(draw):
    worst, where, count = worst_error(draw, 1_000, seed=51)
    assert count > 900
    assert worst <= STATED_ERROR, where


@pytest.mark.slow
@pytest.mark.parametrize("draw", [paper_range, full_range])
def test_100_000_float_thresholds_are_within_their_stated_error(draw):
    worst, where, count = worst_error(draw, 100_000, seed=52)
    assert count > 90_000
    assert worst <= STATED_ERROR, where


def test_a_wrong_float_is_outside(monkeypatch):
    monkeypatch.setitem(
        globals(), "log_threshold", lambda *a: np.asarray(log_threshold_as_is(*a)) * (1 + 3e-13)
    )
    worst, _, _ = worst_error(paper_range, 200, seed=53)
    assert worst > STATED_ERROR


log_threshold_as_is = log_threshold
