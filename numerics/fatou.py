"""Real step counts of gradient descent: the Fatou coordinate of its map near 0.

In X = log(σ/σ*) one step of descent is X⁺ = X + g(X), and g varies slowly on the plateau. The
number of steps from X_a to X_b is then ∫ dX/ψ with 1/ψ = (1/g) Σ_{k<n} P_k(g', g g'', …), the
asymptotic series that `theory.modified_equation` derives; n = 8. `defect_bound` bounds its error.
Source: new for this model; parabolic (and hyperbolic, at depth 2) fixed points are classical.
"""

from dataclasses import dataclass
from functools import cache
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import comb

from stairwise.numerics._arguments import Floats
from stairwise.theory.modified_equation import step_density

ORDER = 8
#: Fractions of the largest admissible radius tried in `defect_bound`; any of them is valid.
RADII = (0.15, 0.3, 0.5, 0.7, 0.85)
NODES, WEIGHTS = leggauss(16)


@dataclass(frozen=True)
class LogMap:
    """Descent in X = log(σ/σ*): X⁺ = X + g(X), g = N log(1 + (c/N) e^{mX} (1 − e^X)), m = 1 − 2/N.

    `inverse_depth` is 1/N (0 at N = ∞, where g = c e^X (1 − e^X)) and `rate` is c = η σ*^{2−2/N}.
    Arrays of one shape, or shapes that broadcast against the X they are used with.
    """

    inverse_depth: Floats
    rate: Floats

    @property
    def power(self) -> Floats:
        """Exponent m = 1 − 2/N."""
        return 1 - 2 * self.inverse_depth

    def select(self, index: Any) -> "LogMap":
        """The maps at an index of the arrays."""
        return LogMap(self.inverse_depth[index], self.rate[index])

    def column(self) -> "LogMap":
        """The same maps along a new last axis, for several X each."""
        return self.select((..., None))

    def growth(self, x: Floats) -> Floats:
        """g(X) for X < 0, also where e^{mX} overflows (depths below 2)."""
        nu = self.inverse_depth
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            scaled = self.rate * np.exp(self.power * x) * -np.expm1(x)
            plain = np.where(nu > 0, np.log1p(nu * scaled) / np.where(nu > 0, nu, 1), scaled)
            logarithm = np.log(nu * self.rate) + self.power * x + np.log(-np.expm1(x))
            return np.where(nu * scaled > 1e3, np.logaddexp(0, logarithm) / nu, plain)

    def slope(self, x: Floats) -> Floats:
        """g'(X)."""
        m = self.power
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = self.rate * np.exp(m * x)
            numerator = m - (m + 1) * np.exp(x)
            deep = numerator / (self.inverse_depth * -np.expm1(x))
            plain = scaled * numerator / (1 - self.inverse_depth * scaled * np.expm1(x))
            return np.where(self.inverse_depth * scaled > 1e300, deep, plain)

    def jets(self, x: Floats, order: int) -> list[Floats]:
        """g, g', …, g^(order) at X, from (1 + W/N) g' = W' with W = c e^{mX} (1 − e^X).

        Everything is divided by c e^{mX}, which may overflow below depth 2.
        """
        m, nu = self.power, self.inverse_depth
        with np.errstate(over="ignore"):
            inverse_base = np.exp(-m * x) / self.rate
        lift = np.exp(x)
        w = [-np.expm1(x)] + [m**k - (m + 1) ** k * lift for k in range(1, order + 1)]
        whole = inverse_base + nu * w[0]
        g = [self.growth(x)]
        for k in range(1, order + 1):
            carried = sum((comb(k - 1, i) * w[i] * g[k - i] for i in range(1, k)), np.zeros(()))
            g.append((w[k] - nu * carried) / whole)
        return g

    def density(self, x: Floats) -> Floats:
        """Steps per unit of X: the truncated series of 1/ψ."""
        g = self.jets(x, ORDER - 1)
        d = [g[j] * g[0] ** (j - 1) for j in range(1, ORDER)]
        total = np.zeros(np.shape(g[0]))
        for coefficient, exponents in _terms():
            term = np.full(np.shape(total), coefficient)
            for base, exponent in zip(d, exponents, strict=True):
                if exponent:
                    term = term * base**exponent
            total += term
        return total / g[0]

    def defect_bound(self, x: Floats) -> Floats:
        """Bound on |∫_X^{X⁺} dX/ψ_n − 1|, the error of the step count over one step from X.

        With g replaced by εg the defect is analytic in ε and vanishes to order n, so Schwarz's
        lemma on |ε| ≤ ρ/g bounds it by (g/ρ)^n [1 + (g/γ) Σ_k B_k (Γ/g)^k]: Γ ≥ |g| ≥ γ on the
        disc of radius 2ρ about X (Cauchy's estimates give the derivatives within radius ρ), and
        B_k are the coefficient sums of P_k weighted with factorials. inf where no disc serves.
        """
        nu, m = self.inverse_depth, np.abs(self.power)
        g, lift, gap = self.growth(x), np.exp(x), -np.expm1(x)
        best = np.full(np.shape(g), np.inf)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            head = self.rate * np.exp(self.power * x)
            limit = np.minimum(-x / 2, 0.75 / m)
            for part in RADII:
                radius = part * limit
                spread = lift * np.expm1(2 * radius)
                angle = 2 * m * radius + np.arcsin(spread / gap)
                cosine = np.cos(angle)
                above = head * np.exp(2 * m * radius) * (gap + spread)
                below = head * np.exp(-2 * m * radius) * (gap - spread)
                largest, least = _log_bounds(above, below, cosine, nu)
                ratio = largest / g
                terms = sum((b * ratio**k for k, b in enumerate(_sums())), np.zeros(()))
                bound = (g / radius) ** ORDER * (1 + g / least * terms)
                valid = (angle < np.pi / 2) & (least > 0) & np.isfinite(bound)
                best = np.where(valid, np.minimum(best, bound), best)
        return best

    def back(self, x: Floats) -> Floats:
        """The preimage X' < X with X' + g(X') = X, by safeguarded Newton; needs the map increasing.

        Accurate to a few units in the last place of X.
        """
        high = np.array(x, dtype=np.float64)
        low = high - np.maximum(self.rate, self.growth(high)) * (1 + 1e-12)
        while np.any(short := low + self.growth(low) > x):  # depths below 2 only
            low = np.where(short, low - 2 * (high - low), low)
        guess = np.clip(high - self.growth(high), low, high)
        for _ in range(100):
            residual = guess + self.growth(guess) - x
            with np.errstate(divide="ignore"):
                step = guess - residual / (1 + self.slope(guess))
            guess, low, high, settled = safeguarded(guess, step, residual, low, high)
            if settled:
                break
        return guess


