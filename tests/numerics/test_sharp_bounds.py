"""Sharp, elementary and fixed-point bounds: order, tightness, convergence, arguments."""

import mpmath as mp
import numpy as np
import pytest

from stairwise.numerics import log_threshold
from stairwise.numerics._weighted_time import Pair
from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.elementary_bounds import _bracket, elementary_bounds
from stairwise.numerics.fixed_point_bounds import fixed_point_bounds
from stairwise.numerics.sharp_bounds import sharp_bounds

#: log y* at s = 1/10, f = 9/10, reference values (50-digit solves).
REFERENCE = {
    (2.0, 1.01): -442.6371731298969042257101,
    (2.0, 1.5): -11.79706564730934833152916,
    (2.0, 10.0): -2.997663356980562747475159,
    (2.5, 1.01): -23.37555186001502256526004,
    (2.5, 1.5): -6.586780287086264388832713,
    (2.5, 10.0): -2.693021054052143172461395,
    (3.0, 1.01): -15.93951697336988450765268,
    (3.0, 1.5): -5.420779231633697176205868,
    (4.0, 1.01): -11.78538194945110417455667,
    (4.0, 1.5): -4.589384094381624833554698,
    (10.0, 1.01): -8.388865440935743968821189,
    (10.0, 10.0): -2.429551060402256253186277,
    (np.inf, 1.01): -7.190023397074879787357478,
    (np.inf, 10.0): -2.402654461317170107474129,
}


def sample(count, seed):
    """The full range: depths with 2, ∞ and next to 2, r − 1 and s and 1 − f over many decades."""
    rng = np.random.default_rng(seed)
    depth = np.where(
        rng.random(count) < 0.4,
        rng.choice([2.0, 3.0, 4.0, 10.0, np.inf], count),
        2 + 10 ** rng.uniform(-9, 9, count),
    )
    ratio = 1 + 10 ** rng.uniform(-12, 12, count)
    wide = rng.random(count) < 0.5
    s = np.where(wide, 10 ** rng.uniform(-300, -0.01, count), rng.uniform(1e-6, 0.999, count))
    share = np.where(wide, 10 ** rng.uniform(-14, -0.01, count), rng.uniform(1e-6, 0.999, count))
    f = np.minimum(1 - (1 - s) * share, np.nextafter(1, 0))
    keep = (s < f) & (1 - f >= 1e-15)
    return depth[keep], ratio[keep], s[keep], f[keep]


def slack(log_y):
    """Rounding allowance: 4 ulp of log y."""
    return 4 * np.finfo(float).eps * np.maximum(1.0, np.abs(log_y))


@pytest.mark.parametrize(("point", "exact"), REFERENCE.items())
def test_reference_values_lie_between_and_order_4_pins_them(point, exact):
    depth, ratio = point
    # ratio − 1 carries the rounding of 1.01: log y* moves by up to |log y*|·ulp(r)/(r − 1).
    rounding = slack(exact) + 4 * abs(exact) * np.spacing(ratio) / (ratio - 1)
    for bounds in (
        elementary_bounds(depth, ratio, 0.1, 0.9),
        *(sharp_bounds(depth, ratio, 0.1, 0.9, order=k) for k in range(5)),
        *(fixed_point_bounds(depth, ratio, 0.1, 0.9, order=k) for k in range(5)),
    ):
        assert bounds.lower - rounding <= exact <= bounds.upper + rounding
    pinned = sharp_bounds(depth, ratio, 0.1, 0.9, order=4)
    assert pinned.upper - pinned.lower <= 2 * rounding


def test_nested_in_order_and_inside_the_papers_over_the_full_range():
    points = sample(2_000, seed=5)
    outer = paper_bounds(*points)
    for order in range(5):
        inner = sharp_bounds(*points, order=order)
        assert np.all(np.isfinite(inner.lower))
        assert np.all(outer.lower <= inner.lower)
        assert np.all(inner.lower <= inner.upper)
        assert np.all(inner.upper <= outer.upper)
        outer = inner


def test_elementary_bounds_hold_and_are_never_looser_than_the_papers():
    points = sample(4_000, seed=6)
    paper, inner = paper_bounds(*points), sharp_bounds(*points, order=8)
    bounds = elementary_bounds(*points)
    room = slack(inner.lower)
    assert np.all(np.isfinite(bounds.lower))
    assert np.all(paper.lower <= bounds.lower)
    assert np.all(bounds.upper <= paper.upper)
    assert np.all(bounds.lower <= inner.upper + room)
    assert np.all(inner.lower <= bounds.upper + room)


def test_elementary_bounds_without_the_papers_are_as_tight_in_themselves():
    depth, ratio, s, f = sample(4_000, seed=7)
    paper = paper_bounds(depth, ratio, s, f)
    with np.errstate(all="ignore"):
        far, near = _bracket(Pair.of(depth, ratio, s, f))
    room = slack(np.log(s) - far)
    assert np.all(paper.lower <= np.log(s) - far + room)
    assert np.all(np.log(s) - near <= paper.upper + room)


@pytest.mark.parametrize("depth", [2.001, 2.01])
def test_elementary_bounds_where_s_over_r_is_below_the_normal_floats(depth):
    point = (depth, 100.0, 5e-307, 1 - 1e-6)
    bounds, exact = elementary_bounds(*point), log_threshold(*point)
    assert bounds.lower < exact < bounds.upper
    assert bounds.upper - bounds.lower < 1e-5


