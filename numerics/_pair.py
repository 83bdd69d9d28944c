"""The threshold equation of a pair in a form whose terms are all in range, and its iteration.

With λ = log(s/y), M = log(r f/s), the exponents e = 1 − 2/N and a = 2/N, and S of `_tail`, the
definition T_p(y, s) = r^{−p} T_p(y/r, f) times s^e r^{p−1} reads

    κ X + s(1 − r^{−2}) fall(a, λ) + s S(s) − s e^{−aλ} [S(y) − r^{−2} S(y/r)]
        = (1/r) { fall(e, M) + f e^{−eM} [fall(a, M) + S(f)] },      X = rise(e, λ), κ = 1 − 1/r.

The left side is increasing and concave in X, nearly linear where y is small, and its first three
derivatives are rational in y: one evaluation gives a step of fourth order. It starts from the
larger of two lower bounds on X, the tangent at y = s and the asymptote at y = 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall

MAX_STEPS = 60
CONVERGED = 1e-17  # of the next step's size in λ, relative to max(1, λ)


@dataclass(frozen=True)
class Pair:
    """One block of problems: arrays r, s, f and floats or arrays e, a."""

    e: Any
    a: Any
    r: Floats
    s: Floats
    f: Floats

    def at(self, chosen: NDArray[np.bool_]) -> "Pair":
        """Some of the problems."""
        e, a = (self.e, self.a) if np.ndim(self.e) == 0 else (self.e[chosen], self.a[chosen])
        return Pair(e, a, self.r[chosen], self.s[chosen], self.f[chosen])


def log_quotient(f: Floats, s: Floats) -> Floats:
    """log(f/s) for 0 < s < f < 1, also where f/s overflows."""
    value: Floats = np.log1p((f - s) / s)
    overflow = np.isinf(value)
    if overflow.any():
        value[overflow] = np.log(f[overflow]) - np.log(s[overflow])
    return value


def largest_x(pair: Pair) -> Any:
    """The largest X below its supremum, 1/|e| where e < 0: y > 0 all the same."""
    return np.where(np.less(pair.e, 0), (1 - 2**-53) / np.abs(pair.e), np.inf)


@dataclass(frozen=True)
class Position:
    """Where an iterate X stands: λ, fall(a, λ), g = e^{eλ} and y."""

    log_distance: Floats
    fallen: Floats
    growth: Floats
    y: Floats


def position(pair: Pair, x: Floats) -> Position:
    """λ, fall(a, λ), e^{eλ} and y = s e^{−λ} from X = rise(e, λ)."""
    stretched = pair.e * x
    log_distance = np.log1p(stretched) / pair.e
    fallen = fall(pair.a, log_distance)
    growth = stretched + 1
    return Position(log_distance, fallen, growth, pair.s * (1 - pair.a * fallen) / growth)


def climb(pair: Pair, start: Floats, residual: Callable[[Position, Floats], Floats]) -> Floats:
    """The root in X of residual, scaled to have the slope (r−1)/((1−y)(r−y)) in X."""
    largest = largest_x(pair)
    x = np.clip(start, 0, largest)
    r_minus_1 = pair.r - 1
    for _ in range(MAX_STEPS):
        here = position(pair, x)
        u1, u2 = 1 / (1 - here.y), 1 / (pair.r - here.y)
        newton = residual(here, x) / (r_minus_1 * u1 * u2)
        # The second and third derivatives, relative to the first, give Householder's step.
        drift = here.y / here.growth
        bend = (u1 + u2) * drift
        third = bend * (bend + (1 + pair.e) / here.growth) + (u1 * u1 + u2 * u2) * drift * drift
        turn = newton * bend
        step = newton * (1 + turn / 2) / (1 + turn + newton * newton * third / 6)
        x = np.clip(x - step, 0, largest)
        moved = step / here.growth
        moved *= moved
        curvature = bend * here.growth
        ahead = moved * moved * curvature * (1 + curvature * curvature)
        if np.max(ahead, initial=0.0) < CONVERGED:
            break
    return x
