"""What the notebooks share."""

import math
from base64 import b64decode

import pytest

pytest.importorskip("ipywidgets", reason="the explorer needs the extra `notebooks`")

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stairwise.reports.explore import bounds_frame, derivation, explorer
from stairwise.reports.pair import Pair, PairFigure


@pytest.fixture(scope="module")
def figure():
    return PairFigure()


def test_verdict_names_the_threshold():
    pair = Pair(2.0, 2.0, -3.0, 0.1, 0.9)
    assert not pair.is_incremental
    assert pair.verdict == "not incremental: threshold σ₀/σ*ⱼ = 10^-3.164"
    assert Pair(2.0, 2.0, -4.0, 0.1, 0.9).verdict.startswith("incremental: ")
    below = Pair(1.2, 1.5, -4.0, 0.1, 0.9)
    assert below.verdict == "not incremental: at this depth and ratio no initialisation is"


@pytest.mark.parametrize("depth", [1.0, 1.5, 2.0, 3.0, math.inf])
@pytest.mark.parametrize("start", [-12.0, -0.5])
def test_every_corner_of_the_sliders_is_drawn(figure, depth, start):
    assert figure.png_of(Pair(depth, 1.05, start, 0.45, 0.55)).startswith(b"\x89PNG")


def test_a_picture_depends_on_its_pair_alone(figure):
    pair = Pair(3.0, 1.5, -4.0, 0.1, 0.9)
    first = figure.png_of(pair)
    for other in (Pair(math.inf, 5.0, -12.0, 0.2, 0.8), Pair(1.0, 1.05, -0.5, 0.45, 0.55)):
        assert figure.png_of(other) != first
    assert figure.png_of(pair) == first == PairFigure().png_of(pair)


def _controls(box):
    (depth, infinite), others = box.children[0].children, box.children[1:5]
    return [depth, infinite, *others]


def test_a_move_is_one_drawing_of_the_same_artists(monkeypatch):
    """Counted, not timed: benchmarks/explorer_redraw.py has the times."""
    box = explorer()
    made, drawn = [], []
    draw, begin = Figure.draw, Axes.__init__
    monkeypatch.setattr(Figure, "draw", lambda self, r: drawn.append(self) or draw(self, r))
    monkeypatch.setattr(
        Axes, "__init__", lambda self, *a, **k: made.append(self) or begin(self, *a, **k)
    )
    artists = []
    for control in _controls(box):
        before = len(drawn)
        control.value = not control.value if control.description == "N = ∞" else control.max
        assert len(drawn) == before + 1, control.description
        artists.append(len(drawn[-1].findobj(include_self=False)))
    assert not made
    assert len({id(figure) for figure in drawn}) == 1
    assert max(artists) - min(artists) < 60  # ticks come and go
    drawn.clear()
    control.value = control.max  # where it already stands
    assert not drawn


def test_the_figure_is_kept_where_widgets_are_not_run():
    box = explorer()
    bundle = box._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert b64decode(bundle["image/png"]) == box.children[-1].value


def test_depth_rests_while_it_is_infinite():
    depth, infinite = _controls(explorer())[:2]
    infinite.value = True
    assert depth.disabled
    infinite.value = False
    assert not depth.disabled


def test_moving_a_slider_changes_figure_and_verdict():
    box = explorer()
    depth = _controls(box)[0]
    verdict, picture = box.children[-2], box.children[-1]
    before = verdict.value, picture.value
    depth.value = 3.0
    assert verdict.value != before[0]
    assert picture.value != before[1]
    assert "incremental: threshold σ₀/σ*ⱼ = 10<sup>−1.839</sup>" in verdict.value


def test_derivations_are_rendered_as_mathematics():
    text = derivation("separation-bounds", "lower, depth 2").data
    assert text.startswith("**lower, depth 2** (lower bound): *proved*")
    assert "$$y^* \\geq" in text
    assert "False twins: factor s dropped (refuted)" in text


def test_frames_are_the_bound_table():
    made = bounds_frame([2, math.inf], [1.5])
    assert made.shape == (2, 9)
