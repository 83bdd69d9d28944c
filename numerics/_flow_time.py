"""The flow's time T_p(a, b) = ∫_a^b x^{−p}/(1 − x) dx from the logs of its ends, any a > 0.

For ends far below float64's range, to 1e-12 or so; `learning_time` is the accurate route for ends
inside it.
"""

import numpy as np
from scipy.special import hyp2f1

from stairwise.numerics._arguments import Floats


def exponent(depth: Floats) -> Floats:
    """The flow's exponent p = 2 − 2/N."""
    p: Floats = 2 - 2 / depth
    return p


def power_integral(log_a: Floats, log_b: Floats, p: Floats) -> Floats:
    """∫_a^b x^{−p} dx from the logs of the ends."""
    e = 1 - p
    width = log_b - log_a
    safe = np.where(e == 0, 1.0, e)
    value: Floats = np.where(e == 0, width, np.exp(e * log_b) * -np.expm1(-safe * width) / safe)
    return value


def remainder(x: Floats, depth: Floats) -> Floats:
    """R(x) with R′ = x^{1−p}/(1 − x): x^q/q · ₂F₁(1, q; 1 + q; x), q = 2/N.

    At q = 0 the constant of integration differs (log x is added), so take differences only.
    """
    q = 2 / depth
    safe = np.where(q == 0, 1.0, q)
    series = x**safe / safe * hyp2f1(1, safe, 1 + safe, x)
    with np.errstate(divide="ignore"):
        infinite = np.log(x) - np.log1p(-x)
    value: Floats = np.where(q == 0, infinite, series)
    return value


def time_integral(log_a: Floats, log_b: Floats, depth: Floats) -> Floats:
    """T_p(a, b) from the logs of the ends, 0 < a, b < 1; negative where b < a."""
    p = exponent(depth)
    smooth = remainder(np.exp(log_b), depth) - remainder(np.exp(log_a), depth)
    with np.errstate(invalid="ignore"):
        infinite = log_b - log_a - np.log1p(-np.exp(log_b)) + np.log1p(-np.exp(log_a))
    value: Floats = power_integral(log_a, log_b, p) + np.where(np.isinf(depth), infinite, smooth)
    return value
