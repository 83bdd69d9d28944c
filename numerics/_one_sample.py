"""One sample with features r > 1 and 1: where the slower value is the fraction s of the faster.

In units of σ0 the faster value is e^a − e^{−b} with φ = 1 − e^{−κa} = e^{κb} − 1 (b = a at κ = 0),
and the slower one the same at φ/r, with a' and b'. What is solved for is a.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from scipy.optimize import brentq

from stairwise.numerics.mirror import log_smaller_side

#: Below this part of its scale, log(1/(rs)) is found by the power series of the ratio.
SERIES = 0.1
#: Below, φ/r loses digits as a float.
TINY = 1e-290


def faster_log(r: float, s: float, kappa: float) -> tuple[float, float]:
    """(a, b) at which the slower value is s < 1/r of the faster one; κ in [0, 1].

    Doubles are taken exactly: near s = 1/r the answer is that of 1 − rs.
    """
    product = Fraction(r) * Fraction(s)
    from_one = -math.log1p(product - 1) if product > 0.5 else -math.log(product)
    if from_one < SERIES * min(1.0, math.log1p(r - 1)):
        a = _rising_root(lambda a: _series(a, r, kappa), from_one)
    else:
        a = _rising_root(lambda a: _log_ratio(a, r, kappa), -math.log(s))
    return a, float(log_smaller_side(np.asarray(a), kappa))


def _log_ratio(a: float, r: float, kappa: float) -> float:
    """log of the faster value over the slower one, from their lead a − a' on: it rises with a."""
    gap = r - 1
    if kappa == 0:
        lead = falling = a * (gap / r)
        behind = below = a / r
    else:
        phi = -math.expm1(-kappa * a)
        # (r − 1)/r·(e^{κa} − 1), in logs.
        grown = math.log(gap / r) + kappa * a + math.log(phi)
        lead = (math.log1p(math.exp(grown)) if grown < 30 else grown) / kappa
        falling = math.log1p(phi * (gap / (r + phi))) / kappa  # b − b'
        behind = a - lead if lead < a / 2 else -math.log1p(-phi / r) / kappa
        below = math.log1p(phi / r) / kappa
    spread, rest = behind + below, -math.expm1(-(lead + falling))
    if spread < TINY:  # twice φ/(κ r), which may underflow
        x = a if kappa == 0 else phi / kappa
        return lead + math.log(rest) + math.log(r) - math.log(2 * x)
    return lead + math.log1p(rest / math.expm1(min(spread, 700.0)))


def _series(a: float, r: float, kappa: float) -> float:
    """log of the faster value over the slower one, less log r: even powers of x = φ/κ."""
    x = a if kappa == 0 else -math.expm1(-kappa * a) / kappa
    log_r = math.log1p(r - 1)
    term, rise, slower, k = 1.0, 0.0, 0.0, 1
    while True:
        term *= x * x * (1 + k * kappa) * (1 + (k + 1) * kappa) / ((k + 1) * (k + 2))
        k += 2
        part = -math.expm1(-(k - 1) * log_r)
        rise, slower = rise + term * part, slower + term * (1 - part)
        if not 1e-18 * rise < term * part < math.inf:
            return math.log1p(rise / (1 + slower))


def _rising_root(function: Callable[[float], float], level: float) -> float:
    """Where a rising function of a > 0 has this value, to some 1e-15 of a."""

    def excess(log_a: float) -> float:
        return function(math.exp(log_a)) / level - 1

    low = high = 0.0
    step = 1.0
    while excess(low) > 0:
        low, step = low - step, 2 * step
    step = 1.0
    while excess(high) < 0:
        high, step = high + step, 2 * step
    return math.exp(brentq(excess, low, high, xtol=1e-16, rtol=1e-15))
