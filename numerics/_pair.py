"""A pair of values, the variables of its threshold, and the iteration that finds it.

With λ = log(s/y) the unknown is X = rise(e, λ) = s^e ∫_y^s u^{−p} du ≥ 0. In X the time by
which the slow value lags is increasing, concave and, where y is small, nearly linear; its first
three derivatives are rational in y. One evaluation thus gives a step of fourth order.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Chosen, Floats
from stairwise.numerics._exponents import fall, rise
from stairwise.numerics._tail import ROUGHLY

Mask = NDArray[np.bool_]

MAX_STEPS = 60
NARROW = 0.01  # r − 1 below which the slope is too small for a rough residual to be of use
CONVERGED = 1e-17  # error in λ expected after the next step
ROUNDINGS = 4 * 2.0**-53  # rounding of an equation, in units of the sum of its terms' moduli
TOLERANCE = 2e-14  # error allowed in log y by that estimate, relative to max(1, |log y|)


class Roots(NamedTuple):
    """log y*, and where rounding may have cost more than the tolerance."""

    log_y: Floats
    doubtful: Mask


class Selectable:
    """A dataclass of arrays over the points of a block; single elements are shared by all."""

    def at(self, chosen: Chosen) -> Self:
        """The same for the chosen points."""
        picked = {}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if hasattr(value, "at"):
                picked[field.name] = value.at(chosen)
            elif np.size(value) > 1:
                picked[field.name] = value[chosen]
        return replace(self, **picked)  # type: ignore[type-var]


@dataclass(frozen=True)
class Pair(Selectable):
    """One block of problems; exponents e, a as arrays, or floats if shared; excess is r − 1."""

    e: Any
    a: Any
    r: Floats
    excess: Floats
    s: Floats
    f: Floats


class Position(NamedTuple):
    """Where an iterate X stands: λ, fall(a, λ), e^{eλ} and y."""

    log_distance: Floats
    fallen: Floats
    growth: Floats
    y: Floats


class Equation(Protocol):
    """An increasing function of X with slope (r−1)/((1−y)(r−y)), and what to know about it."""

    @property
    def pair(self) -> Pair: ...
    @property
    def scale(self) -> Floats: ...
    @property
    def marginal(self) -> Mask: ...
    @property
    def beyond(self) -> Mask: ...
    @property
    def start(self) -> Floats: ...
    def residual(self, here: Position, x: Floats, spared: float = 0.0) -> Floats: ...
    def estimate(self, here: Position, x: Floats) -> Floats: ...
    def at(self, chosen: Chosen) -> Self: ...


def log_quotient(f: Floats, s: Floats) -> Floats:
    """log(f/s) for 0 < s < f < 1, also where f/s overflows."""
    value: Floats = np.log1p((f - s) / s)
    overflow = np.isinf(value)
    if overflow.any():
        value[overflow] = np.log(f[overflow]) - np.log(s[overflow])
    return value


def _largest_x(pair: Pair) -> Any:
    """The largest X below its supremum, 1/|e| where e < 0."""
    if np.ndim(pair.e) == 0:
        return np.inf if pair.e > 0 else (1 - 2**-52) / -pair.e
    return np.where(np.less(pair.e, 0), (1 - 2**-52) / np.abs(pair.e), np.inf)


def position(pair: Pair, x: Floats) -> Position:
    """λ, fall(a, λ), e^{eλ} and y = s e^{−λ} from X = rise(e, λ)."""
    stretched = pair.e * x
    log_distance = np.log1p(stretched) / pair.e
    fallen = fall(pair.a, log_distance)
    return Position(log_distance, fallen, stretched + 1, pair.s * np.exp(-log_distance))


def solve(equation: Equation) -> Roots:
    """log y* for a block of pairs; −inf where no initialisation is incremental."""
    pair = equation.pair
    limit = _largest_x(pair)
    x = np.minimum(np.maximum(equation.start, 0), limit)
    high, narrow = pair.s > 0.5, pair.excess < NARROW
    for part in map(np.flatnonzero, (high & narrow, high & ~narrow)):
        if part.size:
            x[part] = _start_from_high(
                equation.at(part) if part.size < x.size else equation, x[part]
            )
    x = climb(equation, x, limit)
    x *= pair.e
    log_y = np.log(pair.s) - np.log1p(x) / pair.e
    slope = pair.excess * (x + 1)
    near = -np.expm1(log_y)
    error = ROUNDINGS * equation.scale * near * (pair.excess + near)
    sure = error <= TOLERANCE * slope * np.maximum(1, -log_y)
    doubtful = equation.marginal | ~(equation.beyond | sure)
    return Roots(np.where(equation.beyond, -np.inf, log_y), doubtful)


def climb(equation: Equation, start: Floats, limit: Any) -> Floats:
    """The root in X, from a start at most a few units of its own size away."""
    wide = equation.pair.excess >= NARROW
    x = start
    if wide.any():
        x = np.where(wide, _step(equation, start, limit, ROUGHLY)[0], start)
    x, converged = _step(equation, x, limit)
    active = np.flatnonzero(~converged)
    if active.size > converged.size // 2:
        x, converged = _step(equation, x, limit)
        active = np.flatnonzero(~converged)
    part, bound, left = equation, limit, active
    for _ in range(MAX_STEPS):
        if active.size == 0:
            break
        part = part.at(left)
        bound = bound[left] if np.size(bound) > 1 else bound
        now, converged = _step(part, x[active], bound)
        x[active] = now
        left = np.flatnonzero(~converged)
        active = active[left]
    return x


def _step(equation: Equation, x: Floats, limit: Any, spared: float = 0.0) -> tuple[Floats, Mask]:
    """One step of Householder's third-order method, and where the next one is not needed."""
    pair = equation.pair
    here = position(pair, x)
    near = 1 - here.y
    off = pair.excess + near
    slope = near * off  # the reciprocal, over r − 1
    near, off = 1 / near, 1 / off
    newton = equation.residual(here, x, spared)
    newton *= slope
    newton /= pair.excess
    # Second and third derivatives relative to the first.
    drift = here.y / here.growth
    bend = near + off
    bend *= drift
    drift *= drift
    near *= near
    off *= off
    near += off
    near *= drift
    third = (1 + pair.e) / here.growth
    third += bend
    third *= bend
    third += near
    step = householder(newton, -bend, third)
    moved = step / here.growth
    moved *= moved
    bend *= here.growth  # now the curvature in λ
    ahead = moved * moved
    ahead *= bend
    bend *= bend
    bend += 1
    ahead *= bend
    settled = (ahead < CONVERGED) & ((bend * moved < 0.05) | (moved < 1e-28))
    return np.minimum(np.maximum(x - step, 0), limit), settled


