"""Bounds on the thresholds of gradient descent, from brackets on the flow's time for one step.

Statement `descent-bounds`. With ℓ ≤ T_p(x, x⁺) ≤ L for every step of x below an end, A = ℓ_i/L_j
and B = L_i/ℓ_j: all y with T_p(y, s) ≥ T_p(y/r, f)/A + L_j are incremental, and every incremental
y has T_p(y, s) ≥ T_p(y/r, f)/B. Source: at depth 2 the paper's Theorem 3, with constants
re-derived (`sharp` false); new beyond depth 2, and so are the brackets of `sharp`.
"""

from __future__ import annotations

from typing import NamedTuple, overload

import numpy as np

from stairwise.numerics import _arguments as check
from stairwise.numerics._arguments import Floats
from stairwise.numerics._types import Real, Reals
from stairwise.numerics._weighted_time import (
    Pair,
    excess_moment,
    fraction_span,
    log_span,
    power_part,
    start,
    tail_moment,
    tail_part,
)
from stairwise.numerics.bounds import Bounds
from stairwise.numerics.descent_threshold import end_slope
from stairwise.numerics.fatou import LogMap

#: Terms of the series of −log(1 − x)/x up to 1/2: the remainder is below 2^{−54} of the sum.
TERMS = 55
#: Newton's steps for a root; 1 − y may double at each where s is near 1.
STEPS = 120


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

    Accuracy, at some learning rate within 4e-16·(2 + log r), relatively, of the one given: the
    explicit bounds to 1e-14·K·max(1, |log y|), the upper one also to 1e-15·K·|log(r − s)|/(B − 1);
    the others solve their equation to 1e-14·|log y|, and with T_p(s/r, f)/A + L to 1e-14·K. K is
    the condition of A/r^{p−1} − 1 = a/b − 1 with a = r ℓ_i/c_i and b = L_j/c_j (for B with ℓ and L
    exchanged): K (a − b) is the lesser of a + b and r − 1 + |a − r| + |b − 1|. It is of order 1,
    and large only where the bounds are about to be void (checked in balls: `tests/fuzz`).

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
    pair = Pair.of(n, r, low, high)
    c_large = _larger_rate(eta, pair)
    check.require("learning_rate", eta, eta <= 1, "≤ 1, where the map is monotone")
    check.require(
        "learning_rate",
        eta,
        c_large * end_slope(high, n) <= 1,
        "such that η r^{2−2/N} f^{1−2/N} ((2N−1) f − (N−1))/N ≤ 1, where the map is monotone",
    )
    with np.errstate(all="ignore"):
        slow_small, slow_large = least_time(eta, n), least_time(c_large, n)
        if sharp:
            fast_small, fast_large = local_time(eta, n, low), local_time(c_large, n, high)
        else:
            fast_small, fast_large = greatest_time(eta), greatest_time(c_large)
        a, b = _margin(pair, slow_large, fast_small), _margin(pair, fast_large, slow_small)
        explicit = (n == 2) & (not sharp)
        loss = eta * fast_small.pace
        lower = np.where(explicit, _explicit_lower(a, loss, pair), _root(a, loss, pair))
        upper = np.where(explicit, _explicit_upper(b, pair), _root(b, np.zeros_like(b), pair))
        lower = np.where(a > 0, lower, -np.inf)
        upper = np.where(np.isfinite(b), np.minimum(upper, np.log(low)), np.log(low))
    return Bounds(check.python_float_if_scalar(lower), check.python_float_if_scalar(upper))


class StepTime(NamedTuple):
    """A bound on T_p(x, x⁺) of one step in units of c, and what it is more than 1."""

    pace: Floats
    lead: Floats


def _log_time(x: Floats) -> StepTime:
    """−log(1 − x)/x for x < 1, of either sign; inf from x = 1 on."""
    series = np.zeros_like(x)
    small = np.abs(x) < 0.5
    within = np.where(small, x, 0.0)
    for k in range(TERMS, 1, -1):
        series = (series + 1 / k) * within
    beyond = np.where(x < 1, -np.log1p(-np.minimum(x, 1)) / np.where(small, 1.0, x), np.inf)
    return StepTime(np.where(small, 1 + series, beyond), np.where(small, series, beyond - 1))


def least_time(rate: Floats, depth: Floats) -> StepTime:
    """ℓ = log(1 + κ_N c)/κ_N, κ_N = ((N−2)/(2(2N−1)))^{1−2/N}/2: the least T_p(x, x⁺) of a step."""
    nu = 1 / depth
    peak = (1 - 2 * nu) / (2 * (2 - nu))
    return _log_time(-(peak ** (1 - 2 * nu)) / 2 * rate)


def greatest_time(rate: Floats) -> StepTime:
    """L = −log(1 − c), above every T_p(x, x⁺); inf from c = 1 on."""
    return _log_time(rate)


