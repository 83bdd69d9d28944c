"""The axes of a sweep: explicit values, linear and logarithmic spacings, and files of numbers."""

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Floats
from stairwise.numerics.process_state import unwarned
from stairwise.numerics.sweeps.regular import open_regular

RULE = (
    "a number, a list of numbers, {from, to, count} (with spacing = 'log' and offset if wanted) "
    "or {file}"
)
#: Most values of one axis: its coordinate is held by every worker, 80 MB at most.
LARGEST = 10_000_000
#: Bytes of an axis file: LARGEST numbers as text of 25 characters each.
LARGEST_FILE = 25 * LARGEST
SPACINGS = ("linear", "log")

Numbers = NDArray[Any]


def axis_values(name: str, given: Any, folder: Path) -> Numbers:
    """The values of an axis as a spec gives them: 0-d for a single number, else 1-d float64.

    given: a number; a list of numbers; a table {from, to, count} with `spacing` "linear" (the
    default) or "log" and an `offset` that is added to every value (offset = 1 with log spacing is a
    logarithmic scale in r − 1); or {file}, a path below the spec's folder.

    Raises ValueError that names the axis, for values that are not numbers, NaN, repeated, too many
    or none, and for files that are not what they should be.
    """
    if isinstance(given, dict):
        values = _from_file(name, given, folder) if "file" in given else _spaced(name, given)
    elif isinstance(given, list):
        values = _explicit(name, given)
    else:
        return np.asarray(_number(name, given))
    return _checked(name, values)


def _explicit(name: str, given: list[Any]) -> Floats:
    if len(given) > LARGEST:
        raise ValueError(f"{name} must have at most {LARGEST} values; got {len(given)}")
    return np.array([_number(name, item) for item in given], dtype=np.float64)


def _spaced(name: str, given: dict[str, Any]) -> Floats:
    unknown = sorted(set(given) - {"from", "to", "count", "spacing", "offset"})
    missing = [key for key in ("from", "to", "count") if key not in given]
    if unknown or missing:
        raise ValueError(f"{name} must be {RULE}; got a table with {', '.join(given) or 'nothing'}")
    start, end = (_number(f"{name}.{key}", given[key]) for key in ("from", "to"))
    offset = _number(f"{name}.offset", given.get("offset", 0.0))
    if not (np.isfinite([start, end, offset]).all() and start < end):
        raise ValueError(f"{name} must have finite from < to; got from = {start!r}, to = {end!r}")
    if not np.isfinite([end - start, start + offset, end + offset]).all():
        got = f"from = {start!r}, to = {end!r}, offset = {offset!r}"
        raise ValueError(f"{name} must not overflow; got {got}")
    count = given["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 2 <= count <= LARGEST:
        raise ValueError(f"{name}.count must be a whole number from 2 to {LARGEST}; got {count!r}")
    spacing = given.get("spacing", "linear")
    if spacing not in SPACINGS:
        raise ValueError(f"{name}.spacing must be one of linear, log; got {spacing!r}")
    if spacing == "linear":
        return np.linspace(start, end, count) + offset
    if start <= 0:
        raise ValueError(f"{name} must have from > 0 for log spacing; got {start!r}")
    return np.geomspace(start, end, count) + offset


def _from_file(name: str, given: dict[str, Any], folder: Path) -> Floats:
    if set(given) != {"file"} or not isinstance(given["file"], str):
        raise ValueError(f"{name}.file must be a path, alone in its table; got {given!r}")
    path = _inside(name, given["file"], folder)
    rule = f"{name}.file must be a readable file of numbers; got {given['file']!r}"
    try:
        with open_regular(path, LARGEST_FILE) as stream:
            if path.suffix == ".npy":
                return _from_npy(name, stream, given["file"], path.stat().st_size)
            return _from_text(name, stream, given["file"])
    except OSError as error:
        raise ValueError(f"{rule}: {error.strerror}") from None


def _inside(name: str, text: str, folder: Path) -> Path:
    """The path, which must stay below the spec's folder, links followed."""
    rule = f"{name}.file must be a relative path that stays in the spec's folder; got {text!r}"
    if "\0" in text or Path(text).is_absolute():
        raise ValueError(rule)
    try:
        path = (folder / text).resolve()
        inside = path.is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links
        raise ValueError(rule) from None
    if not inside:
        raise ValueError(rule)
    return path


def _from_text(name: str, stream: BinaryIO, text: str) -> Floats:
    with unwarned(UserWarning):  # of an empty file, which is told below
        try:
            return np.loadtxt(stream, ndmin=1)
        except ValueError:
            rule = f"{name}.file must hold numbers only, one a line (or be a .npy of numbers)"
            raise ValueError(f"{rule}; got {text!r}") from None


def _from_npy(name: str, stream: BinaryIO, text: str, size: int) -> Floats:
    rule = f"{name}.file must be a .npy of real numbers, one-dimensional; got {text!r}"
    try:
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, dtype = read(stream)
        # A header may promise more than there is: nothing is reserved before this.
        honest = dtype.kind in "iuf" and len(shape) == 1 and shape[0] * dtype.itemsize <= size
        if not honest:
            raise ValueError(rule)
        stream.seek(0)
        return np.asarray(np.load(stream, allow_pickle=False), dtype=np.float64)
    except (ValueError, KeyError, EOFError, TypeError, SyntaxError, struct.error):
        raise ValueError(rule) from None


def _checked(name: str, values: Floats) -> Floats:
    if values.ndim != 1 or not 1 <= values.size <= LARGEST:
        shape = values.shape
        raise ValueError(f"{name} must have from 1 to {LARGEST} values in a row; got shape {shape}")
    if np.isnan(values).any():
        raise ValueError(f"{name} must be numbers; got nan")
    ordered = np.sort(values)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if twice.size:
        raise ValueError(f"{name} must not have a value twice; got {float(twice[0])!r} again")
    return values


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be {RULE}; got {_short(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} must be a double; got a whole number beyond its range") from None
    if number != number:
        raise ValueError(f"{name} must be a number; got nan")
    return number


def _short(value: Any) -> str:
    """What was received, in one short piece."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
