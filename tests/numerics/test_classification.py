"""Thresholds of classification against integrated weights, and their laws against themselves."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics.classification import (
    one_sample_law,
    one_sample_log_threshold,
    orthogonal_law,
    orthogonal_log_threshold,
)


def integrate(depth, sigma0, samples, stop):
    """Flow of u and v on mean exponential loss, integrated as weights, until `stop` is 0."""
    count = samples.shape[1]

    def values(w):
        return w[:count] ** depth - w[count:] ** depth

    def rate(_t, w):
        pull = samples.T @ np.exp(-samples @ values(w))
        u, v = w[:count], w[count:]
        return np.r_[u ** (depth - 1) * pull, -(v ** (depth - 1)) * pull] / depth

    def event(_t, w):
        return stop(values(w))

    event.terminal = True
    run = solve_ivp(
        rate,
        (0, 1e9),
        np.full(2 * count, sigma0 ** (1 / depth)),
        "LSODA",
        events=event,
        rtol=1e-10,
        atol=1e-12 * sigma0 ** (1 / depth),
    )
    assert run.status == 1
    return values(run.y[:, -1])


@pytest.mark.parametrize(("depth", "ratio"), [(2, 2.0), (2, 1.3), (3, 1.5), (3, 1.1), (5, 1.1)])
def test_one_sample_threshold_is_that_of_the_weights(depth, ratio):
    s, margin = 0.1, 2.0
    threshold = one_sample_log_threshold(depth, ratio, s, margin)
    sample = np.array([[ratio, 1.0]])
    for shift, below in ((-1e-3, True), (1e-3, False)):
        larger, smaller = integrate(
            depth, np.exp(threshold + shift), sample, lambda x: sample[0] @ x - margin
        )
        assert (smaller < s * larger) == below
        assert smaller == pytest.approx(s * larger, rel=1e-2)


@pytest.mark.parametrize(("depth", "ratio"), [(2, 3.0), (2, 1.5), (3, 1.5), (5, 1.1)])
def test_orthogonal_threshold_is_that_of_the_weights(depth, ratio):
    s, f, margin = 0.1, 0.9, 2.0
    threshold = orthogonal_log_threshold(depth, ratio, s, f, margin)
    for shift, below in ((-2e-3, True), (2e-3, False)):
        ends = integrate(
            depth,
            np.exp(threshold + shift),
            np.diag([ratio, 1.0]),
            lambda x: ratio * x[0] - f * margin,
        )
        assert (ends[1] < s * margin) == below
        assert ends[1] == pytest.approx(s * margin, rel=2e-2)


@pytest.mark.parametrize("threshold", [one_sample_log_threshold, orthogonal_log_threshold])
def test_depth_two_is_exponential_and_more_is_polynomial(threshold):
    """The exponents from thresholds alone, against those of the laws."""
    one = threshold is one_sample_log_threshold
    levels = (0.1,) if one else (0.1, 0.9)
    law = one_sample_law if one else orthogonal_law
    gaps = np.array([1e-3, 2e-3, 4e-3])
    for depth in (2, 2.5, 3, 5):
        logs = np.array([threshold(depth, 1 + gap, *levels) for gap in gaps])
        exponent, log_constant = law(depth, *levels)
        if depth == 2:
            assert exponent == -np.inf
            assert gaps * logs == pytest.approx(log_constant, rel=0.02)
            assert abs(gaps[0] * logs[0] / log_constant - 1) < abs(
                gaps[2] * logs[2] / log_constant - 1
            )
        else:
            slopes = np.diff(logs) / np.diff(np.log(gaps))
            assert exponent == pytest.approx(depth / (depth - 2))
            assert slopes == pytest.approx(exponent, rel=0.01)
            assert logs[0] == pytest.approx(log_constant + exponent * np.log(gaps[0]), abs=0.05)


def to_digits(depth, ratio, s):
    """The one-sample threshold by bisection of its definition in the clock, to 100 digits."""
    with mpmath.workdps(120):
        r, level = mpmath.mpf(ratio), mpmath.mpf(s)
        kappa = mpmath.mpf(1) if depth == np.inf else 1 - 2 / mpmath.mpf(depth)

        def value(a, part):
            """σ/σ0 at `part` of the clock at which the larger side is e^a."""
            if kappa == 0:
                return 2 * mpmath.sinh(a * part)
            phi = -mpmath.expm1(-kappa * a) * part
            return (1 - phi) ** (-1 / kappa) - (1 + phi) ** (-1 / kappa)

        low = mpmath.mpf(-60)
        high = min(mpmath.mpf(45), mpmath.log(250 / kappa) if kappa else mpmath.mpf(45))
        for _ in range(200):
            a = mpmath.exp((low + high) / 2)
            below = value(a, 1 / r) < level * value(a, 1)
            low, high = (low, (low + high) / 2) if below else ((low + high) / 2, high)
        return float(-mpmath.log(value(mpmath.exp(low), 1)) - mpmath.log(r + level))


@pytest.mark.parametrize("depth", [2, 2 + 1e-10, 2.001, 3, 50, np.inf])
@pytest.mark.parametrize(
    ("ratio", "s"),
    [
        (1.5, 0.1),
        (1e12, 2e-14),
        (1 + 1e-7, 0.25),
        (1.3, 1e-30),
        (1.5, (1 / 1.5) * (1 - 1e-16)),
        (1.4674310557899182, 0.6814630207357091),
        (2.0, 0.5 * (1 - 1e-12)),
        (100.0, 0.01 * (1 - 1e-3)),
    ],
)
def test_one_sample_threshold_to_all_its_digits(depth, ratio, s):
    found, expected = one_sample_log_threshold(depth, ratio, s), to_digits(depth, ratio, s)
    assert abs(found - expected) <= 1e-14 * max(1, abs(expected))


def test_ratios_and_fractions_at_the_ends_of_float64():
    # φ/r underflows: the slower value is 2 φ/(κ r), and the faster one s r times smaller.
    found = one_sample_log_threshold(2 + 2**-51, 1.7e308, 5e-324)
    assert found == pytest.approx(one_sample_log_threshold(2, 1.7e308, 5e-324), rel=1e-9)
    assert -760 < found < -740


def test_large_margins_and_small_fractions_are_found():
    # At depth 2 the law is exact at r → 1, and one over r above it.
    for margin in (100, 500):
        law = orthogonal_law(2, 0.1, 0.9, margin)
        found = orthogonal_log_threshold(2, 1 + 1e-6, 0.1, 0.9, margin)
        assert found * 1e-6 == pytest.approx(law.log_constant, rel=1e-2)
    assert orthogonal_log_threshold(3, 1.5, 0.1, 0.9, 500) < -1300
    for depth in (2, 2.0001, 3):
        assert -1e5 < orthogonal_log_threshold(depth, 1.5, 1e-300, 0.9) < -600
    near = [orthogonal_log_threshold(n, 2.0, 0.1, 0.9) for n in (2, 2 + 1e-9, 2.001)]
    assert near[1] == pytest.approx(near[0], rel=1e-6)
    assert near[2] == pytest.approx(near[0], rel=1e-2)
    assert orthogonal_log_threshold(2, 5.0, 0.1, 0.9) == np.inf


def test_extremes_stay_numbers():
    assert one_sample_log_threshold(2, 1 + 1e-8, 0.01) == pytest.approx(
        np.log(0.01) * 1e8, rel=1e-6
    )
    assert np.isfinite(one_sample_log_threshold(np.inf, 1 + 1e-8, 1e-6))
    assert one_sample_log_threshold(3, 2.0, 0.6) == np.inf  # s ≥ 1/r: every initialisation
    assert np.isfinite(one_sample_log_threshold(3, 2.0, 0.4))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="depth must be a real number ≥ 2, or inf; got 1"):
        one_sample_log_threshold(1, 2.0, 0.1)
    with pytest.raises(ValueError, match=r"ratio must be a finite number > 1; got 1\.0"):
        one_sample_log_threshold(2, 1.0, 0.1)
    with pytest.raises(ValueError, match=r"s must be a number between 0 and 1; got 1\.5"):
        one_sample_log_threshold(2, 2.0, 1.5)
    with pytest.raises(ValueError, match=r"ratio must be one number; got an array of shape \(2,\)"):
        one_sample_log_threshold(2, [1.5, 2.0], 0.1)
    with pytest.raises(ValueError, match=r"margin must be at most 500; got 1000\.0"):
        orthogonal_law(3, 0.1, 0.9, 1000)
    with pytest.raises(ValueError, match="s must be such that 0 < s < f < 1"):
        orthogonal_log_threshold(2, 2.0, 0.9, 0.1)
