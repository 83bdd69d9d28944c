"""Pursuit against OMP: example runs and the concurrence study, written down and drawn."""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from stairwise.numerics._arguments import nonnegative, one_number, positive, whole
from stairwise.numerics.experiments import concurrence, pursuit
from stairwise.numerics.experiments.history import History
from stairwise.reports.experiment_depths import arrays_of, checked_depths, read_data
from stairwise.reports.experiment_output import Outcome, write_outcome
from stairwise.reports.experiment_runs import Runs, run_each
from stairwise.reports.style import COLOURS, letter, style

#: Told how many runs are done, and of how many.
Count = Callable[[int, int], None]
OTHERS = "#8C8C8C"


def run_pursuit(
    output: Path,
    *,
    seed: int = 0,
    depths: Sequence[int] = (2, 3, 5),
    data: Path | None = None,
    picks: int | None = None,
    scale: float = pursuit.SCALE,
    seeds: int = 100,
    sparsities: Sequence[int] = (5,),
    noises: Sequence[float] = (0.0,),
    signed: bool = False,
    workers: int | None = None,
    progress: Count | None = None,
) -> Outcome:
    """Example runs by depth, then the study over seeds; write pursuit.{npz,pdf,png,json}.

    The example has the authors' settings (seed) or a user's `data` (.npz or .csv; give `picks`,
    OMP's number of indices, where it has no truth). The study, seeds 0 to seeds − 1 for every
    depth, sparsity and noise, is left out for seeds = 0; finished runs are kept in
    output/pursuit.jsonl, which a later call resumes, and which is listed last among the files
    written. workers: processes, default one per core.

    Ctrl-C ends the study: what is done is summarised, written, and the outcome says `interrupted`.
    Raises ValueError for bad arguments before anything is run, ImportError without scikit-learn.
    """
    numbers = checked_depths(depths)
    if 1 in numbers:
        raise ValueError(
            "depths must be ≥ 2 for pursuit (depth 1 learns all values at once: it has no order); "
            "got 1"
        )
    positive("scale", scale)
    count = whole("seeds", seeds, 0)
    amounts = [one_number("noises", nonnegative("noises", noise)) for noise in noises]
    sizes = [whole("sparsities", sparsity, 1) for sparsity in sparsities]
    workers = whole("workers", os.cpu_count() or 1 if workers is None else workers, 1)
    if data is None:
        problem = pursuit.Problem.paper(seed, signed=signed)
    else:
        problem = pursuit.Problem(*read_data(data))
    if picks is None:
        if problem.truth is None:
            raise ValueError("picks must be given where the data have no truth; got None")
        picks = int(np.count_nonzero(problem.truth))
    pursued = pursuit.matching_pursuit(problem, picks)

    def train(depth: int) -> History:
        start = pursuit.initial(problem, depth, scale)
        goal = pursuit.goal_loss(problem, depth)
        return pursuit.flow(problem, start, 1e12, goal, rtol=pursuit.RTOL)

    runs = run_each(numbers, train)
    interrupted = runs.interrupted
    wanted = [
        concurrence.Run(depth, sparsity, noise, number, scale, signed)
        for depth in numbers
        for sparsity in sizes
        for noise in amounts
        for number in range(count)
    ]
    store = output / "pursuit.jsonl"
    done: list[concurrence.Outcome] = []
    if wanted and not interrupted:
        try:
            done = concurrence.study(wanted, store, workers, progress)
        except KeyboardInterrupt:
            interrupted = True
            asked = set(wanted)
            done = [outcome for outcome in concurrence.read(store) if outcome.run in asked]
    cells = concurrence.summarise(done)
    orders = {depth: pursuit.learned_order(run) for depth, run in runs.histories.items()}
    summary = {
        "experiment": "pursuit",
        "seed": seed,
        "data": None if data is None else str(data),
        "scale": scale,
        "signed": signed,
        "interrupted": interrupted,
        "score": (
            "average overlap of signed prefixes: 1 exactly if descent and OMP pick up the same "
            "signed coordinates in the same order; authors: common positive indices over the "
            "smaller set"
        ),
        "pursued": pursued,
        "depths": {
            depth: {
                "ended": run.ended,
                "gradients": run.evaluations,
                "learned": orders[depth],
                "overlap": pursuit.average_overlap(orders[depth], pursued),
                "same_order": orders[depth] == pursued,
                "authors": pursuit.authors_concurrence(orders[depth], pursued),
                "seconds": runs.seconds[depth],
            }
            for depth, run in runs.histories.items()
        },
        "study": [asdict(cell) for cell in cells],
    }
    figure = draw_pursuit(problem, runs, pursued, cells)
    outcome = write_outcome(
        output, "pursuit", summary, _arrays(problem, runs, pursued, done), figure, interrupted
    )
    if not (wanted and store.exists()):
        return outcome
    return replace(outcome, files=(*outcome.files, store))


