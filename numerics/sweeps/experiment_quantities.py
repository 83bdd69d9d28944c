"""What can be swept of the larger models: the outcome of a run, one run a cell.

Settings default to the paper's, as on the command line: learning rates and losses are those of the
plain mean loss in the authors' scripts. A run that diverges, or data on which it cannot work, is a
failed cell with its reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

from stairwise.numerics import _arguments as check
from stairwise.numerics.experiments import convolution, diagonal, pursuit, quadratic
from stairwise.numerics.experiments import matrix_sensing as sensing
from stairwise.numerics.experiments.history import History
from stairwise.numerics.experiments.linear import LOSSES
from stairwise.numerics.sweeps.quantity import (
    Check,
    Option,
    Parameter,
    Quantity,
    Variable,
    whole_from,
)

_Values = Mapping[str, Any]

METHODS = ("descent", "flow")
#: Runs are minutes at worst: few are lost with a worker.
RUNS_A_CHUNK, MOST_RUNS_A_CHUNK = 4, 10_000


def _whole(name: str, meaning: str, default: int, minimum: int = 1) -> Parameter:
    return Parameter(name, meaning, whole_from(minimum), default=default, whole=True)


def _one_of(words: tuple[str, ...], default: str) -> Option:
    return Option(default, lambda name, value: check.choice(name, value, words))


def _numbers(name: str, values: Any) -> list[float]:
    found = check.nonnegative(name, values)
    if found.ndim != 1 or found.size == 0:
        raise ValueError(f"{name} must be a list of numbers ≥ 0; got {values!r}")
    return [float(value) for value in found]


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false; got {value!r}")
    return value


_STEPS = Option(100_000, lambda name, value: check.whole(name, value, 1))
_VALUES: Check = _numbers


def _training(depth: int | None, scale: float, rate: float, goal: float) -> tuple[Parameter, ...]:
    """The parameters that all training has: seed, depth (unless it is fixed), scale, rate, goal."""
    depths = () if depth is None else (_whole("depth", "depth N", depth),)
    return (
        _whole("seed", "seed of the data and of a random start", 0, 0),
        *depths,
        Parameter("scale", "initialisation scale", check.positive, default=scale),
        Parameter("learning_rate", "of the plain mean loss", check.positive, default=rate),
        Parameter("until_loss", "plain mean loss to reach", check.positive, default=goal),
    )


def _outcome(score: str, meaning: str) -> tuple[Variable, ...]:
    return (
        Variable("steps", "steps of descent until the end, or the flow's time in them", "steps"),
        Variable("loss", "plain mean loss at the end"),
        Variable("reached", "whether the loss was reached", dtype="bool", fill=False),
        Variable(score, meaning),
    )


def _train(
    model: Any, start: Any, problem: Any, unit: float, goal: float, options: _Values
) -> tuple[History, float]:
    """A run, and the time that it took in steps of descent."""
    steps = options["steps"]
    if options["method"] == "flow":
        history = model.flow(problem, start, steps * unit, goal)
        return history, float(history.time[-1]) / unit
    history = model.descend(problem, start, unit, steps, goal, record_every=steps)
    return history, float(history.time[-1])


def _matrix_sensing(values: _Values, options: _Values) -> tuple[Any, ...]:
    depth, seed = values["depth"], values["seed"]
    problem = sensing.Problem.gaussian(values["size"], values["samples"], options["values"], seed)
    start = sensing.initial(problem, depth, values["scale"], options["kind"], seed)
    unit = sensing.from_plain_rate(values["learning_rate"], depth)
    goal = sensing.from_plain_loss(values["until_loss"], depth)
    run, steps = _train(sensing, start, problem, unit, goal, options)
    error = sensing.reconstruction_error(problem, run.weights)
    return steps, 2 * depth * run.loss[-1], run.ended == "until_loss", error


def _quadratic(values: _Values, options: _Values) -> tuple[Any, ...]:
    seed = values["seed"]
    problem = quadratic.Problem.gaussian(values["size"], values["samples"], options["values"], seed)
    start = quadratic.initial(
        problem, 2, values["scale"], options["kind"], seed, bias=options["bias"]
    )
    unit = quadratic.from_plain_rate(values["learning_rate"])
    goal = quadratic.from_plain_loss(values["until_loss"])
    run, steps = _train(quadratic, start, problem, unit, goal, options)
    error = quadratic.reconstruction_error(problem, run.weights)
    return steps, quadratic.PLAIN * run.loss[-1], run.ended == "until_loss", error


def _diagonal(values: _Values, options: _Values) -> tuple[Any, ...]:
    depth = values["depth"]
    problem = diagonal.Problem.paper(values["seed"], options["loss"])
    start = diagonal.initial(problem, depth, values["scale"], options["kind"], values["seed"])
    unit = diagonal.from_plain_rate(values["learning_rate"], depth)
    goal = diagonal.from_plain_loss(values["until_loss"], depth)
    run, steps = _train(diagonal, start, problem, unit, goal, options)
    cosine = problem.cosine(run.values[-1])
    return steps, depth**2 * run.loss[-1], run.ended == "until_loss", cosine


def _convolution(values: _Values, options: _Values) -> tuple[Any, ...]:
    depth = values["depth"]
    problem = convolution.Problem.paper(values["seed"], options["loss"])
    start = convolution.initial(problem, depth, values["scale"], options["kind"], values["draw"])
    unit = convolution.from_plain_rate(values["learning_rate"], depth)
    goal = convolution.from_plain_loss(values["until_loss"], depth)
    run, steps = _train(convolution, start, problem, unit, goal, options)
    cosine = problem.cosine(convolution.filter_of(run.weights))
    return steps, depth * run.loss[-1], run.ended == "until_loss", cosine


def _pursuit(values: _Values, options: _Values) -> tuple[Any, ...]:
    problem = pursuit.Problem.paper(
        values["seed"],
        sparsity=values["sparsity"],
        noise=values["noise"],
        signed=options["signed"],
        samples=values["samples"],
        dimension=values["dimension"],
    )
    found = pursuit.compare(
        problem, values["depth"], values["scale"], values["sparsity"], values["noise"]
    )
    return found.overlap, found.same_order, found.authors, found.converged, len(found.learned)


def _experiment(
    name: str,
    title: str,
    source: str,
    accuracy: str,
    parameters: tuple[Parameter, ...],
    variables: tuple[Variable, ...],
    compute: Callable[[_Values, _Values], tuple[Any, ...]],
    options: Mapping[str, Option],
    needs: str | None = None,
) -> Quantity:
    return Quantity(
        name=name,
        title=title,
        source=source,
        accuracy=accuracy,
        parameters=parameters,
        variables=variables,
        compute=compute,
        cells=RUNS_A_CHUNK,
        largest=MOST_RUNS_A_CHUNK,
        options=options,
        cellwise=True,
        needs=needs,
    )


_ACCURACY = "descent to rounding; the flow to its integrator's tolerance"
_ERROR = _outcome("error", "reconstruction error ‖W − W*‖²/‖W*‖²")
_COSINE = _outcome("cosine", "cosine of the angle between what is learned and the truth")
_LINEAR = {"loss": _one_of(tuple(LOSSES), "exponential"), "steps": _STEPS}

EXPERIMENTS = (
    _experiment(
        "matrix_sensing",
        "Deep matrix sensing: the end of a run",
        "the paper, section 4.1",
        _ACCURACY,
        (
            *_training(2, sensing.PAPER_SCALE, sensing.PLAIN_LEARNING_RATE, sensing.PLAIN_LOSS),
            _whole("size", "dimension d", sensing.PAPER_SIZE),
            _whole("samples", "measurements", sensing.PAPER_SAMPLES),
        ),
        _ERROR,
        _matrix_sensing,
        {
            "values": Option(list(sensing.PAPER_VALUES), _VALUES),
            "kind": _one_of(sensing.KINDS, "gaussian"),
            "method": _one_of(METHODS, "flow"),
            "steps": _STEPS,
        },
    ),
    _experiment(
        "quadratic",
        "Quadratic networks: the end of a run",
        "the paper, section 4.2",
        _ACCURACY,
        (
            *_training(
                None, quadratic.PAPER_SCALE, quadratic.PLAIN_LEARNING_RATE, quadratic.PLAIN_LOSS
            ),
            _whole("size", "dimension d", quadratic.PAPER_SIZE),
            _whole("samples", "samples", quadratic.PAPER_SAMPLES),
        ),
        _ERROR,
        _quadratic,
        {
            "values": Option(list(quadratic.PAPER_VALUES), _VALUES),
            "kind": _one_of(quadratic.KINDS, "orthogonal"),
            "bias": Option(False, _switch),
            "method": _one_of(METHODS, "flow"),
            "steps": _STEPS,
        },
    ),
    _experiment(
        "diagonal",
        "Diagonal linear classifiers: the end of a run",
        "the paper, section 4.3",
        _ACCURACY,
        _training(2, diagonal.SCALE, diagonal.PLAIN_RATE, diagonal.PLAIN_GOAL),
        _COSINE,
        _diagonal,
        {
            "kind": _one_of(diagonal.KINDS, "constant"),
            "method": _one_of(METHODS, "descent"),
            **_LINEAR,
        },
    ),
    _experiment(
        "convolution",
        "Circular-convolutional classifiers: the end of a run",
        "the paper, section 4.3",
        _ACCURACY,
        (
            *_training(2, convolution.SCALE, convolution.PLAIN_RATE, convolution.PLAIN_GOAL),
            _whole("draw", "seed of the first layers", 0, 0),
        ),
        _COSINE,
        _convolution,
        {
            "kind": _one_of(convolution.KINDS, "gaussian"),
            "method": _one_of(METHODS, "descent"),
            **_LINEAR,
        },
    ),
    _experiment(
        "pursuit",
        "Order of learning against orthogonal matching pursuit",
        "the paper, appendix; scores new",
        "the flow's order is that of a tolerance of 1e-9 (tested)",
        (
            _whole("seed", "seed of the data", 0, 0),
            _whole("depth", "depth N", pursuit.DEPTH),
            Parameter("scale", "initialisation scale", check.positive, default=pursuit.SCALE),
            _whole("sparsity", "non-zeros of the truth", 5),
            Parameter("noise", "noise relative to the targets", check.nonnegative, default=0.0),
            _whole("samples", "samples", 80),
            _whole("dimension", "dimension", 1000),
        ),
        (
            Variable("overlap", "average overlap of the two orders; 1 exactly if they are equal"),
            Variable("same_order", "whether the orders are equal", dtype="bool", fill=False),
            Variable("authors", "the authors' concurrence"),
            Variable("converged", "whether the run ended at its loss", dtype="bool", fill=False),
            Variable("learned", "coordinates learned", dtype="int64", fill=-1),
        ),
        _pursuit,
        {"signed": Option(False, _switch)},
        needs="sklearn",
    ),
)
