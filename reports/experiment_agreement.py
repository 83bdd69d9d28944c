"""Incremental or not as the exact threshold predicts: matrix sensing at growing sample size."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stairwise.numerics.experiments.comparison import Agreement, agreement
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.experiment_output import Outcome, prepare, write_outcome
from stairwise.reports.style import COLOURS, columns, style

DEPTHS = (2, 3, 4)
RATIOS = (1.5, 2.0, 3.0, 5.0, 8.0)
#: σ0/σ*_j, half a decade apart.
SCALES = tuple(10.0 ** (-k / 2) for k in range(10, 2, -1))
SAMPLES = (30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000)
#: Rows of the figure: the sizes nearest to these places in the list of sample sizes.
ROWS = 3
#: Cells where theory and run agree are quiet, the others not; colours are left to the depths.
_AGREES: dict[str, Any] = {"marker": "o", "markersize": 3.2, "markeredgecolor": "#707070"}
_DIFFERS: dict[str, Any] = {"marker": "X", "markersize": 5, "markeredgecolor": "#000000"}
_CURVE: dict[str, Any] = {"color": "#222222", "linewidth": 0.9}


def run_agreement(
    output: Path,
    *,
    depths: Sequence[int] = DEPTHS,
    ratios: Sequence[float] = RATIOS,
    scales: Sequence[float] = SCALES,
    samples: Sequence[int] = SAMPLES,
    seeds: int = 2,
    s: float = 0.1,
    f: float = 0.9,
    size: int = 4,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Run the grid; write agreement.{npz,pdf,png,json} to output.

    Each cell is the flow of matrix sensing of diag(r, 1, 0…), of the given size, from an identity
    start. The summary's table has, for each number of measurements and depth, the share of cells
    that agree and how far from the threshold, in decades, the farthest that does not. Ctrl-C keeps
    the blocks (one sample size and seed each) that are done. Raises ValueError for bad arguments.
    """
    prepare(output)
    began = time.perf_counter()
    grid = agreement(depths, ratios, scales, samples, seeds, s, f, size, progress)
    blocks = grid.measured.shape[0] * grid.measured.shape[1]
    summary = {
        "experiment": "agreement",
        "depths": list(depths),
        "ratios": list(ratios),
        "scales": list(scales),
        "samples": list(samples),
        "seeds": seeds,
        "s": s,
        "f": f,
        "size": size,
        "interrupted": grid.done < blocks,
        "blocks_done": grid.done,
        "seconds": time.perf_counter() - began,
        "table": agreement_table(grid),
        "samples_needed": dict(zip(list(depths), grid.samples_needed, strict=True)),
    }
    arrays = {
        "depths": grid.depths,
        "ratios": grid.ratios,
        "scales": grid.scales,
        "samples": grid.samples,
        "log_thresholds": grid.log_thresholds,
        "predicted": grid.predicted,
        "measured": grid.measured,
        "done": np.array(grid.done),
    }
    figure = draw_agreement(grid)
    return write_outcome(output, "agreement", summary, arrays, figure, grid.done < blocks)


def agreement_table(grid: Agreement) -> list[dict[str, Any]]:
    """One row for each number of measurements and depth; unfinished ones are left out."""
    shares, misses = grid.share, grid.widest_miss
    return [
        {
            "samples": int(count),
            "depth": int(depth),
            "agree": float(shares[row, column]),
            "farthest_miss_decades": float(misses[row, column]),
        }
        for row, count in enumerate(grid.samples)
        for column, depth in enumerate(grid.depths)
        if not np.isnan(shares[row, column])
    ]


