"""What the notebooks share: rendered derivations, tables as data frames, and the explorer.

Needs the extra `notebooks`.
"""

import math
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from stairwise.numerics.extras import MissingExtra
from stairwise.reports.markdown import case_markdown
from stairwise.reports.pair import Pair, PairFigure
from stairwise.reports.style import AGREES, DIFFERS
from stairwise.reports.tables import bound_table, frame
from stairwise.theory.catalogue import statement
from stairwise.theory.statement import Statement

if TYPE_CHECKING:
    import ipywidgets
    import pandas
    from IPython.display import Markdown


def bounds_frame(
    depths: Any, ratios: Any, s: float = 0.1, f: float = 0.9, **options: Any
) -> "pandas.DataFrame":
    """`stairwise table` as a data frame; options as in `bound_table`."""
    return frame(bound_table(list(depths), list(ratios), [s], [f], **options))


def derivation(item: Statement | str, case: str, steps: int | None = None) -> "Markdown":
    """One case's derivation as rendered mathematics, each step with what SymPy decided.

    `item` is a statement or its id; `steps` shows only the first so many. ValueError for an id or a
    case that there is not.
    """
    found = item if isinstance(item, Statement) else statement(item)
    text = case_markdown(found.case(case), steps)
    try:
        from IPython.display import Markdown
    except ImportError:
        raise MissingExtra("a rendered derivation", "IPython", "notebooks") from None
    return Markdown(text)  # type: ignore[no-untyped-call]


def explorer() -> "ipywidgets.VBox":
    """Sliders for depth, ratio, initialisation, s and f; the figure and a live verdict.

    Where widgets are not run, as on a code host, the notebook shows the figure as it was.
    """
    try:
        import ipywidgets as widgets
    except ImportError:
        raise MissingExtra("the explorer", "ipywidgets", "notebooks") from None

    class Explorer(widgets.VBox):  # type: ignore[misc]
        def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
            bundle = dict(super()._repr_mimebundle_(**options))
            return {**bundle, "image/png": b64encode(self.children[-1].value).decode()}

    def slider(name: str, value: float, low: float, high: float, step: float) -> Any:
        layout = widgets.Layout(width="500px", max_width="100%")
        return widgets.FloatSlider(
            value, min=low, max=high, step=step, description=name, layout=layout
        )

    depth = slider("depth N", 2.0, 1.0, 20.0, 0.1)
    infinite = widgets.Checkbox(False, description="N = ∞", indent=False)
    ratio = slider("ratio r", 2.0, 1.05, 20.0, 0.05)
    start = slider("log₁₀ σ₀", -3.0, -12.0, -0.5, 0.1)
    low = slider("s", 0.1, 0.01, 0.45, 0.01)
    high = slider("f", 0.9, 0.55, 0.99, 0.01)
    figure = PairFigure()
    picture = widgets.Image(format="png", layout=widgets.Layout(width="715px", max_width="100%"))
    verdict = widgets.HTML()

    def redraw(_change: object = None) -> None:
        depth.disabled = infinite.value
        n = math.inf if infinite.value else depth.value
        pair = Pair(n, ratio.value, start.value, low.value, high.value)
        picture.value = figure.png_of(pair)
        verdict.value = _verdict_html(pair)

    controls = (depth, infinite, ratio, start, low, high)
    for control in controls:
        control.observe(redraw, names="value")
    redraw()
    return Explorer([widgets.HBox([depth, infinite]), *controls[2:], verdict, picture])


def _verdict_html(pair: Pair) -> str:
    """The verdict in bold, in a colour of its own, with the power of ten set as one."""
    words = re.sub(r"\^-(\S+)", r"<sup>−\1</sup>", pair.verdict)
    return f'<b style="color: {AGREES if pair.is_incremental else DIFFERS}">{words}</b>'
