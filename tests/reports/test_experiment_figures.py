"""Figures of experiments have keys, and their colours mean one thing each."""

import numpy as np
import pytest

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments.comparison import Agreement
from stairwise.numerics.implicit_bias import regimes
from stairwise.reports.experiment_agreement import draw_agreement
from stairwise.reports.experiment_convolution import run_convolution
from stairwise.reports.experiment_diagonal import run_diagonal
from stairwise.reports.experiment_regimes import draw_regimes
from stairwise.reports.experiment_summaries import agreement_summary
from stairwise.reports.style import COLOURS, figure_bytes


@pytest.fixture
def drawn(monkeypatch):
    """What an experiment draws, instead of its files."""
    figures = []

    def keep(output, summary, problem, runs, figure):
        figures.append(figure)

    for name in ("diagonal", "convolution"):
        monkeypatch.setattr(f"stairwise.reports.experiment_{name}.write_runs", keep)
    return figures


def key_of(figure):
    (legend,) = figure.legends
    lines = zip(legend.get_texts(), legend.get_lines(), strict=True)
    return {text.get_text(): line for text, line in lines}


def save(path, truth):
    inputs: Floats = np.random.default_rng(0).standard_normal((40, truth.size))
    np.savez(path, inputs=inputs, targets=np.sign(inputs @ truth), truth=truth)
    return path


@pytest.mark.parametrize(
    ("run", "what", "rest"),
    [
        (run_diagonal, "the 2 largest of the truth, by index", []),
        (run_convolution, "the 4 largest of the truth, by frequency", ["the truth, over bars"]),
    ],
)
def test_lines_have_their_index_at_the_end_and_the_key_says_the_rest(
    run, what, rest, drawn, tmp_path
):
    truth = np.zeros(9)
    truth[[5, 2]] = 2.0, -1.0
    run(tmp_path, data=save(tmp_path / "data.npz", truth), depths=(2, 3), steps=200)
    (figure,) = drawn
    key = key_of(figure)
    assert list(key) == [what, "all others", "the truth", *rest]
    assert key["the truth"].is_dashed()
    assert key[what].get_color() not in COLOURS
    panel = figure.axes[0]
    ends = {
        line.get_color(): line.get_ydata()[-1]
        for line in panel.lines
        if line.get_linewidth() == 1.6
    }
    named = {text.get_color(): (text.get_text(), text.xy[1]) for text in panel.texts}
    assert {colour: height for colour, (_, height) in named.items()} == pytest.approx(ends)
    if run is run_diagonal:
        assert [named[colour][0] for colour in COLOURS[:2]] == ["$5$", "$2$"]
    assert panel.get_ylim()[1] == pytest.approx(1.03)


def test_without_a_truth_the_key_names_none(drawn, tmp_path):
    inputs = np.random.default_rng(0).standard_normal((40, 3))
    np.savez(tmp_path / "data.npz", inputs=inputs, targets=np.sign(inputs[:, 0]))
    run_convolution(tmp_path, data=tmp_path / "data.npz", depths=(2,), steps=50)
    assert list(key_of(drawn[0])) == ["the 2 largest at the end, by frequency", "all others"]


def grid(seeds=1):
    """Two depths, where one cell of each of the two kinds is not as predicted."""
    predicted = np.array([[[True, False], [True, True]]] * 2)
    measured = np.stack([[predicted] * seeds] * 2)
    measured[0, 0, 0, 0] = False, True
    logs = np.log([[2e-2, 3e-2]] * 2)
    return Agreement(
        np.array([2, 3]),
        np.array([2.0, 3.0]),
        np.array([1e-3, 1e-1]),
        np.array([30, 300]),
        0.1,
        0.9,
        logs,
        predicted,
        measured,
        2 * seeds,
    )


def test_cells_against_theory_have_a_mark_of_their_own_and_no_depths_colour():
    figure = draw_agreement(grid())
    key = key_of(figure)
    marks = {
        name: (line.get_marker(), line.get_markerfacecolor())
        for name, line in key.items()
        if name != "exact threshold"
    }
    assert len(set(marks.values())) == 4
    drawn = {
        tuple(float(place[0]) for place in line.get_data()): (
            line.get_marker(),
            line.get_markerfacecolor(),
        )
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 1
    }
    assert drawn == {
        (2.0, 1e-3): marks["not incremental, against theory"],
        (2.0, 1e-1): marks["incremental, against theory"],
        (3.0, 1e-3): marks["incremental"],
        (3.0, 1e-1): marks["incremental"],
    }
    growth = {line.get_color() for panel in figure.axes[-2:] for line in panel.lines}
    assert growth == set(COLOURS[:2])
    assert not growth & {face for _, face in marks.values()}


def test_no_marker_of_the_growth_is_cut():
    figure = draw_agreement(grid())
    figure_bytes(figure, "png")
    for panel in figure.axes[-2:]:
        top = panel.get_window_extent().y1
        for line in panel.lines:
            heights = panel.transData.transform(line.get_xydata())[:, 1]
            half = line.get_markersize() / 2 * figure.dpi / 72
            assert heights.max() + half < top


@pytest.mark.parametrize(("seeds", "words"), [(1, "over 1 seed,"), (2, "over 2 seeds,")])
def test_one_seed_is_one_seed(seeds, words):
    summary = {"table": [], "depths": [2], "ratios": [2], "scales": [1], "seeds": seeds}
    summary["table"] = [{"samples": 3, "depth": 2, "agree": 1.0, "farthest_miss_decades": 0.0}]
    assert words in " ".join(agreement_summary(summary).split())


def test_both_panels_of_the_regimes_share_one_key():
    inputs = np.random.default_rng(0).standard_normal((2, 4))
    figure = draw_regimes(regimes(inputs, np.ones(2), [1e-2, 1.0], [1, 2]))
    key = key_of(figure)
    assert list(key) == ["depth 1", "depth 2"]
    for panel in figure.axes:
        assert [line.get_color() for line in panel.lines] == [k.get_color() for k in key.values()]