def test_elementary_width_in_the_papers_range():
    rng = np.random.default_rng(8)
    s, f = rng.uniform(1e-4, 0.25, 4_000), 1 - rng.uniform(1e-4, 0.25, 4_000)
    ratio = 1 + 10 ** rng.uniform(-3, 3, 4_000)
    depth = rng.choice([2.0, 3.0, 4.0, 5.0, 10.0, np.inf], 4_000)
    bounds = elementary_bounds(depth, ratio, s, f)
    assert np.max(bounds.upper - bounds.lower) < 0.5


def test_sharp_brackets_lie_inside_the_fixed_point_ones():
    points = sample(2_000, seed=9)
    for order in range(4):
        sharp = sharp_bounds(*points, order=order)
        plain = fixed_point_bounds(*points, order=order)
        room = 1e3 * slack(sharp.lower)  # 1 − e rounds at N = 2 + 1e-9
        assert np.all(sharp.lower >= plain.lower - room)
        assert np.all(sharp.upper <= plain.upper + room)


def test_fixed_point_sequence_stalls_for_large_s_where_the_sharp_one_converges():
    point = (2.0, 3.0, 0.97, 0.99)
    late = fixed_point_bounds(*point, order=200)
    later = fixed_point_bounds(*point, order=201)
    assert late.upper - late.lower > 0.1
    assert later == pytest.approx(late, abs=1e-12)
    sharp = sharp_bounds(*point, order=12)
    assert sharp.upper - sharp.lower < 1e-14


def test_fixed_point_sequence_converges_in_the_papers_range():
    rng = np.random.default_rng(10)
    s, f = rng.uniform(0.01, 0.25, 200), rng.uniform(0.75, 0.99, 200)
    ratio = 1 + 10 ** rng.uniform(-3, 3, 200)
    depth = rng.choice([2.0, 2.5, 3.0, 10.0, np.inf], 200)
    bounds = fixed_point_bounds(depth, ratio, s, f, order=60)
    assert np.all(bounds.upper - bounds.lower <= 2 * slack(bounds.lower))


def test_width_shrinks_quadratically():
    widths = []
    for order in range(3):
        bounds = sharp_bounds(2.0, 10.0, 0.1, 0.9, order=order)
        widths.append(bounds.upper - bounds.lower)
    assert widths[1] < 0.02 * widths[0] ** 2 * 10
    assert widths[2] < 0.02 * widths[1] ** 2 * 10


def test_threshold_of_40_digits_lies_between():
    rng = np.random.default_rng(11)
    with mp.workdps(40):
        for _ in range(25):
            ratio = 1 + 10 ** rng.uniform(-3, 3)
            s, f = np.sort(rng.uniform(0.01, 0.99, 2))
            exact = _depth_2_threshold(ratio, s, f)
            for order in range(4):
                bounds = sharp_bounds(2, ratio, s, f, order=order)
                room = float(slack(float(exact)))
                assert bounds.lower - room <= exact <= bounds.upper + room


def _depth_2_threshold(ratio, s, f):
    """log y* at depth 2 by bisection on the equation of `exact-threshold` there."""
    r, low, high = mp.mpf(float(ratio)), mp.mpf(float(s)), mp.mpf(float(f))

    def excess(log_y):
        y = mp.e**log_y
        fast = mp.log(high * (r - y) / ((1 - high) * y)) / r
        return mp.log(low * (1 - y) / ((1 - low) * y)) - fast

    right = mp.log(low)
    left = right - 1
    while excess(left) < 0:
        left = right + 2 * (left - right)
    for _ in range(140):
        middle = (left + right) / 2
        left, right = (middle, right) if excess(middle) > 0 else (left, middle)
    return left


def test_below_depth_2_an_upper_bound_of_minus_infinity_proves_that_nothing_is_incremental():
    # r_c(1.5; 0.1, 0.9) = 6.129962 (`critical-ratio`).
    assert sharp_bounds(1.5, 6.12, 0.1, 0.9, order=8) == Bounds(-np.inf, -np.inf)
    above = sharp_bounds(1.5, 6.14, 0.1, 0.9, order=8)
    assert np.isfinite(above.lower)


def test_scalars_give_floats_and_arrays_broadcast():
    assert isinstance(sharp_bounds(2, 1.5, 0.1, 0.9).lower, float)
    bounds = sharp_bounds([[2], [3]], [1.5, 2, 4], 0.1, 0.9)
    assert bounds.lower.shape == bounds.upper.shape == (2, 3)


@pytest.mark.parametrize("bounds", [sharp_bounds, elementary_bounds, fixed_point_bounds])
def test_bad_input_is_named(bounds):
    with pytest.raises(ValueError, match=r"ratio must be a finite number > 1; got 1\.0"):
        bounds(2, 1.0, 0.1, 0.9)
    with pytest.raises(ValueError, match=r"s must be such that 0 < s < f < 1; got s = 0\.9"):
        bounds(2, 1.5, 0.9, 0.9)
    with pytest.raises(ValueError, match=r"depth must be a real number ≥ 1, or inf; got 0\.5"):
        bounds(0.5, 1.5, 0.1, 0.9)


def test_bad_order_is_named():
    with pytest.raises(ValueError, match="order must be a whole number ≥ 0; got -1"):
        sharp_bounds(2, 1.5, 0.1, 0.9, order=-1)
    with pytest.raises(ValueError, match=r"order must be a whole number ≥ 0; got 1\.0"):
        sharp_bounds(2, 1.5, 0.1, 0.9, order=1.0)
