"""What is claimed, under which assumptions: a promise to those who cite it, kept as text.

A proof cannot tell a claim from a weaker one, nor from the same on a smaller domain, which it
proves as well. So the claims stand in `claims.txt`; where one is changed on purpose, write anew:

    python tests/theory/test_claims.py
"""

from pathlib import Path

from stairwise.theory.catalogue import STATEMENTS

KEPT = Path(__file__).with_name("claims.txt")


def lines() -> list[str]:
    """A line for each case: statement, case, kind; claim; assumptions."""
    found = []
    for statement in STATEMENTS:
        for case in statement.cases:
            found.append(f"{statement.id}: {case.name} ({case.kind})")
            found.append(f"    {case.claim}")
            found.append(f"    {', '.join(map(str, case.assumptions))}")
    return found


def test_claims_and_assumptions_are_those_that_were_promised():
    assert lines() == KEPT.read_text(encoding="utf-8").splitlines()


def test_a_claim_on_a_smaller_domain_would_be_noticed():
    kept = KEPT.read_text(encoding="utf-8")
    assert "descent-map: increasing up to f" in kept
    changed = kept.replace("N > 1", "N > 2")
    assert lines() != changed.splitlines()


if __name__ == "__main__":
    KEPT.write_text("\n".join(lines()) + "\n", encoding="utf-8")
