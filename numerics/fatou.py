"""Real step counts of gradient descent: the Fatou coordinate of its map near 0.

In X = log(σ/σ*) one step of descent is X⁺ = X + g(X), and g varies slowly on the plateau. The
number of steps from X_a to X_b is then ∫ dX/ψ with the density 1/ψ = (1 + τ)/g, an asymptotic
series (`step_series`) with a certified bound on its error (`LogMap.count_error`).
Source: new for this model; parabolic (and hyperbolic, at depth 2) fixed points are classical.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

from stairwise.numerics import step_series
from stairwise.numerics._arguments import Floats

NODES, WEIGHTS = leggauss(16)
#: Places at which `series_end` looks for the end of the series' region, in each of two rounds.
PLACES = 48
#: Values of X at which a density is evaluated at once, over all problems.
BLOCK = 16_384
#: log(σ/σ*) this close to 0 is σ* in float64.
ARRIVED = 1e-17
#: Newton steps for a preimage before a bracket is kept.
QUICK = 8


def inverse_of(depth: Floats) -> Floats:
    """1/N; 0 beyond N = 1e18, from where on no double tells it from ∞ and force/N may underflow."""
    inverse: Floats = np.where(depth > 1e18, 0.0, 1 / depth)
    return inverse


@dataclass(frozen=True)
class LogMap:
    """Descent in X = log(σ/σ*): X⁺ = X + g(X), g = N log(1 + (c/N) e^{mX} (1 − e^X)), m = 1 − 2/N.

    `inverse_depth` is 1/N (0 at N = ∞, where g = c e^X (1 − e^X)) and `rate` is c = η σ*^{2−2/N}.
    Arrays of one shape, or shapes that broadcast against the X they are used with; where several X
    for each map are asked for, they are along a last axis more than the maps have.
    """

    inverse_depth: Floats
    rate: Floats

    @cached_property
    def power(self) -> Floats:
        """Exponent m = 1 − 2/N."""
        return np.asarray(1 - 2 * self.inverse_depth)

    @cached_property
    def column(self) -> "LogMap":
        """The same maps along a new last axis, for several X each."""
        return self.select((..., None))

    @cached_property
    def series(self) -> Floats:
        """The coefficients of τ."""
        return step_series.coefficients(self.inverse_depth)

    @cached_property
    def shallow(self) -> bool:
        """Whether some depth is below 2, where e^{mX} may overflow."""
        return bool(np.any(self.inverse_depth > 0.5))

    def select(self, index: Any) -> "LogMap":
        """The maps at an index of the arrays."""
        return LogMap(self.inverse_depth[index], self.rate[index])

    def growth(self, x: Floats) -> Floats:
        """g(X), also where e^{mX} overflows (depths below 2, X < 0)."""
        if not self.shallow:
            return self._compounded(self.rate * np.exp(self.power * x) * -np.expm1(x))
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            scaled = self.rate * np.exp(self.power * x) * -np.expm1(x)
            value = self._compounded(scaled)
            far = self.inverse_depth * scaled > 1e3
            if np.any(far):
                logarithm = np.log(self.inverse_depth * self.rate) + self.power * x
                beyond = np.logaddexp(0, logarithm + np.log(-np.expm1(x))) / self.inverse_depth
                value = np.where(far, beyond, value)
            # Next to depth 1 one step down may leave next to nothing of a value: that, and what the
            # target adds to it, apart.
            steep = self.inverse_depth * scaled < -0.5
            if np.any(steep):
                part = self.inverse_depth * self.rate
                rest = np.maximum(1 - part * np.exp((self.power + 1) * x), 0)
                left = np.log(rest + part * np.exp(self.power * x)) / self.inverse_depth
                value = np.where(steep, left, value)
        return value

    def plateau_growth(self, x: Floats) -> Floats:
        """γ(X), the step where e^X is negligible beside 1."""
        with np.errstate(over="ignore"):
            return self._compounded(self.rate * np.exp(self.power * x))

    def _compounded(self, force: Floats) -> Floats:
        """N log(1 + force/N), and the force itself at N = ∞."""
        nu = self._divisor
        value: Floats = np.log1p(nu * force) / nu
        return value if self._finite is None else np.where(self._finite, value, force)

    @cached_property
    def _finite(self) -> NDArray[np.bool_] | None:
        """Where the depth is finite; None if everywhere."""
        finite = np.asarray(self.inverse_depth) > 0
        return None if np.all(finite) else finite

    @cached_property
    def _divisor(self) -> Floats:
        """1/N, or 1 where that is 0."""
        return np.where(np.asarray(self.inverse_depth) > 0, self.inverse_depth, 1.0)

    def slope(self, x: Floats) -> Floats:
        """g'(X)."""
        m, nu = self.power, self.inverse_depth
        with np.errstate(over="ignore"):
            inverse_base = np.exp(-m * x) / self.rate
        value: Floats = (m - (m + 1) * np.exp(x)) / (inverse_base - nu * np.expm1(x))
        return value

    def correction(self, x: Floats) -> Floats:
        """τ/g, the density 1/ψ without its first term 1/g, at several X for each map."""
        wide = self.column
        growth, room = wide.plateau_growth(x), -np.expm1(x)
        tau = step_series.correction(self.series, growth, np.exp(x), room)
        value: Floats = tau / wide.growth(x)
        return value

    def density(self, x: Floats) -> Floats:
        """Steps per unit of X: the truncated series of 1/ψ, at several X for each map."""
        value: Floats = 1 / self.column.growth(x) + self.correction(x)
        return value

    def growth_gain(self, x: Floats, excess: Floats) -> Floats:
        """How much larger log σ⁺/σ is at the same σ for a target larger by the factor 1 + excess.

        From N log of the quotient, which keeps its relative accuracy as the excess goes to zero.
        """
        nu = self.inverse_depth
        with np.errstate(over="ignore"):
            inverse_base = np.exp(-self.power * x) / self.rate
        relative = excess / (inverse_base - nu * np.expm1(x))
        value: Floats = np.where(
            nu > 0, np.log1p(nu * relative) / np.where(nu > 0, nu, 1), relative
        )
        return value

    def count_error(self, x: Floats, low: Floats | None = None) -> Floats:
        """Bound on the error of a count of whole steps that ends at X: `step_series.count_error`.

        At depth 2 and beyond it holds from anywhere below; else from `low` on (by default X).
        """
        largest = self.plateau_growth(x)
        if low is not None:
            largest = np.maximum(largest, self.plateau_growth(low))
        return step_series.count_error(self.inverse_depth, largest, np.exp(x), x)

    def landing_error(self, x: Floats) -> Floats:
        """Bound on the error in log σ of any orbit that a count up to X or less, and steps, end in.

        A count's error E ends as E g, and g ≤ c (1 − b). Where log 1/(1 − b) > 1, the product of
        the two is less than 1/e, so that the bound is c times that on E with the log capped at 1.
        """
        growth = self.plateau_growth(x)
        error = step_series.count_error(self.inverse_depth, growth, np.exp(x), x, most=1.0)
        return np.asarray(self.rate * error)

    def back(self, x: Floats) -> Floats:
        """The preimage X' < X with X' + g(X') = X, by Newton; needs the map increasing.

        Accurate to a few units in the last place of X.
        """
        if not self.shallow:
            guess = x - self.growth(x)
            for _ in range(QUICK):
                change = (guess + self.growth(guess) - x) / (1 + self.slope(guess))
                guess = guess - change
                if (np.abs(change) <= 1e-9 * np.abs(guess)).all():
                    if (guess < x).all():
                        return guess
                    break
        return self._back_in_bracket(x)

    def _back_in_bracket(self, x: Floats) -> Floats:
        """The same by safeguarded Newton."""
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


