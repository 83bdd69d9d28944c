"""Bounds hold, are nested and tighten; laws are what thresholds tend to; fits see through noise."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW, SOME, deep_pairs, pairs, plain_pairs

from stairwise.numerics import (
    Bounds,
    Estimate,
    Law,
    LawFit,
    MeasuredLaw,
    depth_law,
    descent_bounds,
    descent_log_threshold,
    elementary_bounds,
    fit_law,
    fixed_point_bounds,
    log_threshold,
    measure_depth_law,
    paper_bounds,
    prefer_law,
    sharp_bounds,
    uniform_law,
)


def slack(pair, log_y):
    """What rounding may take: the bounds' stated accuracy and the threshold's."""
    n, r, s, _ = pair
    if not math.isfinite(log_y):
        return 0.0
    weight = r / ((1 - s) * (r - s))
    below = max(1.0, 10 * math.exp(min(700, (2 / n - 1) * (math.log(s) - log_y)))) if n < 2 else 1
    return 2e-14 * max(1, abs(log_y)) * weight * below + 1e-13 * max(1, abs(log_y))


@SOME
@given(pairs())
def test_bounds_enclose_the_threshold_and_are_nested(pair):
    log_y = log_threshold(*pair)
    room = slack(pair, log_y)
    lists = [paper_bounds(*pair), *(sharp_bounds(*pair, k) for k in range(4))]
    for wider, tighter in pairwise(lists):
        assert isinstance(tighter, Bounds)
        assert wider.lower <= tighter.lower
        assert tighter.upper <= wider.upper
    for bounds in (*lists, elementary_bounds(*pair)):
        assert bounds.lower <= bounds.upper
        assert bounds.lower <= log_y + room
        assert bounds.upper >= log_y - room
    if pair[0] >= 2:
        assert elementary_bounds(*pair).lower > -math.inf
        assert paper_bounds(*pair).lower <= elementary_bounds(*pair).lower
        assert elementary_bounds(*pair).upper <= paper_bounds(*pair).upper


@SOME
@given(deep_pairs)
def test_fixed_point_bounds_are_nested_and_sharp_ones_no_looser(pair):
    log_y = log_threshold(*pair)
    room = slack(pair, log_y)
    widths = []
    for order in range(4):
        bounds, sharp = fixed_point_bounds(*pair, order), sharp_bounds(*pair, order)
        assert bounds.lower <= log_y + room
        assert bounds.upper >= log_y - room - 1e-12 * abs(bounds.upper)
        assert sharp.lower >= bounds.lower - room
        widths.append(bounds.upper - bounds.lower)
    assert all(b <= a + 2 * room + 1e-12 * abs(log_y) for a, b in pairwise(widths))


@SOME
@given(plain_pairs)
def test_sharp_bounds_close_on_the_threshold(pair):
    bounds, log_y = sharp_bounds(*pair, 8), log_threshold(*pair)
    assert bounds.upper - bounds.lower <= 1e-12 * abs(log_y)
    assert bounds.lower == pytest.approx(log_y, rel=1e-12)


def test_counterexample_fixed_point_bounds_need_not_close():
    """For s > 1 − 1/√2 the fixed-point sequence may stop at a 2-cycle around y*."""
    bounds = fixed_point_bounds(2, 3, 0.97, 0.99, 200)
    assert bounds.upper - bounds.lower > 0.1


@FEW
@given(plain_pairs, st.floats(0.01, 0.5), st.booleans())
def test_descent_bounds_enclose_descent_thresholds(pair, share, sharp):
    n, r = pair[:2]
    rate = share * 0.3 / r ** (2 - 2 / n)
    bounds, found = descent_bounds(*pair, rate, sharp), descent_log_threshold(*pair, rate)
    assert bounds.lower <= found.safe + 1e-9
    assert found.supremum <= bounds.upper + 1e-9
    other = descent_bounds(*pair, rate, not sharp)
    tight, loose = (bounds, other) if sharp else (other, bounds)
    assert tight.lower >= loose.lower - 1e-9


@SOME
@given(st.one_of(st.floats(2.2, 30), st.just(math.inf)), st.floats(0.05, 0.3), st.floats(0.6, 0.95))
def test_thresholds_tend_to_the_law(depth, s, f):
    law = depth_law(depth, s, f)
    assert isinstance(law, Law)
    gap = 1e-7 * min(1, (depth - 2) ** 2)
    expected = law.log_constant + law.exponent * math.log(gap)
    # The double 1 + gap holds another gap, to 1e-9 of it.
    assert log_threshold(depth, 1 + gap, s, f) == pytest.approx(expected, abs=2e-4)
    assert uniform_law(depth, 1 + gap, s, f) == pytest.approx(expected, abs=2e-4)
    flat = depth_law(2, s, f)
    assert flat.exponent == -math.inf
    assert log_threshold(2, 1 + 1e-6, s, f) * 1e-6 == pytest.approx(flat.log_constant, rel=1e-4)
    assert depth_law(depth, s + 0.01, f).log_constant > law.log_constant


@SOME
@given(deep_pairs, st.sampled_from(["first", "second"]))
def test_the_uniform_law_is_never_undefined_and_rises_with_the_ratio(pair, order):
    n, r, s, f = pair
    assert not math.isnan(uniform_law(*pair, order))
    near = [uniform_law(n, 1 + 1e-3 * k * min(1, r - 1), s, f, order) for k in (1, 2)]
    assert near[0] <= near[1]


GAPS = np.geomspace(1e-6, 1e-3, 16)


@FEW
@given(st.floats(1, 12), st.floats(-5, 5), st.floats(-2, 2), st.permutations(range(16)))
def test_fits_recover_what_made_the_data_in_any_order(exponent, constant, bend, order):
    values = constant + exponent * np.log(GAPS) + bend * GAPS
    fit = fit_law(GAPS, values)
    assert isinstance(fit, LawFit)
    assert isinstance(fit.exponent, Estimate)
    assert fit.exponent.low <= fit.exponent.value <= fit.exponent.high
    assert fit.exponent.value == pytest.approx(exponent, abs=1e-6)
    assert fit.log_constant.value == pytest.approx(constant, abs=1e-5)
    shuffled = fit_law(GAPS[list(order)], values[list(order)])
    assert shuffled.exponent.value == pytest.approx(fit.exponent.value, abs=1e-9)
    assert prefer_law(GAPS, values - 200).law == "polynomial"
    assert prefer_law(GAPS, -(constant**2) - 1 - exponent / GAPS).law == "exponential"


def test_a_law_measured_from_the_flow_agrees():
    found = measure_depth_law(3, 0.1, 0.9, "LSODA", 12, 1e-9)
    assert isinstance(found, MeasuredLaw)
    assert found.law == "polynomial"
    assert found.slope.value == pytest.approx(3, rel=1e-3)
