"""The integrator's clock: its exact Jacobian, and ends of runs."""

import numpy as np
import pytest

from stairwise.numerics.experiments import diagonal
from stairwise.numerics.experiments.diagonal import Problem
from stairwise.numerics.experiments.mirror_flow import _Clock


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
