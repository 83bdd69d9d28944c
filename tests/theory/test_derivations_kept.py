"""Every step of every derivation, as `derive` prints it and papers quote it, kept as text.

With it stands what each symbol is known to be: a proof uses that as well.

A step that is changed into another true one is still proved, and may no longer lead to the claim,
or hold on less than is needed. So a change is seen, and read; where it is meant, write anew:

    python tests/theory/test_derivations_kept.py
"""

from pathlib import Path

import pytest

from stairwise.theory.catalogue import STATEMENTS

KEPT = Path(__file__).with_name("derivations.txt")
HEADING = "== "
KNOWN = ("integer", "real", "positive", "nonnegative")


def lines(statement):
    """The steps of all cases: reason; expression; what must vanish or be positive, and where."""
    found, used = [f"{HEADING}{statement.id}"], set()
    for case in statement.cases:
        found.append(f"{case.name}:")
        used |= case.claim.free_symbols
        for step in case.derivation:
            for part in (step.expression, step.zero, step.positive):
                used |= set() if part is None else part.free_symbols
            found += [f"  {step.reason}", f"    {step.expression}"]
            if step.zero is not None:
                found.append(f"    {step.zero} = 0")
            if step.positive is not None:
                found.append(f"    {step.positive} > 0")
            if step.domain is not None:
                relations = [str(part) for item in step.domain for part in item.relations]
                found.append(f"    for {', '.join(relations)}")
    return [*found, "symbols:", *sorted(f"  {symbol}: {known(symbol)}" for symbol in used)]


def known(symbol):
    """What SymPy takes a symbol to be."""
    told = []
    for name in KNOWN:
        answer = getattr(symbol, f"is_{name}")
        if answer is not None:
            told.append(name if answer else f"not {name}")
    return ", ".join(told)


def kept(statement):
    """The lines of one statement in the file."""
    text = KEPT.read_text(encoding="utf-8")
    _, _, rest = text.partition(f"{HEADING}{statement.id}\n")
    return [f"{HEADING}{statement.id}", *rest.partition(HEADING)[0].splitlines()]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.id)
def test_a_derivation_is_the_one_that_was_read(statement):
    assert lines(statement) == kept(statement)


def test_nothing_else_is_kept():
    text = KEPT.read_text(encoding="utf-8").splitlines()
    headings = [line.removeprefix(HEADING) for line in text if line.startswith(HEADING)]
    assert headings == [statement.id for statement in STATEMENTS]


if __name__ == "__main__":
    each = [line for statement in STATEMENTS for line in lines(statement)]
    KEPT.write_text("\n".join(each) + "\n", encoding="utf-8")
