"""Gradient flow by Taylor series in v = log σ, to 15–200 digits.

The rate comes from the model (`stairwise.theory.model.log_flow_rate`) as a sum of exponentials
Σ c e^{a v}, as SymPy expands it. Each E = e^{a v} obeys E' = a E v', which gives the series of v
and of every E together, term by term. No quadrature and no closed form.

Working precision and threads: as in `precise`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf
from sympy import Expr, Rational, diff, expand, oo, powsimp, simplify

from stairwise.numerics._agreement import agreed, wanted_digits
from stairwise.numerics._exact import (
    Exact,
    decimal_digits,
    exact_learning,
    exact_pair,
    mp_number,
)
from stairwise.numerics._types import ExactReal
from stairwise.numerics.flow_threshold import flow_log_threshold
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import sigma_star

#: A term of the rate: coefficient · σ*^power · e^{rate v}.
Term = tuple[Fraction, int, Fraction]
#: Beyond the largest float64.
OVERFLOW = 2**1024 - 2**970


def rate_terms(depth: Exact) -> tuple[Term, ...]:
    """The model's dv/dt as terms c σ*^m e^{a v}."""
    exact = Rational(depth.numerator, depth.denominator) if isinstance(depth, Fraction) else oo
    rate = powsimp(expand(log_flow_rate(exact), power_exp=True))
    return tuple(_term(part) for part in rate.as_ordered_terms())


def _term(part: Expr) -> Term:
    exponent = simplify(diff(part, v) / part)
    coefficient = part.subs({sigma_star: 1, v: 0})
    power = int(part.as_powers_dict()[sigma_star])
    return Fraction(str(coefficient)), power, Fraction(str(exponent))


class _Flow:
    """The flow of one value at the working precision, term by term."""

    def __init__(self, depth: Exact, target: Any) -> None:
        terms = rate_terms(depth)
        self.factors = [mp_number(c) * target**power for c, power, _ in terms]
        self.exponents = [mp_number(a) for _, _, a in terms]

    def rate(self, place: Any) -> Any:
        """dv/dt at v = place."""
        return mp.fdot(self.factors, [mp.exp(a * place) for a in self.exponents])

    def series(self, place: Any, order: int) -> list[Any]:
        """Taylor coefficients of v(t) about v(0) = place, up to t^order."""
        values = [place]
        powers = [[mp.exp(a * place)] for a in self.exponents]
        weighted: list[Any] = []  # (j + 1) v_{j+1}
        for n in range(order):
            weighted.append(mp.fdot(self.factors, [power[n] for power in powers]))
            values.append(weighted[n] / (n + 1))
            for a, power in zip(self.exponents, powers, strict=True):
                power.append(a * mp.fdot(power[::-1], weighted) / (n + 1))
        return values

    def time(self, start: Any, end: Any) -> Any:
        """Time from v = start up to v = end, by steps of one series each; negative past it."""
        if start > end:
            return -self.time(end, start)
        order = int(mp.dps * 1.3) + 8
        small = mp.eps * mp.mpf(10) ** -3
        # The terms of an exponential fall from the first only while its exponent moves this little;
        # beyond, a last term may be small and the next ones huge.
        furthest = mp.mpf(order) / 4 / max(1, *map(abs, self.exponents))
        total, place = mp.zero, start
        while True:
            values = self.series(place, order)
            tail = max(abs(values[-1]), abs(values[-2]) ** (mp.mpf(order) / (order - 1)))
            size = max(abs(end - start), mp.eps)
            step = (small * size / tail) ** (mp.one / order)
            arrived = mp.polyval(values[::-1], step)
            while not abs(arrived - place) <= furthest:
                step /= 2
                arrived = mp.polyval(values[::-1], step)
            if arrived >= end:
                return total + self.crossing(values, end, step)
            total, place = total + step, arrived

    def crossing(self, values: list[Any], level: Any, longest: Any) -> Any:
        """The time within one step at which its series comes to level, by Newton steps."""
        polynomial = values[::-1]
        time = longest / 2
        for _ in range(60):
            height, slope = mp.polyval(polynomial, time, derivative=True)
            change = (height - level) / slope
            time = min(max(time - change, mp.zero), longest)
            if abs(change) <= abs(time) * mp.sqrt(mp.eps) * mp.mpf(10) ** -3:
                break
        return time


