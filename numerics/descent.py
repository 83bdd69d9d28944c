"""Gradient descent on the toy model, step by step or past whole plateaus at once.

The descent map acts on every coordinate on its own; with x = σ/σ* and c = η σ*^{2−2/N},

    x⁺ = x (1 + (c/N) x^{1−2/N} (1 − x))^N,    x⁺ = x exp(c x (1 − x)) at N = ∞

(`theory.descent_map`).

What the theorem covers: full-batch gradient descent on the population loss, one learning rate, the
same σ0 for all values. Trajectories take more: learning rates, σ0 and targets of their own for
every value, as the values decouple; but the thresholds (`descent_log_threshold`, `descent_bounds`)
are for a common learning rate and a common σ0. With random initialisations, apply them to the
largest σ0 among the later values and the smallest among the earlier only as a guide. Momentum and
mini-batches change the map, and nothing here speaks about them.
"""

from __future__ import annotations

from math import exp, expm1, inf, log1p
from typing import Any, overload

import numpy as np

from stairwise.numerics import _arguments as check
from stairwise.numerics._arguments import Floats
from stairwise.numerics._types import Real, Reals
from stairwise.numerics.fatou import (
    ARRIVED,
    LogMap,
    back_by,
    inverse_of,
    move,
    series_end,
    steps_between,
)

#: The series may skip steps where its certified error in log σ is below this.
LANDING_ERROR = 2.5e-13
#: Shorter stretches are walked.
SHORT = 64
#: Longer ones are refused: a step alone takes some 0.4 µs.
MOST = 1e9
#: Beyond e^FAR of its target a value does not see it: e^-40 is below rounding.
FAR = 40.0
#: e^VANISHED times any double is 0.
VANISHED = -1500.0
#: As many values fall one after the other; more, all at once.
FEW = 20


@overload
def descent_trajectory(
    steps: Real, sigma0: Real, sigma_star: Real, depth: Real, learning_rate: Real
) -> float: ...


@overload
def descent_trajectory(
    steps: Reals, sigma0: Reals, sigma_star: Reals, depth: Reals, learning_rate: Reals
) -> float | Floats: ...


@np.errstate(under="ignore")  # a term that vanishes is rightly 0
def descent_trajectory(
    steps: Reals, sigma0: Reals, sigma_star: Reals, depth: Reals, learning_rate: Reals
) -> float | Floats:
    """σ after each of the given whole numbers of gradient descent steps.

    Arguments broadcast: for d coordinates at n step counts pass steps of shape (n, 1) and arrays
    of shape (d,). Initial values, targets, depths and learning rates may all differ between
    coordinates; targets below σ0 and σ* = 0 are allowed.

    Past the plateau steps are taken one by one, some 0.4 µs each for a value alone; more than about
    1e9 of them are refused.

    Raises ValueError for invalid input, and where the descent map is not increasing between 0 and
    max(σ0, σ*): there, iterates overshoot and may leave σ ≥ 0. The condition is
    η σ^{1−2/N} ((2N−1) σ − (N−1) σ*)/N ≤ 1 at σ = max(σ0, σ*): for σ0 ≤ σ*, η σ*^{2−2/N} ≤ 1.

    Accuracy: relative to the exact value from some σ0 within an ulp of the one given, 1e-12, and
    1e-13·|log(σ0/σ*)| where that is more, |log σ| for σ* = 0 (checked step by step in
    balls: `tests/fuzz`), and 4e-16/q for each step where the first takes a value down to q of
    itself (q is small only next to depth 1 and learning rate 1); where steps are skipped, by a
    certified bound, and from some σ0 whose log(σ0/σ*) is within two ulps: that is what float64
    knows of a count. It matters only on leaving a plateau of some 1e13 steps or more: of 3e16, as
    from 1e-45 at depth 3, it is some 200.
    Source: the map is the paper's (statement `descent-map`).
    """
    counts = check.nonnegative("steps", steps)
    check.require("steps", counts, counts == np.floor(counts), "a whole number ≥ 0")
    start, target = check.positive("sigma0", sigma0), check.nonnegative("sigma_star", sigma_star)
    depths, rates = check.depths(depth), check.positive("learning_rate", learning_rate)
    check.require_broadcast(
        steps=counts, sigma0=start, sigma_star=target, depth=depths, learning_rate=rates
    )
    arrays = np.broadcast_arrays(counts, start, target, depths, rates)
    shape = arrays[0].shape
    columns = np.stack([np.asarray(a, dtype=np.float64).ravel() for a in arrays])
    _require_monotone(*columns[1:])
    result = np.empty(columns.shape[1])
    if not result.size:
        return result.reshape(shape)
    problems, which = np.unique(columns[1:], axis=1, return_inverse=True)
    _walk(problems, columns[0], np.ravel(which), result)
    return check.python_float_if_scalar(result.reshape(shape))