def chunks(high: Floats, log_map: LogMap) -> Floats:
    """Ends of chunks from `high` downwards, along a new last axis; fewer for many problems."""
    ends = [np.asarray(high, dtype=np.float64)]
    for _ in range(max(1, min(16, BLOCK // (NODES.size * max(ends[0].size, 1))))):
        ends.append(ends[-1] - chunk(ends[-1], log_map))
    return np.stack(ends, axis=-1)


def integrate(function: Callable[[Floats], Floats], ends: Floats) -> Floats:
    """∫ from each end down to the next, by 16 Gauss nodes; ends along the last axis.

    The function takes several X for each problem.
    """
    half = (ends[..., :-1] - ends[..., 1:]) / 2
    at = (ends[..., :-1] - half)[..., None] + half[..., None] * NODES
    values = function(at.reshape(*at.shape[:-2], at.shape[-2] * at.shape[-1])).reshape(at.shape)
    total: Floats = half * (values @ WEIGHTS)
    return total


def integrate_density(low: Floats, high: Floats, log_map: LogMap) -> Floats:
    """∫ dX/ψ over one chunk."""
    total: Floats = integrate(log_map.density, np.stack([high, low], axis=-1))[..., 0]
    return total


def steps_between(low: Floats, high: Floats, log_map: LogMap) -> Floats:
    """Real number of steps from `low` up to `high` (both < 0), chunk by chunk."""
    total = np.zeros(np.shape(high))
    top = np.array(high, dtype=np.float64)
    while np.any(top > low):
        ends = np.maximum(chunks(top, log_map), np.minimum(low, top)[..., None])
        total = total + np.sum(integrate(log_map.density, ends), axis=-1)
        top = ends[..., -1]
    return total


class Reached(NamedTuple):
    """Where a running integral passes its target: the chunk, and the sum of those before it."""

    found: NDArray[np.bool_]
    chunk: NDArray[np.intp]
    top: Floats
    bottom: Floats
    before: Floats


def reach(ends: Floats, parts: Floats, target: Floats) -> Reached:
    """The first chunk after which the parts add up to the target; the last end where none does."""
    sums = np.cumsum(parts, axis=-1)
    passed = sums >= target[..., None]
    found = np.any(passed, axis=-1)
    first = np.where(found, np.argmax(passed, axis=-1), parts.shape[-1])[..., None]
    sums = np.concatenate([np.zeros((*found.shape, 1)), sums], axis=-1)
    after = np.minimum(first + 1, parts.shape[-1])
    top, bottom, before = (
        np.take_along_axis(values, at, axis=-1)[..., 0]
        for values, at in ((ends, first), (ends, after), (sums, first))
    )
    return Reached(found, first[..., 0], top, bottom, before)


def series_end(log_map: LogMap, error: Callable[[Floats], Floats], largest: float) -> Floats:
    """The largest X, to a few percent, at which that error is small enough; −inf if there is none.

    `error` takes several X for each map, in rising order.
    """
    with np.errstate(divide="ignore"):
        deepest = np.minimum(1e4, 600 / np.abs(log_map.power))  # e^{mX} must stay in range
    low, high = deepest, np.full(deepest.shape, ARRIVED)
    for _ in range(2):
        grid = -low[..., None] * (high / low)[..., None] ** np.linspace(0, 1, PLACES)
        fine = error(grid) <= largest
        last = PLACES - 1 - np.argmax(fine[..., ::-1], axis=-1)[..., None]
        low = -np.take_along_axis(grid, np.maximum(last, 0), axis=-1)[..., 0]
        high = -np.take_along_axis(grid, np.minimum(last + 1, PLACES - 1), axis=-1)[..., 0]
    end: Floats = np.where(np.any(fine, axis=-1), -low, -np.inf)
    return end


def move(x: Floats, steps: Floats, log_map: LogMap) -> Floats:
    """X after a real number of steps, positive or negative, of at most about one."""
    at = x + steps * log_map.growth(x)
    for _ in range(30):
        excess = integrate_density(x, at, log_map) - steps
        change = excess / log_map.density(at[..., None])[..., 0]
        at = at - change
        if np.all(np.abs(change) <= 1e-10 * np.abs(at)):
            break
    return at


def back_by(x: Floats, steps: Floats, log_map: LogMap) -> Floats:
    """X after a real number of steps back, however many: chunk by chunk, then Newton's method."""
    top, left = np.array(x, dtype=np.float64), np.array(steps, dtype=np.float64)
    bottom, found = top.copy(), np.zeros(top.shape, dtype=np.bool_)
    while not np.all(found):
        ends = chunks(top, log_map)
        here = reach(ends, integrate(log_map.density, ends), left)
        bottom = np.where(found, bottom, here.bottom)
        top, left = np.where(found, top, here.top), np.where(found, left, left - here.before)
        found |= here.found
    low, high, at = bottom, top, top
    for _ in range(100):
        excess = integrate_density(at, top, log_map) - left
        step = at + excess / log_map.density(at[..., None])[..., 0]
        at, low, high, settled = safeguarded(at, step, -excess, low, high)
        if settled:
            break
    return at
