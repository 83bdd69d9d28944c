"""A real Dask cluster: scheduler, two workers and client in processes that are killed."""

import os
import queue
import random
import shlex
import signal
import time
from types import SimpleNamespace

import pytest

pytest.importorskip("zarr", reason="needs the extra `sweep`")
pytest.importorskip("xarray", reason="needs the extra `sweep`")
pytest.importorskip("distributed", reason="needs the extra `sweep`")

import psutil
from distributed import KilledWorker
from sweep_processes import CELLS, CHUNKS, SPEC, data_of, done_chunks, wait_for

from stairwise.numerics.sweeps import State, parse_spec
from stairwise.numerics.sweeps.batches import Batches
from stairwise.numerics.sweeps.cluster import _account, _next
from stairwise.numerics.sweeps.run import Todo
from stairwise.numerics.sweeps.store import writing

DONE = f"{CELLS:,} of {CELLS:,} cells in the store, "


def _is_between(store, count):
    return lambda: done_chunks(store) >= count


def test_a_cluster_whose_workers_client_and_scheduler_are_killed(processes, tmp_path, whole_sweep):
    address, scheduler = processes.scheduler()
    workers = [processes.worker(address) for _ in range(2)]

    # A worker dies: the other one does its chunks, and the sweep ends as if nothing had been.
    client = processes.sweep(tmp_path / "one", "--scheduler", address)
    wait_for(_is_between(tmp_path / "one", 20))
    workers[0].kill()
    code, errors = processes.finish(client)
    assert (code, DONE in errors) == (0, True), errors
    assert data_of(tmp_path / "one") == whole_sweep

    # The client dies: the next one takes over its store at once, and computes only what is missing.
    client = processes.sweep(tmp_path / "two", "--scheduler", address)
    wait_for(_is_between(tmp_path / "two", 20))
    client.kill()
    client.wait()
    before = done_chunks(tmp_path / "two")
    code, errors = processes.finish(processes.sweep(tmp_path / "two", "--scheduler", address))
    assert (code, DONE in errors) == (0, True), errors
    computed = int(errors.split(DONE)[1].split(" ")[0].replace(",", ""))
    assert 0 < computed <= CELLS - before * CELLS // CHUNKS
    assert data_of(tmp_path / "two") == whole_sweep

    # The scheduler dies: the client says so in a line, and another scheduler goes on.
    client = processes.sweep(tmp_path / "three", "--scheduler", address)
    wait_for(_is_between(tmp_path / "three", 20))
    scheduler.kill()
    code, errors = processes.finish(client)
    assert code == 1
    assert f"stairwise: the scheduler at {address} is gone; what is done is kept; to" in errors
    assert len([line for line in errors.splitlines() if "dashboard" not in line]) == 1, errors
    code, errors = processes.finish(processes.sweep(tmp_path / "three", "--workers", "0"))
    assert (code, DONE in errors) == (0, True), errors
    assert data_of(tmp_path / "three") == whole_sweep


def test_a_result_that_died_with_its_worker_is_waited_for_again():
    class Lost:
        looked = 0

        @property
        def status(self):
            self.looked += 1
            return "lost" if self.looked < 3 else "finished"

    finished, future = queue.SimpleQueue(), Lost()
    finished.put(future)
    assert _next(SimpleNamespace(status="running"), finished) is future
    assert future.looked == 3


def test_ctrl_c_stops_a_local_cluster_cleanly_and_says_how_to_go_on(
    processes, tmp_path, whole_sweep
):
    client = processes.sweep(tmp_path / "store", "--workers", "1")
    wait_for(_is_between(tmp_path / "store", 20))
    os.killpg(client.pid, signal.SIGINT)  # as a terminal does: to the workers, too
    code, errors = processes.finish(client)
    assert code == 130
    assert len(errors.splitlines()) == 2, errors
    dashboard, message = errors.splitlines()
    assert dashboard.startswith("stairwise: dashboard at http://")
    assert message.startswith(
        "stairwise: interrupted; what is done is kept; to go on: stairwise sw"
    )
    assert 20 <= done_chunks(tmp_path / "store") < CHUNKS
    advice = shlex.split(message.split("to go on: stairwise ")[1])
    code, errors = processes.finish(processes.stairwise(*advice, "--workers", "0"))
    assert (code, DONE in errors) == (0, True), errors
    assert data_of(tmp_path / "store") == whole_sweep


def test_a_chunk_whose_worker_dies_every_time_is_left_out_and_counted(tmp_path):
    spec = parse_spec(SPEC, tmp_path)
    with writing(tmp_path / "store", spec) as store:
        batches = Batches(Todo(store, store.done(), []))
    dead = SimpleNamespace(status="error", exception=lambda: KilledWorker("sweep", None, 4))
    state, batch = State(total=CELLS, done=0), tuple(((3, 99, 0, k), False) for k in (0, 1))
    # One of them kills its workers: which one is found by trying them alone.
    assert _account(None, dead, batch, batches, store, state) == state
    assert [batches.take(1), batches.take(1)] == [(task,) for task in batch]
    after = _account(None, dead, batch[:1], batches, store, state)
    assert (after.left, after.done) == (store.plan.size((3, 99, 0, 0)), 0)
    dead.exception = lambda: OSError(28, "No space left on device")
    with pytest.raises(OSError, match="No space left"):
        _account(None, dead, batch, batches, store, state)


def test_a_local_worker_that_is_killed_is_replaced(processes, tmp_path, whole_sweep):
    client = processes.sweep(tmp_path / "store", "--workers", "1")
    wait_for(_is_between(tmp_path / "store", 20))
    (worker,) = [
        child
        for child in psutil.Process(client.pid).children(recursive=True)
        if any("spawn_main" in word for word in child.cmdline())
    ]
    worker.kill()
    code, errors = processes.finish(client)
    assert (code, DONE in errors) == (0, True), errors
    assert data_of(tmp_path / "store") == whole_sweep


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_moment_nothing_is_lost(processes, tmp_path, whole_sweep, seed):
    moment = random.Random(seed)
    victim = ("worker", "client", "scheduler")[seed % 3]
    address, scheduler = processes.scheduler()
    workers = [processes.worker(address) for _ in range(2)]
    store = tmp_path / "store"
    client = processes.sweep(store, "--scheduler", address)
    # From before the store is made until near the end, and anywhere within a chunk.
    wait_for(_is_between(store, moment.choice((0, 1, 50, 100, 150, 190))))
    time.sleep(moment.uniform(0, 0.1))
    {"worker": workers[0], "client": client, "scheduler": scheduler}[victim].kill()
    code, errors = processes.finish(client)
    if victim == "scheduler" and DONE not in errors:
        early = code == 2 and "scheduler must be the address of a running one" in errors
        assert early or (code == 1 and f"the scheduler at {address} is gone" in errors), errors
    else:
        assert code == {"worker": 0, "client": -9, "scheduler": 0}[victim], errors
    if victim == "client":
        time.sleep(moment.uniform(0, 0.05))  # the workers may still be writing
    before = done_chunks(store)
    again = ("--workers", "1") if victim == "scheduler" else ("--scheduler", address)
    code, errors = processes.finish(processes.sweep(store, *again))
    assert (code, DONE in errors) == (0, True), errors
    computed = int(errors.split(DONE)[1].split(" ")[0].replace(",", ""))
    assert computed <= CELLS - before * CELLS // CHUNKS
    assert data_of(store) == whole_sweep
