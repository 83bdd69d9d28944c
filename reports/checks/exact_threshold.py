"""`exact-threshold`: both values of the solved flow meet their marks together at y*."""

import math
from collections.abc import Iterator

import mpmath
from sympy import Integer, Rational, oo

from stairwise.numerics.process_state import working_digits
from stairwise.numerics.stiff import stiff_time
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import STIFF_TOLERANCE, Check, real, worst
from stairwise.reports.checks.routes import threshold_routes
from stairwise.theory.compiled import compiled
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import f, p, r, s, y


def exact_threshold(statement: Statement) -> Iterator[Check]:
    """At the computed threshold both values of the solved flow meet their marks together."""
    together = []
    for depth in (Integer(2), Rational(5, 2), Integer(3), Integer(4), oo):
        for ratio in (1.5, 4.0):
            log_y = log_threshold(real(depth), ratio, 0.1, 0.9)
            slow = stiff_time(log_y, math.log(0.1), 1.0, depth)
            fast = stiff_time(log_y, math.log(0.9 * ratio), ratio, depth)
            together.append(abs(fast / slow - 1))
    yield Check("both learning times at y*, stiff solves", worst(together), STIFF_TOLERANCE)

    excess = compiled((y, r, s, f, p), statement.case("criterion").claim.rhs, "mpmath")
    slope = compiled((y, r, s, f, p), statement.case("slope").claim.rhs, "mpmath")
    equation = statement.case("equation at depth 2").claim
    left, right = (compiled((y, r, s, f), side, "mpmath") for side in equation.args)
    roots, slopes = [], []
    with working_digits(30):
        for exponent, depth in ((1, 2), (mpmath.mpf(4) / 3, 3), (2, math.inf)):
            at = mpmath.exp(log_threshold(depth, 4.0, 0.1, 0.9))
            point = (4.0, 0.1, 0.9, exponent)
            # How far the root of the claimed G is from y*, relative to y*.
            roots.append(abs(excess(at, *point) / slope(at, *point) / at))
            step = at / 10**8
            difference = (excess(at + step, *point) - excess(at - step, *point)) / (2 * step)
            slopes.append(abs(difference / slope(at, *point) - 1))
        at = mpmath.exp(log_threshold(2, 4.0, 0.1, 0.9))
        depth_2 = abs(mpmath.log(left(at, 4.0, 0.1, 0.9) / right(at, 4.0, 0.1, 0.9)))
    yield Check("claimed G at y*, quadrature, relative in y", worst(map(float, roots)), 1e-12)
    yield Check("claimed slope against differences of G", worst(map(float, slopes)), 1e-12)
    yield Check("depth-2 equation at y*, in logs", float(depth_2), 1e-12)
    yield from threshold_routes()
