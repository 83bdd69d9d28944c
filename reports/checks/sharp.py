"""`sharp-bounds` against thresholds and times from stiff solves, quadrature, and the library.

Bounds are held against the threshold, which finds one that is crossed, and against the library's
float64 bounds, which are computed another way, which finds one that is loose.
"""

import math
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import mpmath
import numpy as np

from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.fixed_point_bounds import fixed_point_bounds
from stairwise.numerics.flow_threshold import flow_log_threshold
from stairwise.numerics.process_state import working_digits
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.stiff import stiff_time, sympy_depth
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import (
    STIFF_TOLERANCE,
    Check,
    evaluator,
    random_pairs,
    violation,
    worst,
)
from stairwise.reports.checks.elementary import ELEMENTARY_ROUTES
from stairwise.theory.statement import Case, Statement


class _Pair(NamedTuple):
    """Depth, ratio and fractions."""

    depth: float
    ratio: float
    s: float
    f: float

    @property
    def e(self) -> Any:
        """1 − 2/N, in mpmath's current precision."""
        return mpmath.mpf(1) - 2 / mpmath.mpf(self.depth)


_DEEP = (
    _Pair(2.5, 1.2, 0.1, 0.9),
    _Pair(3, 2.5, 0.2, 0.8),
    _Pair(5, 12, 0.05, 0.95),
    _Pair(4, 1.5, 0.24, 0.76),
)
_INFINITE = (_Pair(math.inf, 1.2, 0.1, 0.9), _Pair(math.inf, 6, 0.2, 0.8))
_DEPTH_2 = (_Pair(2, 1.2, 0.1, 0.9), _Pair(2, 6, 0.2, 0.8), _Pair(2, 40, 0.01, 0.99))
#: Here the bound from w(s) is the better upper one of order 0, which the library then returns.
_STEEP = (_Pair(2, 40, 0.2, 0.9), _Pair(2, 90, 0.24, 0.8))
_DEEP_STEEP = (_Pair(5, 40, 0.1, 0.9), _Pair(10, 6, 0.2, 0.8), *_INFINITE)


