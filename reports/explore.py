"""What the notebooks share: rendered derivations, tables as data frames, and the explorer.

Needs the extra `notebooks`.
"""

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from stairwise.numerics.extras import MissingExtra
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import log_threshold
from stairwise.numerics.trajectory import trajectory
from stairwise.reports.markdown import case_markdown
from stairwise.reports.style import COLOURS, style
from stairwise.reports.tables import bound_table, frame
from stairwise.theory.catalogue import statement
from stairwise.theory.statement import Statement

if TYPE_CHECKING:
    import ipywidgets
    import pandas
    from IPython.display import Markdown

POINTS = 300
_LN10 = math.log(10)


def bounds_frame(
    depths: Any, ratios: Any, s: float = 0.1, f: float = 0.9, **options: Any
) -> "pandas.DataFrame":
    """`stairwise table` as a data frame; options as in `bound_table`."""
    return frame(bound_table(list(depths), list(ratios), [s], [f], **options))


def derivation(item: Statement | str, case: str) -> "Markdown":
    """One case's derivation as rendered mathematics, each step with what SymPy decided.

    `item` is a statement or its id; ValueError for an id or a case that there is not.
    """
    try:
        from IPython.display import Markdown
    except ImportError:
        raise MissingExtra("a rendered derivation", "IPython", "notebooks") from None
    found = statement(item) if isinstance(item, str) else item
    return Markdown(case_markdown(found.case(case)))  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Pair:
    """Two values with targets r and 1, from a common start: what the explorer shows."""

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
        if self.log10_threshold == -math.inf:
            return f"{word}: at this depth and ratio no initialisation is"
        return f"{word}: threshold σ₀/σ*ⱼ = 10^{self.log10_threshold:.3f}"


def picture_of(pair: Pair) -> bytes:
    """The pair drawn as a PNG, fast enough to follow a slider (about 70 ms on one core)."""
    stream = io.BytesIO()
    # Fixed axes instead of a layout engine, which would double the time of a redraw.
    with style(), rc_context({"figure.constrained_layout.use": False}):
        figure = Figure(figsize=(6.5, 2.6))
        _draw_pair(pair, figure)
        figure.savefig(stream, format="png", dpi=110)
    return stream.getvalue()


def _draw_pair(pair: Pair, figure: Figure) -> None:
    """Both values over time, relative to their targets, and when each meets its mark."""
    start = 10.0**pair.log10_start
    larger = learning_time(pair.f, start, pair.ratio, pair.depth)
    smaller = learning_time(pair.s, start, 1.0, pair.depth)
    end = 1.1 * max(larger, learning_time(0.95, start, 1.0, pair.depth))
    times = np.linspace(0.0, end, POINTS)
    axes = figure.add_axes((0.09, 0.17, 0.66, 0.8))
    targets = np.array([pair.ratio, 1.0])
    paths = trajectory(times[:, None], start, targets, pair.depth) / targets
    names = (r"$\sigma_i/\sigma^*_i$", r"$\sigma_j/\sigma^*_j$")
    for path, colour, name in zip(paths.T, COLOURS, names, strict=False):
        axes.plot(times, path, color=colour, linewidth=1.6, label=name)
    if larger <= smaller:
        axes.axvspan(larger, smaller, color=COLOURS[2], alpha=0.2, label="larger learned alone")
    axes.plot([larger], [pair.f], "o", color=COLOURS[0])
    axes.plot([smaller], [pair.s], "o", color=COLOURS[1])
    axes.axhline(pair.f, color=COLOURS[0], linewidth=0.6, linestyle=(0, (4, 2)))
    axes.axhline(pair.s, color=COLOURS[1], linewidth=0.6, linestyle=(0, (4, 2)))
    axes.set(xlabel="time", ylabel="value relative to its target", xlim=(0, end), ylim=(0, 1.05))
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def explorer() -> "ipywidgets.VBox":
    """Sliders for depth, ratio, initialisation, s and f; the figure and a live verdict."""
    try:
        import ipywidgets as widgets
    except ImportError:
        raise MissingExtra("the explorer", "ipywidgets", "notebooks") from None
    depth = widgets.FloatSlider(2.0, min=1.0, max=20.0, step=0.1, description="depth N")
    infinite = widgets.Checkbox(False, description="N = ∞", indent=False)
    ratio = widgets.FloatSlider(2.0, min=1.05, max=20.0, step=0.05, description="ratio r")
    start = widgets.FloatSlider(-3.0, min=-12.0, max=-0.5, step=0.1, description="log₁₀ σ₀")
    low = widgets.FloatSlider(0.1, min=0.01, max=0.45, step=0.01, description="s")
    high = widgets.FloatSlider(0.9, min=0.55, max=0.99, step=0.01, description="f")
    picture, verdict = widgets.Image(format="png"), widgets.HTML()

    def redraw(_change: object = None) -> None:
        n = math.inf if infinite.value else depth.value
        pair = Pair(n, ratio.value, start.value, low.value, high.value)
        picture.value = picture_of(pair)
        verdict.value = f"<b>{pair.verdict}</b>"

    controls = (depth, infinite, ratio, start, low, high)
    for control in controls:
        control.observe(redraw, names="value")
    redraw()
    return widgets.VBox([widgets.HBox([depth, infinite]), *controls[2:], verdict, picture])
