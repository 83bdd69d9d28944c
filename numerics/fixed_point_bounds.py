"""The sequence of bounds that puts a bound in for y on the right of the fixed-point form."""

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
from stairwise.numerics._weighted_time import Pair, box_cox, excess_moment, log_span, target
from stairwise.numerics.bounds import Bounds, paper_bounds


@overload
def fixed_point_bounds(
    depth: Real, ratio: Real, s: Real, f: Real, order: int = ...
) -> Bounds[float]: ...


@overload
def fixed_point_bounds(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, order: int = ...
) -> Bounds[float | Floats]: ...


def fixed_point_bounds(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, order: int = 0
) -> Bounds[float | Floats]:
    """Bounds on log y* by iterating y^{1−p} = k (C + (p−1) D(y)) from y = s and y = 0.

    Order 0 is [k (C + (p−1) D(s))]^{−1/(p−1)} ≤ y* ≤ [k (C + (p−1) D(0))]^{−1/(p−1)}; each further
    order puts the last upper bound into the lower one and the other way round. Where a bracket is
    ≤ 0 (the upper bound is void, as at infinite depth) the paper's upper bound is kept. D rises
    with y, so the sequence is nested from both sides. It converges to y* when W(s) ≤ 2, that is
    r ≤ 2 (1 − s)(r − s), true for every ratio if s ≤ 1 − 1/√2 (the paper's s < 1/4 included). For
    larger s it may stop at a 2-cycle around y*, a bracket of finite width: `sharp_bounds` always
    converges and is at least as tight at each order.

    Arguments, result and errors as in `sharp_bounds`; so is the accuracy, with X/τ for W(s): an
    upper bound may be a small difference τ = X − Q of the equation's sides; and times W(s) − 1,
    where that is above 1, for each order: the slope of Q, by which an iteration multiplies the
    error that it is given (checked in balls: `tests/fuzz`).

    Source: new; statement `sharp-bounds` (fixed-point form, nested in order, no 2-cycle).
    """
    orders = whole("order", order, 0)
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    n, r, low, high = np.broadcast_arrays(n, r, low, high)
    pair = Pair.of(n, r, low, high)
    log_s = np.log(low)
    paper_upper = log_s - np.asarray(paper_bounds(n, r, low, high).upper)
    with np.errstate(all="ignore"):
        far, near = _iterate(pair, box_cox(paper_upper, pair.e), orders)
        lower, upper = log_s - log_span(far, pair.e), log_s - log_span(near, pair.e)
    return Bounds(python_float_if_scalar(lower), python_float_if_scalar(upper))


def _iterate(pair: Pair, paper: Floats, orders: int) -> tuple[Floats, Floats]:
    """τ at the lower and the upper bound; a void upper bound stays at the paper's."""
    level = target(pair)
    open_start = level - excess_moment(np.full_like(pair.s, np.inf), pair)
    far, near = level, np.where(open_start > 0, open_start, paper)
    for _ in range(orders):
        lower = level - excess_moment(log_span(near, pair.e), pair)
        upper = level - excess_moment(log_span(far, pair.e), pair)
        far, near = np.minimum(lower, far), np.maximum(upper, near)
    return far, near
