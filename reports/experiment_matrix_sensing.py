"""The paper's matrix sensing experiment: run, written down and drawn."""

from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from stairwise.numerics._arguments import Floats, choice, positive, whole
from stairwise.numerics.experiments import matrix_sensing as sensing
from stairwise.numerics.experiments.comparison import (
    measured_times,
    predicted_times,
    predicted_values,
)
from stairwise.numerics.experiments.history import History
from stairwise.reports.effective_rank import effective_rank
from stairwise.reports.experiment_output import Outcome, Progress, prepare, write_outcome
from stairwise.reports.experiment_runs import run_each
from stairwise.reports.style import COLOURS, MEASURED, THEORY, key, label_lines, letter, style

METHODS = ("flow", "descent")
#: Fraction of its target at which a value counts as learned, in the learning times.
LEARNED = 0.5
LETTERS = ascii_lowercase


def run_matrix_sensing(
    output: Path,
    *,
    seed: int = 0,
    depths: Sequence[int] = sensing.PAPER_DEPTHS,
    size: int = sensing.PAPER_SIZE,
    samples: int = sensing.PAPER_SAMPLES,
    values: Sequence[float] = sensing.PAPER_VALUES,
    scale: float = sensing.PAPER_SCALE,
    kind: str = "gaussian",
    method: str = "flow",
    learning_rate: float = sensing.PLAIN_LEARNING_RATE,
    until_loss: float = sensing.PLAIN_LOSS,
    steps: int = 100_000,
    precision: str = "float32",
    record_every: int = 10,
    progress: Progress | None = None,
) -> Outcome:
    """Train each depth from the same data; write matrix_sensing.{npz,pdf,png,json} to output.

    Settings default to the paper's, but for the method: gradient flow, in steps of the paper's
    learning rate; "descent" for descent itself. learning_rate and until_loss are for the plain mean
    squared error, as in the authors' scripts; with "flow", step k stands for flow time 2N·k times
    the learning rate. steps: the most steps (or as much flow time) per depth. precision: that in
    which the measurements are read; "float32", the authors', halves the time, and moves a value by
    less than 1e-6 of itself (`benchmarks/matrix_sensing.py` measures it).

    Ctrl-C ends the run: what is done is written and the outcome says `interrupted`. Raises
    ValueError for bad arguments, before anything is run, and Divergence after writing what is done.
    """
    choice("method", method, METHODS)
    choice("precision", precision, sensing.PRECISIONS)
    depths = [whole("depths", depth, 1) for depth in depths]
    if not depths:
        raise ValueError("depths must have at least one entry; got none")
    rate, goal = float(positive("learning_rate", learning_rate)), positive("until_loss", until_loss)
    problem = sensing.Problem.gaussian(size, samples, values, seed)
    starts = {n: sensing.initial(problem, n, scale, kind, seed) for n in depths}
    whole("steps", steps, 1)
    whole("record_every", record_every, 1)
    prepare(output)

    def train(depth: int) -> History:
        unit = sensing.from_plain_rate(rate, depth)
        target = sensing.from_plain_loss(float(goal), depth)
        tell = _teller(progress, depth, rate, method)
        start = starts[depth]
        if method == "flow":
            return sensing.flow(
                problem, start, steps * unit, target, precision=precision, observe=tell
            )
        return sensing.descend(
            problem, start, unit, steps, target, record_every, precision=precision, observe=tell
        )

    trained = run_each(depths, train, lambda depth: sensing.from_plain_rate(1.0, depth))
    runs = trained.histories
    summary = {
        "experiment": "matrix-sensing",
        "seed": seed,
        "size": size,
        "samples": samples,
        "values": list(values),
        "scale": scale,
        "kind": kind,
        "method": method,
        "learning_rate": rate,
        "until_loss": float(goal),
        "precision": precision,
        "interrupted": trained.interrupted,
        "diverged": str(trained.failure) if trained.failure is not None else None,
        "depths": {
            depth: {
                **_result(problem, starts[depth], run, depth, method, rate, scale),
                "seconds": trained.seconds[depth],
            }
            for depth, run in runs.items()
        },
    }
    figure = draw_matrix_sensing(problem, runs, method, rate, scale)
    outcome = write_outcome(
        output, "matrix_sensing", summary, _arrays(problem, runs), figure, trained.interrupted
    )
    if trained.failure is not None:
        raise trained.failure
    return outcome


def _teller(progress: Progress | None, depth: int, rate: float, method: str) -> Any:
    """Translate records of one depth to steps and the plain loss."""
    if progress is None:
        return None
    unit = sensing.from_plain_rate(rate, depth) if method == "flow" else 1.0
    return lambda moment, loss: progress(f"depth {depth}", moment / unit, 2 * depth * loss)


def in_steps(run: History, depth: int, method: str, rate: float) -> Floats:
    """Times of the record in descent steps at the plain learning rate."""
    return run.time / sensing.from_plain_rate(rate, depth) if method == "flow" else run.time


def _result(
    problem: sensing.Problem,
    start: list[Floats],
    run: History,
    depth: int,
    method: str,
    rate: float,
    scale: float,
) -> dict[str, Any]:
    """What is worth saying of one run; steps throughout, plain loss."""
    steps = in_steps(run, depth, method, rate)
    clocked = History(steps, run.loss, run.values, run.weights)
    targets = _targets(problem)
    final = run.values[-1, : targets.size]
    unit = sensing.from_plain_rate(rate, depth)
    return {
        "ended": run.ended,
        "steps": steps[-1],
        "gradients": run.evaluations,
        "plain_loss": 2 * depth * run.loss[-1],
        "values": run.values[-1],
        "effective_rank": effective_rank(sensing.singular_values(sensing.product(run.weights))),
        "reconstruction_error": sensing.reconstruction_error(problem, run.weights),
        "half_of_final_steps": measured_times(clocked, final, 0.5),
        "measured_learning_steps": measured_times(clocked, targets, LEARNED),
        "predicted_learning_steps": predicted_times(targets, scale, depth, LEARNED) / unit,
        "balance_drift": sensing.balance_drift(start, run.weights),
    }


