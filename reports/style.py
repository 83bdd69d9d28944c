"""One look for all figures: colours that the colour-blind tell apart, small quiet axes."""

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.style import context
from matplotlib.transforms import ScaledTranslation

from stairwise.numerics.process_state import process_lock, usual_errors

#: Values in the order in which they are learned; what should stay at zero is grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C8C8C", "#56B4E9", "#E69F00")
#: Predictions are thin and dark, over measured lines that are wide and light.
THEORY: dict[str, Any] = {"color": "#222222", "linewidth": 0.8, "linestyle": (0, (4, 2))}
MEASURED: dict[str, Any] = {"linewidth": 1.8, "alpha": 0.9}
#: Right and wrong, distinct also in grey.
AGREES, DIFFERS = "#0072B2", "#D55E00"

#: Points from the ends of lines to their names, where lines lead there.
LEADER = 14

#: Inches that an entry of a key takes at most.
ENTRY = 1.55

#: Width of every figure in inches: the text width of a one-column article.
WIDTH = 6.5

_SETTINGS: Any = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "hatch.linewidth": 0.5,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,
    "figure.constrained_layout.use": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Context in which figures are drawn, one thread at a time; nothing outside it changes.

    Nor does anything outside change the figures: not the user's look, nor their errors of NumPy.
    """
    with process_lock, context(_SETTINGS, after_reset=True), usual_errors():
        yield


def label_lines(
    axes: Axes,
    x: float | Sequence[float],
    heights: Sequence[float],
    names: Sequence[str],
    colours: Sequence[str] = COLOURS,
    share: float = 0.09,
) -> None:
    """Name lines at their right ends in their colours, moved apart where they would overlap.

    Where one was moved so far that it could be another's, thin lines lead from the ends to all.
    Set the axes' limits first: labels keep this share of their height between them.
    """
    low, high = axes.get_ylim()
    gap = share * (high - low)
    places = spread(heights, gap)
    led = max((abs(p - h) for p, h in zip(places, heights, strict=True)), default=0) > gap / 2
    aside = ScaledTranslation((LEADER if led else 3) / 72, 0, axes.figure.dpi_scale_trans)
    ends = [x] * len(heights) if isinstance(x, float | int) else x
    for k, (place, height, end) in enumerate(zip(places, heights, ends, strict=True)):
        colour = colours[k % len(colours)]
        leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "relpos": (0, 0.5)}
        axes.annotate(
            names[k],
            (end, height),
            xytext=(max(ends), place),
            textcoords=axes.transData + aside,
            arrowprops={**leader, "shrinkA": 1, "shrinkB": 2} if led else None,
            color=colour,
            va="center",
            fontsize=7,
            annotation_clip=False,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The heights moved as little as keeps them a gap apart, in their order."""
    groups: list[list[int]] = []
    middles: list[float] = []
    for k in sorted(range(len(heights)), key=lambda k: heights[k]):
        group, middle = [k], heights[k]
        # Join groups while they overlap; a group stands around the mean of its own.
        while groups and middle - middles[-1] < gap * (len(group) + len(groups[-1])) / 2:
            group = groups.pop() + group
            middles.pop()
            middle = sum(heights[i] for i in group) / len(group)
        groups.append(group)
        middles.append(middle)
    places = [0.0] * len(heights)
    for group, middle in zip(groups, middles, strict=True):
        for rank, k in enumerate(group):
            places[k] = middle + gap * (rank - (len(group) - 1) / 2)
    return places


def key(figure: Figure, measured: str, theory: str) -> None:
    """One key for all panels, above them."""
    handles = [
        Line2D([], [], color=COLOURS[0], label=measured, **MEASURED),
        Line2D([], [], label=theory, **THEORY),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)


def number(value: float) -> str:
    """A number for the inside of a formula."""
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    digits, _, power = f"{value:g}".partition("e")
    if not power:
        return digits
    front = "" if digits == "1" else rf"{digits}\times "
    return f"{front}10^{{{int(power)}}}"


def columns(figure: Figure, entries: int) -> int:
    """Of a key above the panels: as many as there is room for."""
    return max(1, min(entries, int(figure.get_figwidth() / ENTRY)))


def letter(axes: Axes, text: str) -> None:
    """Panel letter above the left corner, bold; what follows it, the title, is plain.

    A bold title with formulas would be plain in them and bold between, down to the commas.
    """
    tag, gap, title = text.partition("  ")
    axes.set_title(rf"$\mathbf{{{tag}}}${gap}{title}", loc="left")


def note(figure: Figure, text: str) -> None:
    """What holds in all panels, below them: parameters, units, what lines mean."""
    figure.supxlabel(text, fontsize=7, color="#444444")


def figure_bytes(figure: Figure, format: str, dpi: int = 200) -> bytes:
    """The figure as PDF (vector) or PNG; without dates, so that runs repeat exactly."""
    stream = io.BytesIO()
    metadata = {"CreationDate": None} if format == "pdf" else {"Software": None}
    with style():
        figure.savefig(stream, format=format, dpi=dpi, metadata=metadata)
    return stream.getvalue()