def draw_agreement(grid: Agreement) -> Figure:
    """The cells over the exact threshold, and how agreement grows with the measurements."""
    finished = [row for row in range(len(grid.samples)) if not np.isnan(grid.share[row, 0])]
    count = ROWS if finished else 0  # Ctrl-C may come before the first
    shown = [finished[k] for k in np.unique(np.linspace(0, len(finished) - 1, count).astype(int))]
    with style():
        columns = len(grid.depths)
        figure = Figure(figsize=(1.9 * columns + 2.2, 1.7 * max(len(shown), 2) + 0.3))
        cells = figure.add_gridspec(
            max(len(shown), 2), columns + 1, width_ratios=[1] * columns + [1.2]
        )
        for line, row in enumerate(shown):
            for column, depth in enumerate(grid.depths):
                axes = figure.add_subplot(cells[line, column])
                _draw_cells(axes, grid, row, column)
                if line == 0:
                    axes.set_title(f"depth {depth}")
                if column == 0:
                    axes.set_ylabel(f"{grid.samples[row]:,} samples\n" r"$\sigma_0/\sigma^*_j$")
                else:
                    axes.set_yticklabels([])
                if line == len(shown) - 1:
                    axes.set_xlabel("ratio $r$")
                else:
                    axes.set_xticklabels([])
        right = cells[:, -1].subgridspec(2, 1)
        pair = [figure.add_subplot(right[line]) for line in (0, 1)]
        _draw_growth(pair[0], pair[1], grid, finished)
        _key(figure)
        return figure


def _draw_cells(axes: Axes, grid: Agreement, row: int, column: int) -> None:
    """Full markers are incremental, open ones not; crosses are not as the theory says."""
    ratio = np.geomspace(min(grid.ratios) / 1.1, max(grid.ratios) * 1.1, 60)
    curve = np.exp(log_threshold(float(grid.depths[column]), ratio, grid.s, grid.f))
    axes.loglog(ratio, curve, **_CURVE)
    axes.fill_between(ratio, curve, 1e-300, color="#222222", alpha=0.06, linewidth=0)
    measured, predicted = grid.measured[row, 0, column], grid.predicted[column]
    for k, r in enumerate(grid.ratios):
        for j, scale in enumerate(grid.scales):
            look = _AGREES if measured[k, j] == predicted[k, j] else _DIFFERS
            axes.plot(r, scale, **_filled(look, bool(measured[k, j])))
    axes.set_xlim(ratio[0], ratio[-1])
    axes.set_ylim(min(grid.scales) / 2, 2 * max(grid.scales))
    ticks = [r for r in (1.5, 2, 3, 5, 8) if ratio[0] <= r <= ratio[-1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


def _filled(look: dict[str, Any], full: bool) -> dict[str, Any]:
    face = look["markeredgecolor"] if full else "white"
    return {**look, "linestyle": "none", "markeredgewidth": 0.8, "markerfacecolor": face}


def _key(figure: Figure) -> None:
    """What markers mean, above all panels."""
    handles = [
        Line2D([], [], label="incremental", **_filled(_AGREES, True)),
        Line2D([], [], label="not incremental", **_filled(_AGREES, False)),
        Line2D([], [], label="incremental, against theory", **_filled(_DIFFERS, True)),
        Line2D([], [], label="not incremental, against theory", **_filled(_DIFFERS, False)),
        Line2D([], [], label="exact threshold", **_CURVE),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=columns(figure, len(handles)))


def _draw_growth(share: Axes, miss: Axes, grid: Agreement, finished: list[int]) -> None:
    """How many cells agree, and how far the farthest that does not, over the measurements."""
    for axes, heights in ((share, 100 * grid.share), (miss, grid.widest_miss)):
        for column, depth in enumerate(grid.depths):
            axes.plot(
                grid.samples[finished],
                heights[finished, column],
                "os^Dv"[column % 5] + "-",
                color=COLOURS[column % len(COLOURS)],
                markersize=3.5,
                linewidth=1,
                label=f"depth {depth}",
            )
        axes.set_xscale("log")
    share.set_title("cells that agree (%)")
    # Room for whole markers at all of them, and at the farthest.
    low = np.nanmin(100 * grid.share[finished], initial=100)
    share.set_ylim(low - 0.08 * (104 - low), 100 + 0.08 * (104 - low))
    share.legend(loc="lower right")
    miss.set_title("farthest disagreement")
    miss.set_ylabel("decades from the threshold")
    miss.set_yscale("symlog", linthresh=0.01)
    miss.set_ylim(-0.001, 1.6 * np.nanmax(grid.widest_miss[finished], initial=0.01))
    miss.set_xlabel("measurements")
