"""Every public function of the experiments, at sizes of a few milliseconds."""

import numpy as np
from rows import Row

from stairwise.numerics.experiments import (
    baselines,
    comparison,
    concurrence,
    convolution,
    diagonal,
    gradient_flow,
    history,
    linear,
    matrix_sensing,
    mirror_flow,
    pursuit,
    quadratic,
    separability,
    stepping,
)

RNG = np.random.default_rng(0)
SENSING = matrix_sensing.Problem.gaussian(3, 30, (2.0, 1.0), 0)
FORMS = quadratic.Problem.gaussian(3, 30, (2.0, 1.0), 0)
TRUTH = np.array([2.0, -1.0, 0.0, 0.0])
SAMPLES = RNG.standard_normal((20, 4))
LABELS = np.sign(SAMPLES @ TRUTH)
CLASSES = diagonal.Problem(SAMPLES, LABELS, TRUTH)
CIRCLES = convolution.Problem(SAMPLES, LABELS, TRUTH)
SPARSE = pursuit.Problem.paper(0, sparsity=2, samples=10, dimension=12)
RUN = concurrence.Run(2, 2, 0.0, 0, samples=10, dimension=12)
MATRICES = matrix_sensing.initial(SENSING, 2, 1e-2, "identity")
ROOTS = quadratic.initial(FORMS, 2, 1e-2)
LAYERS = convolution.initial(CIRCLES, 2, 1e-2, "balanced")
RECORD = history.History(
    np.array([0.0, 1.0, 2.0]), np.ones(3), np.array([[0.1, 0.1], [0.9, 0.2], [1.0, 0.9]]), MATRICES
)
PICKS = [(0, 1), (1, -1)]


def sides():
    return diagonal.initial(CLASSES, 2, 1e-2)


def square(weights):
    """A bowl: its loss and gradient."""
    return float(weights[0] @ weights[0]) / 2, [weights[0]]


def first(weights):
    return weights[0][:1]


def stepped(goal):
    from scipy.integrate import DOP853

    solver = DOP853(lambda _, y: -y, 0.0, np.ones(2), 3.0)
    record = history.Recorder(lambda w: w[0])
    return stepping.integrate(solver, lambda y: float(y @ y), lambda y: [y], record, goal)


def packed():
    pack = history.Packing(MATRICES)
    return pack.split(pack.join(MATRICES))


def recorded():
    record = history.Recorder(first)
    record.add(0.0, 1.0, [np.ones(2)])
    return record.history([np.ones(2)], "steps", 1)


def studied(at):
    runs = [RUN, RUN]
    return concurrence.study(runs, at / "runs.jsonl")


def divergence():
    return history.Divergence(0.1, 3, 0.05, RECORD).per(2.0).bound


