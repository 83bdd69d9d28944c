"""Blind recovery of exponent and constant: the intervals contain the truth and are narrow."""

from fractions import Fraction

import numpy as np
import pytest

from stairwise.numerics.law import depth_law
from stairwise.numerics.law_fit import fit_law, prefer_law
from stairwise.numerics.rigorous import enclose_log_threshold
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import log_threshold

DEPTHS = (2.0, 2.5, 3.0, 4.0, 5.0, 10.0, 50.0, np.inf)


def truth(depth, s, f):
    law = depth_law(depth, s, f)
    return (-1.0, np.log(-law.log_constant)) if depth == 2 else law


def gaps_and_ratios(low=1e-6, count=25):
    ratios = 1 + np.geomspace(1e-3, low, count)
    return ratios - 1, ratios


def kind(depth):
    return "exponential" if depth == 2 else "polynomial"


@pytest.mark.parametrize("depth", [2.5, 3.0, 4.0, 10.0])
def test_fit_of_log_threshold_contains_the_truth(depth):
    gaps, ratios = gaps_and_ratios(1e-5, 15)
    fit = fit_law(gaps, log_threshold(depth, ratios, 0.1, 0.9))
    for estimate, exact in zip(fit[:2], truth(depth, 0.1, 0.9), strict=True):
        assert estimate.low <= exact <= estimate.high
        assert estimate.high - estimate.low < 1e-3


def coverage(trials, noise, seed):
    """Misses among trials × 2 intervals, and the widest interval."""
    rng = np.random.default_rng(seed)
    gaps, ratios = gaps_and_ratios()
    missed, widest = 0, 0.0
    for _ in range(trials):
        depth = rng.choice(DEPTHS)
        s, f = rng.uniform(0.01, 0.25), rng.uniform(0.75, 0.99)
        bounds = sharp_bounds(depth, ratios, s, f, order=6)
        values = (bounds.lower + bounds.upper) / 2 * (1 + noise * rng.standard_normal(len(gaps)))
        fit = fit_law(gaps, values, kind(depth))
        for estimate, exact in zip(fit[:2], truth(depth, s, f), strict=True):
            missed += not estimate.low <= exact <= estimate.high
            widest = max(widest, estimate.high - estimate.low)
    return missed, widest


@pytest.mark.parametrize(("noise", "width"), [(0.0, 1e-3), (1e-9, 1e-3), (1e-5, 0.1)])
def test_intervals_cover_the_truth(noise, width):
    missed, widest = coverage(12, noise, seed=21)
    assert missed == 0
    assert widest < width


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 1e-9, 1e-5])
def test_intervals_cover_the_truth_in_many_trials(noise):
    missed, _ = coverage(300, noise, seed=22)
    assert missed <= 0.01 * 600


def test_wrong_constants_fall_outside():
    gaps, ratios = gaps_and_ratios()
    bounds = sharp_bounds(3.0, ratios, 0.1, 0.9, order=6)
    fit = fit_law(gaps, bounds.lower)
    exponent, constant = truth(3.0, 0.1, 0.9)
    assert not fit.exponent.low <= exponent * (1 + 1e-4) <= fit.exponent.high
    assert not fit.log_constant.low <= constant * (1 + 1e-3) <= fit.log_constant.high


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_right_law_is_preferred(depth):
    gaps, ratios = gaps_and_ratios()
    bounds = sharp_bounds(depth, ratios, 0.1, 0.9, order=6)
    assert prefer_law(gaps, bounds.upper).law == kind(depth)


def test_gaps_of_any_size():
    gaps = [Fraction(1, 10**k) for k in range(200, 302, 9)]
    values = [float(enclose_log_threshold(3, 1 + gap, "0.1", "0.9", 20)) for gap in gaps]
    fit = fit_law([float(gap) for gap in gaps], values)
    exponent, constant = truth(3.0, 0.1, 0.9)
    assert fit.exponent.low <= exponent <= fit.exponent.high
    assert fit.log_constant.low <= constant <= fit.log_constant.high
    assert fit.exponent.high - fit.exponent.low < 1e-12


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"must be 1-d and of one length; got shapes \(3,\) and"):
        fit_law([1e-3, 1e-4, 1e-5], [-1.0, -2.0])
    with pytest.raises(ValueError, match=r"gap must be .* 8 different values; got 3"):
        fit_law([1e-3, 1e-4, 1e-5], [-1.0, -2.0, -3.0])
    with pytest.raises(
        ValueError, match=r"log_threshold must be finite, at most 1e\+150 in size; got -inf"
    ):
        fit_law(np.geomspace(1e-3, 1e-5, 8), [-np.inf] * 8)
    with pytest.raises(ValueError, match=r"gap must be .* 8 different values; got 1"):
        fit_law([1e-3] * 9, -np.arange(1.0, 10.0))
    with pytest.raises(ValueError, match=r"log_threshold must not be constant; got -1\.0"):
        prefer_law(np.geomspace(1e-3, 1e-5, 8), [-1.0] * 8)
    with pytest.raises(ValueError, match="law must be one of polynomial, exponential"):
        fit_law(np.geomspace(1e-3, 1e-5, 8), [-1.0] * 8, "linear")
