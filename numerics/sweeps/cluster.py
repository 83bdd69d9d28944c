"""A sweep on Dask: a local cluster, or any scheduler that is running."""

import logging
import queue
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing import resource_tracker
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, LocalCluster
from distributed.comm import CommClosedError
from distributed.system import MEMORY_LIMIT

from stairwise.numerics._arguments import whole
from stairwise.numerics.sweeps.batches import SECONDS, Batches, Task
from stairwise.numerics.sweeps.run import Observe, SchedulerLostError, State, Todo, advance
from stairwise.numerics.sweeps.store import Store
from stairwise.numerics.sweeps.worker import ChunkReport, compute_chunks

#: Seconds: between looks at the connection, until a lost one is given up, for workers to appear.
LOOK, PATIENCE, WAIT = 0.5, 10.0, 60.0
#: And until a result that was lost is looked at again.
AGAIN = 0.02
#: Dask has workers give back memory at every 64 KiB freed, which is what a block of a kernel frees:
#: thresholds then take 1.6 to 2 times as long (measured). Ours keep what they have used, up to
#: 256 MiB, which is 8% faster than the system's own rule: results find their place again.
#: Nor do workers look a hundred times a second at what they are doing, and all processes look after
#: themselves once a second, not fifty times: idle, they take 1% of a core and not 5% (measured).
_KEEP, _LARGEST = 2**28, 2**25  # the largest that glibc takes as a size not to be mapped anew
_SETTINGS = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": _KEEP,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": _LARGEST,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "2s",
}


def on_cluster(
    store: Store,
    todo: Todo,
    state: State,
    observe: Observe | None,
    workers: int | None,
    scheduler: str | None,
) -> State:
    """Compute the chunks; see `run_sweep`. A worker that dies has its chunks done by others."""
    tell = observe or (lambda _: None)
    with _quiet(), _client(workers, scheduler) as client:
        state = replace(state, address=_dashboard(client))
        tell(state)
        return _stream(client, store, todo, state, tell)


@contextmanager
def _client(workers: int | None, scheduler: str | None) -> Iterator[Client]:
    """A client of the scheduler, or of a cluster of single-threaded processes on this machine."""
    with ExitStack() as stack:
        if scheduler is None:
            address: Any = stack.enter_context(_local_cluster(workers))
        else:
            address = scheduler
        try:
            client = Client(address, set_as_default=False, timeout=WAIT / 4)
        except (OSError, ValueError, TypeError) as error:
            raise ValueError(
                f"scheduler must be the address of a running one; got {scheduler!r}: {error}"
            ) from None
        stack.callback(client.close, timeout=5)
        if scheduler is not None:
            try:
                client.wait_for_workers(1, timeout=WAIT)
            except TimeoutError:
                raise ValueError(
                    f"scheduler must have workers; got {scheduler}, none within {WAIT:g} s"
                ) from None
        yield client


def _local_cluster(workers: int | None) -> Any:
    """Single-threaded worker processes, deaf to Ctrl-C, which the client alone answers.

    The signal is blocked while they start: processes inherit that, also those that Dask starts
    later from its thread, and one that comes meanwhile is delivered afterwards.
    """
    count = CPU_COUNT if workers is None else whole("workers", workers, 1)
    resource_tracker.ensure_running()  # which would unblock it in Dask's thread
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with dask.config.set(_SETTINGS):
            return LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                memory_limit=MEMORY_LIMIT // count,
                dashboard_address=":0" if find_spec("bokeh") else None,
                silence_logs=logging.CRITICAL,
            )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own account of lost workers and connections is silenced: ours is the message."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _dashboard(client: Client) -> str | None:
    served = "dashboard" in client.scheduler_info().get("services", {})
    return str(client.dashboard_link) if served else None


def _stream(client: Client, store: Store, todo: Todo, state: State, tell: Observe) -> State:
    """Keep a bounded number of batches in flight; what is there when it ends is whole."""
    finished: queue.SimpleQueue[Future] = queue.SimpleQueue()
    batches, flying = Batches(todo), dict[Future, tuple[Task, ...]]()
    window = _Window(client)

    def launch() -> None:
        while len(flying) < window.size():
            batch = batches.take(window.size())
            if not batch:
                return
            # The key says on the dashboard which chunks these are.
            first = ".".join(map(str, batch[0][0]))
            key = f"sweep-{store.digest}-{time.monotonic_ns()}-{first}"
            given = (str(store.path), store.digest, batch, SECONDS)
            future = client.submit(compute_chunks, *given, key=key, pure=False)
            flying[future] = batch
            future.add_done_callback(finished.put)

    try:
        launch()
        while flying:
            future = _next(client, finished)
            state = _account(client, future, flying.pop(future), batches, store, state)
            future.release()
            tell(state)
            launch()
    except (CommClosedError, TimeoutError):
        raise _lost(client) from None
    finally:
        for future in flying:
            future.cancel(force=True)
    return state


class _Window:
    """How many batches may be in flight: the cluster may grow and shrink."""

    def __init__(self, client: Client) -> None:
        self._client, self._looked, self._size = client, -1e9, 1

    def size(self) -> int:
        """Two for every thread: one is computed, one waits while client and scheduler talk."""
        if time.monotonic() - self._looked > 5:
            self._looked = time.monotonic()
            self._size = 2 * max(1, sum(self._client.nthreads().values()))
        return self._size


def _next(client: Client, finished: "queue.SimpleQueue[Future]") -> Future:
    """The next future that ends; SchedulerLostError where the connection stays broken."""
    lost: float | None = None
    while True:
        try:
            future = finished.get(timeout=LOOK)
            if future.status != "lost":
                return future
            # Its worker died with the result: the scheduler has it computed again.
            time.sleep(AGAIN)
            finished.put(future)
        except queue.Empty:
            if client.status == "running":
                lost = None
                continue
            lost = lost or time.monotonic()
            if client.status == "closed" or time.monotonic() - lost > PATIENCE:
                raise _lost(client) from None


def _account(
    client: Client,
    future: Future,
    batch: tuple[Task, ...],
    batches: Batches,
    store: Store,
    state: State,
) -> State:
    """Count what became of a batch; raises what stops the sweep."""
    if future.status == "finished":
        reports: list[ChunkReport] = future.result()
        batches.done(batch, reports)
        for report in reports:
            state = advance(state, report)
        return state
    if future.status == "cancelled":
        raise _lost(client)
    error = future.exception()
    if isinstance(error, KilledWorker):
        if len(batch) > 1:
            batches.one_by_one(batch)
            return state
        return replace(state, left=state.left + store.plan.size(batch[0][0]))
    assert error is not None
    raise error


def _lost(client: Client) -> SchedulerLostError:
    return SchedulerLostError(f"the scheduler at {client.scheduler.address} is gone")
