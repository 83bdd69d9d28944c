"""The critical ratio: which pairs any initialisation can learn one after another, by depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from stairwise.numerics.threshold import critical_ratio, log_threshold
from stairwise.reports.style import COLOURS, THEORY, WIDTH, letter, style

S, F = 0.1, 0.9
PAIRS = ((0.01, 0.99), (0.1, 0.9), (0.25, 0.75))
DEPTHS, GAPS = (1.02, 4.0), (1e-4, 1e4)
#: log10 y* of the contours.
LEVELS = (-10_000.0, -1_000.0, -100.0, -30.0, -10.0, -5.0, -3.0, -2.0)
POINTS = 401


def critical_ratio_figure() -> Figure:
    """Left: the (N, r) plane at s = 0.1, f = 0.9, with r_c and contours of log10 y*.

    Right: r_c for three pairs of fractions, with its limits: at depth 1 log r_c grows like
    log[log(1−f)/log(1−s)]/(2(N−1)), at depth 2 r_c − 1 falls like (2−N)/2·L.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.6))
        plane, limits = figure.subplots(1, 2, width_ratios=(1.15, 1))
        _plane(plane)
        _limits(limits)
    return figure


def _plane(axes: Axes) -> None:
    depth = np.linspace(*DEPTHS, POINTS)
    gap = np.geomspace(*GAPS, POINTS)
    log10_y = log_threshold(depth, 1 + gap[:, None], S, F) / np.log(10)
    drawn = np.where(np.isfinite(log10_y), log10_y, np.nan)
    shallow = np.linspace(DEPTHS[0], 2, POINTS)
    with np.errstate(divide="ignore"):
        boundary = np.maximum(critical_ratio(shallow, S, F) - 1, 1e-12)
    axes.fill_between(shallow, GAPS[0], np.minimum(boundary, GAPS[1]), color="#DDDDDD", lw=0)
    axes.plot(shallow, boundary, color="#222222", linewidth=1.4)
    contours = axes.contour(
        depth, gap, drawn, levels=LEVELS, colors=COLOURS[0], linewidths=0.8, linestyles="solid"
    )
    axes.set(yscale="log", xlim=DEPTHS, ylim=GAPS, xlabel="depth $N$", ylabel="$r - 1$")
    axes.text(1.1, 1e-2, "no initialisation\nis incremental", fontsize=7)
    axes.text(2.02, 3e3, "$\\log_{10} y^*$", fontsize=7, color=COLOURS[0])
    named = [level for level in LEVELS if level > -30]
    axes.clabel(contours, named, fmt=FuncFormatter(lambda value, _: f"${value:g}$"), fontsize=6)
    # Near the boundary there is room beside a contour, not across it.
    for level, place, angle in (("-30", (2.21, 6e-4), -74), ("-100", (2.065, 1.3e-4), -84)):
        axes.text(*place, f"${level}$", fontsize=6, rotation=angle, color=COLOURS[0])
    letter(axes, f"a  $s = {S:g}$, $f = {F:g}$")


def _limits(axes: Axes) -> None:
    depth = np.concatenate([1 + np.geomspace(0.02, 0.5, 200), 2 - np.geomspace(0.5, 1e-4, 200)])
    for (s, f), colour in zip(PAIRS, COLOURS, strict=False):
        gap = critical_ratio(depth, s, f) - 1
        label = f"$s = {s:g}$, $f = {f:g}$"
        axes.plot(depth, gap, color=colour, linewidth=1.6, label=label)
        odds = np.log(f * (1 - s) / ((1 - f) * s))
        near = depth > 1.6
        axes.plot(depth[near], (2 - depth[near]) / 2 * odds, **THEORY)
        growth = np.log(np.log1p(-f) / np.log1p(-s)) / 2
        with np.errstate(over="ignore"):
            early = np.exp(growth / (depth - 1))
        axes.plot(depth[depth < 1.5], early[depth < 1.5], **THEORY)
    axes.plot([], [], label="limits at depths 1 and 2", **THEORY)
    axes.set(yscale="log", xlim=(1, 2), ylim=(1e-4, 1e12), xlabel="depth $N$", ylabel="$r_c - 1$")
    axes.legend(loc="upper right")
    letter(axes, "b  critical ratio")
