"""The one-step inequalities of descent, over boxes of rate c and position x = σ/σ*.

Claims, for T = T_p(x, x⁺), the flow's time for one step, with c and x in [0, 1]:

- lower: log(1 + κ_N c)/κ_N ≤ T;   upper, order 0: T ≤ −log(1 − c);
- upper, order 1: T ≤ c, where x⁺ lies before the bend (N − 1)/(2N − 1), 1/2 at N = ∞;
- growth, lower: ∂/∂x (q⁺/q) ≥ 0 at depth 2, q = x/(1 − x).

At depth 2, T is the log of the growth factor of q. All are equalities somewhere on the closed box:
at c = 0; at x = 1 (upper); at c = 0, x = x_N or (depth 2) x = 0 (lower). So the margin is what is
left of them when that is divided out (`theory.step_factors`), over all weights u that the box's
steps pass. Where the claim is shifted the margin is that of the inequality itself, from the least
and the greatest slope of the step over the same weights.

Source: statement descent-bounds; margins: new.
"""

import math
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

from flint import arb, arb_series, ctx
from sympy import Expr, Integer, Poly, oo
from sympy import Symbol as SymPySymbol

from stairwise.numerics._exact import Exact
from stairwise.numerics.balls import ball
from stairwise.numerics.margins import Claim, Exponents, weighted_integral
from stairwise.numerics.regions import StepBox, StepPoint
from stairwise.numerics.threshold_equation import shrink
from stairwise.theory import step_factors
from stairwise.theory.symbols import c as rate_symbol
from stairwise.theory.symbols import u as weight_symbol
from stairwise.theory.symbols import x as position_symbol

STEPS, GROWTH = "descent-bounds-steps", "descent-bounds-growth"
#: Both ends are equalities, and belong to the proof.
STEP_DOMAIN = StepBox((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1)))


class Cofactors(Protocol):
    """Balls around what must be positive, over a ball of weights; there are two routes to them."""

    def above_least(self, depth: Exact, weights: Any) -> Any:
        """Of 1 + V̂′."""

    def below_greatest(self, depth: Exact, weights: Any) -> Any:
        """Of κ_N − V̂′."""

    def before_bend(self, depth: Exact, weights: Any) -> Any:
        """Of V̂′."""

    def rising_growth(self, rate: Any, position: Any) -> Any:
        """Of the slope of the growth factor, times 16 D²/c²."""


class DerivedCofactors:
    """The cofactors that SymPy divides out of the statement's own step."""

    def above_least(self, depth: Exact, weights: Any) -> Any:
        """By Horner's rule."""
        return _value(_least_polynomial(depth), weights)

    def below_greatest(self, depth: Exact, weights: Any) -> Any:
        """By Horner's rule, with the peak put in as a ball."""
        top = peak_weight(depth)
        value = arb(0)
        for coefficient in _greatest_polynomial(depth):
            value = value * weights + _value(coefficient, top)
        return value

    def before_bend(self, depth: Exact, weights: Any) -> Any:
        """A constant."""
        return _value(_bend_polynomial(depth), weights)

    def rising_growth(self, rate: Any, position: Any) -> Any:
        """The least of the three polynomials that decide the sign."""
        least = arb.pos_inf()
        for terms in _growth_polynomials():
            value = sum((k * rate**i * position**j for (i, j), k in terms), arb(0))
            least = least.min(value)
        return least


def _symbolic(depth: Exact) -> Expr:
    return oo if depth == math.inf else Integer(int(depth))


def _integers(expression: Expr, *symbols: SymPySymbol) -> Poly:
    return step_factors.integer_polynomial(expression, *symbols)


def _coefficients(polynomial: Poly) -> tuple[int, ...]:
    return tuple(int(k) for k in polynomial.all_coeffs())


@cache
def _least_polynomial(depth: Exact) -> tuple[int, ...]:
    cofactor = step_factors.above_least(_symbolic(depth)).cofactor
    return _coefficients(_integers(cofactor, weight_symbol))


@cache
def _greatest_polynomial(depth: Exact) -> tuple[tuple[int, ...], ...]:
    """Coefficients in u, each a polynomial in the peak's weight."""
    cofactor = step_factors.below_greatest(_symbolic(depth)).cofactor
    whole = _integers(cofactor, weight_symbol, step_factors.peak).as_expr()
    return tuple(
        _coefficients(Poly(k, step_factors.peak)) for k in Poly(whole, weight_symbol).all_coeffs()
    )


@cache
def _bend_polynomial(depth: Exact) -> tuple[int, ...]:
    cofactor = step_factors.before_bend(_symbolic(depth)).cofactor
    return _coefficients(_integers(cofactor, weight_symbol))


@cache
def _growth_polynomials() -> tuple[tuple[tuple[tuple[int, int], int], ...], ...]:
    polynomials = (_integers(p, rate_symbol, position_symbol) for p in step_factors.rising_growth())
    return tuple(tuple((powers, int(k)) for powers, k in p.terms()) for p in polynomials)


def _value(coefficients: tuple[int, ...], at: Any) -> Any:
    """Horner's rule."""
    value = arb(0)
    for coefficient in coefficients:
        value = value * at + coefficient
    return value


def peak_weight(depth: Exact) -> Any:
    """u_N, where the step's slope is largest."""
    n = Fraction(0) if depth == math.inf else 1 / Fraction(depth)
    return weight(depth, (1 - 2 * n) / (2 * (2 - n)))


def weight(depth: Exact, position: Fraction) -> Any:
    """u = x^{1/N}; x itself at N = ∞."""
    if depth == math.inf or position in (0, 1):
        return ball(position)
    return (ball(position).log() / int(depth)).exp()


