"""A phase diagram from a sweep's store: one variable over two axes, the others held."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stairwise.numerics.process_state import process_lock
from stairwise.numerics.sweeps import open_sweep
from stairwise.reports.style import COLOURS, WIDTH, style

#: Points drawn along an axis; of a longer one every k-th is read.
MOST = 1000
#: A positive axis that spans more than this factor is drawn logarithmically.
WIDE = 30.0
#: Values beyond these percentiles share the colours at the ends.
RANGE = (20.0, 100.0)
_EMPTY = "#DDDDDD"
_LN10 = math.log(10)


def phase_from_store(
    path: Path,
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, float] | None = None,
    variable: str | None = None,
) -> Figure:
    """Colours of a variable over two axes of a store; only what is drawn is read from it.

    x and y default to the ratio and the longest other axis, `variable` to the first one. Every
    other axis with more than one value needs one in `at`. Grey cells are missing, failed, undefined
    or infinite. ValueError for names and values that the store does not have.
    """
    # xarray and Dask filter warnings for a while.
    with process_lock, open_sweep(path) as data:
        names = [name for name in data.data_vars if name != "status"]
        chosen = names[0] if variable is None else variable
        if chosen not in names:
            raise ValueError(f"variable must be one of {', '.join(names)}; got {variable!r}")
        array = data[chosen].where(data["status"] == 1)
        first, second = _axes(dict(array.sizes), x, y)
        held = _held(array, (first, second), at or {})
        array = array.isel(held | {name: _thinned(array.sizes[name]) for name in (first, second)})
        array = array.transpose(second, first).sortby([first, second]).compute()
        told = [f"{name} = {float(data[name][i]):g}" for name, i in held.items()]
        told += [f"{name} = {float(c):g}" for name, c in data.coords.items() if not c.dims]
        return _draw(array, data[chosen].attrs, ", ".join(told))


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


def _draw(array: Any, about: Mapping[str, Any], told: str) -> Figure:
    second, first = array.dims
    across, up = (_scale(array[name]) for name in (first, second))
    values = np.asarray(array.values, dtype=np.float64)
    label = str(about.get("long_name", array.name))
    if label.startswith("natural log of"):
        values, label = values / _LN10, "$\\log_{10}$" + label.removeprefix("natural log")
    label = label.replace("σ0/σ*_j", "$\\sigma_0/\\sigma^*_j$")
    shown = np.ma.masked_invalid(values)
    with style():
        figure = Figure(figsize=(WIDTH, 0.62 * WIDTH))
        axes = figure.subplots()
        axes.set_facecolor(_EMPTY)
        _colour(figure, axes, (across.places, up.places), shown, about, label)
        _label(axes.xaxis, axes.set_xscale, across)
        _label(axes.yaxis, axes.set_yscale, up)
        axes.set_title(told)
    return figure


class _Scale(NamedTuple):
    """Where values stand on an axis, how it is scaled, what it is called, and names of places."""

    places: NDArray[np.float64]
    scale: str
    label: str
    names: tuple[str, ...] = ()


def _scale(axis: Any) -> _Scale:
    """Ratios as r − 1; infinite values (a depth) make it an axis of names."""
    numbers = np.asarray(axis.values, dtype=np.float64)
    label = str(axis.attrs.get("long_name", axis.name))
    if not np.all(np.isfinite(numbers)):
        places = np.arange(numbers.size, dtype=np.float64)
        return _Scale(places, "linear", label, tuple(f"{v:g}" for v in numbers))
    if axis.name == "ratio":
        numbers, label = numbers - 1, "$r - 1$, with $r = \\sigma^*_i/\\sigma^*_j$"
    wide = bool(numbers[0] > 0 and numbers[-1] > WIDE * numbers[0])
    return _Scale(numbers, "log" if wide else "linear", label)


def _label(axis: Any, set_scale: Any, scale: _Scale) -> None:
    set_scale(scale.scale)
    axis.set_label_text(scale.label)
    if scale.names:
        axis.set_ticks(scale.places, scale.names)


def _edges(scale_places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Borders half-way between neighbours, in the logarithm where that is the scale."""
    if scale_places.size == 1:
        return np.array([scale_places[0] - 0.5, scale_places[0] + 0.5])
    if scale_places[0] > 0 and scale_places[-1] > WIDE * scale_places[0]:
        return np.asarray(np.exp(_edges_linear(np.log(scale_places))))
    return _edges_linear(scale_places)


def _edges_linear(places: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = (places[1:] + places[:-1]) / 2
    return np.concatenate(([2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]))


def _colour(
    figure: Figure,
    axes: Axes,
    places: tuple[NDArray[np.float64], NDArray[np.float64]],
    shown: Any,
    about: Mapping[str, Any],
    label: str,
) -> None:
    """Few colours with names for verdicts, a continuous scale for numbers."""
    edges = [_edges(side) for side in places]
    if "flag_values" in about:
        flags = [int(flag) for flag in np.atleast_1d(about["flag_values"])]
        words = [word.replace("_", " ") for word in str(about["flag_meanings"]).split()]
        palette = ListedColormap(["#FFFFFF", COLOURS[0], COLOURS[6], COLOURS[2]][: len(flags)])
        norm = BoundaryNorm([*(flag - 0.5 for flag in flags), flags[-1] + 0.5], len(flags))
        mesh = axes.pcolormesh(*edges, shown, cmap=palette, norm=norm, rasterized=True)
        bar = figure.colorbar(mesh, ax=axes, ticks=flags)
        bar.ax.set_yticklabels(words)
        return
    known = shown.compressed()
    low, high = np.percentile(known, RANGE) if known.size else (0.0, 1.0)
    mesh = axes.pcolormesh(*edges, shown, cmap="cividis", vmin=low, vmax=high, rasterized=True)
    below = known.size > 0 and known.min() < low
    figure.colorbar(mesh, ax=axes, extend="min" if below else "neither", label=_folded(label))


def _folded(text: str) -> str:
    """What comes before a semicolon, in two lines if it has a comma."""
    head, _, tail = text.partition(";")[0].partition(", ")
    return f"{head},\n{tail}" if tail else head
