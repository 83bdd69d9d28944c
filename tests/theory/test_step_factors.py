"""The zero factors of descent's one-step inequalities, divided out."""

import pytest
from sympy import Integer, Rational, diff, expand, nsimplify, oo, simplify

from stairwise.theory.descent_bounds import growth_factor, largest_slope
from stairwise.theory.step_factors import (
    above_least,
    before_bend,
    below_greatest,
    integer_polynomial,
    peak,
    peak_value,
    rising_growth,
    unit_slope,
)
from stairwise.theory.symbols import c, u, x

DEPTHS = [Integer(n) for n in (2, 3, 4, 5, 10)] + [oo]


@pytest.mark.parametrize("depth", DEPTHS, ids=str)
def test_factors_multiply_back(depth):
    for part in (above_least, before_bend):
        found = part(depth)
        assert expand(found.zero * found.cofactor - found.difference) == 0
        assert expand((found.zero + u) * found.cofactor - found.difference) != 0


@pytest.mark.parametrize("depth", DEPTHS, ids=str)
def test_what_the_division_at_the_peak_leaves_out_is_zero_there(depth):
    found = below_greatest(depth)
    slope = unit_slope(depth)
    rest = expand(found.difference - found.zero * found.cofactor)
    assert expand(rest + (u - peak) * diff(slope, u).subs(u, peak)) == 0
    weight = peak_value(depth) if depth is oo else peak_value(depth) ** (1 / depth)
    assert simplify(diff(slope, u).subs(u, weight)) == 0
    assert simplify(slope.subs(u, weight) - largest_slope(depth)) == 0


def test_the_slope_of_the_growth_factor_is_put_together_from_its_polynomials():
    first, second, third = rising_growth()
    base = expand((1 - x) * c * second + (1 - c) * third)
    assert simplify(diff(growth_factor(), x) - c**2 * first / base**2) == 0
    assert simplify(diff(growth_factor(), x) - c * first / base**2) != 0


def test_integer_polynomials_keep_the_sign():
    cleared = integer_polynomial(u / 3 - Rational(1, 2), u)
    assert cleared.all_coeffs() == [2, -3]
    assert nsimplify(cleared.as_expr() / (u / 3 - Rational(1, 2))).simplify() == 6