def after_step(depth: Exact, rate: Any, u: Any) -> Any:
    """u⁺; x⁺ at N = ∞."""
    if depth == math.inf:
        return u * (rate * u * (1 - u)).exp()
    n = int(depth)
    return u + rate * u ** (n - 1) * (1 - u**n) / n


def slope(depth: Exact, u: Any) -> Any:
    """V̂′ = u^{N−2} ((N − 1) − (2N − 1) u^N)/N; u (1 − 2u) at N = ∞."""
    if depth == math.inf:
        return u * (1 - 2 * u)
    n = int(depth)
    return u ** (n - 2) * ((n - 1) - (2 * n - 1) * u**n) / n


def greatest_slope(depth: Exact) -> Any:
    """κ_N = ((N − 2)/(2(2N − 1)))^{1−2/N}/2; 1/2 at N = 2, 1/8 at N = ∞."""
    if depth == 2:
        return arb(1) / 2
    n = Fraction(0) if depth == math.inf else 1 / Fraction(depth)
    peak = ball((1 - 2 * n) / (2 * (2 - n)))
    return (peak.log() * ball(1 - 2 * n)).exp() / 2


def bend(depth: Exact) -> Fraction:
    """(N − 1)/(2N − 1)."""
    n = Fraction(0) if depth == math.inf else 1 / Fraction(depth)
    return (1 - n) / (2 - n)


def step_margin(claim: Claim, depth: Exact, region: StepBox, cofactors: Cofactors | None) -> Any:
    """A ball whose sign decides the claim over the box; None where it says nothing."""
    route = DerivedCofactors() if cofactors is None else cofactors
    shift = ball(claim.shift)
    (c_low, c_high), (x_low, x_high) = region
    if claim.statement == GROWTH:
        rate, position = (ball(a).union(ball(b)) for a, b in region)
        found = route.rising_growth(rate, position)
        # D ≤ 4, and 16 times the slope is the first polynomial times c² (4/D)².
        return found if shift.is_zero() else ball(c_low) ** 2 * found / 16 - shift
    low, high = weight(depth, x_low), weight(depth, x_high)
    if (claim.side, claim.order) == ("upper", 1):
        limit = weight(depth, bend(depth))
        if after_step(depth, ball(c_low), low) > limit:
            return None
        passed = low.union(after_step(depth, ball(c_high), high).min(limit))
    else:
        passed = low.union(after_step(depth, ball(c_high), high))
    if shift.is_zero():
        if claim.side == "lower":
            return route.below_greatest(depth, passed)
        part = route.above_least if claim.order == 0 else route.before_bend
        return -part(depth, passed)
    return _shifted(claim, depth, ball(c_low), passed, shift)


def _shifted(claim: Claim, depth: Exact, c_low: Any, passed: Any, shift: Any) -> Any:
    """The claim's own margin: with slopes in [k_low, k_high], T lies between log(1 + k c)/k at
    both, and its distance to the bound grows with c, as the integrand ±(1/(1 + k t) − ...) has
    one sign.
    """
    slopes = slope(depth, passed)
    if claim.side == "lower":
        largest = slopes.upper().min(greatest_slope(depth))
        return _time(largest, c_low) - _time(greatest_slope(depth), c_low) - shift
    floor = arb(-1) if claim.order == 0 else arb(0)
    least = slopes.lower().max(floor)
    return _time(least, c_low) - _time(floor, c_low) + shift


def _time(k: Any, c: Any) -> Any:
    """log(1 + k c)/k, c at k = 0."""
    if k.is_zero() or c.is_zero():
        return c
    return (k * c).log1p() / k


def step_value(claim: Claim, depth: Exact, point: StepPoint) -> Any:
    """T − bound at a point (for growth: the slope), from the published formulas; the shift is in.

    Lower claims hold where it is ≥ 0, upper ones where it is ≤ 0. None outside 0 < c, x < 1 and
    where the claim says nothing.
    """
    c, x = point
    if not (0 < c < 1 and 0 < x < 1):
        return None
    shift = ball(claim.shift)
    if claim.statement == GROWTH:
        return _growth_slope(c, x) - shift
    time, after = _step_time(depth, ball(c), ball(x))
    if claim.side == "lower":
        kappa = greatest_slope(depth)
        return time - (kappa * ball(c)).log1p() / kappa - shift
    if claim.order == 0:
        return time + (-ball(c)).log1p() + shift
    return None if after > ball(bend(depth)) else time - ball(c) + shift


def _step_time(depth: Exact, c: Any, x: Any) -> tuple[Any, Any]:
    """T_p(x, x⁺) and x⁺ from the map of σ and the learning-time integral."""
    if depth == math.inf:
        growth = c * x * (1 - x)
        power = arb(1)
    else:
        n, power = int(depth), ball(1 - 2 / Fraction(depth))
        growth = n * (c / n * (power * x.log()).exp() * (1 - x)).log1p()
    after = x * growth.exp()
    head = (-power * x.log()).exp() * shrink(power, growth)  # ∫ t^{−p} dt
    return head + weighted_integral(Exponents.at(depth), x, after), after


def _growth_slope(c: Fraction, x: Fraction) -> Any:
    """∂/∂x of q⁺/q, by a power series about x."""
    before = ctx.cap
    ctx.cap = 2
    try:
        at = arb_series([ball(x), 1])
        after = at * (1 + ball(c) / 2 * (1 - at)) ** 2
        return (after * (1 - at) / ((1 - after) * at))[1]
    finally:
        ctx.cap = before
