"""Figures: every one is drawn, repeats byte for byte, and shows what it says."""

import numpy as np
import pytest
from matplotlib import rcParams

from stairwise.numerics import log_threshold
from stairwise.reports.figures import FIGURES, check_name, write_figure
from stairwise.reports.style import WIDTH, figure_bytes

#: All but those that train models or iterate descent; these are drawn once each, as slow tests.
SLOW = ("descent", "paper")
QUICK = tuple(name for name in FIGURES if name not in SLOW)


@pytest.mark.parametrize("name", QUICK)
def test_written_as_vector_and_picture(name, tmp_path):
    before = dict(rcParams)
    pdf, png = write_figure(name, tmp_path)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert dict(rcParams) == before, "drawing must not change matplotlib's settings"


@pytest.mark.parametrize("name", QUICK)
def test_the_same_figure_has_the_same_bytes(name):
    first, second = FIGURES[name](), FIGURES[name]()
    assert figure_bytes(first, "pdf") == figure_bytes(second, "pdf")
    assert figure_bytes(first, "png") == figure_bytes(second, "png")


@pytest.mark.parametrize("name", QUICK)
def test_one_width_and_labelled_axes(name):
    figure = FIGURES[name]()
    assert figure.get_figwidth() == WIDTH
    assert all(panel.get_title(loc="left") or panel.get_xlabel() for panel in figure.axes)
    assert figure.axes[0].get_ylabel()


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_figures_that_take_longer_are_drawn_too(name, tmp_path):
    pdf, png = write_figure(name, tmp_path)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert png.stat().st_size > 10_000


def test_phase_shades_up_to_the_exact_threshold():
    """The upper edge of the shading at depth 2 is log10 y*, all along."""
    figure = FIGURES["phase"]()
    excess, height = figure.axes[0].collections[0].get_paths()[0].vertices.T
    upper = height > -24.0
    exact = log_threshold(2, 1 + excess[upper], 0.1, 0.9) / np.log(10)
    assert upper.sum() > 300
    assert height[upper] == pytest.approx(exact, rel=1e-12)


def test_dynamics_learn_in_order_from_depth_2_on():
    """At every depth ≥ 2 each value is past half of its target before the next is."""
    figure = FIGURES["dynamics"]()
    for panel in figure.axes[1:]:
        halves = []
        for line, target in zip(panel.lines, (12, 6, 4, 3), strict=True):
            time, value = line.get_data()
            halves.append(time[np.argmax(value >= target / 2)])
        assert halves == sorted(halves)
        assert halves[0] < halves[-1]


def test_unknown_figure():
    with pytest.raises(ValueError, match=r"figure must be one of dynamics, .*; got 'figure-1'"):
        check_name("figure-1")
