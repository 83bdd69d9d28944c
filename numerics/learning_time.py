"""When a value reaches a fraction of its target."""

from __future__ import annotations

from typing import overload

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    positive,
    python_float_if_scalar,
    reals,
    require,
    require_broadcast,
)
from stairwise.numerics._blocks import in_blocks
from stairwise.numerics._exponents import fall, rise, shared_exponents
from stairwise.numerics._pair_close import LONGEST, increment
from stairwise.numerics._scaled import Scaled, Sum, exact_e, power, product, scaled
from stairwise.numerics._tail import Tail
from stairwise.numerics._types import Real, Reals

ALPHA_RULE = "a number in (0, 1)"


@overload
def learning_time(alpha: Real, sigma0: Real, sigma_star: Real, depth: Real) -> float: ...


@overload
def learning_time(
    alpha: Reals, sigma0: Reals, sigma_star: Reals, depth: Reals
) -> float | Floats: ...


def learning_time(alpha: Reals, sigma0: Reals, sigma_star: Reals, depth: Reals) -> float | Floats:
    """Time at which σ first reaches alpha·σ*; 0 where it starts past it.

    σ follows dσ/dt = σ^p (σ* − σ), p = 2 − 2/N, from σ0: t = σ*^{−p} T_p(σ0/σ*, alpha).
    0 < alpha < 1; finite sigma0 > 0 and sigma_star > 0; depth any real N ≥ 1, or inf. They
    broadcast and are taken as exact doubles. Float for scalars, else an array; inf where the time
    is beyond float64's range.

    Accuracy: 1e-13 relative, also where σ0 is one ulp from alpha·σ* or 1e-300. Worst of 22,000
    random points against 500-bit balls: 2.9e-15 (alpha = 4.95e-11, σ0 = 1.19e-11, σ* = 0.241,
    N = 1 + 1e-9).
    Raises ValueError that names argument, rule and value. Source: the paper, Theorem 1.
    """
    n = depths(depth)
    fraction = reals("alpha", alpha, ALPHA_RULE)
    require("alpha", fraction, (fraction > 0) & (fraction < 1), ALPHA_RULE)
    start, target = positive("sigma0", sigma0), positive("sigma_star", sigma_star)
    require_broadcast(alpha=fraction, sigma0=start, sigma_star=target, depth=n)
    time = in_blocks(_block, fraction, start, target, n)
    return python_float_if_scalar(time)


def _block(alpha: Floats, sigma0: Floats, sigma_star: Floats, depth: Floats) -> Floats:
    """[σ0^{−e} fall(e, M) + σ*^{−e} R]/σ*, M = log(α σ*/σ0), R = ∫ x^{−e}/(1−x) dx to x = α."""
    e, a = shared_exponents(depth)
    start, target = scaled(sigma0), scaled(sigma_star)
    quotient = start.over(target)
    ratio = quotient.value()  # a = σ0/σ*, 0 or inf where it leaves float64's range
    # α σ* − σ0 in units of α's exponent, exact; it matters where the two nearly agree.
    part = scaled(alpha)
    reach = product(part.mantissa, target.mantissa)
    apart = np.clip(start.exponent - target.exponent - part.exponent, -1100, 1000)
    own = np.ldexp(start.mantissa, apart.astype(int))
    missing = (reach.high - own) + reach.low
    gap = np.ldexp(missing / target.mantissa, part.exponent.astype(int))
    near = own > 1e-3 * reach.high
    length = np.where(near, np.log1p(missing / own), np.log(alpha) - quotient.log())
    late = length > 0
    length = np.where(late, length, 1.0)
    ratio = np.where(late, np.minimum(ratio, alpha), alpha / 2)

    exact = exact_e(depth)
    minus_e = Sum(-exact.high, -exact.low)
    # From the end where the power is larger, so that neither factor leaves the range.
    rising = np.greater(exact.high, 0)
    from_start = power(sigma0, minus_e)
    at_target = power(sigma_star, minus_e)
    to_end = at_target.times(power(alpha, minus_e))
    box_cox = np.where(
        rising,
        Scaled(from_start.mantissa * fall(e, length), from_start.exponent).over(target).value(),
        Scaled(to_end.mantissa * rise(e, length), to_end.exponent).over(target).value(),
    )
    regular = _regular(Tail(e, a), alpha, ratio, gap, length)
    rest = Scaled(at_target.mantissa * regular, at_target.exponent).over(target).value()
    return np.where(late, box_cox + rest, 0.0)


def _regular(tail: Tail, alpha: Floats, ratio: Floats, gap: Floats, length: Floats) -> Floats:
    """∫ x^{−e}/(1−x) dx from x = ratio to alpha."""
    e, a = tail.e, tail.a
    w = -np.log(alpha)
    end = np.exp(-a * w)
    decay = fall(a, length)
    value: Floats = end * (
        decay + tail(alpha, 1 - alpha) - (1 - a * decay) * tail(ratio, 1 - ratio)
    )
    short = length < LONGEST
    if short.any():
        near = np.log1p(gap / (1 - alpha)) + increment(e, a, w, np.where(short, length, 0.0))
        value = np.where(short, near, value)
    return value
