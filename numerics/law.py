"""The law of depth separation as the ratio tends to 1, with its constants."""

from typing import Generic, NamedTuple, overload

import numpy as np

from stairwise.numerics._arguments import (
    Chosen,
    Floats,
    choice,
    depths,
    fractions,
    python_float_if_scalar,
    ratios,
    require,
    require_broadcast,
)
from stairwise.numerics._types import Real, Reals, Result
from stairwise.numerics._weighted_time import (
    TERMS,
    Pair,
    box_cox,
    fraction_span,
    log_span,
    power_moment,
    power_part,
    tail_moment,
    tail_part,
)


class Law(NamedTuple, Generic[Result]):
    """log y* ≈ log_constant + exponent·log(r − 1); at depth 2 log y* ≈ log_constant/(r − 1)."""

    exponent: Result
    log_constant: Result


@overload
def depth_law(depth: Real, s: Real, f: Real) -> Law[float]: ...


@overload
def depth_law(depth: Reals, s: Reals, f: Reals) -> Law[float | Floats]: ...


def depth_law(depth: "Reals", s: "Reals", f: "Reals") -> "Law[float | Floats]":
    """How the threshold falls as the ratio r → 1+ (statement `depth-law`).

    Depth N > 2: y* ~ [e T]^{−1/e} (r − 1)^{1/e} with e = 1 − 2/N, T = T_p(s, f) = F_p(f) − F_p(s):
    polynomial, exponent 1/e = N/(N − 2). Depth 2: log y* ~ −L/(r − 1) with
    L = log[f(1−s)/((1−f)s)]: exponential, returned as exponent −inf and log_constant −L.

    Arguments broadcast: depth any real ≥ 2 or inf, 0 < s < f < 1. Natural logs; floats for scalar
    input. Raises ValueError that names argument, rule and value; below depth 2 there is no law, as
    nothing is incremental below the critical ratio. Accuracy: 5e-15 of e T or of L,
    relatively, and so (5e-15 + 4e-16·(|log(e T)| + |log s|))/e in log_constant.

    Source: new; statement `depth-law`.
    """
    rule = "a real number ≥ 2, or inf (below 2 nothing is incremental as the ratio tends to 1)"
    n = depths(depth)
    require("depth", n, n >= 2, rule)
    low, high = fractions(s, f)
    require_broadcast(depth=n, s=low, f=high)
    n, low, high = np.broadcast_arrays(n, low, high)
    pair = Pair.of(n, np.ones_like(low), low, high)
    flat = pair.e == 0
    safe = np.where(flat, 1.0, pair.e)
    with np.errstate(all="ignore"):
        time = _scaled_time(pair)
        # time is s^e T, so log(e T) = log(e·time) − e log s.
        constant = np.where(flat, -time, np.log(low) - np.log(safe * time) / safe)
    exponent = np.where(flat, -np.inf, 1 / safe)
    return Law(python_float_if_scalar(exponent), python_float_if_scalar(constant))


@overload
def uniform_law(depth: Real, ratio: Real, s: Real, f: Real, order: str = ...) -> float: ...


@overload
def uniform_law(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, order: str = ...
) -> float | Floats: ...


