"""The threshold of one pair in ball arithmetic, for the few points that float64 cannot decide.

Just above the critical ratio (1 < N < 2) the left side of the equation comes within rounding of its
supremum, and log y* moves by more than 1e-13 when an input moves by an ulp. The inputs are taken
exactly, so the answer still exists: it is found here with as many bits as it takes.
"""

import math
from fractions import Fraction

from flint import arb

from stairwise.numerics.balls import precision

BITS = (192, 384, 768, 1536)
MAX_STEPS = 200
SETTLED = 1e-18  # radius asked of log y*, relative to max(1, |log y*|)


def solve_in_balls(depth: float, excess: float, s: float, f: float, guess: float) -> float:
    """log y* to the last digit; −inf where no initialisation is incremental; guess may be rough."""
    for bits in BITS:
        with precision(bits):
            value = _attempt(arb(depth), arb(excess), arb(s), arb(f), guess)
        if value is not None:
            return value
    # Depths beyond 1e200 or so: the poles of 2F1 at N = ∞ are closer than these bits resolve.
    from stairwise.numerics.rigorous import enclose_log_threshold

    return float(enclose_log_threshold(depth, 1 + Fraction(excess), s, f, digits=20))


def _attempt(depth: arb, excess: arb, s: arb, f: arb, guess: float) -> float | None:
    """One try at the current precision; None where it does not suffice."""
    e = arb(1) if math.isinf(float(depth)) else 1 - 2 / depth
    r = 1 + excess
    lag = r ** (-1 - e)

    def primitive(x: arb) -> arb:
        """Of x^{−p}/(1−x), zero at x = 0 where e < 0."""
        if e == 0:
            return (x / (1 - x)).log()
        if e == 1:
            return (x / (1 - x)).log() - 1 / x
        # c − a − b is exactly zero, which balls do not show.
        return -(x**-e) / e * x.hypgeom_2f1(1, -e, 1 - e, abc=True)

    ahead = primitive(s) - lag * primitive(f)
    if e < 0:
        if ahead < 0:
            return -math.inf
        if not ahead > 0:
            return None
        log_y = (ahead * -e * r / excess).log() / -e
    else:
        log_y = arb(guess)
    log_s = s.log()
    for _ in range(MAX_STEPS):
        log_y = arb.min(log_y, log_s).mid()
        y = log_y.exp()
        excess = ahead - primitive(y) + lag * primitive(y / r)
        step = excess / ((-e * log_y).exp() * (1 / (1 - y) - 1 / (r - y)))
        tolerance = SETTLED * max(1.0, abs(float(log_y)))
        if not step.rad() < tolerance:
            return None
        log_y += step
        if abs(step) < tolerance:
            return float(log_y.mid())
    return None
