"""The threshold equation of a pair by its plain terms: the fast route.

With M = log(r f/s) and S of `_tail`, the definition T_p(y, s) = r^{−p} T_p(y/r, f) times s^e:

    κ X + s(1 − r^{−2}) fall(a, λ) + s S(s) − s e^{−aλ} [S(y) − r^{−2} S(y/r)]
        = (1/r) { fall(e, M) + f e^{−eM} [fall(a, M) + S(f)] },      κ = 1 − 1/r.

Every term is in range for every depth and scale. Where the two learning times are close to each
other they cancel; `solve` then reports the point as doubtful.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall
from stairwise.numerics._pair import ROUNDINGS, Mask, Pair, Position, Selectable, log_quotient
from stairwise.numerics._tail import SPLIT, Tail


@dataclass(frozen=True)
class OpenEquation(Selectable):
    """Left side minus right side; the terms without y are in `level`."""

    pair: Pair
    tail: Tail
    low: bool  # every y ≤ s ≤ 1/2
    inverse: Floats
    inverse_squared: Floats
    kappa: Floats
    cost: Floats
    level: Floats
    start: Floats
    scale: Floats
    beyond: Mask
    marginal: Mask

    def residual(self, here: Position, x: Floats, spared: float = 0.0) -> Floats:
        """Its value at X."""
        far = here.y * self.inverse
        tail = self.tail.small if self.low else self.tail
        rest = tail(here.y, 1 - here.y, spared)
        rest -= self.inverse_squared * tail(far, 1 - far, spared)
        return self._value(here, x, rest)

    def estimate(self, here: Position, x: Floats) -> Floats:
        """Its value to some percent."""
        far = here.y * self.inverse
        rest = self.tail.start(here.y, 1 - here.y)
        rest -= self.inverse_squared * self.tail.start(far, 1 - far)
        return self._value(here, x, rest)

    def _value(self, here: Position, x: Floats, rest: Floats) -> Floats:
        rest *= self.pair.s * (1 - self.pair.a * here.fallen)
        value: Floats = self.kappa * x + self.cost * here.fallen - rest - self.level
        return value


def open_equation(pair: Pair, tail: Tail) -> OpenEquation:
    """The equation of a block of pairs."""
    e, a, r, s, f = pair.e, pair.a, pair.r, pair.s, pair.f
    excess = pair.excess
    inverse = 1 / r
    inverse_squared = inverse * inverse
    kappa = excess * inverse
    cost = s * kappa * (1 + inverse)

    distance = log_quotient(f, s) + np.log1p(excess)
    fallen = fall(e, distance)
    gain = inverse * (fallen + f * (1 - e * fallen) * (fall(a, distance) + tail(f, 1 - f)))
    own = s * tail(s, 1 - s)
    # −residual at y = s, but for S(s/r) ≤ x/((1+a)(1−x)), x = s/r.
    deficit = gain - s * s * inverse_squared / ((1 + a) * (r - s))
    level = gain - own
    scale: Any = gain + own

    beyond = marginal = np.zeros(r.shape, dtype=np.bool_)
    below_two = np.less(e, 0)
    if np.any(below_two):
        # The left side is bounded there: a level beyond its supremum has no solution.
        scale = np.where(below_two, scale * (1 + np.abs(e) * distance), scale)
        room = kappa / np.abs(e) + cost / a - level
        beyond = below_two & ~(room > 0)
        marginal = below_two & ~(np.abs(room) > 16 * ROUNDINGS * scale) & np.isfinite(level)
        level, deficit = np.where(beyond, 0.0, level), np.where(beyond, 0.0, deficit)

    # Two lower bounds on X: the tangent at y = s and the asymptote at y = 0.
    start = np.maximum(
        deficit * (1 - s) * (1 + (1 - s) / excess),
        (level - cost / a) / kappa,
    )
    return OpenEquation(
        pair=pair,
        tail=tail,
        low=bool(s.max() <= SPLIT),
        inverse=inverse,
        inverse_squared=inverse_squared,
        kappa=kappa,
        cost=cost,
        level=level,
        start=start,
        scale=scale,
        beyond=beyond,
        marginal=marginal,
    )
