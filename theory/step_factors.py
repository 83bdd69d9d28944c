"""What is left of the one-step inequalities of `descent-bounds` when their zeros are divided out.

With V(u) = c V̂(u) the step of the weight u = x^{1/N} (of log x at N = ∞), the step's time is
T = ∫_0^c dt/R(t), R(t) = V̂(u + t V̂(u))/V̂(u), and R(t) − 1 is t times the mean of V̂′ between u and
u + t V̂(u). So T ≤ −log(1 − c) follows from V̂′ ≥ −1, an equality at the target; T ≥ log(1 + κ c)/κ
from V̂′ ≤ κ, a double one at the peak; and T ≤ c from V̂′ ≥ 0 before the bend. Each is a known zero
factor times a cofactor; where that is positive the inequality holds, also next to its equality.
"""

from functools import cache
from typing import NamedTuple

from sympy import Expr, Poly, Rational, Symbol, cancel, diff, expand, factor, fraction, oo

from stairwise.theory import descent_bounds
from stairwise.theory._alone import alone
from stairwise.theory.symbols import c, u, x

#: The weight at which V̂′ is largest: x_N^{1/N}, x_N = (N − 2)/(2(2N − 1)); 1/4 at N = ∞.
peak = Symbol("u_N", nonnegative=True)


class Factored(NamedTuple):
    """A difference that is to be ≥ 0, as its zero factor (≥ 0) times its cofactor."""

    difference: Expr
    zero: Expr
    cofactor: Expr


@cache
@alone()
def unit_slope(depth: Expr) -> Expr:
    """V̂′ in u, a polynomial at integer depth; at N = ∞ dV̂/dlog x, in u for x."""
    advance, _ = descent_bounds.forward_step(depth)
    slope = diff(advance, u) * (u if depth is oo else 1)
    return expand(cancel(slope / c))


@cache
def peak_value(depth: Expr) -> Expr:
    """x_N."""
    return Rational(1, 4) if depth is oo else (depth - 2) / (2 * (2 * depth - 1))


@cache
@alone()
def above_least(depth: Expr) -> Factored:
    """1 + V̂′ = (1 − u) · cofactor."""
    difference = 1 + unit_slope(depth)
    return Factored(difference, 1 - u, cancel(difference / (1 - u)))


@cache
@alone()
def below_greatest(depth: Expr) -> Factored:
    """V̂′(u_N) − V̂′ = (u − u_N)² · cofactor, up to a multiple of V̂″(u_N) = 0."""
    slope = unit_slope(depth)
    difference = slope.subs(u, peak) - slope
    once = cancel(difference / (peak - u))
    twice = cancel((once - once.subs(u, peak)) / (peak - u))
    return Factored(difference, (u - peak) ** 2, twice)


@cache
@alone()
def before_bend(depth: Expr) -> Factored:
    """V̂′ = u^{N−2} (x_b − u^N) · cofactor with the bend x_b = (N − 1)/(2N − 1), 1/2 at N = ∞."""
    slope = unit_slope(depth)
    if depth is oo:
        zero = u * (Rational(1, 2) - u)
    else:
        zero = u ** (depth - 2) * ((depth - 1) / (2 * depth - 1) - u**depth)
    return Factored(slope, zero, cancel(slope / zero))


@cache
@alone()
def rising_growth() -> tuple[Expr, ...]:
    """Polynomials in c and x whose signs give ∂/∂x (q⁺/q) > 0 at depth 2, all to be positive.

    The slope is c² times the first over D², and D = (1 − x) c · second + (1 − c) · third.
    """
    slope = factor(diff(descent_bounds.growth_factor(), x))
    top, bottom = fraction(slope)
    base = fraction(descent_bounds.growth_factor())[1]
    first = cancel(top / c**2 * cancel(base**2 / bottom))
    at_target = base.subs(x, 1)
    return first, cancel((base - at_target) / ((1 - x) * c)), cancel(at_target / (1 - c))


def integer_polynomial(expression: Expr, *symbols: Symbol) -> Poly:
    """The polynomial times the least positive integer that makes its coefficients integers."""
    _, cleared = Poly(expression, *symbols).clear_denoms(convert=True)
    return cleared