def sharp_bounds_checks(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    with working_digits(25):
        for case in statement.cases:
            yield from _ROUTES[case.name](case)


@cache
def _log_threshold(pair: _Pair) -> float:
    """log y* from stiff solves alone, right to 1e-8."""
    return float(flow_log_threshold(*pair))


@cache
def _left_to_cross(pair: _Pair) -> float:
    """K = r^{−p} T_p(s/r, f): the time that the faster value takes from s to f r, by solving."""
    depth = sympy_depth(pair.depth)
    return stiff_time(math.log(pair.s), math.log(pair.f * pair.ratio), pair.ratio, depth)


def _excess(pair: _Pair, log_y: float) -> float:
    """G(y) from two stiff solves."""
    depth = sympy_depth(pair.depth)
    slow = stiff_time(log_y, math.log(pair.s), 1.0, depth)
    return slow - stiff_time(log_y, math.log(pair.f * pair.ratio), pair.ratio, depth)


def _shift(pair: _Pair, y: Any) -> Any:
    """D(y) by quadrature."""

    def regular(end: Any) -> Any:
        return mpmath.quad(lambda x: x ** (-pair.e) / (1 - x), [0, end])

    fast = regular(pair.f) - regular(y / pair.ratio)
    return mpmath.mpf(pair.ratio) ** (-1 - pair.e) * fast - (regular(pair.s) - regular(y))


# Identities.


def _fixed_point(case: Case) -> Iterator[Check]:
    left, right = (evaluator(side, "y_star", "r", "s", "f", "p") for side in case.claim.args)
    gaps = []
    for pair in _DEEP:
        point = (mpmath.exp(_log_threshold(pair)), pair.ratio, pair.s, pair.f, 1 + pair.e)
        gaps.append(_log_gap(right(*point), mpmath.log(left(*point))))
    # In logs, as wrong as the solved log y* is at most.
    yield Check("fixed-point form at solved thresholds", worst(gaps), STIFF_TOLERANCE)


def _one_integral(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.rhs, "y", "r", "s", "f", "p")
    gaps = []
    for pair in (*_DEEP[:2], _INFINITE[0]):
        y = pair.s / 7
        found = _excess(pair, math.log(y))
        claimed = claim(mpmath.mpf(y), pair.ratio, pair.s, pair.f, 1 + pair.e)
        gaps.append(float(abs(claimed / found - 1)))
    yield Check("G in one integral against stiff solves", worst(gaps), STIFF_TOLERANCE)


def _same(case: Case) -> Iterator[Check]:
    left = evaluator(case.claim.lhs, "r", "s", "f", "p", "K")
    right = evaluator(case.claim.rhs, "r", "s", "f", "p", "K")
    gaps = []
    for pair in _DEEP:
        point = (pair.ratio, mpmath.mpf(pair.s), mpmath.mpf(pair.f), 1 + pair.e)
        known = _left_to_cross(pair)
        gaps.append(float(abs(left(*point, known) / right(*point, known) - 1)))
    yield Check("level at D(s) against the one at w(0)", worst(gaps), STIFF_TOLERANCE)


# Slopes and order.


def _increases(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.lhs, "y", "r", "p")
    gaps, signs = [], []
    for pair in (*_DEEP[:2], _INFINITE[0]):
        y = mpmath.mpf(pair.s) / 3
        step = y / 10**6
        # D(y + h) − D(y − h): only the ends at y move.
        grown = mpmath.quad(lambda x, e=pair.e: x**-e / (1 - x), [y - step, y + step])
        near = [(y - step) / pair.ratio, (y + step) / pair.ratio]
        grown -= mpmath.mpf(pair.ratio) ** (-1 - pair.e) * mpmath.quad(
            lambda x, e=pair.e: x**-e / (1 - x), near
        )
        claimed = claim(y, pair.ratio, 1 + pair.e)
        gaps.append(float(abs(claimed * 2 * step / grown - 1)))
        signs.append(violation(0.0, float(claimed)))
    # Central differences leave the square of the relative step.
    yield Check("slope of D against quadrature", worst(gaps), 1e-10)
    yield Check("its sign", worst(signs), 0.0)


def _nested(case: Case) -> Iterator[Check]:
    names = ("D(y_1)", "D(y_2)", "r", "s", "f", "p")
    sides = (evaluator(side, *names) for side in (case.claim.lts, case.claim.gts))
    less, more = sides
    broken = []
    for pair in _DEEP:
        moved = [_shift(pair, y) for y in (pair.s / 30, pair.s / 3)]
        point = (*moved, pair.ratio, mpmath.mpf(pair.s), mpmath.mpf(pair.f), 1 + pair.e)
        broken.append(violation(float(less(*point)), float(more(*point))))
    yield Check("order of two levels, D by quadrature", worst(broken), 0.0)
    shrunk = []
    for pair in _DEEP[1:3]:
        bounds = [fixed_point_bounds(*pair, order=k) for k in range(4)]
        shrunk += [
            max(before.lower - after.lower, after.upper - before.upper)
            for before, after in pairwise(bounds)
        ]
    yield Check("fixed-point bounds leave the order before by", worst(shrunk), 0.0)


def _concave(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.lts, "y", "r", "p")
    gaps, signs = [], []
    for pair in (*_DEEP, *_INFINITE):
        y, ratio, exponent = mpmath.mpf(pair.s) / 3, mpmath.mpf(pair.ratio), 1 + pair.e

        def slope(end: Any, ratio: Any = ratio, exponent: Any = exponent) -> Any:
            """dG/dτ: the integrands of both times at their start, with dτ = −y^{−p} dy."""
            slow = end**-exponent / (1 - end)
            fast = ratio**-exponent * (end / ratio) ** -exponent / (1 - end / ratio) / ratio
            return end**exponent * (slow - fast)

        found = -(y**exponent) * mpmath.diff(slope, y)
        claimed = claim(y, ratio, exponent)
        gaps.append(float(abs(claimed / found - 1)))
        signs.append(violation(float(claimed), 0.0))
    yield Check("second slope of G in τ against differences", worst(gaps), 1e-10)
    yield Check("its sign", worst(signs), 0.0)


def _no_cycle(case: Case) -> Iterator[Check]:
    sides = (evaluator(side, "x", "r") for side in (case.claim.lts, case.claim.gts))
    less, more = sides
    ends = [1e-6, 0.1, 0.25, 1 - 1 / math.sqrt(2)]
    broken = [
        violation(float(less(x, ratio)), float(more(x, ratio)))
        for x in ends
        for ratio in (1 + 1e-12, 1.01, 2.0, 1e9)
    ]
    yield Check("w(x) < 2 w(0) below 1 − 1/√2", worst(broken), 0.0)
    bounds = fixed_point_bounds([2, 2.5, 3, 8], [1.01, 1.5, 10, 1.1], 0.29, 0.9, order=60)
    widths = np.asarray(bounds.upper - bounds.lower).tolist()
    yield Check("nested bounds after 60 orders at s = 0.29, apart by", worst(widths), 1e-9)


# Bounds.


def _log_gap(value: Any, log_expected: float) -> float:
    """|log value − log_expected|; NaN, which fails, where the value is not positive."""
    real = isinstance(value, mpmath.mpf) and value > 0
    return float(abs(mpmath.log(value) - log_expected)) if real else math.nan


def _crossed(case: Case, claimed: Any, log_y: float) -> float:
    """By how much in logs a claimed bound is on the wrong side of the threshold."""
    if not (isinstance(claimed, mpmath.mpf) and claimed > 0):
        return math.nan
    above = float(mpmath.log(claimed)) - log_y
    return above if case.claim.gts == case.claim.lhs else -above


def _bound(
    case: Case,
    pairs: tuple[_Pair, ...],
    claim: Callable[[_Pair], Any],
    library: Callable[[_Pair], float],
) -> Iterator[Check]:
    """A bound on y* against the solved threshold and against the library's."""
    crossings, gaps = [], []
    for pair in pairs:
        claimed = claim(pair)
        crossings.append(_crossed(case, claimed, _log_threshold(pair)))
        gaps.append(_log_gap(claimed, library(pair)))
    yield Check(f"{case.name}: crossed by solved y*", worst(crossings), STIFF_TOLERANCE)
    yield Check(f"{case.name}: against the library", worst(gaps), STIFF_TOLERANCE)


def _by_shift(side: int, case: Case) -> Iterator[Check]:
    evaluate = evaluator(case.claim.rhs, "r", "s", "f", "p")

    def claim(pair: _Pair) -> Any:
        return evaluate(*map(mpmath.mpf, pair[1:]), 1 + pair.e)

    # The upper bound from D(0) is void at the last pair.
    pairs = _DEEP[:3] if side else _DEEP
    yield from _bound(case, pairs, claim, lambda pair: fixed_point_bounds(*pair)[side])


def _by_weight(side: int, pairs: tuple[_Pair, ...], case: Case) -> Iterator[Check]:
    evaluate = evaluator(case.claim.rhs, "r", "s", "f", "e", "K")

    def claim(pair: _Pair) -> Any:
        return evaluate(*map(mpmath.mpf, pair[1:]), pair.e, _left_to_cross(pair))

    # The lower bound is the fixed-point form's; the upper one, where it is the better of two, ours.
    library = sharp_bounds if side else fixed_point_bounds
    yield from _bound(case, pairs, claim, lambda pair: library(*pair)[side])


def _flat(side: int, case: Case) -> Iterator[Check]:
    evaluate = evaluator(case.claim.rhs, "r", "s", "f")

    def claim(pair: _Pair) -> Any:
        return evaluate(*map(mpmath.mpf, pair[1:]))

    yield from _bound(case, _DEPTH_2, claim, lambda pair: fixed_point_bounds(*pair)[side])
    pairs = [_Pair(2, *rest) for _, *rest in random_pairs(200)]
    crossings = [_crossed(case, claim(pair), log_threshold(*pair)) for pair in pairs]
    # Rounding of log_threshold: the bounds themselves are strict.
    yield Check(f"{case.name}: crossed by y*, 200 random points", worst(crossings), 1e-12)


# Inside the paper's bounds, in τ̂ = ((s/y)^e − 1)/e.


def _distance(pair: _Pair, log_y: float) -> Any:
    """τ̂ of an initialisation."""
    return mpmath.expm1(pair.e * (mpmath.log(pair.s) - log_y)) / pair.e


def _inside(side: int, pairs: tuple[_Pair, ...], case: Case) -> Iterator[Check]:
    """The claim's two sides: of the paper's and of our bound, in the order claimed."""
    ours, theirs = case.claim.lts, case.claim.gts
    if side:
        ours, theirs = theirs, ours
    names = ("r", "s", "f", "m", "J")
    evaluate_ours, evaluate_theirs = (evaluator(part, *names) for part in (ours, theirs))
    gaps, broken = [], []
    for pair in pairs:
        ratio, low, high = map(mpmath.mpf, pair[1:])
        left = (1 - (low / (ratio * high)) ** pair.e) / pair.e
        tail = mpmath.quad(lambda x, e=pair.e: x**-e / (1 - x), [low / ratio, high])
        point = (ratio, low, high, left, (low / ratio) ** pair.e * tail)
        our_distance, their_distance = evaluate_ours(*point), evaluate_theirs(*point)
        in_paper = _distance(pair, paper_bounds(*pair)[side])
        gaps.append(float(abs(their_distance / in_paper - 1)))
        ends = (float(our_distance), float(their_distance))
        broken.append(violation(*(reversed(ends) if side else ends)))
    yield Check(f"{case.name}: order of the two", worst(broken), 0.0)
    yield Check(f"{case.name}: the paper's side", worst(gaps), 1e-12)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "fixed-point form": _fixed_point,
    "D increases": _increases,
    "lower, order 0, depth > 2": partial(_by_shift, 0),
    "upper, order 0, depth > 2": partial(_by_shift, 1),
    "nested in order": _nested,
    "no 2-cycle for s < 1 − 1/√2": _no_cycle,
    "one integral": _one_integral,
    "concave": _concave,
    "lower from w(0), depth > 2": partial(_by_weight, 0, (*_DEEP, *_INFINITE)),
    "upper from w(s), depth > 2": partial(_by_weight, 1, _DEEP_STEEP),
    "lower from w(0), depth 2": partial(_by_weight, 0, _DEPTH_2),
    "upper from w(s), depth 2": partial(_by_weight, 1, _STEEP),
    "D(s) and w(0) give one bound": _same,
    "lower, order 0, depth 2": partial(_flat, 0),
    "upper, order 0, depth 2": partial(_flat, 1),
    "upper from w(s) inside the paper's": partial(_inside, 1, _DEEP),
    "lower from w(0) inside the paper's": partial(
        _inside, 0, (_Pair(3, 12, 0.2, 0.8), _Pair(10, 40, 0.1, 0.9), _Pair(math.inf, 6, 0.1, 0.8))
    ),
    **ELEMENTARY_ROUTES,
}
