"""The paper's bounds on the threshold (Theorem 2), in log y."""

from typing import Generic, NamedTuple, overload

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    python_float_if_scalar,
    ratios,
    require_broadcast,
)
from stairwise.numerics._scaled import product
from stairwise.numerics._types import Real, Reals, Result
from stairwise.numerics._weighted_time import Pair, fraction_span


class Bounds(NamedTuple, Generic[Result]):
    """Lower and upper bound on log y*; −inf below where nothing can be said."""

    lower: Result
    upper: Result


@overload
def paper_bounds(depth: Real, ratio: Real, s: Real, f: Real) -> Bounds[float]: ...


@overload
def paper_bounds(depth: Reals, ratio: Reals, s: Reals, f: Reals) -> Bounds[float | Floats]: ...


def paper_bounds(
    depth: "Reals", ratio: "Reals", s: "Reals", f: "Reals"
) -> "Bounds[float | Floats]":
    """The paper's separation bounds on log y*, re-derived (statement `separation-bounds`).

    The initialisation scales y = σ0/σ*_j up to exp(lower) are all incremental, those beyond
    exp(upper) are not. The lower bound holds only for (1 − f)·ratio > 1; elsewhere it is −inf.

    Arguments broadcast: depth any real ≥ 1 or inf, ratio > 1, 0 < s < f < 1. Returns natural logs,
    floats for scalar input. Raises ValueError that names argument, rule and value. Below depth 2
    the same comparison applies; an upper bound of −inf then proves that no initialisation works.

    Accuracy: each bound is within 1e-14·max(1, |log y|) of its exact value; below depth 2 within
    10·(s/y)^{2/N−1} times that, as a rounding of an input moves it so far (checked in balls:
    `tests/fuzz`).

    Source: the paper, Theorem 2; statement `separation-bounds`.
    """
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    pair = Pair.of(*np.broadcast_arrays(n, r, low, high))
    lower, upper = paper_bounds_of(pair, slow_margin(pair))
    return Bounds(python_float_if_scalar(lower), python_float_if_scalar(upper))


def paper_bounds_of(pair: Pair, margin: Floats) -> Bounds[Floats]:
    """The same of checked arguments; the gap r − 1 and the margin (1 − f) r − 1 on their own.

    Either may be known better than from the doubles r and f.
    """
    with np.errstate(all="ignore"):
        log_s, span = np.log(pair.s), fraction_span(pair)
        lower = log_s + _bound(pair.e, span, 1.0, margin)
        upper = log_s + _bound(pair.e, span, 1 - pair.s, pair.gap + pair.s)
    return Bounds(np.asarray(lower), np.asarray(upper))


def slow_margin(pair: Pair) -> Floats:
    """(1 − f) r − 1 without cancellation, from exact products, each where it starts exactly."""
    near = pair.r < 2**60  # beyond, (1 − f) r is far from 1, if only because 1 − f ≥ 2^−53
    complement, ratio = 1 - pair.f, np.where(near, pair.r, 1.0)
    of_gain, of_loss = product(complement, ratio), product(pair.f, ratio)
    by_gain = (of_gain.high - 1) + of_gain.low  # f ≥ 1/2: 1 − f is exact
    by_loss = ((ratio - 1) - of_loss.high) - of_loss.low  # r − 1 is exact where it cancels
    return np.where(near, np.where(pair.f < 0.5, by_loss, by_gain), complement * pair.r - 1)


def _bound(e: Floats, span: Floats, unit: Floats | float, margin: Floats) -> Floats:
    """log of [margin/(gain − q)]^{1/e}, q = exp(−e·span), gain = margin + 1; its limit at e = 0.

    The margin is in units of 1/unit. gain − q = margin + (1 − q), so the quotient is
    1/(1 + (1 − q)/margin). Below depth 2 (e < 0) gain − q may be ≤ 0: the comparison then has no
    solution, and the bound is −inf; so it is where margin ≤ 0.
    """
    curved = -np.log1p(np.maximum(-np.expm1(-e * span) / margin * unit, -1)) / e
    value: Floats = np.where(e == 0, -span / margin * unit, curved)
    return np.where(margin > 0, value, -np.inf)
