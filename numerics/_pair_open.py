"""The threshold of a pair by the plain terms of its equation: the fast route.

Where the two learning times are close to each other these terms cancel; such points are returned
as doubtful, with an estimate of the rounding error behind it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import fall
from stairwise.numerics._pair import Pair, Position, climb, log_quotient, position
from stairwise.numerics._tail import Tail

ROUNDINGS = 4 * 2.0**-53  # rounding of the equation, in units of the sum of its terms' moduli
TOLERANCE = 2e-14  # error allowed in log y by that estimate, relative to max(1, |log y|)


class Roots(NamedTuple):
    """log y*, and where rounding may have cost more than the tolerance."""

    log_y: Floats
    doubtful: NDArray[np.bool_]


def solve_open(pair: Pair, tail: Tail) -> Roots:
    """log y* for a block of pairs; −inf where no initialisation is incremental."""
    e, a, r, s, f = pair.e, pair.a, pair.r, pair.s, pair.f
    inverse = 1 / r
    inverse_squared = inverse * inverse
    kappa = (r - 1) * inverse
    cost = s * kappa * (1 + inverse)

    distance = log_quotient(f, s) + np.log1p(r - 1)
    fallen = fall(e, distance)
    gain = inverse * (fallen + f * (1 - e * fallen) * (fall(a, distance) + tail(f, 1 - f)))
    own = s * tail(s, 1 - s)
    far = s * inverse
    deficit = gain - s * inverse_squared * tail(far, 1 - far)  # −residual at y = s
    level = gain - own
    scale = gain + own

    below_two = np.less(e, 0)
    beyond = np.zeros(r.shape, dtype=np.bool_)
    marginal = beyond
    if np.any(below_two):
        # The left side is bounded there: a level beyond its supremum has no solution.
        scale = np.where(below_two, scale * (1 + np.abs(e) * distance), scale)
        room = kappa / np.abs(e) + cost / a - level
        beyond = below_two & ~(room > 0)
        marginal = below_two & ~(np.abs(room) > ROUNDINGS * scale) & np.isfinite(level)
        level, deficit = np.where(beyond, 0.0, level), np.where(beyond, 0.0, deficit)

    def residual(here: Position, x: Floats) -> Floats:
        far = here.y * inverse
        rest = tail(here.y, 1 - here.y) - inverse_squared * tail(far, 1 - far)
        rest *= s * (1 - a * here.fallen)
        value: Floats = kappa * x + cost * here.fallen - rest - level
        return value

    tangent = deficit * (1 - s) * ((r - s) / (r - 1))
    x = climb(pair, np.maximum(tangent, (level - cost / a) / kappa), residual)
    here = position(pair, x)
    log_y = np.log(s) - here.log_distance
    slope = kappa * r * here.growth
    error = ROUNDINGS * scale * (1 - here.y) * (r - here.y)
    doubtful = marginal | (~beyond & ~(error <= TOLERANCE * slope * np.maximum(1, -log_y)))
    return Roots(np.where(beyond, -np.inf, log_y), doubtful)
