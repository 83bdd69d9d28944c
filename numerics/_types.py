"""What the public functions take and give, for type checkers and signatures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # checkers know this module without its being installed
    from typing_extensions import TypeVar

    #: A result's fields: float for scalars, else `float | Floats`, which plain `Bounds` means.
    Result = TypeVar("Result", covariant=True, default="float | NDArray[np.float64]")
else:
    from typing import TypeVar

    Result = TypeVar("Result", covariant=True)


class Array(Protocol):
    """What NumPy makes an array of reals from: its own arrays, a pandas column."""

    def __array__(self) -> NDArray[np.floating[Any] | np.integer[Any] | np.object_]:
        """The array."""


#: One number; mpmath's and SymPy's are taken too (they publish no types to name here).
Real = float | Fraction | Decimal | np.floating[Any] | np.integer[Any]


class Nested(Protocol):
    """Lists and tuples of numbers, arrays, or of such lists.

    Not text, in which `in` finds only text, nor arrays of other things, which are not reversed,
    nor dictionaries, which are not sliced.
    """

    def __contains__(self, item: object, /) -> bool:
        """Whether item is among them."""

    def __iter__(self) -> Iterator[Real | Array | Nested]:
        """One after the other."""

    def __reversed__(self) -> Iterator[Real | Array | Nested]:
        """The last one first."""

    def __getitem__(self, part: slice, /) -> object:
        """Some of them."""


#: One number, an array, or nested sequences of them.
Reals = Real | Array | Nested
Booleans = NDArray[np.bool_]
#: A number that is taken exactly; text is a decimal or a fraction, "0.1" or "1/3".
ExactReal = Real | str
