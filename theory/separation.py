"""Statement `separation-bounds`: the paper's bounds on the threshold (Theorem 2).

Replacing 1/(1 − x) by its ends on each interval turns G into a function g with an explicit root.
Where g ≤ G, a root y_b of g has G(y_b) ≥ 0, and as G falls, y_b ≤ y*; where g ≥ G, y_b ≥ y*.
"""

from collections.abc import Iterator

from sympy import (
    Dummy,
    Expr,
    Ge,
    Le,
    Mul,
    S,
    Symbol,
    cancel,
    expand_log,
    expand_power_base,
    log,
    together,
)
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, f, p, r, s, x, y, y_star
from stairwise.theory.threshold import excess, power_integral

#: p − 1 = 1 − 2/N, as a symbol of its own: positive beyond depth 2, 1 at infinite depth.
e = Symbol("e", positive=True)

_FRACTIONS: Domain = (Range(f, 0, 1), Range(s, 0, f))
#: The lower bound needs (1 − f) r > 1, the upper one only r > 1.
LOWER_PAIR: Domain = (*_FRACTIONS, Range(r, 1 / (1 - f)))
UPPER_PAIR: Domain = (*_FRACTIONS, Range(r, 1))


def _derive_bound(
    claim: Relational, domain: Domain, exponent: Expr, *, lower_side: bool
) -> Iterator[Step]:
    # Depth > 2 is worked in e = p − 1, N = 2/(1 − e), so that exponents stay monomials.
    deep = exponent.has(e)
    inner: Domain = (Range(e, 0, 1), *domain[1:]) if deep else domain
    bound = claim.rhs.subs(N, 2 / (1 - e))

    yield Step("the excess, which falls through its root y*", excess().subs(p, exponent))
    yield from _integrand_steps(lower_side)
    slow = power_integral(y, s, exponent)
    fast = power_integral(y / r, f, exponent) * r ** (-exponent)
    comparison = slow - fast / (1 - f) if lower_side else slow / (1 - s) - fast
    yield Step(
        f"so G is bounded from {'below' if lower_side else 'above'} by these integrals; slope in y",
        comparison,
        zero=comparison.diff(y) - _comparison_slope(exponent, lower_side=lower_side),
        domain=(*inner, Range(y, 0, s)),
    )
    at_end = _comparison_end(exponent, lower_side=lower_side)
    yield Step(
        "and their value at y = s: ∫_y^s is empty, and r^{−p} ∫_{y/r}^f is ∫_s^{rf} x^{−p} dx/r",
        at_end,
        zero=comparison.subs(y, s) - at_end,
        domain=inner,
    )
    root, coefficient = _solve_comparison(comparison, exponent)
    yield Step(
        f"the bound on G increases in {'−log y' if exponent == 1 else 'y^{1−p}'}, linearly",
        coefficient,
        positive=coefficient,
        domain=inner,
    )
    yield Step(
        "and is negative at y = s, so its root lies below s, where the bounds on 1/(1 − x) hold",
        comparison.subs(y, s),
        positive=log(r * f / s),
        domain=inner,
    )
    yield Step(
        "the root is the claim: there G is "
        + (
            "≥ 0, so y* lies beyond, as G falls"
            if lower_side
            else "≤ 0, so y* lies before, as G falls"
        ),
        claim,
        zero=(log(bound) if exponent == 1 else _power(bound, 1 - exponent)) - root,
        domain=inner,
    )


def _integrand_steps(lower_side: bool) -> Iterator[Step]:
    """End-point bounds on 1/(1 − x) over the two intervals of integration."""
    curve = 1 / (1 - x)
    slow: Domain = (Range(s, 0, 1), Range(x, 0, s))
    fast: Domain = (Range(f, 0, 1), Range(x, 0, f))
    if lower_side:
        yield Step("slow curve: 1/(1 − x) > 1", curve, positive=curve - 1, domain=slow)
        yield Step(
            "fast curve: 1/(1 − x) < 1/(1 − f) for x < f",
            curve,
            positive=1 / (1 - f) - curve,
            domain=fast,
        )
        return
    yield Step(
        "slow curve: 1/(1 − x) < 1/(1 − s) for x < s",
        curve,
        positive=1 / (1 - s) - curve,
        domain=slow,
    )
    yield Step("fast curve: 1/(1 − x) > 1", curve, positive=curve - 1, domain=fast)