def _require_monotone(start: Floats, target: Floats, depth: Floats, rate: Floats) -> None:
    """The descent map increases between 0 and max(σ0, σ*)."""
    nu, top = 1 / depth, np.maximum(start, target)
    slope = _own_rate(rate, top, nu) * ((2 - nu) - (1 - nu) * (target / top))
    rule = (
        "such that η σ^{1−2/N} ((2N−1) σ − (N−1) σ*)/N ≤ 1 at σ = max(σ0, σ*), "
        "where the map is monotone"
    )
    check.require("learning_rate", rate, slope <= 1, rule)


def _own_rate(rate: Floats, size: Floats, nu: Floats) -> Floats:
    """η σ^{2−2/N}, by halves of the power, which leave float64's range only where it does."""
    half = size ** (1 - nu)
    with np.errstate(over="ignore"):
        own: Floats = rate * half * half
    return own


def _walk(problems: Floats, counts: Floats, which: Any, result: Floats) -> None:
    """Take every problem through the requested step counts in rising order.

    What sees its target is followed in X = log(σ/σ*); what does not, as it is 0 or far below, in
    log(σ/σ0), until it does.
    """
    start, target, depth, rate = problems
    nu = inverse_of(depth)
    with np.errstate(divide="ignore"):
        height = np.log(start) - np.log(target)
    falling = height > FAR
    scale = np.where(falling, start, target)
    near = np.abs(start - scale) < 0.5 * scale
    x = np.where(near, np.log1p(np.where(near, (start - scale) / scale, 0)), height)
    floor = FAR - height
    log_map = LogMap(nu, _own_rate(rate, target, nu))
    fall_map = LogMap(nu, _own_rate(rate, start, nu))
    seeing = ~falling
    exit_at = np.full(start.shape, -np.inf)
    if np.any(seeing):
        seen = log_map.select(seeing)
        exit_at[seeing] = series_end(seen, lambda x: seen.column.landing_error(x), LANDING_ERROR)
    exit_at = np.where(nu > 0.5, -np.inf, exit_at)  # below depth 2 the series may end further down
    order = np.argsort(counts, kind="stable")
    values, firsts = np.unique(counts[order], return_index=True)
    done = 0.0
    for value, wanted in zip(values, np.split(order, firsts[1:]), strict=True):
        count = float(value - done)
        seeing = ~falling
        if np.any(seeing):
            x[seeing] = _advance(x[seeing], count, log_map.select(seeing), exit_at[seeing], value)
        if np.any(falling):
            left = np.zeros(x.shape)
            x[falling], left[falling] = _fall(
                x[falling], count, floor[falling], fall_map.select(falling), value
            )
            for k in np.flatnonzero(left > 0):
                falling[k], scale[k] = False, target[k]
                x[k] += height[k]
                x[[k]] = _advance(x[[k]], left[k], log_map.select([k]), exit_at[[k]], value)
        done = value
        half = np.exp(x / 2)
        # e^x alone may underflow where σ does not; elsewhere its square root would round twice.
        below = np.where(x < -700, scale * half * half, scale * np.exp(x))
        sigma = np.where(x > -1, scale + scale * np.expm1(x), below)
        result[wanted] = (start if value == 0 else sigma)[which[wanted]]


def _advance(x: Floats, count: float, log_map: LogMap, exit_at: Floats, asked: float) -> Floats:
    """X after so many more steps: by the series up to `exit_at`, one by one from there."""
    x = x.copy()
    still = np.abs(log_map.growth(x)) * count <= ARRIVED * np.abs(x)
    left = np.where(still, 0.0, count)
    jump = (x < exit_at) & (left > SHORT)
    if np.any(jump):
        part, top = log_map.select(jump), exit_at[jump]
        reach = steps_between(x[jump], top, part)
        beyond = reach <= count
        inside = ~beyond
        landed = np.empty(top.shape)
        fraction = reach - np.floor(reach)
        if np.any(beyond):
            landed[beyond] = move(top[beyond], -fraction[beyond], part.select(beyond))
        if np.any(inside):
            landed[inside] = back_by(top[inside], (reach - count)[inside], part.select(inside))
        x[jump] = landed
        left[jump] = np.where(beyond, count - np.floor(reach), 0.0)
    active, lost = np.flatnonzero(left > 0), np.zeros(x.shape)
    if np.any(many := left > MOST):
        walked = np.minimum(left[many], _arrival(x[many], log_map.select(many)))
        _require_few(float(np.max(walked)), asked)
    if active.size == 1:
        x[active] = _step_alone(float(x[active[0]]), left[active[0]], log_map.select(active))
        return x
    while active.size:
        part, at = log_map.select(active), x[active]
        # Deep on the plateau steps are small beside X: what the sum rounds off is carried along.
        step = part.growth(at) + lost[active]
        x[active] = at + step
        lost[active] = step - (x[active] - at)
        left[active] -= 1
        active = active[(left[active] > 0) & (np.abs(x[active]) > ARRIVED)]
    return x


