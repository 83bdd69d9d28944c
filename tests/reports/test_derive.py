"""Derivations for reading: what was decided is shown, and names are drawn as papers write them."""

import pytest

from stairwise.reports.derive import derivation_latex, derivation_text, obligation, unshown
from stairwise.reports.markdown import statement_markdown
from stairwise.theory.catalogue import statement
from stairwise.theory.decide import Decision, Verdict
from stairwise.theory.statement import Step
from stairwise.theory.symbols import x


@pytest.fixture(scope="module")
def bounds() -> str:
    return derivation_text(statement("exact-threshold"))


def test_a_sign_shows_the_quantity_that_was_decided() -> None:
    text = derivation_text(statement("critical-ratio"))
    step = text[text.index("r_c > 1, as F_p(f) > F_p(s)") :]
    decided = step[: step.index("False twin")]
    assert "decided, to be > 0:" in decided
    assert "log" in decided.split("decided")[1]


def test_a_sign_is_not_repeated_where_the_step_shows_it(bounds: str) -> None:
    step = bounds[bounds.index("and the slope is negative: r > 1") :]
    assert "decided" not in step[: step.index("False twin")]


def test_steps_without_an_obligation_are_called_stated(bounds: str) -> None:
    assert "σ_j ≤ s σ*_j up to t_j  [stated]" in bounds
    assert "[definition]" not in bounds


def test_a_residual_that_writing_it_down_made_zero_is_told_from_one_that_was_reduced() -> None:
    zero, left = Step("", x, zero=x - x), Step("", x, zero=(x - 1) * (x + 1) - x**2 + 1)
    proved = Decision(Verdict.PROVED)
    assert obligation(zero, proved) == "residual evaluates to zero: proved"
    assert obligation(left, proved) == "residual is zero: proved"
    assert obligation(Step("", x, positive=x), proved) == "sign is positive: proved"
    assert obligation(Step("", x), None) == "stated"


def test_residuals_and_their_ranges_are_shown_on_demand(bounds: str) -> None:
    assert "decided, to be 0:" not in bounds
    full = derivation_text(statement("exact-threshold"), residuals=True)
    assert "decided, to be 0:" in full
    assert "   for p > 0, p < 3, σ* > 0, x > 0, x < 1" in full


def test_names_are_drawn_with_stars_and_subscripts() -> None:
    chain = derivation_text(statement("chain"))
    assert "σ(tₖ₋₁) ≤ σ(tₖ)" in chain
    assert "σ*₂ > σ*₃" in chain
    assert not any(name in chain for name in ("sigma", "      some", "₎", "__"))
    latex = derivation_latex(statement("chain"))
    assert r"\sigma(t_{k-1}) \leq \sigma(t_k)" in latex
    assert "sigma*" not in latex


@pytest.mark.parametrize("width", [70, 120])
@pytest.mark.parametrize("name", ["separation-bounds", "exact-threshold"])
def test_formulas_and_prose_keep_to_the_width(name: str, width: int) -> None:
    lines = derivation_text(statement(name), width).splitlines()
    formulas = [line for line in lines if line.startswith("      ")]
    prose = [line for line in lines if not line.startswith("      ")]
    assert max(map(len, formulas)) <= width
    assert max(map(len, prose)) <= width
    assert max(map(len, prose)) > width - 12  # wrapped where a word ends, not earlier


def test_wrapping_keeps_every_word() -> None:
    narrow, wide = (derivation_text(statement("exact-threshold"), width) for width in (70, 1000))
    setting = next(line for line in wide.splitlines() if line.startswith("Setting: "))
    assert setting == f"Setting: {statement('exact-threshold').setting}"
    wrapped = narrow[narrow.index("Setting: ") : narrow.index("\nSource: ")]
    assert wrapped.count("\n   ") >= 2
    assert wrapped.split() == setting.split()
    assert narrow.count("[residual is zero: proved]") == wide.count("[residual is zero: proved]")


def test_latex_says_what_was_decided_and_names_the_twins() -> None:
    latex = derivation_latex(statement("toy-flow"))
    assert r"\emph{(residual is zero: proved)}" in latex
    assert r"\emph{(stated)}" in latex
    assert "False twins: exponent $2 - 1/N$ (refuted)" in latex


@pytest.mark.parametrize("draw", [derivation_latex, statement_markdown])
def test_a_sign_that_the_step_does_not_show_is_written_below_it(draw) -> None:
    below = draw(statement("exact-threshold")).partition("is finite")[2]
    assert "the last line is positive: proved" in below[:100]
    assert r"\frac{s \left(1 - f\right)}{r} > 0" in below


def test_which_signs_a_step_shows() -> None:
    hidden = Step("", x, positive=1 - x)
    assert (unshown(Step("", x, positive=x)), unshown(hidden)) == (None, 1 - x)
    assert unshown(Step("", x > 1, positive=x - 1)) is None
    assert obligation(hidden, Decision(Verdict.PROVED)) == "the last line is positive: proved"
