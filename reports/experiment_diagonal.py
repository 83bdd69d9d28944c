"""The paper's diagonal networks: classification or regression, run, written down and drawn."""

from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments import diagonal
from stairwise.reports.experiment_depths import draw_key, draw_scores, draw_shares, read_data
from stairwise.reports.experiment_linear import (
    Plan,
    baseline,
    checked_plan,
    cosine,
    run_summary,
    shared_summary,
    train_depths,
    write_runs,
)
from stairwise.reports.experiment_output import Outcome, Progress
from stairwise.reports.experiment_runs import Runs
from stairwise.reports.style import letter, style

#: Values drawn in colour.
LEADING = 4


def run_diagonal(
    output: Path,
    *,
    seed: int = 0,
    depths: Sequence[int] = (1, 2, 3, 4, 5),
    loss: str = "exponential",
    data: Path | None = None,
    scale: float = diagonal.SCALE,
    kind: str = "constant",
    method: str = "descent",
    learning_rate: float = diagonal.PLAIN_RATE,
    until_loss: float = diagonal.PLAIN_GOAL,
    steps: int = 100_000,
    record_every: int = 20,
    progress: Progress | None = None,
) -> Outcome:
    """Train each depth on the same data; write diagonal.{npz,pdf,png,json} to output.

    Settings default to the paper's; `data` (.npz or .csv, see `read_data`) replaces its samples.
    learning_rate and until_loss are for the plain mean loss, as in the authors' scripts; with
    method "flow", step k stands for flow time N²·k times the learning rate.

    Ctrl-C ends the run: what is done is written and the outcome says `interrupted`. Raises
    ValueError for bad arguments or data before anything is run, Divergence after writing what is
    done.
    """
    plan = checked_plan(
        diagonal, depths, loss, method, learning_rate, until_loss, steps, record_every
    )
    if data is None:
        problem = diagonal.Problem.paper(seed, loss)
    else:
        problem = diagonal.Problem(*read_data(data), loss)
    starts = {n: diagonal.initial(problem, n, scale, kind, seed) for n in plan.depths}
    runs = train_depths(plan, problem, starts, progress)
    svm = baseline(problem)
    results = {
        depth: {
            **run_summary(plan, runs, depth),
            "correlation": cosine(problem, run.values[-1]),
            "largest": _largest(run.values[-1]),
            "seconds": runs.seconds[depth],
        }
        for depth, run in runs.histories.items()
    }
    summary = {
        "experiment": "diagonal",
        "seed": seed,
        "scale": scale,
        "kind": kind,
        **shared_summary(plan, problem, runs, data),
        "linear_svm_correlation": cosine(problem, svm),
        "note_on_depth_1": (
            "degenerate: σ = u − v is linear in the weights, so this is plain linear descent at "
            "twice the rate, and nothing in it is incremental"
        )
        if 1 in results
        else None,
        "depths": results,
    }
    figure = draw_diagonal(problem, plan, runs, svm)
    return write_runs(output, summary, problem, runs, figure)


def draw_diagonal(
    problem: diagonal.Problem, plan: Plan, runs: Runs[int], svm: Floats | None
) -> Figure:
    """Values, normalised, over steps by depth, and the correlation with the truth by depth."""
    with style():
        panels = len(runs.histories) + (problem.truth is not None)
        columns = max(1, min(3, panels))
        rows = max(1, -(-panels // columns))
        figure = Figure(figsize=(2.3 * columns, 1.95 * rows))
        grid = figure.add_gridspec(rows, columns)
        truth = problem.truth
        leading = _leading(problem, runs)
        unit_truth = None if truth is None else truth / np.linalg.norm(truth)
        limits = _limits(runs, unit_truth)
        for index, (depth, run) in enumerate(runs.histories.items()):
            axes = figure.add_subplot(grid[index // columns, index % columns])
            letter(axes, ascii_lowercase[index])
            axes.set_title(f"depth {depth}")
            shares = _normalised(run.values)
            axes.set_ylim(*limits)
            draw_shares(axes, plan.in_steps(run, depth), shares, leading, unit_truth)
            axes.xaxis.set_major_locator(MaxNLocator(4))
            if index % columns == 0:
                axes.set_ylabel(r"$\sigma/\|\sigma\|$")
            axes.set_xlabel("step")
        if truth is not None and runs.histories:
            axes = figure.add_subplot(grid[(panels - 1) // columns, (panels - 1) % columns])
            letter(axes, ascii_lowercase[panels - 1])
            scores = {
                depth: problem.cosine(run.values[-1]) for depth, run in runs.histories.items()
            }
            draw_scores(axes, scores, cosine(problem, svm), "correlation with truth")
        if leading and runs.histories:
            draw_key(figure, len(leading), "index", truth is not None)
    return figure


def _limits(runs: Runs[int], unit_truth: Floats | None) -> tuple[float, float]:
    """Heights that hold every value and the truth: the same in all panels."""
    shown = [np.zeros(1), *(_normalised(run.values).ravel() for run in runs.histories.values())]
    if unit_truth is not None:
        shown.append(unit_truth)
    heights = np.concatenate(shown)
    low, high = float(heights.min()), float(heights.max())
    return min(-0.27, low - 0.03), max(1.03 if high > 0.5 else 0.27, high + 0.03)


def _largest(values: Floats) -> dict[str, float]:
    """The largest values in size, by index."""
    order = np.argsort(-np.abs(values), kind="stable")[:LEADING]
    return {str(index): float(values[index]) for index in order}


def _leading(problem: diagonal.Problem, runs: Runs[int]) -> list[int]:
    """Coordinates drawn in colour: the truth's largest, or the last run's."""
    vector = problem.truth
    if vector is None:
        vector = next(reversed(runs.histories.values())).values[-1] if runs.histories else None
    if vector is None:
        return []
    order = np.argsort(-np.abs(vector), kind="stable")[:LEADING]
    return [int(index) for index in order if vector[index] != 0]


def _normalised(values: Floats) -> Floats:
    """Rows over their Euclidean norms; zero rows stay zero."""
    norms = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(np.divide(values, norms, out=np.zeros_like(values), where=norms > 0))
