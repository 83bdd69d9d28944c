"""The mirror flow behind two-sided diagonal networks: closed forms in the clock, and its potential.

With σ = μ − ν, μ = u^N, ν = v^N and κ = 1 − 2/N, gradient flow on (1/N²)·L(σ) obeys
dμ/dθ = −μ^p, dν/dθ = +ν^p in the clock θ = ∫ ∂L dt, p = 2 − 2/N. So each side is a closed form in
θ, and from μ(0) = ν(0) = σ0 the flow is the mirror flow ∇²Q_N(σ) dσ/dt = −∇L of a convex
potential Q_N with ∇Q_N(σ(θ)) = −θ. Source: the paper's section 4.3 and Woodworth et al. 2020;
derived in the statement `diagonal`.

Depth is 1, any real ≥ 2, or inf. Between 1 and 2 the weights reach 0 in finite time and the flow
is no longer unique, so those depths are refused.
"""

from typing import Any

import numpy as np
from scipy.optimize import elementwise

from stairwise.numerics._arguments import Floats, depths, positive, python_float_if_scalar, reals

MIRROR_DEPTH_RULE = "1, a real number ≥ 2, or inf"


def mirror_depth(depth: Any) -> float:
    """One depth for which the two-sided flow is a mirror flow; ValueError otherwise."""
    number = depths(depth)
    if number.ndim != 0 or 1 < number < 2:
        raise ValueError(f"depth must be {MIRROR_DEPTH_RULE}; got {depth!r}")
    return float(number)


def side_at_clock(theta: Floats, start: Floats, depth: float) -> Floats:
    """Solution at θ of dμ/dθ = −μ^p from `start` ≥ 0 at θ = 0; NaN beyond its pole.

    The other side, dν/dθ = +ν^p, is `side_at_clock(-theta, …)`. A side that starts at 0 stays
    there, except at depth 1.
    """
    if depth == 1:
        return start - theta
    if depth == 2:
        return np.asarray(start * np.exp(-theta))
    kappa = 1 - 2 / depth
    with np.errstate(invalid="ignore", divide="ignore"):
        grown = start * np.exp(-np.log1p(kappa * start**kappa * theta) / kappa)
    return np.asarray(np.where(start == 0, 0.0, grown))


def value_at_clock(theta: Any, sigma0: Any, depth: Any) -> Any:
    """σ at the clock θ = ∫ ∂L dt, from μ(0) = ν(0) = σ0 (so σ(0) = 0).

    Depth 1: −2θ. Depth 2: −2σ0 sinh θ. Depth > 2: σ0[(1+φ)^{−1/κ} − (1−φ)^{−1/κ}] with κ = 1 − 2/N
    and φ = κ σ0^κ θ. Broadcasts over θ and σ0. Relative accuracy 1e-15 for |φ| ≤ 1/2 (measured);
    near the pole it is that of 1 − |φ| itself, divided by κ.

    Raises ValueError for σ0 not finite and > 0, a depth that is refused, or |φ| ≥ 1 (no flow
    reaches that clock).
    """
    clock, scale, number = reals("theta", theta), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(-2 * clock * np.ones_like(scale))
    if number == 2:
        return python_float_if_scalar(-2 * scale * np.sinh(clock))
    kappa = 1 - 2 / number
    phi = kappa * scale**kappa * clock
    if np.any(np.abs(phi) >= 1):
        worst = float(np.max(np.abs(phi)))
        raise ValueError(f"theta must be such that (1−2/N)·σ0^(1−2/N)·|θ| < 1; got {worst!r}")
    down, up = np.expm1(-np.log1p(phi) / kappa), np.expm1(-np.log1p(-phi) / kappa)
    return python_float_if_scalar(scale * (down - up))


def clock_of_value(sigma: Any, sigma0: Any, depth: Any) -> Any:
    """θ at which the flow from μ(0) = ν(0) = σ0 has the value σ: the inverse of `value_at_clock`.

    It is −∇Q_N(σ). Closed at depths 1 and 2; a bracketed root in −log(1 − |φ|) beyond, within 1e-12
    of 50 digits for |σ|/σ0 from 1e-12 to 1e100 (tests). Broadcasts.

    Raises ValueError as `value_at_clock` does.
    """
    value, scale, number = reals("sigma", sigma), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(-value / 2 * np.ones_like(scale))
    if number == 2:
        return python_float_if_scalar(-np.arcsinh(value / (2 * scale)))
    kappa = 1 - 2 / number
    value, scale = np.broadcast_arrays(value, scale)
    phi = -np.expm1(-log_pole_distance(np.abs(value) / scale, kappa))
    return python_float_if_scalar(-np.sign(value) * phi / (kappa * scale**kappa))


