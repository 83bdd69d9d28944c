"""Descent against flow: the measured shift of the threshold, and the predicted one."""

import numpy as np
import pytest

from stairwise.numerics.descent_shift import first_order_shift, smooth_log_threshold
from stairwise.numerics.descent_threshold import descent_log_threshold
from stairwise.numerics.threshold import log_threshold

DEPTHS = [2, 2.5, 3, 4, np.inf]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("ratio", [1.2, 1.5, 4.0])
def test_predicted_shift_is_the_measured_one_to_second_order(depth, ratio):
    flow = log_threshold(depth, ratio, 0.1, 0.9)
    predicted = first_order_shift(depth, ratio, 0.1, 0.9)
    rates = np.array([1e-4, 1e-3, 1e-2]) / ratio ** (2 - 2 / depth)
    shift = smooth_log_threshold(depth, ratio, 0.1, 0.9, rates) - flow
    rest = (shift - predicted * rates) / rates**2
    # Second order: what is left over η² is one number, and the prediction is most of the shift.
    assert rest[1] == pytest.approx(rest[2], rel=0.15, abs=2e-4)
    assert abs(shift[0]) > 50 * abs(shift[0] - predicted * rates[0])


@pytest.mark.parametrize("depth", DEPTHS)
def test_whole_steps_lie_within_a_step_of_real_ones(depth):
    rates = np.geomspace(1e-4, 8e-3, 12)
    real = smooth_log_threshold(depth, 1.5, 0.1, 0.9, rates)
    ends = descent_log_threshold(depth, 1.5, 0.1, 0.9, rates)
    one_step = rates * np.exp((1 - 2 / depth) * real)
    assert np.all(ends.supremum <= real + 1e-12)
    assert np.all(ends.supremum >= real - one_step)
    assert np.all(ends.safe < real)


@pytest.mark.parametrize("depth", [2.5, 3, np.inf])
@pytest.mark.parametrize("excess", [1e-2, 1e-5, 1e-8, 1e-12])
def test_ratios_close_to_one_keep_all_digits(depth, excess):
    # The two step counts nearly cancel: by a plain difference 1e-5 in log y at r = 1 + 1e-10.
    rate, ratio = 1e-6, 1 + excess
    flow = log_threshold(depth, ratio, 0.1, 0.9)
    predicted = flow + rate * first_order_shift(depth, ratio, 0.1, 0.9)
    assert smooth_log_threshold(depth, ratio, 0.1, 0.9, rate) == pytest.approx(predicted, abs=3e-13)


def test_depth_2_far_below_the_range_of_floats():
    flow = log_threshold(2, 1.0001, 0.1, 0.9)
    assert flow < -4e4
    predicted = flow + 1e-6 * first_order_shift(2, 1.0001, 0.1, 0.9)
    assert smooth_log_threshold(2, 1.0001, 0.1, 0.9, 1e-6) == pytest.approx(predicted, rel=1e-12)


def test_large_rates_have_no_real_steps():
    with pytest.raises(ValueError, match=r"real step counts \(error bound 1e-06\)"):
        smooth_log_threshold(2, 1.5, 0.1, 0.9, 0.5)
