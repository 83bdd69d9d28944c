"""Every case of descent-map and descent-bounds is proved, and each of its twins refuted."""

import pytest

from stairwise.theory.decide import Verdict
from stairwise.theory.descent_bounds import DESCENT_BOUNDS
from stairwise.theory.descent_map import DESCENT_MAP
from stairwise.theory.statement import prove, refute

#: Proofs of more than about three seconds.
LONG = {
    "increasing up to f",
    "barrier below depth 2",
    "step time from below, depth > 2",
    "sufficient",
    "necessary",
    "one root at every depth",
    "faster growth",
}
CASES = [
    pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.name in LONG else [])
    for statement in (DESCENT_MAP, DESCENT_BOUNDS)
    for case in statement.cases
]


@pytest.mark.parametrize("case", CASES)
def test_case_is_proved_and_its_twins_refuted(case):
    proof = prove(case)
    assert proof.verdict is Verdict.PROVED, proof.note
    assert proof.twins
    assert all(verdict is Verdict.REFUTED for _, verdict in proof.twins)


@pytest.mark.slow
def test_every_twin_is_refuted_by_a_sample():
    twins = [
        (case, twin)
        for statement in (DESCENT_MAP, DESCENT_BOUNDS)
        for case in statement.cases
        for twin in case.twins
    ]
    assert len(twins) > 20
    assert [t.label for c, t in twins if refute(c.twin(t)) is not Verdict.REFUTED] == []


def test_statements_name_what_they_are():
    assert DESCENT_MAP.id == "descent-map"
    assert DESCENT_BOUNDS.id == "descent-bounds"
    assert "descent-map" in DESCENT_BOUNDS.depends
