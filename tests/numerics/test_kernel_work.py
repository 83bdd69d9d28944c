"""How many evaluations a root takes: a spoiled start or step costs time, and no digits show it.

Counts, not times, so that they are the same on every machine. Each bound is what was measured on
the fixed sample, and a twentieth more.
"""

import numpy as np
import pytest
from flint import arb

from stairwise.numerics import (
    _pair,
    _pair_balls,
    _pair_elementary,
    _relaxation,
    learning_time,
    log_threshold,
    trajectory,
)
from stairwise.numerics._exponents import shared_exponents
from stairwise.numerics.balls import precision


def pairs(count, depth=None):
    generator = np.random.default_rng(13)
    depths = np.repeat([1.6, 2.5, 3.0, 4.0, 17.0], count // 5) if depth is None else depth
    ratios = 1 + 10 ** generator.uniform(-3, 3, count)
    s = generator.uniform(0.01, 0.9, count)
    f = s + (1 - s) * generator.uniform(0.05, 0.95, count)
    return depths, ratios, s, f


@pytest.fixture
def counted(monkeypatch):
    """Points at which a function was evaluated, by the size of its last array argument."""

    def count(module, name):
        points = []
        original = getattr(module, name)

        def counting(*arguments):
            points.append(np.size(arguments[-1]))
            return original(*arguments)

        monkeypatch.setattr(module, name, counting)
        return points

    return count


def test_thresholds_of_any_depth(counted):
    points, rare = counted(_pair, "position"), counted(_pair_balls, "solve_in_balls")
    found = log_threshold(*pairs(5000))
    assert np.mean(np.isfinite(found)) > 0.8
    assert sum(points) / 5000 <= 3.1
    assert not rare


@pytest.mark.parametrize(("low", "high", "most"), [(0.01, 0.5, 2.11), (0.5, 0.999, 4.24)])
def test_thresholds_of_close_fractions(counted, low, high, most):
    """Here the root is near s, so that a start from s is better than the asymptote's."""
    generator = np.random.default_rng(13)
    points = counted(_pair, "position")
    depths = np.repeat([1.6, 2.5, 3.0, 4.0, 17.0], 1000)
    ratios = 1 + 10 ** generator.uniform(-2, 3, 5000)
    s = generator.uniform(low, high, 5000)
    log_threshold(depths, ratios, s, s + (1 - s) * generator.uniform(0.001, 0.1, 5000))
    assert sum(points) / 5000 <= most


def test_points_of_one_depth_share_the_coefficients_of_their_series():
    e, a = shared_exponents(np.full(3, 4.0))
    assert (type(e), type(a), e, a) == (float, float, 0.5, 0.5)
    for depths in ([4.0, 4.0, 3.0], [4.0, 3.0, 4.0]):
        e, a = shared_exponents(np.array(depths))
        np.testing.assert_allclose(e, 1 - 2 / np.array(depths))
        np.testing.assert_allclose(a, 2 / np.array(depths))


@pytest.mark.parametrize(("depth", "most"), [(2.0, 3), (np.inf, 3)])
def test_thresholds_of_elementary_depths(counted, depth, most):
    points = counted(_pair_elementary, "householder")
    assert np.isfinite(log_threshold(*pairs(5000, depth))).all()
    assert sum(points) / 5000 <= most


def test_trajectories(counted):
    points = counted(_relaxation, "householder")
    generator = np.random.default_rng(14)
    depth = np.repeat([1.6, 2.5, 3.0, 4.0, 17.0], 1000)
    start = 10 ** generator.uniform(-8, -0.1, 5000)
    part = generator.uniform(0.01, 0.99, 5000)
    times = learning_time(np.maximum(part, start + 1e-3 * (1 - start)), start, 1.0, depth)
    found = trajectory(times, start, 1.0, depth)
    assert np.all((found > 0) & (found < 1))
    assert sum(points) / 5000 <= 2


@pytest.mark.parametrize(("depth", "ratio", "steps"), [(1.9, 2.0, 3), (1.5, 10.0, 4)])
def test_balls_below_depth_two(monkeypatch, depth, ratio, steps):
    monkeypatch.setattr(_pair_balls, "MAX_STEPS", steps)
    with precision(192):
        found = _pair_balls._attempt(*map(arb, (depth, ratio - 1, 0.1, 0.9)), 0.0)
    assert found == pytest.approx(log_threshold(depth, ratio, 0.1, 0.9), rel=1e-13)


@pytest.mark.parametrize("depth", [2.0, 3.0, np.inf])
def test_balls_from_depth_two_on_need_no_second_route(depth):
    expected = log_threshold(depth, 2.0, 0.1, 0.9)
    with precision(192):
        found = _pair_balls._attempt(*map(arb, (depth, 1.0, 0.1, 0.9)), expected + 0.01)
    assert found == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("solve", ["solve_depth_two", "solve_depth_infinite"])
def test_elementary_depths_leave_only_cancelling_times_to_the_general_route(solve):
    generator = np.random.default_rng(13)
    _, ratio, s, f = pairs(5000)
    excess = 10 ** generator.uniform(-12, -8, 5000)

    def left(*arguments):
        with np.errstate(over="ignore"):
            return getattr(_pair_elementary, solve)(*arguments)[1]

    assert left(ratio, ratio - 1, s, f).sum() <= 5
    assert not left(ratio, ratio - 1, 10 ** generator.uniform(-12, -2, 5000), f).any()
    assert left(1 + excess, (1 + excess) - 1, s, s * (1 + 1e-9)).all()
    # Logs of 27 that differ by 0.03: what they were rounded by counts, not what is left of them.
    near = np.array([1e-12])
    assert left(*np.array([[1 + 1e-6], [1e-6]]), 1 - near, 1 - 0.97 * near).all()
