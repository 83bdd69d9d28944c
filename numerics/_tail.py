"""The regular part of the learning time, S(x) = Σ_{j≥1} x^j/(j + a), for every 0 ≤ x < 1.

It is what remains of ∫ x^{−p}/(1 − x) dx once the Box–Cox terms are split off:

    ∫_y^x t^{a−1}/(1−t) dt = x^a [fall(a, log(x/y)) + S(x)] − y^a S(y).

Two short series cover [0, 1), both from the equation x S' + a S = x/(1−x):

- x ≤ 1/2: in ζ = x/(1+√(1−x))², which maps the cut [1, ∞) of S to the unit circle and [0, 1/2] to
  [0, 0.172]; the coefficients obey (n + a) q_n = 4 − (n − 1 − a) q_{n−1}.
- x ≥ 1/2: x^a S(x) = fall(a, −log x) − log(1−x) − H_a − K, where H_a is the harmonic number and
  K(w) = ∫_0^w expm1(e·v)/expm1(v) dv, w = −log x, e = 1 − a. It has no singularity at x = 1 and is
  a power series in z = (1−x)/(1+√x)² = tanh(w/4), Σ δ_n z^n/n with δ_1 = 4e and
  (n+1) δ_{n+1} = 2(2e−1) δ_n + 8e(−1)^n + (n−1) δ_{n−1}.

Both are cut where the block's largest argument leaves less than 1e-17 (23 and 27 terms at most),
for e from −2 to 1. No table of constants is needed, so any real depth has its own coefficients.
"""

import math
from typing import Any

import numpy as np

from stairwise.numerics._arguments import Chosen, Floats
from stairwise.numerics._exponents import fall

SPLIT = 0.5
# Logs of z^n below which terms are not worth adding: q_n is of order 1, δ_n/n up to 1e4.
SMALL_CUT, LARGE_CUT = -39.0, -46.0
ROUGHLY = 26.0  # added to both where 1e-6 is enough
FEW = 3000  # points below which the overhead of a call outweighs its work
TINY = 1e-300
SHIFT = 10  # where the asymptotic series of ψ starts


