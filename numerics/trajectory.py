"""The value σ(t) of the toy model at given times."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import overload

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    nonnegative,
    positive,
    python_float_if_scalar,
    require_broadcast,
)
from stairwise.numerics._blocks import in_blocks
from stairwise.numerics._clock import Exponent
from stairwise.numerics._course import course
from stairwise.numerics._exponents import exponents, shared, shared_exponents
from stairwise.numerics._relaxation import relax
from stairwise.numerics._scaled import (
    NEAR_UNDERFLOW,
    exact_e,
    exact_p,
    grow,
    power,
    quotient,
    scaled,
)
from stairwise.numerics._tail import Tail
from stairwise.numerics._types import Real, Reals

MANY = 256  # times of one solution for which a table is worth while
SMALLEST, LARGEST = 1e-100, 1e100  # σ* whose powers stay in range


@overload
def trajectory(t: Real, sigma0: Real, sigma_star: Real, depth: Real) -> float: ...


@overload
def trajectory(t: Reals, sigma0: Reals, sigma_star: Reals, depth: Reals) -> float | Floats: ...


def trajectory(t: Reals, sigma0: Reals, sigma_star: Reals, depth: Reals) -> float | Floats:
    """σ(t), the solution of dσ/dt = σ^{2−2/N} (σ* − σ) with σ(0) = σ0.

    t ≥ 0 finite; sigma0 > 0; sigma_star ≥ 0, also below sigma0; depth any real N ≥ 1, or inf. They
    broadcast and are taken as exact doubles. Float for scalars, else an array. Always between σ0
    and σ*. Solutions of one depth at 256 times or more each are read from a table of the depth
    (if σ0 is between 2^-64 σ* and σ*/2, or the reverse, and the depth not within 0.2 of 2): about
    40 µs for 1,000 times, after 0.5 ms for the table, of which the last 16 are kept. Others are
    solved for point by point, at 0.4 ms per call and 0.2 µs per point.

    Accuracy: 1e-12 relative, or the exact value at a time within 2e-15·t of t, give or take 1e-12.
    The second is a limit of float64 times: a relative change δ of t changes σ by κ δ relative,
    κ = t σ^{p−1} |σ* − σ|, and on leaving the plateau for N > 2,
    κ ≈ (σ/σ0)^{1−2/N} (1 − σ/σ*)/(1 − 2/N) is as large as the plateau is long (1e6 at N = ∞,
    σ0 = 1e-6 σ*). So 3e-12 holds wherever κ < 1000. Checked against 90-digit mpmath at 22,000
    random points and at values of 5,500 random solutions, over half of them from tables
    (tests/numerics/test_kernel_accuracy.py).

    Raises ValueError that names argument, rule and value.
    Source: the paper, Theorem 1, inverted; σ* = 0 and σ0 > σ* as in `closed-form`.
    """
    time, start = nonnegative("t", t), positive("sigma0", sigma0)
    target, n = nonnegative("sigma_star", sigma_star), depths(depth)
    shape = require_broadcast(t=time, sigma0=start, sigma_star=target, depth=n)
    values: Floats | None = None
    if start.size == target.size == n.size == 1:
        values = _solution(time, start.item(), target.item(), n.item()).reshape(shape)
    elif n.size == 1:
        values = _solutions(np.broadcast_to(time, shape), start, target, n.item())
    if values is None:
        values = in_blocks(_block, time, start, target, n)
    return python_float_if_scalar(values)


def _solution(time: Floats, sigma0: float, sigma_star: float, depth: float) -> Floats:
    """One solution at all its times."""
    values = _by_course(time, sigma0, sigma_star, depth)
    if values is not None:
        return values
    rule = ELEMENTARY.get(depth, _block) if sigma_star > 0 else _decay
    shared = [np.array([x]) for x in (sigma0, sigma_star, depth)]
    return in_blocks(lambda some: rule(some, *shared), time)


def _solutions(time: Floats, sigma0: Floats, sigma_star: Floats, depth: float) -> Floats | None:
    """Some solutions at many times each; None where not all of them are on the course."""
    start, target = np.broadcast_arrays(sigma0, sigma_star)
    if time.size < MANY * start.size:
        return None
    values = np.empty(time.shape)
    # Axes of length 1 belong to the times, the others to the solutions as well.
    shape = (1,) * (time.ndim - start.ndim) + start.shape
    start, target = start.reshape(shape), target.reshape(shape)
    for place in np.ndindex(shape):
        at = tuple(slice(None) if m == 1 else i for i, m in zip(place, shape, strict=True))
        own = _by_course(time[at], start[place].item(), target[place].item(), depth)
        if own is None:
            return None
        values[at] = own
    return values


def _by_course(time: Floats, sigma0: float, sigma_star: float, depth: float) -> Floats | None:
    """One solution from the table of its exponent; None where there is none, or too few times."""
    if time.size < MANY or depth in ELEMENTARY or not SMALLEST < sigma_star < LARGEST:
        return None
    p, p_low, ascending, descending = _exponents(depth)
    rising = sigma0 < sigma_star
    x0 = sigma0 / sigma_star if rising else sigma_star / sigma0
    found = course(ascending if rising else descending, x0)
    if found is None:
        return None
    table, begin = found
    unit = sigma_star**p * (1 + p_low * math.log(sigma_star))

    def block(some: Floats) -> Floats:
        u = some * unit
        u += begin
        x = table.at(u)
        value = np.multiply(x, sigma_star, out=x) if rising else np.divide(sigma_star, x, out=x)
        return value.clip(low, high, out=x)

    low, high = (sigma0, sigma_star) if rising else (sigma_star, sigma0)
    return in_blocks(block, time)


@lru_cache(1000)
def _exponents(depth: float) -> tuple[float, float, Exponent, Exponent]:
    """p and its rounding, the exponents of solutions from below and of those from above."""
    n = np.array([depth])
    p, p_low = (x.item() for x in exact_p(n))
    e, e_low = (x.item() for x in exact_e(n))
    a = exponents(n)[1].item()
    return p, p_low, Exponent(e, e_low, a), Exponent(-p, -p_low, 1 + p)


def _block(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """One block; the last three may have one element shared by all times."""
    value = _by_kind(time, sigma0, sigma_star, depth)
    # Rounding may take a value past an end by an ulp.
    inside = np.clip(value, np.minimum(sigma0, sigma_star), np.maximum(sigma0, sigma_star))
    return np.where(time == 0, sigma0, inside)


def _by_kind(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """Each value by the rule that its parameters need."""
    kind = np.where(sigma0 < sigma_star, np.where(depth > 2, 3, 4), 5)
    kind[depth == 2] = 2
    kind[depth == 1] = 1
    kind[sigma_star == 0] = 0
    rules = (_decay, _linear, _logistic, _rise_from_plateau, _rise, _descend)
    if kind[0] == kind[-1] and (kind == kind[0]).all():
        return rules[kind[0]](time, sigma0, sigma_star, depth)
    result = np.empty(time.shape)
    for number, rule in enumerate(rules):
        chosen = kind == number
        if chosen.any():
            arguments = (time, sigma0, sigma_star, depth)
            result[chosen] = rule(*(x[chosen] for x in arguments))
    return result


def _decay(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """σ* = 0: σ0 (1 + p σ0^p t)^{−1/p}."""
    p = exact_p(depth)
    exponent = np.maximum(p.high, 1e-40)
    scale = power(sigma0, p)
    spent = exponent * scale.of(time)
    log_growth = np.log1p(spent)
    beyond = np.isinf(spent)  # of the range, which the value itself may be within
    if beyond.any():
        log_spent = np.log(exponent) + scale.times(scaled(time)).log()
        log_growth = np.where(beyond, log_spent, log_growth)
    return grow(sigma0, -log_growth / exponent)


def _linear(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N = 1: σ* + (σ0 − σ*) e^{−t}, as a sum of positive terms."""
    left = sigma0 * np.exp(-time)
    late = time > 700  # e^{−t} may be subnormal, or 0
    left = np.where(late, grow(sigma0, -time), left) if np.any(late) else left
    value: Floats = left - sigma_star * np.expm1(-time)
    return value


