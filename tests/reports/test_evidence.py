"""What a statement's page says beside its derivation."""

import pytest

from stairwise.numerics.claims import ABOUT, ALL_CLAIMS
from stairwise.reports import evidence
from stairwise.reports.checks import Check
from stairwise.reports.evidence import box_claims, evidence_markdown
from stairwise.theory.catalogue import STATEMENTS, statement


def test_checks_and_box_claims_are_listed_from_the_objects(monkeypatch):
    checks = (Check("one", 1e-9, 1e-8), Check("a * b", 2e-8, 1e-8))
    monkeypatch.setattr(evidence, "numerical_checks", lambda item: checks)
    page = evidence_markdown(statement("descent-bounds"))
    assert "| one | 1e-09 | 1e-08 | passed |" in page
    assert r"| a \* b | 2e-08 | 1e-08 | **failed** |" in page
    lines = [line for line in page.splitlines() if line.startswith("- descent")]
    assert len(lines) == 4
    steps = next(line for line in lines if line.startswith("- descent-bounds-steps"))
    assert "(lower, order 0; upper, order 0; upper, order 1)" in steps
    assert "Depths 2, 3, 4, 5, 10, ∞; rate in" in steps
    growth = next(line for line in lines if line.startswith("- descent-bounds-growth"))
    assert "Depth 2; rate in" in growth


def test_a_statement_without_box_proofs_says_nothing_of_them(monkeypatch):
    monkeypatch.setattr(evidence, "numerical_checks", lambda item: ())
    assert "Box proofs" not in evidence_markdown(statement("toy-flow"))


@pytest.mark.parametrize("id", ["separation-bounds", "sharp-bounds", "descent-bounds"])
def test_every_inequality_statement_has_box_proofs(id):
    assert box_claims(statement(id))


def test_every_box_claim_is_on_one_page():
    listed = [claim for item in STATEMENTS for claim in box_claims(item)]
    assert sorted(listed) == sorted(ALL_CLAIMS)
    assert set(ABOUT) == {claim.statement for claim in ALL_CLAIMS}
