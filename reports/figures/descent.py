"""Gradient descent against flow: thresholds by learning rate, and the order at which they meet."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stairwise.numerics.descent_shift import first_order_shift, smooth_log_threshold
from stairwise.numerics.descent_threshold import descent_log_threshold
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.style import COLOURS, THEORY, WIDTH, letter, note, style

S, F, RATIO = 0.1, 0.9, 1.5
DEPTHS = ((2.0, "2"), (3.0, "3"), (np.inf, r"\infty"))
_LN10 = np.log(10)


def descent() -> Figure:
    """a: the two ends of descent's threshold against the learning rate, with the flow's as limit.

    Up to the lower end all initialisations are incremental, beyond the upper end none, and in the
    band between them some. b: distance of the supremum from the flow's threshold at depth 2, in
    whole steps (rounded by up to a step) and in real ones, and what the modified equation's first
    order leaves. r = 1.5, s = 0.1, f = 0.9; at the right ends η r^{2−2/N} = 1.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 3.3))
        grid = figure.add_gridspec(len(DEPTHS), 2, width_ratios=(1.1, 1))
        rows = [figure.add_subplot(grid[k, 0]) for k in range(len(DEPTHS))]
        for k, (axes, (depth, name)) in enumerate(zip(rows, DEPTHS, strict=True)):
            _ends(axes, depth, f"$N = {name}$", COLOURS[k])
            axes.tick_params(labelbottom=k == len(DEPTHS) - 1)
        rows[-1].set_xlabel(r"learning rate $\eta$  ($\sigma^*_j = 1$)")
        rows[1].set_ylabel(r"threshold $\log_{10} y$")
        letter(rows[0], "a  below the band all, above it none")
        orders = figure.add_subplot(grid[:, 1])
        _orders(orders)
        letter(orders, "b  $N = 2$: distance from the flow")
        dashed = "dashed: in a the flow's threshold, in b slopes 1 and 2 as predicted"
        note(figure, f"$r = {RATIO:g}$, $s = {S:g}$, $f = {F:g}$; {dashed}")
    return figure


def _ends(axes: Axes, depth: float, name: str, colour: str) -> None:
    """Both ends of the threshold in whole steps, and the flow's."""
    rates = np.geomspace(1e-2, 1 / RATIO ** (2 - 2 / depth), 400)
    ends = descent_log_threshold(depth, RATIO, S, F, rates)
    safe, supremum = ends.safe / _LN10, ends.supremum / _LN10
    flow = log_threshold(depth, RATIO, S, F) / _LN10
    axes.fill_between(rates, safe, supremum, color=colour, alpha=0.4, linewidth=0)
    axes.plot(rates, safe, color=colour, linewidth=0.8)
    axes.plot(rates, supremum, color=colour, linewidth=0.8)
    axes.axhline(flow, **THEORY)
    reach = 1.15 * max(np.max(np.abs(safe - flow)), np.max(np.abs(supremum - flow)))
    axes.set(xscale="log", xlim=(1e-2, 1), ylim=(flow - reach, flow + reach))
    axes.text(0.02, 0.8, name, color=colour, fontsize=7, transform=axes.transAxes)


def _orders(axes: Axes) -> None:
    """Log-log distances at depth 2, beside lines of slope 1 and 2."""
    rates = np.geomspace(1e-5, 1e-2, 120)
    flow = log_threshold(2, RATIO, S, F)
    predicted = first_order_shift(2, RATIO, S, F) * rates
    whole = np.abs(descent_log_threshold(2, RATIO, S, F, rates).supremum - flow)
    real = smooth_log_threshold(2, RATIO, S, F, rates) - flow
    rest = np.abs(real - predicted)
    whole, real, rest, predicted = (gap / _LN10 for gap in (whole, real, rest, predicted))
    axes.plot(rates, whole, ".", color=COLOURS[4], markersize=2.5)
    axes.plot(rates, real, color=COLOURS[0], linewidth=1.6)
    axes.plot(rates, rest, color=COLOURS[1], linewidth=1.6)
    axes.plot(rates, predicted, **THEORY)
    axes.plot(rates, rest[-1] * (rates / rates[-1]) ** 2, **THEORY)
    orders = [np.polyfit(np.log(rates), np.log(gap), 1)[0] for gap in (real, rest)]
    notes = (
        (1.4e-5, 8e-7, "whole steps (supremum)", COLOURS[4]),
        (1.4e-5, 1.2e-3, f"real steps: slope {orders[0]:.2f}", COLOURS[0]),
        (
            2e-4,
            4e-10,
            f"less the modified equation's\nfirst order: slope {orders[1]:.2f}",
            COLOURS[1],
        ),
    )
    for x, y, text, colour in notes:
        axes.text(x, y, text, color=colour, fontsize=7)
    axes.set(xscale="log", yscale="log", xlim=(1e-5, 1e-2), ylim=(1e-12, 1e-1))
    axes.set_xlabel(r"learning rate $\eta$")
    axes.set_ylabel(r"distance in $\log_{10} y$")
