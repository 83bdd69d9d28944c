"""What runs on a worker: one chunk, computed and written where the store is."""

import errno
import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._whole import make_durable_folder, write_whole
from stairwise.numerics.sweeps.chunk_bytes import chunk_bytes
from stairwise.numerics.sweeps.evaluate import (
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
    write_chunk(store, index, block)
    return _report(index, block.status, time.perf_counter() - began)


def compute_chunks(
    path: str, digest: str, tasks: Sequence[tuple[Index, bool]], seconds: float
) -> list[ChunkReport]:
    """Compute chunks in turn, at least one, until the seconds are over: a report for each done.

    tasks: indices, and whether failed cells are tried again. A chunk is written while the next one
    is computed, since a disk keeps its writer waiting. One that is in the store already is read: a
    worker that died had finished it. Time is shared equally among the reports.
    """
    began = time.perf_counter()
    written: list[Future[NDArray[np.uint8]]] = []
    with ThreadPoolExecutor(1) as writer:
        for index, retry in tasks:
            if written and time.perf_counter() > began + seconds:
                break
            store = _checked(Path(path), digest)
            if not retry and store.has(index):
                written.append(writer.submit(_status, store, index))
                continue
            block = _computed(store, index, retry)
            if written:
                written[-1].result()  # so that no more than one block waits
            written.append(writer.submit(_written, store, index, block))
            del block
    share = (time.perf_counter() - began) / len(written)
    done = zip(tasks, written, strict=False)
    return [_report(index, status.result(), share) for (index, _), status in done]


def _computed(store: Store, index: Index, retry: bool) -> Block:
    quantity, region = store.spec.quantity, store.plan.region(index)
    if retry and quantity.cellwise:
        arrays = {name: np.asarray(array[region]) for name, array in store.arrays.items()}
        block = Block(arrays, arrays.pop(STATUS))
    else:
        block = empty_block(quantity, tuple(side.stop - side.start for side in region))
    return evaluate(quantity, store.values(index), store.spec.options, block)


def _written(store: Store, index: Index, block: Block) -> NDArray[np.uint8]:
    write_chunk(store, index, block)
    return block.status


def _status(store: Store, index: Index) -> NDArray[np.uint8]:
    """The status of a chunk that is in the store."""
    return np.asarray(store.arrays[STATUS][store.plan.region(index)])


def _report(index: Index, status: NDArray[np.uint8], seconds: float) -> ChunkReport:
    failed, undefined = (int(np.count_nonzero(status == word)) for word in (FAILED, UNDEFINED))
    return ChunkReport(index, status.size, failed, undefined, seconds)


def write_chunk(store: Store, index: Index, block: Block) -> None:
    """Data first, then reasons, then the status that says so; each on disk before the next."""
    for variable in store.spec.quantity.variables:
        _write_array(store, index, variable.name, block.arrays[variable.name], variable.fill)
    reasons = store.reasons_file(index)
    if block.reasons:
        text = json.dumps(block.reasons, ensure_ascii=False, indent=0)
        make_durable_folder(reasons.parent)
        write_whole(reasons, [text.encode()], durable=True)
    else:
        reasons.unlink(missing_ok=True)
    _write_array(store, index, STATUS, block.status, MISSING)


def _write_array(store: Store, index: Index, name: str, values: NDArray[Any], fill: Any) -> None:
    file = store.chunk_file(name, index)
    make_durable_folder(file.parent)
    write_whole(file, chunk_bytes(values, store.plan.chunks, fill), durable=True)


def _checked(path: Path, digest: str) -> Store:
    """The store, whose identity is read anew for every chunk: it may have been made anew."""
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
