"""The set on which a claim is made: ranges of symbols, covered by positive parameters.

A domain is a tuple of ranges in triangular order (the ends of each may name the symbols before
it). Positivity is proved after the substitution lower + a (unbounded) or (lower + upper·a)/(1 + a)
(bounded) with a > 0, which covers the open range exactly: onto, and nothing outside. A range
without either end is covered by a − 1/a.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Dummy, Expr, Gt, Lt, Rational, S, Symbol, oo
from sympy.core.relational import Relational

from stairwise.theory._expressions import expression


@dataclass(frozen=True)
class Range:
    """Open range lower < symbol < upper; lower may be −oo where upper is oo (any real).

    ValueError for ends that are no SymPy expressions: text is never evaluated. And for a symbol
    that SymPy knows to have another sign: what it simplifies would not hold on the range.
    """

    symbol: Symbol
    lower: Expr | int
    upper: Expr | int = oo

    def __post_init__(self) -> None:
        if not isinstance(self.symbol, Symbol):
            raise ValueError(f"symbol must be a SymPy symbol; got {self.symbol!r}")
        expression("lower", self.lower)
        expression("upper", self.upper)
        below_zero, positive = S(self.lower).is_extended_negative, self.symbol.is_positive
        if below_zero is not None and positive is below_zero:
            sign = "negative" if below_zero else "positive"
            rule = f"one that may be {sign}, as its range begins at {self.lower}"
            raise ValueError(f"symbol must be {rule}; got {self.symbol!r}")

    @property
    def relations(self) -> tuple[Relational, ...]:
        """The assumption as relations, for people."""
        above = Gt(self.symbol, self.lower, evaluate=False)
        if self.upper is oo:
            return (above,)
        return (above, Lt(self.symbol, self.upper, evaluate=False))


Domain = tuple[Range, ...]


def cover(domain: Domain) -> dict[Symbol, Expr]:
    """Each symbol of the domain as an expression in positive parameters."""
    covered: dict[Symbol, Expr] = {}
    for item in domain:
        parameter = Dummy(f"a_{item.symbol.name}", positive=True)
        if item.lower is -oo:
            covered[item.symbol] = parameter - 1 / parameter
            continue
        lower = S(item.lower).subs(covered)
        if item.upper is oo:
            covered[item.symbol] = lower + parameter
        else:
            upper = S(item.upper).subs(covered)
            covered[item.symbol] = (lower + upper * parameter) / (1 + parameter)
    return covered


def sample_points(domain: Domain, count: int) -> Iterator[Mapping[Symbol, Rational]]:
    """Fixed rational points of the domain, over several orders of magnitude.

    Points where a range is empty are left out, so an empty domain yields nothing.
    """
    generator = random.Random(1909_12051)
    for _ in range(count):
        point: dict[Symbol, Rational] = {}
        for item in domain:
            size = Rational(generator.randint(1, 30), generator.randint(1, 30))
            if item.lower is -oo:
                point[item.symbol] = size - Rational(1, generator.randint(1, 30))
                continue
            lower = S(item.lower).subs(point)
            if item.upper is oo:
                point[item.symbol] = lower + size
                continue
            upper = S(item.upper).subs(point)
            if not bool(lower < upper):
                break
            point[item.symbol] = (lower + upper * size) / (1 + size)
        else:
            yield point