def _targets(problem: sensing.Problem) -> Floats:
    """The truth's non-zero singular values, as many as are recorded."""
    assert problem.truth is not None
    found = sensing.singular_values(problem.truth)[: sensing.LEADING]
    return found[found > 0]


def _arrays(problem: sensing.Problem, runs: dict[int, History]) -> dict[str, Any]:
    arrays: dict[str, Any] = {"truth": problem.truth, "depths": np.array(list(runs))}
    for depth, run in runs.items():
        arrays[f"time_{depth}"], arrays[f"loss_{depth}"] = run.time, run.loss
        arrays[f"values_{depth}"] = run.values
        for layer, weight in enumerate(run.weights, 1):
            arrays[f"weights_{depth}_{layer}"] = weight
    return arrays


def draw_matrix_sensing(
    problem: sensing.Problem, runs: dict[int, History], method: str, rate: float, scale: float
) -> Figure:
    """Singular values by depth, the error by depth, and predicted against measured times."""
    with style():
        columns = max(1, (len(runs) + 1) // 2)
        figure = Figure(figsize=(2.1 * columns + 2.4, 4.2))
        grid = figure.add_gridspec(2, columns + 1, width_ratios=[1] * columns + [0.95])
        for index, (depth, run) in enumerate(runs.items()):
            row = slice(None) if len(runs) == 1 else index // columns
            axes = figure.add_subplot(grid[row, index % columns])
            _draw_values(axes, problem, run, depth, method, rate, scale)
            letter(axes, LETTERS[index])
            axes.set_title(f"depth {depth}")
            if index % columns == 0:
                axes.set_ylabel("singular value")
            axes.set_xlabel("step")
        summary = [figure.add_subplot(grid[row, -1]) for row in (0, 1)]
        _draw_errors(summary[0], problem, runs)
        _draw_times(summary[1], problem, runs, method, rate, scale)
        for index, axes in enumerate(summary, len(runs)):
            letter(axes, LETTERS[index])
        key(figure, method, f"toy model from $\\sigma_0$ = {scale:g}")
        return figure


def _draw_values(
    axes: Axes,
    problem: sensing.Problem,
    run: History,
    depth: int,
    method: str,
    rate: float,
    scale: float,
) -> None:
    """One depth: measured values, the toy model's from the same scale, and the targets."""
    steps, targets = in_steps(run, depth, method, rate), _targets(problem)
    for k, column in enumerate(run.values.T):
        axes.plot(steps, column, color=COLOURS[k], **MEASURED)
    moments = np.linspace(0, steps[-1], 400) if steps[-1] > 0 else np.array([0.0, 1.0])
    theory = predicted_values(moments * sensing.from_plain_rate(rate, depth), targets, scale, depth)
    axes.plot(moments, theory, **THEORY)
    axes.set_xlim(0, steps[-1] * 1.02 if steps[-1] > 0 else 1)
    top = max(float(targets.max()), float(run.values.max()))
    axes.set_ylim(-0.02 * top, 1.06 * top)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    names = [f"$\\sigma_{k + 1}$" for k in range(run.values.shape[1])]
    label_lines(axes, steps[-1], run.values[-1].tolist(), names)


def _draw_errors(axes: Axes, problem: sensing.Problem, runs: dict[int, History]) -> None:
    """Relative squared reconstruction error by depth."""
    errors = [sensing.reconstruction_error(problem, run.weights) for run in runs.values()]
    axes.semilogy(list(runs), errors, "o-", color=COLOURS[0], markersize=4, linewidth=1)
    axes.set_xticks(list(runs))
    axes.set_xlabel("depth")
    axes.set_title("reconstruction error")
    axes.set_ylabel(r"$\|W - W^*\|^2/\|W^*\|^2$")


def _draw_times(
    axes: Axes,
    problem: sensing.Problem,
    runs: dict[int, History],
    method: str,
    rate: float,
    scale: float,
) -> None:
    """Measured learning times over those of the toy model."""
    targets, markers = _targets(problem), "os^Dvp*X"
    axes.set_title(f"time to {LEARNED:g} of target")
    points = {}
    for depth, run in runs.items():
        clocked = History(in_steps(run, depth, method, rate), run.loss, run.values, run.weights)
        measured = measured_times(clocked, targets, LEARNED)
        unit = sensing.from_plain_rate(rate, depth)
        predicted = predicted_times(targets, scale, depth, LEARNED) / unit
        seen = np.isfinite(measured) & (measured > 0) & (predicted > 0)
        points[depth] = predicted[seen], measured[seen]
    if not any(len(measured) for _, measured in points.values()):
        axes.text(0.5, 0.5, "none in this run", ha="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    for index, (depth, (predicted, measured)) in enumerate(points.items()):
        axes.loglog(
            predicted,
            measured,
            markers[index % len(markers)],
            color="none",
            markeredgecolor=COLOURS[index % len(COLOURS)],
            markersize=4.5,
            label=f"depth {depth}",
        )
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], zorder=0, label="equal", **THEORY)
    # Over less than a decade, labels of the minor ticks would run into each other.
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("predicted step")
    axes.set_ylabel("measured step")
    axes.legend(loc="lower right", handletextpad=0.1, borderpad=0)