def _logistic(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N = 2: 1/σ = e^{−σ* t}/σ0 + (1 − e^{−σ* t})/σ*, times the smaller of σ0 and σ*."""
    reached = sigma_star * time
    decay, grown = np.exp(-reached), -np.expm1(-reached)
    smaller = np.minimum(sigma0, sigma_star)
    at_first, at_last = smaller / sigma0, smaller / sigma_star
    value = np.asarray(smaller / (decay * at_first + grown * at_last))
    if min(at_first.min(), at_last.min()) < 1e-300:
        # Where both terms may have left the range, the sum itself has not.
        rising = sigma0 < sigma_star
        lost = (np.minimum(at_first, at_last) < 1e-300) & (np.where(rising, decay, grown) < 1e-290)
        rest = np.where(reached > 1e-280, grown / sigma_star, time)
        # e^{−σ* t} by its logarithm where it may be subnormal.
        left = np.where(rising, np.exp(-np.log(sigma0) - reached), decay / sigma0)
        value = np.where(lost, 1 / (left + rest), value)
        value = np.minimum(value, np.maximum(sigma0, sigma_star))
    return value


ELEMENTARY = {1.0: _linear, 2.0: _logistic}


def _rise_from_plateau(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N > 2, σ0 < σ*: times in units of the plateau σ0^{−e}/σ*."""
    tau = power(sigma0, exact_e(depth)).times(scaled(sigma_star)).of(time)
    return _climb(tau, sigma0, sigma_star, depth)


def _rise(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """1 < N < 2, σ0 < σ*."""
    return _climb(power(sigma_star, exact_p(depth)).of(time), sigma0, sigma_star, depth)


def _climb(tau: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    state = relax(Tail(*shared_exponents(depth)), *quotient(sigma0, sigma_star), tau)
    return np.where(state.low, grow(sigma0, state.growth), sigma_star * state.x)


def _descend(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """σ0 ≥ σ* > 0: v = σ*/σ rises by dv/dτ = v^{1−p} (1 − v)."""
    p = exact_p(depth)
    tail = Tail(*shared(-p.high, 1 + p.high))
    tau = power(sigma_star, p).of(time)
    state = relax(tail, *quotient(sigma_star, sigma0), tau)
    reached = np.minimum(sigma_star / np.where(state.low, 1.0, state.x), sigma0)
    value = np.where(state.low, grow(sigma0, -state.growth), reached)
    early = tau < NEAR_UNDERFLOW  # σ* has moved log σ by less than τ or by about τ^{1/p} < 1e-144
    return np.where(early, _decay(time, sigma0, sigma_star, depth), value) if early.any() else value
