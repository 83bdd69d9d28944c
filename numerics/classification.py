"""How small σ0 must be for incremental classification: exponential loss, two-sided networks.

Two settings in which the flow is a closed form or one quadrature (statement `diagonal`, new):
one sample, where features share the margin's clock, and orthogonal features, where every value has
a sample of its own. In both, −log σ0 grows like C/(r − 1) at depth 2 as the features' ratio r → 1,
and like N/(N−2)·log(1/(r − 1)) beyond: the depth separation of the toy model.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from stairwise.numerics._arguments import fractions, one_number, positive, ratios, reals, require
from stairwise.numerics.mirror import log_larger_side, mirror_depth


class ClassificationLaw(NamedTuple):
    """As r → 1+: log σ0 ≈ −rate/(r − 1) at depth 2 (exponent −inf, log_constant −rate);
    log σ0 ≈ log_constant + exponent·log(r − 1) beyond."""

    exponent: float
    log_constant: float


def one_sample_log_threshold(depth: Any, ratio: Any, s: Any, margin: Any = 1.0) -> float:
    """log of the largest σ0 for which σ_j ≤ s σ_i when the margin σ_j + r σ_i reaches `margin`.

    One sample with features r = ratio > 1 and 1, u = v = σ0^{1/N} at the start. inf where s ≥ 1/r:
    the values start in the ratio 1 : r, so every initialisation qualifies. Good to 1e-12 relative
    for r − 1 ≥ 1e-8 (measured against 40 digits: 3e-13).

    Raises ValueError for depth below 2, a ratio ≤ 1, s outside (0, 1) or a margin that is not
    positive.
    """
    number, r, level, total = _arguments(depth, ratio, s, margin)
    if level >= 1 / r:
        return float("inf")
    if number == 2:
        # sinh z/sinh rz is e^{−(r−1)z} times a factor in (1/r, 1).
        end = 1.01 * np.log(1 / level) / (r - 1)

        def above(z: float) -> float:
            tails = np.log(-np.expm1(-2 * z)) - np.log(-np.expm1(-2 * r * z))
            return float(-(r - 1) * z + tails - np.log(level))

        z = brentq(above, 1e-9 * end, end, rtol=1e-14)
        return float(np.log(total / 2) - _log_sinh(r * z) - np.log(r + level))
    kappa = 1 - 2 / number
    end = np.log(2 * r / (r - 1)) + kappa * np.log(1 / level) + 1

    def excess(x: float) -> float:
        return _log_growth_of_slower(x, r, kappa) - _log_growth(x, kappa) - float(np.log(level))

    x = brentq(excess, 1e-9, end, xtol=1e-300, rtol=1e-14)
    return float(np.log(total) - _log_growth(x, kappa) - np.log(r + level))


def one_sample_law(depth: Any, s: Any, margin: Any = 1.0) -> ClassificationLaw:
    """The law of `one_sample_log_threshold` as r → 1+."""
    number, _, level, total = _arguments(depth, 2.0, s, margin)
    if number == 2:
        return ClassificationLaw(-np.inf, float(np.log(level)))
    kappa = 1 - 2 / number
    near = level**kappa / -np.expm1(kappa * np.log(level))
    return ClassificationLaw(
        1 / kappa, float(np.log(total) + np.log(near) / kappa - np.log1p(level))
    )


def orthogonal_log_threshold(depth: Any, ratio: Any, s: Any, f: Any, margin: Any = 1.0) -> float:
    """log of the largest σ0 for which some time has margins z_j ≤ s·margin and z_i ≥ f·margin.

    One sample for each value, with features r = ratio > 1 and 1, in the units of the smaller one.
    Two quadratures inside a root find; on either side of it, 2e-3 away in log σ0, integrated
    weights fall on the right side (tests).

    Raises ValueError as `one_sample_log_threshold`, and for s, f outside 0 < s < f < 1.
    """
    fractions(s, f)
    number, r, low, total = _arguments(depth, ratio, s, margin)
    high = one_number("f", reals("f", f))

    def slack(log_sigma0: float) -> float:
        """Time at which z_j reaches s·margin less that at which z_i reaches f·margin, in logs."""
        times = (
            _log_time(number, log_sigma0, 1.0, low * total),
            _log_time(number, log_sigma0, r, high * total),
        )
        return times[0] - times[1]

    law = orthogonal_law(number, s, f, margin)
    guess = (
        law.log_constant / (r - 1)
        if number == 2
        else law.log_constant + law.exponent * np.log(r - 1)
    )
    below, above = min(guess, 0.0) - 2.0, max(guess, 0.0) + 2.0
    while slack(below) < 0:
        below = 2 * below
    while slack(above) > 0:
        above += 2.0
        if above > 50:
            return float("inf")
    return float(brentq(slack, below, above, rtol=1e-13))


def orthogonal_law(depth: Any, s: Any, f: Any, margin: Any = 1.0) -> ClassificationLaw:
    """The law of `orthogonal_log_threshold` as r → 1+, by ∫ e^z z^{−p} dz from sM to fM."""
    low, high = fractions(s, f)
    number, _, _, total = _arguments(depth, 2.0, s, margin)
    kappa = 1 - 2 / number
    area = quad(
        lambda z: np.exp(z) * z ** (-1 - kappa),
        float(low) * total,
        float(high) * total,
        epsrel=1e-12,
    )[0]
    if number == 2:
        return ClassificationLaw(-np.inf, -area)
    return ClassificationLaw(1 / kappa, float(-np.log(kappa * area) / kappa))


def _arguments(depth: Any, ratio: Any, s: Any, margin: Any) -> tuple[float, float, float, float]:
    number, r, level = mirror_depth(depth), float(ratios(ratio)), reals("s", s)
    if number < 2:
        raise ValueError(f"depth must be a real number ≥ 2, or inf; got {depth!r}")
    require("s", level, (level > 0) & (level < 1), "a number between 0 and 1")
    return number, r, float(level), one_number("margin", positive("margin", margin))


def _log_sinh(x: float) -> float:
    return float(x + np.log(-np.expm1(-2 * x)) - np.log(2))


def _log_growth(x: float, kappa: float) -> float:
    """log[(1−φ)^{−1/κ} − (1+φ)^{−1/κ}] with x = −log(1 − φ)."""
    other = np.log1p(-np.expm1(-x))
    return float(x / kappa + np.log(-np.expm1(-(x + other) / kappa)))


def _log_growth_of_slower(x: float, r: float, kappa: float) -> float:
    """The same for φ/r, without cancellation where both φ and r are near 1."""
    near = np.log1p(np.expm1(-x) / r)
    below = near if x < 0.5 else np.log((r - 1) + np.exp(-x)) - np.log(r)
    above = np.log1p(-np.expm1(-x) / r)
    return float(-below / kappa + np.log(-np.expm1((below - above) / kappa)))


def _log_time(depth: float, log_sigma0: float, feature: float, margin: float) -> float:
    """log of (1/c) ∫ e^{cσ} Q''(σ) dσ from 0 to σ = margin/c: the time to this margin."""
    kappa, end = 1 - 2 / depth, margin / feature
    log_size = float(np.log(end) - log_sigma0)
    if depth == 2:
        # Θ = asinh(σ/2σ0), so σ = 2σ0 sinh Θ.
        plateau = last = float(np.arcsinh(np.exp(log_size) / 2)) if log_size < 600 else log_size
    else:
        # Θ = (1 − e^{−x}) σ0^{−κ}/κ, in units of σ0^{−κ}/κ, and σ by its logarithm.
        last = kappa * log_size
        if log_size < 600:
            last = kappa * float(log_larger_side(np.array(np.exp(log_size)), kappa))
        plateau = float(-np.expm1(-last))

    def excess(back: float) -> float:
        """(e^{cσ} − 1) dΘ, at a distance before the end of the clock x or Θ."""
        x = last - back
        if depth == 2:
            return float(np.expm1(feature * np.exp(log_sigma0 + np.log(2) + _log_sinh(x))))
        size = feature * np.exp(log_sigma0 + _log_growth(x, kappa))
        return float(np.expm1(size) * np.exp(-x))

    # All of it is within a few e-foldings of the end, and almost nothing beyond fifty.
    cuts = [0.0, *(cut for cut in (0.5, 2.0, 8.0, 50.0) if cut < last), last]
    area = 0.0
    for low, high in pairwise(cuts):
        # Later pieces are small beside the first: their own relative accuracy is not asked for.
        area += quad(excess, low, high, epsrel=1e-11, epsabs=1e-12 * area, limit=200)[0]
    unit = 0.0 if depth == 2 else -kappa * log_sigma0 - np.log(kappa)
    return float(np.log((plateau + area) / feature) + unit)
