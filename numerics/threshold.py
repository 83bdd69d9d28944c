"""The exact threshold on the initialisation scale below which a pair is learned incrementally.

A pair σ*_i = r σ*_j, r > 1, is (s, f)-incremental if at some time σ_j ≤ s σ*_j and σ_i ≥ f σ*_i.
That holds iff y = σ0/σ*_j ≤ y*(N, r, s, f), the root of T_p(y, s) = r^{−p} T_p(y/r, f).
Source: the paper's definition; the exact threshold is new (`exact-threshold`).
"""

from __future__ import annotations

from typing import overload

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    positive,
    python_float_if_scalar,
    ratios,
    require,
    require_broadcast,
)
from stairwise.numerics._blocks import in_blocks
from stairwise.numerics._exponents import shared_exponents
from stairwise.numerics._pair import Pair, log_quotient, solve
from stairwise.numerics._pair_close import LONGEST, close_equation
from stairwise.numerics._pair_elementary import solve_depth_infinite, solve_depth_two
from stairwise.numerics._pair_open import open_equation
from stairwise.numerics._scaled import scaled
from stairwise.numerics._tail import SPLIT, Tail
from stairwise.numerics._types import Booleans, Real, Reals
from stairwise.numerics._weighted_time import Pair as Fractions
from stairwise.numerics._weighted_time import power_part, tail_part

#: Below this log(F_p(f)/F_p(s)) is a small difference, and log1p of the time from s to f is not.
CLOSE = 0.5
#: Where `is_incremental` asks balls: twice the errors stated by `log_threshold` (relative) and
#: `critical_ratio`, and 20 ulps of the times for the rounding of the ratio.
THRESHOLD_ERROR, CRITICAL_ERROR, RATIO_ERROR = 2e-13, 1e-14, 5e-15

ELEMENTARY = {2.0: solve_depth_two, np.inf: solve_depth_infinite}


@overload
def log_threshold(depth: Real, ratio: Real, s: Real, f: Real) -> float: ...


