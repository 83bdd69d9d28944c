"""Every statement: each case proved from the model, each false twin refuted."""

import pytest

from stairwise.theory import STATEMENTS, Verdict, prove
from stairwise.theory.catalogue import statement

CASES = [
    pytest.param(case, id=f"{item.id}: {case.name}") for item in STATEMENTS for case in item.cases
]


@pytest.mark.parametrize("case", CASES)
def test_case_is_proved_and_its_twins_are_refuted(case):
    proof = prove(case)
    undecided = [
        (step.reason, decision)
        for step, decision in proof.steps
        if decision is not None and decision.verdict is not Verdict.PROVED
    ]
    assert not undecided
    assert proof.verdict is Verdict.PROVED, proof.note
    assert proof.twins, "a case needs a false twin"
    assert {verdict for _, verdict in proof.twins} == {Verdict.REFUTED}


def test_ids_are_unique_and_dependencies_come_before():
    seen = []
    for item in STATEMENTS:
        assert item.id not in seen
        assert set(item.depends) <= set(seen), item.id
        seen.append(item.id)


def test_unknown_ids_are_named():
    with pytest.raises(ValueError, match=r"statement must be one of toy-flow, .*; got 'toy'"):
        statement("toy")
    with pytest.raises(ValueError, match=r"case of toy-flow must be one of .*; got 'none'"):
        statement("toy-flow").case("none")
