"""The paper's circular-convolutional networks: run, written down and drawn."""

from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments import convolution
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

#: Frequencies drawn in colour.
LEADING = 4


def run_convolution(
    output: Path,
    *,
    seed: int = 0,
    draw: int = 0,
    depths: Sequence[int] = (1, 2, 3),
    loss: str = "exponential",
    data: Path | None = None,
    scale: float = convolution.SCALE,
    kind: str = "gaussian",
    method: str = "descent",
    learning_rate: float = convolution.PLAIN_RATE,
    until_loss: float = convolution.PLAIN_GOAL,
    steps: int = 100_000,
    record_every: int = 20,
    progress: Progress | None = None,
) -> Outcome:
    """Train each depth on the same data; write convolution.{npz,pdf,png,json} to output.

    seed is that of the data, draw that of the initial layers; kind "aligned" starts without the
    saddle at the real frequencies (the summary names those that are trapped). Otherwise as
    `run_diagonal`, with N in place of N² in the units.
    """
    plan = checked_plan(
        convolution, depths, loss, method, learning_rate, until_loss, steps, record_every
    )
    if data is None:
        problem = convolution.Problem.paper(seed, loss)
    else:
        problem = convolution.Problem(*read_data(data), loss)
    starts = {
        depth: convolution.initial(problem, depth, scale, kind, draw) for depth in plan.depths
    }

    runs = train_depths(plan, problem, starts, progress)
    filters = {depth: convolution.filter_of(run.weights) for depth, run in runs.histories.items()}
    svm = baseline(problem)
    results = {
        depth: {
            **run_summary(plan, runs, depth),
            "cosine": cosine(problem, filters[depth]),
            "trapped_frequencies": convolution.trapped_frequencies(problem, starts[depth]),
            "largest": _largest(run.values[-1]),
            "effective_frequencies": effective_number(run.values[-1]),
            "seconds": runs.seconds[depth],
        }
        for depth, run in runs.histories.items()
    }
    summary = {
        "experiment": "convolution",
        "seed": seed,
        "draw": draw,
        "scale": scale,
        "kind": kind,
        **shared_summary(plan, problem, runs, data),
        "linear_svm_cosine": cosine(problem, svm),
        "linear_svm_effective_frequencies": None
        if svm is None
        else effective_number(np.abs(np.fft.rfft(svm))),
        "depths": results,
    }
    figure = draw_convolution(problem, plan, runs, svm)
    return write_runs(output, summary, problem, runs, figure)


def effective_number(amplitudes: Floats) -> float:
    """(Σ a²)²/Σ a⁴: how many frequencies carry the energy, between 1 and their number."""
    energy = amplitudes**2
    total = float(np.sum(energy**2))
    return float(np.sum(energy)) ** 2 / total if total > 0 else 0.0


def draw_convolution(
    problem: convolution.Problem, plan: Plan, runs: Runs[int], svm: Floats | None
) -> Figure:
    """Amplitudes by frequency over steps and at the end, by depth, and the cosine by depth."""
    with style():
        count = max(1, len(runs.histories))
        figure = Figure(figsize=(2.2 * (count + 1), 3.9))
        grid = figure.add_gridspec(2, count + 1)
        truth = None if problem.truth is None else _unit(np.abs(np.fft.rfft(problem.truth)))
        for index, (depth, run) in enumerate(runs.histories.items()):
            shares = np.array([_unit(row) for row in run.values])
            order = np.argsort(-(shares[-1] if truth is None else truth), kind="stable")
            leading = [int(k) for k in order[:LEADING]]
            axes = figure.add_subplot(grid[0, index])
            letter(axes, ascii_lowercase[index])
            axes.set_title(f"depth {depth}")
            axes.set_ylim(0, 1.03)
            draw_shares(axes, plan.in_steps(run, depth), shares, leading, truth)
            axes.xaxis.set_major_locator(MaxNLocator(4))
            axes.set_xlabel("step")
            below = figure.add_subplot(grid[1, index])
            _draw_spectrum(below, shares[-1], truth)
            if index == 0:
                axes.set_ylabel("amplitude, normalised")
                below.set_ylabel("amplitude at the end")
        if problem.truth is not None and runs.histories:
            axes = figure.add_subplot(grid[0, count])
            letter(axes, ascii_lowercase[count])
            scores = {
                depth: problem.cosine(convolution.filter_of(run.weights))
                for depth, run in runs.histories.items()
            }
            draw_scores(axes, scores, cosine(problem, svm), "cosine")
        if svm is not None:
            axes = figure.add_subplot(grid[1, count])
            axes.set_title("linear SVM")
            _draw_spectrum(axes, _unit(np.abs(np.fft.rfft(svm))), truth)
        if runs.histories:
            shown = min(LEADING, run.values.shape[1])
            draw_key(figure, shown, "frequency", truth is not None, True)
    return figure


def _draw_spectrum(axes: Any, amplitudes: Floats, truth: Floats | None) -> None:
    frequencies = np.arange(amplitudes.size)
    axes.vlines(frequencies, 0, amplitudes, color="#0072B2", linewidth=1.4)
    if truth is not None:
        shown = truth > 0.01 * truth.max()
        axes.plot(frequencies[shown], truth[shown], "_", color="#222222", markersize=4)
    axes.set_ylim(0, 1)
    axes.set_xlabel("frequency")


def _largest(amplitudes: Floats) -> dict[str, float]:
    """The largest amplitudes, by frequency."""
    order = np.argsort(-amplitudes, kind="stable")[:LEADING]
    return {str(index): float(amplitudes[index]) for index in order}


def _unit(vector: Floats) -> Floats:
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm else vector
