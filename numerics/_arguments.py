"""Argument checks at the boundary: one clear error naming argument, rule and value."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_] | NDArray[np.intp]  # a mask, or the numbers of the elements

DEPTH_RULE = "a real number ≥ 1, or inf"
RATIO_RULE = "a finite number > 1"
FRACTION_RULE = "0 < s < f < 1"


#: Characters of a refused value that an error shows.
LONGEST = 200


def shown(value: Any) -> str:
    """A refused value for an error: its repr on one line, cut where it is long."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # an int of more digits than Python prints
        text = f"an int of {value.bit_length()} bits" if isinstance(value, int) else "a long number"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def reals(name: str, value: Any, rule: str = "a real number") -> Floats:
    """Return value as float64 (not a copy); ValueError for text, booleans, complex, None, NaN."""
    numbers = _floats(name, value, rule)
    require(name, numbers, ~np.isnan(numbers), rule)
    return numbers


def _floats(name: str, value: Any, rule: str) -> Floats:
    """The same, but NaN, which no comparison of a later rule lets pass."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):  # ragged sequences
        raise ValueError(f"{name} must be {rule}; got {shown(value)}") from None
    if array.dtype.kind not in "iufO":
        raise ValueError(f"{name} must be {rule}; got {shown(value)}")
    words = (str, bytes, bool, type(None))
    if array.dtype.kind == "O" and any(isinstance(item, words) for item in array.flat):
        raise ValueError(f"{name} must be {rule}; got {shown(value)}")
    try:
        numbers: Floats = array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be {rule}; got {shown(value)}") from None
    return numbers


def require(name: str, values: Floats, valid: NDArray[np.bool_], rule: str) -> None:
    """Raise ValueError that names the first value for which the rule does not hold."""
    if not (valid if valid.ndim == 0 else valid.all()):  # np.all costs 2 µs on a single one
        values, valid = np.broadcast_arrays(values, valid)
        raise ValueError(f"{name} must be {rule}; got {float(values[~valid].flat[0])!r}")


def depths(value: Any) -> Floats:
    """Depth: any real ≥ 1, or inf."""
    numbers = _floats("depth", value, DEPTH_RULE)
    require("depth", numbers, numbers >= 1, DEPTH_RULE)
    return numbers


def ratios(value: Any) -> Floats:
    """Ratio r = σ*_i/σ*_j of the larger target to the smaller: finite and > 1."""
    numbers = _floats("ratio", value, RATIO_RULE)
    require("ratio", numbers, (numbers > 1) & np.isfinite(numbers), RATIO_RULE)
    return numbers


def fractions(s: Any, f: Any) -> tuple[Floats, Floats]:
    """Fractions 0 < s < f < 1 of their targets that the two values are compared with."""
    low, high = reals("s", s), reals("f", f)
    require("s", low, low > 0, f"such that {FRACTION_RULE}")
    require("f", high, high < 1, f"such that {FRACTION_RULE}")
    require_broadcast(s=low, f=high)
    ordered = low < high
    if not np.all(ordered):
        pair = [float(a[~ordered].flat[0]) for a in np.broadcast_arrays(low, high)]
        raise ValueError(
            f"s must be such that {FRACTION_RULE}; got s = {pair[0]!r}, f = {pair[1]!r}"
        )
    return low, high


def positive(name: str, value: Any) -> Floats:
    """Finite and > 0."""
    rule = "a finite number > 0"
    numbers = _floats(name, value, rule)
    require(name, numbers, (numbers > 0) & np.isfinite(numbers), rule)
    return numbers


def one_number(name: str, values: Floats) -> float:
    """The one number that an argument must be."""
    if values.ndim:
        raise ValueError(f"{name} must be one number; got an array of shape {values.shape}")
    return float(values)


def nonnegative(name: str, value: Any) -> Floats:
    """Finite and ≥ 0."""
    rule = "a finite number ≥ 0"
    numbers = _floats(name, value, rule)
    require(name, numbers, (numbers >= 0) & np.isfinite(numbers), rule)
    return numbers


def require_broadcast(**arrays: Floats) -> tuple[int, ...]:
    """Return the common shape; ValueError that lists the shapes where there is none."""
    try:
        return np.broadcast(*arrays.values()).shape
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"arguments must have shapes that broadcast; got {shapes}") from None


def python_float_if_scalar(result: Floats) -> float | Floats:
    """A Python float for 0-d results, the array itself otherwise."""
    return float(result) if result.ndim == 0 else result


def choice(name: str, value: Any, options: tuple[str, ...]) -> str:
    """One of a few words."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}; got {shown(value)}")
    return value


def whole(name: str, value: Any, minimum: int) -> int:
    """A whole number ≥ minimum (booleans are not numbers here)."""
    rule = f"a whole number ≥ {minimum}"
    integral = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not integral or value < minimum:
        raise ValueError(f"{name} must be {rule}; got {shown(value)}")
    return int(value)
