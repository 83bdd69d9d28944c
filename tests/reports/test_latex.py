"""Prose in LaTeX: formulas are mathematics, and nothing prints as another character."""

import re

import pytest

from stairwise.reports.latex import (
    LINE_CHARACTERS,
    PAGE_ROWS,
    booktabs,
    latex_number,
    latex_prose,
)
from stairwise.theory import STATEMENTS
from stairwise.theory.statement import Statement


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("slow curve: 1/(1 − x) > 1", "slow curve: $1/(1 - x) > 1$"),
        ("lower, depth > 2", "lower, depth $> 2$"),
        ("∫_y^s is empty, and r^{−p} ∫_{y/r}^f", r"$\int_y^s$ is empty, and $r^{-p} \int_{y/r}^f$"),
        ("∫_y^s x^{−p} dx", r"$\int_y^s x^{-p}\,dx$"),
        ("σ*_i and σ0²", r"$\sigma_i^*$ and $\sigma_0^2$"),
        ("σ*_j^p and y*^{1−p}", r"$(\sigma_j^*)^p$ and $(y^*)^{1-p}$"),
        ("A_lA_lᵀ = (WWᵀ)^{1 − l/N}", "$A_lA_l^T = (WW^T)^{1 - l/N}$"),
        ("xᵀW*ᵀW*x", "$x^T{W^*}^TW^*x$"),
        ("the ₂F₁ form", "the ${}_2F_1$ form"),
        ("1/√2 and √(y² + ω²)", r"$1/\sqrt{2}$ and $\sqrt{y^2 + \omega^2}$"),
        ("E⟨A, W − W*⟩²", r"$E\langle A, W - W^*\rangle^2$"),
        ("|ŵ_l| equal, Ĝ", r"$|\hat{w}_l|$ equal, $\hat{G}$"),
        (
            "Q'' and F′; Σ_k σ_k, T_*",
            r"$Q^{\prime\prime}$ and $F^\prime$; $\sum_k \sigma_k$, $T_*$",
        ),
        ("log_y_safe and x_next", r"$\log y_{\mathrm{safe}}$ and $x_{\mathrm{next}}$"),
        ("O((r−1)^{min(2, N)})", r"$O((r-1)^{\min(2, N)})$"),
        ("r → 1+: exponent −2/(p - 1)", r"$r \to 1^+$: exponent $-2/(p - 1)$"),
        ("tr D² of diag(w)", r"$\operatorname{tr} D^2$ of $\operatorname{diag}(w)$"),
        ("in `no 2-cycle` and `a_b`", r"in \texttt{no 2-cycle} and \texttt{a\_b}"),
    ],
)
def test_formulas_are_mathematics(text: str, written: str) -> None:
    assert latex_prose(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A pair has a root a = 1", "A pair has a root $a = 1$"),
        ("a difference of log-odds, the log of it", "a difference of log-odds, the log of it"),
        ("the map takes s to the paper's", "the map takes $s$ to the paper's"),
        ("size 2, entry (1, 2), sizes 2 and 3", "size 2, entry (1, 2), sizes 2 and 3"),
        ("below depth 2 a shrinks", "below depth 2 $a$ shrinks"),
        ("N < 2 (0 < p < 1)", "$N < 2$ $(0 < p < 1)$"),
        ("(depth ≥ 2, ∞ included)", r"(depth $\ge 2$, $\infty$ included)"),
        ("the depth-N, N-th", "the depth-$N$, $N$-th"),
        ("dt = dσ/rate, 1 + slope·d", r"$dt = d\sigma/$rate, $1 +{}$ slope${}\cdot d$"),
    ],
)
def test_words_are_not(text: str, written: str) -> None:
    assert latex_prose(text) == written


def test_what_is_no_notation_is_escaped() -> None:
    assert latex_prose("5 % & # $ \\ a_word ` {") == (
        r"5 \% \& \# \$ \textbackslash{} $a_{\mathrm{word}}$ \textasciigrave{} \{"
    )
    assert latex_prose("an open (bracket, [0, 1) and **") == "an open (bracket, [0, 1) and **"
    assert latex_prose("[0 to 1]") == "{[}0 to 1]"  # \item would take it for its option


def _prose(item: Statement) -> list[str]:
    texts = [item.title, item.setting, item.source]
    for case in item.cases:
        texts += [case.name, *(step.reason for step in case.derivation)]
        texts += [twin.label for twin in case.twins]
    return texts


@pytest.mark.parametrize("item", STATEMENTS, ids=lambda item: item.id)
def test_all_prose_of_the_theory_survives(item: Statement) -> None:
    for text in _prose(item):
        assert_typesets(latex_prose(text))


def assert_typesets(latex: str) -> None:
    """No character that prints as another, or not at all; brackets and dollars in pairs."""
    assert latex.isascii(), latex
    assert latex.count("$") % 2 == 0, latex
    words = re.sub(r"\$[^$]*\$", "", latex)
    assert not re.search(r"[<>`^|~]|\\\^|textasciicircum|(?<!texttt)\\_|(?<!\\)_", words), latex
    for formula in re.findall(r"\$([^$]*)\$", latex):
        assert formula.strip(), latex
        for left, right in ("{}", "()"):
            assert formula.count(left) == formula.count(right), latex
    assert words.count("{") == words.count("}"), latex


def test_powers_of_ten_are_mathematics() -> None:
    """As they were, e was a letter and its exponent a difference."""
    texts = ["1.9e-06", "-3.81697e+15", "1e+04", "-1E-3", "0.5", "∞", "86%", "1.23e"]
    assert list(map(latex_number, texts)) == [
        r"1.9\times 10^{-6}",
        r"-3.81697\times 10^{15}",
        "10^{4}",
        "-10^{-3}",
        *texts[4:],
    ]


def test_a_narrow_table_needs_booktabs_alone() -> None:
    drawn = booktabs(["$N$", "upper\ngain"], [["2", "15"], ["3", "$10^{4}$"]])
    assert drawn.splitlines() == [
        r"% needs \usepackage{booktabs}",
        r"\begin{tabular}{@{}rr@{}}",
        r"\toprule",
        r"    &    upper \\",
        r"$N$ &     gain \\",
        r"\midrule",
        r"  2 &       15 \\",
        r"  3 & $10^{4}$ \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


def test_a_wide_table_is_shrunk_to_the_line() -> None:
    lines = booktabs(["$N$"], [["9" * LINE_CHARACTERS]]).splitlines()
    assert lines[:4] == [
        r"% needs \usepackage{booktabs}",
        r"% needs \usepackage{graphicx}",
        r"\noindent",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
    ]
    assert lines[-2:] == [r"\end{tabular}%", "}"]


@pytest.mark.parametrize("digits", [1, LINE_CHARACTERS])
def test_a_tall_table_goes_on_over_pages(digits) -> None:
    drawn = booktabs(["$N$"], [["9" * digits]] * (PAGE_ROWS + 1))
    assert "% needs \\usepackage{longtable}\n% more rows than a page has: " in drawn
    assert "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n" in drawn
    assert (r"\footnotesize" in drawn) == (digits > 1)
    assert "tabular}" not in drawn
    assert "graphicx" not in drawn