def log_pole_distance(size: Floats, kappa: float) -> Floats:
    """x = −log(1 − |φ|) at which |σ|/σ0 has this size ≥ 0, for κ in (0, 1]; any shape.

    Bracketed root in x; sizes below 1e-9 by the slope at 0, 2/κ.
    """

    def excess(x: Floats, target: Floats) -> Floats:
        # log of the larger side less log of (the smaller side + size), both in units of σ0.
        smaller_less_one = np.expm1(-np.log(2 - np.exp(-x)) / kappa)
        return np.asarray(x / kappa - np.log1p(target + smaller_less_one))

    # The larger side lies between size and size + 1; the margins cover rounding.
    low = kappa * np.log(np.maximum(size, 1.0)) * (1 - 1e-12)
    high = kappa * np.log1p(size) * (1 + 1e-12)
    small = size < 1e-9
    found = elementwise.find_root(
        excess, (np.where(small, 0.0, low), np.where(small, 1.0, high)), args=(size,)
    ).x
    return np.asarray(np.where(small, kappa * size / 2, found), dtype=np.float64)


def potential(sigma: Any, sigma0: Any, depth: Any) -> Any:
    """Q_N(σ) of one value, with Q_N(0) = 0; the potential of a vector is the sum.

    Depth 1: σ²/4. Depth 2: σ asinh(σ/2σ0) − √(σ² + 4σ0²) + 2σ0. Depth > 2: with μ − ν = σ and
    μ^{−κ} + ν^{−κ} = 2σ0^{−κ}, Q_N = q(μ) + q(ν), q(m) = [σ0^{−κ}(m − σ0) − (m^{2/N} −
    σ0^{2/N})·N/2]/κ: an ℓ1 norm less a concave term that fades as σ0 → 0. Broadcasts; errors as
    `value_at_clock`.
    """
    value, scale, number = reals("sigma", sigma), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(value**2 / 4 * np.ones_like(scale))
    if number == 2:
        ratio = value / (2 * scale)
        # √(1 + r²) − 1 without cancellation.
        root = ratio**2 / (1 + np.hypot(1, ratio))
        return python_float_if_scalar(2 * scale * (ratio * np.arcsinh(ratio) - root))
    kappa = 1 - 2 / number
    value, scale = np.broadcast_arrays(value, scale)
    size = np.abs(value) / scale
    far = log_pole_distance(size, kappa)
    # (1 − φ)^{−1/κ} and (1 + φ)^{−1/κ} by their logarithms.
    logs = (far / kappa, -np.log(2 - np.exp(-far)) / kappa)
    entropy = sum(np.expm1(log) - _box_cox(log, 1 - kappa) for log in logs)
    return python_float_if_scalar(scale ** (1 - kappa) / kappa * entropy)


def _box_cox(log: Floats, exponent: float) -> Floats:
    """(m^e − 1)/e for m = e^log; log itself at e = 0."""
    return log if exponent == 0 else np.expm1(exponent * log) / exponent


def potential_curvature(sigma: Any, sigma0: Any, depth: Any) -> Any:
    """Q_N''(σ) = 1/(μ^p + ν^p) > 0 of one value. Broadcasts; errors as `value_at_clock`."""
    value, scale, number = reals("sigma", sigma), positive("sigma0", sigma0), mirror_depth(depth)
    if number == 1:
        return python_float_if_scalar(np.full(np.broadcast_shapes(value.shape, scale.shape), 0.5))
    if number == 2:
        return python_float_if_scalar(1 / np.hypot(value, 2 * scale))
    kappa = 1 - 2 / number
    value, scale = np.broadcast_arrays(value, scale)
    far = log_pole_distance(np.abs(value) / scale, kappa)
    power = 1 + 1 / kappa
    sides = np.exp(power * far) + np.exp(-power * np.log(2 - np.exp(-far)))
    return python_float_if_scalar(1 / (scale ** (1 + kappa) * sides))
