"""The sharp bounds lie inside the paper's: fourth part of statement `sharp-bounds`.

τ̂ = ((s/y)^e − 1)/e is the distance of y below s.
"""

from collections.abc import Iterator

from sympy import Expr, Lt, S, Symbol
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, Range
from stairwise.theory.separation import e
from stairwise.theory.sharp_terms import TRIPLE, weight
from stairwise.theory.statement import Case, Kind, Step, Twin
from stairwise.theory.symbols import f, r, s, x
from stairwise.theory.threshold import power_integral

_M, _J = Symbol("m", positive=True), Symbol("J", real=True)
_PAPER_UPPER = _M * (1 - s) / (r - (1 - s))
_PAPER_LOWER = _M / ((1 - f) * r - 1)


def _derive_inside_upper(claim: Relational, domain: Domain) -> Iterator[Step]:
    split = _M / r + _J
    yield Step(
        "s^e K = (1 − q)/(e r) + J: ∫ x^{−p}, which the paper keeps, and J = ∫ x^{1−p}/(1−x) > 0,"
        " which it drops; m = (1 − q)/e",
        split,
        zero=_scaled_power() - _power_share(),
        domain=(Range(e, 0, 2), *TRIPLE),
    )
    reached = split / weight(s)
    yield Step(
        "the tangent at s reaches τ̂ = s^e K/w(s)",
        reached,
        zero=reached - claim.gts,
    )
    yield Step(
        "beyond the paper's τ̂: y is below",
        claim,
        positive=claim.gts - claim.lts,
    )


def _derive_inside_lower(claim: Relational, domain: Domain) -> Iterator[Step]:
    ceiling = 1 / (1 - f) - 1 / (1 - x)
    yield Step(
        "s^e K < (1 − q)/(e r (1 − f)): 1/(1 − x) < 1/(1 − f) below f; m = (1 − q)/e",
        ceiling,
        positive=ceiling,
        domain=(Range(f, 0, 1), Range(x, 0, f)),
    )
    yield Step(
        "its power part is that of the paper",
        _scaled_power(),
        zero=_scaled_power() - _power_share(),
        domain=(Range(e, 0, 2), *TRIPLE),
    )
    reached = _M / (r * (1 - f)) / weight(S.Zero)
    yield Step("so w > w(0) reaches less than", reached, zero=reached - claim.lts)
    yield Step("which is short of the paper's τ̂: y is above", claim, positive=claim.gts - claim.lts)


def _scaled_power() -> Expr:
    """s^e r^{−p} ∫_{s/r}^f x^{−p} dx."""
    return s**e * r ** (-1 - e) * power_integral(s / r, f, 1 + e)


def _power_share() -> Expr:
    """(1 − q)/(e r) with q = (s/(rf))^e."""
    return (1 - (s / (r * f)) ** e) / (e * r)


INSIDE_PAPER_CASES: tuple[Case, ...] = (
    Case(
        "upper from w(s) inside the paper's",
        Kind.UPPER_BOUND,
        Lt(_PAPER_UPPER, (_M / r + _J) / weight(s), evaluate=False),
        (*TRIPLE, Range(_M, 0), Range(_J, 0)),
        _derive_inside_upper,
        (Twin("J negative", domain=(*TRIPLE, Range(_M, 0), Range(_J, -_M / r, 0))),),
    ),
    Case(
        "lower from w(0) inside the paper's",
        Kind.LOWER_BOUND,
        Lt(_M / ((1 - f) * (r - 1)), _PAPER_LOWER, evaluate=False),
        (Range(f, 0, 1), Range(s, 0, f), Range(r, 1 / (1 - f)), Range(_M, 0)),
        _derive_inside_lower,
        (
            Twin(
                "(1 − f) r < 1",
                domain=(
                    Range(f, 0, 1),
                    Range(s, 0, f),
                    Range(r, 1, 1 / (1 - f)),
                    Range(_M, 0),
                ),
            ),
        ),
    ),
)
