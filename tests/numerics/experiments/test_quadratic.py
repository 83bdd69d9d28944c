import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from stairwise.numerics.experiments import quadratic as q
from stairwise.numerics.experiments.history import Divergence

SMALL = q.Problem.gaussian(3, 20, (2.0, 1.0), 1)


@pytest.mark.parametrize("bias", [False, True])
def test_gradients_against_the_symbolic_ones(bias: bool) -> None:
    problem = q.Problem.gaussian(2, 4, (2.0, 1.0), 0)
    matrix = sympy.Matrix(3, 2, sympy.symbols("w:6"))
    offset = sympy.Symbol("b")
    residuals = []
    for x, target in zip(problem.inputs, problem.targets, strict=True):
        hidden = matrix * sympy.Matrix([float(entry) for entry in x])
        residuals.append(hidden.dot(hidden) + (offset if bias else 0) - float(target))
    loss = sum(r**2 for r in residuals) / (16 * len(residuals))
    weights = [np.random.default_rng(0).standard_normal((3, 2))]
    at = dict(zip(matrix, weights[0].ravel(), strict=True))
    if bias:
        weights.append(np.array([0.3]))
        at[offset] = 0.3
    value, gradients = q.objective(problem)(weights)
    assert value == pytest.approx(float(loss.subs(at)), rel=1e-12)
    exact = [float(loss.diff(symbol).subs(at)) for symbol in matrix]
    assert np.allclose(gradients[0].ravel(), exact, rtol=1e-10)
    if bias:
        assert gradients[1] == pytest.approx(float(loss.diff(offset).subs(at)), rel=1e-10)


@pytest.mark.parametrize("bias", [False, True])
def test_gradients_against_finite_differences(bias: bool) -> None:
    weights = q.initial(SMALL, scale=0.5, kind="gaussian", bias=bias)
    evaluate = q.objective(SMALL)
    gradients = evaluate(weights)[1]
    for index in range(len(weights)):
        direction = np.random.default_rng(index).standard_normal(weights[index].shape)
        ends = []
        for sign in (1, -1):
            moved = [w.copy() for w in weights]
            moved[index] += sign * 1e-5 * direction
            ends.append(evaluate(moved)[0])
        slope = (ends[0] - ends[1]) / 2e-5
        assert np.sum(gradients[index] * direction) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    ("samples", "bias", "steps"),
    [(100, False, 3457), (100, True, 9321), (1000, False, 1813), (1000, True, 5723)],
)
def test_descent_takes_the_authors_steps(samples: int, bias: bool, steps: int) -> None:
    """Their scripts at seed 0, counting the step after the last loss."""
    problem = q.Problem.gaussian(q.PAPER_SIZE, samples, q.PAPER_VALUES, 0)
    run = q.descend(
        problem,
        q.initial(problem, bias=bias),
        q.from_plain_rate(q.PLAIN_LEARNING_RATE),
        20000,
        q.from_plain_loss(q.PLAIN_LOSS),
        record_every=100,
    )
    assert run.ended == "until_loss"
    assert run.time[-1] + 1 == steps


@pytest.mark.parametrize("bias", [False, True])
def test_flow_ends_where_descent_does_for_fewer_gradients(bias: bool) -> None:
    problem = q.Problem.paper(0)
    goal, rate = q.from_plain_loss(q.PLAIN_LOSS), q.from_plain_rate(q.PLAIN_LEARNING_RATE)
    run = q.flow(problem, q.initial(problem, bias=bias), 1e4, goal)
    steps = 9320 if bias else 3456
    assert run.time[-1] / rate == pytest.approx(steps, rel=2e-3)
    assert run.evaluations < steps / 4


