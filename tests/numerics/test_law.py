"""The law of depth separation and its uniform approximation, against bounds of high order."""

import mpmath as mp
import numpy as np
import pytest

from stairwise.numerics.law import Law, depth_law, uniform_law
from stairwise.numerics.sharp_bounds import sharp_bounds


def pinned(depth, ratio, s=0.1, f=0.9):
    """log y* as the middle of a bracket that is down to rounding."""
    bounds = sharp_bounds(depth, ratio, s, f, order=8)
    return (bounds.lower + bounds.upper) / 2


def error(order, depth, gap, s=0.1, f=0.9):
    ratio = 1 + np.asarray(gap)
    return uniform_law(depth, ratio, s, f, order) - pinned(depth, ratio, s, f)


@pytest.mark.parametrize("depth", [2, 2.001, 2.5, 3, 4, 10, 1e6, np.inf])
@pytest.mark.parametrize(("s", "f"), [(0.1, 0.9), (0.01, 0.99), (1e-6, 0.999999)])
def test_constants_match_the_integral_at_30_digits(depth, s, f):
    law = depth_law(depth, s, f)
    with mp.workdps(30):
        e = mp.mpf(1) if np.isinf(depth) else 1 - 2 / mp.mpf(depth)
        ends = [mp.log(mp.mpf(x) / (1 - mp.mpf(x))) for x in (s, f)]
        time = mp.quad(lambda u: (1 + mp.e**-u) ** e, mp.linspace(*ends, 40))
        if depth == 2:
            assert law == Law(-np.inf, pytest.approx(float(-time), rel=1e-14))
            return
        assert law.exponent == pytest.approx(float(1 / e), rel=1e-12)
        assert law.log_constant * float(e) == pytest.approx(float(-mp.log(e * time)), rel=1e-13)


@pytest.mark.parametrize("depth", [2.5, 3, 4, 10, np.inf])
def test_thresholds_follow_the_law_as_the_ratio_tends_to_1(depth):
    law = depth_law(depth, 0.1, 0.9)
    gaps = (1 + np.array([1e-3, 1e-5, 1e-7])) - 1
    miss = np.abs(pinned(depth, 1 + gaps) - law.log_constant - law.exponent * np.log(gaps))
    assert np.all(miss < 10 * gaps * (1 + np.abs(np.log(gaps))))


def test_another_exponent_or_constant_is_refuted():
    law = depth_law(3, 0.1, 0.9)
    gap = (1 + 1e-7) - 1
    exact = pinned(3, 1 + gap)
    assert abs(law.log_constant + 1.001 * law.exponent * np.log(gap) - exact) > 0.01
    assert abs(1.001 * law.log_constant + law.exponent * np.log(gap) - exact) > 0.001


def test_depth_2_is_exponential():
    law = depth_law(2, 0.1, 0.9)
    assert law.exponent == -np.inf
    assert law.log_constant == pytest.approx(-np.log(81), rel=1e-15)
    gap = (1 + 1e-6) - 1
    assert pinned(2, 1 + gap) * gap == pytest.approx(law.log_constant, rel=1e-5)


@pytest.mark.parametrize("depth", [2, 2 + 1e-6, 2.001, 2.01, 2.1, 2.5, 3, 4, 10, 1e3, np.inf])
def test_stated_error_of_the_uniform_law(depth):
    e = 1 - 2 / depth
    gap = (1 + np.geomspace(1e-1, 1e-6, 11)) - 1
    first, second = error("first", depth, gap), error("second", depth, gap)
    exact = pinned(depth, 1 + gap)
    rounding = 1e-15 * np.abs(exact) / gap ** (depth < 2.2)
    assert np.all(np.abs(first) <= 3.2 * gap / (gap + e) + rounding)
    assert np.all(np.abs(second) <= 0.6 * gap**2 / (gap + e) * (1 + np.abs(np.log(gap))) + rounding)


def test_uniform_law_through_the_crossover():
    gap = (1 + 1e-4) - 1
    for scaled in (-0.02, 0.0, 0.05, 0.5, 5.0, 50.0):
        depth = 2 / (1 - scaled * gap)
        exact = pinned(depth, 1 + gap)
        assert uniform_law(depth, 1 + gap, 0.1, 0.9, "first") == pytest.approx(exact, abs=5)
        assert uniform_law(depth, 1 + gap, 0.1, 0.9) == pytest.approx(exact, abs=6e-5)


def test_uniform_law_ends_at_the_critical_ratio_below_depth_2():
    # r_c(1.99; 0.1, 0.9) = 1.0223436 (`critical-ratio`); to first order 1 + 0.005025·T.
    assert uniform_law(1.99, 1.0215, 0.1, 0.9, "first") == -np.inf
    assert np.isfinite(uniform_law(1.99, 1.0240, 0.1, 0.9, "first"))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"depth must be a real number ≥ 2, or inf .*; got 1\.9"):
        depth_law(1.9, 0.1, 0.9)
    with pytest.raises(ValueError, match="order must be one of first, second; got 'third'"):
        uniform_law(3, 1.1, 0.1, 0.9, "third")
