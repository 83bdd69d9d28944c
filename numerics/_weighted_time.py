"""The threshold equation in one positive integral, without cancellation at r → 1, N → 2 or ∞.

Substituting x = v/r in the second time, G(y) = 0 becomes, with e = p − 1 = 1 − 2/N,

    ∫_y^s v^{−p} W(v) dv = r/(r−1) · ∫_s^{rf} v^{−p}/(r − v) dv,    W(v) = r/((1 − v)(r − v)),

where W rises from 1. Everything here is scaled by s^e and written in δ = log(s/y), the distance
of the initialisation from s, and in τ = s^e ∫_y^s v^{−p} dv = (exp(e δ) − 1)/e. Every quantity is
a sum of positive terms, so each keeps its relative accuracy: within 5e-15 of 40-digit quadrature
at the points of `tests/numerics/test_weighted_time.py`.
"""

from typing import NamedTuple

import numpy as np

from stairwise.numerics._arguments import Floats

#: Terms of the geometric series on (0, 1/2): the remainder is below 2^{−60} of the sum.
TERMS = 60
#: Below this ratio 1/(1−v) and 1/(r−v) are too close to subtract, and a series in r−1 converges.
CLOSE = 1.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(14)


class Pair(NamedTuple):
    """Checked, broadcast arguments: e = 1 − 2/N, 1 − e = 2/N, ratio r, r − 1, s, f."""

    e: Floats
    coe: Floats
    r: Floats
    gap: Floats
    s: Floats
    f: Floats

    @classmethod
    def of(cls, depth: Floats, ratio: Floats, s: Floats, f: Floats) -> "Pair":
        """From arrays of one shape."""
        e = np.where(np.isinf(depth), 1.0, (depth - 2) / np.where(np.isinf(depth), 1.0, depth))
        return cls(e, 2 / depth, ratio, ratio - 1, s, f)


def box_cox(log_value: Floats, e: Floats) -> Floats:
    """(exp(e·log_value) − 1)/e, and log_value at e = 0."""
    safe = np.where(e == 0, 1.0, e)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(e == 0, log_value, np.expm1(safe * log_value) / safe)


def log_span(tau: Floats, e: Floats) -> Floats:
    """δ from τ, the inverse of `box_cox`; +inf where e < 0 and τ ≥ −1/e (y = 0)."""
    safe = np.where(e == 0, 1.0, e)
    with np.errstate(divide="ignore"):
        return np.where(e == 0, tau, np.log1p(np.maximum(safe * tau, -1.0)) / safe)


def reach(e: Floats) -> Floats:
    """τ at y = 0: −1/e below depth 2, rounded outwards so that `log_span` gives inf; else inf."""
    below = e < 0
    return np.where(below, -(1 + 1e-15) / np.where(below, e, 1.0), np.inf)


def fraction_span(pair: Pair) -> Floats:
    """log(r f/s) > 0, the log of the interval that the faster value still has to cross."""
    with np.errstate(over="ignore"):
        growth = (pair.f - pair.s) / pair.s
    apart = np.isinf(growth)  # s is subnormal
    log_growth = np.where(apart, np.log(pair.f) - np.log(pair.s), np.log1p(growth))
    return log_growth + np.log1p(pair.gap)


def power_moment(span: Floats, k: Floats | float) -> Floats:
    """∫ z^{k−1} dz from exp(−span) to 1: (1 − exp(−k·span))/k, and span at k = 0."""
    k = np.asarray(k, dtype=np.float64)
    # Not k == 0 alone: at N = 1e300 the product is subnormal where the span is small.
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        flat = np.abs(k) * np.minimum(span, 1e300) < 1e-20
        flat &= (k == 0) | np.isfinite(span)
        safe = np.where(flat, 1.0, k)
        return np.where(flat, span, -np.expm1(-safe * span) / safe)


def tail_moment(end: Floats, complement: Floats, span: Floats, e: Floats, coe: Floats) -> Floats:
    """end^e ∫ x^{−e}/(1 − x) dx from end·exp(−span) to end < 1; complement = 1 − end."""
    middle = np.minimum(end, 0.5)
    # Above 1/2: x^{−e}/(1 − x) = 1/(1 − x) + φ, with φ = (x^{−e} − 1)/(1 − x) smooth up to 1.
    start = np.maximum(end * np.exp(-span), middle)
    width = np.where(start > middle, -end * np.expm1(-span), end - middle)
    half = width / 2
    above = np.log1p(width / complement)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        distance = half * (1 - node)  # from the end, so that 1 − x does not cancel
        x = end - distance
        above = above + half * weight * np.expm1(-e * np.log(x)) / (complement + distance)
    scale = (end / middle) ** e
    above = np.where(end > 0.5, end**e * above, 0.0)
    # Below 1/2: the geometric series, each power integrated.
    below_span = np.maximum(span - np.log(end / middle), 0.0)
    below = np.zeros_like(above)
    for k in range(TERMS):
        below = below + middle ** (k + 1) * power_moment(below_span, k + coe)
    return above + scale * below


