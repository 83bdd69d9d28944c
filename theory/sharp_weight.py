"""The threshold's equation as one positive integral, and the bounds from the ends of its weight.

Second part of statement `sharp-bounds`: ∫_y^s x^{−p} w(x) dx = K, concave in τ = ∫_y^s x^{−p} dx.
"""

from collections.abc import Iterator

from sympy import (
    Eq,
    Expr,
    Ge,
    Integer,
    Integral,
    Le,
    Lt,
    S,
    Symbol,
    diff,
    exp,
    expand_log,
    expand_power_base,
    powdenest,
    simplify,
)
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, Range
from stairwise.theory.separation import e
from stairwise.theory.sharp_fixed_point import NAMED, level, named, regular_part, shift
from stairwise.theory.sharp_terms import DEEP, DEEPER, K_RANGE, TRIPLE, WRONG_ORDER, K, in_e, weight
from stairwise.theory.statement import Case, Kind, Step, Twin
from stairwise.theory.symbols import f, p, r, s, x, y, y_star
from stairwise.theory.threshold import PAIR, G, excess, learning_integral, power_integral

#: The bound's base while the powers collapse.
_LEVEL = Symbol("level", positive=True)


def _derive_one_integral(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield Step("the excess", Eq(G, excess(), evaluate=False))
    inner = in_e(domain)
    slopes = simplify(diff(excess(), y)) - diff(claim.rhs, y)
    yield Step(
        "both sides have one derivative in y",
        claim,
        zero=slopes.subs(p, 1 + e),
        domain=inner,
    )
    ends = (excess() - claim.rhs).subs(y, s)
    at_s = ends.replace(lambda node: isinstance(node, Integral) and _empty(node), lambda _: S.Zero)
    rest = learning_integral(s / r, f)
    yield Step(
        "and one value at y = s, where the first integrals are empty",
        claim,
        zero=at_s.subs(rest, K).subs(p, 1 + e),
        domain=(*inner, K_RANGE),
    )


def _empty(integral: Integral) -> bool:
    _, lower, upper = integral.limits[0]
    return bool(lower == upper)


def _derive_concave(claim: Relational, domain: Domain) -> Iterator[Step]:
    inner = in_e(domain)
    slope = -simplify(diff(excess(), y)) * y**p
    yield Step(
        "in τ = ∫_y^s x^{−p} dx, dτ = −y^{−p} dy, the integral has the slope w(y)",
        weight(y),
        zero=(slope - weight(y)).subs(p, 1 + e),
        domain=inner,
    )
    yield Step(
        "differentiate once more in τ",
        claim,
        zero=(-(y**p) * diff(weight(y), y) - claim.lts).subs(p, 1 + e),
        domain=inner,
    )
    yield Step(
        "negative: concave, so a chord of a bracket meets K at or beyond τ* (a lower bound on y)"
        " and every tangent meets K at or before τ* (an upper bound)",
        claim,
        positive=(claim.gts - claim.lts).subs(p, 1 + e),
        domain=inner,
    )


def _derive_weight_bound(claim: Relational, domain: Domain, end: Expr) -> Iterator[Step]:
    """Replace w by its value at one end of (0, s); the comparison's root is the bound."""
    deep = domain[0].symbol is p
    exponent = 1 + e if deep else S.One
    inner = in_e(domain)
    upper = isinstance(claim, Le)
    slope = simplify(diff(excess(), y)).subs(p, exponent)
    yield Step(
        "G(y) = ∫_y^s x^{−p} w dx − K: its slope is −y^{−p} w(y)",
        Eq(G, excess(), evaluate=False),
        zero=slope + y ** (-exponent) * weight(y),
        domain=(*inner, Range(y, 0, s)),
    )
    gap = weight(end) - weight(y) if upper else weight(y) - weight(end)
    yield Step(
        f"w rises, so w {'<' if upper else '>'} w({end}) on (0, s)",
        gap,
        positive=gap,
        domain=(*inner, Range(y, 0, s)),
    )
    powers = power_integral(y, s, exponent)
    comparison = weight(end) * powers - K
    yield Step(
        f"so G lies {'below' if upper else 'above'} w({end}) ∫_y^s x^{{−p}} dx − K, equal at y = s",
        comparison,
        zero=powers.subs(y, s),
        domain=inner,
    )
    reached = 1 + e * s**e * K / weight(end)
    if deep:
        # The bound's base, as a symbol while the powers collapse.
        root = comparison.subs(y, claim.rhs.subs(reached, _LEVEL))
        root = powdenest(expand_power_base(root)).subs(_LEVEL, reached)
    else:
        root = expand_log(comparison.subs(y, claim.rhs), force=True)
    yield Step("whose root is the claim", claim, zero=root, domain=(*inner, K_RANGE))


def _derive_same(claim: Relational, domain: Domain) -> Iterator[Step]:
    rest = r ** (-p) * (power_integral(s / r, f, p) + regular_part(f) - regular_part(s / r))
    yield Step("K with the integrand split as above", Eq(K, rest, evaluate=False))
    yield Step(
        "the level at D(s) is the one at w(0)",
        claim,
        zero=named(claim.lhs - claim.rhs.subs(K, rest)),
        domain=(*in_e(domain), *NAMED),
    )


_CURVATURE = -(y**p) * (r - 1) * (r + 1 - 2 * y) / ((1 - y) ** 2 * (r - y) ** 2)


def weight_bound(end: Expr, *, deep: bool, factor: Expr = S.One) -> Relational:
    """The bound on y* from w(end); in e = p − 1 where it is deep, and else for p = 1."""
    relation = Le if end == s else Ge
    distance = factor * K / weight(end)
    if not deep:
        return relation(y_star, s * exp(-distance), evaluate=False)
    bound = s * (1 + (p - 1) * s ** (p - 1) * distance) ** (-1 / (p - 1))
    return relation(y_star, bound.subs(p, 1 + e), evaluate=False)


def _weight_case(name: str, end: Expr, *, deep: bool) -> Case:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        return _derive_weight_bound(claim, domain, end)

    head: Domain = (DEEPER,) if deep else ()
    return Case(
        name,
        Kind.UPPER_BOUND if end == s else Kind.LOWER_BOUND,
        weight_bound(end, deep=deep),
        (*head, *TRIPLE),
        derive,
        (
            Twin(
                "K doubled" if end == s else "K halved",
                weight_bound(end, deep=deep, factor=Integer(2) if end == s else S.Half),
            ),
            Twin("r < 1", domain=(*head, Range(f, 0, 1), Range(s, 0, f), Range(r, s, 1))),
        ),
    )


_ONE_INTEGRAL = Integral(x ** (-p) * weight(x), (x, y, s)) - r ** (-p) * learning_integral(s / r, f)
_SAME = Eq(level(shift(s)), s ** (1 - p) + (p - 1) * K / weight(S.Zero), evaluate=False)

WEIGHT_CASES: tuple[Case, ...] = (
    Case(
        "one integral",
        Kind.IDENTITY,
        Eq(G, _ONE_INTEGRAL, evaluate=False),
        (DEEPER, *PAIR),
        _derive_one_integral,
        (
            Twin(
                "weight without r − 1",
                Eq(
                    G,
                    Integral(x ** (-p) * weight(x) / (r - 1), (x, y, s))
                    - r ** (-p) * learning_integral(s / r, f),
                    evaluate=False,
                ),
            ),
            Twin("K doubled", Eq(G, 2 * _ONE_INTEGRAL, evaluate=False)),
        ),
    ),
    Case(
        "concave",
        Kind.UPPER_BOUND,
        Lt(_CURVATURE, 0, evaluate=False),
        (DEEPER, *PAIR),
        _derive_concave,
        (
            Twin("r < 1", domain=(DEEPER, *WRONG_ORDER)),
            Twin("sign", Lt(-_CURVATURE, 0, evaluate=False)),
        ),
    ),
    _weight_case("lower from w(0), depth > 2", S.Zero, deep=True),
    _weight_case("upper from w(s), depth > 2", s, deep=True),
    _weight_case("lower from w(0), depth 2", S.Zero, deep=False),
    _weight_case("upper from w(s), depth 2", s, deep=False),
    Case(
        "D(s) and w(0) give one bound",
        Kind.IDENTITY,
        _SAME,
        (DEEP, *TRIPLE),
        _derive_same,
        (Twin("K doubled", Eq(_SAME.lhs, _SAME.rhs.subs(K, 2 * K), evaluate=False)),),
    ),
)
