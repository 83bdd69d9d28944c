"""Running a sweep: the missing chunks, a bounded number of them in flight at a time.

The client hands out indices and gets back counts; workers read the axes from the store and write
their chunks into it themselves. No task graph is ever built, whatever the grid.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stairwise.numerics.sweeps.plan import Index
from stairwise.numerics.sweeps.spec import Spec
from stairwise.numerics.sweeps.store import Store, writing
from stairwise.numerics.sweeps.worker import ChunkReport, compute_chunk


@dataclass(frozen=True)
class State:
    """How far a sweep is, in cells; those of this run in `computed`.

    failed and undefined count this run's chunks only, flawed the chunks of the store that have
    failed cells, when the run ends; left: cells of chunks that were given up, because their worker
    died every time; address: of Dask's dashboard, if there is one.
    """

    total: int
    done: int
    computed: int = 0
    failed: int = 0
    undefined: int = 0
    flawed: int = 0
    left: int = 0
    address: str | None = None


#: Told how far the sweep is: once when it begins, then after every chunk.
Observe = Callable[[State], None]


class SchedulerLostError(RuntimeError):
    """The connection to the Dask scheduler ended."""


def run_sweep(
    output: Path | str,
    spec: Spec | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    retry_failed: bool = False,
    observe: Observe | None = None,
) -> State:
    """Compute what is missing in the store at `output`, which is made from the spec if need be.

    Without a spec the sweep that is in the store goes on. workers: processes of a local Dask
    cluster (all cores by default), 0 for this process alone; scheduler: the address of a running
    Dask scheduler instead, whose workers see `output` under the same path and have the same
    versions. retry_failed: compute failed cells again, too.

    Ctrl-C and errors leave a store that the next run completes: chunks that are there are whole.
    Raises ValueError for a store of another spec or version, or with another writer; OSError where
    a chunk cannot be written (a full disk); SchedulerLostError where the scheduler is gone.
    """
    if workers is not None and scheduler is not None:
        raise ValueError("workers must be left out where a scheduler is given; got both")
    path = Path(output).absolute()
    with writing(path, spec) as store:
        done = store.done()
        retried = store.failed() if retry_failed else []
        todo = Todo(store, done, retried)
        total = store.plan.cells
        state = State(total, total - todo.cells)
        if todo.count == 0:
            pass
        elif scheduler is None and workers == 0:
            state = _here(store, todo, state, observe)
        else:
            # Dask is imported only where it is used.
            from stairwise.numerics.sweeps.cluster import on_cluster

            state = on_cluster(store, todo, state, observe, workers, scheduler)
        return replace(state, flawed=len(store.failed()))


@dataclass(frozen=True, eq=False)
class Todo:
    """The chunks to compute: the missing ones, then failed ones to be tried again."""

    store: Store
    done: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
    retried: list[Index]

    def __iter__(self) -> Iterator[tuple[Index, bool]]:
        """Index and whether it is a retry."""
        for flat in np.flatnonzero(~self.done.ravel()):
            yield tuple(int(i) for i in np.unravel_index(flat, self.done.shape)), False
        for index in self.retried:
            yield index, True

    @property
    def count(self) -> int:
        """How many chunks."""
        return int(np.count_nonzero(~self.done)) + len(self.retried)

    @property
    def cells(self) -> int:
        """How many cells these chunks have."""
        plan = self.store.plan
        sides = np.ones((), dtype=np.int64)
        for length, chunk, count in zip(plan.shape, plan.chunks, plan.grid, strict=True):
            ends = np.minimum(np.arange(1, count + 1) * chunk, length)
            sides = np.multiply.outer(sides, np.diff(ends, prepend=0))
        return int(sides[~self.done].sum()) + sum(plan.size(index) for index in self.retried)


def advance(state: State, report: ChunkReport) -> State:
    """The state after one more chunk."""
    return replace(
        state,
        done=state.done + report.cells,
        computed=state.computed + report.cells,
        failed=state.failed + report.failed,
        undefined=state.undefined + report.undefined,
    )


def _here(store: Store, todo: Todo, state: State, observe: Observe | None) -> State:
    tell = observe or (lambda _: None)
    tell(state)
    for index, retry in todo:
        state = advance(state, compute_chunk(str(store.path), store.digest, index, retry))
        tell(state)
    return state
