"""Figures: every one is drawn, repeats byte for byte, and shows what it says."""

import re

import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.colors import to_hex
from matplotlib.text import Text

from stairwise.numerics import log_threshold, paper_bounds
from stairwise.reports.figures import FIGURES, check_name, write_figure
from stairwise.reports.style import COLOURS, WIDTH, figure_bytes

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


def test_dynamics_shows_its_times_and_says_where_it_starts():
    """Ticks on every time axis: the last value is learned by time 5 at depth 1, by 340 at ∞."""
    figure = FIGURES["dynamics"]()
    figure_bytes(figure, "png")  # ticks are placed when it is drawn
    for panel in figure.axes:
        shown = [tick for tick in panel.get_xticks() if 0 <= tick <= panel.get_xlim()[1]]
        assert len(shown) >= 3
        assert all(label.get_text() for label in panel.get_xticklabels())
    shallow, deep = figure.axes[0].get_xlim()[1], figure.axes[-1].get_xlim()[1]
    assert 4 < shallow < 6
    assert 330 < deep < 400
    assert r"\sigma_0 = 10^{-3}" in note_of(figure)
    assert "each time axis has its own scale" in note_of(figure)


@pytest.mark.parametrize("name", ["phase", "bounds", "law-crossover", "depth-law"])
def test_the_pair_of_fractions_is_stated(name):
    assert "$s = 0.1$, $f = 0.9$" in note_of(FIGURES[name]())


@pytest.mark.parametrize("name", QUICK)
def test_every_log_of_y_is_to_base_ten(name):
    """On axes and in keys; log without a base is natural."""
    figure = FIGURES[name]()
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert not [text for text in texts if re.search(r"\\log(?!_\{10\})", text)]


def test_bounds_and_law_are_drawn_in_powers_of_ten():
    """The paper's upper bound at depth 3, and the law's thresholds at depth 2."""
    gap, distance = FIGURES["bounds"]().axes[1].lines[0].get_data()
    exact = paper_bounds(3, 1 + gap, 0.1, 0.9).upper - log_threshold(3, 1 + gap, 0.1, 0.9)
    near = gap < 10
    assert distance[near] == pytest.approx(exact[near] / np.log(10), rel=1e-9)
    gap, height = FIGURES["law-crossover"]().axes[0].lines[0].get_data()
    assert height == pytest.approx(-log_threshold(2, 1 + gap, 0.1, 0.9) / np.log(10), rel=1e-12)


def test_depth_law_has_a_title_on_every_panel_and_its_slope_is_that_of_its_axis():
    panels = FIGURES["depth-law"]().axes
    titles = [panel.get_title(loc="left") for panel in panels]
    assert titles == [bold("a") + "$N = 2$", bold("b") + "$N > 2$", bold("c") + "misfit of a line"]
    line = panels[0].lines[1]
    slope = np.polyfit(*line.get_data(), 1)[0]
    assert f"exact −{-slope:.6f}" in panels[0].texts[0].get_text()


def test_labels_of_the_law_lead_to_the_ends_of_their_lines():
    panel = FIGURES["depth-law"]().axes[1]
    dotted = [line for line in panel.lines if line.get_marker() == "o"]
    labels = [text for text in panel.texts if text.arrow_patch is not None]
    assert len(labels) == len(dotted) == 6
    for line, text in zip(dotted, labels, strict=True):
        gap, height = line.get_data()
        assert text.xy == (gap.max(), height[np.argmax(gap)])
        assert text.get_color() == line.get_color()
        assert to_hex(text.arrow_patch.get_edgecolor()).upper() == line.get_color()


def test_labels_at_their_lines_need_no_leaders():
    assert all(text.arrow_patch is None for text in FIGURES["dynamics"]().axes[-1].texts)


def test_contour_labels_have_the_minus_sign_and_stand_clear_of_the_boundary():
    figure = FIGURES["critical-ratio"]()
    figure_bytes(figure, "png")
    panel = figure.axes[0]
    shown = {text.get_text(): text for text in panel.findobj(Text) if "$-" in text.get_text()}
    assert set(shown) == {"$-2$", "$-3$", "$-5$", "$-10$", "$-30$", "$-100$"}
    edge = panel.transData.transform((2, 1e-4))[0]
    assert all(shown[name].get_window_extent().x0 > edge for name in ("$-30$", "$-100$"))


def test_only_the_letter_of_a_title_is_bold():
    """Commas between formulas are as light as the formulas."""
    panel = FIGURES["critical-ratio"]().axes[0]
    title = panel.get_title(loc="left")
    assert title == bold("a") + "$s = 0.1$, $f = 0.9$"
    assert panel._left_title.get_fontweight() in ("normal", 400)


@pytest.mark.slow
def test_paper_explains_its_dashes_and_greys():
    figure = FIGURES["paper"]()
    (legend,) = figure.legends
    entries = {
        text.get_text(): line
        for text, line in zip(legend.get_texts(), legend.get_lines(), strict=True)
    }
    assert list(entries) == ["the 4 largest at the end", "all others", "the truth"]
    for panel in figure.axes:
        colours = [line.get_color() for line in panel.lines]
        targets = [line for line in panel.lines if line.get_color() == "#222222"]
        assert all(line.is_dashed() for line in targets)
        assert entries["all others"].get_color() in colours
        assert entries["the truth"].is_dashed()
        assert len(set(colours) - {"#222222", COLOURS[4]}) == 4
    assert entries["the 4 largest at the end"].get_color() not in COLOURS
    said = note_of(figure)
    assert (
        "depth 3 (b: with bias), seed 0; scale $0.0001$ (a, b), $0.01$ (c), $10^{-5}$ (d)" in said
    )
    assert "learning rate $0.001$ (a, b), $0.01$ (c, d)" in said
    assert "ends at the authors' loss, $0.01$: b reaches it before the truth" in said


def note_of(figure):
    return figure.get_supxlabel()


def bold(letter):
    return rf"$\mathbf{{{letter}}}$  "


def test_unknown_figure():
    with pytest.raises(ValueError, match=r"figure must be one of dynamics, .*; got 'figure-1'"):
        check_name("figure-1")