@pytest.mark.parametrize("bias", [False, True])
def test_population_dynamics_at_growing_sample_size(bias: bool) -> None:
    """The trace-coupled ODE without bias and, with the bias at its optimum, the N = 2 toy ODE."""
    targets = np.array([1.0, 0.5, 0.25])
    times = np.linspace(0, 15, 31)

    def coupled(t: float, sigma: np.ndarray) -> np.ndarray:
        errors = targets - sigma
        return np.asarray(sigma * (errors + (0 if bias else np.sum(errors) / 2)))

    exact = solve_ivp(coupled, (0, 15), np.full(3, 1e-2), "LSODA", times, rtol=1e-9, atol=1e-11)
    gaps = []
    for samples in (150, 15000):
        problem = q.Problem.gaussian(3, samples, targets.tolist(), 2)
        values = _optimal_bias_flow(problem, times) if bias else _flow(problem, times)
        gaps.append(np.max(np.abs(values - exact.y.T)))
    assert gaps[1] < 0.05
    assert gaps[0] > 3 * gaps[1]  # 10 at the rate 1/√m


def _flow(problem: q.Problem, times: np.ndarray) -> np.ndarray:
    run = q.flow(problem, q.initial(problem, scale=1e-2, kind="identity"), times[-1])
    return np.array([np.interp(times, run.time, column) for column in run.values.T]).T


def _optimal_bias_flow(problem: q.Problem, times: np.ndarray) -> np.ndarray:
    """A bias at its optimum is the same as centred features."""
    x = problem.inputs
    features = np.einsum("mi,mj->mij", x, x).reshape(len(x), -1)
    features = features - features.mean(axis=0)
    gram = features.T @ features / len(x)

    def rate(t: float, y: np.ndarray) -> np.ndarray:
        matrix = y.reshape(3, 3)
        assert problem.truth is not None
        defect = (matrix.T @ matrix - problem.truth).ravel()
        slope = (gram @ defect).reshape(3, 3)
        return np.asarray(-(matrix @ (slope + slope.T)).ravel() / 8)

    run = solve_ivp(rate, (0, 15), 0.1 * np.eye(3).ravel(), t_eval=times, rtol=1e-9, atol=1e-11)
    return np.array([np.linalg.svd(y.reshape(3, 3), compute_uv=False) ** 2 for y in run.y.T])


def test_initial_weights() -> None:
    problem = q.Problem.paper(3)
    for kind in ("orthogonal", "identity"):
        [matrix] = q.initial(problem, kind=kind, seed=1)
        assert np.allclose(matrix.T @ matrix, 1e-4 * np.eye(20), atol=1e-18)
    matrix, bias = q.initial(problem, bias=True)
    assert bias.shape == (1,)
    assert bias[0] == np.mean(problem.targets)


def test_divergence() -> None:
    with pytest.raises(Divergence, match="diverged by step") as caught:
        q.descend(SMALL, q.initial(SMALL, scale=0.1), 100.0, 10000)
    assert q.descend(SMALL, q.initial(SMALL, scale=0.1), caught.value.bound, 500).loss[-1] < 0.1


def test_bad_input() -> None:
    skew = np.array([[1.0, 0.5], [0.0, 1.0]])
    calls = {
        r"inputs must have shape \(m, d\); got \(3,\)": lambda: q.Problem(np.ones(3), np.ones(3)),
        r"targets must have shape \(3,\); got \(2,\)": lambda: q.Problem(
            np.ones((3, 2)), np.ones(2)
        ),
        r"truth must have shape \(2, 2\); got \(2,\)": lambda: q.Problem(
            np.ones((3, 2)), np.ones(3), np.ones(2)
        ),
        "truth must be symmetric; got entries that differ by 0.5": lambda: q.Problem(
            np.ones((3, 2)), np.ones(3), skew
        ),
        "inputs must be finite": lambda: q.Problem(np.full((3, 2), np.inf), np.ones(3)),
        "values must be at most 2 numbers ≥ 0": lambda: q.Problem.gaussian(2, 3, (1, -1), 0),
        "depth must be 2 for a quadratic network; got 3": lambda: q.initial(SMALL, 3),
        "kind must be one of orthogonal, identity, gaussian": lambda: q.initial(SMALL, kind="z"),
        r"weights must be \[W\] or \[W, bias\]": lambda: q.flow(SMALL, [np.eye(2)], 1.0),
        "full rank at the start; got rank 1 of 3": lambda: q.flow(SMALL, [np.ones((3, 3))], 1.0),
    }
    for message, call in calls.items():
        with pytest.raises(ValueError, match=message):
            call()
