"""Sharp bounds on the threshold: right exponent at every ratio, tighter with every order."""

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
    whole,
)
from stairwise.numerics._types import Real, Reals
from stairwise.numerics._weighted_time import (
    Pair,
    excess_moment,
    log_span,
    reach,
    start,
    target,
    weight,
)
from stairwise.numerics.bounds import Bounds, paper_bounds_of, slow_margin


@overload
def sharp_bounds(depth: Real, ratio: Real, s: Real, f: Real, order: int = ...) -> Bounds[float]: ...


@overload
def sharp_bounds(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, order: int = ...
) -> Bounds[float | Floats]: ...


def sharp_bounds(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, order: int = 0
) -> Bounds[float | Floats]:
    """Bounds on log y* with the right exponent as ratio → 1 (statement `sharp-bounds`).

    In τ = ∫_y^s v^{−p} dv the equation of the threshold is S(τ) = K with S(0) = 0 and slope
    W(y) = r/((1 − y)(r − y)), which falls towards 1 as y → 0: S is concave.

    - Order 0: S ≥ τ gives the lower bound; the upper one is the better of S ≤ τ + ∫_0^s (W − 1)
      (from D(0), void where the integral is too large) and of the tangent at y = s (never
      void, and never above the paper's).
    - Each further order replaces the lower bound by where the chord of the bracket meets K, and
      the upper one by the better of its two end tangents. The bracket shrinks at every order, and
      quadratically in the end. It lies inside the one that the fixed-point form gives
      at the same order, which need not converge at all (see `fixed_point_bounds`).

    Arguments broadcast: depth any real ≥ 1 or inf, ratio > 1, 0 < s < f < 1; order a whole number
    ≥ 0. Returns natural logs, floats for scalar input; the lower bound is finite for depth ≥ 2
    (below depth 2 either may be −inf, and an upper −inf proves that nothing is incremental). Raises
    ValueError that names argument, rule and value.

    Accuracy: each bound is within 1e-14·max(1, |log y|) of its exact value, times W(s) (below 1.8
    for s < 1/4; for s near 1 the upper bound is a small difference) and, below depth 2, times
    10·(s/y)^{2/N−1}, as a rounding of an input moves it so far (checked in balls: `tests/fuzz`).
    Rounding never breaks the order paper ≤ order k ≤ order k + 1 from below and above. At N ≥ 2 the
    paper's bounds are never tighter in exact arithmetic; where they round to more, they are taken.

    Source: new; statement `sharp-bounds`, with the tangent and chord in place of D(0) and D(y).
    """
    orders = whole("order", order, 0)
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    n, r, low, high = np.broadcast_arrays(n, r, low, high)
    pair = Pair.of(n, r, low, high)
    lower, upper = sharp_bounds_of(pair, orders, paper_bounds_of(pair, slow_margin(pair)))
    return Bounds(python_float_if_scalar(lower), python_float_if_scalar(upper))


def sharp_bounds_of(pair: Pair, orders: int, paper: Bounds[Floats]) -> Bounds[Floats]:
    """The same of checked arguments, whose gap r − 1 may be known better than from the double r."""
    with np.errstate(all="ignore"):
        delta_lower, delta_upper = _bracket(pair, orders)
    log_s = np.log(pair.s)
    lower = np.maximum(log_s - delta_lower, paper.lower)
    upper = np.minimum(log_s - delta_upper, paper.upper)
    return Bounds(np.asarray(np.minimum(lower, upper)), np.asarray(upper))


def _bracket(pair: Pair, orders: int) -> tuple[Floats, Floats]:
    """δ = log(s/y) at the lower and at the upper bound on y."""
    level = target(pair)
    far = np.minimum(level, reach(pair.e))
    everything = excess_moment(np.full_like(pair.s, np.inf), pair)
    at_s = level / weight(pair.s, 1 - pair.s, pair)
    near = np.minimum(np.fmax(level - everything, at_s), far)
    for _ in range(orders):
        far, near = _tighten(pair, level, far, near)
    return log_span(far, pair.e), log_span(near, pair.e)


def _tighten(pair: Pair, level: Floats, far: Floats, near: Floats) -> tuple[Floats, Floats]:
    """One chord from below and the better tangent from above, kept inside the bracket in τ."""
    far_value, far_slope = _value_and_slope(pair, far)
    near_value, near_slope = _value_and_slope(pair, near)
    missing = np.maximum(level - near_value, 0.0)
    rise = far_value - near_value
    chord = near + missing * np.where(rise > 0, (far - near) / np.where(rise > 0, rise, 1.0), 1.0)
    tangent = near + missing / near_slope
    # Rounding leaves S(far) a hair below the level once the bracket is down to a few ulp.
    other = np.where(far_value > level, far - (far_value - level) / far_slope, near)
    new_far = np.clip(chord, near, far)
    new_near = np.clip(np.maximum(tangent, other), near, new_far)
    return new_far, new_near


def _value_and_slope(pair: Pair, tau: Floats) -> tuple[Floats, Floats]:
    """S(τ) = τ + ∫ (W − 1) and its slope W."""
    delta = log_span(tau, pair.e)
    v, complement = start(delta, pair)
    return tau + excess_moment(delta, pair), weight(v, complement, pair)
