"""Descent thresholds against the definition, by plain iteration of both values."""

import numpy as np
import pytest

from stairwise.numerics.descent_threshold import descent_log_threshold


def incremental(log_y, depth, ratio, s, f, rate, limit=200_000):
    """The definition in log σ: after some whole number of steps σ_j ≤ s and σ_i ≥ f r."""
    small = np.array(log_y, dtype=float)
    large = small - np.log(ratio)
    found = np.zeros(small.shape, dtype=bool)
    power = 1 - 2 / depth

    def step(x, c):
        force = c * np.exp(power * x) * -np.expm1(x)
        return x + (force if depth == np.inf else depth * np.log1p(force / depth))

    for _ in range(limit):
        low = small <= np.log(s)
        found |= low & (large >= np.log(f))
        if not np.any(low & ~found):
            return found
        small, large = step(small, rate), step(large, rate * ratio ** (2 - 2 / depth))
    raise AssertionError("the limit of steps is too small for this probe")


@pytest.mark.parametrize(
    ("ratio", "safe", "supremum"),
    [(1.5, -11.819871, -11.753754), (2, -7.293074, -7.268246), (4, -4.145490, -4.145490)],
)
def test_values_at_a_twentieth_over_the_ratio(ratio, safe, supremum):
    # The notes give −11.7868 at r = 1.5: that is the end of an incremental interval between two
    # gaps; initialisations in (−11.8199, −11.8040) below it are not incremental.
    got = descent_log_threshold(2, ratio, 0.1, 0.9, 0.05 / ratio)
    assert got.safe == pytest.approx(safe, abs=1e-6)
    assert got.supremum == pytest.approx(supremum, abs=1e-6)


def test_the_gap_below_the_value_of_the_notes():
    probes = np.array([-11.83, -11.8199, -11.8198, -11.81, -11.8041, -11.8039, -11.7869, -11.78])
    expected = [True, True, False, False, False, True, True, False]
    assert incremental(probes, 2, 1.5, 0.1, 0.9, 0.05 / 1.5).tolist() == expected
