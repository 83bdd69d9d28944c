"""A statement's derivation, step by step, for reading: text or LaTeX."""

from collections.abc import Iterator

from sympy import Basic, Symbol, latex, pretty

from stairwise.reports.latex import latex_prose
from stairwise.theory.decide import Decision
from stairwise.theory.statement import Case, Statement, Step, prove
from stairwise.theory.symbols import sigma_star, y_star

WIDTH = 96


def derivation_text(item: Statement) -> str:
    """The derivation as plain text with two-dimensional formulas."""
    return "\n".join(_text(item)) + "\n"


def derivation_latex(item: Statement) -> str:
    """The derivation as a LaTeX fragment (needs amsmath), to be put in a document's body."""
    return "\n".join(_latex(item)) + "\n"


def _text(item: Statement) -> Iterator[str]:
    yield f"{item.title}  [{item.id}]"
    yield f"Setting: {item.setting}"
    yield f"Source: {item.source}"
    if item.depends:
        yield f"Uses: {', '.join(item.depends)}"
    for case in item.cases:
        proof = prove(case)
        yield ""
        yield f"── {case.name} ({case.kind}): {proof.verdict}"
        yield "Assumptions: " + ", ".join(_inline(relation) for relation in case.assumptions)
        yield "Claim:"
        yield _indented(case.claim)
        for number, (step, decision) in enumerate(proof.steps, start=1):
            yield f"{number}. {step.reason}{_obligation(step, decision)}"
            yield _indented(step.expression)
        for twin, verdict in proof.twins:
            yield f"False twin, {twin.label}: {verdict}"


def _obligation(step: Step, decision: Decision | None) -> str:
    if decision is None:
        return "  [definition]"
    what = "residual is zero" if step.zero is not None else "sign is positive"
    return f"  [{what}: {decision.verdict}]"


#: The names as papers write them: SymPy's printers have no star.
_TEXT_NAMES = {sigma_star: Symbol("σ*"), y_star: Symbol("y*")}
_LATEX_NAMES = {sigma_star: r"\sigma^*", y_star: "y^*"}
#: Names of symbols that one statement alone has, spelled so that SymPy would set them as one word.
_LATEX_SPELLINGS = {
    "sigma_star_2": r"\sigma^*_2",
    "sigma*_2": r"\sigma^*_2",
    "sigma*_3": r"\sigma^*_3",
    "y*_1": "y^*_1",
    "y*_2": "y^*_2",
    "log_y_0": r"\log y_0",
    "log_y_safe": r"\log y_{\mathrm{safe}}",
    "log_y_sup": r"\log y_{\sup}",
    "sigma_next": r"\sigma_{\mathrm{next}}",
}


def _indented(expression: Basic) -> str:
    named = expression.xreplace(_TEXT_NAMES)
    drawing = str(pretty(named, use_unicode=True, num_columns=WIDTH))
    return "\n".join(f"      {line}".rstrip() for line in drawing.splitlines())


def _inline(expression: Basic) -> str:
    """On one line where the drawing has one, linear notation otherwise."""
    named = expression.xreplace(_TEXT_NAMES)
    drawing = str(pretty(named, use_unicode=True))
    return str(named) if "\n" in drawing else drawing


def formula(expression: Basic) -> str:
    """LaTeX with the names that papers use."""
    names = {
        symbol: _LATEX_SPELLINGS[symbol.name]
        for symbol in expression.atoms(Symbol)
        if symbol.name in _LATEX_SPELLINGS
    }
    return str(latex(expression, symbol_names=_LATEX_NAMES | names))


def _latex(item: Statement) -> Iterator[str]:
    yield rf"\section*{{{latex_prose(item.title)}}}"
    yield rf"\noindent\textbf{{Setting.}} {latex_prose(item.setting)}"
    yield ""
    yield rf"\noindent\textbf{{Source.}} {latex_prose(item.source)}"
    for case in item.cases:
        yield from _latex_case(case)


def _latex_case(case: Case) -> Iterator[str]:
    proof = prove(case)
    yield rf"\subsection*{{{latex_prose(case.name)} ({case.kind}): {proof.verdict}}}"
    assumptions = ",\\; ".join(formula(relation) for relation in case.assumptions)
    yield rf"\noindent Assumptions: ${assumptions}$. Claim:"
    yield rf"\[ {formula(case.claim)} \]"
    yield r"\begin{enumerate}"
    for step, _ in proof.steps:
        yield rf"\item {latex_prose(step.reason)}"
        yield rf"\[ {formula(step.expression)} \]"
    yield r"\end{enumerate}"
