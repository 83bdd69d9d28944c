"""What runs on a worker: one chunk, computed and written where the store is."""

import errno
import gc
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._whole import Partial, commit, write_partial
from stairwise.numerics.sweeps.chunk_bytes import chunk_bytes
from stairwise.numerics.sweeps.evaluate import (
    DONE,
    FAILED,
    MISSING,
    UNDEFINED,
    Block,
    empty_block,
    evaluate,
)
from stairwise.numerics.sweeps.identity import differences, digest_of, versions
from stairwise.numerics.sweeps.plan import Index
from stairwise.numerics.sweeps.store import STATUS, Store, read_store, stored_identity


@dataclass(frozen=True)
class ChunkReport:
    """A chunk that is done: its cells, how many of them failed or are undefined, and seconds."""

    index: Index
    cells: int
    failed: int
    undefined: int
    seconds: float


def compute_chunk(path: str, digest: str, index: Index, retry: bool = False) -> ChunkReport:
    """Compute a chunk of the store at path and write it; with retry, only failed cells if it can.

    digest is the store's identity as the client knows it. Raises ValueError where the store here is
    another one or this worker has other versions, OSError where it cannot be written.
    """
    began = time.perf_counter()
    store = _checked(Path(path), digest)
    block = _computed(store, index, retry)
    with writing_chunks(store) as write:
        write(index, block)
    return _report(index, block.status, time.perf_counter() - began)


def compute_chunks(
    path: str, digest: str, tasks: Sequence[tuple[Index, bool]], seconds: float
) -> list[ChunkReport]:
    """Compute chunks in turn, at least one, for so many seconds: a report for each that is done.

    tasks: indices, and whether failed cells are tried again. A chunk that is in the store already
    is read: a worker that died had finished it. What was computed is recorded in the end, together.
    """
    _spare_the_collector()
    store = _checked(Path(path), digest)
    reports: list[ChunkReport] = []
    with writing_chunks(store) as write:
        end = time.perf_counter() + seconds
        for index, retry in tasks:
            began = time.perf_counter()
            if reports and began > end:
                break
            if not retry and store.has(index):
                status = np.asarray(store.arrays[STATUS][store.plan.region(index)])
            else:
                block = _computed(store, index, retry)
                write(index, block)
                status = block.status
            reports.append(_report(index, status, time.perf_counter() - began))
    return reports


@cache
def _spare_the_collector() -> None:
    """Python's collector would search all that Dask has loaded, again and again: 9% of the time."""
    gc.freeze()


def _computed(store: Store, index: Index, retry: bool) -> Block:
    quantity, region = store.spec.quantity, store.plan.region(index)
    if retry and quantity.cellwise:
        arrays = {name: np.asarray(array[region]) for name, array in store.arrays.items()}
        block = Block(arrays, arrays.pop(STATUS))
    else:
        block = empty_block(quantity, tuple(side.stop - side.start for side in region))
    return evaluate(quantity, store.values(index), store.spec.options, block)


def _report(index: Index, status: NDArray[np.uint8], seconds: float) -> ChunkReport:
    failed = undefined = 0
    if not np.all(status == DONE):
        failed, undefined = (int(np.count_nonzero(status == word)) for word in (FAILED, UNDEFINED))
    return ChunkReport(index, status.size, failed, undefined, seconds)


@contextmanager
def writing_chunks(store: Store) -> Iterator[Callable[[Index, Block], None]]:
    """A function that writes a chunk; all that were written are recorded when the block ends.

    All contents are on disk before anything has its name, and data and reasons have theirs before
    any status, which says that they are there. The disk is waited for once: after each chunk, that
    would cost a tenth of computing a million thresholds, more on busy cores (measured).
    """
    data: list[Partial] = []
    records: list[Partial] = []
    solved: list[Path] = []

    def write(index: Index, block: Block) -> None:
        for partial in data:
            partial.uncache()  # for this chunk to take
        for variable in store.spec.quantity.variables:
            values = block.arrays[variable.name]
            data.append(_written(store, index, variable.name, values, variable.fill))
        reasons = store.reasons_file(index)
        if block.reasons:
            text = json.dumps(block.reasons, ensure_ascii=False, indent=0)
            data.append(write_partial(reasons, [text.encode()], make_folders=True))
        else:
            solved.append(reasons)
        records.append(_written(store, index, STATUS, block.status, MISSING))

    try:
        yield write
    finally:  # also what was done before an error
        commit([*data, *records])
        for reasons in solved:  # not before: a failed cell without a reason would be forgotten
            reasons.unlink(missing_ok=True)


def _written(store: Store, index: Index, name: str, values: NDArray[Any], fill: Any) -> Partial:
    packed = chunk_bytes(values, store.plan.chunks, fill)
    return write_partial(store.chunk_file(name, index), packed, make_folders=True)


def _checked(path: Path, digest: str) -> Store:
    """The store, whose identity is read anew for every batch: it may have been made anew."""
    try:
        found = digest_of(stored_identity(path))
    except ValueError:
        raise FileNotFoundError(
            errno.ENOENT, f"no store of a sweep on this worker at {path}"
        ) from None
    if found != digest:
        raise ValueError(f"store must be the one that the sweep began with; got another at {path}")
    return _opened(path, digest)


@lru_cache(maxsize=2)
def _opened(path: Path, digest: str) -> Store:
    store = read_store(path)
    here = {f"version of {name}": found for name, found in versions().items()}
    apart = differences({name: store.identity[name] for name in here}, here)
    if apart:
        raise ValueError(f"workers must have the versions of the store; {'; '.join(apart)}")
    return store
