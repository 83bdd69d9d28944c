"""Statements `diagonal` and `convolution`: every case proved, every false neighbour refuted."""

import pytest
from sympy import oo

from stairwise.theory.convolution import CONVOLUTION
from stairwise.theory.decide import Verdict
from stairwise.theory.diagonal import DIAGONAL
from stairwise.theory.domain import Range, cover, sample_points
from stairwise.theory.statement import prove
from stairwise.theory.symbols import theta

CASES = [(statement, case) for statement in (DIAGONAL, CONVOLUTION) for case in statement.cases]


@pytest.mark.parametrize(("statement", "case"), CASES, ids=[case.name for _, case in CASES])
def test_case_is_proved_and_its_twins_refuted(statement, case):
    proof = prove(case)
    assert proof.verdict is Verdict.PROVED, proof.note
    assert case.twins
    assert all(verdict is Verdict.REFUTED for _, verdict in proof.twins)
    assert any(decision is not None for _, decision in proof.steps)


def test_names_are_unique():
    for statement in (DIAGONAL, CONVOLUTION):
        names = [case.name for case in statement.cases]
        assert len(set(names)) == len(names)


def test_a_range_without_ends_covers_the_reals():
    line = Range(theta, -oo)
    assert [str(relation) for relation in line.relations] == ["theta > -oo"]
    (covered,) = cover((line,)).values()
    (parameter,) = covered.free_symbols
    assert covered.subs(parameter, 10**6) > 10**5
    assert covered.subs(parameter, 1) == 0
    assert covered.subs(parameter, 1 / parameter) == -covered
    signs = {bool(point[theta] > 0) for point in sample_points((line,), 24)}
    assert signs == {True, False}
