"""Thresholds with proof in balls, and an example where the two ends differ, found by search."""

import numpy as np
import pytest

from stairwise.numerics import descent_rigorous
from stairwise.numerics.descent_rigorous import descends_incrementally, enclose_descent_threshold
from stairwise.numerics.descent_threshold import DescentThreshold, descent_log_threshold
from stairwise.numerics.fatou import LogMap

CASES = [
    (2, 1.5, 0.1, 0.9, 0.05 / 1.5),
    (2, 4.0, 0.1, 0.9, 0.05 / 4),
    (3, 1.5, 0.1, 0.9, 0.1),
    (1.7, 4.0, 0.1, 0.9, 0.02),
    (np.inf, 1.2, 0.1, 0.9, 0.3),
    (2, 1.02, 0.1, 0.9, 0.1),  # e^−225: more bits than the usual ones are needed
]


@pytest.mark.parametrize("case", CASES)
def test_float_thresholds_are_proven(case):
    ends, proven = descent_log_threshold(*case), enclose_descent_threshold(*case)
    assert proven.safe[0] <= ends.safe <= proven.safe[1]
    assert proven.supremum[0] <= ends.supremum <= proven.supremum[1]
    for low, high in (proven.safe, proven.supremum):
        assert (high - low) / 2 == pytest.approx(1e-11 * max(1, -low), rel=1e-3)
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


def step(x, target, rate):
    """One step of descent at depth 2."""
    return x * (1 + rate * target / 2 * (1 - x)) ** 2


@pytest.mark.parametrize(
    ("claim", "at", "side"),
    [
        ("no gap lies below the safe end", lambda y, i: i(y["following"], y["k"]), -1),
        ("a gap lies above the safe end", lambda y, i: i(y["safe"], y["k"] - 1), 1),
        ("the supremum is incremental", lambda y, i: i(y["supremum"], y["l"]), -1),
        ("nothing above it is", lambda y, i: i(y["before"], y["l"] - 1), 1),
    ],
)
def test_a_tie_within_the_radius_is_not_proven(claim, at, side):
    """f is put next to where i is at the claim's place; 1e-7 away, where 1e-6 does not show."""
    depth, ratio, s, rate = 2, 1.5, 0.1, 0.05 / 1.5
    proven = enclose_descent_threshold(depth, ratio, s, 0.9, rate)
    ends = descent_log_threshold(depth, ratio, s, 0.9, rate)
    maps = LogMap(np.array(1 / depth), np.array(rate))
    places = {
        "safe": np.exp(ends.safe),
        "following": np.exp(float(maps.back(np.array(ends.safe)))),
        "supremum": np.exp(ends.supremum),
        "before": step(np.exp(ends.supremum), 1, rate),
        "k": proven.safe_steps,
        "l": proven.supremum_steps,
    }

    def larger(y, steps):
        x = y / ratio
        for _ in range(steps):
            x = step(x, ratio, rate)
        return x

    f = at(places, larger) * (1 + 1e-7 * side)
    assert enclose_descent_threshold(depth, ratio, s, f, rate).safe_steps >= proven.safe_steps
    with pytest.raises(ArithmeticError, match=claim):
        enclose_descent_threshold(depth, ratio, s, f, rate, radius=1e-6)


def test_two_steps_are_proven_where_one_from_s_would_do():
    ratio, s, rate = 5.0, 0.45, 0.7
    before = np.exp(float(LogMap(np.array(0.5), np.array(rate)).back(np.log(s))))
    low, high = step(before / ratio, ratio, rate), step(s / ratio, ratio, rate)
    proven = enclose_descent_threshold(2, ratio, s, (low + high) / 2, rate)
    assert proven.supremum_steps == 2


def test_what_would_take_minutes_is_refused():
    with pytest.raises(ArithmeticError, match=r"log y = -46069\.8 is too far down to be proved"):
        enclose_descent_threshold(2, 1.0001, 0.1, 0.9, 0.5)
