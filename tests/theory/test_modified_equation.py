"""The formal series, against maps whose iterates are known in closed form."""

from fractions import Fraction

import pytest
from sympy import Rational, Symbol, diff, series, simplify

from stairwise.theory.modified_equation import iterative_logarithm, step_density


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
