"""How small σ0 must be for incremental classification: exponential loss, two-sided networks.

Two settings in which the flow is a closed form or one quadrature (statement `diagonal`, new):
one sample, where features share the margin's clock, and orthogonal features, where every value has
a sample of its own. In both, −log σ0 grows like C/(r − 1) at depth 2 as the features' ratio r → 1,
and like N/(N−2)·log(1/(r − 1)) beyond: the depth separation of the toy model.
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from stairwise.numerics._arguments import fractions, one_number, positive, ratios, reals, require
from stairwise.numerics._one_sample import faster_log
from stairwise.numerics.mirror import kappa_of, log_larger_side, log_smaller_side, mirror_depth

#: The loss e^{−margin} is to be a number.
LARGEST_MARGIN = 500.0
#: log σ0 from which values stay far below their start, and times keep their order.
LARGEST_START = 50.0


class ClassificationLaw(NamedTuple):
    """As r → 1+: log σ0 ≈ −rate/(r − 1) at depth 2 (exponent −inf, log_constant −rate);
    log σ0 ≈ log_constant + exponent·log(r − 1) beyond."""

    exponent: float
    log_constant: float


def one_sample_log_threshold(depth: Any, ratio: Any, s: Any, margin: Any = 1.0) -> float:
    """log of the largest σ0 for which σ_j ≤ s σ_i when the margin σ_j + r σ_i reaches `margin`.

    One sample with features r = ratio > 1 and 1, u = v = σ0^{1/N} at the start. inf where s ≥ 1/r:
    the values start in the ratio 1 : r, so every initialisation qualifies. Good to 1e-13, relative
    where the log is beyond 1, for the doubles as they are (measured against 120 digits; tests).

    Raises ValueError for depth below 2, a ratio ≤ 1, s outside (0, 1) or a margin that is not
    positive, or more than 500.
    """
    number, r, level, total = _arguments(depth, ratio, s, margin)
    if Fraction(level) * Fraction(r) >= 1:
        return float("inf")
    a, b = faster_log(r, level, kappa_of(number))
    return float(np.log(total) - (a + np.log(-np.expm1(-(a + b)))) - np.log(r + level))


def one_sample_law(depth: Any, s: Any, margin: Any = 1.0) -> ClassificationLaw:
    """The law of `one_sample_log_threshold` as r → 1+."""
    number, _, level, total = _arguments(depth, 2.0, s, margin)
    if number == 2:
        return ClassificationLaw(-np.inf, float(np.log(level)))
    kappa = kappa_of(number)
    near = level**kappa / -np.expm1(kappa * np.log(level))
    return ClassificationLaw(
        1 / kappa, float(np.log(total) + np.log(near) / kappa - np.log1p(level))
    )


def orthogonal_log_threshold(depth: Any, ratio: Any, s: Any, f: Any, margin: Any = 1.0) -> float:
    """log of the largest σ0 for which some time has margins z_j ≤ s·margin and z_i ≥ f·margin.

    One sample for each value, with features r = ratio > 1 and 1, in the units of the smaller one.
    inf where every initialisation qualifies, as for large ratios. Two quadratures inside a root
    find: some 1e-10/(r − 1) relative. On either side of it, 2e-3 away in log σ0, integrated weights
    fall on the right side (tests).

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
    below, above = min(guess, 0.0) - 2.0, min(max(guess, 0.0) + 2.0, LARGEST_START)
    while slack(below) < 0:
        below = 2 * below
    while slack(above) > 0:
        if above == LARGEST_START:
            return float("inf")
        above = min(above + 2.0, LARGEST_START)
    return float(brentq(slack, below, above, rtol=1e-13, maxiter=1000))


def orthogonal_law(depth: Any, s: Any, f: Any, margin: Any = 1.0) -> ClassificationLaw:
    """The law of `orthogonal_log_threshold` as r → 1+, by ∫ e^z z^{−p} dz from sM to fM."""
    low, high = fractions(s, f)
    number, _, _, total = _arguments(depth, 2.0, s, margin)
    kappa = kappa_of(number)
    # In log z: s may be tiny.
    ends = np.log(float(low)) + np.log(total), np.log(float(high) * total)
    area = quad(lambda u: np.exp(np.exp(u) - kappa * u), *ends, epsrel=1e-12, limit=500)[0]
    if number == 2:
        return ClassificationLaw(-np.inf, -area)
    return ClassificationLaw(1 / kappa, float(-np.log(kappa * area) / kappa))


def _arguments(depth: Any, ratio: Any, s: Any, margin: Any) -> tuple[float, float, float, float]:
    number, r = mirror_depth(depth), one_number("ratio", ratios(ratio))
    if number < 2:
        raise ValueError(f"depth must be a real number ≥ 2, or inf; got {depth!r}")
    level = reals("s", s)
    require("s", level, (level > 0) & (level < 1), "a number between 0 and 1")
    size = positive("margin", margin)
    require("margin", size, size <= LARGEST_MARGIN, f"at most {LARGEST_MARGIN:g}")
    return number, r, one_number("s", level), one_number("margin", size)


def _log_growth(x: float, kappa: float) -> float:
    """log[1 − ν/μ]: of |σ| less that of its larger side, at x = −log(1 − φ), or Θ at κ = 0."""
    larger = np.asarray(x if kappa == 0 else x / kappa)
    sides = larger + log_smaller_side(larger, kappa)
    with np.errstate(divide="ignore"):
        return float(np.log(-np.expm1(-sides)))


def _log_time(depth: float, log_sigma0: float, feature: float, margin: float) -> float:
    """log of (1/c) ∫ e^{cσ} Q''(σ) dσ from 0 to σ = margin/c: the time to this margin."""
    kappa, end = kappa_of(depth), margin / feature
    log_size = float(np.log(end) - log_sigma0)
    if log_size < -300:  # a linear clock: σ = −2 σ0^p θ
        return float(log_size - np.log(2 * feature) - kappa * log_sigma0)
    if depth == 2:
        # Θ = asinh(σ/2σ0), so σ = 2σ0 sinh Θ.
        plateau = last = float(np.arcsinh(np.exp(log_size) / 2)) if log_size < 600 else log_size
    else:
        # Θ = (1 − e^{−x}) σ0^{−κ}/κ, in units of σ0^{−κ}/κ, and σ by its logarithm.
        last = kappa * log_size
        if log_size < 600:
            last = kappa * float(log_larger_side(np.array(np.exp(log_size)), kappa))
        plateau = float(-np.expm1(-last))

    end_growth = _log_growth(last, kappa)

    def excess(back: float) -> float:
        """(e^{cσ} − 1) dΘ, at a distance before the end of the clock x or Θ."""
        x = last - back
        # cσ/margin, from the end on: far down, logs of σ itself would lose all digits.
        grown = _log_growth(x, kappa) - end_growth - (back if depth == 2 else back / kappa)
        return float(np.expm1(margin * np.exp(grown)) * (1.0 if depth == 2 else np.exp(-x)))

    # All of it is within a few e-foldings of the end, and almost nothing beyond fifty.
    cuts = [0.0, *(cut for cut in (0.5, 2.0, 8.0, 50.0) if cut < last), last]
    area = 0.0
    for low, high in pairwise(cuts):
        # Later pieces are small beside the first: their own relative accuracy is not asked for.
        area += quad(excess, low, high, epsrel=1e-11, epsabs=1e-12 * area, limit=200)[0]
    unit = 0.0 if depth == 2 else -kappa * log_sigma0 - np.log(kappa)
    return float(np.log((plateau + area) / feature) + unit)
