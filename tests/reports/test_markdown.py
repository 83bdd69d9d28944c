"""Statements as Markdown."""

from stairwise.reports.markdown import case_markdown, prose, statement_markdown
from stairwise.theory.catalogue import statement


def test_prose_keeps_stars_and_underscores():
    assert prose("σ*_i < σ* $5") == r"σ\*\_i \< σ\* \$5"


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
