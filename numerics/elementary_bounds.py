"""Bounds on the threshold in powers and logs alone: never void, never looser than the paper's."""

from __future__ import annotations

from typing import overload

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    python_float_if_scalar,
    ratios,
    require_broadcast,
)
from stairwise.numerics._types import Real, Reals
from stairwise.numerics._weighted_time import (
    Pair,
    fraction_span,
    log_span,
    power_moment,
    power_part,
    reach,
    weight,
)
from stairwise.numerics.bounds import Bounds, paper_bounds


@overload
def elementary_bounds(depth: Real, ratio: Real, s: Real, f: Real) -> Bounds[float]: ...


@overload
def elementary_bounds(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> Bounds[float | Floats]: ...


def elementary_bounds(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> Bounds[float | Floats]:
    """Closed-form bounds on log y*, finite on both sides at every depth ≥ 2 and ratio > 1.

    With e = 1 − 2/N, α = s/r, q = (α/f)^e, powers (b^c − a^c)/c read as log(b/a) at c = 0, and
    Λ = log((1 − α)/(1 − f)), the threshold solves τ + Q(y) = X for τ = ((s/y)^e − 1)/e, where

        X = [(1 − q)/e + α^e J]/(r − 1),
        Λ + e·(f^{1−e} − α^{1−e})/(1−e)  ≤  J  ≤  the smaller of
        Λ + 2e·(f^{(1−e)/2} − α^{(1−e)/2})/(1−e)  and  f^{1−e} Λ + (f^{1−e} − α^{1−e})/(1−e)

    (equal to the first at N = 2 and ∞), and with W(v) = r/((1 − v)(r − v)), h(v) = (W(v) − 1)/v,

        Q(y) ≤ h(0)·M₀ + (h(s) − h(0))·M₁,   Q(y) ≥ h(0)·M₀,   τ W(s) ≥ τ + Q(y),
        M₀ = s (1 − (y/s)^{1−e})/(1 − e),   M₁ = s (1 − (y/s)^{2−e})/(2 − e).

    A first lower bound is τ = X₊; from it, the upper bound is the better of X₋/W(s) and
    X₋ − Q₊(lower), and the lower bound is then improved to τ = X₊ − Q₋(upper).

    Arguments, result and errors as in `sharp_bounds`, accuracy as in `paper_bounds`. At depths
    N ≥ 2 it is as tight as the paper on both sides at least, with proofs in statement
    `sharp-bounds`.

    Source: new.
    """
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    n, r, low, high = np.broadcast_arrays(n, r, low, high)
    pair = Pair.of(n, r, low, high)
    with np.errstate(all="ignore"):
        delta_lower, delta_upper = _bracket(pair)
    log_s = np.log(low)
    paper = paper_bounds(n, r, low, high)
    lower = np.maximum(log_s - delta_lower, paper.lower)
    upper = np.minimum(log_s - delta_upper, paper.upper)
    return Bounds(python_float_if_scalar(np.minimum(lower, upper)), python_float_if_scalar(upper))


def _bracket(pair: Pair) -> tuple[Floats, Floats]:
    """δ = log(s/y) at the lower and at the upper bound on y."""
    level_low, level_high = _levels(pair)
    far = np.minimum(level_high, reach(pair.e))
    moments = _moments(log_span(far, pair.e), pair)
    by_chord = level_low - pair.s * (_slope(pair) * moments[0] + _rise(pair) * moments[1])
    by_weight = level_low / weight(pair.s, 1 - pair.s, pair)
    near = np.minimum(np.fmax(by_chord, by_weight), far)
    near_delta = log_span(near, pair.e)
    improved = level_high - pair.s * _slope(pair) * _moments(near_delta, pair)[0]
    return log_span(np.clip(improved, near, far), pair.e), near_delta


def _levels(pair: Pair) -> tuple[Floats, Floats]:
    """X₋ and X₊."""
    span = fraction_span(pair)
    # f^c − α^c = f^c (1 − exp(−c·span)); Λ = log((1 − α)/(1 − f)).
    difference = (pair.gap * pair.f + (pair.f - pair.s)) / pair.r
    ends = np.log1p(difference / (1 - pair.f))
    full = pair.f**pair.coe * power_moment(span, pair.coe)
    half = pair.f ** (pair.coe / 2) * power_moment(span, pair.coe / 2)
    # Below depth 2 (e < 0) the two comparisons change sides.
    rising = pair.e >= 0
    lower = ends + pair.e * np.where(rising, full, half)
    upper = ends + pair.e * np.where(rising, half, full)
    upper = np.minimum(upper, pair.f**pair.coe * ends + full)
    return _level(pair, span, lower), _level(pair, span, upper)


def _level(pair: Pair, span: Floats, value: Floats) -> Floats:
    """[(1 − q)/e + α^e·value]/(r − 1), in logs where α or its power leaves float64's range."""
    alpha, log_alpha = pair.s / pair.r, np.log(pair.s) - np.log(pair.r)
    normal = alpha > np.finfo(np.float64).tiny
    scale = np.where(normal, alpha**pair.e, np.exp(pair.e * log_alpha))
    direct = (power_part(pair) + scale * value) / pair.gap
    whole = value + pair.f ** (-pair.e) * power_moment(span, -pair.e)  # α^e·whole is the bracket
    log_size = pair.e * log_alpha + np.log(np.abs(whole)) - np.log(pair.gap)
    return np.where(np.isfinite(direct), direct, np.sign(whole) * np.exp(log_size))


def _moments(delta: Floats, pair: Pair) -> tuple[Floats, Floats]:
    """M₀/s and M₁/s."""
    return power_moment(delta, pair.coe), power_moment(delta, 1 + pair.coe)


def _slope(pair: Pair) -> Floats:
    """h(0) = 1 + 1/r."""
    return 1 + 1 / pair.r


def _rise(pair: Pair) -> Floats:
    """h(s) − h(0) = s ((r + 1)(r + 1 − s)/r − 1)/((1 − s)(r − s)), all terms positive."""
    apart = pair.gap + (1 - pair.s)
    return pair.s * (apart + (1 + apart) / pair.r) / ((1 - pair.s) * apart)
