"""Three-valued decisions: is an expression zero, or positive, on a domain?

Proved means that SymPy reduced the expression to zero, or to a form whose sign its assumption
system derives, over the whole domain. Refuted comes with a rational point at which 30-digit
evaluation shows the opposite. Everything else is undecided, and counts as a failure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from sympy import (
    Expr,
    Float,
    Symbol,
    cancel,
    expand,
    expand_log,
    expand_power_base,
    factor,
    logcombine,
    powsimp,
    simplify,
    together,
)
from sympy.core.function import AppliedUndef

from stairwise.theory.domain import Domain, cover, sample_points

SAMPLES = 24
DIGITS = 30
#: Beyond this size, relative to the expression's largest term, a value is not rounding: 30-digit
#: evaluation with guard digits leaves 1e-28 or less on exact zeros of our statements.
NONZERO = Float("1e-20", DIGITS)


class Verdict(Enum):
    """What is known of a claim."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Decision:
    """A verdict, the point that refutes or a word on why it stayed undecided."""

    verdict: Verdict
    witness: Mapping[Symbol, Expr] | None = None
    note: str = ""


PROVED = Decision(Verdict.PROVED)


def decide_zero(expression: Expr, domain: Domain) -> Decision:
    """Is the expression zero everywhere on the domain?"""
    if expression == 0:
        return PROVED
    refuted = _refute(expression, domain, lambda value, scale: abs(value) > NONZERO * scale)
    if refuted is not None:
        return refuted
    covered = expression.subs(cover(domain))
    if any(form == 0 for form in _zero_forms(covered)):
        return PROVED
    return Decision(Verdict.UNDECIDED, note="zero at every sample, but SymPy does not reduce it")


def decide_positive(expression: Expr, domain: Domain) -> Decision:
    """Is the expression greater than zero everywhere on the domain?"""
    refuted = _refute(expression, domain, lambda value, scale: not value > NONZERO * scale)
    if refuted is not None:
        return refuted
    covered = expression.subs(cover(domain))
    if any(form.is_positive is True for form in _sign_forms(covered)):
        return PROVED
    return Decision(Verdict.UNDECIDED, note="positive at every sample, but SymPy proves no sign")


def _refute(
    expression: Expr, domain: Domain, wrong: Callable[[Expr, Expr], bool]
) -> Decision | None:
    """The first sample at which the expression is wrong, or cannot be evaluated; else None.

    None is also the answer where nothing can be evaluated (abstract functions): then only a
    symbolic proof counts.
    """
    if expression.has(AppliedUndef) or expression.has(Symbol("n", integer=True)):
        return None
    for point in sample_points(domain, SAMPLES):
        at = expression.subs(point)
        if at.free_symbols:
            loose = ", ".join(sorted(map(str, at.free_symbols)))
            return Decision(Verdict.UNDECIDED, note=f"no range is given for {loose}")
        value = at.evalf(DIGITS, maxn=400)
        if not (value.is_Float or value.is_Rational) or not value.is_finite:
            return Decision(Verdict.UNDECIDED, point, note=f"evaluates to {value}")
        if wrong(value, _scale(expression, point)):
            return Decision(Verdict.REFUTED, point, note=f"evaluates to {value.evalf(6)}")
    return None


def _scale(expression: Expr, point: Mapping[Symbol, Expr]) -> Expr:
    """Size of the largest term of the expression at the point."""
    sizes = (abs(term.subs(point).evalf(6)) for term in expression.as_ordered_terms())
    return max((size for size in sizes if size.is_Float and size.is_finite), default=Float(1))


def _zero_forms(expression: Expr) -> Iterator[Expr]:
    """Cheap rewritings first; `simplify` last."""
    yield expand(expression)
    yield cancel(together(expression))
    logs = expand_log(expression, force=True)
    yield expand(logs)
    yield expand(expand_log(factor(logs), force=True))
    powers = powsimp(expand_power_base(expression, force=True), force=True)
    yield expand(powers)
    yield simplify(powers)
    yield simplify(logcombine(logs, force=True))
    yield simplify(expression)


def _sign_forms(expression: Expr) -> Iterator[Expr]:
    """Rewritings from which SymPy's assumption system may read the sign."""
    yield expression
    whole = together(expression)
    yield whole
    yield factor(whole)
    numerator, denominator = whole.as_numer_denom()
    yield expand(numerator) / factor(denominator)
    yield simplify(expression)
