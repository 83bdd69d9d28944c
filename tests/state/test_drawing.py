"""Matplotlib is touched by one thread at a time: whatever draws holds the lock of the process."""

import threading
from concurrent.futures import ThreadPoolExecutor

import matplotlib.artist
import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from process_wide import changed, global_state
from report_rows import PAIR, REPORTS
from threadpoolctl import threadpool_info, threadpool_limits

from stairwise.numerics.experiments import concurrence
from stairwise.numerics.process_state import process_lock
from stairwise.reports import pair
from stairwise.reports.style import figure_bytes, style

#: Rows that make or change figures: those whose modules draw.
DRAWING = [
    row
    for row in REPORTS
    if not row.slow
    and row.name.startswith(("experiment_", "figures.", "style.", "pair.", "explore.explorer",
                             "sweep_cli.draw"))
]  # fmt: skip


@pytest.fixture
def unguarded(monkeypatch):
    """Where an artist changed, or a figure was saved, without the lock."""
    found = []
    stale, saved = Artist.stale, Figure.savefig

    def check(what):
        if not process_lock._is_owned():
            found.append(what)

    def changing(artist, value):
        check(type(artist).__name__)
        stale.fset(artist, value)

    def saving(figure, *arguments, **options):
        check("savefig")
        saved(figure, *arguments, **options)

    monkeypatch.setattr(matplotlib.artist.Artist, "stale", property(stale.fget, changing))
    monkeypatch.setattr(Figure, "savefig", saving)
    return found


@pytest.mark.parametrize("row", DRAWING, ids=lambda row: row.name)
def test_drawing_holds_the_lock(row, unguarded, tmp_path):
    row.valid(tmp_path)
    assert unguarded == []


def test_drawing_without_the_lock_is_noticed(unguarded):
    """The negative twin, and that the rows above draw what is looked at."""
    figure = Figure()
    figure.subplots().plot([1, 2])
    assert {"Figure", "Line2D"} <= set(unguarded)
    unguarded.clear()
    with style():
        Figure().subplots()
    assert unguarded == []


def test_a_figure_waits_for_the_lock():
    drawn = threading.Event()

    def draw():
        pair.PairFigure()
        drawn.set()

    thread = threading.Thread(target=draw)
    with process_lock:
        thread.start()
        assert not drawn.wait(0.3)
    thread.join(20)
    assert drawn.is_set()


def test_threads_may_share_a_figure():
    """Each gets the picture of its own pair, not of one that another thread has moved it to."""
    pairs = [PAIR, pair.Pair(3.0, 4.0, -5.0, 0.2, 0.8), pair.Pair(1.0, 2.0, -2.0, 0.1, 0.9)]
    alone = [pair.PairFigure().png_of(item) for item in pairs]
    shared = pair.PairFigure()
    for item in pairs:  # what a first drawing lays out stays
        shared.png_of(item)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(shared.png_of, pairs * 4))
    assert found == alone * 4


def test_a_user_s_look_stays_and_changes_no_figure():
    import matplotlib as mpl

    def drawn():
        with style():
            figure = Figure(figsize=(2, 1))
            figure.subplots().plot([1, 2, 4])
        return figure_bytes(figure, "png", 50)

    usual = drawn()
    look = {"lines.linewidth": 7.0, "axes.facecolor": "black", "savefig.facecolor": "green"}
    with mpl.rc_context(look):
        assert drawn() == usual
        assert {name: mpl.rcParams[name] for name in look} == look


def test_runs_in_threads_leave_the_number_of_blas_threads():
    runs = [concurrence.Run(2, 2, 0.0, seed, samples=10, dimension=12) for seed in range(6)]
    concurrence.run_one(runs[0])
    with threadpool_limits(2):
        assert {pool["num_threads"] for pool in threadpool_info()} == {2}
        before = global_state()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(concurrence.run_one, runs * 3))
        assert not changed(before, global_state())
