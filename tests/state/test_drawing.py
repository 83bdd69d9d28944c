"""Figures, and runs of linear algebra, in threads and under a user's own look."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from matplotlib.figure import Figure
from process_wide import changed, global_state
from threadpoolctl import threadpool_info, threadpool_limits

from stairwise.numerics.experiments import concurrence
from stairwise.numerics.process_state import process_lock
from stairwise.reports import pair
from stairwise.reports.style import figure_bytes, style

PAIR = pair.Pair(2.0, 2.0, -3.0, 0.1, 0.9)


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
    pytest.importorskip("sklearn", reason="pursuit needs the extra `baselines`")
    runs = [concurrence.Run(2, 2, 0.0, seed, samples=10, dimension=12) for seed in range(6)]
    concurrence.run_one(runs[0])
    with threadpool_limits(2):
        assert {pool["num_threads"] for pool in threadpool_info()} == {2}
        before = global_state()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(concurrence.run_one, runs * 3))
        assert not changed(before, global_state())
