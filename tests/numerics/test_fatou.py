"""Real step counts against orbits walked one step at a time, and an honest error bound."""

import mpmath
import numpy as np
import pytest

from stairwise.numerics.fatou import LogMap, back_by, count_error, move, steps_between

DEPTHS = [2.0, 2.01, 2.5, 3.0, 10.0, np.inf]


def log_map(depth, rate):
    return LogMap(np.array([1 / depth]), np.array([rate]))


def orbit_up(depth, rate, start, steps):
    """log x after so many steps, in 40 digits."""
    with mpmath.workdps(40):
        x, c = mpmath.exp(mpmath.mpf(start)), mpmath.mpf(rate)
        for _ in range(steps):
            if depth == np.inf:
                x *= mpmath.exp(c * x * (1 - x))
            else:
                n = mpmath.mpf(depth)
                x *= (1 + c / n * x ** (1 - 2 / n) * (1 - x)) ** n
        return float(mpmath.log(x))


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("rate", [0.9, 0.2, 0.03])
def test_counts_of_whole_steps_are_whole(depth, rate):
    this, start, steps = log_map(depth, rate), np.array([-12.0]), 400
    # The end must stay on the plateau, where the series is meant for.
    while orbit_up(depth, rate, start[0], steps) > -5:
        start = start - 4
        if start[0] < -400:
            steps //= 2
            start = np.array([-12.0])
    end = np.array([orbit_up(depth, rate, start[0], steps)])
    count = steps_between(start, end, this)
    assert abs(count[0] - steps) <= count_error(start, end, this)[0] + 1e-11 * steps


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_error_bound_is_honest_where_the_error_shows(depth):
    shown = 0
    for rate in (0.3, 0.6, 0.95):
        for start in (-1.2, -0.8, -0.5):
            steps = 3
            end = np.array([orbit_up(depth, rate, start, steps)])
            this = log_map(depth, rate)
            error = abs(steps_between(np.array([start]), end, this)[0] - steps)
            bound = count_error(np.array([start]), end, this)[0]
            assert error <= bound
            shown += error > 1e-9
    assert shown >= 3


def test_the_bound_falls_with_the_order_of_the_series():
    # On the plateau at depth 3, g ~ x^{1/3}: the defect falls like its eighth power.
    x = np.array([-12.0, -24.0])
    first, second = LogMap(np.array([1 / 3]), np.array([0.5])).defect_bound(x)
    assert np.log(first / second) == pytest.approx(8 * 12 / 3, rel=0.1)


def test_moving_back_and_forth():
    for depth in DEPTHS:
        this, start = log_map(depth, 0.1), np.array([-8.0])
        assert move(move(start, np.array([0.4]), this), np.array([-0.4]), this) == pytest.approx(
            start, abs=1e-13
        )
        far = back_by(start, np.array([1e4]), this)
        assert steps_between(far, start, this)[0] == pytest.approx(1e4, rel=1e-13)


def test_preimages_are_preimages():
    for depth in (1.2, 1.9, *DEPTHS):
        this, x = log_map(depth, 0.7), np.array([-0.3])
        for _ in range(20):
            before = this.back(x)
            assert before < x
            assert before + this.growth(before) == pytest.approx(x, rel=1e-14)
            x = before
