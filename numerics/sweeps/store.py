"""The Zarr store of a sweep: how it is laid out, made, recognised and read back.

    STORE/zarr.json             group, written last: title, spec, identity, versions, accuracy
    STORE/<variable>/c/i/j/…    one file a chunk; <variable> as the quantity names them
    STORE/status/c/i/j/…        0 missing, 1 done, 2 failed, 3 undefined (s ≥ f), for every cell
    STORE/status/reasons/i.j.json  why cells of a chunk failed, by position in the flat chunk
    STORE/status/lock           held by the one writer
    STORE/<axis>                coordinates

A chunk is done when its file of `status` exists: it is written after the data, which are on disk by
then. Every file is written under another name and renamed, so that it is whole or not there. What
Zarr does not know (lock, reasons) lies in the folder of an array, where no reader of the group
looks. Nothing in the store depends on the time, the host or the order of the work.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from stairwise.numerics._whole import PARTIAL
from stairwise.numerics.process_state import unwarned
from stairwise.numerics.sweeps.chunk_bytes import COMPRESSORS
from stairwise.numerics.sweeps.evaluate import DONE, FAILED, MISSING, STATUS_MEANINGS, UNDEFINED
from stairwise.numerics.sweeps.identity import (
    NUMERIC,
    OTHERS,
    Identity,
    differences,
    digest_of,
    identity_of,
    versions,
)
from stairwise.numerics.sweeps.lock import writer_lock
from stairwise.numerics.sweeps.plan import Index, Plan, plan_of
from stairwise.numerics.sweeps.quantities import NAMES, quantity_of
from stairwise.numerics.sweeps.spec import Spec

#: Group attribute that makes a Zarr group a sweep.
MARK = "stairwise_sweep"
STATUS = "status"


@dataclass(frozen=True, eq=False)
class Store:
    """A sweep on disk: its specification, plan and identity."""

    path: Path
    spec: Spec
    plan: Plan
    identity: Identity

    @property
    def digest(self) -> str:
        """The identity in one word."""
        return digest_of(self.identity)

    @cached_property
    def arrays(self) -> dict[str, Any]:
        """The Zarr arrays of all variables, then the status."""
        names = [*(variable.name for variable in self.spec.quantity.variables), STATUS]
        return {name: _open(self.path / name) for name in names}

    def chunk_file(self, name: str, index: Index) -> Path:
        """Where a chunk of an array lies."""
        return self.path.joinpath(name, "c", *map(str, index))

    def reasons_file(self, index: Index) -> Path:
        """Where the reasons of a chunk lie, if any of its cells failed."""
        return self.path / STATUS / "reasons" / f"{'.'.join(map(str, index))}.json"

    def done(self) -> NDArray[np.bool_]:
        """Which chunks are done, in the shape of the chunk grid; from the names of files alone."""
        flags = np.zeros(self.plan.grid, dtype=np.bool_)
        for index in _indices(self.path / STATUS / "c", self.plan.grid):
            flags[index] = True
        return flags

    def has(self, index: Index) -> bool:
        """Whether a chunk is done."""
        try:
            return self.chunk_file(STATUS, index).stat().st_size > 0
        except FileNotFoundError:
            return False

    def failed(self) -> list[Index]:
        """The chunks with failed cells, in order."""
        folder = self.path / STATUS / "reasons"
        names = [entry.name for entry in os.scandir(folder)] if folder.is_dir() else []
        stems = [name.removesuffix(".json") for name in names if name.endswith(".json")]
        return sorted(tuple(int(part) for part in stem.split(".")) for stem in stems)

    def reasons(self, index: Index) -> dict[int, str]:
        """Why cells of a chunk failed, by position in the flat chunk."""
        try:
            text = self.reasons_file(index).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        return {int(position): reason for position, reason in json.loads(text).items()}

    def values(self, index: Index) -> dict[str, NDArray[Any]]:
        """The parameters on a chunk, each with all dimensions and length 1 where it is constant."""
        region, rank = self.plan.region(index), len(self.plan.dimensions)
        found = {name: value.reshape((1,) * rank) for name, value in self.spec.fixed.items()}
        for side, (name, values) in enumerate(self.spec.axes.items()):
            shape = [1] * rank
            shape[side] = -1
            found[name] = values[region[side]].reshape(shape)
        return found


@contextmanager
def writing(path: Path, spec: Spec | None) -> Iterator[Store]:
    """The store at path, locked for this process; made from the spec where there is none yet.

    Without a spec the store must exist. Raises ValueError where another process writes to it, where
    it was made by another spec or version (all differences named), and where the folder holds
    something else.
    """
    marker = path / STATUS / "lock"
    _require_ours(path, spec)
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"output must be a writable folder; got {path}: {error.strerror}"
        ) from None
    with writer_lock(marker):
        if is_store(path):
            store = read_store(path)
        else:
            assert spec is not None
            store = _create(path, spec)
        require_same(store, spec)
        _remove_partials(path)  # of a writer that was killed
        yield store
        _remove_partials(path)  # of a worker that was killed meanwhile


def require_same(store: Store, spec: Spec | None) -> None:
    """ValueError that names all differences between a store and a spec, or this version."""
    if spec is not None:
        wanted = identity_of(spec, plan_of(spec))
    else:
        wanted = store.identity | {f"version of {n}": v for n, v in versions().items()}
    found = differences(store.identity, wanted)
    if found:
        raise ValueError(
            f"output must be made by this specification and version; got {store.path}, where "
            + "; ".join(found)
        )


def is_store(path: Path) -> bool:
    """Whether a whole store of a sweep is there."""
    return MARK in _attributes(path)


def stored_identity(path: Path) -> Identity:
    """The identity in a store; ValueError where there is no store of a sweep."""
    attributes = _attributes(path)
    if MARK not in attributes:
        raise ValueError(f"store must be one made by stairwise sweep; got {path}")
    identity: Identity = json.loads(attributes[MARK])
    return identity


def read_store(path: Path) -> Store:
    """The sweep in a store; ValueError where there is none, or one of an unknown quantity."""
    identity = stored_identity(path)
    attributes = _attributes(path)
    name = attributes["quantity"]
    if name not in NAMES:
        raise ValueError(f"store must be of a known quantity; got {name!r} in {path}")
    quantity = quantity_of(name)
    status = _open(path / STATUS)
    dimensions = tuple(status.metadata.dimension_names)
    numbers = {p.name: np.asarray(_open(path / p.name)[...]) for p in quantity.parameters}
    plan = Plan(dimensions, tuple(status.shape), tuple(status.chunks))
    spec = Spec(
        quantity,
        {name: numbers[name] for name in dimensions},
        {name: value for name, value in numbers.items() if name not in dimensions},
        json.loads(attributes["options"]),
        int(np.prod(plan.chunks)),
        attributes["title"],
        attributes["spec"],
    )
    return Store(path, spec, plan, identity)


def create_arrays(root: Path | Any, spec: Spec, plan: Plan) -> None:
    """The arrays of variables, status and coordinates, without data but for the coordinates."""
    coordinates = {"coordinates": " ".join(spec.fixed)} if spec.fixed else {}
    for variable in spec.quantity.variables:
        about = {"long_name": variable.meaning, "units": variable.units}
        about |= {"accuracy": variable.accuracy or spec.quantity.accuracy} | coordinates
        if variable.flags:
            about |= _flags(variable.dtype, variable.flags)
        _array(root, variable.name, plan, variable.dtype, variable.fill, about)
    words = dict(zip(STATUS_MEANINGS.split(), (MISSING, DONE, FAILED, UNDEFINED), strict=True))
    about = {"long_name": "what became of the cell; undefined where s ≥ f"}
    _array(root, STATUS, plan, "uint8", MISSING, about | _flags("uint8", words) | coordinates)
    for parameter in spec.quantity.parameters:
        values = spec.axes.get(parameter.name, spec.fixed.get(parameter.name))
        assert values is not None
        zarr.create_array(
            root,
            name=parameter.name,
            data=values,
            chunks=values.shape,
            compressors=COMPRESSORS,
            dimension_names=(parameter.name,) if values.ndim else (),
            attributes={"long_name": parameter.meaning, "units": parameter.units},
        )


def _array(
    root: Any, name: str, plan: Plan, dtype: str, fill: Any, about: Mapping[str, Any]
) -> None:
    zarr.create_array(
        root,
        name=name,
        shape=plan.shape,
        chunks=plan.chunks,
        dtype=dtype,
        fill_value=fill,
        compressors=COMPRESSORS,
        dimension_names=plan.dimensions,
        attributes=dict(about),
    )


def _flags(dtype: str, flags: Mapping[str, int]) -> dict[str, Any]:
    """CF's way of naming numbers."""
    meanings = " ".join(word.replace(" ", "_") for word in flags)
    return {"flag_values": list(flags.values()), "flag_meanings": meanings}


