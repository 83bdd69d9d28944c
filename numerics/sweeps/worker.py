"""What runs on a worker: one chunk, computed and written where the store is."""

import errno
import json
import os
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from stairwise.numerics.sweeps.evaluate import FAILED, UNDEFINED, Block, empty_block, evaluate
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
    quantity = store.spec.quantity
    region = store.plan.region(index)
    if retry and quantity.cellwise:
        arrays = {name: np.asarray(array[region]) for name, array in store.arrays.items()}
        block = Block(arrays, arrays.pop(STATUS))
    else:
        block = empty_block(quantity, tuple(side.stop - side.start for side in region))
    evaluate(quantity, store.values(index), store.spec.options, block)
    write_chunk(store, index, block)
    failed, undefined = (
        int(np.count_nonzero(block.status == word)) for word in (FAILED, UNDEFINED)
    )
    seconds = time.perf_counter() - began
    return ChunkReport(index, block.status.size, failed, undefined, seconds)


def write_chunk(store: Store, index: Index, block: Block) -> None:
    """Data first, then reasons, then the status that says so; each on disk before the next."""
    region = store.plan.region(index)
    for name, values in block.arrays.items():
        store.arrays[name][region] = values
        _to_disk(store.chunk_file(name, index))
    reasons = store.reasons_file(index)
    if block.reasons:
        _write(reasons, json.dumps(block.reasons, ensure_ascii=False, indent=0))
    else:
        reasons.unlink(missing_ok=True)
    store.arrays[STATUS][region] = block.status
    _to_disk(store.chunk_file(STATUS, index))


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


def _write(path: Path, text: str) -> None:
    """A small file, whole or not there."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _to_disk(path: Path) -> None:
    """Ask for the file and its name to be on disk: a record must not outlive what it records."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
