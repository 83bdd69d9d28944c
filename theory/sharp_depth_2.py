"""The sharp bounds at depth 2 in elementary functions: third part of statement `sharp-bounds`."""

from collections.abc import Iterator

from sympy import Eq, Ge, Le, diff, expand_log, log, simplify
from sympy.core.relational import Relational

from stairwise.theory.closed_form import log_odds_step
from stairwise.theory.domain import Domain, Range
from stairwise.theory.sharp_terms import TRIPLE, K
from stairwise.theory.statement import Case, Kind, Step, Twin
from stairwise.theory.symbols import f, r, s, x, y, y_star


def _derive_depth_2(claim: Relational, domain: Domain) -> Iterator[Step]:
    known = log_odds_step()
    odds = known.expression
    yield known
    upper = isinstance(claim, Le)
    if not upper:
        rest = (odds.subs(x, f) - odds.subs(x, s / r)) / r
        yield Step("so K = T_1(s/r, f)/r", Eq(K, rest, evaluate=False))
        root = log(s) - r / (r - 1) * rest
        yield Step(
            "in the bound from w > w(0)",
            claim,
            zero=expand_log(log(claim.rhs) - root, force=True),
        )
        return
    closed = odds.subs(x, s) - odds.subs(x, y) - (odds.subs(x, f) - odds.subs(x, y / r)) / r
    bent = log(1 - y) - log(r - y) / r
    straight = closed - bent
    slope = simplify(diff(bent, y))
    inside: Domain = (*domain, Range(y, 0, s))
    yield Step("of which the part that is not linear in log y", bent)
    yield Step("falls, so it is below its value at y = 0", slope, positive=-slope, domain=inside)
    spread = log(r - y) - log(r)
    linear = expand_log(straight, force=True).subs(log(1 - y / r), spread).expand()
    linear = linear + bent.subs(y, 0)
    yield Step(
        "and G lies below what is left, linear in log y",
        linear,
        zero=diff(linear, y) * y + (1 - 1 / r),
        domain=inside,
    )
    yield Step(
        "whose root is the claim",
        claim,
        zero=expand_log(linear.subs(log(y), expand_log(log(claim.rhs), force=True)), force=True),
    )


def _depth_2_claims() -> tuple[Relational, Relational]:
    odds = s * (1 - f) / f
    lower = s * (odds / (r - s)) ** (1 / (r - 1))
    upper = s / (1 - s) * (odds / ((1 - s) * r)) ** (1 / (r - 1))
    return Ge(y_star, lower, evaluate=False), Le(y_star, upper, evaluate=False)


_FLAT_LOWER, _FLAT_UPPER = _depth_2_claims()

DEPTH_2_CASES: tuple[Case, ...] = (
    Case(
        "lower, order 0, depth 2",
        Kind.LOWER_BOUND,
        _FLAT_LOWER,
        TRIPLE,
        _derive_depth_2,
        (
            Twin("exponent 1/r", Ge(y_star, s * (_FLAT_LOWER.rhs / s) ** ((r - 1) / r))),
            Twin("factor s dropped", Ge(y_star, _FLAT_LOWER.rhs / s, evaluate=False)),
        ),
    ),
    Case(
        "upper, order 0, depth 2",
        Kind.UPPER_BOUND,
        _FLAT_UPPER,
        TRIPLE,
        _derive_depth_2,
        (
            Twin("factor 1/(1−s) dropped", Le(y_star, _FLAT_UPPER.rhs * (1 - s))),
            Twin("r < 1", domain=(Range(f, 0, 1), Range(s, 0, f), Range(r, s, 1))),
        ),
    ),
)