def householder(newton: Floats, second: Floats, third: Floats) -> Floats:
    """The step to subtract, of fourth order, from F, F2 and F3 over F1 (derivatives 0, 2, 3; 1).

    Far from the root it is Newton's, which keeps to one side of it on a convex or concave function.
    """
    turn = newton * second
    step: Floats = newton * (1 - turn / 2) / (1 - turn + newton * newton * third / 6)
    wild = np.abs(turn) > 0.5
    return np.where(wild, newton, step) if wild.any() else step


def _start_from_high(equation: Equation, start: Floats) -> Floats:
    """A start where s > 1/2: F is far from linear in X as y → 1, but smooth in log((r−y)/(1−y)).

    Its derivative in θ, the decrease of that log from y = s, is y^{−p} s^e, which at most
    quadruples down to y = 1/2: the inverse cubic through both ends is off by little. Roots below
    1/2 start on the tangent there.
    """
    pair = equation.pair
    e, excess, s = pair.e, pair.excess, pair.s
    limit = _largest_x(pair)

    value_at = equation.residual if excess[0] < NARROW else equation.estimate

    def value(x: Floats) -> Floats:
        return value_at(position(pair, x), x)

    half = np.minimum(np.maximum(rise(e, np.log(2 * s)), 0), limit)
    below, above = value(np.zeros(s.shape)), value(half)
    tangent = half - above * 0.5 * (1 + 0.5 / excess)
    top, bottom = np.log1p(excess / (1 - s)), np.log1p(2 * excess)
    rise_of_value = above - below
    at = -below / rise_of_value
    left, right = s * rise_of_value, rise_of_value / (2 ** (1 + e) * s**e)
    rest = 1 - at
    theta = at * rest * (rest * left - at * right) + at * at * (3 - 2 * at) * (top - bottom)
    y = 1 - excess / np.expm1(np.minimum(np.maximum(top - theta, bottom), top))
    x = np.minimum(np.maximum(rise(e, np.log(s / y)), 0), limit)
    return np.asarray(np.where((above > 0) & (x >= 0), x, np.maximum(start, tangent)))
