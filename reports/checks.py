"""Numerical checks of the statements: each claim, evaluated, against a route that shares nothing.

A check reports the worst disagreement found beside its tolerance. The claims are lambdified as
they stand in the statement, so a perturbed claim fails its check.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import mpmath
from sympy import Expr, Integer, Rational, lambdify, oo

from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.stiff import stiff_log_value, stiff_time
from stairwise.numerics.threshold import log_threshold
from stairwise.theory.statement import Case, Statement
from stairwise.theory.symbols import (
    N,
    a,
    b,
    f,
    p,
    r,
    s,
    sigma,
    sigma0,
    sigma_star,
    t,
    y,
)

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


def numerical_checks(statement: Statement) -> tuple[Check, ...]:
    """The checks of a statement; ValueError for one that has none."""
    if statement.id not in _CHECKS:
        raise ValueError(f"statement must be one of {', '.join(_CHECKS)}; got {statement.id!r}")
    return tuple(_CHECKS[statement.id](statement))


def _toy_flow(statement: Statement) -> Iterator[Check]:
    """The claimed dσ/dt against central differences of the loss, in 50 digits."""
    finite = lambdify((sigma, sigma_star, N), statement.case("every depth").claim.rhs, "mpmath")
    infinite = lambdify((sigma, sigma_star), statement.case("infinite depth").claim.rhs, "mpmath")
    with mpmath.workdps(50):
        gaps = []
        for depth, value, target in _points(20, (1, 12), (0.01, 3), (0.01, 3)):
            slope = _loss_slope(value, target, depth)
            weight = value ** (1 / depth)
            rate = -depth * weight ** (depth - 1) * slope
            gaps.append(float(abs(finite(value, target, depth) / rate - 1)))
        yield Check("dσ/dt against differences of the loss", _worst(gaps), 1e-15)
        # The rate at depth 1e25 differs from the limit by about 1e-25 relative.
        gaps = [
            float(abs(infinite(value, target) / finite(value, target, mpmath.mpf(10) ** 25) - 1))
            for value, target in _points(20, (0.01, 3), (0.01, 3))
        ]
        yield Check("infinite depth against depth 1e25", _worst(gaps), 1e-20)


def _loss_slope(value: mpmath.mpf, target: mpmath.mpf, depth: mpmath.mpf) -> mpmath.mpf:
    """∂ℓ/∂w by central differences of E(σ* − w^N)²/(2N²)."""
    weight = value ** (1 / depth)
    return mpmath.diff(lambda u: (target - u**depth) ** 2 / (2 * depth**2), weight)


#: Depths at which each case on learning times is solved numerically.
_TIME_CASES: dict[str, tuple[Expr, ...]] = {
    **{f"depth {depth}": (Integer(depth),) for depth in range(3, 9)},
    "infinite depth": (oo,),
    "real depth N > 2": (Rational(5, 2), Rational(17, 3), Integer(40)),
    "real depth 1 < N < 2": (Rational(3, 2), Rational(19, 10)),
}


def _closed_form(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, against Radau solves of the flow in log σ."""
    values, times = [], []
    for case in statement.cases:
        if case.name in ("depth 1", "depth 2"):
            values.append(_explicit_gap(case, int(case.name[-1])))
        elif case.name == "zero target":
            values.extend(_decay_gap(case, n) for n in (Integer(2), Rational(5, 2), oo))
        elif case.name == "zero target, depth 1":
            values.append(_decay_gap(case, Integer(1)))
        else:
            times.extend(_time_gap(case, depth) for depth in _TIME_CASES[case.name])
    if values:
        yield Check("σ(t) against a stiff solve", _worst(values), STIFF_TOLERANCE)
    if times:
        yield Check("T_p(a, b) against a stiff solve", _worst(times), STIFF_TOLERANCE)
    yield Check("learning_time against a stiff solve", _library_gap(), STIFF_TOLERANCE)


def _explicit_gap(case: Case, depth: int) -> float:
    """Worst gap in log σ(t), from below and from above the target."""
    claim = lambdify((t, sigma0, sigma_star), case.claim.rhs, "math")
    gaps = []
    for start, target, time in ((1e-6, 2.0, 7.0), (0.3, 1.5, 1.0), (4.0, 1.0, 0.7)):
        solved = stiff_log_value(time, math.log(start), target, Integer(depth))
        gaps.append(_log_gap(claim(time, start, target), solved))
    return _worst(gaps)


def _decay_gap(case: Case, depth: Expr) -> float:
    """Gap in log σ(3) towards a zero target, from σ0 = 2."""
    claim = lambdify((t, sigma0, p), case.claim.rhs, "math")
    claimed = claim(3.0, 2.0, 2 - 2 / _real(depth))
    return _log_gap(claimed, stiff_log_value(3.0, math.log(2), 0.0, depth))


def _log_gap(claimed: float, solved: float) -> float:
    """|log claimed − solved|; NaN, which fails, where the claim is not positive."""
    return abs(math.log(claimed) - solved) if claimed > 0 else math.nan


