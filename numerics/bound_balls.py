"""Bounds on the threshold as balls at a point, from the formulas as they are published.

The anchor of the box proofs: written from the two statements' claims in y itself, they share no
algebra with `margins`, and G at the bound is evaluated by `threshold_equation`, so a slip in either
shows as a contradiction.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb

from stairwise.numerics._exact import Exact
from stairwise.numerics.balls import ball
from stairwise.numerics.threshold_equation import ThresholdEquation


class Point(NamedTuple):
    """Exact ratio, s and f."""

    ratio: Fraction
    s: Fraction
    f: Fraction


def log_bound(statement: str, side: str, order: int, depth: Exact, point: Point) -> Any:
    """Log of one bound on y* as a ball at the current precision; None where it is void.

    `statement` is separation-bounds; sharp-bounds, the fixed-point form
    (`fixed_point_bounds`); sharp-bounds-concave, the chords and tangents of `sharp_bounds`; or
    sharp-bounds-elementary, depth 2's (r, r − s exchanged). `order` is 0 or 1, `side` lower or
    upper. Depth ≥ 2. Where the fixed-point form's upper bound of order 0 is void, or does not lie
    below s, the paper's takes its place, as in the theory; order 1 is never looser than order 0.
    """
    if statement == "separation-bounds":
        return _paper(side, depth, point)
    if statement == "sharp-bounds-elementary":
        return _elementary(side, point)
    if statement == "sharp-bounds-concave":
        return _concave(side, order, depth, point)
    own, other = _order_zero(side, depth, point), "upper" if side == "lower" else "lower"
    if order == 0:
        return own
    further = _put_in(depth, point, _order_zero(other, depth, point).exp())
    if further is None:
        return own
    return own.max(further) if side == "lower" else own.min(further)


def residual(depth: Exact, point: Point, v: Any) -> Any:
    """G(e^v), at the current precision: ≥ 0 exactly where e^v ≤ y*."""
    equation = ThresholdEquation(depth, *point)
    equation.prepare()
    return equation.value(v, v.exp(), -v.expm1())


def _paper(side: str, depth: Exact, point: Point) -> Any:
    """The claim of `separation-bounds`."""
    r, s, f = (ball(x) for x in point)
    if side == "lower" and (1 - point.f) * point.ratio <= 1:
        return None
    if depth == 2:
        exponent = 1 / ((1 - f) * r - 1) if side == "lower" else (1 - s) / (r - (1 - s))
        return s.log() + exponent * (s / (r * f)).log()
    power = ball(_slope(depth))
    q = (s / (r * f)) ** power
    # (1 − f) below and 1 − s above: the least and the greatest of 1 − u on the two paths.
    rate = 1 - f if side == "lower" else 1 - s
    quotient = (rate * r - 1) / (rate * r - q) if side == "lower" else (r - rate) / (r - rate * q)
    return s.log() + quotient.log() / power


def _elementary(side: str, point: Point) -> Any:
    """The claims of `sharp-bounds` at N = 2 with r and r − s exchanged: true, and weaker."""
    r, s, f = (ball(x) for x in point)
    if side == "lower":
        return s.log() + (s * (1 - f) / (f * r)).log() / (r - 1)
    inner = s * (1 - f) / ((1 - s) * f * (r - s))
    return (s / (1 - s)).log() + inner.log() / (r - 1)


def _order_zero(side: str, depth: Exact, point: Point) -> Any:
    """The fixed-point form with D(s) and D(0); at N = 2 the limits of these, in logs."""
    s = ball(point.s)
    if side == "lower":
        return _put_in(depth, point, s)
    found = None if depth == math.inf else _put_in(depth, point, arb(0))
    if found is None or found >= s.log():
        return _paper("upper", depth, point)
    return found if found < s.log() else arb.nan()


def _concave(side: str, order: int, depth: Exact, point: Point) -> Any:
    """Chord and tangents of the concave S(τ) = τ + Q between the bounds of order 0.

    S − K = k s^m G and S' = W(y) = r/((1 − y)(r − y)); τ = ((s/y)^m − 1)/m, log(s/y) at N = 2.
    """
    r, s = ball(point.ratio), ball(point.s)
    power = ball(_slope(depth))
    level = _tau(power, s.log() - _put_in(depth, point, s))
    far, near = level, level * (1 - s) * (r - s) / r
    if depth != math.inf:
        found = _put_in(depth, point, arb(0))
        if found is not None and not found >= s.log():
            near = near.max(_tau(power, s.log() - found))
    if order == 1:
        scale = r / (r - 1) * s**power
        above, below = (
            scale * residual(depth, point, _log_y(power, s, tau)) for tau in (far, near)
        )
        slopes = [r / ((1 - y) * (r - y)) for y in (_log_y(power, s, t).exp() for t in (far, near))]
        chord = near - below * (far - near) / (above - below)
        tangents = (near - below / slopes[1]).max(far - above / slopes[0])
        far, near = chord, tangents
    return _log_y(power, s, far if side == "lower" else near)


def _tau(power: Any, delta: Any) -> Any:
    """τ from δ = log(s/y)."""
    return delta if power.is_zero() else (power * delta).expm1() / power


def _log_y(power: Any, s: Any, tau: Any) -> Any:
    """log y from τ."""
    return s.log() - (tau if power.is_zero() else (power * tau).log1p() / power)


def _put_in(depth: Exact, point: Point, y: Any) -> Any:
    """[k (C + (p−1) D(y))]^{−1/(p−1)} in logs, None where the bracket is ≤ 0, NaN if undecided."""
    r, s, f = (ball(x) for x in point)
    if depth == 2:
        odds = (s / (1 - s)).log()
        bracket = odds - (f / (1 - f)).log() + r * (1 - y).log() - (r - y).log()
        return odds + bracket / (r - 1)
    power = ball(_slope(depth))
    p = 1 + power
    constant = s**-power - r**-p * f**-power
    spread = r**-p * (_beta(depth, f) - _beta(depth, y / r)) - (_beta(depth, s) - _beta(depth, y))
    bracket = r / (r - 1) * (constant + power * spread)
    if bracket <= 0:
        return None
    return -bracket.log() / power if bracket > 0 else arb.nan()


def _slope(depth: Exact) -> Fraction:
    """p − 1 = 1 − 2/N."""
    return Fraction(1) if depth == math.inf else 1 - 2 / Fraction(depth)


def _beta(depth: Exact, x: Any) -> Any:
    """B(x) = ∫_0^x t^{a−1}/(1 − t) dt, a = 2/N; at N = ∞ log(x/(1 − x)), the same differences."""
    if depth == math.inf:
        return (x / (1 - x)).log()
    a = ball(2 / Fraction(depth))
    return x**a / a * x.hypgeom_2f1(1, a, 1 + a, abc=True) if x > 0 else arb(0)
