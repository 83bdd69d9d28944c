"""Enclosures: balls that provably contain thresholds, learning times and critical ratios.

The proofs are interval Newton steps on the threshold's equation (`threshold_equation`), and plain
ball evaluation for the rest; both repeat at higher precision until the ball is as narrow as asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from flint import arb

from stairwise.numerics._arguments import whole
from stairwise.numerics._exact import exact_depth, exact_fractions, exact_learning, exact_pair
from stairwise.numerics._types import ExactReal
from stairwise.numerics.balls import Decimals, ball, outward_decimals, precision, within
from stairwise.numerics.threshold_equation import (
    GUARD_BITS,
    Powers,
    ThresholdEquation,
    time_between,
    time_from_zero,
)

#: Precision is raised at most so often, by a half each time, before a ball counts as undecided.
RAISES = 6


class UndecidedError(ArithmeticError):
    """No enclosure at the highest precision tried: the inputs sit on a boundary, or too close."""


def enclose_log_threshold(
    depth: ExactReal, ratio: ExactReal, s: ExactReal, f: ExactReal, digits: int = 30
) -> arb:
    """A ball that provably contains log y*, the log of the exact threshold (`exact-threshold`).

    `depth` ≥ 1 or inf, `ratio` > 1 and 0 < s < f < 1 are numbers: int, Fraction, Decimal, decimal
    string or float (the binary fraction that it is). Returns a `flint.arb` with relative radius
    ≤ 10^−digits; exactly −inf where no initialisation is incremental (depth 1; depth below 2 and
    ratio at most the critical one). Existence and uniqueness are proved by strict containment of
    an interval Newton step. ValueError for bad input; `UndecidedError` (an ArithmeticError) where
    the ratio cannot be told from the critical one. Safe to call from threads, which take turns.
    The ball is shown at flint's working precision, 15 digits; ask it for more:

    >>> found = enclose_log_threshold(2, "1.5", "0.1", "0.9")
    >>> found.str(30, radius=False)
    '-11.7970656473093483315291610171'

    A `flint.arb` cannot be pickled, nor sent between processes. The mantissas and exponents of a
    finite ball's centre and radius can, and make a ball that holds it (its radius rounded up):

    >>> centre, radius = (tuple(map(int, x.man_exp())) for x in (found.mid(), found.rad()))
    >>> arb(centre, radius).contains(found)
    True
    """
    digits = whole("digits", digits, 1)
    n, r, low, high = exact_pair(depth, ratio, s, f)
    if n == 1:
        return arb.neg_inf()
    equation = ThresholdEquation(n, r, low, high)
    for bits in _raised(_bits(digits) + equation.loss):
        with precision(bits):
            found: arb | None = equation.enclose(bits, digits)
        if found is not None:
            return found
    raise UndecidedError(f"log threshold at {digits} digits: undecided at {bits} bits")


def enclose_learning_time(
    alpha: ExactReal, sigma0: ExactReal, sigma_star: ExactReal, depth: ExactReal, digits: int = 30
) -> arb:
    """A ball that provably contains the time at which σ first reaches alpha·σ*.

    0 < alpha < 1, sigma0 > 0 and sigma_star > 0 are numbers as in `enclose_log_threshold`; the
    time is σ*^{−p} T_p(σ0/σ*, alpha) (the paper's Theorem 1), and exactly 0 where σ starts past
    alpha·σ*. Relative radius ≤ 10^−digits. ValueError for bad input, `UndecidedError` as
    `enclose_log_threshold`, where it is also said how to pickle the `flint.arb`.
    """
    digits = whole("digits", digits, 1)
    learning = exact_learning(alpha, sigma0, sigma_star, depth)
    if learning.is_over:
        return arb(0)
    n, end, start, target = learning
    begin = start / target
    for bits in _raised(_bits(digits) + _bits(learning.lost_digits)):
        with precision(bits):
            powers = Powers.at(n)
            scale = (-powers.p * ball(target).log()).exp()
            time: arb = scale * time_between(powers, begin, end)
            if within(time, digits):
                return time
    raise UndecidedError(f"learning time at {digits} digits: undecided at {bits} bits")


def enclose_critical_ratio(depth: ExactReal, s: ExactReal, f: ExactReal, digits: int = 30) -> arb:
    """A ball that provably contains r_c, the ratio above which learning can be incremental.

    r_c = (F_p(f)/F_p(s))^{1/p} for 1 < depth < 2 (`critical-ratio`; new); exactly 1 for
    depth ≥ 2 and exactly inf at depth 1. Arguments and errors as in `enclose_log_threshold`, where
    it is also said how to pickle the `flint.arb`.
    """
    digits = whole("digits", digits, 1)
    n = exact_depth(depth)
    low, high = exact_fractions(s, f)
    if n >= 2:
        return arb(1)
    if n == 1:
        return arb.pos_inf()
    # What cancels: at depth 1 in 1/p, at depth 2 in the pole, and between f and s.
    lost = int(1 / min(n - 1, 2 - n, high - low)).bit_length()
    for bits in _raised(_bits(digits) + 2 * lost):
        with precision(bits):
            powers = Powers.at(n)
            quotient = time_from_zero(powers, high) / time_from_zero(powers, low)
            critical: arb = (quotient.log() / powers.p).exp()
            if within(critical, digits):
                return critical
    raise UndecidedError(f"critical ratio at {digits} digits: undecided at {bits} bits")


def log10_threshold_decimals(
    depth: ExactReal, ratio: ExactReal, s: ExactReal, f: ExactReal, digits: int = 15
) -> Decimals:
    """log10 y* as two decimal strings (low, high) of that many digits: low ≤ log10 y* ≤ high.

    Every digit shown is proved: the strings are a ball's ends rounded outwards, and differ by at
    most two units in the last place. "-inf" twice where no initialisation is incremental.
    """
    digits = whole("digits", digits, 1)
    enclosure = enclose_log_threshold(depth, ratio, s, f, digits + 3)
    if not enclosure.is_finite():
        return outward_decimals(enclosure, digits)
    with precision(_bits(digits + 5)):
        return outward_decimals(enclosure / arb(10).log(), digits)


def _bits(digits: int) -> int:
    return math.ceil(digits * math.log2(10)) + GUARD_BITS


def _raised(bits: int) -> Iterator[int]:
    """Precisions to try: up by a half each time."""
    return (math.ceil(bits * 1.5**k) for k in range(RAISES))
