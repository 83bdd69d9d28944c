"""`separation-bounds` on either side of the threshold, and equal to the library's."""

import math
from collections.abc import Iterator
from functools import cache

import mpmath

from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.process_state import working_digits
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import Check, random_pairs, worst
from stairwise.theory.compiled import compiled
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import N, f, r, s

#: Random points on which the bounds are held against the threshold, and the slack in log y that
#: float64 rounding is given (never used: the bounds are strict).
BOUND_POINTS = 1_000
ROUNDING = 1e-12


def separation_bounds(statement: Statement) -> Iterator[Check]:
    """Claimed bounds on either side of the threshold, and equal to the library's."""
    crossings, disagreements = [], []
    lower_bounds = 0
    for depth, ratio, low, high in random_pairs(BOUND_POINTS):
        log_y = log_threshold(depth, ratio, low, high)
        bounds = paper_bounds(depth, ratio, low, high)
        upper = _log_bound(statement, "upper", depth, ratio, low, high)
        crossings.append(log_y - upper)
        disagreements.append(abs(upper - bounds.upper) / max(1, abs(bounds.upper)))
        if (1 - high) * ratio <= 1:
            disagreements.append(0.0 if bounds.lower == -math.inf else math.inf)
            continue
        lower_bounds += 1
        lower = _log_bound(statement, "lower", depth, ratio, low, high)
        crossings.append(lower - log_y)
        disagreements.append(abs(lower - bounds.lower) / max(1, abs(bounds.lower)))
    if lower_bounds == 0:
        crossings.append(math.nan)
    yield Check(f"bounds crossed by y*, {BOUND_POINTS} random points", worst(crossings), ROUNDING)
    yield Check("paper_bounds against the claims", worst(disagreements), ROUNDING)


def _regime(depth: float) -> str:
    if math.isinf(depth):
        return "infinite depth"
    return "depth 2" if depth == 2 else "depth > 2"


_bound_function = cache(lambda claim: compiled((N, r, s, f), claim, "mpmath"))


def _log_bound(
    statement: Statement, side: str, depth: float, ratio: float, low: float, high: float
) -> float:
    """log of a claimed bound, in 30 digits; NaN where the claim is not a positive number."""
    claim = _bound_function(statement.case(f"{side}, {_regime(depth)}").claim.rhs)
    with working_digits(30):
        value = claim(*map(mpmath.mpf, (depth, ratio, low, high)))
        positive = isinstance(value, mpmath.mpf) and value > 0
        return float(mpmath.log(value)) if positive else math.nan
