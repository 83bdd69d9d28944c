"""A statement's derivation, step by step, for reading: text or LaTeX."""

import textwrap
from collections.abc import Iterator

from sympy import Basic, Expr, Symbol, latex, pretty
from sympy.core.relational import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan

from stairwise.reports.latex import latex_prose
from stairwise.reports.latex_lines import display
from stairwise.reports.printing import printing
from stairwise.theory.decide import Decision
from stairwise.theory.domain import Domain
from stairwise.theory.statement import Case, Proof, Statement, Step, prove

#: Columns of prose and of a drawn formula where the width is unknown, as in a file or a pipe.
WIDTH = 96
_INDENT = 6
#: Stands for a space at which a line may not break.
_JOINED = "\N{NO-BREAK SPACE}"


def derivation_text(item: Statement, width: int = WIDTH, *, residuals: bool = False) -> str:
    """The derivation as plain text with two-dimensional formulas, wrapped at `width` columns.

    Steps that assert something show what was decided: signs always, and with `residuals` also each
    residual, as it was given to SymPy, and the ranges on which it was decided.
    """
    return "\n".join(_text(item, width, residuals)) + "\n"


def derivation_latex(item: Statement) -> str:
    """The derivation as a LaTeX fragment for a document's body; it says which package it needs."""
    return "\n".join(_latex(item)) + "\n"


def _text(item: Statement, width: int, residuals: bool) -> Iterator[str]:
    yield _prose(f"{item.title}  [{item.id}]", width)
    yield _prose(f"Setting: {item.setting}", width)
    yield _prose(f"Source: {item.source}", width)
    if item.depends:
        yield _prose(f"Uses: {', '.join(item.depends)}", width)
    for case in item.cases:
        proof = prove(case)
        yield ""
        yield _prose(f"── {case.name} ({case.kind}): {proof.verdict}", width)
        if proof.note:
            yield _prose(f"Note: {proof.note}", width)
        yield _prose(f"Assumptions: {_ranges(case.domain)}", width)
        yield "Claim:"
        yield _indented(case.claim, width)
        for number, (step, decision) in enumerate(proof.steps, start=1):
            decided = f"[{obligation(step, decision)}]".replace(" ", _JOINED)
            yield _prose(f"{number}. {step.reason}  {decided}", width)
            yield _indented(step.expression, width)
            yield from _decided(step, case.domain, width, residuals)
        for twin, verdict in proof.twins:
            yield _prose(f"False twin, {twin.label}: {verdict}", width)


def obligation(step: Step, decision: Decision | None) -> str:
    """What was decided on a step, in words; steps without an obligation are only stated."""
    if decision is None:
        return "stated"
    if step.zero is None:
        which = "sign is positive" if unshown(step) is None else "the last line is positive"
        return f"{which}: {decision.verdict}"
    # Nothing was left to reduce: SymPy found it while the residual was written down.
    how = "evaluates to" if step.zero == 0 else "is"
    return f"residual {how} zero: {decision.verdict}"


def _decided(step: Step, domain: Domain, width: int, residuals: bool) -> Iterator[str]:
    """The obligation itself, where the step's expression does not show it already."""
    if step.positive is not None and (residuals or unshown(step) is not None):
        yield "   decided, to be > 0:"
        yield _indented(step.positive, width)
    elif step.zero is not None and residuals:
        yield "   decided, to be 0:"
        yield _indented(step.zero, width)
    if residuals and not step.is_definition and step.domain not in (None, domain):
        yield _prose(f"   for {_ranges(step.domain or domain)}", width)


def unshown(step: Step) -> Expr | None:
    """The quantity whose sign was decided, where the step's expression does not show it already."""
    if step.positive is None or _shows(step.expression, step.positive):
        return None
    return step.positive


def positive(quantity: Expr) -> StrictGreaterThan:
    """quantity > 0, as an unevaluated relation."""
    return StrictGreaterThan(quantity, 0, evaluate=False)


def _shows(expression: Basic, positive: Expr) -> bool:
    """Whether a reader sees in the expression that it is the positive quantity."""
    if isinstance(expression, GreaterThan | LessThan | StrictGreaterThan | StrictLessThan):
        return bool(expression.gts - expression.lts == positive)
    return bool(expression == positive)


def _ranges(domain: Domain) -> str:
    return ", ".join(_inline(relation) for item in domain for relation in item.relations)


