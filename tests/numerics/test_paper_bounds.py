"""The paper's bounds: contain the threshold, void where they must be, equal to their formula."""

import math

import mpmath
import numpy as np
import pytest

from stairwise.numerics import Bounds, log_threshold, paper_bounds

RNG = np.random.default_rng(1909)


def _random_pairs(count):
    depth = np.where(RNG.random(count) < 0.2, np.inf, 2 + 10 ** RNG.uniform(-3, 3, count))
    depth[::7] = 2
    ratio = 1 + 10 ** RNG.uniform(-2, 3, count)
    return depth, ratio, RNG.uniform(0.001, 0.25, count), RNG.uniform(0.75, 0.999, count)


def test_the_threshold_lies_between_on_a_thousand_random_points():
    pairs = _random_pairs(1000)
    log_y, bounds = log_threshold(*pairs), paper_bounds(*pairs)
    assert np.all(bounds.lower <= log_y)
    assert np.all(log_y <= bounds.upper)
    void = (1 - pairs[3]) * pairs[1] <= 1
    assert np.array_equal(np.isneginf(bounds.lower), void)
    assert 50 < void.sum() < 950
    assert np.all(np.isfinite(bounds.upper))


@pytest.mark.parametrize("depth", [2, 2 + 1e-9, 3, 50, 1e9, math.inf])
@pytest.mark.parametrize("ratio", [1 + 1e-9, 1.5, 30.0, 1e9])
def test_equal_to_the_formula_in_fifty_digits(depth, ratio):
    s, f = 0.1, 0.9
    bounds = paper_bounds(depth, ratio, s, f)
    with mpmath.workdps(60):
        n, r, low, high = map(mpmath.mpf, (depth, ratio, s, f))
        gap = low / (r * high)
        gain = (1 - high) * r
        if depth == 2:
            upper = mpmath.log(low) + (1 - low) / (r - 1 + low) * mpmath.log(gap)
            lower = mpmath.log(low) + mpmath.log(gap) / (gain - 1)
        else:
            power = 1 if math.isinf(depth) else n / (n - 2)
            q = gap ** (1 / power)
            upper = mpmath.log(low) + power * mpmath.log((r - 1 + low) / (r - (1 - low) * q))
            lower = mpmath.log(low) + power * mpmath.log((gain - 1) / (gain - q))
        assert bounds.upper == pytest.approx(float(upper), rel=2e-14)
        if gain > 1:
            assert bounds.lower == pytest.approx(float(lower), rel=2e-13)
        else:
            assert bounds.lower == -math.inf


def test_shape_and_type():
    scalar = paper_bounds(2, 20, 0.1, 0.9)
    assert isinstance(scalar, Bounds)
    assert all(isinstance(value, float) for value in scalar)
    grid = paper_bounds(np.array([[2.0], [3.0]]), [5, 20, 50], 0.1, 0.9)
    assert grid.lower.shape == grid.upper.shape == (2, 3)
    assert grid.lower[0, 1] == scalar.lower


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.5, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got 0.5"),
        ((math.nan, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got nan"),
        (("2", 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got '2'"),
        ((True, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got True"),
        ((None, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got None"),
        ((2, 1, 0.1, 0.9), "ratio must be a finite number > 1; got 1.0"),
        ((2, [3.0, 0.5], 0.1, 0.9), "ratio must be a finite number > 1; got 0.5"),
        ((2, math.inf, 0.1, 0.9), "ratio must be a finite number > 1; got inf"),
        ((2, 2j, 0.1, 0.9), "ratio must be a finite number > 1; got 2j"),
        ((2, 2, 0, 0.9), "s must be such that 0 < s < f < 1; got 0.0"),
        ((2, 2, 0.1, 1), "f must be such that 0 < s < f < 1; got 1.0"),
        ((2, 2, 0.5, 0.5), "s must be such that 0 < s < f < 1; got s = 0.5, f = 0.5"),
        ((2, 2, [0.3, 0.6, 0.7], 0.5), "s must be such that 0 < s < f < 1; got s = 0.6, f = 0.5"),
        (
            ([2, 3], [2, 3, 4], 0.1, 0.9),
            "arguments must have shapes that broadcast; got depth (2,), ratio (3,), s (), f ()",
        ),
    ],
)
@pytest.mark.parametrize("function", [paper_bounds, log_threshold])
def test_bad_input_names_argument_rule_and_value(function, arguments, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        function(*arguments)
    assert str(caught.value) == message
