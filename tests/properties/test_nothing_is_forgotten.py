"""Every public name has a property test: a new one without fails here."""

import ast
from pathlib import Path

import pytest

from stairwise import numerics, theory

HERE = Path(__file__).parent
#: Public functions of the reports: what notebooks and scripts call.
REPORTS = ("bound_table", "render", "bounds_frame", "PairFigure", "derivation", "check_name",
           "parse_grid", "cli")  # fmt: skip
#: Types that only their makers return; the tests look at them by attribute, not by name.
RETURNED = {
    "Case": "cases[0].claim",
    "Domain": "domain = (Range(",
    "Proof": "proof.verdict",
    "Twin": "proof.twins",
}


def used(module: Path) -> set[str]:
    """Names and attributes that occur in a module's code outside imports."""
    tree = ast.parse(module.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


TESTED = set().union(*(used(module) for module in HERE.glob("*.py") if module != Path(__file__)))


@pytest.mark.parametrize("name", sorted({*numerics.__all__, *theory.__all__, *REPORTS}))
def test_public_name_has_a_property_test(name):
    marker = RETURNED.get(name)
    if marker is None:
        assert name in TESTED
    else:
        assert any(marker in module.read_text() for module in HERE.glob("test_r*.py"))
