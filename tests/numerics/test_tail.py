from typing import Any

import mpmath as mp
import numpy as np
import pytest

from stairwise.numerics._tail import ROUGHLY, Tail

PLACES = np.array([1e-300, 1e-9, 0.01, 0.3, 0.5, 0.5000001, 0.7, 0.93, 1 - 1e-9, 1 - 2.0**-53])
DEPTHS = (1.2, 1.9, 2 + 1e-12, 2.5, 3, 10, 1e6)


def exact(a: float, x: float) -> Any:
    """S(x) by Gauss's function."""
    with mp.workdps(40):
        b = 1 + mp.mpf(a)
        return mp.mpf(x) / b * mp.hyp2f1(1, b, 1 + b, mp.mpf(x))


def of_depth(depth: float) -> tuple[float, float]:
    return (depth - 2) / depth, 2 / depth


@pytest.mark.parametrize("depth", DEPTHS)
def test_both_series_against_gauss_function(depth: float) -> None:
    e, a = of_depth(depth)
    values = Tail(e, a)(PLACES, 1 - PLACES)
    expected = np.array([float(exact(a, x)) for x in PLACES])
    np.testing.assert_allclose(values, expected, rtol=3e-15)
    other = Tail(e - 1e-9, a + 1e-9)(PLACES, 1 - PLACES)
    assert (np.abs(other / expected - 1) > 1e-13).any()


def test_many_depths_give_what_each_gives() -> None:
    """There the series of K makes way for a quadrature, and both halves are worked out for all."""
    depth = np.repeat(DEPTHS, PLACES.size)
    x = np.tile(PLACES, len(DEPTHS))
    values = Tail(*of_depth(depth))(x, 1 - x)  # type: ignore[arg-type]
    each = [Tail(*of_depth(n))(PLACES, 1 - PLACES) for n in DEPTHS]
    np.testing.assert_allclose(values, np.concatenate(each), rtol=5e-15)


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_starts_the_iteration_is_nearly_right(depth: float) -> None:
    e, a = of_depth(depth)
    tail, each = Tail(e, a), Tail(np.full(10, e), np.full(10, a))
    values = tail(PLACES, 1 - PLACES)
    for rough in (tail, each):
        np.testing.assert_allclose(rough(PLACES, 1 - PLACES, ROUGHLY), values, rtol=2e-6)
    np.testing.assert_allclose(tail.start(PLACES, 1 - PLACES), values, rtol=0.03, atol=1e-16)


def test_one_place_without_arrays() -> None:
    tail = Tail(*of_depth(3))
    values = tail.small(PLACES[:5], 1 - PLACES[:5])
    np.testing.assert_allclose([tail.small_at(x) for x in PLACES[:5]], values, rtol=1e-15)