#: The names as papers write them: SymPy's printers have no star, and no subscript within brackets.
_NAMES = {
    "sigma_star": ("σ*", r"\sigma^*"),
    "sigma_star_2": ("σ*₂", r"\sigma^*_2"),
    "sigma*_1": ("σ*₁", r"\sigma^*_1"),
    "sigma*_2": ("σ*₂", r"\sigma^*_2"),
    "sigma*_3": ("σ*₃", r"\sigma^*_3"),
    "sigma_0^chain": ("σ₀", r"\sigma_0"),
    "sigma_next": ("σ⁺", r"\sigma^+"),
    "sigma_pm": ("σ", r"\sigma"),
    "sigma(t_k)": ("σ(tₖ)", r"\sigma(t_k)"),
    "sigma(t_{k-1})": ("σ(tₖ₋₁)", r"\sigma(t_{k-1})"),
    "y_star": ("y*", "y^*"),
    "y*_1": ("y*₁", "y^*_1"),
    "y*_2": ("y*₂", "y^*_2"),
    "F_p(s)": ("Fₚ(s)", "F_p(s)"),
    "F_p(f)": ("Fₚ(f)", "F_p(f)"),
    "D(y_1)": ("D(y₁)", "D(y_1)"),
    "D(y_2)": ("D(y₂)", "D(y_2)"),
    "T_*": ("T*", "T^*"),
    "x_next": ("x_next", r"x_{\mathrm{next}}"),
    "log_y_0": ("log y₀", r"\log y_0"),
    "log_y_safe": ("log y safe", r"\log y_{\mathrm{safe}}"),
    "log_y_sup": ("log y sup", r"\log y_{\mathrm{sup}}"),
    "lim (N-1) log r_c": ("lim (N − 1) log r_c", r"\lim\,(N - 1) \log r_c"),
    "lim (r_c-1)/(2-N)": ("lim (r_c − 1)/(2 − N)", r"\lim\,(r_c - 1)/(2 - N)"),
}


def _named(expression: Basic) -> Basic:
    """The expression with names for reading.

    They are without assumptions: σ* > 0 would be evaluated to true.
    """
    found = {symbol for symbol in expression.atoms(Symbol) if symbol.name in _NAMES}
    return expression.xreplace({symbol: Symbol(_NAMES[symbol.name][0]) for symbol in found})


def _prose(text: str, width: int) -> str:
    """Lines of words, their continuations indented less than a formula; words stay whole."""
    lines = textwrap.wrap(
        text, width, subsequent_indent="   ", break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines).replace(_JOINED, " ")


@printing()
def _indented(expression: Basic, width: int) -> str:
    drawing = str(pretty(_named(expression), use_unicode=True, num_columns=width - _INDENT))
    return "\n".join(f"{' ' * _INDENT}{line}".rstrip() for line in drawing.splitlines())


@printing()
def _inline(expression: Basic) -> str:
    """On one line where the drawing has one, linear notation otherwise."""
    named = _named(expression)
    drawing = str(pretty(named, use_unicode=True, wrap_line=False))
    return str(named) if "\n" in drawing else drawing


@printing()
def formula(expression: Basic) -> str:
    """LaTeX with the names that papers use."""
    return str(latex(expression, symbol_names=_latex_names(expression)))


def _latex_names(expression: Basic) -> dict[Basic, str]:
    found = {symbol for symbol in expression.atoms(Symbol) if symbol.name in _NAMES}
    return {symbol: _NAMES[symbol.name][1] for symbol in found}


def _display(expression: Basic) -> str:
    """A display of LaTeX, with long formulas on several lines."""
    return display(expression, _latex_names(expression))


def _latex(item: Statement) -> Iterator[str]:
    yield r"% needs \usepackage{amsmath}"
    # In a group: the rest of the document breaks its lines and pages as it did.
    yield r"\begingroup\allowdisplaybreaks\emergencystretch=2em"
    yield rf"\section*{{{latex_prose(item.title)}}}"
    yield rf"\noindent\textbf{{Setting.}} {latex_prose(item.setting)}"
    yield ""
    yield rf"\noindent\textbf{{Source.}} {latex_prose(item.source)}"
    if item.depends:
        yield ""
        uses = ", ".join(latex_prose(f"`{id}`") for id in item.depends)
        yield rf"\noindent\textbf{{Uses.}} {uses}"
    for case in item.cases:
        yield from _latex_case(case, prove(case))
    yield r"\par\endgroup"


def _latex_case(case: Case, proof: Proof) -> Iterator[str]:
    yield rf"\subsection*{{{latex_prose(case.name)} ({case.kind}): {proof.verdict}}}"
    assumptions = ", ".join(f"${formula(relation)}$" for relation in case.assumptions)
    yield rf"\noindent Assumptions: {assumptions}. Claim:"
    yield _display(case.claim)
    yield r"\begin{enumerate}"
    for step, decision in proof.steps:
        yield rf"\item {latex_prose(step.reason)} \emph{{({obligation(step, decision)})}}"
        yield _display(step.expression)
        if (quantity := unshown(step)) is not None:
            yield _display(positive(quantity))
    yield r"\end{enumerate}"
    twins = "; ".join(f"{latex_prose(twin.label)} ({verdict})" for twin, verdict in proof.twins)
    yield rf"\noindent False twins: {twins}."
