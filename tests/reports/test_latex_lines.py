"""Long formulas break at + and −, and say the same as on one line; tables fit the page."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sympy import Add, Eq, Lt, Matrix, Mul, Symbol, cos, exp, latex, log, sin, symbols

import stairwise.reports.derive
from stairwise.numerics.chain import power_law_spectrum
from stairwise.reports.derive import derivation_latex
from stairwise.reports.grids import exact_grid
from stairwise.reports.latex_lines import display, formula_lines
from stairwise.reports.law_tables import chain_table, recovered_law_table, tightness_table
from stairwise.reports.tables import COLUMNS, READABLE_RIGOROUS, bound_table, render
from stairwise.theory import STATEMENTS
from stairwise.theory.catalogue import statement
from stairwise.theory.decide import Decision, Verdict
from stairwise.theory.statement import Case, Proof

LETTERS = symbols("a:z")
LONG = Add(*(letter / 2 for letter in LETTERS))
a, b, c, x = symbols("a b c x")


def joined(lines: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(lines))


def test_a_short_formula_is_one_display() -> None:
    assert display(Eq(a, b + c), {}) == r"\[ a = b + c \]"
    assert display(a + b, {a: r"\alpha"}) == r"\[ \alpha + b \]"


def test_a_long_sum_is_the_same_sum_on_several_lines() -> None:
    lines = formula_lines(LONG, {}, 40)
    assert len(lines) > 2
    assert joined(lines) == latex(LONG)
    assert all(line.startswith("+ ") for line in lines[1:])
    drawn = display(LONG, {}, 40)
    assert drawn.startswith(r"\begin{align*} & ")
    assert drawn.count(r"\\ & \quad +") == len(lines) - 1


def test_signs_stay_with_their_terms() -> None:
    alternating = Add(*((-1) ** n * letter for n, letter in enumerate(LETTERS)))
    assert joined(formula_lines(alternating, {}, 30)) == latex(alternating)


def test_names_are_used_on_every_line() -> None:
    star = Symbol("sigma_star")
    lines = formula_lines(LONG + star, {star: r"\sigma^*"}, 30)
    assert r"\sigma^*" in joined(lines)
    assert "star" not in joined(lines)


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (Eq(x, a + b + c), "x = a + b + c"),
        (Lt(a + b, x + c), "a + b < c + x"),
        (x * (a + b + c), r"x \Bigl(a + b + c\Bigr)"),
        (-x * (a + b + c), r"- x \Bigl(a + b + c\Bigr)"),
        (Mul(-1, a + b + c, evaluate=False), r"- \Bigl(a + b + c\Bigr)"),
        (Add(x, Mul(-1, a + b, evaluate=False), evaluate=False), r"x - \Bigl(a + b\Bigr)"),
        ((a + b + c) / x, r"\frac{1}{x} \Bigl(a + b + c\Bigr)"),
        (x / (a + b + c), r"x \Big/ \Bigl(a + b + c\Bigr)"),
        ((a + b + c) ** x, r"\Bigl(a + b + c\Bigr)^{x}"),
        (log(a + b + c), r"\log\Bigl(a + b + c\Bigr)"),
        (exp(a + b + c), r"\exp\Bigl(a + b + c\Bigr)"),
        (sin(a + b) * cos(a + c), r"\cos\Bigl(a + c\Bigr) \sin\Bigl(a + b\Bigr)"),
    ],
)
def test_parts_that_are_too_wide_are_opened(formula, written) -> None:
    assert joined(formula_lines(formula, {}, 4)) == written


def test_what_has_no_sum_stays_whole() -> None:
    matrix = Matrix([[a, b], [b, c]])
    assert formula_lines(matrix.as_immutable(), {}, 2) == [latex(matrix)]


def _unproved(case: Case) -> Proof:
    """The layout of a proof, without the time that deciding takes."""
    decided = Decision(Verdict.PROVED)
    steps = tuple((step, None if step.is_definition else decided) for step in case.derivation)
    return Proof(case, Verdict.PROVED, steps, tuple((twin, Verdict.REFUTED) for twin in case.twins))


SLOW = [item.id for item in STATEMENTS if item.id not in ("chain", "closed-form")]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize(
    "id", ["chain", "closed-form", *(pytest.param(id, marks=pytest.mark.slow) for id in SLOW)]
)
def test_a_derivation_fits_the_page(monkeypatch, tmp_path, id) -> None:
    """In an article as it comes, with no package but those that the fragment names."""
    monkeypatch.setattr(stairwise.reports.derive, "prove", _unproved)
    assert_fits(derivation_latex(statement(id)), tmp_path)


def _bounds(count: int, *, rigorous: bool = False, digits: int = 10) -> str:
    """A table of three depths and so many ratios, with all that its reader is shown."""
    ratios = exact_grid("ratio", [f"1.1:1000:{count}log"])
    chosen = READABLE_RIGOROUS if rigorous else COLUMNS
    made = bound_table(
        ["2", "10", "inf"],
        ratios,
        ["0.1"],
        ["0.9"],
        columns=chosen,
        rigorous=rigorous,
        digits=digits,
    )
    return render(made, "latex")


TABLES = {
    "bounds": lambda: _bounds(10),
    "bounds over pages": lambda: _bounds(20),
    "proved": lambda: _bounds(10, rigorous=True),
    "proved over pages": lambda: _bounds(20, rigorous=True),
    "proved to 40 digits": lambda: _bounds(2, rigorous=True, digits=40),
    "tightness": lambda: tightness_table().render("latex"),
    "tightness on a page": lambda: tightness_table(depths=(2.0, 10.0)).render("latex"),
    "law": lambda: recovered_law_table().render("latex"),
    "chain": lambda: chain_table(power_law_spectrum(10, 1.0)).render("latex"),
}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", TABLES)
def test_a_table_fits_the_page(tmp_path, name) -> None:
    """Alone and, where it is no longtable, with a caption as a float."""
    drawn = TABLES[name]()
    assert_fits(drawn, tmp_path, by=0)
    if "longtable" not in drawn:
        caption = "\\caption{Thresholds and their bounds.}"
        assert_fits(f"\\begin{{table}}{caption}\n{drawn}\\end{{table}}\n", tmp_path, by=0)


def assert_fits(fragment: str, folder: Path, by: float = 10) -> None:
    packages = "\n".join(re.findall(r"^% needs (\\usepackage\{\w+\})$", fragment, re.MULTILINE))
    document = (
        f"\\documentclass{{article}}\n{packages}\n"
        f"\\begin{{document}}\n{fragment}\\end{{document}}\n"
    )
    (folder / "page.tex").write_text(document, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    log_text = (folder / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log_text[-2000:]
    assert "Missing character" not in log_text
    assert "Float too large" not in log_text
    overfull = re.findall(r"Overfull \\[hv]box \(([\d.]+)pt too", log_text)
    assert all(float(size) <= by for size in overfull), overfull
