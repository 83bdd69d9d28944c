"""The stiff solves that `verify` holds the claims against."""

import math

import pytest
from sympy import Integer, Rational, oo

from stairwise.numerics.stiff import stiff_log_value, stiff_time


def test_time_at_depth_2_is_a_difference_of_log_odds():
    elapsed = stiff_time(math.log(1e-8), math.log(0.9), 1.0, Integer(2))
    assert elapsed == pytest.approx(math.log(9) + math.log((1 - 1e-8) / 1e-8), rel=1e-10)


def test_value_at_depth_1_is_exponential():
    value = stiff_log_value(2.0, math.log(0.1), 3.0, Integer(1))
    assert value == pytest.approx(math.log(3 - 2.9 * math.exp(-2)), rel=1e-9)


def test_additive_along_a_path_at_a_fractional_depth():
    whole = stiff_time(math.log(1e-3), math.log(0.8), 1.0, Rational(5, 2))
    first = stiff_time(math.log(1e-3), math.log(0.2), 1.0, Rational(5, 2))
    second = stiff_time(math.log(0.2), math.log(0.8), 1.0, Rational(5, 2))
    assert first + second == pytest.approx(whole, rel=1e-9)


def test_a_mark_beyond_the_target_is_an_error():
    with pytest.raises(RuntimeError, match=r"log σ = 0\.1 from -1\.0 at depth oo"):
        stiff_time(-1.0, 0.1, 1.0, oo)
