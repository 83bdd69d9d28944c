import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from stairwise.numerics.experiments import matrix_sensing as ms
from stairwise.numerics.experiments.history import Divergence, History, Interrupted

SMALL = ms.Problem.gaussian(4, 40, (3.0, 1.0), 3)


def isotropic(values: tuple[float, ...]) -> ms.Problem:
    """Measurements whose sample loss is the population loss: d·E_ij, so that AᵀA/m = I."""
    d = len(values)
    rows = d * np.eye(d * d)
    truth = np.diag(values)
    return ms.Problem(rows.reshape(-1, d, d), rows @ truth.ravel(), truth)


def chain(depth: int, seed: int = 0) -> list[np.ndarray]:
    """Random layers of different widths."""
    widths = [4, *(5 + i for i in range(depth - 1)), 4]
    generator = np.random.default_rng(seed)
    return [
        generator.standard_normal((widths[i + 1], widths[i])) / np.sqrt(5) for i in range(depth)
    ]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_gradients_against_finite_differences(depth: int) -> None:
    evaluate = ms.objective(SMALL)
    weights = chain(depth)
    _, gradients = evaluate(weights)
    generator = np.random.default_rng(1)
    for layer in range(depth):
        direction = generator.standard_normal(weights[layer].shape)
        ends = []
        for sign in (1, -1):
            moved = [w.copy() for w in weights]
            moved[layer] += sign * 1e-5 * direction
            ends.append(evaluate(moved)[0])
        slope = (ends[0] - ends[1]) / 2e-5
        assert np.sum(gradients[layer] * direction) == pytest.approx(slope, rel=1e-7)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_gradients_against_the_symbolic_ones(depth: int) -> None:
    problem = ms.Problem.gaussian(2, 3, (2.0, 1.0), 0)
    names = [sympy.Matrix(2, 2, sympy.symbols(f"w{layer}_:4")) for layer in range(depth)]
    whole = sympy.eye(2)
    for matrix in names:
        whole = matrix * whole
    residuals = [
        sum(float(a) * w for a, w in zip(row, whole, strict=True)) - float(target)
        for row, target in zip(problem.rows, problem.targets, strict=True)
    ]
    loss = sum(r**2 for r in residuals) / (2 * depth * len(residuals))
    weights = [np.random.default_rng(5 + k).standard_normal((2, 2)) for k in range(depth)]
    at = dict(zip([s for m in names for s in m], np.concatenate(weights, None), strict=True))
    value, gradients = ms.objective(problem)(weights)
    assert value == pytest.approx(float(loss.subs(at)), rel=1e-12)
    for matrix, gradient in zip(names, gradients, strict=True):
        exact = [float(loss.diff(symbol).subs(at)) for symbol in matrix]
        assert np.allclose(gradient.ravel(), exact, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_descent_on_the_population_loss_is_the_toy_map(depth: int) -> None:
    targets, rate, steps = np.array([3.0, 2.0, 1.0]), 0.05, 200
    problem = isotropic(tuple(targets))
    run = ms.descend(problem, ms.initial(problem, depth, 0.05, "identity"), rate, steps)
    sigma = np.full(3, 0.05)
    for step in range(steps + 1):
        assert np.allclose(run.values[step], sigma, rtol=1e-11)
        sigma = sigma * (1 + rate / depth * sigma ** (1 - 2 / depth) * (targets - sigma)) ** depth
    assert run.time[-1] == steps


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_flow_on_the_population_loss_is_the_toy_ode(depth: int) -> None:
    targets = np.array([3.0, 2.0, 1.0])
    problem = isotropic(tuple(targets))
    run = ms.flow(problem, ms.initial(problem, depth, 1e-4, "identity"), 60.0, rtol=1e-6)
    power = 2 - 2 / depth

    def log_rate(t: float, v: np.ndarray) -> np.ndarray:
        return np.exp((power - 1) * v) * (targets - np.exp(v))

    exact = solve_ivp(
        log_rate, (0, 60), np.full(3, np.log(1e-4)), "LSODA", run.time, rtol=1e-11, atol=1e-11
    )
    assert exact.success
    assert np.max(np.abs(np.log(run.values) - exact.y.T)) < 0.01
    wrong = solve_ivp(  # the negative twin: another exponent
        lambda t, v: np.exp(0.01 * v) * log_rate(t, v),
        (0, 60),
        np.full(3, np.log(1e-4)),
        "LSODA",
        run.time,
        rtol=1e-9,
        atol=1e-9,
    )
    assert np.max(np.abs(np.log(run.values) - wrong.y.T)) > 0.1


def test_flow_against_scipy_on_samples() -> None:
    weights = chain(3)
    run = ms.flow(SMALL, weights, 5.0, rtol=1e-7)
    evaluate = ms.objective(SMALL)
    sizes = np.cumsum([w.size for w in weights])[:-1]

    def rate(t: float, y: np.ndarray) -> np.ndarray:
        parts = [p.reshape(w.shape) for p, w in zip(np.split(y, sizes), weights, strict=True)]
        return -np.concatenate([g.ravel() for g in evaluate(parts)[1]])

    start = np.concatenate([w.ravel() for w in weights])
    exact = solve_ivp(rate, (0, 5), start, "DOP853", rtol=1e-10, atol=1e-10)
    final = np.concatenate([w.ravel() for w in run.weights])
    assert np.allclose(final, exact.y[:, -1], atol=2e-5)
    assert run.ended == "end_time"


@pytest.mark.parametrize("depth", [2, 3])
def test_tighter_tolerance_converges(depth: int) -> None:
    weights = ms.initial(SMALL, depth, 1e-3, "gaussian", 2)
    goal = 1e-3
    times = [ms.flow(SMALL, weights, 1e4, goal, rtol=r).time[-1] for r in (1e-3, 1e-5, 1e-8)]
    assert abs(times[1] / times[2] - 1) < 1e-3
    assert abs(times[0] / times[2] - 1) < 2e-2


@pytest.mark.parametrize(
    ("seed", "steps"), [(0, 3195), pytest.param(1, 3155, marks=pytest.mark.slow)]
)
def test_first_depth_takes_the_authors_steps(seed: int, steps: int) -> None:
    """As their scripts do, counting the step after the last loss; error 0.593 at seed 0."""
    problem = ms.Problem.paper(seed)
    run = ms.descend(
        problem,
        ms.initial(problem, 1, 1e-4, "identity"),
        ms.from_plain_rate(ms.PLAIN_LEARNING_RATE, 1),
        10000,
        ms.from_plain_loss(ms.PLAIN_LOSS, 1),
        500,
        precision="float32",
    )
    assert run.time[-1] + 1 == steps
    assert run.ended == "until_loss"
    if seed == 0:
        assert ms.reconstruction_error(problem, run.weights) == pytest.approx(0.593, abs=5e-4)


def authors_loop(
    problem: ms.Problem, weights: list[np.ndarray], steps: int, every: int
) -> list[np.ndarray]:
    """Plain mean squared error in float32, x·vec(V_1 V_2 ⋯ V_N), learning rate 1e-3."""
    x, y = problem.rows.astype(np.float32), problem.targets.astype(np.float32)
    layers = [w.astype(np.float32) for w in reversed(weights)]  # the last applied stands first
    records = []
    for step in range(steps + 1):
        whole = np.linalg.multi_dot([np.eye(problem.size, dtype=np.float32), *layers])
        if step % every == 0:
            records.append(np.linalg.svd(whole, compute_uv=False)[:5])
        outer = (2 / len(x) * ((x @ whole.ravel() - y) @ x)).reshape(whole.shape)
        moved = []
        for index, layer in enumerate(layers):
            left, right = np.eye(problem.size, dtype=np.float32), np.eye(problem.size)
            for other in layers[:index]:
                left = left @ other
            for other in layers[index + 1 :]:
                right = right @ other
            moved.append((layer - 1e-3 * left.T @ outer @ right.T).astype(np.float32))
        layers = moved
    return records


@pytest.mark.parametrize(
    ("depth", "steps"),
    [(2, 300), pytest.param(3, 5000, marks=pytest.mark.slow)],
)
def test_descent_reproduces_the_authors_loop(depth: int, steps: int) -> None:
    """Leading five values at every recorded step, float64 against float32."""
    problem = ms.Problem.paper(0)
    weights = ms.initial(problem, depth)
    rate = ms.from_plain_rate(1e-3, depth)
    run = ms.descend(problem, weights, rate, steps, record_every=20)
    theirs = np.array(authors_loop(problem, weights, steps, 20))
    gap = np.abs(run.values - theirs) / np.maximum(theirs, 0.01)
    assert gap.shape == (steps // 20 + 1, 5)
    assert np.max(gap) < 1e-4
    assert theirs[-1, 0] > 5


def test_flow_and_descent_agree_on_the_papers_setting_at_depth_2() -> None:
    problem = ms.Problem.paper(0)
    weights = ms.initial(problem, 2)
    run = ms.flow(problem, weights, 1e3, ms.from_plain_loss(0.01, 2), precision="float32")
    rate = ms.from_plain_rate(1e-3, 2)
    half = [np.interp(v[-1] / 2, v, run.time) / rate for v in run.values.T[:4]]
    # Descent in float64, seed 0: 253, 422, 661, 957 and 5,280 at the end.
    assert half == pytest.approx([253, 422, 661, 957], rel=0.02)
    assert run.time[-1] / rate == pytest.approx(5280, rel=0.01)
    assert ms.reconstruction_error(problem, run.weights) < 2e-3
    assert run.evaluations < 5280 / 4


def test_precision_of_the_measurements() -> None:
    problem = ms.Problem.gaussian(10, 60, (3.0, 1.0), 0)
    weights = ms.initial(problem, 3, 1e-3, "gaussian", 0)
    runs = [
        ms.descend(problem, weights, 0.02, 2000, record_every=50, precision=precision)
        for precision in ms.PRECISIONS
    ]
    gap = np.abs(runs[0].values - runs[1].values) / np.maximum(runs[0].values, 0.01)
    assert 0 < np.max(gap) < 1e-4


def test_gram_matrix_and_blocks_agree() -> None:
    problem = ms.Problem.gaussian(4, 400, (3.0, 1.0), 0)
    noisy = ms.Problem(
        problem.measurements,
        problem.targets + np.random.default_rng(0).standard_normal(400),
    )
    for case in (problem, noisy):
        w = np.random.default_rng(1).standard_normal(16)
        loss, half = ms._gram_fit(case)(w)
        other, other_half = ms._blocked_fit(case, np.dtype("float64"))(w)
        assert loss == pytest.approx(other, rel=1e-12)
        assert np.allclose(half, other_half, rtol=1e-11)


def test_imbalance_is_conserved_by_the_flow_and_not_by_coarse_descent() -> None:
    weights = chain(3)
    drifts = [
        ms.balance_drift(weights, ms.flow(SMALL, weights, 3.0, rtol=r).weights)
        for r in (1e-4, 1e-7)
    ]
    assert drifts[0] < 1e-3
    assert drifts[1] < drifts[0] / 50
    coarse = ms.descend(SMALL, weights, 0.02, 150)
    assert ms.balance_drift(weights, coarse.weights) > 1e-3


def test_records() -> None:
    weights = ms.initial(SMALL, 2, 1e-2, "identity")
    run = ms.descend(SMALL, weights, 0.01, 25, record_every=10)
    assert isinstance(run, History)
    assert run.time.tolist() == [0, 10, 20, 25]
    assert run.values.shape == (4, 4)
    assert run.loss.shape == (4,)
    assert run.ended == "steps"
    again = ms.descend(SMALL, run.weights, 0.01, 0)
    assert again.loss[0] == run.loss[-1]
    assert np.array_equal(weights[0], ms.initial(SMALL, 2, 1e-2, "identity")[0])
    every = ms.descend(SMALL, weights, 0.01, 25)
    assert np.array_equal(every.values[[0, 10, 20, 25]], run.values)


def test_until_loss_ends_at_the_first_step_below() -> None:
    run = ms.descend(SMALL, ms.initial(SMALL, 2, 1e-2, "identity"), 0.01, 9999, 0.5)
    assert run.ended == "until_loss"
    assert run.loss[-1] < 0.5 <= run.loss[-2]
    located = ms.flow(SMALL, ms.initial(SMALL, 2, 1e-2, "identity"), 99.0, 0.5)
    assert located.loss[-1] == pytest.approx(0.5, rel=1e-5)


def test_values_do_not_depend_on_the_order_of_a_gaussian_start() -> None:
    scale = 1e-4
    problem = ms.Problem.paper(0)
    for depth in (1, 4):
        weights = ms.initial(problem, depth, scale, "gaussian", 1)
        spread = np.std(weights[0]) * np.sqrt(50)
        assert spread == pytest.approx(scale ** (1 / depth), rel=0.05)
    identity = ms.initial(problem, 4, scale, "identity")
    assert np.allclose(ms.leading_values(identity), scale)


def test_divergence_says_when_and_what_would_do() -> None:
    weights = ms.initial(SMALL, 2, 0.1, "identity")
    with pytest.raises(
        Divergence, match=r"learning_rate must be small enough.*diverged by step"
    ) as e:
        ms.descend(SMALL, weights, 2.0, 10000)
    assert 0 < e.value.bound < 2.0
    assert e.value.step > 0
    assert f"step {e.value.step}" in str(e.value)
    assert np.all(np.isfinite(e.value.history.values))
    calm = ms.descend(SMALL, weights, e.value.bound, 3000)
    assert calm.loss[-1] < 1e-3 * calm.loss[0]


def test_interruption_keeps_what_is_done() -> None:
    def stop(time: float, loss: float) -> None:
        if time >= 3:
            raise KeyboardInterrupt

    weights = ms.initial(SMALL, 2, 0.1, "identity")
    with pytest.raises(Interrupted) as caught:
        ms.descend(SMALL, weights, 0.01, 100, observe=stop)
    assert caught.value.history.time.tolist() == [0, 1, 2, 3]
    with pytest.raises(Interrupted) as caught:
        ms.flow(SMALL, weights, 100.0, observe=stop)
    history = caught.value.history
    assert history.ended == "interrupted"
    assert len(history.time) == len(history.loss) == len(history.values) > 3


@pytest.mark.parametrize(
    ("measurements", "targets", "truth", "message"),
    [
        (np.ones((3, 2)), np.ones(3), None, r"measurements must have shape \(m, d, d\); got"),
        (np.ones((3, 2, 4)), np.ones(3), None, r"measurements must have shape \(m, d, d\); got"),
        (np.ones((3, 2, 2)), np.ones(4), None, r"targets must have shape \(3,\); got \(4,\)"),
        (np.ones((3, 2, 2)), np.ones(3), np.ones(2), r"truth must have shape \(2, 2\); got"),
        (np.full((3, 2, 2), np.inf), np.ones(3), None, "measurements must be finite"),
        (np.ones((3, 2, 2)), np.full(3, np.nan), None, "targets must be a real number; got nan"),
        ("a", np.ones(3), None, "measurements must be a real number; got 'a'"),
    ],
)
def test_bad_problems(measurements: object, targets: object, truth: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ms.Problem(measurements, targets, truth)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([], "weights must be a non-empty list"),
        ([np.eye(3)], r"weights must be matrices that chain from \(h, 4\) to \(4, h\)"),
        ([np.ones(4)], "weights must be matrices that chain"),
        ([np.eye(4), np.ones((4, 5))], "weights must be matrices that chain"),
        ([np.eye(4), np.ones((4, 4))], r"full rank at the start; got rank 1 of 4 in weights\[1\]"),
        ([np.zeros((4, 4)), np.eye(4)], r"full rank at the start; got rank 0 of 4 in weights\[0\]"),
        ([np.full((4, 4), np.inf)], "weights must be finite"),
    ],
)
def test_bad_weights(weights: list[np.ndarray], message: str) -> None:
    for run in (
        lambda: ms.descend(SMALL, weights, 0.1, 1),
        lambda: ms.flow(SMALL, weights, 0.1),
    ):
        with pytest.raises(ValueError, match=message):
            run()


def test_bad_arguments() -> None:
    weights = ms.initial(SMALL, 2, 0.1, "identity")
    calls = {
        "depth must be a whole number ≥ 1; got 0": lambda: ms.initial(SMALL, 0),
        "scale must be a finite number > 0; got 0": lambda: ms.initial(SMALL, 2, 0.0),
        "kind must be one of gaussian, identity; got 'x'": lambda: ms.initial(SMALL, 2, 1, "x"),
        "learning_rate must be a finite number > 0": lambda: ms.descend(SMALL, weights, -1, 1),
        "steps must be a whole number ≥ 0; got 1.5": lambda: ms.descend(
            SMALL,
            weights,
            1,
            1.5,  # type: ignore[arg-type]
        ),
        "record_every must be a whole number ≥ 1; got 0": lambda: ms.descend(
            SMALL, weights, 1, 1, record_every=0
        ),
        "end_time must be a finite number > 0; got inf": lambda: ms.flow(SMALL, weights, np.inf),
        "precision must be one of float64, float32": lambda: ms.flow(
            SMALL, weights, 1, precision="half"
        ),
        "until_loss must be a finite number ≥ 0": lambda: ms.flow(SMALL, weights, 1, -1.0),
        "values must be at most 2 numbers ≥ 0": lambda: ms.Problem.gaussian(2, 3, (1, 2, 3), 0),
        "truth must be a non-zero matrix": lambda: ms.reconstruction_error(
            ms.Problem(np.ones((1, 2, 2)), np.ones(1)), [np.eye(2)]
        ),
    }
    for message, call in calls.items():
        with pytest.raises(ValueError, match=message):
            call()
