"""Two values learned from a common start: the verdict on them, and a figure that follows them."""

import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import log_threshold
from stairwise.numerics.trajectory import trajectory
from stairwise.reports.style import COLOURS, style

POINTS = 300
#: Inches, and dots per inch: half as many again as a page shows, which stays sharp when enlarged.
SIZE, DENSITY = (6.5, 2.6), 165
_LN10 = math.log(10)
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARK: dict[str, Any] = {"linewidth": 0.6, "linestyle": (0, (4, 2))}


@dataclass(frozen=True)
class Pair:
    """Two values with targets r and 1, from a common start 10^log10_start."""

    depth: float
    ratio: float
    log10_start: float
    s: float
    f: float

    @property
    def log10_threshold(self) -> float:
        """log10 of the largest initialisation that is incremental."""
        return float(log_threshold(self.depth, self.ratio, self.s, self.f)) / _LN10

    @property
    def is_incremental(self) -> bool:
        """Whether the start is at or below the threshold."""
        return self.log10_start <= self.log10_threshold

    @property
    def verdict(self) -> str:
        """A sentence: incremental or not, and the threshold."""
        word = "incremental" if self.is_incremental else "not incremental"
        threshold = self.log10_threshold
        if threshold == -math.inf:
            return f"{word}: at this depth and ratio no initialisation is"
        return f"{word}: threshold σ₀/σ*ⱼ = 10^{threshold:.3f}"


class PairFigure:
    """Both values over time, when each meets its mark, and the phase between.

    Axes and artists are made once; every picture only moves them. New ones each time would cost
    more than the drawing, and their remains a full garbage collection (0.2 s) every twentieth time.
    """

    def __init__(self) -> None:
        with style():
            self._figure = Figure(figsize=SIZE, dpi=DENSITY)
            self._figure.set_layout_engine(
                "none"
            )  # the axes have a place; an engine doubles the time
            self._canvas = FigureCanvasAgg(self._figure)
            self._axes = self._figure.add_axes((0.09, 0.17, 0.66, 0.78))
            self._draw_static()
        self.png_of(Pair(2.0, 2.0, -3.0, 0.1, 0.9))  # the first drawing also loads fonts

    def _draw_static(self) -> None:
        axes = self._axes
        axes.set(ylim=(0, 1.05), ylabel="value relative to its target")
        larger, smaller, alone = COLOURS[:3]
        self._band = axes.axvspan(0, 1, color=alone, alpha=0.2, label="larger learned alone")
        names = (r"larger, $\sigma_i/\sigma^*_i$", r"smaller, $\sigma_j/\sigma^*_j$")
        colours = (larger, smaller)
        self._paths, self._levels, self._dots, self._letters = [], [], [], []
        # Where both are the same curve, the wider one shows around the other.
        for colour, name, letter, width in zip(colours, names, "fs", (2.6, 1.4), strict=True):
            self._paths += axes.plot([], [], color=colour, linewidth=width, label=name)
            self._levels.append(axes.axhline(0, color=colour, **_MARK))
            self._dots += axes.plot([], [], "o", color=colour, markersize=5)
            place: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
            self._letters.append(axes.text(1.01, 0, letter, color=colour, style="italic", **place))
        handles = [*self._paths, self._band]
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.04, 0.5))

    def png_of(self, pair: Pair) -> bytes:
        """The picture of this pair, by a single drawing."""
        stream = io.BytesIO()
        with style():  # moved and drawn as one: threads may share the figure
            self._move_to(pair)
            # Least effort at packing: it is sent once, and each level above costs time.
            self._canvas.print_png(  # type: ignore[no-untyped-call]
                stream, pil_kwargs={"compress_level": 1}
            )
        return stream.getvalue()

    def _move_to(self, pair: Pair) -> None:
        start, targets = 10.0**pair.log10_start, np.array([pair.ratio, 1.0])
        marks = np.array([pair.f, pair.s])
        reached = np.asarray(learning_time(marks, start, targets, pair.depth))
        end = 1.1 * max(reached[0], learning_time(0.95, start, 1.0, pair.depth))
        times = np.linspace(0.0, end, POINTS)
        values = np.asarray(trajectory(times[:, None], start, targets, pair.depth)) / targets
        unit, name = _unit_of(end)
        for k in range(2):
            self._paths[k].set_data(times / unit, values[:, k])
            self._levels[k].set_ydata([marks[k]] * 2)
            self._dots[k].set_data([reached[k] / unit], [marks[k]])
            self._letters[k].set_y(marks[k])
        self._band.set_visible(bool(reached[0] <= reached[1]))
        self._band.set_x(reached[0] / unit)
        self._band.set_width((reached[1] - reached[0]) / unit)
        self._axes.set(xlim=(0, end / unit), xlabel=name)


def _unit_of(end: float) -> tuple[float, str]:
    """A unit that keeps tick labels short, and the axis's label with it."""
    power = 3 * math.floor(math.log10(end) / 3)
    if -1 <= power <= 0:
        return 1.0, "time"
    return 10.0**power, f"time / 10{str(power).translate(_SUPERSCRIPT)}"
