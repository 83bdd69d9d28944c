"""`critical-ratio`: the claims by quadrature, and where the kernel finds thresholds."""

from collections.abc import Iterator

import mpmath

from stairwise.numerics.threshold import critical_ratio, log_threshold
from stairwise.reports.checks.check import Check, worst
from stairwise.reports.checks.claims import DIGITS, points, quad, sides, violation
from stairwise.theory.critical_ratio import R_C, F_f, F_s
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import f, p, s

CASE_POINTS = 12
#: Below p = 1/5 r_c may leave float64's range.
POINTS: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(p, 0.2, 1))
#: How far from r_c the kernel is asked whether there is a threshold.
STEP = 1e-9
#: How close to depths 1 and 2 the limits are taken, and what is left there.
CLOSE, LIMIT = 1e-5, 1e-3


def critical_ratio_cases(statement: Statement) -> Iterator[Check]:
    """Every claim by a route of its own."""
    with mpmath.workdps(DIGITS):
        yield from _critical(statement)
        never = statement.case("never at depth 1")
        yield Check("G(0+) < 0 at depth 1", violation(never, CASE_POINTS, lambda _: {}), 0.0)
        found = log_threshold(1, [1.5, 1e3, 1e12], 0.1, 0.9)
        yield Check("no threshold at depth 1", float(sum(found > -mpmath.inf)), 0.0)
        yield _limit(statement, "towards depth 1")
        yield _limit(statement, "towards depth 2")


def _critical(statement: Statement) -> Iterator[Check]:
    """r_c against the library, and thresholds on one side of it only."""
    claim = statement.case("necessary and sufficient").claim
    gaps, wrong = [], 0
    for values in points(POINTS, CASE_POINTS):
        depth = float(2 / (2 - values[p]))
        power = 2 - 2 / mpmath.mpf(depth)
        low, high = float(values[s]), float(values[f])
        known = {p: power, F_s: _from_zero(low, power), F_f: _from_zero(high, power)}
        critical = sides(claim, {**known, R_C: mpmath.mpf(1)})[1]
        gaps.append(float(abs(critical / critical_ratio(depth, low, high) - 1)))
        below, above = (float(critical * (1 + side * STEP)) for side in (-1, 1))
        if above <= 1:
            wrong += 1
            continue
        wrong += below > 1 and log_threshold(depth, below, low, high) > -mpmath.inf
        wrong += not log_threshold(depth, above, low, high) > -mpmath.inf
    yield Check("r_c against critical_ratio", worst(gaps), 1e-12)
    yield Check("threshold above r_c and none below", float(wrong), 0.0)


def _limit(statement: Statement, name: str) -> Check:
    """A claimed limit against r_c next to it, by quadrature."""
    claim = statement.case(name).claim
    gaps = []
    for values in points(POINTS[:2], CASE_POINTS):
        depth = 1 + mpmath.mpf(CLOSE) if name == "towards depth 1" else 2 - mpmath.mpf(CLOSE)
        power = 2 - 2 / depth
        logs = mpmath.log(_from_zero(values[f], power) / _from_zero(values[s], power)) / power
        near = (depth - 1) * logs if name == "towards depth 1" else mpmath.expm1(logs) / (2 - depth)
        claimed = sides(claim, {**values, claim.lhs: near})[1]
        gaps.append(float(abs(claimed / near - 1)) if abs(near) > LIMIT else 0.0)
    return Check(f"{name}, at distance {CLOSE:g}", worst(gaps), LIMIT)


def _from_zero(end: mpmath.mpf | float, power: mpmath.mpf) -> mpmath.mpf:
    """F_p(end) = T_p(0, end), p < 1."""
    last = mpmath.mpf(end)
    ends = (mpmath.mpf(0), last)
    # x^{−p} = (x^{1−p}/(1−p))′ is taken out, as it is too steep for quadrature near p = 1.
    regular = quad(lambda x: x ** (1 - power) / (1 - x), ends)
    return last ** (1 - power) / (1 - power) + regular
