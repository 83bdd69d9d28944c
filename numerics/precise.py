"""Thresholds and learning times to 15–200 digits, from the definition of the learning time alone.

The time that σ takes from σ*a to σ*b is ∫ dσ / (σ^p (σ* − σ)), p = 2 − 2/N: Gauss–Legendre
quadrature of that integral, and a root find, are all there is here; no closed form, no ODE.

With x = σ/σ* = 1/(1 + e^{−z}) the integral becomes σ*^{−p} ∫ x^{1−p} dz. Its integrand has no
singularity closer to the real line than π, whatever the ends, so a few panels are enough.

mpmath keeps one working precision for the whole process: it is restored however a call ends, and
calls from several threads wait for each other (`process_state`).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from mpmath import mp, mpf

from stairwise.numerics._agreement import PrecisionError, agreed, wanted_digits
from stairwise.numerics._exact import Exact, decimal_digits, exact_learning, exact_pair, mp_number
from stairwise.numerics._types import ExactReal
from stairwise.numerics.process_state import working_digits

#: A panel's e-foldings of x^{1−p} at most; more nodes would be dearer than more panels.
FOLDINGS = 30


def _logit(log_x: Any) -> Any:
    """log(x/(1 − x)) from log x."""
    return log_x - mp.log(-mp.expm1(log_x))


def _panels(start: Any, end: Any, decay: Any) -> list[Any]:
    """Ends of panels on [start, end]: growing with distance from 0, below FOLDINGS e-foldings."""
    longest = FOLDINGS / decay if decay else mp.inf
    cuts, place, length = [mp.zero], mp.zero, mp.mpf(2)
    reach = max(abs(start), abs(end))
    while place < reach:
        place += min(length, longest)
        cuts.append(place)
        length *= 2
    inside = sorted({sign * cut for cut in cuts for sign in (-1, 1) if start < sign * cut < end})
    return [start, *inside, end]


def _time(start: Any, end: Any, k: Any) -> Any:
    """∫ x^{−k} dz from logit start to logit end at the working precision; k = p − 1."""
    if start >= end:
        return -_time(end, start, k) if start > end else mp.zero

    def log_integrand(z: Any) -> Any:
        log_x = z - mp.log1p(mp.exp(z)) if z < 0 else -mp.log1p(mp.exp(-z))
        return -k * log_x

    def panel(low: Any, high: Any, top: Any) -> Any:
        """The part of its length times its largest value that the integral has.

        mpmath stops at an absolute error: an integral of 1e-60 would be done after three nodes.
        """
        return mp.quad(
            lambda u: mp.exp(log_integrand(low + (high - low) * u) - top), [0, 1],
            method="gauss-legendre",
        )  # fmt: skip

    panels = []
    for low, high in pairwise(_panels(start, end, abs(k))):
        top = max(log_integrand(low), log_integrand(high))  # x^{−k} is monotone
        panels.append((low, high, top, mp.log(high - low) + top))
    least = max(most for *_, most in panels) + mp.log(mp.eps) - 20
    return mp.fsum(
        mp.exp(most) * panel(low, high, top) for low, high, top, most in panels if most > least
    )


def _k(depth: Exact) -> Any:
    """p − 1 = 1 − 2/N."""
    return mp_number(1 - 2 / depth) if isinstance(depth, Fraction) else mp.one


def precise_learning_time(
    alpha: ExactReal, sigma0: ExactReal, sigma_star: ExactReal, depth: ExactReal, digits: int = 50
) -> mpf:
    """Time at which σ first reaches alpha·σ*, from σ0 under gradient flow; 0 where it starts past.

    An mpf good to digits significant digits, 15 to 200. Arguments are taken exactly: int,
    Fraction, Decimal, decimal string, mpf, float (for the binary fraction that it is); depth ≥ 1
    or inf, 0 < alpha < 1, sigma0 > 0, sigma_star > 0. Raises ValueError for other arguments,
    PrecisionError if no precision is enough. Source: the paper's toy model and gradient flow.
    """
    wanted = wanted_digits(digits)
    learning = exact_learning(alpha, sigma0, sigma_star, depth)
    if learning.is_over:
        return mp.mpf(0)
    n, part, first, target = learning

    def compute(_: Any) -> Any:
        k, start, end = _k(n), mp_number(first / target), mp_number(part)
        logits = [_logit_of(item, one_minus) for item, one_minus in (
            (start, mp_number(1 - first / target)), (end, mp_number(1 - part)))]  # fmt: skip
        return mp_number(target) ** (-1 - k) * _time(logits[0], logits[1], k)

    return agreed(compute, wanted, learning.lost_digits, f"learning time at depth = {depth!r}")


def _logit_of(x: Any, one_minus_x: Any) -> Any:
    return mp.log(x) - mp.log(one_minus_x)


def precise_log_threshold(
    depth: ExactReal, ratio: ExactReal, s: ExactReal, f: ExactReal, digits: int = 50
) -> mpf:
    """Exact threshold log y*, y* = σ0/σ*_j, to digits significant digits (15 to 200); an mpf.

    −inf where no initialisation is incremental (1 ≤ depth < 2 at small ratios). Arguments are
    taken exactly: int, Fraction, Decimal, decimal string, mpf, or float for the binary fraction
    that it is (0.1 is not 1/10: write "0.1"); depth ≥ 1 or inf, ratio > 1, 0 < s < f < 1.
    Raises ValueError for other arguments, PrecisionError if no precision is enough, as within a
    part in 10^digits of the critical ratio. Source: the paper's definition of incremental
    learning; the threshold is new.
    Shown at mpmath's working precision, 15 digits; ask for more:

    >>> from mpmath import nstr
    >>> nstr(precise_log_threshold(2, "1.5", "0.1", "0.9"), 25)
    '-11.79706564730934833152916'
    """
    wanted = wanted_digits(digits)
    n, r, low, high = exact_pair(depth, ratio, s, f)
    equation = _Equation(n, r, low, high)
    lost = decimal_digits(1 / min(r - 1, high - low, Fraction(1)))  # the two times cancel
    try:
        with working_digits(20 + lost):
            rough = equation.bracketed_root()
    except PrecisionError:  # next to the critical ratio
        with working_digits(wanted + 20 + lost):
            rough = equation.bracketed_root()
    if rough == mp.ninf:
        return rough
    return agreed(
        lambda before: equation.polished_root(rough if before is None else before),
        wanted,
        lost,
        f"threshold at depth = {depth!r}, ratio = {ratio!r}, s = {s!r}, f = {f!r}",
    )


class _Equation:
    """Time of the smaller value to s minus time of the larger to f, as a function of log y.

    It falls as y grows; its root is the threshold.
    """

    def __init__(self, depth: Exact, ratio: Fraction, s: Fraction, f: Fraction) -> None:
        self.depth, self.ratio, self.s, self.f = depth, ratio, s, f

    def value_and_slope(self, log_y: Any) -> tuple[Any, Any]:
        """G and dG/d log y at the working precision."""
        k, r = _k(self.depth), mp_number(self.ratio)
        log_x = log_y - mp.log(r)
        slow = _time(_logit(log_y), _logit_of(mp_number(self.s), mp_number(1 - self.s)), k)
        fast = _time(_logit(log_x), _logit_of(mp_number(self.f), mp_number(1 - self.f)), k)
        # d/d log y of either integral is minus its integrand at the lower end, x^{−k}/(1 − x).
        start = mp.exp(-k * log_y) / (-mp.expm1(log_y))
        start_fast = mp.exp(-k * log_x) / (-mp.expm1(log_x))
        scale = r ** (-1 - k)
        return slow - scale * fast, scale * start_fast - start

    def rest_of(self, log_y: Any) -> Any:
        """What is left of the slow time below y: ∫_0^y x^{−p}/(1 − x) dx is at most this.

        y^{1−p}/((1−p)(1−y)), finite below depth 2.
        """
        k = _k(self.depth)
        return mp.inf if k >= 0 else mp.exp(-k * log_y) / (k * mp.expm1(log_y))

    def bracketed_root(self) -> Any:
        """Root to a few digits by Newton steps kept inside a bracket; −inf where there is none.

        PrecisionError where rounding decides which it is: G ends below its own rounding.
        """
        noise = 1000 * mp.eps * self.rest_of(mp.log(mp_number(self.s)))
        high = mp.log(mp_number(self.s))
        step = max(abs(high), mp.mpf(10) ** -12)
        low = high - step
        value, slope = self.value_and_slope(low)
        while value <= 0:
            rest = self.rest_of(low)
            if value + rest < -noise:
                return mp.ninf
            if rest < noise < mp.inf:
                raise PrecisionError("the ratio is too near to the critical one to tell")
            high, step = low, 2 * step
            low -= step
            value, slope = self.value_and_slope(low)
        # G is positive at low and negative at high.
        k, place = _k(self.depth), low
        for _ in range(200):
            # Newton in y^{−k}, in which G is nearly a straight line far down.
            shrink = 1 + k * value / slope
            step = value / slope if k == 0 else mp.log(shrink) / k if shrink > 0 else mp.inf
            guess = place - step
            place = guess if low < guess < high else (low + high) / 2
            value, slope = self.value_and_slope(place)
            low, high = (place, high) if value > 0 else (low, place)
            if abs(value / slope) <= abs(place) * mp.mpf(10) ** -8 or high - low <= 0:
                return place - value / slope
        raise PrecisionError("the threshold was not bracketed to 8 digits in 200 steps")

    def polished_root(self, start: Any) -> Any:
        """Newton steps at the working precision, which double the digits each time."""
        place = +start
        last = mp.sqrt(mp.eps) * mp.mpf(10) ** -3
        for _ in range(20):
            value, slope = self.value_and_slope(place)
            step = value / slope
            place -= step
            if abs(step) <= last * min(abs(place), 1):
                break
        return place
