"""The regular part of the learning time, S(x) = Σ_{j≥1} x^j/(j + a), for every 0 ≤ x < 1.

It is what remains of ∫ x^{−p}/(1 − x) dx once the Box–Cox terms are split off:

    ∫_y^x t^{a−1}/(1−t) dt = x^a [fall(a, log(x/y)) + S(x)] − y^a S(y).

Two short series cover [0, 1), both from the equation x S' + a S = x/(1−x):

- x ≤ 1/2: in ζ = x/(1+√(1−x))², which maps the cut [1, ∞) of S to the unit circle and [0, 1/2] to
  [0, 0.172]; the coefficients obey (n + a) q_n = 4 − (n − 1 − a) q_{n−1}.
- x ≥ 1/2: x^a S(x) = c + fall(a, −log x) − log(1−x) − K, where
  K(w) = ∫_0^w expm1(e·v)/expm1(v) dv, w = −log x, is odd-free of singularities at x = 1 and a
  power series in z = (1−x)/(1+√x)² = tanh(w/4); c makes the two agree at x = 1/2.

23 and 28 terms leave less than 1e-16 of the sum for e ≥ −2.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall

SMALL_TERMS, LARGE_TERMS = 23, 28
SPLIT = 0.5
# Logs of z^n below which terms are not worth adding: q_n is of order 1, δ_n/n up to 1e4.
SMALL_CUT, LARGE_CUT = -39.0, -46.0


def _variable(x: Any, one_minus_x: Any) -> Any:
    """x/(1 + √(1−x))²."""
    root = np.sqrt(one_minus_x) + 1
    root *= root
    return x / root


def _without_constant(variable: Any, coefficients: list[Any], cut: float) -> Any:
    """Σ_{n≥1} c_n z^n by Horner's rule, stopped where the largest z makes terms invisible."""
    largest = float(np.max(variable, initial=1e-300))
    terms = min(len(coefficients), 2 + int(cut / np.log(largest)))
    total = variable * coefficients[terms - 1]
    for coefficient in coefficients[terms - 2 :: -1] if terms > 1 else []:
        total += coefficient
        total *= variable
    return total


def _small_coefficients(a: Any) -> list[Any]:
    q = [4 / (1 + a)]
    for n in range(2, SMALL_TERMS + 1):
        q.append((4 - (n - 1 - a) * q[-1]) / (n + a))
    return q


def _large_coefficients(e: Any) -> list[Any]:
    """Coefficients of K: δ_n/n with (n+1) δ_{n+1} = 2(2e−1) δ_n + 8e(−1)^n + (n−1) δ_{n−1}."""
    previous, current = 0 * e, 4 * e
    coefficients = [current]
    for n in range(1, LARGE_TERMS):
        following = 2 * (2 * e - 1) * current + (8 * e if n % 2 == 0 else -8 * e)
        following = (following + (n - 1) * previous) / (n + 1)
        previous, current = current, following
        coefficients.append(current / (n + 1))
    return coefficients


class Tail:
    """S(x) and K(w) for one depth (Python floats e, a) or one depth per point (arrays)."""

    def __init__(self, e: Any, a: Any) -> None:
        self.e, self.a = e, a
        self._small = _small_coefficients(a)
        self._large = _large_coefficients(e)
        half = np.full(np.shape(a), float(_variable(SPLIT, SPLIT)))
        w = np.log(2.0)
        self._constant = (
            SPLIT**a * _without_constant(half, self._small, SMALL_CUT)
            - fall(a, w)
            - w
            + _without_constant(half, self._large, LARGE_CUT)
        )

    def at(self, chosen: NDArray[np.bool_]) -> "Tail":
        """The same for some of the points."""
        return self if np.size(self.a) == 1 else Tail(self.e[chosen], self.a[chosen])

    def __call__(self, x: Floats, one_minus_x: Floats) -> Floats:
        """S(x); 1 − x is asked for because only the caller may know it to full precision."""
        large = x > SPLIT
        if not large.any():
            return self.small(x, one_minus_x)
        if large.all():
            return self.large(x, one_minus_x)
        result = np.empty(x.shape)
        result[large] = self.at(large).large(x[large], one_minus_x[large])
        small = ~large
        result[small] = self.at(small).small(x[small], one_minus_x[small])
        return result

    def small(self, x: Floats, one_minus_x: Floats) -> Floats:
        """S(x) for x ≤ 1/2."""
        value: Floats = _without_constant(_variable(x, one_minus_x), self._small, SMALL_CUT)
        return value

    def large(self, x: Floats, one_minus_x: Floats) -> Floats:
        """S(x) for x ≥ 1/2."""
        power = fall(self.a, -np.log(x))
        value: Floats = self._constant + power - np.log(one_minus_x) - self.k(x, one_minus_x)
        value /= 1 - self.a * power
        return value

    def k(self, x: Floats, one_minus_x: Floats) -> Floats:
        """K(−log x) for x ≥ 1/2."""
        value: Floats = _without_constant(_variable(one_minus_x, x), self._large, LARGE_CUT)
        return value
