"""What a worker does with the chunks that it is sent: reads, computes, records; loses nothing."""

import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("zarr", reason="needs the extra `sweep`")

from stairwise.numerics.sweeps import parse_spec
from stairwise.numerics.sweeps import worker as worker_module
from stairwise.numerics.sweeps.store import writing

SPEC = """
quantity = "log_threshold"
chunk_cells = 50
[axes]
depth = [2, 3, inf]
ratio = [1.5, 2, 10]
s = { from = 0.05, to = 0.95, count = 10 }
f = 0.9
"""
RATES = """
quantity = "descent_threshold"
[axes]
depth = 2
ratio = 1.5
s = 0.1
f = 0.9
learning_rate = [0.1, 50.0]
"""


@pytest.fixture
def store(tmp_path):
    with writing(tmp_path / "store", parse_spec(SPEC, Path("."))) as store:
        yield store


@pytest.fixture
def computed(monkeypatch):
    """The sizes of the blocks that are computed; an error after so many, if wanted."""
    evaluate, seen = worker_module.evaluate, []

    def counting(quantity, values, options, block):
        if len(seen) == seen_limit[0]:
            raise OSError(28, "No space left on device")
        seen.append(block.status.size)
        return evaluate(quantity, values, options, block)

    seen_limit = [None]
    monkeypatch.setattr(worker_module, "evaluate", counting)
    return seen, seen_limit


def run(store, seconds=100.0, retry=False):
    tasks = [(index, retry) for index in store.plan.indices()]
    return worker_module.compute_chunks(str(store.path), store.digest, tasks, seconds)


def partials(store):
    return list(store.path.rglob("*.partial"))


def test_every_chunk_is_computed_recorded_and_reported(store, computed):
    reports = run(store)
    assert [report.index for report in reports] == list(store.plan.indices())
    assert sum(report.cells for report in reports) == store.plan.cells == sum(computed[0])
    assert sum(report.undefined for report in reports) == 9  # s = 0.95 at nine places
    assert store.done().all()
    assert not partials(store)


def test_chunks_that_a_dead_worker_had_finished_are_read(store, computed):
    first = run(store)
    seen = len(computed[0])
    again = run(store)
    assert len(computed[0]) == seen
    told = [(report.index, report.cells, report.undefined) for report in first]
    assert [(report.index, report.cells, report.undefined) for report in again] == told


def test_when_the_time_is_over_the_rest_is_left_to_others(store, computed):
    assert len(run(store, seconds=0.0)) == 1
    assert len(computed[0]) == np.count_nonzero(store.done()) == 1


def test_what_was_computed_before_an_error_is_recorded(store, computed):
    computed[1][0] = 2
    with pytest.raises(OSError, match="No space left"):
        run(store)
    assert np.count_nonzero(store.done()) == 2
    assert not partials(store)


def full(*_):
    raise OSError(28, "No space left on device")


def test_nothing_has_its_name_where_contents_do_not_reach_the_disk(store, monkeypatch):
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        run(store)
    assert not list(store.path.glob("log_threshold/c/*/*/*"))
    assert not store.done().any()
    assert not partials(store)
    monkeypatch.undo()
    run(store)
    assert store.done().all()


@pytest.mark.parametrize("names", range(6))
def test_cut_short_at_any_name_there_is_no_record_without_its_data(store, monkeypatch, names):
    stop_at_name(monkeypatch, names)
    with pytest.raises(OSError, match="No space left"):
        run(store)
    monkeypatch.undo()
    data = [store.chunk_file("log_threshold", index).is_file() for index in store.plan.indices()]
    assert sum(data) == min(names, 3)
    assert np.count_nonzero(store.done()) == max(names - 3, 0)
    assert not partials(store)
    run(store)
    assert store.done().all()


def stop_at_name(monkeypatch, count):
    """So many files get their names, then the disk is full."""
    replace, named = Path.replace, []

    def until(path, target):
        if len(named) == count:
            full()
        named.append(target)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", until)


def test_reasons_stay_until_the_record_says_otherwise(tmp_path, monkeypatch):
    """A cell that failed, without its reason, would not be tried again."""
    with writing(tmp_path / "store", parse_spec(RATES, Path("."))) as store:
        (report,) = run(store)
        assert report.failed == 1
        (index,) = store.failed()

        def works(quantity, values, options, block):
            block.status[...] = worker_module.DONE
            block.reasons.clear()
            return block

        monkeypatch.setattr(worker_module, "evaluate", works)
        with monkeypatch.context() as patch:
            stop_at_name(patch, 1)
            with pytest.raises(OSError, match="No space left"):
                run(store, retry=True)
        assert store.failed() == [index]
        (report,) = run(store, retry=True)
        assert (report.failed, store.failed()) == (0, [])
