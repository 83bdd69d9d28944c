"""The threshold at depths 2 and ∞, where the times are elementary functions.

Depth 2, in L = log y:     κ L − log(1−y) + (1/r) log(1−y/r) = logit s − (1/r) (logit f + log r).
Depth ∞, in v = 1/y:
    κ v + log(v−1) − r^{−2} log(v−1/r) = 1/s − logit s + r^{−2} (logit f + log r − 1/f).

κ = 1 − 1/r. Both take two or three steps of fourth order. Points not settled by then (s > 1/2,
cancelling times, values beyond range) come back as doubtful, for the general route.
"""

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._pair import CONVERGED, ROUNDINGS, TOLERANCE, Roots, householder

STEPS = 4


def solve_depth_two(r: Floats, excess: Floats, s: Floats, f: Floats) -> Roots:
    """log y* at depth 2."""
    inverse = 1 / r
    kappa = excess * inverse
    log_s = np.log(s)
    slow = log_s - np.log1p(-s)
    fast = inverse * (np.log(f / (1 - f)) + np.log1p(excess))
    level = slow - fast
    log_y = np.minimum(level / kappa, log_s)
    for _ in range(STEPS):
        y = np.exp(log_y)
        far = y * inverse
        value = kappa * log_y - np.log1p(-y) + inverse * np.log1p(-far) - level
        near, off = 1 / (1 - y), 1 / (r - y)
        scale = 1 / (kappa + y * near - far * off)
        near *= near
        off *= off
        bend = y * (near - off) * scale
        # The third derivative is the second to leading order in y: enough for the fourth order.
        step = householder(value * scale, bend, bend)
        log_y -= step
        ahead = step * step
        ahead *= ahead * bend
        if ahead.max() < CONVERGED:
            break
    error = ROUNDINGS * (np.abs(slow) + np.abs(fast)) * scale
    settled = (ahead < CONVERGED) & (error <= TOLERANCE * np.maximum(1, -log_y)) & (s <= 0.5)
    return Roots(log_y, ~settled)


def solve_depth_infinite(r: Floats, excess: Floats, s: Floats, f: Floats) -> Roots:
    """log y* at depth ∞."""
    inverse = 1 / r
    inverse_squared = inverse * inverse
    kappa = excess * inverse
    end = 1 / s
    slow = end + np.log(end - 1)
    fast = inverse_squared * (np.log(f / (1 - f)) - 1 / f + np.log1p(excess))
    level = slow + fast
    most = level / kappa  # an upper bound on v; the next line's is nearly one from below
    v = np.maximum(end, most - (1 - inverse_squared) * np.log(most) / kappa)
    for _ in range(STEPS):
        near, off = v - 1, v - inverse
        value = kappa * v + np.log(near) - inverse_squared * np.log(off) - level
        near, off = 1 / near, 1 / off
        scale = 1 / (kappa + near - inverse_squared * off)
        near *= near
        off *= off
        bend = near - inverse_squared * off
        bend *= -scale
        step = householder(value * scale, bend, -2 * v * near * bend)
        v -= step
        moved = step / v
        ahead = moved * moved
        ahead *= ahead
        if ahead.max() < CONVERGED:
            break
    error = ROUNDINGS * (np.abs(slow) + np.abs(fast)) * scale
    log_y = -np.log(v)
    settled = (ahead < CONVERGED) & (error <= TOLERANCE * v * np.maximum(1, -log_y)) & (s <= 0.5)
    return Roots(log_y, ~settled)
