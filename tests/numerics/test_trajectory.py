import warnings
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics import learning_time, trajectory
from stairwise.numerics._relaxation import relax
from stairwise.numerics._tail import Tail

TINY, LARGEST = 5e-324, float(np.finfo(np.float64).max)


@pytest.mark.parametrize("depth", [1, 1.3, 2, 2.5, 3, 10, np.inf])
@pytest.mark.parametrize("start", [1e-2, 0.4, 0.9, 1.0, 1.5, 30.0])
def test_an_integrated_flow(depth: float, start: float) -> None:
    """In log σ, at times before, in and after the transition; from below, at and above σ*."""
    p = 2 - 2 / depth
    end = 10 + (learning_time(0.9, start, 1, depth) if start < 0.9 else 0)
    times = np.linspace(0, end, 40)

    def flow(_: float, v: Any) -> Any:
        return np.exp((p - 1) * v) * (1 - np.exp(v))

    run = solve_ivp(flow, (0, end), [np.log(start)], "DOP853", t_eval=times, rtol=1e-12, atol=1e-13)
    values = trajectory(times, start, 1, depth)
    np.testing.assert_allclose(values, np.exp(run.y[0]), rtol=1e-9)
    assert np.abs(values - trajectory(times * 1.001, start, 1, depth)).max() > 1e-9 or start == 1


@pytest.mark.parametrize("depth", [1, 1.3, 2, 3, np.inf])
def test_zero_target_has_its_own_closed_form(depth: float) -> None:
    p = 2 - 2 / depth
    times = np.array([0, 1e-3, 1, 1e3])
    expected = 0.5 * np.exp(-times) if p == 0 else (0.5**-p + p * times) ** (-1 / p)
    np.testing.assert_allclose(trajectory(times, 0.5, 0, depth), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("t", "sigma0", "sigma_star", "depth"),
    [
        (0.7, 1e150, 1e-100, 3),  # (σ*/σ0)^p is out of range,
        (3e-97, 2e185, 5e-209, 3),  # σ*^p t too: it once stayed at σ0,
        (1e-9, 1e80, 1e-200, np.inf),
        (1e300, 1e200, 0, np.inf),  # and here σ0^p t: it once was 0
        (1e300, 1e200, 1e-300, np.inf),
    ],
)
def test_far_above_its_target_a_value_falls_as_if_to_zero(
    t: float, sigma0: float, sigma_star: float, depth: float
) -> None:
    p = 2 - 2 / depth
    expected = (sigma0**-p + p * t) ** (-1 / p)
    assert trajectory(t, sigma0, sigma_star, depth) == pytest.approx(expected, rel=1e-12)


def test_far_below_its_target_a_logistic_keeps_its_digits() -> None:
    """e^{−σ* t} is subnormal, with two digits of its own: it once was off by 1e-2."""
    reached = np.array([650.0, 720.0, 740.0, 744.0])
    expected = np.exp(reached / 2) * 2.0**-700 * np.exp(reached / 2)
    values = trajectory(reached * 2.0**-700, 2.0**-700, 2.0**700, 2)
    np.testing.assert_allclose(values, expected, rtol=1e-12)
    # σ0/σ* is subnormal; 1.3e-323 would be three of the smallest steps, off by a tenth.
    assert trajectory(1e-159, 1.3e-161, 1e162, 2) == 1e162
    assert trajectory(1e-200, 1e162, 1.3e-161, 2) == pytest.approx(1e162, rel=1e-12)


def test_depth_two_is_logistic() -> None:
    times = np.linspace(0, 30, 50)
    expected = 1e-5 * 2 * np.exp(2 * times) / (1e-5 * np.expm1(2 * times) + 2)
    np.testing.assert_allclose(trajectory(times, 1e-5, 2, 2), expected, rtol=1e-13)
    for depth in (2 - 1e-13, 2 + 1e-13):
        np.testing.assert_allclose(trajectory(times, 1e-5, 2, depth), expected, rtol=1e-11)


def test_starts_at_sigma0_and_ends_at_sigma_star() -> None:
    depth = np.array([1, 1.5, 2, 2.5, 3, np.inf])
    start = np.array([1e-8, 0.3, 2, 1e5])[:, None]
    first = trajectory(0, start, 1, depth)
    np.testing.assert_allclose(first, np.broadcast_to(start, (4, 6)), rtol=1e-15)
    np.testing.assert_array_equal(trajectory(1e300, start, 1, depth), 1)


def test_monotone_in_time() -> None:
    times = np.linspace(0, 200, 5001)
    for depth in (1.5, 2, 2.5, 3, np.inf):
        rising = trajectory(times, 0.01, 1, depth)
        assert (np.diff(rising) >= -1e-15).all()
        assert (np.diff(trajectory(times, 7, 1, depth)) <= 1e-15).all()


def test_shared_parameters_give_what_arrays_give() -> None:
    times = np.linspace(0, 300, 9000)  # more than a block
    for depth in (1, 1.5, 2, 3, np.inf):
        for start in (1e-2, 0.7, 5.0):
            once = trajectory(times, start, 1, depth)
            each = trajectory(times, np.full(9000, start), 1, np.full(9000, depth))
            np.testing.assert_allclose(once, each, rtol=2e-13)


def test_scalars_shapes_and_untouched_inputs() -> None:
    assert type(trajectory(1, 0.1, 1, 3)) is float
    assert trajectory([1], 0.1, [[1]], 3).shape == (1, 1)
    assert trajectory([], 0.1, 1, 3).shape == (0,)
    times = np.linspace(0, 9, 7)
    times.flags.writeable = False
    assert trajectory(times, 0.1, [[1], [2]], 3).shape == (2, 7)


@pytest.mark.parametrize("depth", [1, 1 + 1e-12, 1.5, 2, 2 + 1e-12, 3, 1e12, np.inf])
def test_extremes_give_numbers_and_no_warnings(depth: float) -> None:
    scales = np.array([TINY, 1e-310, 1e-300, 1e-3, 1, 1e3, 1e300, LARGEST])
    sigma_star = np.concatenate([[0], scales])[:, None]
    times = np.concatenate([[0], scales])[:, None, None]
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        values = trajectory(times, scales, sigma_star, depth)
    assert np.isfinite(values).all()
    low, high = np.minimum(scales, sigma_star), np.maximum(scales, sigma_star)
    assert (values >= low * (1 - 1e-12)).all()
    assert (values * (1 - 1e-12) <= high).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 0.1, 1, 3), "t must be a finite number ≥ 0; got -1.0"),
        ((np.inf, 0.1, 1, 3), "t must be a finite number ≥ 0; got inf"),
        ((1, 0, 1, 3), "sigma0 must be a finite number > 0; got 0.0"),
        ((1, 0.1, -2, 3), "sigma_star must be a finite number ≥ 0; got -2.0"),
        ((1, 0.1, 1, 0.9), "depth must be a real number ≥ 1, or inf; got 0.9"),
        (([1, 2], [1, 2, 3], 1, 3), "arguments must have shapes that broadcast; got t (2,)"),
    ],
)
def test_bad_input_is_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (the text is compared below)
        trajectory(*arguments)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("e", [-0.5, 1 / 3])
def test_in_no_time_a_value_beyond_one_half_stays(e: float) -> None:
    start = np.array([0.7])
    state = relax(Tail(e, 1 - e), start, np.log(start), np.zeros(1))
    np.testing.assert_allclose(state.x, start, rtol=4e-16)
