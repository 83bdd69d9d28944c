"""The value σ(t) of the toy model at given times."""

from typing import Any

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    nonnegative,
    positive,
    python_float_if_scalar,
    require_broadcast,
)
from stairwise.numerics._blocks import block_size, in_blocks
from stairwise.numerics._exponents import shared, shared_exponents
from stairwise.numerics._relaxation import relax
from stairwise.numerics._scaled import exact_exponents, power, scaled
from stairwise.numerics._tail import Tail


def trajectory(t: Any, sigma0: Any, sigma_star: Any, depth: Any) -> Any:
    """σ(t), the solution of dσ/dt = σ^{2−2/N} (σ* − σ) with σ(0) = σ0."""
    time, start = nonnegative("t", t), positive("sigma0", sigma0)
    target, n = nonnegative("sigma_star", sigma_star), depths(depth)
    require_broadcast(t=time, sigma0=start, sigma_star=target, depth=n)
    if start.size == target.size == n.size == 1:
        shape = np.broadcast_shapes(*(x.shape for x in (time, start, target, n)))
        start, target, n = (x.reshape(1) for x in (start, target, n))
        values = in_blocks(lambda some: _block(some, start, target, n), time).reshape(shape)
    else:
        values = in_blocks(_block, time, start, target, n, block=block_size(n))
    return python_float_if_scalar(values)


def _block(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """One block; the last three may have one element shared by all times."""
    result = np.empty(time.shape)
    left = np.ones(time.shape, dtype=np.bool_)
    for chosen, rule in (
        (sigma_star == 0, _decay),
        (depth == 1, _linear),
        (depth == 2, _logistic),
        ((sigma0 < sigma_star) & (depth > 2), _rise_from_plateau),
        (sigma0 < sigma_star, _rise),
        (sigma0 >= sigma_star, _descend),
    ):
        chosen = chosen & left
        if chosen.all():
            return rule(time, sigma0, sigma_star, depth)
        if chosen.any():
            left &= ~chosen
            arguments = (x[chosen] if x.size > 1 else x for x in (time, sigma0, sigma_star, depth))
            result[chosen] = rule(*arguments)
    return result


def _decay(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """σ* = 0: σ0 (1 + p σ0^p t)^{−1/p}."""
    _, p = exact_exponents(depth)
    exponent = np.maximum(p.high, 1e-40)
    speed = power(sigma0, p).times(scaled(time)).value()
    value: Floats = sigma0 * np.exp(-np.log1p(exponent * speed) / exponent)
    return value


def _linear(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N = 1: σ* + (σ0 − σ*) e^{−t}, as a sum of positive terms."""
    value: Floats = sigma0 * np.exp(-time) - sigma_star * np.expm1(-time)
    return value


def _logistic(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N = 2: σ0 σ*/(σ0 + (σ* − σ0) e^{−σ* t})."""
    decay = np.exp(-sigma_star * time)
    grown = -np.expm1(-sigma_star * time)
    ratio = sigma0 / sigma_star
    value: Floats = np.where(
        (decay > 1e-290) | (ratio > 1e-300),
        sigma0 / (decay + ratio * grown),
        1 / (decay / sigma0 + grown / sigma_star),  # where the ratio has left the range
    )
    return value


def _rise_from_plateau(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N > 2, σ0 < σ*: times in units of the plateau σ0^{−e}/σ*."""
    exact, _ = exact_exponents(depth)
    unit = power(sigma0, exact)
    tau = unit.times(scaled(sigma_star)).times(scaled(time)).value()
    plateau = power(sigma_star, exact).over(unit).value()
    return _climb(tau, sigma0, sigma_star, shared_exponents(depth), plateau)


def _rise(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """1 < N < 2, σ0 < σ*."""
    _, p = exact_exponents(depth)
    tau = power(sigma_star, p).times(scaled(time)).value()
    return _climb(tau, sigma0, sigma_star, shared_exponents(depth), np.ones(1))


def _climb(
    tau: Floats, sigma0: Floats, sigma_star: Floats, ea: tuple[Any, Any], plateau: Floats
) -> Floats:
    ratio = scaled(sigma0).over(scaled(sigma_star))
    state = relax(Tail(*ea), ratio.value(), ratio.log(), plateau, tau)
    return np.where(state.low, sigma0 * np.exp(state.growth), sigma_star * state.x)


def _descend(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """σ0 ≥ σ* > 0: v = σ*/σ rises by dv/dτ = v^{1−p} (1 − v)."""
    _, p = exact_exponents(depth)
    tau = power(sigma_star, p).times(scaled(time)).value()
    ratio = scaled(sigma_star).over(scaled(sigma0))
    tail = Tail(*shared(-p.high, 1 + p.high))
    state = relax(tail, ratio.value(), ratio.log(), np.ones(1), tau)
    reached = sigma_star / np.where(state.low, 1.0, state.x)
    return np.where(state.low, sigma0 * np.exp(-state.growth), reached)
