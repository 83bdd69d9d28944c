"""paper lower ≤ sharp lower ≤ threshold ≤ sharp upper ≤ paper upper over the full range."""

import numpy as np
import pytest

from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.elementary_bounds import elementary_bounds
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import log_threshold

#: Stated accuracy of `log_threshold`, 1e-13, and of the bounds, 1e-14, times max(1, |log y|).
SLACK = 1.1e-13
ORDERS = range(5)


def full_range(count, seed):
    """Real depths > 1 with 2 and ∞, r − 1 in [1e-12, 1e12], s from 1e-300, 1 − f from 1e-15."""
    rng = np.random.default_rng(seed)
    draws = 4 * count
    kind = rng.integers(0, 6, draws)
    depth = np.choose(
        kind,
        (
            np.full(draws, 2.0),
            np.full(draws, np.inf),
            rng.uniform(1, 2, draws),
            2 + 10 ** rng.uniform(-12, 0, draws),
            2 + 10 ** rng.uniform(0, 12, draws),
            rng.integers(3, 100, draws).astype(float),
        ),
    )
    ratio = 1 + 10 ** rng.uniform(-12, 12, draws)
    s = np.where(rng.random(draws) < 0.5, 10 ** rng.uniform(-300, 0, draws), rng.random(draws))
    near = np.where(rng.random(draws) < 0.5, 10 ** rng.uniform(-15, 0, draws), rng.random(draws))
    f = 1 - (1 - s) * near
    keep = (depth > 1) & (ratio > 1) & (s > 0) & (s < f) & (1 - f >= 1e-15)
    return tuple(values[keep][:count] for values in (depth, ratio, s, f))


def assert_in_order(points):
    exact = log_threshold(*points)
    with np.errstate(invalid="ignore"):
        room = np.where(np.isfinite(exact), SLACK * np.maximum(1, np.abs(exact)), 0.0)
    paper = paper_bounds(*points)
    outer = paper
    for order in ORDERS:
        inner = sharp_bounds(*points, order=order)
        assert np.all(outer.lower <= inner.lower)
        assert np.all(inner.lower <= exact + room)
        assert np.all(exact - room <= inner.upper)
        assert np.all(inner.upper <= outer.upper)
        outer = inner
    closed = elementary_bounds(*points)
    assert np.all(paper.lower <= closed.lower)
    assert np.all(closed.lower <= exact + room)
    assert np.all(exact - room <= closed.upper)
    assert np.all(closed.upper <= paper.upper)


def test_bounds_are_in_order():
    assert_in_order(full_range(2_000, seed=31))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [32, 33, 34])
def test_bounds_are_in_order_on_20000_points(seed):
    points = full_range(20_000, seed=seed)
    assert len(points[0]) == 20_000
    assert_in_order(points)


def test_lower_bounds_are_finite_where_the_papers_are_void():
    depth, ratio, s, f = full_range(2_000, seed=35)
    deep = depth >= 2
    void = np.isneginf(paper_bounds(depth, ratio, s, f).lower) & deep
    assert np.count_nonzero(void) > 500
    for bounds in (sharp_bounds(depth, ratio, s, f), elementary_bounds(depth, ratio, s, f)):
        assert np.all(np.isfinite(bounds.lower[deep]))
        assert np.all(np.isfinite(bounds.upper[deep]))


def test_a_perturbed_threshold_falls_outside():
    points = full_range(500, seed=36)
    deep = points[0] >= 2
    depth, ratio, s, f = (values[deep] for values in points)
    exact = log_threshold(depth, ratio, s, f)
    bounds = sharp_bounds(depth, ratio, s, f, order=4)
    wrong = exact * (1 - 1e-3)
    tight = bounds.upper - bounds.lower < 1e-4 * np.abs(exact)
    assert np.count_nonzero(tight) > 200
    assert not np.any((bounds.lower <= wrong) & (wrong <= bounds.upper) & tight)
