"""Thresholds with proof in balls, and an example where the two ends differ, found by search."""

import numpy as np
import pytest

from stairwise.numerics import descent_rigorous
from stairwise.numerics.descent_rigorous import descends_incrementally, enclose_descent_threshold
from stairwise.numerics.descent_threshold import DescentThreshold, descent_log_threshold

CASES = [
    (2, 1.5, 0.1, 0.9, 0.05 / 1.5),
    (2, 4.0, 0.1, 0.9, 0.05 / 4),
    (3, 1.5, 0.1, 0.9, 0.1),
    (1.7, 4.0, 0.1, 0.9, 0.02),
    (np.inf, 1.2, 0.1, 0.9, 0.3),
]


@pytest.mark.parametrize("case", CASES)
def test_float_thresholds_are_proven(case):
    ends, proven = descent_log_threshold(*case), enclose_descent_threshold(*case)
    assert proven.safe[0] <= ends.safe <= proven.safe[1]
    assert proven.supremum[0] <= ends.supremum <= proven.supremum[1]
    assert proven.safe[1] - proven.safe[0] < 1e-9
    assert proven.safe_steps >= proven.supremum_steps


def test_search_finds_ends_that_differ_and_both_are_proven():
    # Depth 2, s = 0.1, f = 0.9: the widest non-monotone stretch in a grid of ratios and rates.
    ratio, rate = np.meshgrid(np.linspace(1.3, 3, 8), np.linspace(0.05, 0.3, 6))
    ends = descent_log_threshold(2, ratio, 0.1, 0.9, rate)
    widest = np.argmax(ends.supremum - ends.safe)
    case = (2.0, float(ratio.flat[widest]), 0.1, 0.9, float(rate.flat[widest]))
    proven = enclose_descent_threshold(*case)
    assert proven.supremum[0] - proven.safe[1] > 0.1
    assert descends_incrementally(proven.safe[0], *case)
    assert not descends_incrementally(proven.safe[1], *case)  # a gap starts at the safe end,
    assert descends_incrementally(proven.supremum[0], *case)  # there are incremental y beyond it,
    assert not descends_incrementally(proven.supremum[1], *case)  # and none beyond the supremum


@pytest.mark.parametrize("shift", [-1, 1, 2])
def test_a_wrong_end_is_not_proven(monkeypatch, shift):
    case = CASES[0]
    ends = descent_log_threshold(*case)
    spacing = 0.0330578  # one step of j on the plateau

    def moved(*arguments):
        return DescentThreshold(ends.safe + shift * spacing, ends.supremum + shift * spacing)

    monkeypatch.setattr(descent_rigorous, "descent_log_threshold", moved)
    with pytest.raises(ArithmeticError, match="could not prove"):
        enclose_descent_threshold(*case, radius=1e-5)


def test_nothing_to_enclose_is_an_error():
    with pytest.raises(ArithmeticError, match="no finite descent threshold"):
        enclose_descent_threshold(1, 2.0, 0.1, 0.9, 0.1)