def taylor_time(
    alpha: ExactReal, sigma0: ExactReal, sigma_star: ExactReal, depth: ExactReal, digits: int = 40
) -> mpf:
    """Time at which σ first reaches alpha·σ* from σ0, from the ODE; 0 where it starts past it.

    An mpf good to digits significant digits. Arguments and errors as `precise_learning_time`. Steps
    grow in number with |log(sigma0/sigma_star)|, and in length with the digits of 1/(1 − alpha).
    """
    wanted = wanted_digits(digits)
    learning = exact_learning(alpha, sigma0, sigma_star, depth)
    if learning.is_over:
        return mp.mpf(0)
    n, part, first, target = learning

    def compute(_: Any) -> Any:
        flow = _Flow(n, mp_number(target))
        return flow.time(mp.log(mp_number(first)), mp.log(mp_number(part * target)))

    # v = log σ itself tells σ from its target.
    lost = max(learning.lost_digits, decimal_digits(1 / (1 - part)))
    return agreed(compute, wanted, lost, f"learning time by Taylor series at depth = {depth!r}")


def taylor_log_threshold(
    depth: ExactReal, ratio: ExactReal, s: ExactReal, f: ExactReal, digits: int = 40
) -> mpf:
    """Exact threshold log y* from Taylor solves of the flow; an mpf good to digits digits.

    Newton steps on the difference of the two learning times, from a stiff integrator's answer;
    that the flow is autonomous gives the derivative, d(time)/d(log y) = −1/(dv/dt at the start).
    Meant for moderate thresholds: steps grow in number with |log y*|. Arguments and errors as
    `precise_log_threshold`; −inf and a FlowError where `flow_log_threshold` says so, and a
    ValueError where rounding to float64, in which the search begins, loses 1 < ratio < inf or
    0 < s < f < 1.
    """
    wanted = wanted_digits(digits)
    n, r, low, high = exact_pair(depth, ratio, s, f)
    rough = _rough(n, r, low, high)
    if rough == -mp.inf:
        return mp.ninf

    def compute(before: Any) -> Any:
        slow, fast = _Flow(n, mp.one), _Flow(n, mp_number(r))
        end_slow, end_fast = mp.log(mp_number(low)), mp.log(mp_number(high * r))
        place = mp.mpf(rough) if before is None else +before
        for _ in range(12):
            gap = slow.time(place, end_slow) - fast.time(place, end_fast)
            step = gap / (1 / slow.rate(place) - 1 / fast.rate(place))
            place += step
            if abs(step) <= min(abs(place), 1) * mp.sqrt(mp.eps) * mp.mpf(10) ** -3:
                break
        return place

    return agreed(compute, wanted, 0, f"threshold by Taylor series at depth = {depth!r}")


def _rough(depth: Exact, ratio: Fraction, s: Fraction, f: Fraction) -> float:
    """Log y* in float64, where depths beyond its range are near enough to infinity."""
    n, r = (float(number) if number < OVERFLOW else math.inf for number in (depth, ratio))
    low, high = float(s), float(f)
    if not (1 < r < math.inf and 0 < low < high < 1):
        rule = "such that 1 < ratio < inf and 0 < s < f < 1 as float64, in which the search begins"
        got = f"ratio = {r!r}, s = {low!r}, f = {high!r} there"
        raise ValueError(f"ratio, s and f must be {rule}; got {got}")
    return flow_log_threshold(n, r, low, high, method="LSODA")
