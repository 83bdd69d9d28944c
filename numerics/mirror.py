"""The mirror flow behind two-sided diagonal networks: closed forms in the clock, and its potential.

With σ = μ − ν, μ = u^N, ν = v^N and κ = 1 − 2/N, gradient flow on (1/N²)·L(σ) obeys
dμ/dθ = −μ^p, dν/dθ = +ν^p in the clock θ = ∫ ∂L dt, p = 2 − 2/N. So each side is a closed form in
θ, and from μ(0) = ν(0) = σ0 the flow is the mirror flow ∇²Q_N(σ) dσ/dt = −∇L of a convex
potential Q_N with ∇Q_N(σ(θ)) = −θ. Source: the paper's section 4.3 and Woodworth et al. 2020;
derived in the statement `diagonal`.

Depth is 1, any real ≥ 2, or inf. Between 1 and 2 the weights reach 0 in finite time and the flow
is no longer unique, so those depths are refused.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import elementwise

from stairwise.numerics._arguments import (
    Floats,
    depths,
    positive,
    python_float_if_scalar,
    reals,
    require,
)

MIRROR_DEPTH_RULE = "1, a real number ≥ 2, or inf"
#: κ|l| from which the closed form of the potential loses little more than a digit; below, the
#: e-foldings of its integrand that count, and the nodes and weights over them.
CLOSED, WINDOW = 0.1, 50.0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


def mirror_depth(depth: Any) -> float:
    """One depth for which the two-sided flow is a mirror flow; ValueError otherwise."""
    number = depths(depth)
    if number.ndim != 0 or 1 < number < 2:
        raise ValueError(f"depth must be {MIRROR_DEPTH_RULE}; got {depth!r}")
    return float(number)


def kappa_of(depth: float) -> float:
    """κ = 1 − 2/N, with all its digits next to depth 2."""
    return 1.0 if depth == np.inf else (depth - 2) / depth


def side_at_clock(theta: Floats, start: Floats, depth: float) -> Floats:
    """Solution at θ of dμ/dθ = −μ^p from `start` ≥ 0 at θ = 0; NaN beyond its pole.

    The other side, dν/dθ = +ν^p, is `side_at_clock(-theta, …)`. A side that starts at 0 stays
    there, except at depth 1.
    """
    if depth == 1:
        return np.asarray(start - theta)
    return _times_growth(np.exp, theta, start, depth)


def change_at_clock(theta: Floats, start: Floats, depth: float) -> Floats:
    """`side_at_clock` less its start, to relative accuracy where the change is small."""
    if depth == 1:
        return np.asarray(-theta)
    return _times_growth(np.expm1, theta, start, depth)


def _times_growth(
    function: Callable[[Floats], Floats], theta: Floats, start: Floats, depth: float
) -> Floats:
    """start·function(log(μ/start))."""
    kappa = kappa_of(depth)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        log = -theta if depth == 2 else -np.log1p(kappa * start**kappa * theta) / kappa
        return np.asarray(np.where(start == 0, 0.0, start * function(log)))


def value_at_clock(theta: Any, sigma0: Any, depth: Any) -> Any:
    """σ at the clock θ = ∫ ∂L dt, from μ(0) = ν(0) = σ0 (so σ(0) = 0).

    Depth 1: −2θ. Depth 2: −2σ0 sinh θ. Depth > 2: σ0[(1+φ)^{−1/κ} − (1−φ)^{−1/κ}] with κ = 1 − 2/N
    and φ = κ σ0^κ θ. Broadcasts over θ and σ0; ±inf beyond float64. Relative accuracy for
    |φ| ≤ 1/2: 1e-15·(3 + l), l = −log(1 − |φ|)/κ the log of the larger side over σ0 (measured: a
    third of that). Near the pole it is that of 1 − |φ| itself, divided by κ.

    Raises ValueError for σ0 not finite and > 0, a depth that is refused, or |φ| ≥ 1 (no flow
    reaches that clock).
    """
    clock, scale, number = reals("theta", theta), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(-2 * clock * np.ones_like(scale))
    if number == 2:
        with np.errstate(over="ignore"):
            return python_float_if_scalar(-2 * scale * np.sinh(clock))
    kappa = kappa_of(number)
    phi = kappa * scale**kappa * clock
    if np.any(np.abs(phi) >= 1):
        worst = float(np.max(np.abs(phi)))
        raise ValueError(f"theta must be such that (1−2/N)·σ0^(1−2/N)·|θ| < 1; got {worst!r}")
    with np.errstate(over="ignore"):
        down, up = np.expm1(-np.log1p(phi) / kappa), np.expm1(-np.log1p(-phi) / kappa)
        return python_float_if_scalar(scale * (down - up))


def clock_of_value(sigma: Any, sigma0: Any, depth: Any) -> Any:
    """θ at which the flow from μ(0) = ν(0) = σ0 has the value σ: the inverse of `value_at_clock`.

    It is −∇Q_N(σ). Closed at depths 1 and 2; beyond, a bracketed root in the log of the larger
    side. Within 5e-15 relative for |σ|/σ0 from 1e-300 to 1e100 (measured against 60 digits).
    Broadcasts.

    Raises ValueError for σ0 not finite and > 0, a depth that is refused, or |σ|/σ0 > 1.8e308.
    """
    value, scale, number = reals("sigma", sigma), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(-value / 2 * np.ones_like(scale))
    if number == 2:
        return python_float_if_scalar(-np.arcsinh(value / (2 * scale)))
    kappa = kappa_of(number)
    value, scale = np.broadcast_arrays(value, scale)
    phi = -np.expm1(-kappa * log_larger_side(_sizes(value, scale), kappa))
    return python_float_if_scalar(-np.sign(value) * phi / (kappa * scale**kappa))


def _sizes(sigma: Floats, sigma0: Floats) -> Floats:
    """|σ|/σ0, which must not overflow."""
    with np.errstate(over="ignore"):
        sizes = np.abs(sigma) / sigma0
    require("sigma", sigma, np.isfinite(sizes), "at most 1.8e308 times sigma0, beyond depth 2")
    return np.asarray(sizes)


def log_larger_side(size: Floats, kappa: float) -> Floats:
    """l = −log(1 − |φ|)/κ, the log of the larger side over σ0, at |σ|/σ0 = size ≥ 0; any shape.

    κ in (0, 1]. Relative accuracy some 1e-15.
    """
    # The larger side less 1 is at least half of size, as 1 less the smaller one is no more than it,
    # and at least size − 1; the margins cover rounding. The unknown is a share of the upper end.
    high = np.log1p(size)
    low = np.log1p(np.maximum(size / 2, size - 1))
    outside = size == 0

    def excess(share: Floats, end: Floats, target: Floats) -> Floats:
        log = share * end
        grown = np.expm1(log) - np.expm1(-log_smaller_side(log, kappa))
        return np.asarray(grown / target - 1)

    least = np.divide(low, high, out=np.zeros_like(high), where=~outside) * (1 - 1e-12)
    known = (high, np.where(outside, 1.0, size))
    share = elementwise.find_root(excess, (least, np.full_like(high, 1 + 1e-12)), args=known).x
    return np.asarray(np.where(outside, 0.0, share * high), dtype=np.float64)


def log_smaller_side(log: Floats, kappa: float) -> Floats:
    """−log of the smaller side over σ0, ≥ 0, where that of the larger one is `log`; κ in [0, 1]."""
    if kappa == 0:
        return log
    return np.asarray(np.log1p(-np.expm1(-kappa * log)) / kappa)


def potential(sigma: Any, sigma0: Any, depth: Any) -> Any:
    """Q_N(σ) of one value, with Q_N(0) = 0; the potential of a vector is the sum.

    Depth 1: σ²/4. Depth 2: σ asinh(σ/2σ0) − √(σ² + 4σ0²) + 2σ0. Depth > 2: with μ − ν = σ and
    μ^{−κ} + ν^{−κ} = 2σ0^{−κ}, Q_N = q(μ) + q(ν), q(m) = [σ0^{−κ}(m − σ0) − (m^{2/N} −
    σ0^{2/N})·N/2]/κ: an ℓ1 norm less a concave term that fades as σ0 → 0. Within 1e-13 relative for
    |σ|/σ0 up to 1e100 (measured: 5e-14). Broadcasts; errors as `clock_of_value`.
    """
    value, scale, number = reals("sigma", sigma), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(value**2 / 4 * np.ones_like(scale))
    if number == 2:
        ratio = value / (2 * scale)
        # √(1 + r²) − 1 without cancellation.
        root = ratio**2 / (1 + np.hypot(1, ratio))
        return python_float_if_scalar(2 * scale * (ratio * np.arcsinh(ratio) - root))
    kappa = kappa_of(number)
    value, scale = np.broadcast_arrays(value, scale)
    larger = log_larger_side(_sizes(value, scale), kappa)
    entropy = _entropy(larger, kappa) + _entropy(-log_smaller_side(larger, kappa), kappa)
    return python_float_if_scalar(scale ** (1 - kappa) * entropy)


def _entropy(log: Floats, kappa: float) -> Floats:
    """[e^l − 1 − (e^{(1−κ)l} − 1)/(1−κ)]/κ = ∫_0^l e^{(1−κ)t} (e^{κt} − 1)/κ dt ≥ 0, for each l.

    The closed form cancels where κ|l| is small: there by quadrature, over what of it counts.
    """
    rest = 1 - kappa
    closed = (np.expm1(log) - (np.expm1(rest * log) / rest if rest else log)) / kappa
    half = np.minimum(np.abs(log), WINDOW) / 2
    place = np.maximum(log, 0.0)[..., None] - half[..., None] * (1 + NODES)
    integrand = np.exp(rest * place) * np.expm1(kappa * place) / kappa
    area = np.sign(log) * half * (integrand @ WEIGHTS)
    return np.asarray(np.where(kappa * np.abs(log) < CLOSED, area, closed))


def potential_curvature(sigma: Any, sigma0: Any, depth: Any) -> Any:
    """Q_N''(σ) = 1/(μ^p + ν^p) > 0 of one value, as accurate as `potential`; broadcasts.

    Errors as `clock_of_value`; 0 or inf beyond float64.
    """
    value, scale, number = reals("sigma", sigma), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(np.full(np.broadcast_shapes(value.shape, scale.shape), 0.5))
    if number == 2:
        return python_float_if_scalar(1 / np.hypot(value, 2 * scale))
    kappa = kappa_of(number)
    value, scale = np.broadcast_arrays(value, scale)
    larger = log_larger_side(_sizes(value, scale), kappa)
    power, spread = 1 + kappa, larger + log_smaller_side(larger, kappa)
    with np.errstate(over="ignore", under="ignore"):
        largest = np.exp(-power * (np.log(scale) + larger))
        return python_float_if_scalar(largest / (1 + np.exp(-power * spread)))
