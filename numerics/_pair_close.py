"""The threshold of a pair whose two learning times nearly agree, r → 1 and s → f: no cancellation.

The difference of the two times is written as one integral of a positive function,

    (r−1) ∫_y^s u^{−p}/((1−u)(r−u)) du = ∫_s^{rf} u^{−p}/(r−u) du,

and every term of either side by what it really depends on: logs of quotients near 1 by log1p, and
short differences of K(w) = ∫_0^w expm1(e·v)/expm1(v) dv by Gauss–Legendre quadrature.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall
from stairwise.numerics._pair import ROUNDINGS, Mask, Pair, Position, Selectable, log_quotient
from stairwise.numerics._tail import Tail

# The integrand of K is analytic within 2π of the real axis: 8 nodes leave under 1e-17 of it on an
# interval of length 1.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
LONGEST = 1.0


def increment(e: Any, a: Any, start: Floats, length: Floats) -> Floats:
    """K(start + length) − K(start) for lengths up to LONGEST."""
    total = np.zeros(np.shape(start))
    negative = np.less(e, 0)
    size = np.abs(e)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        v = start + length * (0.5 + 0.5 * node)
        # expm1(e·v)/expm1(v) with only falling exponentials.
        value = np.exp(-np.where(negative, 1.0, a) * v) * np.expm1(-size * v) / np.expm1(-v)
        total += weight * np.where(negative, -value, value)
    total *= 0.5 * length
    return total


@dataclass(frozen=True)
class CloseEquation(Selectable):
    """The two integrals times s^e, left minus right, over r."""

    pair: Pair
    tail: Tail
    stretch: Any
    power: Any
    log_s: Floats
    log_r: Floats
    tail_s: Floats
    short_s: Floats
    fast: Floats
    start: Floats
    scale: Floats
    beyond: Mask
    marginal: Mask

    def slow(self, x: Any, fallen: Any, y: Any, tail_y: Any, short_y: Any) -> Floats:
        """The left integral, of the slow value's lag."""
        a, s, excess = self.pair.a, self.pair.s, self.pair.excess
        near = s * (fallen + self.tail_s - (1 - a * fallen) * tail_y)
        apart = np.log1p(excess * (s - y) / ((1 - s) * (excess + (1 - y))))
        value: Floats = excess * x + self.stretch * near
        value += self.power * (apart + self.short_s - short_y)
        return value

    def residual(self, here: Position, x: Floats, spared: float = 0.0) -> Floats:
        """Its value at X; never a rough one, because the two sides nearly agree."""
        pair = self.pair
        short_y = increment(pair.e, pair.a, here.log_distance - self.log_s, self.log_r)
        slow = self.slow(x, here.fallen, here.y, self.tail(here.y, 1 - here.y), short_y)
        value: Floats = (slow - self.fast) / pair.r
        return value

    estimate = residual


def close_equation(pair: Pair, tail: Tail) -> CloseEquation:
    """The equation of pairs with log(r f/s) ≤ LONGEST."""
    e, a, r, s, f = pair.e, pair.a, pair.r, pair.s, pair.f
    excess = pair.excess
    log_s, log_r = np.log(s), np.log1p(excess)
    distance = log_quotient(f, s) + log_r
    shrink = np.exp(-e * log_r)  # r^{−e}
    power = np.exp(e * log_s) * shrink  # (s/r)^e
    above = r * (f - s) + excess * s  # r f − s
    fast = fall(e, distance) + power * (
        np.log1p(above / (r * (1 - f))) + increment(e, a, -np.log(f), distance)
    )
    below_two = np.less(e, 0)
    never = np.zeros(r.shape, dtype=np.bool_)
    equation = CloseEquation(
        pair=pair,
        tail=tail,
        stretch=shrink * np.expm1((1 + e) * log_r),  # r − r^{−e}
        power=power,
        log_s=log_s,
        log_r=log_r,
        tail_s=tail(s, 1 - s),
        short_s=increment(e, a, -log_s, log_r),
        fast=fast,
        start=fast / r * (1 - s) * (1 + (1 - s) / excess),
        scale=fast / r * np.where(below_two, 1 + np.abs(e) * distance, 1.0),
        beyond=never,
        marginal=never,
    )
    if not np.any(below_two):
        return equation
    supremum = equation.slow(1 / np.abs(e), 1 / a, 0.0, 0.0, 0.0) / r
    room = supremum - fast / r
    beyond = below_two & ~(room > 0)
    return replace(
        equation,
        beyond=beyond,
        marginal=below_two & ~(np.abs(room) > 16 * ROUNDINGS * equation.scale),
        fast=np.where(beyond, 0.0, fast),
    )
