"""The depth separation as a law, exponential at depth 2, polynomial above: from ODE solves."""

import math
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stairwise.numerics.measured_law import MeasuredLaw, measure_depth_law
from stairwise.reports.style import COLOURS, THEORY, WIDTH, label_lines, letter, note, style

S, F = 0.1, 0.9
DEPTHS = (2.0, 2.5, 3.0, 4.0, 6.0, 10.0, math.inf)
_LN10 = math.log(10)
_DOTS: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 3.2,
    "markeredgewidth": 0,
}
#: One colour per depth > 2, from one dark to one light: the order is the depth's.
_SHADES = (COLOURS[1], COLOURS[6], COLOURS[2], COLOURS[5], COLOURS[0], COLOURS[3])


def depth_law() -> Figure:
    """Thresholds from stiff solves (dots) over the exact laws, s = 0.1, f = 0.9.

    a: depth 2 against 1/(r − 1). b: deeper against r − 1 on a logarithmic axis. c: what a straight
    line of either kind leaves in log10 y*: the law of each depth is the one that fits.
    """
    laws = _measured()
    with style():
        figure = Figure(figsize=(WIDTH, 2.9))
        panels = figure.subplots(1, 3, width_ratios=(1, 1.15, 1))
        _exponential(panels[0], laws[0])
        _polynomial(panels[1], laws[1:])
        _comparison(panels[2], laws)
        note(figure, f"$s = {S:g}$, $f = {F:g}$; dots: ODE solves, dashed: exact law")
    return figure


@cache
def _measured() -> list[MeasuredLaw]:
    return [measure_depth_law(depth, S, F) for depth in DEPTHS]


def _exponential(panel: Axes, law: MeasuredLaw) -> None:
    inverse = 1 / law.gap
    exact = (law.exact_constant + law.exact_slope * inverse) / _LN10
    panel.plot(inverse, law.log_threshold / _LN10, color=COLOURS[0], label="ODE solves", **_DOTS)
    panel.plot(inverse, exact, label="exact law", **THEORY)
    panel.set(xlabel=r"$1/(r-1)$", ylabel=r"$\log_{10}$ of threshold $y^*$", xlim=(0, None))
    panel.legend(loc="lower left")
    panel.annotate(
        f"slope −{-law.slope.value / _LN10:.6f}\nexact −{-law.exact_slope / _LN10:.6f}",
        (0.97, 0.97),
        xycoords="axes fraction",
        ha="right",
        va="top",
        fontsize=7,
    )
    letter(panel, "a  $N = 2$")


def _polynomial(panel: Axes, laws: list[MeasuredLaw]) -> None:
    for law, colour in zip(laws, _SHADES, strict=True):
        exact = (law.exact_constant + law.exact_slope * np.log(law.gap)) / _LN10
        panel.plot(law.gap, law.log_threshold / _LN10, color=colour, **_DOTS)
        panel.plot(law.gap, exact, **THEORY)
    panel.set(xscale="log", xlabel="$r-1$", ylabel=r"$\log_{10}$ of threshold $y^*$")
    panel.set(xlim=(3e-7, 1.3e-3), ylim=(-33, 0))
    heights = [law.log_threshold[0] / _LN10 for law in laws]
    names = [f"${_name(law.depth)}$, {law.slope.value:.4f}" for law in laws]
    label_lines(panel, [law.gap[0] for law in laws], heights, names, _SHADES, 0.065)
    panel.annotate(
        "at the lines:\ndepth, exponent\nas measured",
        (0.97, 0.03),
        xycoords="axes fraction",
        ha="right",
        va="bottom",
        fontsize=7,
    )
    letter(panel, "b  $N > 2$")


def _comparison(panel: Axes, laws: list[MeasuredLaw]) -> None:
    places = np.arange(len(laws))
    for residuals, colour, marker, name in (
        ([law.exponential_residual for law in laws], COLOURS[0], "s", r"line in $1/(r-1)$"),
        ([law.polynomial_residual for law in laws], COLOURS[1], "o", r"line in $\log_{10}(r-1)$"),
    ):
        look: dict[str, Any] = {"linestyle": "none", "marker": marker, "markersize": 4}
        panel.plot(places, np.array(residuals) / _LN10, color=colour, label=name, **look)
    panel.set(yscale="log", xlabel="$N$", ylabel=r"residual in $\log_{10} y^*$ (r.m.s.)")
    panel.set_ylim(None, 5e3)
    panel.set_xticks(places, [f"${_name(law.depth)}$" for law in laws])
    panel.legend(loc="upper right")
    letter(panel, "c  misfit of a line")


def _name(depth: float) -> str:
    return r"\infty" if math.isinf(depth) else f"{depth:g}"
