"""Any claim, evaluated in 20 digits at points of its domain, with its unknowns as defined."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import mpmath
from sympy import Eq, Symbol, lambdify
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, sample_points
from stairwise.theory.statement import Case

DIGITS = 20
STRETCH = 40
Values = dict[Symbol, mpmath.mpf]
#: Fills in the unknowns of a claim, such as y*, from the values of its free symbols.
Define = Callable[[Values], Mapping[Symbol, mpmath.mpf]]


def points(domain: Domain, count: int) -> Iterator[Values]:
    """Points of a domain as mpmath numbers; call under a working precision."""
    for point in sample_points(domain, count):
        yield {name: mpmath.mpf(str(v.evalf(2 * DIGITS))) for name, v in point.items()}


def violation(case: Case, count: int, define: Define) -> float:
    """By how much the claim fails at its worst, relative to its larger side; ≤ 0 if it holds.

    For an equation the distance of its sides, for an inequality smaller minus larger side. NaN
    where a side is not a real number. Points on which `define` raises `LookupError` are left out.
    """
    found = []
    with mpmath.workdps(DIGITS):
        for values in points(case.domain, count):
            try:
                known = {**values, **define(values)}
            except LookupError:
                continue
            found.append(_gap(case.claim, known))
    if not found or any(mpmath.isnan(gap) for gap in found):
        return float("nan")
    return float(max(found))


def sides(claim: Relational, values: Values) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Both sides of a claim; NaN for a side that is not real."""
    names, function = _function(claim)
    pair = function(*(values[name] for name in names))
    left, right = (v if isinstance(v, mpmath.mpf) else _real(v) for v in pair)
    return left, right


def _gap(claim: Relational, values: Values) -> mpmath.mpf:
    left, right = sides(claim, values)
    scale = max(abs(left), abs(right))
    if isinstance(claim, Eq):
        return abs(left - right) / scale
    smaller, larger = (left, right) if claim.lts == claim.lhs else (right, left)
    return (smaller - larger) / scale


def _real(value: object) -> mpmath.mpf:
    if isinstance(value, mpmath.mpc):
        return value.real if value.imag == 0 else mpmath.nan
    return mpmath.mpf(value)


@cache
def _function(claim: Relational) -> tuple[tuple[Symbol, ...], Callable[..., tuple[object, ...]]]:
    names = tuple(sorted(claim.free_symbols, key=str))
    return names, lambdify(names, (claim.lhs, claim.rhs), MODULES)


def quad(
    integrand: Callable[[mpmath.mpf], mpmath.mpf], ends: tuple[mpmath.mpf, mpmath.mpf]
) -> mpmath.mpf:
    """Quadrature in log x, or, from 0, in x^{1/STRETCH}, where a power above −1 is harmless."""
    start, end = ends
    if end == start:
        return mpmath.mpf(0)
    if start == 0:

        def stretched(root: mpmath.mpf) -> mpmath.mpf:
            x = end * root**STRETCH
            return integrand(x) * STRETCH * x / root

        return mpmath.quad(stretched, (0, 1))
    logs = mpmath.linspace(mpmath.log(start), mpmath.log(end), 4)
    return mpmath.quad(lambda log_x: integrand(mpmath.exp(log_x)) * mpmath.exp(log_x), logs)


#: What claims are evaluated with: mpmath, and a quadrature that stands singular ends.
MODULES = [{"quad": quad}, "mpmath"]
