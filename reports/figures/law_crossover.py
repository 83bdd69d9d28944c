"""The depth separation as a law: exponential at depth 2, a power beyond, one curve through both."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stairwise.numerics.law import depth_law, uniform_law
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.style import COLOURS, THEORY, WIDTH, letter, note, style

S, F = 0.1, 0.9
DEPTHS = ((2.0, "2"), (2.01, "2.01"), (2.1, "2.1"), (2.5, "2.5"), (3.0, "3"), (np.inf, r"\infty"))
RATIOS = 1 + np.geomspace(1e-6, 1.0, 121)
GAPS = RATIOS - 1
_LN10 = np.log(10)


def law_crossover() -> Figure:
    """a: −log10 y* against r − 1, with the uniform law dashed. b: collapse of e·(−log10 y*) on
    log10(1 + X), X = e T/(r − 1). c: error of the uniform law, first and second order.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.7))
        thresholds, collapse, error = figure.subplots(1, 3)
        _thresholds(thresholds)
        _collapse(collapse)
        _error(error)
        law = "a, b: dashed is the uniform law, $T$ the flow time from $s$ to $f$ at target 1"
        note(figure, f"$s = {S:g}$, $f = {F:g}$; {law}; c: where rounding is smaller")
    return figure


def _thresholds(axes: Axes) -> None:
    for (depth, name), colour in zip(DEPTHS, COLOURS[:4] + COLOURS[5:], strict=True):
        log10_y = log_threshold(depth, RATIOS, S, F) / _LN10
        axes.plot(GAPS, -log10_y, color=colour, linewidth=1.8, label=f"$N = {name}$")
        axes.plot(GAPS, -uniform_law(depth, RATIOS, S, F) / _LN10, **THEORY)
    axes.set(xscale="log", yscale="log", xlabel="$r - 1$", ylabel=r"$-\log_{10} y^*$")
    axes.legend(loc="upper right", handlelength=1.2)
    letter(axes, "a  thresholds")


def _collapse(axes: Axes) -> None:
    for (depth, _), colour in list(zip(DEPTHS, COLOURS[:4] + COLOURS[5:], strict=True))[1:]:
        e = 1.0 if np.isinf(depth) else 1 - 2 / depth
        time = np.exp(-e * depth_law(depth, S, F).log_constant) / e
        near = GAPS < 0.03
        log10_y = log_threshold(depth, RATIOS[near], S, F) / _LN10
        axes.plot(e * time / GAPS[near], -e * log10_y, color=colour, linewidth=1.8)
    scaled = np.geomspace(1e-2, 1e8, 200)
    axes.plot(scaled, np.log1p(scaled) / _LN10, **THEORY, label=r"$\log_{10}(1 + X)$")
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(0.5, 1e8),
        ylim=(0.13, 13),
        xlabel=r"$X = (1 - 2/N)\,T/(r - 1)$",
        ylabel=r"$-(1 - 2/N)\,\log_{10} y^*$",
    )
    axes.legend(loc="lower right")
    letter(axes, "b  one curve, $r < 1.03$")


def _error(axes: Axes) -> None:
    for (depth, _), colour in zip(DEPTHS, COLOURS[:4] + COLOURS[5:], strict=True):
        exact = log_threshold(depth, RATIOS, S, F)
        for order, look in (("first", "-"), ("second", (0, (3, 1)))):
            miss = np.abs(uniform_law(depth, RATIOS, S, F, order) - exact)
            shown = np.where(miss > 4e-16 * np.abs(exact) / np.minimum(GAPS, 1), miss, np.nan)
            axes.plot(GAPS, shown / _LN10, color=colour, linestyle=look, linewidth=1.2)
    axes.plot([], [], color="#555555", label="first order")
    axes.plot([], [], color="#555555", linestyle=(0, (3, 1)), label="second order")
    axes.set(xscale="log", yscale="log", ylim=(1e-13, 30), xlabel="$r - 1$")
    axes.set_ylabel(r"error in $\log_{10} y^*$")
    axes.legend(loc="lower right")
    letter(axes, "c  error of the law")
