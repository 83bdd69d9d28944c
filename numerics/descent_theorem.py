"""Bounds on the thresholds of gradient descent, from brackets on the flow's time for one step.

Statement `descent-bounds`. With ℓ ≤ T_p(x, x⁺) ≤ L for every step of x below an end, A = ℓ_i/L_j
and B = L_i/ℓ_j: all y with T_p(y, s) ≥ T_p(y/r, f)/A + L_j are incremental, and every incremental
y has T_p(y, s) ≥ T_p(y/r, f)/B. Source: at depth 2 the paper's Theorem 3, with constants
re-derived (`sharp` false); new beyond depth 2, and so are the brackets of `sharp`.
"""

from __future__ import annotations

from typing import overload

import numpy as np

from stairwise.numerics import _arguments as check
from stairwise.numerics._arguments import Floats
from stairwise.numerics._flow_time import time_integral
from stairwise.numerics._types import Real, Reals
from stairwise.numerics.bounds import Bounds
from stairwise.numerics.descent_threshold import end_slope
from stairwise.numerics.fatou import LogMap


@overload
def descent_bounds(
    depth: Real, ratio: Real, s: Real, f: Real, learning_rate: Real, sharp: bool = ...
) -> Bounds[float]: ...


@overload
def descent_bounds(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, learning_rate: Reals, sharp: bool = ...
) -> Bounds[float | Floats]: ...


def descent_bounds(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, learning_rate: Reals, sharp: bool = False
) -> Bounds[float | Floats]:
    """Bounds in log y on descent thresholds: lower ≤ safe ≤ supremum ≤ upper, for σ*_j = 1.

    Depth ≥ 2. By default steps are bracketed uniformly, log(1 + κ_N c)/κ_N ≤ T_p ≤ −log(1 − c), and
    at depth 2 the bounds are explicit (`descent-bounds`). `sharp` brackets only the steps
    that matter, those from below s for j and from below f for i, and solves for y: tighter, and
    less often void. Where void (A ≤ r^{p−1}, or c_i so large that steps may pass the target), the
    lower bound is −inf and the upper one log s. Arguments broadcast.

    Raises ValueError for invalid input and for depth below 2.
    """
    low, high = check.fractions(s, f)
    depths, ratios = check.depths(depth), check.ratios(ratio)
    check.require("depth", depths, depths >= 2, "≥ 2 for descent bounds")
    rates = check.positive("learning_rate", learning_rate)
    check.require_broadcast(depth=depths, ratio=ratios, s=low, f=high, learning_rate=rates)
    n, r, low, high, eta = (
        np.asarray(a, dtype=np.float64)
        for a in np.broadcast_arrays(depths, ratios, low, high, rates)
    )
    c_large = eta * r ** (2 - 2 / n)
    check.require("learning_rate", eta, eta <= 1, "≤ 1, where the map is monotone")
    check.require(
        "learning_rate",
        eta,
        c_large * end_slope(high, n) <= 1,
        "such that η r^{2−2/N} f^{1−2/N} ((2N−1) f − (N−1))/N ≤ 1, where the map is monotone",
    )
    slow_small, slow_large = least_time(eta, n), least_time(c_large, n)
    if sharp:
        fast_small, fast_large = local_time(eta, n, low), local_time(c_large, n, high)
    else:
        fast_small, fast_large = greatest_time(eta), greatest_time(c_large)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = slow_large / fast_small, fast_large / slow_small
    explicit = (n == 2) & (not sharp)
    lower = np.where(
        explicit,
        _explicit_lower(a, fast_small, r, low, high),
        _root(a, fast_small, n, r, low, high),
    )
    upper = np.where(
        explicit,
        _explicit_upper(b, r, low, high),
        _root(b, np.zeros(n.shape), n, r, low, high),
    )
    lower = np.where(a > r ** (1 - 2 / n), lower, -np.inf)
    upper = np.where(np.isfinite(b), np.minimum(upper, np.log(low)), np.log(low))
    return Bounds(check.python_float_if_scalar(lower), check.python_float_if_scalar(upper))


def least_time(rate: Floats, depth: Floats) -> Floats:
    """ℓ = log(1 + κ_N c)/κ_N, κ_N = ((N−2)/(2(2N−1)))^{1−2/N}/2: the least T_p(x, x⁺) of a step."""
    nu = 1 / depth
    peak = (1 - 2 * nu) / (2 * (2 - nu))
    slope = peak ** (1 - 2 * nu) / 2
    value: Floats = np.log1p(slope * rate) / slope
    return value


def greatest_time(rate: Floats) -> Floats:
    """L = −log(1 − c), above every T_p(x, x⁺); inf from c = 1 on."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rate < 1, -np.log1p(-rate), np.inf)


def local_time(rate: Floats, depth: Floats, end: Floats) -> Floats:
    """L for the steps from x ≤ end: the growth factor at `end` (depth 2), or by the least slope.

    Beyond depth 2 the slope of u⁺ − u is at least −c κ(e) up to e, with e where the step ends, so
    that T_p ≤ −log(1 − c k)/k with k = max(κ(e), 0).
    """
    after = np.exp(np.minimum(_one_step(rate, depth, end), 0))
    slope = np.maximum(end_slope(after, depth), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = -np.log1p(-np.minimum(slope * rate, 1)) / np.where(slope > 0, slope, 1)
        factor = np.where(after < 1, np.log(after / (1 - after)) - np.log(end / (1 - end)), np.inf)
    return np.where(depth == 2, factor, np.where(slope > 0, bent, rate))


def _one_step(rate: Floats, depth: Floats, start: Floats) -> Floats:
    """log x⁺."""
    x = np.log(start)
    return x + LogMap(1 / depth, rate).growth(x)


def _explicit_lower(a: Floats, loss: Floats, r: Floats, s: Floats, f: Floats) -> Floats:
    """The sufficient condition of `descent-bounds`, solved for log y."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.log(s) - loss - np.log(f * r / (1 - f)) / a) / (1 - 1 / a)


def _explicit_upper(b: Floats, r: Floats, s: Floats, f: Floats) -> Floats:
    """The necessary condition of `descent-bounds`, solved for log y."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.log(s / (1 - s)) - np.log(f * (r - s) / (1 - f)) / b) / (1 - 1 / b)


def _root(a: Floats, loss: Floats, n: Floats, r: Floats, s: Floats, f: Floats) -> Floats:
    """log y with T_p(y, s) − T_p(y/r, f)/A = L, falling in y where A > r^{p−1}; by bisection."""
    log_r, log_s, log_f = np.log(r), np.log(s), np.log(f)

    def surplus(x: Floats) -> Floats:
        value: Floats = time_integral(x, log_s, n) - time_integral(x - log_r, log_f, n) / a - loss
        return value

    solvable = np.isfinite(a) & (a > r ** (1 - 2 / n))
    high = log_s
    width = np.ones(n.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(60):
            negative = solvable & (surplus(high - width) < 0)
            if not np.any(negative):
                break
            width = np.where(negative, 2 * width, width)
        low = high - width
        for _ in range(80):
            middle = (low + high) / 2
            positive = surplus(middle) >= 0
            low, high = np.where(positive, middle, low), np.where(positive, high, middle)
    return np.where(loss > 0, low, high)
