"""Reading a sweep: lazily as an xarray.Dataset, and its failed cells."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray

from stairwise.numerics.process_state import unwarned
from stairwise.numerics.sweeps.store import read_store, stored_identity


class FailedCell(NamedTuple):
    """A cell that failed: its coordinates by axis, and why."""

    at: dict[str, float | int]
    reason: str


def open_sweep(path: Path | str) -> xarray.Dataset:
    """The store as a Dataset of Dask arrays, one block a chunk; nothing is read until it is asked.

    `status` says of every cell whether it is done; what is missing or failed is NaN (or the fill
    value of a whole-number variable). ValueError where there is no store of a sweep.
    """
    stored_identity(Path(path))
    # xarray leaves a filter of this warning behind; it is of spans of time, which no axis is.
    with unwarned(FutureWarning, "decode_timedelta"):
        return xarray.open_zarr(Path(path))


def failed_cells(path: Path | str) -> Iterator[FailedCell]:
    """Every failed cell of a store with its reason; ValueError where there is no store."""
    store = read_store(Path(path))
    for index in store.failed():
        region = store.plan.region(index)
        shape = tuple(side.stop - side.start for side in region)
        for position, reason in sorted(store.reasons(index).items()):
            cell = np.unravel_index(position, shape)
            at = {
                name: values[side.start + int(offset)].item()
                for (name, values), side, offset in zip(
                    store.spec.axes.items(), region, cell, strict=True
                )
            }
            yield FailedCell(at, reason)