def target(pair: Pair) -> Floats:
    """X = s^e · r/(r−1) · ∫_s^{rf} v^{−p}/(r − v) dv, the right-hand side of the equation."""
    span = fraction_span(pair)
    # Divided before it is multiplied: near r = 1e308 the numerator leaves the range.
    tail = np.exp(-pair.e * span) / pair.gap * _tail(pair, span)
    return power_part(pair) / pair.gap + tail


def power_part(pair: Pair) -> Floats:
    """(1 − q)/e with q = (s/(rf))^e."""
    return power_moment(fraction_span(pair), pair.e)


def tail_part(pair: Pair) -> Floats:
    """(s/r)^e ∫_{s/r}^f x^{−e}/(1 − x) dx."""
    span = fraction_span(pair)
    return np.exp(-pair.e * span) * _tail(pair, span)


def _tail(pair: Pair, span: Floats) -> Floats:
    """f^e ∫_{s/r}^f x^{−e}/(1 − x) dx."""
    return tail_moment(pair.f, 1 - pair.f, span, pair.e, pair.coe)


def weight(v: Floats, complement: Floats, pair: Pair) -> Floats:
    """W(v) = r/((1 − v)(r − v)), complement = 1 − v."""
    return pair.r / (complement * (pair.gap + complement))


def start(delta: Floats, pair: Pair) -> tuple[Floats, Floats]:
    """y = s·exp(−δ) and 1 − y."""
    return pair.s * np.exp(-delta), 1 - pair.s - pair.s * np.expm1(-delta)


def excess_moment(delta: Floats, pair: Pair) -> Floats:
    """Q = s^e ∫_y^s v^{−p} (W(v) − 1) dv ≥ 0, finite at y = 0 (δ = inf) for finite depth."""
    close = pair.r < CLOSE
    return np.where(close, _excess_close(delta, pair), _excess_apart(delta, pair))


def _excess_apart(delta: Floats, pair: Pair) -> Floats:
    """For r ≥ 1.5, by partial fractions: the difference loses less than a digit."""
    one = tail_moment(pair.s, 1 - pair.s, delta, pair.e, pair.coe)
    end = np.maximum(pair.s / pair.r, np.finfo(np.float64).smallest_subnormal)
    other = tail_moment(end, (pair.gap + (1 - pair.s)) / pair.r, delta, pair.e, pair.coe)
    return (pair.r * one - other) / pair.gap


def _excess_close(delta: Floats, pair: Pair) -> Floats:
    """For r < 1.5: power series of W about 0 below v = 1/2, of v^{−p} about 1 above."""
    s, gap = pair.s, np.minimum(pair.gap, CLOSE - 1)
    middle = np.minimum(s, 0.5)
    below_span = np.maximum(delta - np.log(s / middle), 0.0)
    below, coefficient = np.zeros_like(s), np.ones_like(s)
    for k in range(1, TERMS):
        coefficient = 1 + coefficient / (1 + gap)
        below = below + coefficient * middle**k * power_moment(below_span, k - 1 + pair.coe)
    below = below * (s / middle) ** pair.e
    above = np.where(s > 0.5, s**pair.e * _upper_excess(delta, pair, gap), 0.0)
    return below + above


def _upper_excess(delta: Floats, pair: Pair, gap: Floats) -> Floats:
    """∫ v^{−p} (W(v) − 1) dv from max(y, 1/2) to s, with x = 1 − v and v^{−p} = Σ (p)_m/m! x^m."""
    near = 1 - pair.s
    width = np.minimum(-pair.s * np.expm1(-delta), np.maximum(pair.s - 0.5, 0.0))
    far = near + width
    p = 1 + pair.e
    # moment = ∫ x^m (W − 1) dx; W = r/(x(r − 1 + x)). Recursion in m, stable for r − 1 < 1.
    inner = np.log1p(width / (gap + near))  # ∫ dx/(r − 1 + x)
    moment = np.log1p(gap * width / (near * (gap + far))) / gap  # ∫ dx/(x (r − 1 + x))
    total, factor = (1 + gap) * moment, np.ones_like(p)
    near_power, difference = np.ones_like(near), np.zeros_like(near)  # far^m − near^m
    moment = inner
    for m in range(1, TERMS):
        factor = factor * (p + m - 1) / m
        total = total + factor * (1 + gap) * moment
        difference = far * difference + near_power * width
        near_power = near_power * near
        moment = difference / m - gap * moment
    plain = pair.s ** (-pair.e) * box_cox(np.log1p(width / np.maximum(1 - far, 0.5)), pair.e)
    return total - plain
