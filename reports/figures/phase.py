"""The phase diagram: which initialisations are incremental, by ratio and depth."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.style import COLOURS, WIDTH, letter, note, style

S, F = 0.1, 0.9
DEPTHS = ((2.0, "2"), (3.0, "3"), (math.inf, r"\infty"))
EXCESS = np.logspace(-1.5, 2, 400)
LOWEST = -24.0
#: The lower row shows this much on either side of the threshold, in powers of ten.
CLOSE = 0.6
_LN10 = math.log(10)
_PAPER = {"color": COLOURS[1], "linestyle": (0, (1, 1))}
_SHARP = {"color": COLOURS[2], "linestyle": (0, (4, 1.5))}


def phase() -> Figure:
    """Incremental or not over r and y = σ0/σ*_j, with exact threshold, paper and sharp bounds.

    One column per depth, s = 0.1, f = 0.9; the lower row shows the bounds relative to the
    threshold. The paper's lower bound exists for (1 − f) r > 1 only.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 3.9))
        rows = figure.subplots(2, len(DEPTHS), sharex=True, sharey="row", height_ratios=(3, 2))
        for column, (depth, name) in enumerate(DEPTHS):
            exact = np.asarray(log_threshold(depth, 1 + EXCESS, S, F)) / _LN10
            paper = _log10(paper_bounds(depth, 1 + EXCESS, S, F))
            sharp = _log10(sharp_bounds(depth, 1 + EXCESS, S, F))
            _diagram(rows[0, column], exact, paper, sharp)
            _close_up(rows[1, column], exact, paper, sharp)
            letter(rows[0, column], f"{'abc'[column]}  $N = {name}$")
            rows[1, column].set_xlabel(r"$r - 1$, with $r = \sigma^*_i/\sigma^*_j$")
        rows[0, 0].set_ylabel(r"$\log_{10}$ of $y = \sigma_0/\sigma^*_j$")
        rows[1, 0].set_ylabel(r"$\log_{10}$ of bound/$y^*$")
        handles, labels = rows[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
        note(figure, f"$s = {S:g}$, $f = {F:g}$")
    return figure


def _diagram(panel: Axes, exact: np.ndarray, paper: Bounds, sharp: Bounds) -> None:
    panel.fill_between(
        EXCESS, LOWEST, exact, color=COLOURS[0], alpha=0.15, linewidth=0, label="incremental"
    )
    panel.plot(EXCESS, exact, color=COLOURS[0], linewidth=1.6, label="exact threshold")
    for bounds, look, name in ((paper, _PAPER, "paper's bounds"), (sharp, _SHARP, "sharp bounds")):
        panel.plot(EXCESS, bounds.upper, label=name, **look)
        panel.plot(EXCESS, bounds.lower, **look)
    panel.set(xscale="log", xlim=(EXCESS[0], EXCESS[-1]), ylim=(LOWEST, 0))


def _close_up(panel: Axes, exact: np.ndarray, paper: Bounds, sharp: Bounds) -> None:
    panel.axhline(0, color=COLOURS[0], linewidth=1.6)
    for bounds, look in ((paper, _PAPER), (sharp, _SHARP)):
        for side in bounds:
            panel.plot(EXCESS, side - exact, **look)
    panel.set(ylim=(-CLOSE, CLOSE))


def _log10(bounds: Bounds) -> Bounds:
    """Bounds as powers of ten; void ones (−inf) as NaN, which ends a line."""
    return Bounds(*(np.where(np.isfinite(side), side / _LN10, np.nan) for side in bounds))