def _arrival(x: Floats, log_map: LogMap) -> Floats:
    """About as many steps as X takes to 0, at most: its slowest ones are the first and the last."""
    with np.errstate(divide="ignore", over="ignore"):
        slowest = np.minimum(
            np.abs(log_map.growth(x)),
            np.abs(log_map.growth(np.copysign(np.minimum(np.abs(x), 1), x))),
        )
        return np.abs(x) / slowest + 45 / log_map.rate


def _step_alone(x: float, count: float, log_map: LogMap) -> float:
    """The same steps of one value, in plain floats: NumPy's calls would cost 20 times as much."""
    nu, rate, power = (float(a[0]) for a in (log_map.inverse_depth, log_map.rate, log_map.power))
    lost = 0.0
    while count > 0 and abs(x) > ARRIVED:
        overflows = nu > 0.5 and -x * (2 * nu - 1) > 600  # e^{mX} may
        force = inf if overflows else rate * exp(power * x) * -expm1(x)
        if -0.5 <= nu * force < inf:
            step = lost + (log1p(nu * force) / nu if nu > 0 else force)
        else:
            step = lost + float(log_map.growth(np.array([x]))[0])
        before, x = x, x + step
        lost = step - (x - before)
        count -= 1
    return x


def _fall(
    x: Floats, count: float, floor: Floats, log_map: LogMap, asked: float
) -> tuple[Floats, Floats]:
    """log(σ/σ0) after so many steps of values that see no target, and those left before `floor`.

    σ⁺ = σ (1 − (η/N) σ^{2−2/N})^N. Below e^VANISHED there is no double, and nothing left to do.
    """
    if count > MOST:
        _require_few(
            float(np.max(np.minimum(count, _steps_of_fall(x, count, floor, log_map)))), asked
        )
    x, left, lost = x.copy(), np.full(x.shape, count), np.zeros(x.shape)
    nu, rate, power = log_map.inverse_depth, log_map.rate, 2 - 2 * log_map.inverse_depth
    active = np.flatnonzero(left > 0)
    while active.size > FEW:
        force = rate[active] * np.exp(power[active] * x[active])
        step = _log_left(force, nu[active]) + lost[active]
        moves = force * left[active] > ARRIVED
        unseeing = x[active] + step >= floor[active]  # the target matters to where others end
        left[active[~moves]] = 0.0
        active, step = active[moves & unseeing], step[moves & unseeing]
        before = x[active]
        x[active] = before + step
        with np.errstate(invalid="ignore"):  # −∞ of what is gone
            lost[active] = step - (x[active] - before)
        left[active] -= 1
        left[active[x[active] < VANISHED]] = 0.0
        active = active[left[active] > 0]
    for k in active:
        own = (float(a[k]) for a in (x, left, lost, floor, nu, rate))
        x[k], left[k] = _fall_alone(*own)
    return x, left


def _steps_of_fall(x: Floats, count: float, floor: Floats, log_map: LogMap) -> Floats:
    """About as many steps as a fall takes, at most; none where it does not move."""
    power, rate = 2 - 2 * log_map.inverse_depth, log_map.rate
    end = np.maximum(floor, VANISHED)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        # The last steps are the shortest; and (σ/σ0)^{−p} rises by at least pc a step.
        shortest = (x - end) / (rate * np.exp(power * end))
        rising = np.where(power > 0, np.expm1(-power * end) / (power * rate), np.inf)
        moves = rate * np.exp(power * x) * count > ARRIVED
        return np.where(moves, np.fmin(shortest, rising), 0.0)


def _log_left(force: Floats, nu: Floats) -> Floats:
    """Log of what a step leaves of a value: −∞ at depth 1 and learning rate 1."""
    with np.errstate(divide="ignore"):
        part = np.log1p(-np.minimum(nu * force, 1)) / np.where(nu > 0, nu, 1)
    return np.where(nu > 0, part, -force)


def _fall_alone(
    x: float, count: float, lost: float, floor: float, nu: float, rate: float
) -> tuple[float, float]:
    """The same for one value, in plain floats: NumPy's calls would cost 20 times as much."""
    power = 2 - 2 * nu
    while count > 0 and x > VANISHED:
        force = rate * exp(power * x)
        if force * count <= ARRIVED:
            return x, 0.0
        if nu == 0:
            step = lost - force
        elif nu * force < 1:
            step = lost + log1p(-nu * force) / nu
        else:  # depth 1 at learning rate 1
            step = -inf
        if x + step < floor:
            return x, count
        before, x = x, x + step
        lost = step - (x - before)
        count -= 1
    return x, 0.0


def _require_few(walked: float, asked: float) -> None:
    if walked > MOST:
        raise ValueError(
            f"steps must be such that some {MOST:.0e} of them at most are taken one by one, past "
            f"the plateau; got {float(asked)!r}"
        )
