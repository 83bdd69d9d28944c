"""Sweeps over grids that outgrow a laptop: a TOML spec, Dask workers, a Zarr store (extra `sweep`).

    spec = read_spec("sweep.toml")
    run_sweep("store.zarr", spec)
    open_sweep("store.zarr")          # a lazy xarray.Dataset

Dask, Zarr and xarray are loaded on first use of what needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stairwise.numerics.sweeps.spec import Spec, parse_spec, read_spec

if TYPE_CHECKING:
    from stairwise.numerics.sweeps.read import failed_cells, open_sweep
    from stairwise.numerics.sweeps.run import State, run_sweep

_HEAVY = {"State": "run", "failed_cells": "read", "open_sweep": "read", "run_sweep": "run"}

__all__ = ["Spec", "State", "failed_cells", "open_sweep", "parse_spec", "read_spec", "run_sweep"]


def __getattr__(name: str) -> Any:
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HEAVY[name]}"), name)
