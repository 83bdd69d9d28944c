"""`depth-law`: the claimed constants against thresholds of the kernel at ratios near 1."""

from collections.abc import Callable, Iterator

import mpmath

from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import Check, worst
from stairwise.reports.checks.claims import DIGITS, Values, points, quad, sides
from stairwise.reports.checks.sharp import time_between
from stairwise.theory.law import B_F, B_S
from stairwise.theory.statement import Case, Statement
from stairwise.theory.symbols import f, p, r, s, y, y_star

#: Points of each case's domain, and r − 1, exact in float64.
CASE_POINTS, GAP = 8, 2.0**-17
#: Depths above 5 have a second correction too close to the first one to be told apart.
SMALLEST_POWER, LARGEST_POWER = 1.05, 1.6
#: Near depth 2, e = p − 1 is this, and r − 1 is such that e T/(r − 1) = ±1/2.
NEAR_2 = 2.0**-20
#: Next terms: about 120 (r−1)/e in log y* at depth 2.1, 3.2 at depth 2, in units of log y* there.
LEADING, SECOND, SECOND_AT_2, UNIFORM = 1e-2, 1e-6, 1e-4, 1e-4


def depth_law_cases(statement: Statement) -> Iterator[Check]:
    """Every claim at ratios close to 1."""
    for case in statement.cases:
        with mpmath.workdps(DIGITS):
            gaps = [_gap(case, values) for values in _near_1(case)]
        yield Check(f"{case.name}, {len(gaps)} points near r = 1", worst(gaps), _tolerance(case))


def _tolerance(case: Case) -> float:
    if case.name.startswith("uniform"):
        return UNIFORM
    if case.name.startswith("two terms"):
        return SECOND if "> 2" in case.name else SECOND_AT_2
    return LEADING if case.name != "depth 2" else UNIFORM


def _gap(case: Case, values: Values) -> float:
    """Distance of the claim's sides: of logs, relative at depth 2; of ratios; of log y*."""
    left, right = sides(case.claim, values)
    if case.name.startswith("two terms"):
        return float(abs(left - right))
    if case.name.startswith("uniform"):
        return float(abs(left / right - 1))
    ratio = mpmath.log(right) / mpmath.log(left)
    return float(abs(ratio - 1) if case.name == "depth 2" else abs(mpmath.log(right / left)))


def _near_1(case: Case) -> Iterator[Values]:
    """Points of the domain moved to r near 1, with y*, y = y* and B as defined."""
    for values in points(case.domain, CASE_POINTS):
        power = _power(case, values)
        if power is None:
            continue
        low, high = values[s], values[f]
        gap = mpmath.mpf(GAP)
        if case.name.startswith("uniform"):
            gap = 2 * abs(power - 1) * time_between(low, high, power)
        ratio = mpmath.mpf(float(1 + gap))
        depth = float("inf") if power == 2 else float(2 / (2 - power))
        log_y = log_threshold(depth, float(ratio), float(low), float(high))
        start = mpmath.exp(log_y)
        found = {**values, p: power, r: ratio, y_star: start, y: start}
        for name, end in ((B_S, low), (B_F, high)):
            found[name] = (
                mpmath.mpf(0)
                if power == 2
                else quad(_regular_integrand(power), (mpmath.mpf(0), end))
            )
        yield found


def _regular_integrand(power: mpmath.mpf) -> Callable[[mpmath.mpf], mpmath.mpf]:
    """x^{1−p}/(1 − x)."""
    return lambda x: x ** (1 - power) / (1 - x)


def _power(case: Case, values: Values) -> mpmath.mpf | None:
    """p at the point; None where the check cannot resolve the claim."""
    if case.name == "infinite depth":
        return mpmath.mpf(2)
    if p not in values:
        return mpmath.mpf(1)
    if case.name.startswith("uniform"):
        return 1 + mpmath.mpf(NEAR_2) * (1 if values[p] > 1 else -1)
    # The depth that a float holds, so that both routes have one.
    power = 2 - 2 / mpmath.mpf(float(2 / (2 - values[p])))
    return power if SMALLEST_POWER < power < LARGEST_POWER else None
