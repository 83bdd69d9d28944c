from functools import partial

import numpy as np
import pytest

from stairwise.numerics.experiments import comparison, matrix_sensing
from stairwise.numerics.experiments.history import History
from stairwise.numerics.learning_time import learning_time


def population(values: tuple[float, ...]) -> matrix_sensing.Problem:
    d = len(values)
    rows = d * np.eye(d * d)
    truth = np.diag(values)
    return matrix_sensing.Problem(rows.reshape(-1, d, d), rows @ truth.ravel(), truth)


def test_measured_times_interpolate_the_logarithm() -> None:
    time = np.array([0.0, 1.0, 3.0])
    values = np.exp(np.array([[0.0, -1.0, 0.0], [1.0, -1.0, 0.0], [5.0, -1.0, 0.0]]))
    run = History(time, np.zeros(3), values, [])
    found = comparison.measured_times(run, np.exp([3.0, 3.0, 0.5]), np.exp(-1.0))
    assert found == pytest.approx([1.5, np.inf, 0.0])


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_predicted_times_are_those_of_the_population(depth: int) -> None:
    targets = (12.0, 6.0, 4.0)
    problem = population(targets)
    start = matrix_sensing.initial(problem, depth, 1e-3, "identity")
    end = 1.2 * float(learning_time(0.9, 1e-3, 4.0, depth))
    run = matrix_sensing.flow(problem, start, end)
    for alpha in (0.1, 0.5, 0.9):
        measured = comparison.measured_times(run, targets, alpha)
        predicted = comparison.predicted_times(targets, 1e-3, depth, alpha)
        assert np.allclose(measured, predicted, rtol=3e-3)
        wrong = comparison.predicted_times(targets, 1e-3, depth + 1, alpha)
        assert not np.allclose(measured, wrong, rtol=0.05)


def test_predicted_values_pass_their_targets_at_the_predicted_times() -> None:
    targets = np.array([3.0, 2.0, 1.0])
    for depth in (2, 4):
        times = np.atleast_1d(np.sort(comparison.predicted_times(targets, 1e-3, depth, 0.5)))
        values = comparison.predicted_values(times, targets, 1e-3, depth)
        assert np.diag(values) == pytest.approx(targets / 2, rel=1e-5)


def test_quadratic_values_without_and_with_bias() -> None:
    targets, times = np.array([1.0, 0.5]), np.linspace(0, 40, 9)
    with_bias = comparison.predicted_quadratic_values(times, targets, 1e-3, True)
    assert np.allclose(with_bias, comparison.predicted_values(times, targets, 1e-3, 2))
    without = comparison.predicted_quadratic_values(times, targets, 1e-3, False)
    assert without[1, 0] > 2 * with_bias[1, 0]
    assert np.allclose(without[-1], targets, rtol=1e-3)


def test_population_grid_agrees_with_the_exact_threshold() -> None:
    for depth in (2, 3, 4):
        for ratio in (1.5, 3.0):
            log_y = float(comparison.log_threshold(depth, ratio, 0.1, 0.9))
            problem = population((ratio, 1.0))
            for shift, expected in ((-0.02, True), (0.02, False)):
                found = comparison.is_incremental(problem, depth, np.exp(log_y + shift), 0.1, 0.9)
                assert found is expected


def test_agreement_grows_with_the_measurements() -> None:
    grid = comparison.agreement([2, 3], [2.0, 4.0], [1e-4, 1e-3, 1e-2], [20, 20000], size=3)
    assert grid.predicted.any()
    assert not grid.predicted.all()
    assert np.all(grid.share[1] == 1)
    assert grid.share[0].min() < 1
    assert grid.widest_miss[1].tolist() == [0, 0]
    assert grid.widest_miss[0].max() > 0.1
    assert grid.samples_needed == [20000, 20000]


def test_an_interrupted_grid_keeps_its_blocks() -> None:
    def stop(done: int, of: int) -> None:
        assert of == 3
        if done == 2:
            raise KeyboardInterrupt

    grid = comparison.agreement([2], [3.0], [1e-3], [20, 200, 2000], size=2, progress=stop)
    assert grid.done == 2
    assert np.isnan(grid.share[2, 0])
    assert not np.isnan(grid.share[:2]).any()


def test_bad_input() -> None:
    run = History(np.zeros(1), np.zeros(1), np.ones((1, 2)), [])
    calls = {
        "targets must be at most 2 numbers": lambda: comparison.measured_times(
            run, [1.0, 1.0, 1.0], 0.5
        ),
        "scales must be less than s = 0.1; got 0.2": lambda: comparison.agreement(
            [2], [2.0], [0.2], [10]
        ),
        "samples must be a whole number ≥ 1; got 0": lambda: comparison.agreement(
            [2], [2.0], [0.01], [0]
        ),
        "ratio must be a finite number > 1": lambda: comparison.agreement([2], [1.0], [0.01], [10]),
        "problem must have a truth": lambda: comparison.is_incremental(
            matrix_sensing.Problem(np.ones((2, 2, 2)), np.ones(2)), 2, 0.01, 0.1, 0.9
        ),
    }
    for truth, message in (
        ([[1.0, 0.5], [0.0, 1.0]], "truth must be symmetric; got entries that differ by 0.5"),
        ([[1.0, 0.0], [0.0, -2.0]], "truth must be positive semi-definite; got an eigenvalue -2"),
        ([[3.0, 0.0], [0.0, 0.0]], "truth must have two positive eigenvalues; got 3, 0"),
        ([[3.0]], "truth must have two positive eigenvalues; got 3"),
    ):
        problem = matrix_sensing.Problem(
            np.ones((2, len(truth), len(truth))), np.ones(2), np.array(truth)
        )
        calls[message] = partial(comparison.is_incremental, problem, 2, 0.01, 0.1, 0.9)
    two = population((3.0, 2.0))
    calls |= {
        "scale must be less than s times the second eigenvalue, 0.2; got 0.3": partial(
            comparison.is_incremental, two, 2, 0.3, 0.1, 0.9
        ),
        "s must be such that 0 < s < f < 1; got s = 0.9, f = 0.1": partial(
            comparison.is_incremental, two, 2, 0.01, 0.9, 0.1
        ),
    }
    for message, call in calls.items():
        with pytest.raises(ValueError, match=message):
            call()
