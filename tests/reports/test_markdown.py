"""Statements as Markdown."""

import re

from stairwise.reports.derive import formula
from stairwise.reports.markdown import case_markdown, prose, statement_markdown
from stairwise.theory.catalogue import statement


def test_prose_keeps_stars_and_underscores():
    assert prose("σ* < σ* $5, log_y_safe") == r"σ\* \< σ\* \$5, log\_y\_safe"


def test_prose_sets_indices_powers_and_code():
    assert (
        prose("σ*_i, W_{l+1}ᵀ, y*^{1−p}") == r"σ\*<sub>i</sub>, W<sub>l+1</sub>ᵀ, y\*<sup>1−p</sup>"
    )
    assert prose("∫_a^b, σ^{2−2/N}") == "∫<sub>a</sub><sup>b</sup>, σ<sup>2−2/N</sup>"
    assert prose("W_lW_lᵀ and T_*") == "W<sub>l</sub>W<sub>l</sub>ᵀ and T<sub>\\*</sub>"
    assert prose("the condition of `no 2-cycle`, and a ` alone") == (
        r"the condition of `no 2-cycle`, and a \` alone"
    )
    assert prose("x_{") == r"x\_\{"


def test_a_shortened_derivation_says_what_follows():
    case = statement("toy-flow").case("every depth")
    text = case_markdown(case, 2)
    assert "\n\n2. " in text
    assert "\n\n3. " not in text
    assert "… and 2 more steps, proved: 1." in text  # the other one is stated
    assert "more steps" not in case_markdown(case)


def test_a_page_has_every_part_of_the_statement():
    item = statement("toy-flow")
    page = statement_markdown(item)
    assert page.startswith(f"# {item.title}\n")
    assert "**Setting.**" in page
    assert "**Source.**" in page
    assert page.count("## ") == len(item.cases)
    assert page.count(": **proved**") == len(item.cases)
    twins = sum(len(case.twins) for case in item.cases)
    assert sum(page.count(f"refuted: {k} of {k}.") * k for k in range(1, 9)) == twins


def test_a_false_claim_is_not_printed_as_proved():
    case = statement("toy-flow").cases[0]
    assert "*refuted*" in case_markdown(case.twin(case.twins[0])).splitlines()[0]


def test_formulas_of_a_step_belong_to_its_list_item():
    lines = case_markdown(statement("toy-flow").cases[0]).split("\n\n")
    first = next(k for k, line in enumerate(lines) if line.startswith("1. "))
    assert lines[first + 1].startswith("   $$")


def test_no_name_of_a_symbol_is_set_as_a_word():
    """In the statements with symbols of their own; checked without proving them again."""
    formulas = [
        formula(expression)
        for item in map(statement, ("toy-flow", "chain", "descent-bounds"))
        for case in item.cases
        for expression in (case.claim, *(step.expression for step in case.derivation))
    ]
    assert len(formulas) > 100
    for text in formulas:
        assert not re.search(r"star|[^\\]safe\b(?<!mathrm{safe)|log_|\w\*", text), text
    assert any(r"\log y_{\mathrm{safe}}" in text for text in formulas)
