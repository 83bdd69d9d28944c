"""The law from ODE thresholds alone: right kind, right exponents and rate, honest intervals."""

import dataclasses
import functools
import math

import pytest

from stairwise.numerics import measure_depth_law
from stairwise.numerics.law_fit import Estimate

DEPTHS = (2.0, 2.5, 3.0, 4.0, 6.0, 10.0, math.inf)


@functools.cache
def measured(depth, s=0.1, f=0.9):
    return measure_depth_law(depth, s, f)


@pytest.mark.parametrize("depth", DEPTHS[1:])
def test_the_exponent_is_n_over_n_minus_2_within_a_hundredth_and_far_closer(depth):
    exact = 1.0 if depth == math.inf else depth / (depth - 2)
    slope = measured(depth).slope
    assert abs(slope.value / exact - 1) < 1e-5
    assert slope.low <= exact <= slope.high
    assert slope.high - slope.low < 0.01 * exact


@pytest.mark.parametrize(("s", "f"), [(0.1, 0.9), (0.2, 0.8), (0.01, 0.99)])
def test_the_rate_at_depth_two_is_the_log_of_the_odds(s, f):
    exact = -math.log(f * (1 - s) / ((1 - f) * s))
    slope = measured(2.0, s, f).slope
    assert abs(slope.value / exact - 1) < 1e-5
    assert slope.low <= exact <= slope.high
    assert slope.high - slope.low < 0.01 * abs(exact)


@pytest.mark.parametrize("depth", DEPTHS)
def test_law_slope_and_constant_agree_with_the_exact_ones(depth):
    law = measured(depth)
    assert law.law == ("exponential" if depth == 2 else "polynomial")
    assert law.agrees
    worse, better = sorted((law.exponential_residual, law.polynomial_residual), reverse=True)
    assert worse > 1000 * better


def test_agreement_notices_a_wrong_law_slope_or_constant():
    law = measured(3.0)
    assert not dataclasses.replace(law, law="exponential").agrees
    assert not dataclasses.replace(law, exact_slope=law.exact_slope * 1.0001).agrees
    assert not dataclasses.replace(law, exact_constant=law.exact_constant + 1e-3).agrees
    assert not dataclasses.replace(law, slope=Estimate(3.1, 3.05, 3.15)).agrees


def test_intervals_hold_where_corrections_are_strong():
    # Few points, and a depth so close to 2 that the exponent is 81.
    law = measure_depth_law(2.025, 0.2, 0.7, count=10)
    assert law.agrees
    assert law.slope.high - law.slope.low < 0.01 * law.slope.value


@pytest.mark.slow
@pytest.mark.parametrize("method", ["Radau", "BDF"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_every_integrator_measures_the_same_law(depth, method):
    law = measure_depth_law(depth, 0.1, 0.9, method, count=12)
    assert law.agrees
    assert abs(law.slope.value / measured(depth).slope.value - 1) < 1e-4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.5, 0.1, 0.9), r"depth must be ≥ 2: below 2 nothing is incremental .*; got 1\.5"),
        (([2, 3], 0.1, 0.9), r"depth must be one number; got an array of shape \(2,\)"),
        ((3, 0.1, 0.9, "LSODA", 5), r"count must be a whole number ≥ 10; got 5"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        measure_depth_law(*arguments)


def test_a_depth_whose_law_no_float_ratio_shows_is_named():
    rule = r"depth must be 2, or further above it: .*; got 2\.0000000001"
    with pytest.raises(ValueError, match=rule):
        measure_depth_law(2 + 1e-10, 0.1, 0.9)
