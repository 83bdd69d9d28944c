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
from stairwise.numerics._blocks import in_blocks
from stairwise.numerics._exponents import shared, shared_exponents
from stairwise.numerics._relaxation import relax
from stairwise.numerics._scaled import exact_e, exact_p, grow, power, quotient, scaled
from stairwise.numerics._tail import Tail


def trajectory(t: Any, sigma0: Any, sigma_star: Any, depth: Any) -> Any:
    """σ(t), the solution of dσ/dt = σ^{2−2/N} (σ* − σ) with σ(0) = σ0.

    t ≥ 0 finite; sigma0 > 0; sigma_star ≥ 0, also below sigma0; depth any real N ≥ 1, or inf. They
    broadcast and are taken as exact doubles. Float for scalars, else an array. Always between σ0
    and σ*. Parameters shared by all times are worked out once.

    Accuracy: 1e-12 relative, or the exact value at a time within 2e-15·t of t, give or take 1e-12.
    The second is a limit of float64 times: a relative change δ of t changes σ by κ δ relative,
    κ = t σ^{p−1} |σ* − σ|, and on leaving the plateau for N > 2,
    κ ≈ (σ/σ0)^{1−2/N} (1 − σ/σ*)/(1 − 2/N) is as large as the plateau is long (1e6 at N = ∞,
    σ0 = 1e-6 σ*). So 3e-12 holds wherever κ < 1000. Checked against 90-digit mpmath at random
    points (tests/numerics/test_kernel_accuracy.py).

    Raises ValueError that names argument, rule and value.
    Source: the paper, Theorem 1, inverted; σ* = 0 and σ0 > σ* as in `closed-form`.
    """
    time, start = nonnegative("t", t), positive("sigma0", sigma0)
    target, n = nonnegative("sigma_star", sigma_star), depths(depth)
    require_broadcast(t=time, sigma0=start, sigma_star=target, depth=n)
    if start.size == target.size == n.size == 1:
        shape = np.broadcast_shapes(*(x.shape for x in (time, start, target, n)))
        start, target, n = (x.reshape(1) for x in (start, target, n))
        values = in_blocks(lambda some: _block(some, start, target, n), time).reshape(shape)
    else:
        values = in_blocks(_block, time, start, target, n)
    return python_float_if_scalar(values)


def _block(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """One block; the last three may have one element shared by all times."""
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
    value: Floats = sigma0 * np.exp(-np.log1p(exponent * power(sigma0, p).of(time)) / exponent)
    return value


def _linear(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N = 1: σ* + (σ0 − σ*) e^{−t}, as a sum of positive terms."""
    value: Floats = sigma0 * np.exp(-time) - sigma_star * np.expm1(-time)
    return value


def _logistic(time: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """N = 2: 1/σ = e^{−σ* t}/σ0 + (1 − e^{−σ* t})/σ*, times the smaller of σ0 and σ*."""
    reached = sigma_star * time
    decay, grown = np.exp(-reached), -np.expm1(-reached)
    rising = sigma0 < sigma_star
    smaller = np.where(rising, sigma0, sigma_star)
    ratio = smaller / np.where(rising, sigma_star, sigma0)
    value = smaller / np.where(rising, decay + grown * ratio, decay * ratio + grown)
    # Where both terms may have left the range, the sum itself has not.
    lost = (ratio < 1e-300) & (np.where(rising, decay, grown) < 1e-290)
    if lost.any():
        rest = np.where(reached > 1e-280, grown / sigma_star, time)
        value = np.where(lost, 1 / (decay / sigma0 + rest), value)
        value = np.minimum(value, np.maximum(sigma0, sigma_star))
    return np.asarray(value)


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
    state = relax(tail, *quotient(sigma_star, sigma0), power(sigma_star, p).of(time))
    reached = np.minimum(sigma_star / np.where(state.low, 1.0, state.x), sigma0)
    return np.where(state.low, grow(sigma0, -state.growth), reached)
