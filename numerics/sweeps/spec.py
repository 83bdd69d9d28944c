"""A sweep's specification: a TOML file, read and checked as a whole before anything is computed."""

import math
import re
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics.sweeps.axes import axis_values
from stairwise.numerics.sweeps.quantities import NAMES, quantity_of
from stairwise.numerics.sweeps.quantity import Quantity
from stairwise.numerics.sweeps.regular import open_regular

#: Bytes of a spec; long axes belong into files.
LARGEST_SPEC = 100_000
#: Cells of a sweep: beyond this the indices themselves become a burden.
LARGEST_SWEEP = 10**15
#: Dots in a row of names: tomllib's time grows with their square (50,000 take 90 s).
MOST_DOTS = 64
_KEYS = ("quantity", "title", "chunk_cells", "axes", "options")


@dataclass(frozen=True, eq=False)
class Spec:
    """A checked specification.

    quantity: what is computed. axes: 1-d values of the dimensions, in the quantity's own order of
    parameters; fixed: 0-d values of all other parameters. options: of the quantity, all of them.
    chunk_cells: cells that are computed and written at a time. text: the TOML it was read from.
    """

    quantity: Quantity
    axes: dict[str, NDArray[Any]]
    fixed: dict[str, NDArray[Any]]
    options: dict[str, Any]
    chunk_cells: int
    title: str
    text: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return tuple(values.size for values in self.axes.values())

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return math.prod(self.shape)


def read_spec(path: Path | str) -> Spec:
    """Read and check a specification; ValueError naming the file, the rule and what it found."""
    path = Path(path)
    return parse_spec(_text_of(path), path.parent, str(path))


def parse_spec(text: str, folder: Path, name: str = "spec") -> Spec:
    """Check the text of a specification; its axis files are relative to `folder`.

    Raises ValueError: `name` must be …; got …, for anything that is not a specification.
    """
    if any(part.count(".") > MOST_DOTS for part in re.split(r"[^\w\s.\"'-]|\n", text)):
        raise ValueError(f"{name} must be TOML; got a name of more than {MOST_DOTS} parts")
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise ValueError(f"{name} must be TOML; got tables nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{name} must be TOML; got an error: {error}") from None
    try:
        return _spec(content, folder, text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _text_of(path: Path) -> str:
    rule = f"spec must be a TOML file of at most {LARGEST_SPEC} bytes; got {path}"
    try:
        with open_regular(path, LARGEST_SPEC) as stream:
            return stream.read().decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{rule}: not UTF-8 text") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{rule}: {getattr(error, 'strerror', error)}") from None


def _spec(content: dict[str, Any], folder: Path, text: str) -> Spec:
    for key in content:
        if key not in _KEYS:
            raise ValueError(f"keys must be among {', '.join(_KEYS)}; got {key!r}")
    wanted = content.get("quantity")
    if not isinstance(wanted, str) or wanted not in NAMES:
        raise ValueError(f"quantity must be one of {', '.join(NAMES)}; got {wanted!r}")
    quantity = quantity_of(wanted)
    if quantity.needs is not None and find_spec(quantity.needs) is None:
        raise ValueError(f"quantity {wanted!r} needs the package {quantity.needs}: {_HINT}")
    title = content.get("title", quantity.title)
    if not isinstance(title, str) or len(title) > 1000:
        raise ValueError(f"title must be a text of at most 1000 characters; got {title!r:.80}")
    axes, fixed = _parameters(quantity, _table("axes", content), folder)
    cells = content.get("chunk_cells", quantity.cells)
    if not isinstance(cells, int) or isinstance(cells, bool) or not 1 <= cells <= quantity.largest:
        rule = f"a whole number from 1 to {quantity.largest} for {quantity.name}"
        raise ValueError(f"chunk_cells must be {rule}; got {cells!r}")
    options = _options(quantity, _table("options", content))
    spec = Spec(quantity, axes, fixed, options, cells, title, text)
    if spec.cells > LARGEST_SWEEP:
        raise ValueError(f"axes must have at most {LARGEST_SWEEP:.0e} cells; got {spec.cells:.3g}")
    return spec


_HINT = "pip install 'stairwise[baselines]'"


def _table(name: str, content: dict[str, Any]) -> dict[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} must be a table; got {table!r:.80}")
    return table


def _parameters(
    quantity: Quantity, given: dict[str, Any], folder: Path
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    names = [parameter.name for parameter in quantity.parameters]
    for name in given:
        if name not in names:
            rule = f"among {', '.join(names)} for {quantity.name}"
            raise ValueError(f"axes must be {rule}; got {name!r}")
    axes: dict[str, NDArray[Any]] = {}
    fixed: dict[str, NDArray[Any]] = {}
    for parameter in quantity.parameters:
        if parameter.name in given:
            values = parameter.values(axis_values(parameter.name, given[parameter.name], folder))
        elif parameter.default is not None:
            values = parameter.values(np.asarray(parameter.default, dtype=np.float64))
        else:
            raise ValueError(f"axes must have {parameter.name} ({parameter.meaning}); got none")
        (fixed if values.ndim == 0 else axes)[parameter.name] = values
    if not axes:
        raise ValueError("axes must have at least one list, range or file; got numbers only")
    return axes, fixed


def _options(quantity: Quantity, given: dict[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in quantity.options:
            known = ", ".join(quantity.options) or "nothing"
            raise ValueError(f"options must be among {known} for {quantity.name}; got {name!r}")
    return {
        name: option.check(name, given.get(name, option.default))
        for name, option in quantity.options.items()
    }
