import warnings
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics import learning_time, trajectory
from stairwise.numerics._scaled import exact_e, power, product

TINY, LARGEST = 5e-324, float(np.finfo(np.float64).max)


def test_elementary_depths() -> None:
    a, b = 1e-3, 0.9
    times = learning_time(b, a, 1, [1, 2, np.inf])
    expected = [
        np.log((1 - a) / (1 - b)),
        np.log(b / (1 - b)) - np.log(a / (1 - a)),
        np.log(b / (1 - b)) - np.log(a / (1 - a)) - 1 / b + 1 / a,
    ]
    np.testing.assert_allclose(times, expected, rtol=1e-14)


@pytest.mark.parametrize("depth", [1, 1.5, 2, 3, 7.3, np.inf])
def test_an_integrated_flow_arrives_on_time(depth: float) -> None:
    """In log σ, by an explicit integrator with an event at α·σ*."""
    p, target, start, alpha = 2 - 2 / depth, 1.7, 1e-2, 0.8

    def flow(_: float, v: Any) -> Any:
        return np.exp((p - 1) * v) * (target - np.exp(v))

    def arrived(_: float, v: Any) -> float:
        return float(v[0] - np.log(alpha * target))

    arrived.terminal = True  # type: ignore[attr-defined]
    run = solve_ivp(
        flow, (0, 1e4), [np.log(start)], method="DOP853", rtol=1e-12, atol=1e-12, events=arrived
    )
    assert run.t_events[0][0] == pytest.approx(
        learning_time(alpha, start, target, depth), rel=1e-10
    )


def test_zero_where_it_starts_past() -> None:
    np.testing.assert_array_equal(learning_time(0.5, [0.5, 0.7, 3], 1, 3), [0, 0, 0])
    assert learning_time(0.5, 0.5 - 2.0**-54, 1, 3) > 0


def test_a_start_one_ulp_before_the_end_keeps_all_digits() -> None:
    """T ≈ (α σ* − σ0)/(σ0^p (σ* − σ0)), with the product α σ* formed exactly."""
    alpha, target = 0.3, 0.7
    exact = product(np.array(alpha), np.array(target))
    start = np.nextafter(float(exact.high), 0)
    gap = (float(exact.high) - start) + float(exact.low)
    expected = gap / (start ** (4 / 3) * (target - start))
    assert learning_time(alpha, start, target, 3) == pytest.approx(expected, rel=1e-13)


def test_time_scales_with_the_target() -> None:
    """σ*^{−p}: with powers of two nothing is rounded but the power."""
    times = learning_time(0.75, np.array([1, 8]) * 1e-5, [1, 8], 3)
    assert times[1] == pytest.approx(times[0] / 16, rel=1e-15)


@pytest.mark.parametrize("depth", [1, 1 + 1e-12, 1.5, 2, 2 + 1e-12, 3, 1e12, np.inf])
def test_extremes_give_numbers_and_no_warnings(depth: float) -> None:
    sigma0 = np.array([TINY, 1e-310, 1e-300, 1e-3, 1, 1e300, LARGEST])
    sigma_star = sigma0[:, None]
    alpha = np.array([TINY, 1e-300, 0.5, 1 - 2.0**-53])[:, None, None]
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        times = learning_time(alpha, sigma0, sigma_star, depth)
    assert not np.isnan(times).any()
    assert (times >= 0).all()


def test_scalars_shapes_and_untouched_inputs() -> None:
    assert type(learning_time(0.5, 0.1, 1, 3)) is float
    start = np.array([[0.1], [0.2]])
    start.flags.writeable = False
    assert learning_time([0.5, 0.6, 0.7], start, 1, 3).shape == (2, 3)


def test_times_lie_on_the_trajectory() -> None:
    rng = np.random.default_rng(4)
    depth = rng.choice([1, 1.5, 2, 2.5, 3, np.inf], 500)
    sigma_star, alpha = rng.uniform(0.1, 10, 500), rng.uniform(0.01, 0.99, 500)
    sigma0 = alpha * sigma_star * rng.uniform(0.01, 1, 500)
    times = learning_time(alpha, sigma0, sigma_star, depth)
    values = trajectory(times, sigma0, sigma_star, depth)
    np.testing.assert_allclose(values, alpha * sigma_star, rtol=1e-12)


def test_powers_are_exact_where_pow_is_not() -> None:
    """1e-300^(1 − 2/3) is 1e-100; the rounding of 1/3 alone costs pow 1e-14."""
    result = power(np.array([1e-300]), exact_e(np.array([3.0]))).value()[0]
    assert result == pytest.approx(1e-100, rel=4e-16)
    assert abs(1e-300 ** (1 / 3) / 1e-100 - 1) > 1e-14


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 0.1, 1, 3), "alpha must be a number in (0, 1); got 1.0"),
        ((0, 0.1, 1, 3), "alpha must be a number in (0, 1); got 0.0"),
        ((0.5, 0, 1, 3), "sigma0 must be a finite number > 0; got 0.0"),
        ((0.5, 0.1, -1, 3), "sigma_star must be a finite number > 0; got -1.0"),
        ((0.5, 0.1, 1, 0), "depth must be a real number ≥ 1, or inf; got 0.0"),
    ],
)
def test_bad_input_is_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (the text is compared below)
        learning_time(*arguments)
    assert str(raised.value) == message
