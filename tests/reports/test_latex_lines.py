"""Long formulas break at + and −, and say the same as on one line."""

import math
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sympy import Add, Eq, Lt, Matrix, Mul, Symbol, cos, exp, latex, log, sin, symbols

import stairwise.reports.derive
from stairwise.reports.derive import derivation_latex
from stairwise.reports.latex_lines import display, formula_lines
from stairwise.reports.tables import COLUMNS, bound_table, render
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


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.slow
def test_a_table_compiles(tmp_path) -> None:
    table = bound_table([2, 3, math.inf], [1.1, 10], [0.1], [0.9], columns=COLUMNS[:6])
    assert_fits(render(table, "latex"), tmp_path)


def assert_fits(fragment: str, folder: Path) -> None:
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
    overfull = re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log_text)
    assert all(float(size) < 10 for size in overfull), overfull
