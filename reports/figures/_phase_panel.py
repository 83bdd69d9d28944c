"""The panel of a phase diagram: numbers and verdicts in colour, what has none in plain tones."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap, LogNorm, Normalize, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from stairwise.reports.figures._phase_axes import LN10, Floats, Scale, symbols
from stairwise.reports.style import COLOURS, WIDTH, number, style

#: Numbers below this percentile share the darkest colour: a few may lie at any distance.
LEAST = 1.0
#: Numbers that span more than this factor are coloured by their logarithm.
WIDE = 3.0
#: Logs nearer to 0 than this are coloured alike.
NEAR = 0.01
#: Ticks at these multiples of powers of ten, while there are no more than MOST_TICKS.
MULTIPLES = ((1, 2, 3, 5), (1, 3), (1,))
MOST_TICKS = 8
#: Letters in a line beside the colour bar.
LINE = 40
_NONE, _ABSENT, _HATCH = "#FFFFFF", "#DDDDDD", "#AAAAAA"


class Panel(NamedTuple):
    """What is drawn: values by cell, NaN where there are none, and which cells lack them why."""

    values: Floats
    about: Mapping[str, Any]
    absent: NDArray[np.bool_]
    undefined: NDArray[np.bool_]


def draw_panel(panel: Panel, across: Scale, up: Scale, title: str) -> Figure:
    """The panel with its colour bar, and a key of the tones that occur."""
    with style():
        figure = Figure(figsize=(WIDTH, 0.62 * WIDTH))
        axes = figure.subplots()
        edges = across.edges(), up.edges()
        _colour(figure, axes, edges, panel)
        _tones(figure, axes, edges, panel)
        across.put_on(axes.xaxis, axes.set_xscale)
        up.put_on(axes.yaxis, axes.set_yscale)
        axes.set_title(title)
    return figure


def _colour(figure: Figure, axes: Axes, edges: Sequence[Floats], panel: Panel) -> None:
    """Few colours with names for verdicts, a continuous scale for numbers."""
    values, label = panel.values, _label(panel.about)
    if _is_log(panel.about):
        values = values / LN10
    shown = np.ma.masked_invalid(values)
    if "flag_values" in panel.about:
        flags = [int(flag) for flag in np.atleast_1d(panel.about["flag_values"])]
        words = [word.replace("_", " ") for word in str(panel.about["flag_meanings"]).split()]
        palette = ListedColormap([_NONE, COLOURS[0], COLOURS[6], COLOURS[2]][: len(flags)])
        among = BoundaryNorm([*(flag - 0.5 for flag in flags), flags[-1] + 0.5], len(flags))
        mesh = axes.pcolormesh(*edges, shown, cmap=palette, norm=among, rasterized=True)
        bar = figure.colorbar(mesh, ax=axes, ticks=flags)
        bar.ax.set_yticklabels(words)
        if words == ["no", "yes"]:
            bar.set_label(label)
        return
    known = shown.compressed()
    norm, ticks = _scaled(known, _is_log(panel.about))
    mesh = axes.pcolormesh(*edges, shown, cmap="cividis", norm=norm, rasterized=True)
    if known.size:
        beyond = "min" if known.min() < float(norm.vmin or 0) else "neither"
        bar = figure.colorbar(mesh, ax=axes, extend=beyond, label=label)
        if ticks:
            bar.set_ticks(ticks, labels=[f"${number(tick)}$" for tick in ticks])
            bar.ax.yaxis.set_minor_locator(NullLocator())


def _scaled(known: Floats, log: bool) -> tuple[Normalize, list[float]]:
    """Colours over the whole range, by magnitude where it is wide, and the ticks of these.

    Logs are most often below 0, by anything from a tenth to thousands.
    """
    if not known.size:
        return Normalize(0, 1), []
    low, high = float(np.percentile(known, LEAST, method="lower")), float(known.max())
    if low > 0 and high > WIDE * low and not log:
        return LogNorm(low, high), _ticks(low, high)
    if log and low < min(WIDE * high, -NEAR):
        near = NEAR if high < 0 else 1.0
        ticks = [-tick for tick in reversed(_ticks(max(-high, near), -low))]
        if high >= 0:
            ticks += [0.0, *(_ticks(near, high) if high >= near else [])]
        return SymLogNorm(near, vmin=low, vmax=high, base=10), ticks
    return Normalize(low, high), []


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from low to high, few enough to be read."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for multiples in MULTIPLES:
        found = [m * 10.0**k for k in powers for m in multiples if low <= m * 10.0**k <= high]
        if len(found) <= MOST_TICKS:
            return found
    return found[:: math.ceil(len(found) / MOST_TICKS)]


def _tones(figure: Figure, axes: Axes, edges: Sequence[Floats], panel: Panel) -> None:
    """Cells without a number, by why they have none; undefined ones are the hatched ground."""
    infinite = ~(np.isfinite(panel.values) | panel.absent | panel.undefined)
    tones = np.full(panel.values.shape, np.nan)
    tones[infinite], tones[panel.absent] = 0, 1
    palette = ListedColormap([_NONE, _ABSENT])
    axes.pcolormesh(
        *edges, np.ma.masked_invalid(tones), cmap=palette, vmin=0, vmax=1, rasterized=True
    )
    axes.patch.set(facecolor=_NONE, edgecolor=_HATCH, hatch="////", linewidth=0)
    handles = [
        Patch(facecolor=colour, edgecolor=_HATCH, hatch=hatch, linewidth=0.6, label=label)
        for there, colour, hatch, label in (
            (infinite, _NONE, "", _void(panel.about)),
            (panel.absent, _ABSENT, "", "missing or failed"),
            (panel.undefined, _NONE, "//////", "undefined ($s \\geq f$)"),
        )
        if there.any()
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))


def _void(about: Mapping[str, Any]) -> str:
    """What no number means: log y* = −∞, a bound that says nothing, or a run without a result."""
    if not _is_log(about):
        return "no finite value"
    return "void" if "void" in str(about["long_name"]) else "no initialisation works"


def _is_log(about: Mapping[str, Any]) -> bool:
    return "natural log of" in str(about.get("long_name", ""))


def _label(about: Mapping[str, Any]) -> str:
    """What comes before a semicolon, in lines: broken at its comma, or where it is long."""
    text = str(about.get("long_name", "")).partition(";")[0]
    head, comma, tail = text.partition(", ")
    lines = [f"{head},", tail] if comma else textwrap.wrap(text, LINE)
    return "\n".join(symbols(line) for line in lines)