def local_time(rate: Floats, depth: Floats, end: Floats) -> StepTime:
    """L for the steps from x ≤ end: the growth factor at `end` (depth 2), or by the least slope.

    Beyond depth 2 the slope of u⁺ − u is at least −c κ(e) up to e, with e where the step ends, so
    that T_p ≤ −log(1 − c k)/k with k = max(κ(e), 0).
    """
    after = np.exp(np.minimum(_one_step(rate, depth, end), 0))
    bent = _log_time(np.maximum(end_slope(after, depth), 0) * rate)
    factor = _growth_time(rate, end)
    flat = depth == 2
    return StepTime(*(np.where(flat, one, other) for one, other in zip(factor, bent, strict=True)))


def _growth_time(rate: Floats, x: Floats) -> StepTime:
    """The log of (1 + k)²/(1 − z), by which q = x/(1 − x) grows at depth 2; inf where x⁺ ≥ 1."""
    k = rate * (1 - x) / 2
    part = x * (1 + k / 2)
    below, above = _log_time(-k), _log_time(part * rate)  # z = part · rate
    pace = (1 - x) * below.pace + part * above.pace
    return StepTime(pace, (1 - x) * below.lead + part * above.lead + x * k / 2)


def _larger_rate(eta: Floats, pair: Pair) -> Floats:
    """c_i = η r^{2−2/N}, no larger than the largest double."""
    with np.errstate(over="ignore"):
        value = eta * pair.r * pair.r**pair.e
    return np.minimum(value, np.finfo(np.float64).max)


def _margin(pair: Pair, larger: StepTime, smaller: StepTime) -> Floats:
    """g = A/r^{p−1} − 1 for A = the time of a step of i by that of j, from c_i/c_j = r^p.

    Without A, whose digits are lost where r is near 1, or η small.
    """
    close = pair.gap + pair.r * larger.lead - smaller.lead
    apart = pair.r * larger.pace - smaller.pace
    value: Floats = np.where(larger.lead > -0.5, close, apart) / smaller.pace
    return value


def _one_step(rate: Floats, depth: Floats, start: Floats) -> Floats:
    """log x⁺."""
    x = np.log(start)
    return x + LogMap(1 / depth, rate).growth(x)


def _explicit_lower(g: Floats, loss: Floats, pair: Pair) -> Floats:
    """The sufficient condition of `descent-bounds`, solved for log y: log s less positive terms."""
    odds = fraction_span(pair) - np.log1p(-pair.f)
    value: Floats = np.log(pair.s) - ((1 + g) * loss + odds) / g
    return value


def _explicit_upper(g: Floats, pair: Pair) -> Floats:
    """The necessary condition of `descent-bounds`, solved for log y."""
    s, f = pair.s, pair.f
    shift = np.log1p(-s)
    odds = fraction_span(pair) - np.log1p(pair.gap) + np.log1p((f - s) / (1 - f))
    near = pair.gap - s
    room = np.where(near > -0.5, np.log1p(near), np.log(pair.gap + (1 - s)))  # log(r − s)
    value: Floats = np.log(s) - shift - (odds + room) / g
    return value


def _root(g: Floats, loss: Floats, pair: Pair) -> Floats:
    """log y with T_p(y, s) − T_p(y/r, f)/A = L, which falls in y where g > 0.

    In the terms of `_weighted_time`, scaled by s^e, with h = g/(1 + g) and A = (1 + g) r^e:

        h (τ + M) + (Q − M) (r − 1)/r = s^e (T_p(s/r, f)/A + L),    M = s^e ∫_y^s v^{−e}/(r − v) dv

    whose left side rises with τ, ever more slowly: Newton's method from 0 stays below the root.
    """
    share = g / (1 + g)
    level = (power_part(pair) + tail_part(pair)) / (1 + g) + loss * pair.s**pair.e
    arrays = [np.ravel(x) for x in (*pair, share, level)]
    tau, delta = np.zeros((2, np.size(g)))
    at = np.arange(tau.size)  # those that are not settled yet
    for _ in range(STEPS):
        *of_pair, h, goal = (x[at] for x in arrays)
        step = _newton_step(Pair(*of_pair), h, goal, tau[at], delta[at])
        tau[at] = np.maximum(tau[at] + step, 0)
        delta[at] = log_span(tau[at], of_pair[0])
        at = at[np.abs(step) > 1e-15 * tau[at]]
        if not at.size:
            break
    return np.asarray(np.log(pair.s) - delta.reshape(np.shape(g)))


def _newton_step(pair: Pair, share: Floats, level: Floats, tau: Floats, delta: Floats) -> Floats:
    """What Newton's method adds to τ."""
    v, left = start(delta, pair)
    far = np.maximum(pair.s / pair.r, np.finfo(np.float64).smallest_subnormal)
    moment = tail_moment(far, (pair.gap + (1 - pair.s)) / pair.r, delta, pair.e, pair.coe)
    excess = (excess_moment(delta, pair) - moment) * (pair.gap / pair.r)
    slope = (share * pair.r + pair.gap * v / left) / (pair.gap + left)
    step: Floats = (level - share * (tau + moment) - excess) / slope
    return step
