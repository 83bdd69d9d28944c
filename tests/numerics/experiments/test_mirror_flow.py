"""The integrator's clock: its exact Jacobian, and ends of runs."""

import numpy as np
import pytest

from stairwise.numerics.experiments import diagonal
from stairwise.numerics.experiments.diagonal import Problem
from stairwise.numerics.experiments.mirror_flow import _Clock
from stairwise.numerics.mirror import change_at_clock, side_at_clock


@pytest.mark.parametrize("loss", ["exponential", "logistic", "squared"])
@pytest.mark.parametrize("depth", [1, 2, 3.5])
@pytest.mark.parametrize("count", [3, 9])
def test_jacobian_is_the_derivative_of_the_rate(loss, depth, count):
    """A wrong Jacobian would only make the steps slow: nothing else would show it."""
    generator = np.random.default_rng(3)
    inputs = generator.standard_normal((count, 6))
    problem = Problem(inputs, np.sign(generator.standard_normal(count)), loss=loss)
    clock = _Clock(problem, (generator.random(6) + 0.1, generator.random(6) + 0.1), depth)
    z = 0.05 * generator.standard_normal(clock.size)
    columns = [
        (clock.rate(0.0, z + 1e-6 * unit) - clock.rate(0.0, z - 1e-6 * unit)) / 2e-6
        for unit in np.eye(clock.size)
    ]
    assert clock.jacobian(0.0, z) == pytest.approx(np.array(columns).T, rel=1e-6, abs=1e-8)


def test_every_end_is_told():
    inputs = np.random.default_rng(0).standard_normal((4, 8))
    problem = Problem(inputs, inputs @ np.r_[1.0, np.zeros(7)], loss="squared")
    start = diagonal.initial(problem, 3)
    assert diagonal.flow(problem, start, 0.0).ended == "end_time"
    assert diagonal.flow(problem, start, 2.0).ended == "end_time"
    assert diagonal.flow(problem, start, 2.0, until_loss=10.0).ended == "until_loss"
    reached = diagonal.flow(problem, start, 1e9, until_loss=1e-4)
    assert reached.ended == "until_loss"
    assert reached.loss[-1] == pytest.approx(1e-4, rel=1e-9)
    settled = diagonal.flow(problem, start, 1e9)
    assert settled.ended == "rounding"
    assert inputs @ settled.values[-1] == pytest.approx(problem.targets, abs=1e-11)
    # Nothing to learn: already there.
    still = Problem(inputs, np.zeros(4), loss="squared")
    assert diagonal.flow(still, start, 1.0).ended == "rounding"


def test_a_run_goes_on_from_its_weights():
    problem = Problem.paper(2)
    start = diagonal.initial(problem, 3)
    half = diagonal.flow(problem, start, 5.0)
    rest = diagonal.flow(problem, half.weights, 5.0)
    whole = diagonal.flow(problem, start, 10.0)
    size = np.abs(whole.values[-1]).max()
    assert rest.values[-1] == pytest.approx(whole.values[-1], abs=1e-7 * size)


@pytest.mark.parametrize("size", [1e-15, 1e-6, 1e-3])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_values_far_below_their_start_flow_as_those_of_a_linear_model(depth, size):
    """σ' = −2 σ0^p ∇L to first order in σ/σ0: an exponential, by its own eigenvectors."""
    generator = np.random.default_rng(1)
    inputs, targets = generator.standard_normal((3, 5)), size * generator.standard_normal(3)
    weights = [np.ones(5), np.ones(5)]
    found = diagonal.flow(Problem(inputs, targets, loss="squared"), weights, 3.0, depth=depth)
    end = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    speeds, modes = np.linalg.eigh(2 * inputs.T @ inputs / 3)
    expected = end - modes @ (np.exp(-3.0 * speeds) * (modes.T @ end))
    bend = 0.0 if depth == 1 else 3 * size**2  # the next order in σ/σ0
    largest = np.max(np.abs(expected))
    assert found.values[-1] == pytest.approx(expected, rel=0, abs=(1e-11 + bend) * largest)


@pytest.mark.parametrize("beyond", [1e-12, 1e-9, 1e-6])
def test_next_to_depth_2_it_is_the_flow_of_depth_2(beyond):
    generator = np.random.default_rng(1)
    problem = Problem(
        generator.standard_normal((3, 5)), generator.standard_normal(3), loss="squared"
    )
    weights = [np.full(5, 0.1), np.full(5, 0.1)]
    near, at = (diagonal.flow(problem, weights, 5.0, depth=n) for n in (2 + beyond, 2))
    assert near.values[-1] == pytest.approx(at.values[-1], rel=0, abs=1e-11 + 100 * beyond)


@pytest.mark.parametrize(("depth", "start"), [(2, 1e-10), (2, 1e-20), (2.01, 1e-20), (3, 1e-10)])
def test_weights_that_fall_far_below_their_start_keep_their_balance(depth, start):
    problem = Problem([[1.0]], [1.0], loss="squared")
    weights = [np.full(1, start ** (1 / depth)) for _ in range(2)]
    found = diagonal.flow(problem, weights, 1e12, depth=depth)
    u, v = (float(side[0]) for side in found.weights)
    if depth == 2:
        assert u * v == pytest.approx(start, rel=1e-9)
    else:
        power = 2 - depth  # of the weights: −κN
        assert u**power + v**power == pytest.approx(2 * start ** (power / depth), rel=1e-9)
    assert found.values[-1] == pytest.approx([1.0], rel=1e-9)


def test_a_side_that_starts_at_zero_stays_there():
    zero = np.array([0.0])
    for depth in (2, 2.5, np.inf):
        for theta in (-800.0, 3.0):
            assert change_at_clock(np.array([theta]), zero, depth) == 0
            assert side_at_clock(np.array([theta]), zero, depth) == 0
