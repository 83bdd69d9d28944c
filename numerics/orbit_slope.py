"""The slope of a pair's orbit, derived from the loss and arranged so that float64 keeps it exact.

Two values with targets 1 and r start together at σ0. Along their flow δ = log σ_i − log σ_j is a
function of v = log σ_j, and dδ/dv = (dv_i/dt)/(dv_j/dt) − 1: the ratio of two rates of the model,
nothing else. Rates are growth(v) · gap(v, σ*), gap = σ* − e^v, as SymPy finds from the model.

There are two charts, and in each what is small stays exact. Near the start δ and r − 1 are small.
Near the end 1 − s and 1 − f may be. There each value is followed by the log-odds of its σ/σ*,
counted from the end of learning: gaps of 1e-15 are then told apart as well as others.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sympy import (
    Expr,
    Symbol,
    diff,
    exp,
    expand,
    expand_log,
    log,
    oo,
    powsimp,
    simplify,
    sinh,
)
from sympy.codegen.cfunctions import expm1, log1p

from stairwise.theory.compiled import compiled
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import N, r, sigma_star

ScalarField = Callable[..., float]

#: r − 1 as a symbol of its own: float64 holds it exactly.
excess = Symbol("r_minus_1", positive=True)
delta = Symbol("delta", real=True)
#: Odds e^-600 are lost in 1, next to any 1 − s.
FAR_ODDS = 600.0


@dataclass(frozen=True)
class Chart:
    """A function of two coordinates and its partial derivatives, called as (a, b, *parameters).

    At depth inf the depth stays among the parameters but is not read.
    """

    value: ScalarField
    by_first: ScalarField
    by_second: ScalarField


def rate_factors(depth: Expr) -> tuple[Expr, Expr]:
    """Split dv/dt into growth(v) and gap(v, σ*): the rate is linear in the target."""
    rate = log_flow_rate(depth)
    growth = simplify(diff(expand(rate), sigma_star))
    return growth, simplify(rate / growth)


def log_growth_ratio(depth: Expr, step: Expr) -> Expr:
    """log of growth(v + step)/growth(v), as SymPy simplifies it."""
    growth, _ = rate_factors(depth)
    return simplify(expand_log(log(growth.subs(v, v + step)) - log(growth), force=True))


def start_slope(depth: Expr) -> Expr:
    """The slope in (v, δ), with gap_i − gap_j expanded so that the ones in them cancel exactly.

    e^δ − 1 is written 2 e^{δ/2} sinh(δ/2): e^v (e^δ − 1) then has its digits where δ is next to 0,
    and also where e^δ overflows and e^v has few bits or is 0.
    """
    _, gap = rate_factors(depth)
    ours = gap.subs(sigma_star, 1)
    other = expand(gap.subs(v, v + delta).subs(sigma_star, 1 + excess))
    step = Symbol("expm1_delta")
    apart = expand((other - ours).subs(exp(delta), 1 + step))
    apart = powsimp(apart.subs(step, 2 * exp(delta / 2) * sinh(delta / 2)))
    below = Symbol("one_minus_sigma")  # 1 − e^v = −expm1(v), exact near v = 0
    ratio = expm1(log_growth_ratio(depth, delta))
    return ((ratio * (below + apart) + apart) / below).subs(below, -expm1(v))


def odds_slope(depth: Expr) -> Expr:
    """The ratio of the two log-odds' rates, less 1. A function of δ: the gaps cancel.

    Its log is a sum of two that may be small or large, of either sign.
    """
    growth, gap = rate_factors(depth)
    odds_rate = simplify(growth * gap * sigma_star / (sigma_star - exp(v)))
    targets = simplify(odds_rate.subs(sigma_star, r) / odds_rate.subs(sigma_star, 1))
    log_targets = log1p((targets - 1).subs(r, 1 + excess))
    return expm1(log_targets + log_growth_ratio(depth, delta))


def _compiled(value: Expr, first: Symbol, second: Symbol, parameters: tuple[Symbol, ...]) -> Chart:
    arguments = (first, second, *parameters)
    parts = (value, diff(value, first), diff(value, second))
    return Chart(*(compiled(arguments, part, "math", cse=True) for part in parts))


@cache
def start_chart(infinite: bool) -> Chart:
    """dδ/dv in (v, δ) with parameters (depth, r − 1)."""
    return _compiled(start_slope(oo if infinite else N), v, delta, (N, excess))


@cache
def odds_chart(infinite: bool) -> tuple[ScalarField, ScalarField]:
    """`odds_slope` and its derivative, called as (δ, depth, r − 1)."""
    value = odds_slope(oo if infinite else N)
    parts = (value, diff(value, delta))
    by_value, by_delta = (compiled((delta, N, excess), x, "math", cse=True) for x in parts)
    return by_value, by_delta


def log_from_odds(moved: float, fraction: float, left: float) -> float:
    """log(σ/fraction σ*) where log-odds of σ/σ* are `moved` off the fraction's; left is 1 − it.

    To rounding, whichever of fraction and left is lost in the other.
    """
    if left > 0.5:
        return moved - math.log1p(fraction * math.expm1(moved))
    if moved < -FAR_ODDS:
        return moved - math.log(left)
    return -math.log1p(left * math.expm1(-moved))


def odds_from_log(moved: float, left: float) -> float:
    """The inverse of `log_from_odds`, below the fraction."""
    if moved < -FAR_ODDS:
        return moved + math.log(left)
    return -math.log1p(math.expm1(-moved) / left)
