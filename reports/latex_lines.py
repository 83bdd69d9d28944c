"""Long formulas in LaTeX, broken into lines that fit a page: at + and −, within brackets too."""

from collections.abc import Iterator

from sympy import Add, Basic, Expr, Mul, Pow, atan, cos, exp, fraction, log, sin
from sympy.core.relational import Relational
from sympy.printing.latex import LatexPrinter
from sympy.printing.pretty.pretty import PrettyPrinter

from stairwise.reports.printing import printing

#: Columns of SymPy's two-dimensional drawing that a line of LaTeX is given. Found by typesetting
#: all derivations: with it no formula is too wide in LaTeX's article as it comes.
COLUMNS = 66
#: Columns of a left side, as y* =, that is too short for a line of its own.
_ALONE = 4
#: Functions whose argument may be broken, as a name before its brackets.
_FUNCTIONS = {log: r"\log", exp: r"\exp", sin: r"\sin", cos: r"\cos", atan: r"\operatorname{atan}"}
_RELATIONS = {"==": "=", "<": "<", ">": ">", "<=": r"\leq", ">=": r"\geq", "!=": r"\neq"}


@printing()
def formula_lines(expression: Basic, names: dict[Basic, str], columns: int = COLUMNS) -> list[str]:
    """The formula as LaTeX lines of about so many columns; one line where it fits.

    `names` gives symbols their LaTeX. A part that has no + or − to break at stays on one line.
    """
    lines, current, used = [], "", 0
    for tex, width in _pieces(expression, LatexPrinter({"symbol_names": names}), columns):
        if used > _ALONE and used + width > columns:
            lines.append(current)
            current, used = "", 0
        current = f"{current} {tex}" if current else tex
        used += width
    return [*lines, current]


def display(expression: Basic, names: dict[Basic, str], columns: int = COLUMNS) -> str:
    """The formula as a display: on one line, or on several in `align*`."""
    first, *others = formula_lines(expression, names, columns)
    if not others:
        return rf"\[ {first} \]"
    rest = "".join(rf" \\ & \quad {line}" for line in others)
    return rf"\begin{{align*}} & {first}{rest} \end{{align*}}"


_Pieces = Iterator[tuple[str, int]]


def _width(expression: Basic) -> int:
    """Columns of the drawing, in which fractions and powers are stacked as in LaTeX."""
    return int(PrettyPrinter({"use_unicode": True})._print(expression).width())


def _pieces(expression: Basic, printer: LatexPrinter, columns: int) -> _Pieces:
    """Parts of the formula in order, each with its width; a line may be broken before each."""
    if _width(expression) <= columns:
        yield printer.doprint(expression).strip("$"), _width(expression)
    elif isinstance(expression, Relational):
        yield from _pieces(expression.lhs, printer, columns)
        sign = _RELATIONS[expression.rel_op]
        yield from _after(sign, _pieces(expression.rhs, printer, columns))
    elif isinstance(expression, Add):
        for number, term in enumerate(printer._as_ordered_terms(expression)):
            minus = term.could_extract_minus_sign()
            sign = "-" if minus else "+" if number else ""
            yield from _after(sign, _factor(-term if minus else term, printer, columns))
    elif isinstance(expression, Mul):
        yield from _product(expression, printer, columns)
    elif isinstance(expression, Pow) and not isinstance(expression, exp):
        exponent = printer.doprint(expression.exp)
        yield from _bracketed("", expression.base, f"^{{{exponent}}}", printer, columns)
    elif expression.func in _FUNCTIONS:
        name = _FUNCTIONS[expression.func]
        yield from _bracketed(name, expression.args[0], "", printer, columns)
    else:
        yield printer.doprint(expression), _width(expression)


def _product(expression: Expr, printer: LatexPrinter, columns: int) -> _Pieces:
    """A short coefficient before the widest factor; else factor by factor, the denominator last."""
    if expression.could_extract_minus_sign():
        yield from _after("-", _factor(-expression, printer, columns))
        return
    numerator, denominator = fraction(expression)
    factors = list(Mul.make_args(numerator))
    widest = max(factors, key=_width)
    coefficient = Mul(*(factor for factor in factors if factor != widest)) / denominator
    taken = _width(coefficient) + 1
    if taken <= columns // 2 and widest not in (1, coefficient):
        name = printer.doprint(coefficient)
        before = rf"\left({name}\right)" if isinstance(coefficient, Add) else name
        yield from _after(before, _factor(widest, printer, columns - taken), taken)
        return
    for factor in factors:
        yield from _factor(factor, printer, columns)
    if denominator != 1:
        yield from _after(r"\Big/", _bracketed("", denominator, "", printer, columns))


def _factor(factor: Expr, printer: LatexPrinter, columns: int) -> _Pieces:
    """A factor or a term without its sign: sums in brackets."""
    if isinstance(factor, Add):
        yield from _bracketed("", factor, "", printer, columns)
    else:
        yield from _pieces(factor, printer, columns)


def _bracketed(
    before: str, inner: Basic, after: str, printer: LatexPrinter, columns: int
) -> _Pieces:
    """The inner parts, in brackets of one size that may stand on different lines."""
    parts = list(_pieces(inner, printer, columns))  # the last one is closed
    for number, (tex, width) in enumerate(parts):
        left = rf"{before}\Bigl(" if number == 0 else ""
        right = rf"\Bigr){after}" if number == len(parts) - 1 else ""
        yield f"{left}{tex}{right}", width + 2 + (4 if left and before else 0)


def _after(sign: str, parts: _Pieces, taken: int = 3) -> _Pieces:
    """The parts with a sign or a coefficient, of so many columns, before the first."""
    for number, (tex, width) in enumerate(parts):
        yield (f"{sign} {tex}", width + taken) if sign and number == 0 else (tex, width)
