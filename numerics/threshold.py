"""The exact threshold on the initialisation scale below which a pair is learned incrementally."""

from typing import Any

import numpy as np
from scipy.optimize import elementwise

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    python_float_if_scalar,
    ratios,
    require_broadcast,
)
from stairwise.numerics._integral import exponent, time_integral


def log_threshold(depth: Any, ratio: Any, s: Any, f: Any) -> Any:
    """Natural log of y* = σ0/σ*_j, the largest initialisation at which learning is incremental."""
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    n, r, low, high = np.broadcast_arrays(n, r, low, high)
    log_s, log_f, log_r = np.log(low), np.log(high), np.log(r)
    start = log_s + (np.log(low * (1 - high)) - log_f - log_r) / (r - 1) - 1

    def excess(log_y: Floats, n: Floats, log_s: Floats, log_f: Floats, log_r: Floats) -> Floats:
        fast = time_integral(log_y - log_r, log_f, n)
        slow = time_integral(log_y, log_s, n)
        # Dividing by the plateau y^{1−p} keeps both sides in range.
        scale = np.exp(np.minimum(0.0, (exponent(n) - 1) * log_y))
        value: Floats = scale * (slow - np.exp(-exponent(n) * log_r) * fast)
        return value

    root = elementwise.find_root(excess, (start, log_s), args=(n, log_s, log_f, log_r))
    return python_float_if_scalar(np.asarray(root.x))