@overload
def log_threshold(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> float | Floats: ...


def log_threshold(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> float | Floats:
    """Natural log of y* = σ0/σ*_j, the largest initialisation at which learning is incremental.

    depth: any real N ≥ 1, or inf; ratio: r = σ*_i/σ*_j > 1, finite; 0 < s < f < 1. They broadcast;
    all are taken as exact doubles. Returns a float for scalars, else an array of the common shape;
    −inf where no initialisation is incremental: at N = 1, and for 1 < N < 2 up to the
    `critical_ratio`. Never NaN, and never above log s.

    Accuracy: the error is at most 1e-13 of log y* (1e-13 itself where |log y*| < 1). Worst of
    23,323 random and extreme points against 90-digit mpmath: 2.1e-14
    (N = 1.0138917918326853, r = 1.1024621646574113, s = 0.5700075075457305,
    f = 0.5700078700938885).
    Nothing is given up to conditioning: where the two times cancel (r → 1 with s → f; r within
    about 1e-3 of the critical ratio) the equation is solved as one positive integral, and the few
    points left in ball arithmetic, at about a millisecond each. All others cost 0.04 to 1 µs.

    Raises ValueError that names argument, rule and value.
    Source: new (`exact-threshold`); the property is the paper's definition.
    """
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    return python_float_if_scalar(in_blocks(_from_ratio, n, r, low, high))


@overload
def threshold(depth: Real, ratio: Real, s: Real, f: Real) -> float: ...


@overload
def threshold(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> float | Floats: ...


def threshold(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> float | Floats:
    """y* = σ0/σ*_j itself: exp of `log_threshold`, 0 where that is below float64's range.

    Arguments, shapes and errors are those of `log_threshold`; its relative error is that one's
    absolute error, up to 1e-13·|log y*|.
    """
    with np.errstate(under="ignore"):
        return python_float_if_scalar(np.asarray(np.exp(log_threshold(depth, ratio, s, f))))


@overload
def is_incremental(
    sigma0: Real, sigma_star_i: Real, sigma_star_j: Real, depth: Real, s: Real, f: Real
) -> bool: ...


@overload
def is_incremental(
    sigma0: Reals, sigma_star_i: Reals, sigma_star_j: Reals, depth: Reals, s: Reals, f: Reals
) -> bool | Booleans: ...


def is_incremental(
    sigma0: Reals, sigma_star_i: Reals, sigma_star_j: Reals, depth: Reals, s: Reals, f: Reals
) -> bool | Booleans:
    """Whether two values with targets σ*_i > σ*_j, started from σ0, are (s, f)-incremental.

    That is: at some time σ_j ≤ s σ*_j while σ_i ≥ f σ*_i. Finite σ0 > 0 and targets > 0; depth, s
    and f as in `log_threshold`; all broadcast. Returns a bool for scalars, else a boolean array.

    Decided by log(σ0/σ*_j) ≤ log y*, with r − 1 from the difference of the targets, so that targets
    one ulp apart are told apart. Where the two logs are within `log_threshold`'s error of each
    other, or r within rounding of the critical ratio, ball arithmetic decides instead, with the
    arguments taken exactly, at about a millisecond each: the answer is right for the doubles given.
    Raises ValueError, also where σ*_i ≤ σ*_j; `UndecidedError` (an ArithmeticError) where 4096 bits
    do not tell σ0 from the threshold. Source: the paper's definition; decided by the exact
    threshold (new).
    """
    start, n = positive("sigma0", sigma0), depths(depth)
    larger, smaller = positive("sigma_star_i", sigma_star_i), positive("sigma_star_j", sigma_star_j)
    low, high = fractions(s, f)
    require_broadcast(
        sigma0=start, sigma_star_i=larger, sigma_star_j=smaller, depth=n, s=low, f=high
    )
    require("sigma_star_i", larger, larger > smaller, "greater than sigma_star_j")
    arguments = (start, larger, smaller, n, low, high)
    margin = in_blocks(_clear_margin, *arguments)
    verdict = np.asarray(margin > 0)
    doubtful = np.isnan(margin)
    if np.any(doubtful):
        # python-flint is loaded only for the few points that need it.
        from stairwise.numerics._pair_sign import incremental_in_balls

        chosen = (np.broadcast_to(a, margin.shape)[doubtful] for a in arguments)
        points = zip(*(column.tolist() for column in chosen), strict=True)
        verdict[doubtful] = [incremental_in_balls(*point) for point in points]
    return bool(verdict) if verdict.ndim == 0 else verdict


@overload
def critical_ratio(depth: Real, s: Real, f: Real) -> float: ...


@overload
def critical_ratio(depth: Reals, s: Reals, f: Reals) -> float | Floats: ...


def critical_ratio(depth: Reals, s: Reals, f: Reals) -> float | Floats:
    """The ratio r_c up to which no initialisation makes learning incremental.

    (F_p(f)/F_p(s))^{1/p} for 1 < N < 2; 1 for N ≥ 2, where every ratio is reached; inf at N = 1,
    and where r_c is beyond float64's range (near N = 1, where it grows like exp(1/(N − 1))).
    depth, s and f as in `log_threshold`; they broadcast. Float for scalars, else an array.

    Accuracy: 1e-15·(5 + log r_c) relative; worst of 2,000 random points against 90-digit mpmath:
    9.2e-14 at r_c = 2.8e290 (N = 1.07974, s = 1.9e-51, f = 0.329).
    Raises ValueError that names argument, rule and value. Source: new (`critical-ratio`).
    """
    n = depths(depth)
    low, high = fractions(s, f)
    require_broadcast(depth=n, s=low, f=high)
    return python_float_if_scalar(in_blocks(_critical, n, low, high))


def _from_ratio(depth: Floats, ratio: Floats, s: Floats, f: Floats) -> Floats:
    return _log_threshold(depth, ratio, ratio - 1, s, f)


def _log_threshold(depth: Floats, ratio: Floats, excess: Floats, s: Floats, f: Floats) -> Floats:
    """One block; excess is r − 1, which r itself may not hold to full precision."""
    problem = (depth, ratio, excess, s, f)
    high = s > SPLIT  # apart, because they need other series and another start
    if depth[0] in ELEMENTARY and np.all(depth == depth[0]):
        log_y, left = ELEMENTARY[depth[0]](ratio, excess, s, f)
        parts = [left & high, left & ~high]
    elif high.any() and not high.all():
        log_y, parts = np.empty(s.shape), [high, ~high]
    else:
        return _general(*problem)
    for part in map(np.flatnonzero, parts):
        if part.size:
            log_y[part] = _general(*(x[part] for x in problem))
    return log_y


def _general(depth: Floats, ratio: Floats, excess: Floats, s: Floats, f: Floats) -> Floats:
    """Any depth: by plain terms, where these cancel by one integral, where that does by balls."""
    pair = Pair(*shared_exponents(depth), ratio, excess, s, f)
    tail = Tail(pair.e, pair.a)
    log_y, doubtful = solve(open_equation(pair, tail))
    if not doubtful.any():
        return log_y
    close = doubtful & (log_quotient(f, s) + np.log(ratio) < LONGEST)
    if close.any():
        log_y[close], doubtful[close] = solve(close_equation(pair.at(close), tail.at(close)))
    if not doubtful.any():
        return log_y
    # python-flint is loaded only for the few points that need it.
    from stairwise.numerics._pair_balls import solve_in_balls

    for i in np.flatnonzero(doubtful):
        log_y[i] = solve_in_balls(*(float(x[i]) for x in (depth, excess, s, f, log_y)))
    return log_y


def _clear_margin(
    sigma0: Floats, larger: Floats, smaller: Floats, depth: Floats, s: Floats, f: Floats
) -> Floats:
    """log y* − log(σ0/σ*_j); NaN where its sign hangs on rounding.

    Rounding the ratio moves log y* by up to about an ulp of the times over y*^{2/N−1}, the slope
    of the equation, which is small below depth 2 near the critical ratio.
    """
    largest = np.finfo(np.float64).max
    ratio = np.minimum(larger / smaller, largest)
    excess = np.minimum((larger - smaller) / smaller, largest)
    log_y = scaled(sigma0).over(scaled(smaller)).log()
    log_threshold = _log_threshold(depth, ratio, excess, s, f)
    margin = log_threshold - log_y
    size = np.maximum(1, np.abs(log_threshold))
    doubtful = np.isfinite(log_threshold) & (np.abs(margin) <= THRESHOLD_ERROR * size)
    shallow = (depth < 2) & (depth > 1)
    if shallow.any():
        times = 1 - np.log1p(-f) + np.abs(log_threshold)
        error = RATIO_ERROR * times * np.exp((1 - 2 / depth) * log_threshold)
        doubtful |= shallow & (np.abs(margin) <= error)
        never = shallow & np.isinf(log_threshold)
        if never.any():
            critical = _critical(depth[never], s[never], f[never])
            close = np.abs(ratio[never] / critical - 1) <= CRITICAL_ERROR * (5 + np.log(critical))
            doubtful[never] = close
    return np.where(doubtful, np.nan, margin)


def _critical(depth: Floats, s: Floats, f: Floats) -> Floats:
    """(F_p(f)/F_p(s))^{1/p} with F_p(x) = x^q/q + x^a (1/a + S(x)), q = −e = 2/N − 1."""
    e, a = shared_exponents(depth)
    tail = Tail(e, a)
    low, high = s * (1 / a + tail(s, 1 - s)), f * (1 / a + tail(f, 1 - f))
    length = log_quotient(f, s)
    gain = -e * length + np.log1p(-e * (high - low) / (1 - e * low))
    close = (gain < CLOSE) & (depth > 1) & (depth < 2)
    if close.any():
        pair = Fractions.of(depth, np.ones_like(s), s, f)
        time = power_part(pair) + tail_part(pair)  # s^e T_p(s, f)
        gain = np.where(close, np.log1p(-e * time / (1 - e * low)), gain)
    ratio = np.exp(gain / (2 * (depth - 1) / depth))
    return np.where(depth >= 2, 1.0, np.where(depth == 1, np.inf, ratio))
