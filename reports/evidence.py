"""What stands behind a statement beside its derivation: numerical checks and box proofs."""

import math
from collections.abc import Iterator
from itertools import groupby

from stairwise.numerics.boxes import describe
from stairwise.numerics.claims import ABOUT, ALL_CLAIMS, DEPTHS, domain_of, is_made
from stairwise.numerics.margins import Claim
from stairwise.reports.checks import Check, numerical_checks
from stairwise.reports.markdown import prose
from stairwise.theory.statement import Statement


def evidence_markdown(item: Statement) -> str:
    """A section on a statement: its numerical checks, run now, and the claims of its box proofs.

    The box proofs are listed, not run: that is what `stairwise verify --thorough` does.
    """
    lines = ["## What proves it", prose(_derivations(item))]
    lines += ["**Numerical checks**, run for this page:", _check_table(numerical_checks(item))]
    claims = box_claims(item)
    if claims:
        lines.append(
            "**Box proofs** in ball arithmetic, by `stairwise verify --thorough`, whose "
            "certificate `stairwise verify --replay` re-checks:"
        )
        lines.append("\n".join(_claim_lines(claims)))
    return "\n\n".join(lines) + "\n"


def box_claims(item: Statement) -> tuple[Claim, ...]:
    """The claims over boxes that belong to the statement."""
    own = (item.id, f"{item.id}-")
    return tuple(c for c in ALL_CLAIMS if c.statement == own[0] or c.statement.startswith(own[1]))


def _derivations(item: Statement) -> str:
    twins = sum(len(case.twins) for case in item.cases)
    cases = f"{len(item.cases)} cases and their {twins} false twins"
    return f"Derivations by SymPy: {cases}, with the verdicts above."


def _check_table(checks: tuple[Check, ...]) -> str:
    rows = ["| Check | Worst | Allowed | |", "|---|---|---|---|"]
    for check in checks:
        verdict = "passed" if check.passed else "**failed**"
        rows.append(
            f"| {prose(check.label)} | {check.worst:.2g} | {check.tolerance:.2g} | {verdict} |"
        )
    return "\n".join(rows)


def _claim_lines(claims: tuple[Claim, ...]) -> Iterator[str]:
    """One line for the claims of one name, which share their depths and their box."""
    for name, group in groupby(claims, key=lambda claim: claim.statement):
        made = list(group)
        depths = [depth for depth in DEPTHS if is_made(made[0], depth)]
        shown = ", ".join("∞" if depth == math.inf else str(depth) for depth in depths)
        sides = "; ".join(f"{claim.side}, order {claim.order}" for claim in made)
        where = describe(domain_of(made[0]))
        yield (
            f"- {prose(name)} ({sides}): {prose(ABOUT[name])}. "
            f"{'Depths' if len(depths) > 1 else 'Depth'} {shown}; {prose(where)}."
        )
