"""The paper's quadratic network experiment, without and with bias: run, written down and drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stairwise.numerics._arguments import Floats, choice, one_number, positive, whole
from stairwise.numerics.experiments import quadratic
from stairwise.numerics.experiments.comparison import measured_times, predicted_quadratic_values
from stairwise.numerics.experiments.history import History
from stairwise.numerics.experiments.matrix_sensing import singular_values
from stairwise.reports.effective_rank import effective_rank
from stairwise.reports.experiment_output import Outcome, Progress, prepare, write_outcome
from stairwise.reports.experiment_runs import run_each
from stairwise.reports.style import COLOURS, MEASURED, THEORY, key, label_lines, letter, style

METHODS = ("flow", "descent")
#: The two runs of the experiment, and what they are called in the files.
RUNS = {"without_bias": False, "with_bias": True}


def run_quadratic(
    output: Path,
    *,
    seed: int = 0,
    size: int = quadratic.PAPER_SIZE,
    samples: int = quadratic.PAPER_SAMPLES,
    values: Sequence[float] = quadratic.PAPER_VALUES,
    scale: float = quadratic.PAPER_SCALE,
    kind: str = "orthogonal",
    method: str = "flow",
    learning_rate: float = quadratic.PLAIN_LEARNING_RATE,
    until_loss: float = quadratic.PLAIN_LOSS,
    steps: int = 100_000,
    record_every: int = 10,
    progress: Progress | None = None,
) -> Outcome:
    """Train without and with bias on the same data; write quadratic.{npz,pdf,png,json} to output.

    Settings default to the paper's, but for the method: gradient flow, in steps of the paper's
    learning rate; "descent" for descent itself. learning_rate and until_loss are for the plain mean
    squared error, as in the authors' scripts; with "flow", step k stands for flow time 16·k times
    the learning rate. steps: the most steps (or as much flow time) per run.

    Ctrl-C ends the run: what is done is written and the outcome says `interrupted`. Raises
    ValueError for bad arguments, before anything is run, and Divergence after writing what is done.
    """
    choice("method", method, METHODS)
    rate = one_number("learning_rate", positive("learning_rate", learning_rate))
    goal = one_number("until_loss", positive("until_loss", until_loss))
    problem = quadratic.Problem.gaussian(size, samples, values, seed)
    starts = {
        name: quadratic.initial(problem, 2, scale, kind, seed, bias=bias)
        for name, bias in RUNS.items()
    }
    whole("steps", steps, 1)
    whole("record_every", record_every, 1)
    prepare(output)

    unit, loss = quadratic.from_plain_rate(rate), quadratic.from_plain_loss(goal)

    def train(name: str) -> History:
        tell = _teller(progress, name, unit if method == "flow" else 1.0)
        start = starts[name]
        if method == "flow":
            return quadratic.flow(problem, start, steps * unit, loss, observe=tell)
        return quadratic.descend(problem, start, unit, steps, loss, record_every, observe=tell)

    trained = run_each(starts, train, lambda _: quadratic.PLAIN)
    runs = trained.histories
    summary = {
        "experiment": "quadratic",
        "seed": seed,
        "size": size,
        "samples": samples,
        "values": list(values),
        "scale": scale,
        "kind": kind,
        "method": method,
        "learning_rate": rate,
        "until_loss": goal,
        "interrupted": trained.interrupted,
        "diverged": str(trained.failure) if trained.failure is not None else None,
        "runs": {
            name: {
                **_result(problem, run, RUNS[name], method, rate, scale),
                "seconds": trained.seconds[name],
            }
            for name, run in runs.items()
        },
    }
    figure = draw_quadratic(problem, runs, method, rate, scale)
    arrays = _arrays(problem, runs)
    outcome = write_outcome(output, "quadratic", summary, arrays, figure, trained.interrupted)
    if trained.failure is not None:
        raise trained.failure
    return outcome


def _teller(progress: Progress | None, name: str, unit: float) -> Any:
    """Translate records of one run to steps and the plain loss."""
    if progress is None:
        return None
    label = name.replace("_", " ")
    return lambda moment, loss: progress(label, moment / unit, quadratic.PLAIN * loss)


def in_steps(run: History, method: str, rate: float) -> Floats:
    """Times of the record in descent steps at the plain learning rate."""
    return run.time / quadratic.from_plain_rate(rate) if method == "flow" else run.time


def _targets(problem: quadratic.Problem) -> Floats:
    """The truth's eigenvalues, as many as are recorded."""
    assert problem.truth is not None
    found = np.asarray(np.linalg.eigvalsh(problem.truth), dtype=np.float64)
    return found[::-1][: quadratic.LEADING]


