"""A phase diagram from a sweep's store: one variable over two axes, the others held."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stairwise.numerics.process_state import process_lock
from stairwise.numerics.sweeps import open_sweep
from stairwise.numerics.sweeps.evaluate import DONE, FAILED, MISSING, UNDEFINED
from stairwise.reports.figures._phase_axes import scale_of, told
from stairwise.reports.figures._phase_panel import Panel, draw_panel

#: Points drawn along an axis; of a longer one every k-th is read.
MOST = 1000


class Diagram(NamedTuple):
    """A drawn variable of a store, and how many of the cells drawn are missing or failed.

    `at` has the values of the store at which axes were asked to be held; `turned` is the axis to
    the right if these two would by default lie the other way round.
    """

    figure: Figure
    variable: str
    cells: int
    missing: int
    failed: int
    at: dict[str, float]
    turned: str | None


def phase_from_store(
    path: Path,
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, float] | None = None,
    variable: str | None = None,
) -> Figure:
    """Colours of a variable over two axes of a store; only what is drawn is read from it.

    x and y default to the ratio and the longest other axis, `variable` to the first one. Every
    other axis with more than one value needs one in `at`. A key tells cells without a number apart:
    infinite, missing or failed, undefined. ValueError for names and values that the store does not
    have.
    """
    return diagram_from_store(path, x, y, at, variable).figure


def diagram_from_store(
    path: Path,
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, float] | None = None,
    variable: str | None = None,
) -> Diagram:
    """`phase_from_store` with what a command says of it."""
    # xarray and Dask filter warnings for a while.
    with process_lock, open_sweep(path) as data:
        names = [name for name in data.data_vars if name != "status"]
        chosen = names[0] if variable is None else variable
        if chosen not in names:
            raise ValueError(f"variable must be one of {', '.join(names)}; got {variable!r}")
        sizes = dict(data[chosen].sizes)
        first, second = _axes(sizes, x, y)
        held = _held(data[chosen], (first, second), at or {})
        part = data[[chosen, "status"]]
        part = part.isel(held | {name: _thinned(sizes[name]) for name in (first, second)})
        part = part.transpose(second, first).sortby([first, second]).compute()
        values = {name: float(data[name][i]) for name, i in held.items()}
        title = [told(name, value) for name, value in values.items()]
        title += [told(str(name), float(c)) for name, c in data.coords.items() if not c.dims]
        panel = _panel(part[chosen], part["status"].values)
        scales = scale_of(part[first]), scale_of(part[second])
        figure = draw_panel(panel, *scales, ", ".join(title))
    status = part["status"].values
    missing, failed = (int(np.sum(status == kind)) for kind in (MISSING, FAILED))
    asked = {name: value for name, value in values.items() if name in (at or {})}
    usual, _ = _axes({name: sizes[name] for name in sizes if name in (first, second)}, None, None)
    turned = None if first == usual else first
    return Diagram(figure, chosen, status.size, missing, failed, asked, turned)


def diagram_name(
    path: Path,
    variable: str,
    at: Mapping[str, float] | None = None,
    turned: str | None = None,
) -> str:
    """What files of a diagram are called: after the store, the variable, what `at` holds, and x.

    Values that `_held` tells apart differ in the 12 digits, so no slice overwrites another.
    """
    store = path.resolve().name.removesuffix(".zarr")
    store = re.sub(r"[^A-Za-z0-9_-]+", "-", store).strip("-") or "store"
    held = [f"{name}={value:.12g}" for name, value in (at or {}).items()]
    right = [] if turned is None else [f"x={turned}"]
    return "-".join(("phase", store, variable, *held, *right))


def _panel(array: Any, status: NDArray[np.uint8]) -> Panel:
    values = np.where(status == DONE, np.asarray(array.values, dtype=np.float64), np.nan)
    about = dict(array.attrs)
    if array.dtype == np.bool_:
        about |= {"flag_values": [0, 1], "flag_meanings": "no yes"}
    return Panel(values, about, (status == MISSING) | (status == FAILED), status == UNDEFINED)


def _axes(sizes: dict[str, int], x: str | None, y: str | None) -> tuple[str, str]:
    """The two axes, as asked for or by default."""
    for option, name in (("x", x), ("y", y)):
        if name is not None and name not in sizes:
            raise ValueError(f"{option} must be one of {', '.join(sizes)}; got {name!r}")
    if len(sizes) < 2:
        raise ValueError(f"store must have two axes or more; got {', '.join(sizes)}")
    if x is None:
        free = [name for name in sizes if name != y]
        x = "ratio" if "ratio" in free else max(free, key=lambda name: sizes[name])
    if y is None:
        y = max((name for name in sizes if name != x), key=lambda name: sizes[name])
    if x == y:
        raise ValueError(f"x and y must be two axes; got {x} twice")
    return x, y


def _held(array: Any, drawn: Sequence[str], at: Mapping[str, float]) -> dict[str, int]:
    """The position of every other axis: where `at` says, or the only one."""
    others = [name for name in array.dims if name not in drawn]
    for name in at:
        if name not in others:
            raise ValueError(f"at must name an axis that is not drawn; got {name!r}")
    held = {}
    for name in others:
        values = array[name].values
        if name not in at and values.size > 1:
            raise ValueError(f"at must give {name}, one of {_some(values)}; got nothing")
        wanted = float(at.get(name, values[0]))
        found = np.flatnonzero(np.isclose(values, wanted, rtol=1e-9, atol=0))
        if found.size == 0:
            raise ValueError(f"at must give {name} as one of {_some(values)}; got {wanted!r}")
        held[name] = int(found[0])
    return held


def _some(values: NDArray[Any]) -> str:
    shown = [f"{value:.12g}" for value in values]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:4], "…", *shown[-3:]])


def _thinned(length: int) -> slice:
    return slice(None, None, max(1, math.ceil(length / MOST)))
