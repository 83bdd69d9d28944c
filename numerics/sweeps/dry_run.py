"""What a sweep would cost: cells, chunks, bytes, and a time measured on one chunk."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stairwise.numerics.sweeps.plan import Index, plan_of
from stairwise.numerics.sweeps.spec import Spec
from stairwise.numerics.sweeps.store import is_store, read_store, require_same, writing
from stairwise.numerics.sweeps.worker import compute_chunk

#: A chunk that takes less is computed again: the first time pays for imports.
SHORT = 2.0


@dataclass(frozen=True)
class DryRun:
    """Size of a sweep and what one chunk of it took.

    bytes: of all arrays before compression; stored: the same on disk, if all chunks compress as the
    measured one did. seconds: of the measured chunk, with writing it to the temporary folder; done:
    chunks that are in the store already.
    """

    cells: int
    chunks: int
    chunk_shape: tuple[int, ...]
    bytes: int
    stored: int
    measured: Index
    measured_cells: int
    seconds: float
    done: int

    @property
    def core_seconds(self) -> float:
        """Time that one core needs for what is missing, if all chunks are as the measured one."""
        left = (self.chunks - self.done) / self.chunks
        return self.seconds * self.cells / self.measured_cells * left


def dry_run(spec: Spec, output: Path | str) -> DryRun:
    """Plan the sweep and compute its middle chunk, in a temporary folder; `output` is only read.

    ValueError as in `run_sweep` where there is a store at output that is not of this spec.
    """
    output = Path(output)
    plan, done = plan_of(spec), 0
    if is_store(output):
        store = read_store(output)
        require_same(store, spec)
        done = int(np.count_nonzero(store.done()))
    index = tuple(int(i) for i in np.unravel_index(plan.count // 2, plan.grid))
    with (
        tempfile.TemporaryDirectory(prefix="stairwise-") as folder,
        writing(Path(folder), spec) as store,
    ):
        report = compute_chunk(folder, store.digest, index)
        files = [store.chunk_file(name, index) for name in store.arrays]
        on_disk = sum(file.stat().st_size for file in files)
        if report.seconds < SHORT:
            for file in files:  # writing over a file takes longer than writing it
                file.unlink()
            report = compute_chunk(folder, store.digest, index)
    per_cell = 1 + sum(np.dtype(v.dtype).itemsize for v in spec.quantity.variables)
    return DryRun(
        cells=plan.cells,
        chunks=plan.count,
        chunk_shape=plan.chunks,
        bytes=plan.cells * per_cell,
        stored=round(on_disk * plan.cells / report.cells),
        measured=index,
        measured_cells=report.cells,
        seconds=report.seconds,
        done=done,
    )
