"""The slope of a pair's orbit, derived from the loss and arranged so that float64 keeps it exact.

Two values with targets 1 and r start together at σ0. Along their flow δ = log σ_i − log σ_j is a
function of v = log σ_j, and dδ/dv = (dv_i/dt)/(dv_j/dt) − 1: the ratio of two rates of the model,
nothing else. Rates are growth(v) · gap(v, σ*), gap = σ* − e^v, as SymPy finds from the model.

There are two charts, and each writes the gaps so that what is small in it stays exact. Near the
start δ and r − 1 are small. Near the end 1 − s and 1 − f may be, and the logs are counted from
there: u = log(σ_j/s) and u_i = log(σ_i/(f r)) both vanish at the end of learning.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sympy import (
    Expr,
    S,
    Symbol,
    diff,
    exp,
    expand,
    expand_log,
    factor,
    lambdify,
    log,
    oo,
    simplify,
)
from sympy.codegen.cfunctions import expm1

from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import N, f, r, s, sigma_star

ScalarField = Callable[..., float]

#: r − 1, 1 − s and 1 − f as symbols of their own: float64 holds each exactly (1 − s to rounding).
excess = Symbol("r_minus_1", positive=True)
s_gap, f_gap = Symbol("one_minus_s", positive=True), Symbol("one_minus_f", positive=True)
delta = Symbol("delta", real=True)
u_ours, u_other = Symbol("u", real=True), Symbol("u_i", real=True)
span = Symbol("span", positive=True)  # δ at the end, log(f r/s)


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
    """The slope in (v, δ), with gap_i − gap_j expanded so that the ones in them cancel exactly."""
    _, gap = rate_factors(depth)
    ours = gap.subs(sigma_star, 1)
    other = expand(gap.subs(v, v + delta).subs(sigma_star, 1 + excess))
    step = Symbol("expm1_delta")
    apart = expand((other - ours).subs(exp(delta), 1 + step)).subs(step, expm1(delta))
    below = Symbol("one_minus_sigma")  # 1 − e^v = −expm1(v), exact near v = 0
    ratio = expm1(log_growth_ratio(depth, delta))
    return ((ratio * (below + apart) + apart) / below).subs(below, -expm1(v))


def counted_from_end(
    depth: Expr, target: Expr, fraction: Symbol, left: Symbol, place: Expr
) -> Expr:
    """The gap at σ = target · fraction · e^place, where its part at the end is target · left."""
    _, gap = rate_factors(depth)
    step = Symbol("expm1_place")
    whole = expand(gap.subs(sigma_star, target).subs(exp(v), target * fraction * (1 + step)))
    at_end = whole.subs(step, 0)
    return factor(at_end.subs(fraction, 1 - left)) + factor(whole - at_end).subs(step, expm1(place))


def end_pace(depth: Expr) -> Expr:
    """dv_i/dv_j in (u, u_i): σ_j = s e^u and σ_i = f r e^{u_i}, gaps counted from s and f r."""
    ours = counted_from_end(depth, S.One, s, s_gap, u_ours)
    other = counted_from_end(depth, r, f, f_gap, u_other)
    return exp(log_growth_ratio(depth, u_other - u_ours + span)) * other / ours


def _compiled(value: Expr, first: Symbol, second: Symbol, parameters: tuple[Symbol, ...]) -> Chart:
    arguments = (first, second, *parameters)
    parts = (value, diff(value, first), diff(value, second))
    return Chart(*(lambdify(arguments, part, modules="math", cse=True) for part in parts))


@cache
def start_chart(infinite: bool) -> Chart:
    """dδ/dv in (v, δ) with parameters (depth, r − 1)."""
    return _compiled(start_slope(oo if infinite else N), v, delta, (N, excess))


@cache
def end_chart(infinite: bool) -> Chart:
    """dv_i/dv_j in (u, u_i) with parameters (depth, r, s, f, 1 − s, 1 − f, log(f r/s))."""
    value = end_pace(oo if infinite else N)
    return _compiled(value, u_ours, u_other, (N, r, s, f, s_gap, f_gap, span))
