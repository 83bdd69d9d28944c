"""What the notebooks share."""

import math

import pytest

pytest.importorskip("ipywidgets", reason="the explorer needs the extra `notebooks`")

from stairwise.reports.explore import Pair, bounds_frame, derivation, explorer, picture_of


def test_verdict_names_the_threshold():
    pair = Pair(2.0, 2.0, -3.0, 0.1, 0.9)
    assert not pair.is_incremental
    assert pair.verdict == "not incremental: threshold σ₀/σ*ⱼ = 10^-3.164"
    assert Pair(2.0, 2.0, -4.0, 0.1, 0.9).verdict.startswith("incremental: ")
    below = Pair(1.2, 1.5, -4.0, 0.1, 0.9)
    assert below.verdict == "not incremental: at this depth and ratio no initialisation is"


@pytest.mark.parametrize("depth", [1.0, 1.5, 2.0, 3.0, math.inf])
@pytest.mark.parametrize("start", [-12.0, -0.5])
def test_every_corner_of_the_sliders_is_drawn(depth, start):
    assert picture_of(Pair(depth, 1.05, start, 0.45, 0.55)).startswith(b"\x89PNG")


def test_moving_a_slider_changes_figure_and_verdict():
    box = explorer()
    depth = box.children[0].children[0]
    verdict, picture = box.children[-2], box.children[-1]
    before = verdict.value, picture.value
    depth.value = 3.0
    assert verdict.value != before[0]
    assert picture.value != before[1]
    assert "incremental: threshold" in verdict.value


def test_derivations_are_rendered_as_mathematics():
    text = derivation("separation-bounds", "lower, depth 2").data
    assert text.startswith("**lower, depth 2** (lower bound): *proved*")
    assert "$$y^* \\geq" in text
    assert "False twins: factor s dropped (refuted)" in text


def test_frames_are_the_bound_table():
    made = bounds_frame([2, math.inf], [1.5])
    assert made.shape == (2, 9)
