"""The numerical checks of the descent statements pass, and fail for perturbed claims."""

from dataclasses import replace

import pytest

from stairwise.reports.checks.descent import descent_bounds, descent_map
from stairwise.theory.descent_bounds import DESCENT_BOUNDS
from stairwise.theory.descent_map import DESCENT_MAP


@pytest.mark.parametrize(
    ("statement", "checks"), [(DESCENT_MAP, descent_map), (DESCENT_BOUNDS, descent_bounds)]
)
def test_checks_pass(statement, checks):
    results = list(checks(statement))
    assert len(results) >= 3
    assert [check.label for check in results if not check.passed] == []


@pytest.mark.parametrize(
    ("statement", "checks", "name", "twin"),
    [
        (DESCENT_MAP, descent_map, "every depth", 0),
        (DESCENT_MAP, descent_map, "infinite depth", 0),
        (DESCENT_MAP, descent_map, "increasing up to f", 1),
        (DESCENT_BOUNDS, descent_bounds, "sufficient", 0),
        (DESCENT_BOUNDS, descent_bounds, "necessary", 0),
        (DESCENT_BOUNDS, descent_bounds, "step time from above", 0),
        (DESCENT_BOUNDS, descent_bounds, "step time from below, depth > 2", 0),
    ],
)
def test_a_perturbed_claim_fails(statement, checks, name, twin):
    case = statement.case(name)
    false = case.twin(case.twins[twin])
    cases = tuple(false if item.name == name else item for item in statement.cases)
    assert not all(check.passed for check in checks(replace(statement, cases=cases)))
