"""The numerical checks of `diagonal` and `convolution` pass, and see perturbed claims."""

from dataclasses import replace

import pytest

from stairwise.reports.checks.convolution import convolution
from stairwise.reports.checks.diagonal import diagonal
from stairwise.theory.convolution import CONVOLUTION
from stairwise.theory.diagonal import DIAGONAL


def with_twin(statement, name):
    """The statement with the first false twin in the place of one case."""
    cases = tuple(
        case.twin(case.twins[0]) if case.name == name else case for case in statement.cases
    )
    assert cases != statement.cases
    return replace(statement, cases=cases)


@pytest.mark.parametrize(("check", "statement"), [(diagonal, DIAGONAL), (convolution, CONVOLUTION)])
def test_all_pass(check, statement):
    found = list(check(statement))
    assert len(found) == 3
    assert all(item.passed for item in found), found


@pytest.mark.parametrize(
    ("check", "statement", "name"),
    [
        (diagonal, DIAGONAL, "value at depth 2"),
        (diagonal, DIAGONAL, "value beyond depth 2"),
        (diagonal, DIAGONAL, "potential at depth 2"),
        (diagonal, DIAGONAL, "potential beyond depth 2"),
        (diagonal, DIAGONAL, "one-sample law at depth 2"),
        (diagonal, DIAGONAL, "one-sample law beyond depth 2"),
        (diagonal, DIAGONAL, "orthogonal law at depth 2"),
        (diagonal, DIAGONAL, "orthogonal law beyond depth 2"),
        (convolution, CONVOLUTION, "transform of the filter at d = 4, N = 2"),
        (convolution, CONVOLUTION, "flow of a layer at d = 3, N = 3"),
        (convolution, CONVOLUTION, "amplitude of balanced layers"),
        (convolution, CONVOLUTION, "phase of balanced layers"),
    ],
)
def test_a_perturbed_claim_fails(check, statement, name):
    assert not all(item.passed for item in check(with_twin(statement, name)))
