"""Proofs and checks of every statement: the same whatever is global, and leaving it so."""

import pytest
from guards import unguarded
from process_wide import changed, exact, global_state, unusual_state
from theory_rows import RESTLESS, case

from stairwise.reports.checks import numerical_checks
from stairwise.theory.catalogue import STATEMENTS
from stairwise.theory.statement import prove


def outcome(found):
    """What a proof says; its steps are the derivation's."""
    return found.verdict, exact([decision for _, decision in found.steps]), found.note


@pytest.mark.parametrize(("id", "name"), RESTLESS)
def test_a_restless_proof_keeps_the_state(id, name):
    before = global_state()
    with unguarded() as found:
        usual = outcome(prove(case(id, name)))
    assert not changed(before, global_state())
    assert found == []
    with unusual_state():
        before = global_state()
        assert outcome(prove(case(id, name))) == usual
        assert not changed(before, global_state())


@pytest.mark.slow
@pytest.mark.parametrize("item", STATEMENTS, ids=lambda item: item.id)
def test_checks_and_proofs_keep_the_state(item):
    usual = exact(numerical_checks(item)), [outcome(prove(case)) for case in item.cases]
    with unusual_state():
        before = global_state()
        checks = numerical_checks(item)
        proofs = [outcome(prove(case)) for case in item.cases]
        assert not changed(before, global_state())
    assert (exact(checks), proofs) == usual