def _time_gap(case: Case, depth: Expr) -> float:
    """Relative gap of T_p(a, b) for a start far below and one close to the target."""
    exponent = 2 - 2 / _real(depth)
    claim = lambdify((a, b, p), case.claim.rhs, "mpmath")
    gaps = []
    for start, end in ((1e-4, 0.9), (0.2, 0.99)):
        claimed = float(mpmath.re(claim(mpmath.mpf(start), mpmath.mpf(end), exponent)))
        solved = stiff_time(math.log(start), math.log(end), 1.0, depth)
        gaps.append(abs(claimed / solved - 1))
    return _worst(gaps)


def _library_gap() -> float:
    """Worst relative gap of the library's learning times, with targets that are not 1."""
    gaps = []
    for depth in (1, 2, 3, 5, oo):
        symbolic = Integer(depth) if depth is not oo else oo
        computed = learning_time(0.75, 1e-5, 3.0, _real(symbolic))
        solved = stiff_time(math.log(1e-5), math.log(0.75 * 3.0), 3.0, symbolic)
        gaps.append(abs(float(computed) / solved - 1))
    return _worst(gaps)


def _exact_threshold(statement: Statement) -> Iterator[Check]:
    """At the computed threshold both values of the solved flow meet their marks together."""
    together = []
    for depth in (Integer(2), Rational(5, 2), Integer(3), Integer(4), oo):
        for ratio in (1.5, 4.0):
            log_y = log_threshold(_real(depth), ratio, 0.1, 0.9)
            slow = stiff_time(log_y, math.log(0.1), 1.0, depth)
            fast = stiff_time(log_y, math.log(0.9 * ratio), ratio, depth)
            together.append(abs(fast / slow - 1))
    yield Check("both learning times at y*, stiff solves", _worst(together), STIFF_TOLERANCE)

    excess = lambdify((y, r, s, f, p), statement.case("criterion").claim.rhs, "mpmath")
    slope = lambdify((y, r, s, f, p), statement.case("slope").claim.rhs, "mpmath")
    equation = statement.case("equation at depth 2").claim
    left, right = (lambdify((y, r, s, f), side, "mpmath") for side in equation.args)
    roots, slopes = [], []
    with mpmath.workdps(30):
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
    yield Check("claimed G at y*, quadrature, relative in y", _worst(map(float, roots)), 1e-12)
    yield Check("claimed slope against differences of G", _worst(map(float, slopes)), 1e-12)
    yield Check("depth-2 equation at y*, in logs", float(depth_2), 1e-12)


#: Random points on which the bounds are held against the threshold, and the slack in log y that
#: float64 rounding is given (never used: the bounds are strict).
BOUND_POINTS = 1_000
ROUNDING = 1e-12


def _separation_bounds(statement: Statement) -> Iterator[Check]:
    """Claimed bounds on either side of the threshold, and equal to the library's."""
    crossings, disagreements = [], []
    lower_bounds = 0
    for depth, ratio, low, high in _pairs(BOUND_POINTS):
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
    yield Check(f"bounds crossed by y*, {BOUND_POINTS} random points", _worst(crossings), ROUNDING)
    yield Check("paper_bounds against the claims", _worst(disagreements), ROUNDING)


def _regime(depth: float) -> str:
    if math.isinf(depth):
        return "infinite depth"
    return "depth 2" if depth == 2 else "depth > 2"


_bound_function = cache(lambda claim: lambdify((N, r, s, f), claim, "mpmath"))


def _log_bound(
    statement: Statement, side: str, depth: float, ratio: float, low: float, high: float
) -> float:
    """log of a claimed bound, in 30 digits; NaN where the claim is not a positive number."""
    claim = _bound_function(statement.case(f"{side}, {_regime(depth)}").claim.rhs)
    with mpmath.workdps(30):
        value = claim(*map(mpmath.mpf, (depth, ratio, low, high)))
        positive = isinstance(value, mpmath.mpf) and value > 0
        return float(mpmath.log(value)) if positive else math.nan


def _worst(gaps: Iterable[float]) -> float:
    """The largest gap; NaN if any is NaN (`max` would pass over it) or there is none."""
    found = list(gaps)
    return max(found) if found and not any(map(math.isnan, found)) else math.nan


def _points(count: int, *ranges: tuple[float, float]) -> Iterator[tuple[mpmath.mpf, ...]]:
    """Fixed random points in a box."""
    generator = random.Random(2020)
    for _ in range(count):
        yield tuple(mpmath.mpf(generator.uniform(*ends)) for ends in ranges)


def _pairs(count: int) -> Iterator[tuple[float, float, float, float]]:
    """Fixed random (N, r, s, f): depths 2, ∞ and real ones between, the paper's s and f, and r
    from 1.05 to 1000.
    """
    generator = random.Random(1909)
    for index in range(count):
        depth = (2.0, math.inf, 2 + 10 ** generator.uniform(-1, 2))[index % 3]
        ratio = 1 + 10 ** generator.uniform(math.log10(0.05), 3)
        yield depth, ratio, generator.uniform(0.01, 0.249), generator.uniform(0.751, 0.99)


def _real(depth: Expr) -> float:
    return math.inf if depth is oo else float(depth)


_CHECKS: dict[str, Callable[[Statement], Iterator[Check]]] = {
    "toy-flow": _toy_flow,
    "closed-form": _closed_form,
    "exact-threshold": _exact_threshold,
    "separation-bounds": _separation_bounds,
}
