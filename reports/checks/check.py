"""A numerical check: the worst disagreement of two routes beside what is allowed."""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Basic, Dummy, Expr, oo

from stairwise.theory.compiled import compiled

#: Stiff solves at relative tolerance 1e-10 leave 1e-9 or less; closed forms are exact.
STIFF_TOLERANCE = 1e-8


@dataclass(frozen=True)
class Check:
    """Worst disagreement of two routes, and what is allowed."""

    label: str
    worst: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the disagreement is within tolerance; NaN never is."""
        return bool(self.worst <= self.tolerance)


def worst(gaps: Iterable[float]) -> float:
    """The largest gap; NaN if any is NaN (`max` would pass over it) or there is none."""
    found = list(gaps)
    return max(found) if found and not any(map(math.isnan, found)) else math.nan


def violation(lower: float, upper: float) -> float:
    """By how much lower < upper fails: 0 where it holds, NaN where either side is NaN."""
    return max(lower - upper, 0.0) if lower != upper else math.inf


def real(depth: Expr) -> float:
    """A SymPy depth as a float."""
    return math.inf if depth is oo else float(depth)


def random_pairs(count: int) -> Iterator[tuple[float, float, float, float]]:
    """Fixed random (N, r, s, f): depths 2, ∞ and real ones between, the paper's s and f, and r
    from 1.05 to 1000.
    """
    generator = random.Random(1909)
    for index in range(count):
        depth = (2.0, math.inf, 2 + 10 ** generator.uniform(-1, 2))[index % 3]
        ratio = 1 + 10 ** generator.uniform(math.log10(0.05), 3)
        yield depth, ratio, generator.uniform(0.01, 0.249), generator.uniform(0.751, 0.99)


def evaluator(expression: Basic, *names: str, module: str = "mpmath") -> Callable[..., Any]:
    """The expression as a function of its symbols of these names, in this order.

    A name that the expression does not hold is an argument without effect, as in a claim that was
    perturbed. ValueError for a symbol that is not named.
    """
    held = {symbol.name: symbol for symbol in expression.free_symbols}
    if unnamed := held.keys() - set(names):
        raise ValueError(f"names must hold every symbol; got none for {', '.join(sorted(unnamed))}")
    arguments = [held.get(name, Dummy()) for name in names]
    function: Callable[..., Any] = compiled(arguments, expression, module)
    return function
