"""The flow's limit against the convex program, and the two regimes between which it lies."""

import numpy as np
import pytest
from scipy.optimize import linprog

from stairwise.numerics import implicit_bias as implicit_bias_module
from stairwise.numerics.implicit_bias import flow_limit, implicit_bias, least_l1, regimes


def sparse_regression(seed, samples=10, dimension=30):
    generator = np.random.default_rng(seed)
    inputs = generator.standard_normal((samples, dimension))
    truth = np.zeros(dimension)
    truth[generator.choice(dimension, 3, replace=False)] = [2.0, -1.5, 1.0]
    return inputs, inputs @ truth, truth


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))]
)
@pytest.mark.parametrize(("depth", "scale"), [(1, 1.0), (2, 0.1), (2, 1e-3), (3, 0.03), (5, 0.1)])
def test_flow_ends_at_the_solution_of_the_program(seed, depth, scale):
    inputs, targets, _ = sparse_regression(seed)
    limit = flow_limit(inputs, targets, scale, depth)
    program = implicit_bias(inputs, targets, scale, depth)
    assert limit == pytest.approx(program, abs=1e-6)
    # The twin: another initialisation ends elsewhere, unless the potential is quadratic.
    other = implicit_bias(inputs, targets, 3 * scale, depth)
    assert (np.abs(limit - other).max() > 1e-3) == (depth > 1)


def test_large_scale_is_the_kernel_regime_and_small_scale_the_l1_norm():
    inputs, targets, _truth = sparse_regression(2)
    scales = np.array([1e-4, 1e-2, 1e2])
    found = regimes(inputs, targets, scales, [1, 2, 3, 5])
    assert found.limits.shape == (4, 3, 30)
    assert found.limits[0] == pytest.approx(np.tile(found.l2, (3, 1)), abs=1e-8)
    assert found.limits[1:, 2] == pytest.approx(np.tile(found.l2, (3, 1)), abs=1e-3)
    # At small scale, the deeper the closer to ℓ1, and far from the kernel's solution.
    assert np.all(np.diff(found.excess[:, 0]) < 0)
    assert found.excess[3, 0] < 1e-3 < 0.05 < found.excess[0, 0]
    # Smaller is sparser at every depth beyond 1.
    assert np.all(found.excess[1:, 0] < found.excess[1:, 1])
    assert np.all(found.excess[1:, 1] < found.excess[1:, 2])


def test_least_l1_is_optimal():
    """The dual program, max yᵀa with ‖Xᵀa‖_∞ ≤ 1, has the same value: both are optimal."""
    inputs, targets, _ = sparse_regression(0)
    found = least_l1(inputs, targets)
    assert inputs @ found == pytest.approx(targets, abs=1e-9)
    dual = linprog(
        -targets,
        A_ub=np.vstack([inputs.T, -inputs.T]),
        b_ub=np.ones(60),
        bounds=(None, None),
        method="highs-ipm",
    )
    assert np.abs(found).sum() == pytest.approx(-dual.fun, rel=1e-8)


@pytest.mark.parametrize("depth", [1, 2, 2 + 1e-12, 2 + 1e-6, 3])
@pytest.mark.parametrize("size", [1e-12, 1e-3, 1.0])
def test_limits_of_small_targets_and_next_to_depth_2(depth, size):
    inputs, targets = [[1.0, 2.0, 0.5], [0.3, -1.0, 2.0]], size * np.array([1.0, 0.5])
    found = flow_limit(inputs, targets, 1.0, depth)
    assert inputs @ found == pytest.approx(targets, rel=1e-9)
    assert implicit_bias(inputs, targets, 1.0, depth) == pytest.approx(found, abs=1e-7 * size)


def test_dependent_samples_ask_for_no_more():
    once = implicit_bias([[1.0, 2.0]], [1.0], 0.1, 3)
    assert implicit_bias([[1.0, 2.0]] * 2, [1.0] * 2, 0.1, 3) == pytest.approx(once, abs=1e-9)
    whole = implicit_bias([[1.0, 2.0], [1.0, 3.0], [2.0, 5.0]], [1.0, 1.0, 2.0], 0.1, 3)
    assert whole == pytest.approx([1, 0], abs=1e-12)


@pytest.mark.parametrize("unit", [1e-200, 1e-10, 1.0, 1e16, 1e200])
def test_least_l1_knows_no_units(unit):
    assert least_l1([[unit, 2 * unit], [0, 0]], [unit, 0]) == pytest.approx([0, 0.5], abs=1e-12)


def test_targets_of_zero_have_no_excess_and_no_scales_no_limits():
    inputs = [[1.0, 2.0, 0.5]]
    assert np.isnan(regimes(inputs, [0.0], [0.1, 1.0], [1, 3]).excess).all()
    assert regimes(inputs, [1.0], [], [1, 3]).excess.shape == (2, 0)


@pytest.mark.parametrize("solve", [least_l1, lambda x, y: implicit_bias(x, y, 0.1, 3)])
def test_solutions_beyond_float64_are_refused(solve):
    with pytest.raises(ValueError, match="targets must be in the range of inputs"):
        solve(1e-320 * np.array([[1.0, 2.0]]), [1.0])


def test_a_flow_that_does_not_end_is_an_error(monkeypatch):
    monkeypatch.setattr(implicit_bias_module, "MOST_STEPS", 20)
    with pytest.raises(ArithmeticError, match="the flow has not ended after 20 steps"):
        flow_limit([[1.0, 2.0]], [1.0], 0.1, 3)


def test_bad_input_is_named():
    inputs, targets, _ = sparse_regression(0)
    with pytest.raises(ValueError, match="targets must be in the range of inputs"):
        implicit_bias(np.ones((2, 3)), [1, 2], 0.1, 2)
    with pytest.raises(ValueError, match="sigma0 must be a finite number > 0; got 0"):
        implicit_bias(inputs, targets, 0, 2)
    with pytest.raises(ValueError, match=r"depth must be 1, a real number ≥ 2, or inf; got 1\.5"):
        flow_limit(inputs, targets, 0.1, 1.5)
