"""Diagonal classifiers: the authors' figures, the flow against its weights, bad input."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics.experiments import diagonal, separability
from stairwise.numerics.experiments.diagonal import Problem

#: Measured by running the authors' scripts on the same data (issue 9): steps and correlations.
AUTHORS = {
    1: (13_997, 0.825),
    2: (7_778, 0.977),
    3: (5_220, 0.988),
    4: (4_216, 0.991),
    5: (3_363, 0.991),
}


def train(problem, depth, **options):
    return diagonal.descend(
        problem,
        diagonal.initial(problem, depth),
        diagonal.from_plain_rate(0.01, depth),
        20_000,
        diagonal.from_plain_loss(0.01, depth),
        record_every=1000,
        **options,
    )


@pytest.mark.parametrize("depth", AUTHORS)
def test_the_authors_classification(depth):
    problem = Problem.paper(0)
    history = train(problem, depth)
    steps, correlation = AUTHORS[depth]
    assert history.ended == "until_loss"
    assert history.time[-1] == pytest.approx(steps, rel=0.01)
    assert problem.cosine(history.values[-1]) == pytest.approx(correlation, abs=1e-3)
    assert history.values.shape == (len(history.time), 100)
    assert history.loss[-1] * depth**2 == pytest.approx(0.01, rel=1e-3)


@pytest.mark.slow
def test_other_seeds_are_in_the_same_range():
    found = np.array(
        [
            [problem.cosine(train(problem, depth).values[-1]) for depth in (1, 2, 5)]
            for problem in map(Problem.paper, range(1, 6))
        ]
    )
    assert np.all(np.diff(found, axis=1) > 0)  # deeper is closer to the truth, on every seed
    # Seed 0 is a low draw: 0.825, 0.977, 0.991 against means of 0.850, 0.990, 0.998 here.
    assert found.mean(axis=0) == pytest.approx([0.825, 0.977, 0.991], abs=0.03)
    assert np.all(found.std(axis=0, ddof=1) < 0.015)


@pytest.mark.parametrize("loss", ["exponential", "logistic", "squared"])
@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_gradient_is_that_of_the_loss(loss, depth):
    """One step, against central differences of the recorded loss."""
    problem = Problem.paper(3, loss)
    start = diagonal.initial(problem, depth, 0.01, "gaussian", seed=1)

    def value(u, v):
        return diagonal.descend(problem, [u, v], 1e-9, 0, depth=depth).loss[0]

    rate = 1e-3
    moved = diagonal.descend(problem, start, rate, 1).weights
    for side in (0, 1):
        for index in (0, 7):
            shift = np.zeros(100)
            shift[index] = 1e-5
            up = value(*(w + shift * (i == side) for i, w in enumerate(start)))
            down = value(*(w - shift * (i == side) for i, w in enumerate(start)))
            gradient = (start[side][index] - moved[side][index]) / rate
            assert gradient == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("loss", ["exponential", "logistic", "squared"])
@pytest.mark.parametrize("depth", [1, 2, 2.5, 4])
@pytest.mark.parametrize("count", [6, 30])
def test_flow_is_that_of_the_weights(loss, depth, count):
    """The mirror clock against u and v themselves, integrated explicitly at 1e-12."""
    generator = np.random.default_rng(5)
    inputs = generator.standard_normal((count, 12))
    truth = np.r_[3.0, -2.0, np.zeros(10)]
    products = inputs @ truth
    squared = loss == "squared"
    problem = Problem(inputs, products if squared else np.sign(products), truth, loss)
    start = [0.3 + 0.2 * generator.random(12) for _ in range(2)]
    end = 20.0

    def rate(_t, w):
        u, v = w[:12], w[12:]
        f = inputs @ (u**depth - v**depth)
        y = problem.targets
        slope = {
            "exponential": -y * np.exp(-y * f),
            "logistic": -y / (1 + np.exp(y * f)),
            "squared": f - y,
        }[loss]
        gradient = inputs.T @ slope / count / depth
        return np.r_[-(u ** (depth - 1)) * gradient, v ** (depth - 1) * gradient]

    exact = solve_ivp(rate, (0, end), np.r_[start[0], start[1]], "DOP853", rtol=1e-12, atol=1e-14)
    history = diagonal.flow(problem, start, end, depth=depth)
    u, v = exact.y[:12, -1], exact.y[12:, -1]
    assert history.time[-1] == end
    size = np.abs(u**depth - v**depth).max()
    assert history.values[-1] == pytest.approx(u**depth - v**depth, abs=1e-9 * size)
    assert np.r_[*history.weights] == pytest.approx(exact.y[:, -1], abs=1e-6)


def test_small_steps_tend_to_the_flow():
    problem = Problem.paper(0)
    goal = diagonal.from_plain_loss(0.3, 3)
    start = diagonal.initial(problem, 3)
    exact = diagonal.flow(problem, start, 1e6, goal)
    assert exact.ended == "until_loss"
    assert exact.loss[-1] == pytest.approx(goal, rel=1e-9)
    errors = []
    for rate in (0.8, 0.2):
        history = diagonal.descend(problem, start, rate, 100_000, goal, record_every=10**6)
        errors.append(abs(history.time[-1] * rate - exact.time[-1]))
    assert errors[1] < errors[0] / 2
    assert errors[1] < 0.02 * exact.time[-1]


def test_non_separable_data_are_refused_and_not_spun_on():
    inputs = np.array([[1.0, 0.5], [-1.0, -0.5], [0.2, 1.0]])
    problem = Problem(inputs, [1, 1, -1])
    start = diagonal.initial(problem, 2)
    for call in (diagonal.descend, diagonal.flow):
        with pytest.raises(ValueError, match="inputs must be linearly separable by targets for"):
            call(problem, start, 0.1, 10)
    # Logistic loss has its minimum: refused only below what any classifier can reach.
    logistic = Problem(inputs, [1, 1, -1], loss="logistic")
    assert diagonal.descend(logistic, start, 0.1, 10).ended == "steps"
    with pytest.raises(ValueError, match="linearly separable"):
        diagonal.descend(logistic, start, 0.1, 10, until_loss=0.01)
    # The twin: the same with labels that a line separates.
    assert diagonal.descend(Problem(inputs, [1, -1, 1]), start, 0.1, 10).ended == "steps"


@pytest.mark.parametrize("unit", [1e-300, 1e-10, 1.0, 1e16, 1e300])
def test_separable_or_not_in_any_unit(unit):
    inputs = unit * np.array([[1.0, 2.0], [3.0, -1.0]])
    assert Problem(inputs, [1.0, -1.0]).separable
    assert not Problem(unit * np.array([[1.0, 2.0], [2.0, 4.0]]), [1.0, -1.0]).separable


def test_samples_and_features_in_their_own_units_stay_separable_or_not():
    generator = np.random.default_rng(0)
    seen = set()
    for _ in range(60):
        count, dimension = generator.integers(1, 8), generator.integers(1, 5)
        inputs = generator.standard_normal((count, dimension))
        labels = generator.choice([-1.0, 1.0], count)
        units = [10.0 ** generator.uniform(-20, 20, shape) for shape in ((count, 1), dimension)]
        separable = Problem(inputs, labels).separable
        assert Problem(inputs * units[0] * units[1], labels).separable == separable
        seen.add(separable)
    assert seen == {False, True}
    assert Problem([[1.0, 1e-9], [1.0, -1e-9]], [1.0, -1.0]).separable
    for small, large in ((1e-30, 1.0), (1e-308, 1e308), (5e-324, 1e308)):
        assert Problem([[large, small], [small, large]], [1.0, 1.0]).separable
    wide = [[-0.38, 0.00075], [80, -0.15], [-0.0014, 0.44], [0.0004, -920]]
    assert not Problem(wide, np.ones(4)).separable
    assert not Problem([[0.0, 0.0], [1.0, 1.0]], [1.0, 1.0]).separable


def test_a_program_that_is_not_solved_is_an_error(monkeypatch):
    failed = SimpleNamespace(status=4, x=None, message="numerical difficulties")
    monkeypatch.setattr(separability, "linprog", lambda *_, **__: failed)
    with pytest.raises(ArithmeticError, match="1 samples in 2 dimensions are separable: numerical"):
        _ = Problem([[1.0, 2.0]], [1.0]).separable


def test_bad_input_is_named():
    inputs = np.eye(2)
    with pytest.raises(ValueError, match=r"targets must be labels −1 or 1 .*from_zero_one.*got 0"):
        Problem(inputs, [0, 1])
    assert Problem.from_zero_one(inputs, [0, 1]).targets.tolist() == [-1, 1]
    with pytest.raises(ValueError, match=r"labels must be 0 or 1; got 2\.0"):
        Problem.from_zero_one(inputs, [0, 2])
    with pytest.raises(ValueError, match=r"inputs must have no zero column .* column 1"):
        Problem([[1.0, 0.0], [2.0, 0.0]], [1, -1])
    with pytest.raises(ValueError, match="inputs must be finite; got inf"):
        Problem([[np.inf, 1.0]], [1])
    with pytest.raises(ValueError, match=r"targets must have shape \(2,\), one per row"):
        Problem(inputs, [1, -1, 1])
    problem = Problem(inputs, [1, -1])
    with pytest.raises(ValueError, match="depth must be given for weights that do not come from"):
        diagonal.descend(problem, [np.ones(2), np.ones(2)], 0.1, 1)
    with pytest.raises(ValueError, match="depth must be that of the weights, 2; got 3"):
        diagonal.descend(problem, diagonal.initial(problem, 2), 0.1, 1, depth=3)
    with pytest.raises(ValueError, match="weights must be ≥ 0 for the flow of depth 3; got -1"):
        diagonal.flow(problem, [-np.ones(2), np.ones(2)], 1.0, depth=3)
    squared = Problem(inputs, [1, -1], loss="squared")
    with pytest.raises(ValueError, match="learning_rate must be small enough"):
        diagonal.descend(squared, diagonal.initial(squared, 2, 1.0), 1e4, 100)
    with pytest.raises(ValueError, match="kind must be one of constant, gaussian; got 'zeros'"):
        diagonal.initial(problem, 2, kind="zeros")


@pytest.mark.parametrize("rtol", [0, -1.0, np.nan, "x"])
def test_the_tolerance_of_a_flow_is_checked(rtol):
    problem = Problem([[1.0, 2.0]], [1.0], loss="squared")
    with pytest.raises(ValueError, match="rtol must be a "):
        diagonal.flow(problem, [np.ones(2), np.ones(2)], 1.0, depth=2, rtol=rtol)
