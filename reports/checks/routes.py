"""The independent routes beside the closed form: stiff integrators, mpmath and balls."""

import math
from collections.abc import Iterator
from functools import cache

import mpmath

from stairwise.numerics.flow_threshold import Method, flow_log_threshold
from stairwise.numerics.measured_law import measure_depth_law
from stairwise.numerics.precise import precise_log_threshold
from stairwise.numerics.process_state import working_digits
from stairwise.numerics.rigorous import enclose_log_threshold
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import STIFF_TOLERANCE, Check, worst

INTEGRATORS: tuple[Method, ...] = ("Radau", "BDF", "LSODA")
#: (N, r) at s = 0.1, f = 0.9: both sides of depth 2, long and short plateaus.
PAIRS = ((1.7, 9.0), (2.0, 1.5), (2.5, 1.1), (3.0, 1.5), (10.0, 4.0), (math.inf, 1.5))
#: Depths at which the law is measured, and what is asked of its slope.
LAW_DEPTHS = (2.0, 2.5, 3.0, 4.0, 6.0, 10.0, math.inf)
SLOPE_TOLERANCE = 1e-2


@cache
def threshold_routes() -> tuple[Check, ...]:
    """log y* by every route against the closed form; mpmath and balls against each other."""
    return tuple(_threshold_routes())


def _threshold_routes() -> Iterator[Check]:
    for method in INTEGRATORS:
        gaps = [
            abs(flow_log_threshold(n, r, 0.1, 0.9, method) - log_threshold(n, r, 0.1, 0.9))
            for n, r in PAIRS
        ]
        yield Check(f"log y* from {method} solves alone", worst(gaps), STIFF_TOLERANCE)
    digits, gaps = 40, []
    for n, r in PAIRS[1:4]:
        quadrature = precise_log_threshold(n, r, 0.1, 0.9, digits)
        ball = enclose_log_threshold(n, r, 0.1, 0.9, digits)
        with working_digits(digits + 10):
            centre = mpmath.mpf(ball.mid().str(digits + 10, radius=False))
            gaps.append(float(abs(quadrature / centre - 1)))
    # Two routes of 40 digits each.
    yield Check("log y* by quadrature against balls, 40 digits", worst(gaps), 1e-38)


@cache
def measured_laws() -> tuple[Check, ...]:
    """The law fitted to thresholds from ODE solves alone, at every depth of LAW_DEPTHS."""
    laws = [measure_depth_law(depth, 0.1, 0.9) for depth in LAW_DEPTHS]
    gaps = [abs(law.slope.value / law.exact_slope - 1) for law in laws]
    misses = sum(not law.agrees for law in laws)
    return (
        Check("slope measured from ODE thresholds", worst(gaps), SLOPE_TOLERANCE),
        Check("wrong laws, or exact constants outside 99% intervals", float(misses), 0.0),
    )
