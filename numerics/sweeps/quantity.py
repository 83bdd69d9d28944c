"""What a quantity of a sweep is: its parameters, its variables, and how a block is computed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Floats

#: Parameters by name, broadcastable against each other; then the options.
Compute = Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[Any, ...]]
#: Returns the value as it is kept, or raises ValueError.
Check = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Parameter:
    """An axis that a quantity has: what it means, its unit, its check, its value if not given."""

    name: str
    meaning: str
    check: Check
    units: str = "1"
    default: float | int | None = None
    whole: bool = False

    def values(self, given: NDArray[Any]) -> NDArray[Any]:
        """The given values, checked, as float64 or int64."""
        self.check(self.name, given)
        if not self.whole:
            return given
        numbers: NDArray[Any] = given.astype(np.int64)
        return numbers


@dataclass(frozen=True)
class Variable:
    """An array of results: its meaning, unit, accuracy, and the type and value of an empty cell."""

    name: str
    meaning: str
    units: str = "1"
    accuracy: str = ""
    dtype: str = "float64"
    fill: Any = float("nan")
    flags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """A setting that is the same in every cell."""

    default: Any
    check: Check


@dataclass(frozen=True)
class Quantity:
    """Something that can be computed at every cell of a grid.

    compute: receives arrays that broadcast to a block of cells, or plain numbers where `cellwise`.
    cells: of a chunk, unless the spec says otherwise: about a second's work or less, and at most
    `largest`, so that a worker stays below 1 GB.
    """

    name: str
    title: str
    source: str
    accuracy: str
    parameters: tuple[Parameter, ...]
    variables: tuple[Variable, ...]
    compute: Compute
    cells: int
    largest: int
    options: Mapping[str, Option] = field(default_factory=dict)
    cellwise: bool = False
    needs: str | None = None  # an importable package, from an extra

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; KeyError if there is none."""
        return {parameter.name: parameter for parameter in self.parameters}[name]


def inside(low: float, high: float) -> Check:
    """Strictly between two numbers."""

    def check(name: str, values: Any) -> Floats:
        numbers = np.asarray(values, dtype=np.float64)
        wrong = numbers[~((numbers > low) & (numbers < high))]
        if wrong.size:
            rule = f"a number in ({low:g}, {high:g})"
            raise ValueError(f"{name} must be {rule}; got {float(wrong.flat[0])!r}")
        return numbers

    return check


def whole_from(minimum: int) -> Check:
    """Whole numbers from a minimum on."""

    def check(name: str, values: Any) -> Floats:
        numbers = np.asarray(values, dtype=np.float64)
        good = (numbers >= minimum) & (numbers < 2**53) & (numbers == np.floor(numbers))
        wrong = numbers[~good]
        if wrong.size:
            rule = f"a whole number ≥ {minimum}"
            raise ValueError(f"{name} must be {rule}; got {float(wrong.flat[0])!r}")
        return numbers

    return check
