"""x(τ) with dx/dτ = x^p (1 − x), 0 < x < 1, by inverting the learning time.

With e = p − 1, a = 1 − e and x = x0 e^μ. Up to x = 1/2 the unknown is Z = ∫ x^{−p} dx, in which τ
has slope 1/(1−x) in [1, 2]; beyond, it is the logit h = log(x/(1−x)), in which τ has slope x^{−e},
within a factor 2^{|e|}. In both, one evaluation gives a step of fourth order.

For e > 0 the first stage's times and Z are scaled by x0^e: the plateau x0^{−e} may be beyond range.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall, rise
from stairwise.numerics._pair import Mask, Selectable, householder
from stairwise.numerics._tail import Tail

MAX_STEPS = 30
CONVERGED = 1e-14  # error in log x or h expected after the next step
SMALLEST = 5e-324
LATEST = 1000.0  # by then 1 − x < e^−900
HALF = 0.5
LOG_HALF = float(np.log(HALF))
NEARLY_ONE = 1 - 2.0**-52


class State(NamedTuple):
    """log(x/x0) where low (x < 1/2), x elsewhere."""

    low: Mask
    growth: Floats
    x: Floats


def relax(tail: Tail, x0: Floats, log_x0: Floats, tau: Floats) -> State:
    """The state at times tau (scaled by x0^e where e > 0), for exponents e of one sign.

    x0 and its log may have one element shared by all times.
    """
    ascent = Ascent.begin(tail, x0, log_x0)
    z_half, tau_half = ascent.half()
    low = tau < tau_half
    growth, x = np.zeros(tau.shape), np.zeros(tau.shape)
    if low.any():
        growth[low] = ascent.at(low).growth_at(tau[low], _pick(z_half, low), _pick(tau_half, low))
    high = ~low
    if high.any():
        left = (tau - tau_half)[high]
        if ascent.plateaued:
            plateau = np.exp(-tail.e * log_x0)  # may be inf, and is meant so
            left = np.where(left > 0, left * _pick(plateau, high), 0.0)
        left = np.minimum(left, LATEST)
        x[high] = settle(tail.at(high), np.clip(_pick(x0, high), HALF, NEARLY_ONE), left)
    return State(low, growth, x)


def _pick(values: Floats, chosen: Mask) -> Floats:
    return values[chosen] if values.size > 1 else values


@dataclass(frozen=True)
class Ascent(Selectable):
    """The first stage, x ≤ 1/2."""

    tail: Tail
    plateaued: bool
    log_x0: Floats
    base: Any  # dZ/dμ at x0
    log_base: Any
    shift: Any  # log of the scaled x0^a
    origin: Floats

    @classmethod
    def begin(cls, tail: Tail, x0: Floats, log_x0: Floats) -> "Ascent":
        """From x0."""
        plateaued = bool(np.all(np.greater(tail.e, 0)))
        shift = log_x0 if plateaued else tail.a * log_x0
        log_base = 0 * log_x0 if plateaued else -tail.e * log_x0
        inside = np.minimum(x0, HALF)
        origin = np.exp(shift) * tail.small(inside, 1 - inside)
        return cls(tail, plateaued, log_x0, np.exp(log_base), log_base, shift, origin)

    def half(self) -> tuple[Floats, Floats]:
        """Z and the scaled time at x = 1/2; 0 where x0 is past it."""
        e = self.tail.e
        growth = np.maximum(LOG_HALF - self.log_x0, 0)
        if self.plateaued:
            z = np.minimum(fall(e, growth), NEARLY_ONE / e)  # 1/e is at infinity
        else:
            z = np.where(self.base > 1e-290, self.base * fall(e, growth), HALF**-e / -e)
        past = growth == 0
        time = z + self.rest(growth, np.full(growth.shape, HALF))
        return np.where(past, 0.0, z), np.where(past, 0.0, time)

    def rest(self, growth: Floats, x: Floats) -> Floats:
        """The scaled time beyond Z, ∫ x^{1−p}/(1−x) dx."""
        a = self.tail.a
        reached = np.exp(self.shift + a * growth)
        value: Floats = reached * (fall(a, growth) + self.tail.small(x, 1 - x)) - self.origin
        return value

    def growth_of(self, z: Floats) -> Floats:
        """μ from Z."""
        e = self.tail.e
        if self.plateaued:
            value: Floats = np.log1p(-e * z) / -e
            return value
        ratio = -e * z / self.base
        far = np.log(-e * z) - self.log_base  # where the base has left the range
        growth = np.where(self.base > 1e-290, np.log1p(ratio), np.logaddexp(0, far)) / -e
        return np.asarray(growth)

    def growth_at(self, tau: Floats, z_half: Floats, tau_half: Floats) -> Floats:
        """μ at scaled times before that of x = 1/2."""
        e = self.tail.e
        # dZ/dτ = 1 − x is between 1/2 and 1.
        z = np.maximum(np.minimum(tau, z_half - 0.5 * (tau_half - tau)), 0)
        # A cruder step first, on rest ≈ rest_half (2x)^a.
        doubled = np.exp(self.tail.a * (self.growth_of(z) + (self.log_x0 - LOG_HALF)))
        rest = (tau_half - z_half) * doubled
        crude = z - (z + rest - tau) / (1 + self.tail.a * rest / (self.base - e * z))
        z = np.where(crude > 0, np.minimum(crude, z_half), z)
        for _ in range(MAX_STEPS):
            growth = self.growth_of(z)
            x = np.minimum(np.exp(self.log_x0 + growth), HALF)
            speed = np.maximum(self.base - e * z, SMALLEST)  # dZ/dμ
            u = 1 / (1 - x)
            # In units of the speed, or the derivatives leave the range.
            newton = (z + self.rest(growth, x) - tau) / (u * speed)
            bend = x * u
            moved = householder(newton, bend, bend * ((1 + x) * u + e))
            z = np.minimum(np.maximum(z - moved * speed, 0), z_half)
            moved *= moved
            if np.max(moved * moved * x) < CONVERGED:
                break
        return self.growth_of(z)


def settle(tail: Tail, begin: Floats, left: Floats) -> Floats:
    """x at a time left after begin ≥ 1/2."""
    e = tail.e
    w0 = -np.log(begin)
    gone = np.log1p(-begin) + tail.k(begin, 1 - begin) + rise(e, w0)
    # The tangent at the start and the asymptote bound h, from below where e > 0.
    tangent = np.log(begin) - np.log1p(-begin) + left * begin**e
    asymptote = left - gone
    outer = np.maximum if np.all(np.greater(e, 0)) else np.minimum
    h = outer(tangent, asymptote)
    for _ in range(MAX_STEPS):
        decay = np.exp(-h)
        x = 1 / (1 + decay)
        rest = x * decay
        w = np.log1p(decay)
        newton = (gone + h + w - tail.k(x, rest) - rise(e, w) - left) * np.exp(-e * w)
        bend = -e * rest
        step = householder(newton, bend, -bend * (e * rest + x))
        h = h - step
        moved = step * step
        if np.max(moved * moved * np.abs(bend)) < CONVERGED:
            break
    x = 1 / (1 + np.exp(-h))
    return np.asarray(x)
