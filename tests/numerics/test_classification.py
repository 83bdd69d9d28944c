"""Thresholds of classification against integrated weights, and their laws against themselves."""

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
    with pytest.raises(ValueError, match="s must be such that 0 < s < f < 1"):
        orthogonal_log_threshold(2, 2.0, 0.9, 0.1)
