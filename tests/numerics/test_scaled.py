"""Numbers in two parts and beyond float64's range, against rationals."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from stairwise.numerics import geometric_spectrum, log_threshold
from stairwise.numerics._scaled import exact_e, exact_p, grow, quotient


@pytest.mark.parametrize("depth", [1.1, 1.5, 2.5, 3.0, 7.0, 1e6 / 3, 1e20])
def test_exponents_to_twice_the_precision(depth):
    for whole, found in ((1, exact_e), (2, exact_p)):
        parts = found(np.array([depth]))
        exact = whole - 2 / Fraction(depth)
        value = sum(Fraction(float(part[0])) for part in parts)
        assert abs(value - exact) <= Fraction(1, 2**100)


def test_the_log_of_a_quotient_that_underflows():
    value, log = quotient(np.array([1e-300, 1.0]), np.array([1e300, 4.0]))
    assert value.tolist() == [0.0, 0.25]
    assert log == pytest.approx([-600 * math.log(10), -math.log(4)], rel=1e-15)


@pytest.mark.parametrize(
    ("x", "by"),
    [
        (1e-300, 1390.0),
        (5e-324, 1400.0),
        (1e-300, -30.0),
        (1e308, -1400.0),
        (2.0, 1e-3),
        (3e-292, -40.0),
    ],
)
def test_growth_between_the_ends_of_the_range(x, by):
    value = float(grow(np.array([x]), np.array([by]))[0])
    with mpmath.workdps(30):
        assert value == pytest.approx(float(x * mpmath.exp(by)), rel=1e-12, abs=0)


@pytest.mark.parametrize("x", [5e-324, 1e-300, 1.0, 1e308])
@pytest.mark.parametrize("by", [2e3, 1e10, 1e300, math.inf])
def test_growth_out_of_the_range(x, by):
    assert grow(np.array([x]), np.array([-by])).tolist() == [0]
    with np.errstate(over="ignore"):
        assert grow(np.array([x]), np.array([by])).tolist() == [math.inf]


def test_refusals():
    with pytest.raises(ValueError, match="count must be a whole number ≥ 2; got 1"):
        geometric_spectrum(1, 2.0)
    with pytest.raises(ValueError, match=r"ratio must be .*; got \[\[2\], \[2, 3\]\]"):
        log_threshold(3, [[2], [2, 3]], 0.1, 0.9)