def _create(path: Path, spec: Spec) -> Store:
    """Make the store anew; what a creation that was cut short left behind is removed."""
    for entry in path.iterdir():
        if entry.name == STATUS:
            for inner in entry.iterdir():
                if inner.name != "lock":
                    _remove(inner)
        else:
            _remove(entry)
    plan = plan_of(spec)
    identity = identity_of(spec, plan)
    create_arrays(path, spec, plan)
    # What is consolidated never changes, and a reader that does not know it reads the rest.
    with unwarned(UserWarning, "Consolidated metadata"):
        group = zarr.consolidate_metadata(path, zarr_format=3)
    group.attrs.update(
        {
            "title": spec.title,
            "quantity": spec.quantity.name,
            "source": spec.quantity.source,
            "accuracy": spec.quantity.accuracy,
            "options": json.dumps(spec.options),
            "versions": ", ".join(f"{n} {v}" for n, v in versions((*NUMERIC, *OTHERS)).items()),
            "spec": spec.text,
            MARK: json.dumps(identity, ensure_ascii=False),
        }
    )
    return Store(path, spec, plan, identity)


def _remove_partials(path: Path) -> None:
    for partial in path.glob(f"*/**/*{PARTIAL}"):
        partial.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _require_ours(path: Path, spec: Spec | None) -> None:
    """ValueError for a folder with anything in it that no sweep has put there."""
    if is_store(path):
        return
    if spec is None:
        raise ValueError(f"output must be a store made by stairwise sweep; got {path}")
    if path.exists() and not path.is_dir():
        raise ValueError(f"output must be a folder; got {path}")
    entries = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    names = {v.name for v in spec.quantity.variables} | {p.name for p in spec.quantity.parameters}
    begun = (path / STATUS / "lock").is_file() and entries <= names | {STATUS, "zarr.json"}
    if entries and not begun:
        raise ValueError(f"output must be a new folder or a store of a sweep; got {path}")


def _attributes(path: Path) -> dict[str, Any]:
    try:
        content = json.loads((path / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = content.get("attributes") if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def _open(path: Path) -> Any:
    return zarr.open_array(path, mode="r+", config={"write_empty_chunks": True})


def _indices(folder: Path, grid: tuple[int, ...], head: Index = ()) -> Iterator[Index]:
    """Indices of the chunk files below a folder c/i/j/…; anything else is passed over."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.isdecimal() or int(entry.name) >= grid[len(head)]:
                continue
            index = (*head, int(entry.name))
            if len(index) < len(grid):
                yield from _indices(Path(entry.path), grid, index)
            elif entry.stat().st_size > 0:
                yield index
