"""The threshold at depths 2 and ∞, where the times are elementary functions.

With κ = 1 − 1/r, w = logit y, V = e^{−w} = (1−y)/y and V_s = (1−s)/s:

    depth 2:  κ w + (1/r) log(r + (r−1) e^w) = logit s − (1/r) logit f
    depth ∞:  κ V + log V − r^{−2} log(V + κ)
                  = V_s + log V_s + 1/r + r^{−2} (logit f + log r − 1/f)

Both are solved in w or log V by two to four steps of fourth order, for every s.
Points not settled by then, or with cancelling times, come back as doubtful, for the general route.
"""

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._pair import CONVERGED, ROUNDINGS, TOLERANCE, Roots, householder

STEPS = 4


def solve_depth_two(r: Floats, excess: Floats, s: Floats, f: Floats) -> Roots:
    """log y* at depth 2."""
    inverse = 1 / r
    kappa = excess * inverse
    log_s, log_rest = np.log(s), np.log1p(-s)
    slow = log_s - log_rest
    fast = inverse * np.log(f / (1 - f))
    level = slow - fast
    # Log-odds vanish at 1/2; what they were rounded from does not.
    sizes = inverse + np.abs(fast) - log_s - log_rest
    w = np.minimum(slow, (level - inverse * np.log1p(excess)) / kappa)
    for _ in range(STEPS):
        odds = np.exp(w)
        ahead = odds * excess
        whole = ahead + r
        value = kappa * w + inverse * np.log(whole) - level
        ahead /= whole
        scale = 1 / (kappa + ahead * inverse)
        bend = (ahead - ahead * ahead) * inverse * scale
        step = householder(value * scale, bend, bend * (1 - 2 * ahead))
        w -= step
        step *= step
        step *= step * bend
        if step.max() < CONVERGED:
            break
    odds = np.exp(w)
    log_y = np.minimum(w - np.log1p(odds), log_s)
    error = ROUNDINGS * sizes * scale
    settled = (step < CONVERGED) & (error <= TOLERANCE * (1 + odds) * np.maximum(1, -log_y))
    return Roots(log_y, ~settled)


def solve_depth_infinite(r: Floats, excess: Floats, s: Floats, f: Floats) -> Roots:
    """log y* at depth ∞."""
    inverse = 1 / r
    inverse_squared = inverse * inverse
    kappa = excess * inverse
    first = (1 - s) / s
    log_first, log_odds, log_r = np.log(first), np.log(f / (1 - f)), np.log1p(excess)
    level = inverse + first + log_first + inverse_squared * (log_odds - 1 / f + log_r)
    # Both sides vanish near s = f = 0.78; what they were rounded from does not.
    sizes = inverse + first + np.abs(log_first)
    sizes += inverse_squared * (np.abs(log_odds) + 1 / f + log_r)
    # An upper bound where it is > 1, one nearly from below, and the tangent at y = s.
    most = np.maximum(level / kappa, 1)
    least = np.maximum(first, most - (1 - inverse_squared) * np.log(most) / kappa)
    value = kappa * first + log_first - inverse_squared * np.log(first + kappa) - level
    slope = kappa * first + 1 - inverse_squared * first / (first + kappa)
    tangent = np.minimum(first * np.exp(-value / slope), most)
    v = np.log(np.where(least > 1, least, np.maximum(tangent, first)))
    for _ in range(STEPS):
        odds = np.exp(v)
        near = 1 / (odds + kappa)
        linear = kappa * odds
        value = linear + v + inverse_squared * np.log(near) - level
        share = odds * near
        scale = 1 / (linear + 1 - inverse_squared * share)
        rest = inverse_squared * share * (1 - share)
        bend = (linear - rest) * scale
        step = householder(value * scale, bend, (linear - rest * (1 - 2 * share)) * scale)
        v -= step
        step *= step
        step *= step
        if step.max() < CONVERGED:
            break
    odds = np.exp(v)
    log_y = np.minimum(-np.log1p(odds), np.log(s))
    error = ROUNDINGS * sizes * scale * odds
    settled = (step < CONVERGED) & (error <= TOLERANCE * (1 + odds) * np.maximum(1, -log_y))
    return Roots(log_y, ~settled)
