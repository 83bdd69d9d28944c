"""`sharp-bounds`: each claim at points of its domain, and the library's bounds in order."""

from collections.abc import Iterator

import mpmath
import numpy as np
from sympy import S, lambdify

from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.elementary_bounds import elementary_bounds
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import Check, random_pairs, worst
from stairwise.reports.checks.claims import MODULES, Values, violation
from stairwise.theory.separation import e
from stairwise.theory.sharp import K, level, shift
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import f, p, r, s, y, y_star
from stairwise.theory.threshold import G

#: Points of each case's domain, and of the library's comparison.
CASE_POINTS, PAIRS = 8, 1_000
#: log_threshold is good to 1e-13 in log y, quadrature of x^{1−p} near 0 to 1e-9 at p = 1.97.
TOLERANCE = 1e-8
ORDERS = range(4)

#: The case whose claim holds only where C + (p−1) D(0) is positive, and that number.
OPEN = "upper, order 0, depth > 2"
_OPEN_LEVEL = lambdify((p, s, f, r), level(shift(S.Zero)), MODULES)


def sharp_cases(statement: Statement) -> Iterator[Check]:
    """Every claim of the statement, then the library's bounds in their order."""
    for case in statement.cases:
        define = _define_open if case.name == OPEN else _define
        gap = violation(case, CASE_POINTS, define)
        yield Check(f"{case.name}, {CASE_POINTS} points", gap, TOLERANCE)
    yield Check(
        f"paper, sharp orders 0 to {ORDERS[-1]}, y* in order, {PAIRS} random points",
        worst(_disorders()),
        1e-13,
    )


def _disorders() -> Iterator[float]:
    """By how much library bounds cross y* or each other, relative to max(1, |log y*|)."""
    depth, ratio, low, high = pairs = np.array(list(random_pairs(PAIRS))).T
    exact = log_threshold(*pairs)
    scale = np.maximum(1, np.abs(exact))
    outer = paper_bounds(*pairs)
    for bounds in (
        *(sharp_bounds(depth, ratio, low, high, order=order) for order in ORDERS),
        exact,
    ):
        lower, upper = (exact, exact) if bounds is exact else bounds
        yield float(np.max((outer.lower - lower) / scale))
        yield float(np.max((upper - outer.upper) / scale))
        outer = bounds if bounds is not exact else outer
    closed = elementary_bounds(*pairs)
    yield float(np.max((closed.lower - exact) / scale))
    yield float(np.max((exact - closed.upper) / scale))


def _define_open(values: Values) -> Values:
    """The same where the upper bound through D(0) is not void."""
    found = _define(values)
    value = _OPEN_LEVEL(*(values[name] for name in (p, s, f, r)))
    if value <= 0:
        raise LookupError("void")
    return found


def _define(values: Values) -> Values:
    """y*, K and G by their definitions at the point, where it has s, f and r."""
    if not {s, f, r} <= values.keys():
        return {}
    power = values.get(p, values[e] + 1 if e in values else mpmath.mpf(1))
    if power > 2:
        raise LookupError("beyond infinite depth")
    low, high, ratio = values[s], values[f], values[r]
    depth = float("inf") if power == 2 else float(2 / (2 - power))
    found = {
        e: power - 1,
        K: ratio**-power * time_between(low / ratio, high, power),
        y_star: mpmath.exp(log_threshold(depth, float(ratio), float(low), float(high))),
    }
    if y in values:
        start = values[y]
        fast = time_between(start / ratio, high, power)
        found[G] = time_between(start, low, power) - ratio**-power * fast
    return found


def time_between(start: mpmath.mpf, end: mpmath.mpf, power: mpmath.mpf) -> mpmath.mpf:
    """T_p by quadrature in the logit variable, where the integrand is smooth."""
    ends = [mpmath.log(x / (1 - x)) for x in (start, end)]
    return mpmath.quad(lambda u: (1 + mpmath.exp(-u)) ** (power - 1), mpmath.linspace(*ends, 5))
