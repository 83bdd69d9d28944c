"""The formal series, against maps whose iterates are known in closed form."""

from fractions import Fraction

import pytest
from sympy import Rational, S, Symbol, diff, oo, series, simplify

from stairwise.theory.model import descent_step, flow_rate
from stairwise.theory.modified_equation import (
    first_order_rate,
    first_order_steps,
    iterative_logarithm,
    step_density,
)
from stairwise.theory.symbols import N, eta, sigma


def in_jets(polynomial, values):
    """A polynomial in g, g', … at values."""
    return sum(
        Rational(int(c.numerator), int(c.denominator))
        * simplify(_product(value**power for value, power in zip(values, e, strict=True)))
        for e, c in polynomial.terms()
    )


def _product(factors):
    result = 1
    for factor in factors:
        result *= factor
    return result


def test_first_terms_are_the_classical_ones():
    assert step_density(3)[1] == ((Rational(1, 2), (1, 0, 0)),)
    assert set(step_density(3)[2]) == {
        (Rational(-1, 12), (2, 0, 0)),
        (Rational(-1, 12), (0, 1, 0)),
    }


@pytest.mark.parametrize("order", [3, 5])
def test_the_map_x_over_one_minus_x(order):
    # X⁺ = X/(1 − X) is the time-one flow of X², so ψ = X²: every truncation agrees up to its order.
    x = Symbol("x")
    g = x / (1 - x) - x
    jets = [g.diff(x, k) if k else g for k in range(order + 1)]
    psi = sum(in_jets(part, jets) for part in iterative_logarithm(order))
    error = series(psi - x**2, x, 0, order + 2).removeO()
    assert error == 0
    next_order = series(psi - x**2, x, 0, order + 3).removeO()
    assert next_order != 0


def test_linear_maps_give_the_logarithm():
    # X⁺ = (1 + k) X is the flow of X log(1 + k): the series of the logarithm, term by term.
    for i, part in enumerate(iterative_logarithm(7), start=1):
        at = {(1, i - 1): Fraction(0)}
        for exponents, coefficient in part.terms():
            if not any(exponents[2:]):
                at[exponents[:2]] = Fraction(
                    int(coefficient.numerator), int(coefficient.denominator)
                )
        assert at[(1, i - 1)] == Fraction((-1) ** (i + 1), i)


def test_density_is_the_reciprocal():
    order = 6
    k = Symbol("k")
    field = sum(
        Rational(int(c.numerator), int(c.denominator)) * k**i
        for i, part in enumerate(iterative_logarithm(order))
        for e, c in part.terms()
        if not any(e[2:])
    )
    density = sum(
        coefficient * k**i
        for i, part in enumerate(step_density(order))
        for coefficient, e in part
        if not any(e[1:])
    )
    assert series(field * density, k, 0, order).removeO() == 1
    assert diff(field, k) != 0


@pytest.mark.parametrize("depth", [S(1), S(2), S(3), Rational(5, 2), oo])
def test_modified_flow_follows_descent_to_second_order(depth):
    # e^{ηX} σ = σ + η X + η²/2 X X' + … with X = F + η F_1, against descent in powers of η.
    first, second = flow_rate(depth), first_order_rate(depth)
    follows = sigma + eta * first + eta**2 * (second + first * diff(first, sigma) / 2)
    gap = diff(descent_step(depth) - follows, eta)
    assert simplify(gap.subs(eta, 0)) == 0
    assert simplify(diff(gap, eta).subs(eta, 0)) == 0
    without = diff(descent_step(depth) - follows + eta**2 * second, eta, 2).subs(eta, 0)
    assert simplify(without) != 0


def test_first_order_steps_are_the_integral_of_the_rate():
    # Time of the modified flow: dt = dσ/(F + η F_1), so dε/dσ = −F_1/F² at first order.
    for depth in (S(2), S(3), Rational(7, 2)):
        slope = diff(first_order_steps().subs(N, depth), sigma)
        ratio = first_order_rate(depth) / flow_rate(depth) ** 2
        assert simplify(slope + ratio) == 0
