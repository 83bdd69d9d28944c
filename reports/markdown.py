"""Statements as Markdown with LaTeX formulas: for notebooks and for the documentation's pages."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from stairwise.reports.derive import formula, obligation, positive, unshown
from stairwise.reports.notation import CODE, SCRIPT
from stairwise.theory.decide import Decision
from stairwise.theory.statement import Case, Proof, Statement, Step, prove

#: Code; an index or a power; what Markdown would take for markup.
_SPECIAL = re.compile(rf"{CODE}|{SCRIPT}|([\\`*_{{}}\[\]<>#$|~^])")


def prose(text: str) -> str:
    """Plain text as Markdown: σ* stays σ*, `code` is code, W_l and y^{1−p} are set as such."""
    return _SPECIAL.sub(_set, text)


def _set(match: re.Match[str]) -> str:
    code, mark, group, letter, special = match.groups()
    if code:
        return f"`{code}`"
    if mark:
        tag = "sub" if mark == "_" else "sup"
        return f"<{tag}>{prose(group or letter)}</{tag}>"
    return f"\\{special}"


def case_markdown(case: Case, steps: int | None = None) -> str:
    """One case: verdict, assumptions, claim, the derivation's steps and the false twins.

    All steps are proved; `steps` shows only so many, and says how many follow.
    """
    proof = prove(case)
    head = f"**{prose(case.name)}** ({case.kind}): *{proof.verdict}*"
    return "\n\n".join([head, *_body(proof, twin_claims=False, most=steps)])


def statement_markdown(item: Statement) -> str:
    """A page on a statement: setting, source, and every case with what SymPy decided on it.

    Links to the statements that it uses are relative: `other-id.md`.
    """
    lines = [f"# {prose(item.title)}", f"`stairwise derive {item.id}` prints this derivation."]
    lines += [f"**Setting.** {prose(item.setting)}", f"**Source.** {prose(item.source)}"]
    if item.depends:
        lines.append("**Uses.** " + ", ".join(f"[{id}]({id}.md)" for id in item.depends))
    for case in item.cases:
        proof = prove(case)
        lines += [f"## {prose(case.name)}", f"*{case.kind}*: **{proof.verdict}**"]
        lines.append(_what_proves(proof))
        lines += _body(proof, twin_claims=True)
    return "\n\n".join(lines) + "\n"


def _what_proves(proof: Proof) -> str:
    """How many obligations of which kind stand behind the verdict."""
    residuals = sum(step.zero is not None for step, _ in proof.steps)
    signs = sum(step.positive is not None for step, _ in proof.steps)
    refuted = sum(str(verdict) == "refuted" for _, verdict in proof.twins)
    parts = [f"residuals that reduce to zero: {residuals}", f"signs that are proved: {signs}"]
    parts.append(f"false twins refuted: {refuted} of {len(proof.twins)}")
    note = f" Note: {prose(proof.note)}." if proof.note else ""
    return f"What decides it: {'; '.join(parts)}.{note}"


def _body(proof: Proof, twin_claims: bool, most: int | None = None) -> Iterator[str]:
    case = proof.case
    yield f"Assumptions: {', '.join(f'${formula(relation)}$' for relation in case.assumptions)}."
    yield "Claim:"
    yield _display(formula(case.claim))
    yield "Derivation:"
    for number, (step, decision) in enumerate(proof.steps[:most], 1):
        marker = f"{number}. "
        yield f"{marker}{prose(step.reason)} — *{obligation(step, decision)}*"
        yield _display(formula(step.expression), " " * len(marker))
        if (quantity := unshown(step)) is not None:
            yield _display(formula(positive(quantity)), " " * len(marker))
    if most is not None and len(proof.steps) > most:
        yield f"… and {len(proof.steps) - most} more steps, {_decided(proof.steps[most:])}."
    twins = ", ".join(f"{prose(twin.label)} ({verdict})" for twin, verdict in proof.twins)
    yield f"False twins: {twins}."
    for twin, verdict in proof.twins if twin_claims else ():
        if twin.claim is not None:
            yield f"{prose(twin.label)} — *{verdict}*:"
            yield _display(formula(twin.claim))


def _decided(steps: Sequence[tuple[Step, Decision | None]]) -> str:
    """How many of the steps had which verdict; those that are only stated aside."""
    found = Counter(str(decision.verdict) for _, decision in steps if decision is not None)
    return ", ".join(f"{verdict}: {count}" for verdict, count in sorted(found.items()))


def _display(latex: str, indent: str = "") -> str:
    """A displayed formula; indented as far as the list item that it belongs to."""
    return f"{indent}$${latex}$$"