def _result(
    problem: quadratic.Problem, run: History, bias: bool, method: str, rate: float, scale: float
) -> dict[str, Any]:
    """What is worth saying of one run; steps throughout, plain loss."""
    steps = in_steps(run, method, rate)
    targets = _targets(problem)
    final = run.values[-1, : np.count_nonzero(targets > 0)]
    assert problem.truth is not None
    population = predicted_quadratic_values(
        np.array([steps[-1] * quadratic.from_plain_rate(rate)]),
        np.linalg.eigvalsh(problem.truth)[::-1],  # all: the trace couples them
        scale,
        bias,
    )
    return {
        "ended": run.ended,
        "steps": steps[-1],
        "gradients": run.evaluations,
        "plain_loss": quadratic.PLAIN * run.loss[-1],
        "values": run.values[-1],
        "population_values": population[-1, : final.size],
        "effective_rank": effective_rank(singular_values(run.weights[0]) ** 2),
        "bias": run.weights[1] if len(run.weights) > 1 else None,
        "reconstruction_error": quadratic.reconstruction_error(problem, run.weights),
        "half_of_final_steps": measured_times(
            History(steps, run.loss, run.values, run.weights), final, 0.5
        ),
    }


def _arrays(problem: quadratic.Problem, runs: dict[str, History]) -> dict[str, Any]:
    arrays: dict[str, Any] = {"truth": problem.truth}
    for name, run in runs.items():
        arrays[f"time_{name}"], arrays[f"loss_{name}"] = run.time, run.loss
        arrays[f"values_{name}"], arrays[f"weights_{name}"] = run.values, run.weights[0]
        if len(run.weights) > 1:
            arrays[f"bias_{name}"] = run.weights[1]
    return arrays


def draw_quadratic(
    problem: quadratic.Problem, runs: dict[str, History], method: str, rate: float, scale: float
) -> Figure:
    """Eigenvalues of WᵀW over steps, without and with bias, over the population's."""
    with style():
        figure = Figure(figsize=(6.2, 2.7))
        for index, (name, run) in enumerate(runs.items()):
            axes = figure.add_subplot(1, len(runs), index + 1)
            _draw_values(axes, problem, run, RUNS[name], method, rate, scale)
            letter(axes, "ab"[index])
            axes.set_title(name.replace("_", " "))
            axes.set_xlabel("step")
            if index == 0:
                axes.set_ylabel("eigenvalue of $W^\\top W$")
        key(figure, method, "population, bias at its optimum where there is one")
        return figure


def _draw_values(
    axes: Axes,
    problem: quadratic.Problem,
    run: History,
    bias: bool,
    method: str,
    rate: float,
    scale: float,
) -> None:
    """One run: measured values and the population's from the same scale."""
    assert problem.truth is not None
    steps = in_steps(run, method, rate)
    for k, column in enumerate(run.values.T):
        axes.plot(steps, column, color=COLOURS[k], **MEASURED)
    moments = np.linspace(0, steps[-1], 400) if steps[-1] > 0 else np.array([0.0, 1.0])
    targets = np.linalg.eigvalsh(problem.truth)[::-1]  # all: the trace couples them
    theory = predicted_quadratic_values(
        moments * quadratic.from_plain_rate(rate), targets, scale, bias
    )
    axes.plot(moments, theory[:, : np.count_nonzero(targets > 0)], **THEORY)
    top = max(float(targets.max()), float(run.values.max()), float(theory.max()))
    axes.set_xlim(0, steps[-1] * 1.02 if steps[-1] > 0 else 1)
    axes.set_ylim(-0.02 * top, 1.06 * top)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    names = [f"$\\sigma_{k + 1}$" for k in range(run.values.shape[1])]
    label_lines(axes, steps[-1], run.values[-1].tolist(), names)
