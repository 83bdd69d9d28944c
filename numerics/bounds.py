"""The paper's bounds on the threshold (Theorem 2), in log y."""

from typing import Any, NamedTuple

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    python_float_if_scalar,
    ratios,
    require_broadcast,
)


class Bounds(NamedTuple):
    """Lower and upper bound on log y*; −inf below where nothing can be said."""

    lower: Any
    upper: Any


def paper_bounds(depth: Any, ratio: Any, s: Any, f: Any) -> Bounds:
    """The paper's separation bounds on log y*, re-derived (statement `separation-bounds`).

    The initialisation scales y = σ0/σ*_j up to exp(lower) are all incremental, those beyond
    exp(upper) are not. The lower bound holds only for (1 − f)·ratio > 1; elsewhere it is −inf.

    Arguments broadcast: depth any real ≥ 1 or inf, ratio > 1, 0 < s < f < 1. Returns natural logs,
    floats for scalar input. Raises ValueError that names argument, rule and value. Below depth 2
    the same comparison applies; an upper bound of −inf then proves that no initialisation works.
    Each log is taken by `log1p` of a difference formed without cancellation.

    Source: the paper, Theorem 2; statement `separation-bounds`.
    """
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    n, r, low, high = np.broadcast_arrays(n, r, low, high)
    # e = p − 1 = 1 − 2/N, exact at 2 and inf; log q = e·gap.
    e = (n - 2) / np.where(np.isinf(n), 1.0, n)
    e = np.where(np.isinf(n), 1.0, e)
    gap = np.log(low) - np.log(r) - np.log(high)
    slow_gain = (1 - high) * r
    lower = _bound(e, gap, slow_gain - 1, slow_gain)
    upper = _bound(e, gap, (r - 1 + low) / (1 - low), r / (1 - low))
    log_s = np.log(low)
    return Bounds(
        python_float_if_scalar(np.asarray(np.where(slow_gain > 1, log_s + lower, -np.inf))),
        python_float_if_scalar(np.asarray(log_s + upper)),
    )


def _bound(e: Floats, gap: Floats, margin: Floats, gain: Floats) -> Floats:
    """log of [margin/(gain − q)]^{1/e} with q = exp(e·gap), margin = gain − 1; its limit at e = 0.

    gain − q = margin + (1 − q), so the ratio is 1/(1 + (1 − q)/margin). Below depth 2 (e < 0)
    gain − q may be ≤ 0: the comparison then has no solution, and the bound is −inf.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        curved = -np.log1p(np.maximum(-np.expm1(e * gap) / margin, -1)) / e
        flat = gap / margin
    value: Floats = np.where(e == 0, flat, curved)
    return value