EXPERIMENTS = [
    Row("baselines.linear_svm", lambda _: baselines.linear_svm(CLASSES),
        lambda _: baselines.linear_svm(SPARSE)),
    Row("comparison.agreement", lambda _: comparison.agreement([2], [2.0], [1e-2], [40], size=2),
        lambda _: comparison.agreement([2], [2.0], [0.5], [40])),
    Row("comparison.is_incremental",
        lambda _: comparison.is_incremental(SENSING, 2, 1e-2, 0.1, 0.9),
        lambda _: comparison.is_incremental(SENSING, 2, -1.0, 0.1, 0.9)),
    Row("comparison.measured_times", lambda _: comparison.measured_times(RECORD, [1.0, 1.0], 0.5),
        lambda _: comparison.measured_times(RECORD, [1.0] * 3, 0.5)),
    Row("comparison.predicted_quadratic_values",
        lambda _: comparison.predicted_quadratic_values([0.0, 3.0], [2.0, 1.0], 1e-2, False),
        lambda _: comparison.predicted_quadratic_values([0.0], [2.0, 1.0], -1.0, False)),
    Row("comparison.predicted_times", lambda _: comparison.predicted_times([2.0], 1e-2, 2, 0.5),
        lambda _: comparison.predicted_times([2.0], -1.0, 2, 0.5)),
    Row("comparison.predicted_values",
        lambda _: comparison.predicted_values([0.0, 3.0], [2.0, 1.0], 1e-2, 2),
        lambda _: comparison.predicted_values([-1.0], [2.0, 1.0], 1e-2, 2)),
    Row("concurrence.grid", lambda _: concurrence.grid([0, 1], [2])),
    Row("concurrence.read", lambda at: list(concurrence.read(at / "none")),
        lambda at: list(concurrence.read(at))),
    Row("concurrence.run_one", lambda _: concurrence.run_one(RUN),
        lambda _: concurrence.run_one(concurrence.Run(2, 99, 0.0, 0, samples=10))),
    Row("concurrence.study", studied, lambda _: concurrence.study([RUN], workers=0)),
    Row("concurrence.summarise",
        lambda _: concurrence.summarise([concurrence.Outcome(RUN, 1.0, True, 1.0, True, 2, 0.1)])),
    Row("convolution.Problem.paper", lambda _: convolution.Problem.paper(1),
        lambda _: convolution.Problem.paper(-1)),
    Row("convolution.amplitudes", lambda _: convolution.amplitudes(LAYERS)),
    Row("convolution.descend", lambda _: convolution.descend(CIRCLES, LAYERS, 0.1, 20),
        lambda _: convolution.descend(CIRCLES, LAYERS, 1e9, 20)),
    Row("convolution.filter_of", lambda _: convolution.filter_of(LAYERS)),
    Row("convolution.flow", lambda _: convolution.flow(CIRCLES, LAYERS, 5.0, 0.1),
        lambda _: convolution.flow(CIRCLES, LAYERS, -5.0)),
    Row("convolution.from_plain_loss", lambda _: convolution.from_plain_loss(0.01, 2)),
    Row("convolution.from_plain_rate", lambda _: convolution.from_plain_rate(0.01, 2)),
    Row("convolution.initial", lambda _: convolution.initial(CIRCLES, 3, 1e-2, "aligned", 1),
        lambda _: convolution.initial(CIRCLES, 3, 1e-2, "?")),
    Row("convolution.real_frequencies", lambda _: convolution.real_frequencies(4)),
    Row("convolution.trapped_frequencies",
        lambda _: convolution.trapped_frequencies(CIRCLES, LAYERS)),
    Row("diagonal.Problem.paper", lambda _: diagonal.Problem.paper(1),
        lambda _: diagonal.Problem.paper(-1)),
    Row("diagonal.descend", lambda _: diagonal.descend(CLASSES, sides(), 0.1, 20),
        lambda _: diagonal.descend(CLASSES, sides(), 1e9, 20)),
    Row("diagonal.flow", lambda _: diagonal.flow(CLASSES, sides(), 5.0, 0.1),
        lambda _: diagonal.flow(CLASSES, sides(), -5.0)),
    Row("diagonal.from_plain_loss", lambda _: diagonal.from_plain_loss(0.01, 2)),
    Row("diagonal.from_plain_rate", lambda _: diagonal.from_plain_rate(0.01, 2)),
    Row("diagonal.initial", lambda _: diagonal.initial(CLASSES, 2, 1e-2, "gaussian", 1),
        lambda _: diagonal.initial(CLASSES, 2, 1e-2, "?")),
    Row("diagonal.values", lambda _: diagonal.values(sides(), 2)),
    Row("gradient_flow.gradient_flow",
        lambda _: gradient_flow.gradient_flow(square, first, [np.ones(2)], 3.0, 0.1),
        lambda _: gradient_flow.gradient_flow(square, first, [np.ones(2)], -3.0)),
    Row("history.Divergence.per", lambda _: divergence()),
    Row("history.Packing.join", lambda _: history.Packing(MATRICES).join(MATRICES)),
    Row("history.Packing.split", lambda _: packed()),
    Row("history.Recorder.add", lambda _: recorded()),
    Row("history.Recorder.history", lambda _: recorded()),
    Row("history.checked_weights", lambda _: history.checked_weights([np.ones(2)]),
        lambda _: history.checked_weights([])),
    Row("history.gradient_descent",
        lambda _: history.gradient_descent(square, first, [np.ones(2)], 0.1, 20),
        lambda _: history.gradient_descent(square, first, [np.ones(2)], 1e9, 20)),
    Row("history.stable_rate", lambda _: history.stable_rate(square, [np.ones(2)], 9.0)),
    Row("linear.LinearProblem.cosine", lambda _: CLASSES.cosine(np.ones(4)),
        lambda _: linear.LinearProblem(SAMPLES, LABELS).cosine(np.ones(4))),
    Row("linear.LinearProblem.from_zero_one",
        lambda _: linear.LinearProblem.from_zero_one(SAMPLES, (LABELS + 1) / 2),
        lambda _: linear.LinearProblem.from_zero_one(SAMPLES, LABELS)),
    Row("linear.require_no_zero_column", lambda _: linear.require_no_zero_column(SAMPLES),
        lambda _: linear.require_no_zero_column(np.zeros((2, 2)))),
    Row("linear.require_reachable", lambda _: linear.require_reachable(
        diagonal.Problem(SAMPLES, LABELS), 0.01),
        lambda _: linear.require_reachable(diagonal.Problem(np.ones((2, 1)), [1.0, -1.0]), 0.01)),
    Row("linear.sample_loss",
        lambda _: [made(np.array([-3.0, 0.0, 3.0]))
                   for made in linear.sample_loss("logistic")]),
    Row("matrix_sensing.Problem.gaussian",
        lambda _: matrix_sensing.Problem.gaussian(3, 5, (1.0,), 2),
        lambda _: matrix_sensing.Problem.gaussian(3, 5, (-1.0,), 2)),
    Row("matrix_sensing.Problem.paper", lambda _: matrix_sensing.Problem.paper(1),
        lambda _: matrix_sensing.Problem.paper(-1)),
    Row("matrix_sensing.balance_drift", lambda _: matrix_sensing.balance_drift(MATRICES, MATRICES)),
    Row("matrix_sensing.checked_chain", lambda _: matrix_sensing.checked_chain(SENSING, MATRICES),
        lambda _: matrix_sensing.checked_chain(SENSING, [np.ones((3, 3))] * 2)),
    Row("matrix_sensing.descend", lambda _: matrix_sensing.descend(SENSING, MATRICES, 0.1, 20),
        lambda _: matrix_sensing.descend(SENSING, MATRICES, 1e9, 20)),
    Row("matrix_sensing.flow", lambda _: matrix_sensing.flow(SENSING, MATRICES, 5.0, 0.1),
        lambda _: matrix_sensing.flow(SENSING, MATRICES, -5.0)),
    Row("matrix_sensing.from_plain_loss", lambda _: matrix_sensing.from_plain_loss(0.01, 2),
        lambda _: matrix_sensing.from_plain_loss(0.01, 0)),
    Row("matrix_sensing.from_plain_rate", lambda _: matrix_sensing.from_plain_rate(0.01, 2),
        lambda _: matrix_sensing.from_plain_rate(0.01, 0)),
    Row("matrix_sensing.imbalance", lambda _: matrix_sensing.imbalance(MATRICES)),
    Row("matrix_sensing.initial", lambda _: matrix_sensing.initial(SENSING, 2, 1e-2, seed=1),
        lambda _: matrix_sensing.initial(SENSING, 2, 1e-2, "?")),
    Row("matrix_sensing.leading_values", lambda _: matrix_sensing.leading_values(MATRICES)),
    Row("matrix_sensing.objective", lambda _: matrix_sensing.objective(SENSING)(MATRICES),
        lambda _: matrix_sensing.objective(SENSING, "?")),
    Row("matrix_sensing.product", lambda _: matrix_sensing.product(MATRICES)),
    Row("matrix_sensing.reconstruction_error",
        lambda _: matrix_sensing.reconstruction_error(SENSING, MATRICES),
        lambda _: matrix_sensing.reconstruction_error(
            matrix_sensing.Problem(SENSING.measurements, SENSING.targets), MATRICES)),
    Row("matrix_sensing.singular_values", lambda _: matrix_sensing.singular_values(np.eye(3))),
    Row("mirror_flow.mirror_flow",
        lambda _: mirror_flow.mirror_flow(SPARSE, (np.full(12, 1e-2),) * 2, 3, 1e4, 1e-3),
        lambda _: mirror_flow.mirror_flow(SPARSE, (np.full(5, 1e-2),) * 2, 3, 1e4)),
    Row("pursuit.Problem.paper", lambda _: pursuit.Problem.paper(1, noise=0.1, signed=True),
        lambda _: pursuit.Problem.paper(1, noise=-0.1)),
    Row("pursuit.authors_concurrence", lambda _: pursuit.authors_concurrence(PICKS, PICKS)),
    Row("pursuit.average_overlap", lambda _: pursuit.average_overlap(PICKS, PICKS[1:])),
    Row("pursuit.compare", lambda _: pursuit.compare(SPARSE, 3),
        lambda _: pursuit.compare(SPARSE, 3, picks=99)),
    Row("pursuit.goal_loss", lambda _: pursuit.goal_loss(SPARSE, 3, 0.1)),
    Row("pursuit.learned_order", lambda _: pursuit.learned_order(RECORD)),
    Row("pursuit.matching_pursuit", lambda _: pursuit.matching_pursuit(SPARSE, 4),
        lambda _: pursuit.matching_pursuit(SPARSE, 99)),
    Row("pursuit.wilson", lambda _: pursuit.wilson(0.5, 10), lambda _: pursuit.wilson(2.0, 10)),
    Row("quadratic.Problem.gaussian", lambda _: quadratic.Problem.gaussian(3, 5, (1.0,), 2),
        lambda _: quadratic.Problem.gaussian(3, 5, (-1.0,), 2)),
    Row("quadratic.Problem.paper", lambda _: quadratic.Problem.paper(1),
        lambda _: quadratic.Problem.paper(-1)),
    Row("quadratic.descend", lambda _: quadratic.descend(FORMS, ROOTS, 0.1, 20),
        lambda _: quadratic.descend(FORMS, ROOTS, 1e9, 20)),
    Row("quadratic.flow", lambda _: quadratic.flow(FORMS, ROOTS, 5.0, 0.1),
        lambda _: quadratic.flow(FORMS, ROOTS, -5.0)),
    Row("quadratic.from_plain_loss", lambda _: quadratic.from_plain_loss(0.01)),
    Row("quadratic.from_plain_rate", lambda _: quadratic.from_plain_rate(0.01)),
    Row("quadratic.initial", lambda _: quadratic.initial(FORMS, 2, 1e-2, seed=1, bias=True),
        lambda _: quadratic.initial(FORMS, 3)),
    Row("quadratic.leading_values", lambda _: quadratic.leading_values(ROOTS)),
    Row("quadratic.objective", lambda _: quadratic.objective(FORMS)(ROOTS)),
    Row("quadratic.reconstruction_error", lambda _: quadratic.reconstruction_error(FORMS, ROOTS),
        lambda _: quadratic.reconstruction_error(
            quadratic.Problem(FORMS.inputs, FORMS.targets), ROOTS)),
    Row("quadratic.require_symmetric", lambda _: quadratic.require_symmetric("m", np.eye(2)),
        lambda _: quadratic.require_symmetric("m", np.triu(np.ones((2, 2))))),
    Row("separability.equilibrated", lambda _: separability.equilibrated(1e200 * SAMPLES)),
    Row("separability.has_positive_margins",
        lambda _: separability.has_positive_margins(np.array([[1e-300, 0.0], [1.0, 1e300]]))),
    Row("stepping.integrate", lambda _: stepped(0.5)),
]  # fmt: skip
