"""How far each bound is from the threshold: the paper's, closed forms, and sharp ones by order."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.elementary_bounds import elementary_bounds
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.reports.style import COLOURS, WIDTH, letter, note, style

S, F = 0.1, 0.9
DEPTHS = ((2.0, "2"), (3.0, "3"), (np.inf, r"\infty"))
RATIOS = 1 + np.geomspace(1e-3, 1e3, 241)
FLOOR = 1e-15
_LN10 = np.log(10)


def bounds_figure() -> Figure:
    """Distance of upper and lower bounds from log10 y*, against r − 1, at s = 0.1, f = 0.9.

    Where a line is missing the bound is void (the paper's lower one for r ≤ 10); lines end where
    the distance is rounding.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 3.8))
        panels = figure.subplots(2, len(DEPTHS), sharex=True, sharey=True)
        for column, (depth, name) in enumerate(DEPTHS):
            _distances(panels[0, column], panels[1, column], depth)
            letter(panels[0, column], f"{'abc'[column]}  $N = {name}$")
            panels[1, column].set_xlabel("$r - 1$")
        panels[0, 0].set_ylabel(r"$\log_{10}$ of upper bound/$y^*$")
        panels[1, 0].set_ylabel(r"$\log_{10}$ of $y^*$/lower bound")
        panels[0, 0].set(xscale="log", yscale="log", ylim=(FLOOR, 1e4), xlim=(1e-3, 1e3))
        handles, labels = panels[1, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
        ends = "lines end where a bound is void or its distance is rounding"
        note(figure, f"$s = {S:g}$, $f = {F:g}$; {ends}")
    return figure


def _distances(above: Axes, below: Axes, depth: float) -> None:
    exact = sharp_bounds(depth, RATIOS, S, F, order=8).lower
    lines: dict[str, tuple[Bounds, dict[str, Any]]] = {
        "paper": (paper_bounds(depth, RATIOS, S, F), {"color": COLOURS[1]}),
        "closed form": (elementary_bounds(depth, RATIOS, S, F), {"color": COLOURS[2]}),
    }
    for order, dash in enumerate(("-", (0, (4, 1)), (0, (1, 1)))):
        found = sharp_bounds(depth, RATIOS, S, F, order=order)
        lines[f"sharp, order {order}"] = (found, {"color": COLOURS[0], "linestyle": dash})
    # Rounding of log y*, below which a distance means nothing.
    rounding = np.maximum(FLOOR, 8 * np.finfo(float).eps * np.abs(exact))
    for label, (bounds, look) in lines.items():
        for axes, distance in ((above, bounds.upper - exact), (below, exact - bounds.lower)):
            shown = np.where((distance > rounding) & np.isfinite(distance), distance, np.nan)
            axes.plot(RATIOS - 1, shown / _LN10, label=label, linewidth=1.4, **look)
