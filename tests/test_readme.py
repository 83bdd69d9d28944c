"""The README's numbers are the program's."""

import doctest
import re
from pathlib import Path

from stairwise.reports.grids import exact_grid
from stairwise.reports.tables import bound_table, render
from stairwise.theory import STATEMENTS

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def test_python_examples_print_what_they_show():
    blocks = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    shown = [block for block in blocks if block.startswith(">>>")]
    assert shown
    for block in shown:
        example = doctest.DocTestParser().get_doctest(block, {}, "README", None, 0)
        assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


def test_the_bound_table_is_the_command_s_output():
    table = bound_table(
        exact_grid("depth", ["2", "3", "inf"]),
        exact_grid("ratio", ["1.01", "1.5", "20"]),
        ["0.1"],
        ["0.9"],
    )
    assert render(table, "markdown") in TEXT


def test_every_statement_is_listed():
    for item in STATEMENTS:
        assert f"`{item.id}`" in TEXT


def test_figures_exist():
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT):
        assert (README.parent / path).is_file(), path


def test_the_first_two_commands_are_one_line_each():
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)
    assert "stairwise verify" in blocks[0]
    assert "pytest" in blocks[1]
    assert all(block.count("\n") == 1 for block in blocks[:2])
