"""The problem table itself: complete, consistent with its tags, and its references right."""

import json
import math

import make_problems
import pytest
from mpmath import mp, mpf
from problems import PROBLEMS, REGIMES, SOLVABLE, VALUES, key, pairs, tagged


def test_every_problem_has_a_reference_and_none_is_left_over():
    assert {key(pair) for pair in pairs()} == set(json.loads(VALUES.read_text()))
    assert len(PROBLEMS) == len(set(pairs())) >= 40


def test_every_regime_is_known_and_has_at_least_three_problems():
    assert all(problem.regimes and problem.regimes <= set(REGIMES) for problem in PROBLEMS)
    assert all(len(tagged(regime)) >= 3 for regime in REGIMES)


def test_depths_cover_every_kind():
    depths = {problem.depth for problem in PROBLEMS}
    assert {1.0, 2.0, 3.0, 4.0, 10.0, math.inf} <= depths
    assert any(1 < depth < 2 for depth in depths)
    assert any(2 < depth < 2.01 for depth in depths)
    assert any(1e6 < depth < math.inf for depth in depths)


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_tags_mean_what_they_say(problem):
    tags, (depth, ratio, s, f) = problem.regimes, problem.pair
    log_y = float(problem.reference)
    k = 1 - 2 / depth
    waits = k * -log_y if k > 0 else 0.0  # log of the plateau time y^{−k}
    assert ("near-tie" in tags) == (ratio - 1 <= 0.0101)
    assert ("fractional" in tags) == (depth != math.inf and depth != round(depth))
    assert ("none" in tags) == (log_y == -math.inf)
    assert "plateau" not in tags or waits > math.log(1e12) or log_y < -400
    ends = (s, 1 - s, 1 - f, 1 / ratio, 1 / depth, ratio - 1, abs(depth - 2) or 1)
    assert ("extreme" in tags) == (min(end or 1 for end in ends) < 1.5e-9)


@pytest.mark.parametrize("problem", SOLVABLE, ids=str)
def test_references_have_fifty_digits_and_lie_below_the_fraction_s(problem):
    with mp.workdps(60):
        assert mpf(problem.reference) < mp.log(mpf(problem.s))
    digits = problem.reference.replace("-", "").replace(".", "").lstrip("0")
    assert 45 <= len(digits) <= 51  # trailing zeros are not printed


@pytest.mark.parametrize("problem", [*tagged("easy")[:3], *tagged("none")], ids=str)
def test_references_are_what_the_script_computes(problem):
    assert make_problems.log_threshold(*problem.pair) == problem.reference


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_all_references_are_what_the_script_computes(problem):
    assert make_problems.log_threshold(*problem.pair) == problem.reference