def _gauss(order: int) -> list[tuple[float, float]]:
    """Legendre's nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return [(0.5 + 0.5 * x, 0.5 * w) for x, w in zip(nodes.tolist(), weights.tolist(), strict=True)]


# K's integrand is analytic within 2π of the real axis: on [0, log 2] a node gains a factor 1300.
NODES, FEW_NODES = _gauss(6), _gauss(3)


def _variable(x: Any, one_minus_x: Any) -> Any:
    """x/(1 + √(1−x))²."""
    root = np.sqrt(one_minus_x)
    root += 1
    root *= root
    return np.divide(x, root, out=root)


def _terms(variable: Floats, cut: float) -> int:
    """How many powers of the variable are worth adding."""
    # NaN, where an iterate got lost: its point is left to the balls.
    largest = float(np.fmax.reduce(variable, axis=None, initial=1e-300))
    return 2 + int(cut / np.log(largest))


def _without_constant(variable: Floats, coefficients: list[Any]) -> Floats:
    """Σ_{n≥1} c_n z^n."""
    if variable.size == 1 and np.ndim(coefficients[0]) == 0:
        z, value = float(variable[0]), 0.0
        for coefficient in reversed(coefficients):
            value = (value + coefficient) * z
        return np.array([value])
    if variable.size < FEW and np.ndim(coefficients[0]) == 0:
        return _in_fives(variable, coefficients)
    total: Floats = variable * coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total += coefficient
        total *= variable
    return total


def _in_fives(variable: Floats, coefficients: list[float]) -> Floats:
    """The same in Paterson and Stockmeyer's groups: few points cost calls, so make fewer."""
    rows = -(-len(coefficients) // 5)
    table = np.zeros((rows, 5))
    table.flat[: len(coefficients)] = coefficients
    powers = np.empty((5, variable.size))
    powers[0] = variable
    for n in range(1, 5):
        np.multiply(powers[n - 1], variable, out=powers[n])
    groups = table @ powers
    total: Floats = groups[-1]
    for group in groups[-2::-1]:
        total *= powers[4]
        total += group
    return total


def harmonic(a: Any) -> Any:
    """H_a = ψ(1+a) + γ for 0 ≤ a ≤ 3, to an ulp or two: nine terms a/(k(k+a)) and ψ's asymptote."""
    value = np.log1p(a / SHIFT) - (_asymptote(a + SHIFT) - _asymptote(float(SHIFT)))
    for k in range(SHIFT - 1, 0, -1):
        value = value + a / (k * (k + a))
    return value


def _asymptote(x: Any) -> Any:
    """log x − ψ(x), by 1/(2x) + Σ B_2k/(2k x^2k) up to k = 7; under 1e-16 off for x ≥ 10."""
    y = 1 / (x * x)
    bernoulli = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    series = 0.0
    for term in reversed(bernoulli):
        series = (series + term) * y
    return 0.5 / x + series


def _quadrature(e: Floats, w: Floats, rule: list[tuple[float, float]]) -> Floats:
    """K(w) for w ≤ log 2 by a rule on [0, 1]: for many e, a third of the cost of the series."""
    total = np.zeros(w.shape)
    w = np.maximum(w, TINY)
    for node, weight in rule:
        v = w * node
        value = np.expm1(e * v)
        value /= np.expm1(v, out=v)
        value *= weight
        total += value
    total *= w
    return total


class Tail:
    """S(x) and K(w) for one depth (Python floats e, a) or one depth per point (arrays)."""

    def __init__(self, e: Any, a: Any) -> None:
        self.e, self.a = e, a
        self._small = [4 / (1 + a)]
        self._large = [4 * e]
        self._harmonic: Any = None

    def at(self, chosen: Chosen) -> "Tail":
        """The same for some of the points."""
        return self if np.size(self.a) == 1 else Tail(self.e[chosen], self.a[chosen])

    def __call__(self, x: Floats, one_minus_x: Floats, spared: float = 0.0) -> Floats:
        """S(x); 1 − x is asked for because only the caller may know it to full precision."""
        high = x > SPLIT
        above = np.flatnonzero(high)  # numbers are four times as fast to pick by as a mask
        if above.size == 0:
            return self.small(x, one_minus_x, spared)
        if above.size == x.size:
            return self.large(x, one_minus_x, spared)
        if np.ndim(self.a):  # picking all coefficients would cost more than both series
            large = self.large(np.maximum(x, SPLIT), np.minimum(one_minus_x, SPLIT), spared)
            small = self.small(np.minimum(x, SPLIT), np.maximum(one_minus_x, SPLIT), spared)
            return np.where(high, large, small)
        below = np.flatnonzero(~high)
        result = np.empty(x.shape)
        result[above] = self.large(x[above], one_minus_x[above], spared)
        result[below] = self.small(x[below], one_minus_x[below], spared)
        return result

    def start(self, x: Floats, one_minus_x: Floats) -> Floats:
        """S(x) to some percent or 1e-16, from S + log(1−x) = −a Σ x^j/(j (j + a))."""
        a = self.a
        rest = x / (4 * (4 + a) * (1 - 0.78 * x))
        for j in (3, 2, 1):
            rest += 1 / (j * (j + a))
            rest *= x
        rest *= a
        value: Floats = -np.log(one_minus_x) - rest
        return value

    def small(self, x: Floats, one_minus_x: Floats, spared: float = 0.0) -> Floats:
        """S(x) for x ≤ 1/2."""
        variable = _variable(x, one_minus_x)
        terms = _terms(variable, SMALL_CUT + spared)
        a, q = self.a, self._small
        for n in range(len(q) + 1, terms + 1):
            q.append((4 - (n - 1 - a) * q[-1]) / (n + a))
        return _without_constant(variable, q[:terms])

    def small_at(self, x: float) -> float:
        """S of one x ≤ 1/2, for shared exponents and with the coefficients at hand."""
        root = 1 + math.sqrt(1 - x)
        variable, value = x / (root * root), 0.0
        for coefficient in reversed(self._small):
            value = (value + coefficient) * variable
        return value

    def large(self, x: Floats, one_minus_x: Floats, spared: float = 0.0) -> Floats:
        """S(x) for x ≥ 1/2."""
        if self._harmonic is None:
            self._harmonic = harmonic(self.a)
        power = fall(self.a, -np.log(x))
        value: Floats = power - self._harmonic - np.log(one_minus_x)
        value -= self.k(x, one_minus_x, spared)
        value /= 1 - self.a * power
        return value

    def k(self, x: Floats, one_minus_x: Floats, spared: float = 0.0) -> Floats:
        """K(−log x) for x ≥ 1/2."""
        if np.ndim(self.e):
            return _quadrature(self.e, -np.log1p(-one_minus_x), FEW_NODES if spared else NODES)
        variable = _variable(one_minus_x, x)
        terms = _terms(variable, LARGE_CUT + spared)
        self._extend_large(terms)
        return _without_constant(variable, self._large[:terms])

    def _extend_large(self, terms: int) -> None:
        """c_n = δ_n/n up to the given number of terms."""
        c = self._large
        slope, source = 2 * (2 * self.e - 1), 8 * self.e
        for n in range(len(c), terms):
            following = (slope * n) * c[-1] + (source if n % 2 == 0 else -source)
            if n > 1:
                following = following + float((n - 1) ** 2) * c[-2]
            c.append(following * (1 / (n + 1) ** 2))
