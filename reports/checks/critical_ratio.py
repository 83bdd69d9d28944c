"""`critical-ratio` against enclosures and stiff solves on either side of it."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import mpmath
from sympy import Integer

from stairwise.numerics.balls import precision
from stairwise.numerics.flow_threshold import flow_log_threshold
from stairwise.numerics.rigorous import enclose_critical_ratio
from stairwise.numerics.stiff import stiff_time
from stairwise.reports.checks.check import STIFF_TOLERANCE, Check, violation, worst
from stairwise.theory.compiled import compiled
from stairwise.theory.critical_ratio import F_f, F_s
from stairwise.theory.statement import Case, Statement
from stairwise.theory.symbols import f, p, s

_DEPTHS = (Fraction(5, 4), Fraction(3, 2), Fraction(19, 10))
_LOW, _HIGH = Fraction(1, 10), Fraction(9, 10)
_BITS = 128  # for what is done with enclosures of 30 digits


def critical_ratio(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    for case in statement.cases:
        yield from _ROUTES[case.name](case)


def _claimed(case: Case, depth: Fraction) -> float:
    """The claimed r_c, with times from 0 by quadrature in x = z^{1/(1−p)}."""
    claim = compiled((F_f, F_s, p), case.claim.rhs, "mpmath")
    exponent = 2 - 2 / mpmath.mpf(float(depth))
    power = 1 / (1 - exponent)
    times = [
        mpmath.quad(lambda z: power / (1 - z**power), [0, mpmath.mpf(float(end)) ** (1 - exponent)])
        for end in (_HIGH, _LOW)
    ]
    return float(claim(*times, exponent))


def _ratio(case: Case) -> Iterator[Check]:
    gaps, wrong_sides = [], 0
    for depth in _DEPTHS:
        claimed = _claimed(case, depth)
        gaps.append(abs(claimed / float(enclose_critical_ratio(depth, _LOW, _HIGH)) - 1))
        # A millionth above r_c something is incremental, a millionth below nothing is.
        reached = [
            claimed > 1
            and flow_log_threshold(float(depth), 1 + (claimed - 1) * (1 + side), 0.1, 0.9)
            > -math.inf
            for side in (-1e-6, 1e-6)
        ]
        wrong_sides += int(reached != [False, True])
    # mpmath's quadrature and the enclosure are right to 15 digits; s and f are rounded to 1e-16.
    yield Check("claimed r_c against enclosures", worst(gaps), 1e-12)
    yield Check("wrong sides of r_c(1 ± 1e-6), stiff solves", float(wrong_sides), 0.0)


def _never(case: Case) -> Iterator[Check]:
    """G(0+) at depth 1, from stiff solves that start at 1e-9, and its sign."""
    claim = compiled((s, f), (case.claim.lts, case.claim.gts), "math")
    low, high = 0.1, 0.9
    lower, upper = claim(low, high)
    start = math.log(1e-9)
    slow, fast = (stiff_time(start, math.log(end), 1.0, Integer(1)) for end in (low, high))
    gap = abs(lower - (slow - fast))
    yield Check("G(0+) at depth 1 against stiff solves", gap, STIFF_TOLERANCE)
    yield Check("its sign", violation(lower, upper), 0.0)


def _towards(measured: Callable[[Fraction], float]) -> Callable[[Case], Iterator[Check]]:
    """Limit of a quantity measured at a small distance in depth, one Richardson step."""

    def route(case: Case) -> Iterator[Check]:
        claimed = float(compiled((s, f), case.claim.rhs, "math")(0.1, 0.9))
        step = Fraction(1, 10**5)
        found = 2 * measured(step) - measured(2 * step)
        # The step leaves a relative error of the order of its square, 1e-10.
        gap = abs(claimed / float(found) - 1)
        yield Check(f"limit {case.name} from enclosures", gap, 1e-8)

    return route


def _scaled_log(step: Fraction) -> float:
    """(N − 1) log r_c at N = 1 + step."""
    with precision(_BITS):
        return float(step) * float(enclose_critical_ratio(1 + step, _LOW, _HIGH).log())


def _scaled_gap(step: Fraction) -> float:
    """(r_c − 1)/(2 − N) at N = 2 − step."""
    with precision(_BITS):
        return float((enclose_critical_ratio(2 - step, _LOW, _HIGH) - 1) / float(step))


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "necessary and sufficient": _ratio,
    "never at depth 1": _never,
    "towards depth 1": _towards(_scaled_log),
    "towards depth 2": _towards(_scaled_gap),
}