def safeguarded(
    at: Floats, step: Floats, residual: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats, Floats, bool]:
    """One Newton step for an increasing residual, or a bisection where it leaves the bracket.

    Settled once every step is a Newton step of less than 1e-10: the next error is its square.
    """
    low, high = np.where(residual <= 0, at, low), np.where(residual >= 0, at, high)
    rounding = 1e-14 * np.abs(at)
    inside = (step >= low - rounding) & (step <= high + rounding)
    after = np.where(inside, step, (low + high) / 2)
    close = (np.abs(after - at) <= 1e-10 * np.abs(at)) & (inside | (high - low <= rounding))
    return after, low, high, bool(np.all(close))


def chunk(high: Floats, log_map: LogMap) -> Floats:
    """Length below `high` over which 16 Gauss nodes integrate the density to rounding.

    The density's singularities are X = 0 (mod 2πi) and, through e^{mX}, at distance about π/m.
    """
    with np.errstate(divide="ignore"):
        return np.minimum(-0.7 * high, 2 / np.abs(log_map.power))


def integrate_density(low: Floats, high: Floats, log_map: LogMap) -> Floats:
    """∫ dX/ψ over one chunk."""
    half = (high - low) / 2
    at = (low + half)[..., None] + half[..., None] * NODES
    total: Floats = half * (log_map.column().density(at) @ WEIGHTS)
    return total


def steps_between(low: Floats, high: Floats, log_map: LogMap) -> Floats:
    """Real number of steps from `low` up to `high` (both < 0), chunk by chunk."""
    total = np.zeros(np.shape(high))
    top = np.array(high, dtype=np.float64)
    while np.any(top > low):
        bottom = np.maximum(low, top - chunk(top, log_map))
        total = total + integrate_density(bottom, top, log_map)
        top = bottom
    return total


def move(x: Floats, steps: Floats, log_map: LogMap) -> Floats:
    """X after a real number of steps, positive or negative, of at most about one."""
    at = x + steps * log_map.growth(x)
    for _ in range(30):
        excess = integrate_density(x, at, log_map) - steps
        change = excess / log_map.density(at)
        at = at - change
        if np.all(np.abs(change) <= 1e-10 * np.abs(at)):
            break
    return at


def back_by(x: Floats, steps: Floats, log_map: LogMap) -> Floats:
    """X after a real number of steps back, however many: chunk by chunk, then Newton's method."""
    top, left = np.array(x, dtype=np.float64), np.array(steps, dtype=np.float64)
    while True:
        bottom = top - chunk(top, log_map)
        cost = integrate_density(bottom, top, log_map)
        beyond = cost < left
        if not np.any(beyond):
            break
        top, left = np.where(beyond, bottom, top), np.where(beyond, left - cost, left)
    low, high, at = bottom, top, top
    for _ in range(100):
        excess = integrate_density(at, top, log_map) - left
        step = at + excess / log_map.density(at)
        at, low, high, settled = safeguarded(at, step, -excess, low, high)
        if settled:
            break
    return at


@cache
def _terms() -> tuple[tuple[float, tuple[int, ...]], ...]:
    """The series' terms as floats: coefficient and exponents of d_1, …, d_{n−1}."""
    return tuple(
        (float(coefficient), exponents[: ORDER - 1])
        for part in step_density(ORDER)
        for coefficient, exponents in part
    )


@cache
def _sums() -> tuple[float, ...]:
    """B_k = Σ |coefficient| Π (j!)^{e_j} of P_k."""
    return tuple(
        float(sum(abs(c) * prod(factorial(j) ** e for j, e in enumerate(es, 1)) for c, es in part))
        for part in step_density(ORDER)
    )


def _log_bounds(above: Floats, below: Floats, cosine: Floats, nu: Floats) -> tuple[Floats, Floats]:
    """Γ and γ with γ ≤ |N log(1 + w)| ≤ Γ for below ≤ N|w| ≤ above and |arg w| ≤ angle < π/2."""
    safe = np.where(nu > 0, nu, 1)
    largest = np.where(nu > 0, np.log1p(nu * above * cosine) / (cosine * safe), above)
    least = np.where(nu > 0, np.log1p(nu * below * cosine) / safe, below)
    return largest, least