def _comparison_slope(exponent: Expr, *, lower_side: bool) -> Expr:
    """d/dy of the comparison, from the integrands at the moving ends."""
    slow, fast = y ** (-exponent), (y / r) ** (-exponent) * r ** (-exponent) / r
    return -slow + fast / (1 - f) if lower_side else -slow / (1 - s) + fast


def _comparison_end(exponent: Expr, *, lower_side: bool) -> Expr:
    """The comparison at y = s, from ∫_s^{rf} x^{−p} dx in closed form."""
    fast = (
        log(r * f / s)
        if exponent == 1
        else (s**-e - (r * f) ** -e).subs(e, exponent - 1) / (exponent - 1)
    )
    return -fast / (r * (1 - f)) if lower_side else -fast / r


def _solve_comparison(comparison: Expr, exponent: Expr) -> tuple[Expr, Expr]:
    """Root of the comparison, as log y (p = 1) or y^{1−p}, and minus the unknown's coefficient."""
    if exponent == 1:
        unknown = Dummy("log_y", real=True)
        linear = expand_log(comparison, force=True).subs(log(y), unknown)
    else:
        unknown = Dummy("z", positive=True)
        linear = expand_power_base(comparison, force=True).subs(y ** (1 - exponent), unknown)
    slope = linear.diff(unknown)
    root = -linear.subs(unknown, 0) / slope
    return root, -slope if exponent == 1 else slope


def _power(product: Expr, exponent: Expr) -> Expr:
    """product^exponent factor by factor: every base here is positive on the domain."""
    pairs = (factor.as_base_exp() for factor in Mul.make_args(product))
    return Mul(*(base ** cancel(together(power * exponent)) for base, power in pairs))


def _claim(regime: str, side: str) -> Relational:
    """The bound of the paper's Theorem 2."""
    ratio = s / (r * f)
    if side == "lower":
        gain, relation = (1 - f) * r, Ge
        flat = ratio ** (1 / (gain - 1))
        curved, q_factor = gain - 1, 1
    else:
        gain, relation = r, Le
        flat = ratio ** ((1 - s) / (r - (1 - s)))
        curved, q_factor = r - (1 - s), 1 - s
    if regime == "depth 2":
        return relation(y_star, s * flat, evaluate=False)
    if regime == "infinite depth":
        return relation(y_star, s * curved / (gain - q_factor * ratio), evaluate=False)
    q = ratio ** (1 - 2 / N)
    return relation(y_star, s * (curved / (gain - q_factor * q)) ** (N / (N - 2)), evaluate=False)


_EXPONENTS = {"depth 2": S.One, "depth > 2": 1 + e, "infinite depth": S(2)}


def _case(regime: str, side: str) -> Case:
    lower_side = side == "lower"

    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        return _derive_bound(claim, domain, _EXPONENTS[regime], lower_side=lower_side)

    claim = _claim(regime, side)
    pair = LOWER_PAIR if lower_side else UPPER_PAIR
    prefix: Domain = (Range(N, 2),) if regime == "depth > 2" else ()
    too_wide = Range(r, 1) if lower_side else Range(r, s / f)
    return Case(
        f"{side}, {regime}",
        Kind.LOWER_BOUND if lower_side else Kind.UPPER_BOUND,
        claim,
        (*prefix, *pair),
        derive,
        (
            Twin("factor s dropped", claim.func(y_star, claim.rhs / s, evaluate=False)),
            Twin("s and f exchanged", claim.subs({s: f, f: s}, simultaneous=True)),
            Twin(
                "(1 − f) r ≤ 1 allowed" if lower_side else "r ≤ 1 allowed",
                domain=(*prefix, *_FRACTIONS, too_wide),
            ),
        ),
    )


SEPARATION_BOUNDS = Statement(
    id="separation-bounds",
    title="The paper's bounds on the threshold",
    setting=(
        "The threshold y* of a pair, at depth 2, beyond, and at infinite depth. The lower bounds "
        "need (1 − f) r > 1 and say nothing for smaller r. e = p − 1 = 1 − 2/N"
    ),
    source="the paper, Theorem 2, re-derived; stated for s < f anywhere in (0, 1)",
    depends=("toy-flow", "exact-threshold"),
    cases=tuple(_case(regime, side) for regime in _EXPONENTS for side in ("lower", "upper")),
)