def draw_pursuit(
    problem: pursuit.Problem,
    runs: Runs[int],
    pursued: Sequence[pursuit.Pick],
    cells: Sequence[concurrence.Cell],
) -> Figure:
    """Values over time by depth, coloured in OMP's order, and the concurrence by depth."""
    with style():
        count = max(1, len(runs.histories))
        columns = count + (1 if cells else 0)
        figure = Figure(figsize=(2.3 * columns + 0.2, 2.7))
        grid = figure.add_gridspec(1, columns)
        for index, (depth, run) in enumerate(runs.histories.items()):
            axes = figure.add_subplot(grid[0, index])
            letter(axes, ascii_lowercase[index])
            axes.set_title(f"depth {depth}")
            lines = _draw_values(axes, run, pursued)
            if index == 0:
                axes.set_ylabel("value")
                figure.legend(handles=lines, loc="outside upper left", ncols=5, handlelength=1.2)
        if cells:
            axes = figure.add_subplot(grid[0, count])
            letter(axes, ascii_lowercase[count])
            _draw_cells(axes, cells)
    return figure


def _draw_values(axes: Axes, run: History, pursued: Sequence[pursuit.Pick]) -> list[Line2D]:
    """The picked values in the colour of their rank in OMP's order, the others grey.

    Returns the lines of the first five ranks.
    """
    picked = [index for index, _ in pursued]
    rest = np.setdiff1d(np.arange(run.values.shape[1]), picked)
    # Of hundreds of values near 0, those that ever matter.
    loud = rest[np.max(np.abs(run.values[:, rest]), axis=0) > 1e-3 * np.abs(run.values).max()]
    axes.plot(run.time, run.values[:, loud], color=OTHERS, linewidth=0.4, alpha=0.5)
    lines = []
    for rank, index in enumerate(picked):
        colour = COLOURS[rank] if rank < 4 else COLOURS[5]
        label = f"OMP {rank + 1}" if rank < 4 or len(picked) == 5 else "OMP, later"
        lines += axes.plot(run.time, run.values[:, index], color=colour, linewidth=1.5, label=label)
    axes.set_xlim(0, run.time[-1] if run.time[-1] > 0 else 1)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.set_xlabel("flow time")
    return lines[:5]


def _draw_cells(axes: Axes, cells: Sequence[concurrence.Cell]) -> None:
    """Mean score with its interval by depth, a line for each sparsity and noise."""
    settings = list(dict.fromkeys((cell.sparsity, cell.noise) for cell in cells))
    for rank, (sparsity, noise) in enumerate(settings):
        group = [cell for cell in cells if (cell.sparsity, cell.noise) == (sparsity, noise)]
        places = np.array([cell.depth for cell in group]) + 0.08 * (rank - (len(settings) - 1) / 2)
        means = np.array([cell.overlap for cell in group])
        ends = np.array([cell.overlap_interval for cell in group])
        axes.errorbar(
            places,
            means,
            yerr=np.abs(ends.T - means),
            color=COLOURS[rank % len(COLOURS)],
            marker="o",
            markersize=3,
            linewidth=1,
            capsize=2,
            label=f"{sparsity} non-zeros, noise {noise:g}",
        )
    axes.set_xticks(sorted({cell.depth for cell in cells}))
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("depth")
    axes.set_ylabel(f"overlap with OMP, {max(cell.count for cell in cells)} seeds")
    axes.legend(loc="lower right")


def _arrays(
    problem: pursuit.Problem,
    runs: Runs[int],
    pursued: Sequence[pursuit.Pick],
    done: Sequence[concurrence.Outcome],
) -> dict[str, Any]:
    arrays = arrays_of(problem, runs)
    arrays["pursued"] = np.array(pursued, dtype=np.int64).reshape(-1, 2)
    arrays["study"] = np.array(
        [
            (o.run.depth, o.run.sparsity, o.run.noise, o.run.seed, o.overlap, o.same_order)
            for o in done
        ],
        dtype=np.float64,
    ).reshape(-1, 6)
    return arrays
