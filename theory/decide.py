"""Three-valued decisions: is an expression zero, or positive, on a domain?

Proved means that SymPy reduced the expression to zero, or to a form whose sign its assumption
system derives, over the whole domain. Refuted comes with a rational point at which 30-digit
evaluation shows the opposite. Everything else is undecided, and counts as a failure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod

from sympy import (
    Add,
    Expr,
    Float,
    Mul,
    Symbol,
    cancel,
    expand,
    expand_log,
    expand_power_base,
    factor,
    log,
    logcombine,
    powdenest,
    powsimp,
    simplify,
    together,
)
from sympy.core.function import AppliedUndef

from stairwise.theory._alone import alone
from stairwise.theory._expressions import expression as checked
from stairwise.theory.domain import Domain, cover, sample_points

SAMPLES = 24
DIGITS = 30
#: A value that evalf gives to fewer bits than this was lost in the rounding of its terms.
CORRECT_BITS = 40
#: Beyond this size, relative to the expression's largest term, a value is not rounding: 30-digit
#: evaluation with guard digits leaves 1e-28 or less on exact zeros of our statements.
NONZERO = Float("1e-20", DIGITS)
#: Digits at which evaluation gives up on cancelling terms.
MOST_DIGITS = 100


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


@alone()
def decide_zero(expression: Expr, domain: Domain) -> Decision:
    """Is the expression zero everywhere on the domain?"""
    expression = checked("expression", expression)
    if expression == 0:
        return PROVED
    shown = refute_zero(expression, domain)
    if shown is not None:
        return shown
    if any(form == 0 for form in _zero_forms(expression, domain)):
        return PROVED
    return Decision(Verdict.UNDECIDED, note="zero at every sample, but SymPy does not reduce it")


@alone()
def decide_positive(expression: Expr, domain: Domain) -> Decision:
    """Is the expression greater than zero everywhere on the domain?"""
    expression = checked("expression", expression)
    shown = refute_positive(expression, domain)
    if shown is not None:
        return shown
    covered = expression.subs(cover(domain))
    if any(proven_sign(form) == 1 for form in _sign_forms(covered)):
        return PROVED
    return Decision(Verdict.UNDECIDED, note="positive at every sample, but SymPy proves no sign")


@alone()
def refute_zero(expression: Expr, domain: Domain, samples: int = SAMPLES) -> Decision | None:
    """A sample at which the expression is not zero, or cannot be evaluated; else None."""
    return _refute(expression, domain, samples, lambda value, scale: abs(value) > NONZERO * scale)


@alone()
def refute_positive(expression: Expr, domain: Domain, samples: int = SAMPLES) -> Decision | None:
    """A sample at which the expression is not positive, or cannot be evaluated; else None."""
    return _refute(expression, domain, samples, _is_not_positive)


def _is_not_positive(value: Expr, scale: Expr) -> bool:
    """Certainly not positive: negative beyond rounding, or exactly zero.

    A value lost in the rounding of its terms decides nothing; what is left is to prove the sign.
    """
    if value.is_Rational:
        return bool(value <= 0)
    return bool(value < -NONZERO * scale)


def _refute(
    expression: Expr, domain: Domain, samples: int, wrong: Callable[[Expr, Expr], bool]
) -> Decision | None:
    """The first sample at which the expression is wrong, or cannot be evaluated; else None.

    None is also the answer where nothing can be evaluated (abstract functions): then only a
    symbolic proof counts.
    """
    if expression.has(AppliedUndef):
        return None
    for point in sample_points(domain, samples):
        if expression.free_symbols - point.keys():
            # A symbol without a range is allowed to cancel.
            expression = simplify(expression)
        unbound = expression.free_symbols - point.keys()
        if unbound:
            loose = ", ".join(sorted(map(str, unbound)))
            return Decision(Verdict.UNDECIDED, note=f"no range is given for {loose}")
        value = _value(expression, point)
        if not _is_real(value):
            return Decision(Verdict.UNDECIDED, point, note=f"evaluates to {value}")
        if not _is_noise(value) and wrong(value, _scale(expression, point)):
            return Decision(Verdict.REFUTED, point, note=f"evaluates to {value.evalf(6)}")
    return None


def _value(expression: Expr, point: Mapping[Symbol, Expr]) -> Expr:
    """The expression at the point, in `DIGITS` digits."""
    # Substitution within evalf leaves no powers of rationals for SymPy to simplify: it is the fast
    # way. It keeps complex intermediate values, which only simplification may cancel exactly.
    value = expression.evalf(DIGITS, subs=point, maxn=MOST_DIGITS)
    return value if _is_real(value) else expression.subs(point).evalf(DIGITS, maxn=MOST_DIGITS)


def _is_real(value: Expr) -> bool:
    return bool((value.is_Float or value.is_Rational) and value.is_finite)


def _is_noise(value: Expr) -> bool:
    """Whether evalf, which raises its precision up to `MOST_DIGITS`, found no correct digits."""
    return bool(value.is_Float and value._prec < CORRECT_BITS)


def _scale(expression: Expr, point: Mapping[Symbol, Expr]) -> Expr:
    """Size of the largest term of the expression at the point."""
    sizes = (abs(term.evalf(6, subs=point)) for term in expression.as_ordered_terms())
    return max((size for size in sizes if size.is_Float and size.is_finite), default=Float(1))


def _zero_forms(expression: Expr, domain: Domain) -> Iterator[Expr]:
    """Rewritings of the expression, then of its cover: cheap ones first, `simplify` last.

    Forced rewritings of logs and powers may leave the principal branch; they are safe here because
    the samples, which were evaluated before, would show the jump. Where abstract functions forbid
    samples, nothing is forced.
    """
    covered = expression.subs(cover(domain))
    force = not expression.has(AppliedUndef)
    for form in (expression, covered):
        yield expand(form)
        yield cancel(together(form))
        logs = expand_log(form, force=force)
        yield expand(logs)
        yield expand(expand_log(factor(logs), force=force))
        yield _expand_powers(form, force=force)
    for form in (expression, covered):
        powers = powsimp(expand_power_base(form, force=force), force=force)
        yield simplify(powers)
        yield simplify(logcombine(expand_log(form, force=force), force=force))
        yield simplify(form)


def _expand_powers(expression: Expr, *, force: bool) -> Expr:
    """Powers with simplified exponents and split bases, expanded over a common denominator."""
    tidy = expression.replace(
        lambda node: node.is_Pow and bool(node.exp.free_symbols),
        lambda node: node.base ** cancel(together(node.exp)),
    )
    split = expand_power_base(powdenest(tidy, force=force), force=force)
    numerator, _ = together(expand_power_base(split, force=force)).as_numer_denom()
    return powsimp(expand(expand(numerator, power_base=True, force=force)))


def proven_sign(expression: Expr) -> int:
    """1 or −1 where the sign follows from SymPy's assumptions, with log z read by z − 1; else 0."""
    if expression.is_positive is True:
        return 1
    if expression.is_negative is True:
        return -1
    if isinstance(expression, log):
        signs = map(proven_sign, _polynomial_forms(expression.args[0] - 1))
        return next((sign for sign in signs if sign), 0)
    if isinstance(expression, Mul):
        return prod(proven_sign(factor) for factor in expression.args)
    if isinstance(expression, Add):
        first, *others = (proven_sign(term) for term in expression.args)
        return first if all(sign == first for sign in others) else 0
    return 0


def _polynomial_forms(expression: Expr) -> Iterator[Expr]:
    """Over one denominator, with the numerator expanded: coefficients show the sign."""
    yield expression
    numerator, denominator = factor(together(expression)).as_numer_denom()
    yield expand(numerator) / factor(denominator)


def _sign_forms(expression: Expr) -> Iterator[Expr]:
    """Rewritings from which the sign may be read."""
    yield from _polynomial_forms(expression)
    yield factor(together(expression))
    yield simplify(expression)