def uniform_law(
    depth: "Reals", ratio: "Reals", s: "Reals", f: "Reals", order: str = "second"
) -> "float | Floats":
    """Approximate log y* for ratios near 1, uniformly in the depth through N = 2.

    With e = 1 − 2/N and powers (x^{−e} − 1)/e read as −log x at e = 0:

    - "first": (y^{−e} − 1)/e = T/(r − 1), so log y* ≈ −log(1 + e T/(r − 1))/e. The depth enters
      through (N − 2)/(r − 1) alone: where it is small the law is exponential, −T/(r − 1), where it
      is large polynomial, and for N < 2 it ends at the critical ratio, r − 1 = −e T.
    - "second" adds the next term on the right, 1 + f^{−e} − e B̃(f) + (s^{−e} − 1)/e − B̃(s)
      + 2 (y^{1−e} − 1)/(1−e), where y is the first approximation and
      B̃(x) = (x^{1−e} − 1)/(1−e) + Σ_{k≥1} x^{k+1−e}/(k + 1 − e).

    Measured in `tests/numerics/test_law.py` at s = 0.1, f = 0.9, g = r − 1 in [1e-6, 0.1] and all
    N ≥ 2: the error in log y* is at most 3.2 g/(g + e) for "first" and 0.6 g² (1 + |log g|)/(g + e)
    for "second". Just above the critical ratio of a depth below 2 the error is larger. Far from
    r = 1 either may lie above log s, where no threshold is; log s is then returned.

    Arguments broadcast: depth any real ≥ 1 or inf, ratio > 1, 0 < s < f < 1. −inf below the
    approximate critical ratio. Raises ValueError that names argument, rule and value.

    Accuracy as a formula: 1e-14·(|log y| + y^e Σ), where Σ adds up the sizes of the terms on the
    right, both parts of each B̃ (checked in balls: `tests/fuzz`). At depth 2 and beyond "first" is
    so within 3e-14·|log y|; below, y^e grows towards the critical ratio.

    Source: new.
    """
    terms = choice("order", order, ("first", "second"))
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    n, r, low, high = np.broadcast_arrays(n, r, low, high)
    pair = Pair.of(n, np.ones_like(r), low, high)
    log_s = np.log(low)
    with np.errstate(all="ignore"):
        # At depth 2 and beyond in units of s: τ = ((s/y)^e − 1)/e = s^e T/(r − 1) + …, and below
        # of 1, so that no power overflows.
        deep = pair.e >= 0
        leading = np.where(deep, _scaled_time(pair), _time(pair)) / (r - 1)
        origin = np.where(deep, log_s, 0.0)
        base = np.where(deep, -power_moment(-log_s, pair.e), 0.0)
        log_y = np.minimum(origin - log_span(leading + base, pair.e), log_s)
        if terms == "second":
            more = _second_term(pair, deep, 2 * box_cox(log_y, pair.coe))
            log_y = np.minimum(origin - log_span(leading + more, pair.e), log_s)
    return python_float_if_scalar(np.asarray(log_y))


def _scaled_time(pair: Pair) -> Floats:
    """s^e T_p(s, f)."""
    time: Floats = power_part(pair) + tail_part(pair)
    return time


def _time(pair: Pair) -> Floats:
    """T_p(s, f) for e < 0."""
    span = fraction_span(pair)
    tail = tail_moment(pair.f, 1 - pair.f, span, pair.e, pair.coe)
    time: Floats = pair.f ** (-pair.e) * (power_moment(span, -pair.e) + tail)
    return time


def _second_term(pair: Pair, deep: Chosen, of_y: Floats) -> Floats:
    """What "second" adds, times s^e where deep, where (s^{−e} − 1)/e is in the units."""
    plain = 1 - pair.e * _regular_part(pair.f, pair) - _regular_part(pair.s, pair) + of_y
    quotient = np.exp(-pair.e * fraction_span(pair))  # (s/f)^e: f^{−e} may overflow
    below = plain + pair.f ** (-pair.e) + power_moment(-np.log(pair.s), -pair.e)
    value: Floats = np.where(deep, pair.s**pair.e * plain + quotient, below)
    return value


def _regular_part(x: Floats, pair: Pair) -> Floats:
    """B̃(x), from its series at min(x, 1/2) on."""
    middle = np.minimum(x, 0.5)
    value = box_cox(np.log(middle), pair.coe)
    for k in range(1, TERMS):
        value = value + middle ** (k + pair.coe) / (k + pair.coe)
    above = tail_moment(x, 1 - x, np.log(x / middle), pair.e, pair.coe) * x ** (-pair.e)
    return value + np.where(x > 0.5, above, 0.0)
