import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics.stabilised import _chebyshev_step, between, integrate

DECAYS = np.array([0.5, 1.0, 30.0, 1000.0, 20000.0])
START = np.array([1.0, -2.0, 3.0, 0.5, 1.0])


def amplification(stages: int, z: float) -> float:
    one = np.ones(1)
    return float(_chebyshev_step(lambda y: z * y, one, z * one, 1.0, stages)[0])


@pytest.mark.parametrize("stages", [2, 3, 10, 50, 200])
def test_stability_polynomial_is_second_order_at_zero(stages: int) -> None:
    for z in (-1e-2, -1e-3, 1e-3):
        third = abs(amplification(stages, z) - (1 + z + z * z / 2))
        assert third < 0.2 * abs(z) ** 3 + 1e-13


@pytest.mark.parametrize("stages", [2, 3, 10, 50, 200])
def test_stability_interval_is_as_long_as_stated_and_no_longer(stages: int) -> None:
    inside = np.linspace(0, 0.653 * (stages**2 - 1), 301)[1:]
    assert max(abs(amplification(stages, -z)) for z in inside) <= 1
    assert abs(amplification(stages, -0.75 * stages**2)) > 1
    damped = [z for z in inside if z > 0.1 * inside[-1]]
    assert max(abs(amplification(stages, -z)) for z in damped) < 0.96  # 1 − ε/3 and a little


def test_stiff_decay_converges_at_second_order() -> None:
    exact = START * np.exp(-DECAYS)
    errors = []
    for rtol in (1e-3, 1e-5, 1e-7):
        *_, last = integrate(lambda y: -DECAYS * y, START, 1.0, rtol, rtol * 1e-2)
        assert last.time == 1.0
        errors.append(np.max(np.abs(last.state - exact)))
        assert errors[-1] < 0.3 * rtol ** (2 / 3)
    assert errors[0] / errors[1] > 10 < errors[1] / errors[2]  # 100^(2/3) = 21 in the limit


def test_stiffness_costs_few_evaluations() -> None:
    *_, last = integrate(lambda y: -DECAYS * y, START, 1.0, 1e-4, 1e-6)
    explicit = solve_ivp(lambda t, y: -DECAYS * y, (0, 1), START, rtol=1e-4, atol=1e-6)
    assert explicit.success
    assert last.evaluations < explicit.nfev / 20
    assert 2e4 <= last.radius < 3e4


def test_inside_a_step_the_interpolant_is_third_order() -> None:
    steps = list(integrate(lambda y: y * (1 - y), np.array([1e-3]), 20.0, 1e-6, 1e-9))
    for step in steps[::7]:
        time = step.before + 0.3 * (step.time - step.before)
        exact = 1 / (1 + 999 * np.exp(-time))
        assert between(step, 0.3)[0] == pytest.approx(exact, rel=2e-4)
    assert np.array_equal(between(steps[3], 1.0), steps[3].state)
    assert np.array_equal(between(steps[3], 0.0), steps[3].start)


def test_state_at_rest_stays_and_finishes() -> None:
    *_, last = integrate(lambda y: 0 * y, np.array([1.0, 2.0]), 5.0, 1e-4, 1e-4)
    assert last.time == 5.0
    assert np.array_equal(last.state, [1.0, 2.0])


def test_explosion_is_an_error_not_a_nan() -> None:
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(FloatingPointError) as caught:
        list(integrate(lambda y: y * y, np.array([1.0]), 2.0, 1e-6, 1e-6))
    assert "shrank" in str(caught.value)
