"""The time u of dx/du = x^{1+e} (1 − x) up to x = 1/2, on one clock for all solutions.

u = 0 at x = 1/2 if e > 0, where x = 0 is infinitely long ago; at x = 0 if e < 0. With a = 1 − e and
S of `_tail`,

    e > 0:  u = (2^e − x^{−e})/e − ∫_x^{1/2} v^{a−1}/(1−v) dv
    e < 0:  u = x^{−e}/(−e) + x^a (1/a + S(x)).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall
from stairwise.numerics._pair import householder
from stairwise.numerics._tail import Tail

HALF = np.array([0.5])
LOG_HALF = float(np.log(0.5))
MAX_STEPS = 8
LAST_STEP = 1e-4  # after a step of fourth order of this size no other is needed


class Exponent(NamedTuple):
    """e, what its rounding left out, and a = 1 − e."""

    e: float
    low: float
    a: float


@dataclass(frozen=True)
class Clock:
    """For one exponent; the tail has all its coefficients, so threads may share it."""

    exponent: Exponent
    tail: Tail
    reached: float  # x^a S(x) at 1/2

    @classmethod
    def of(cls, exponent: Exponent) -> "Clock":
        """With its tail."""
        tail = Tail(exponent.e, exponent.a)
        return cls(exponent, tail, 0.5**exponent.a * float(tail.small(HALF, HALF)[0]))

    def time(self, x: Floats) -> Floats:
        """u at 0 < x ≤ 1/2."""
        return np.asarray(self._time(x, self.tail.small(x, 1 - x)))

    def moment(self, x: float) -> float:
        """The same for one x, without the cost of arrays."""
        return float(self._time(x, self.tail.small_at(x)))

    def _time(self, x: Any, tail: Any) -> Any:
        e, low, a = self.exponent
        log_x = np.log(x)
        power = x**-e * (1 - low * log_x)  # or it would be off by log x ulps
        if e < 0:
            return power / -e + x**a * (1 / a + tail)
        return (2**e - power) / e - self._rest(x, log_x, tail)

    def _rest(self, x: Any, log_x: Any, tail: Any) -> Any:
        """∫_x^{1/2} v^{a−1}/(1−v) dv."""
        a = self.exponent.a
        return 0.5**a * fall(a, LOG_HALF - log_x) + self.reached - x**a * tail

    def position(self, u: Floats) -> Floats:
        """The inverse, by steps in log x; u up to the time of x = 1/2."""
        e = self.exponent.e
        if e < 0:
            x = np.minimum((-e * u) ** (-1 / e), 0.5)
        else:
            x = (2**e - e * u) ** (-1 / e)
            rest = self._rest(x, np.log(x), self.tail.small(x, 1 - x))
            z = np.maximum(-u - rest, -u / 2)
            x = (2**e + e * z) ** (-1 / e)
        for _ in range(MAX_STEPS):
            odds = x / (1 - x)
            bend = odds - e
            newton = (self.time(x) - u) * x**e * (1 - x)
            step = householder(newton, bend, bend * bend + odds * (1 + odds))
            x = np.minimum(x * np.exp(-step), 0.5)
            if np.abs(step).max() < LAST_STEP:
                break
        return np.asarray(x)
