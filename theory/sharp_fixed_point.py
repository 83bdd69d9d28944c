"""The fixed-point form of the threshold's equation, and the bounds from the ends of D.

First part of statement `sharp-bounds`: y^{1−p} = k (C + (p−1) D(y)) with D increasing in y.
"""

from collections.abc import Iterator

from sympy import Eq, Expr, Ge, Gt, Integral, Le, Lt, S, Symbol, diff, log, simplify, sqrt
from sympy.core.relational import Relational

from stairwise.theory.closed_form import learning_integrand
from stairwise.theory.domain import Domain, Range
from stairwise.theory.separation import e
from stairwise.theory.sharp_terms import DEEP, DEEPER, TRIPLE, WRONG_ORDER, in_e, weight
from stairwise.theory.statement import Case, Kind, Step, Twin
from stairwise.theory.symbols import a, b, f, p, r, s, x, y, y_star
from stairwise.theory.threshold import PAIR, G, excess, power_integral

_B_F, _B_S, _B_Y, _B_YR, _B_SR = (
    Symbol(f"B({name})", positive=True) for name in ("f", "s", "y", "y/r", "s/r")
)
_D1, _D2 = Symbol("D(y_1)", real=True), Symbol("D(y_2)", real=True)
_LEVEL = Symbol("level", positive=True)


def regular_part(end: Expr) -> Expr:
    """B(end) = ∫_0^end x^{1−p}/(1 − x) dx, unevaluated."""
    return Integral(x ** (1 - p) / (1 - x), (x, 0, end))


def shift(start: Expr) -> Expr:
    """D(start) of the fixed-point form."""
    fast = regular_part(f) - regular_part(start / r)
    return r ** (-p) * fast - (regular_part(s) - regular_part(start))


def level(moved: Expr) -> Expr:
    """k (C + (p−1) D), the right side of the fixed-point form."""
    return r / (r - 1) * (s ** (1 - p) - r ** (-p) * f ** (1 - p) + (p - 1) * moved)


FIXED_POINT = Eq(y_star ** (1 - p), level(shift(y_star)), evaluate=False)


def named(expression: Expr) -> Expr:
    """The integrals B as positive unknowns, and p = 1 + e: an identity in them is an identity."""
    names = {
        regular_part(f): _B_F,
        regular_part(s): _B_S,
        regular_part(y): _B_Y,
        regular_part(y / r): _B_YR,
        regular_part(s / r): _B_SR,
        regular_part(S.Zero): S.Zero,
    }
    return expression.subs(names).subs(p, 1 + e)


#: Ranges of these unknowns.
NAMED: Domain = (Range(_B_SR, 0), Range(_B_F, _B_SR), Range(_B_S, 0), Range(_B_Y, 0))


def _derive_fixed_point(claim: Relational, domain: Domain) -> Iterator[Step]:
    integrand = learning_integrand()
    split = x ** (-p) + x ** (1 - p) / (1 - x)
    yield Step("the excess, whose root is y*", Eq(G, excess(), evaluate=False))
    yield Step(
        "split the integrand into a power and a part that is integrable at 0",
        split,
        zero=integrand - split,
        domain=(Range(p, 0, 3), Range(x, 0, 1)),
    )
    slow = power_integral(y, s, p) + regular_part(s) - regular_part(y)
    fast = power_integral(y / r, f, p) + regular_part(f) - regular_part(y / r)
    parts = slow - r ** (-p) * fast
    yield Step("integrate: powers, and B", Eq(G, parts, evaluate=False))
    defect = (claim.lhs - claim.rhs).subs(y_star, y)
    yield Step(
        "k (p−1) G is the difference of the two sides, so G = 0 is the claim",
        claim,
        zero=named(r / (r - 1) * (p - 1) * parts - defect),
        domain=(*in_e(domain), *NAMED, Range(_B_YR, 0)),
    )


def _derive_monotone(claim: Relational, domain: Domain) -> Iterator[Step]:
    derived = simplify(diff(shift(y), y))
    yield Step(
        "differentiate D in y",
        derived,
        zero=(derived - claim.lhs).subs(p, 1 + e),
        domain=in_e(domain),
    )
    yield Step(
        "positive, as r (r − y) > 1 − y",
        claim,
        positive=claim.lhs.subs(p, 1 + e),
        domain=in_e(domain),
    )


def _derive_shift_bound(claim: Relational, domain: Domain, end: Expr) -> Iterator[Step]:
    yield Step("the fixed-point form", FIXED_POINT)
    inner = in_e(domain)
    yield from _derive_monotone(Gt(_SHIFT_SLOPE, 0, evaluate=False), (*domain, Range(y, 0, s)))
    bracket = level(shift(end))
    if end == s:
        yield Step(
            "so y*^{1−p} < k (C + (p−1) D(s)), where C > 0: its terms' ratio has the log",
            bracket,
            positive=e * log(r * f / s) + log(r),
            domain=inner,
        )
    else:
        yield Step("B(0) = 0", regular_part(S.Zero), zero=regular_part(S.Zero).doit())
        yield Step("so y*^{1−p} > k (C + (p−1) D(0)); void where that is not positive", bracket)
    here = named(bracket)
    falling = -diff(y**-e, y)
    yield Step(
        "y^{1−p} falls in y, so the inequality between powers is the other way round between y",
        falling,
        positive=falling,
        domain=(inner[0], Range(y, 0, 1)),
    )
    yield Step(
        "the claim is the y at which y^{1−p} is that level",
        claim,
        zero=named(claim.rhs).subs(here, _LEVEL) ** (-e) - _LEVEL,
        domain=(*inner, *NAMED, Range(_LEVEL, 0)),
    )


def _derive_nested(claim: Relational, domain: Domain) -> Iterator[Step]:
    gain = r / (r - 1) * (p - 1) * (_D2 - _D1)
    yield Step(
        "for y₁ < y₂, D(y₁) < D(y₂), so the fixed-point map [k (C + (p−1) D(y))]^{−1/(p−1)} falls",
        gain,
        zero=(claim.gts - claim.lts - gain).subs(p, 1 + e),
        domain=in_e(domain),
    )
    yield Step(
        "so from l₀ = map(s) ≤ y* ≤ u₀ = map(0): u₀ ≤ s gives l₁ = map(u₀) ≥ l₀, l₀ ≥ 0 gives"
        " u₁ = map(l₀) ≤ u₀, and l_k ≤ l_{k+1} ≤ y* ≤ u_{k+1} ≤ u_k by induction",
        claim,
        positive=gain.subs(p, 1 + e),
        domain=in_e(domain),
    )


def _derive_contraction(claim: Relational, domain: Domain) -> Iterator[Step]:
    deep = Range(e, 0, 1)
    fall = a ** (1 - p) - b ** (1 - p)
    yield Step(
        "if the map takes a < b to each other, the difference of its two equations is",
        Eq(fall, level(shift(b)) - level(shift(a)), evaluate=False),
    )
    moved = diff(level(shift(y)), y).subs(y, x)
    yield Step(
        "that is ∫_a^b x^{−p} dx = ∫_a^b x^{−p} (w/w(0) − 1) dx: left, by the slope of y^{1−p}",
        x**-p,
        zero=(diff(x ** (1 - p), x) + (p - 1) * x**-p).subs(p, 1 + e),
        domain=(deep, *domain),
    )
    yield Step(
        "and right, by that of D",
        claim.lts,
        zero=(moved - (p - 1) * x**-p * claim.lts).subs(p, 1 + e),
        domain=(deep, *domain),
    )
    root = sqrt(2) * (1 - x) - 1
    apart = (r - 1) * (1 - 2 * x) + root * (root + 2)
    yield Step(
        "impossible where w < 2 w(0): clear the denominators",
        apart,
        zero=apart - (1 - x) * (r - x) * (claim.gts - claim.lts),
    )
    half: Domain = (Range(s, 0, S.Half), Range(x, 0, s))
    yield Step("1 − 1/√2 < 1/2", sqrt(2) - 1, positive=S.Half - domain[0].upper)
    yield Step("so 1 − 2x is positive", 1 - 2 * x, positive=1 - 2 * x, domain=half)
    yield Step("and √2 (1 − x) > 1: the nested bounds meet, in y*", root, positive=root)


_SHIFT_SLOPE = y ** (1 - p) * (1 / (1 - y) - 1 / (r * (r - y)))


def _at_end(end: Expr) -> Relational:
    relation = Ge if end == s else Le
    return relation(y_star, level(shift(end)) ** (-1 / (p - 1)), evaluate=False)


def _shift_case(name: str, end: Expr) -> Case:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        return _derive_shift_bound(claim, domain, end)

    claim = _at_end(end)
    # A lower bound that is larger, or an upper bound that is smaller, is false.
    exponent = 1 / p if end == s else 2 / (p - 1)
    wrong = level(shift(end)) ** (-exponent)
    return Case(
        name,
        Kind.LOWER_BOUND if end == s else Kind.UPPER_BOUND,
        claim,
        (DEEP, *TRIPLE),
        derive,
        (
            Twin(f"exponent −{exponent}", claim.func(y_star, wrong, evaluate=False)),
            Twin("r < 1", domain=(DEEP, Range(f, 0, 1), Range(s, 0, f), Range(r, s, 1))),
        ),
    )


_TWO_POINTS: Domain = (DEEP, *TRIPLE, Range(_D1, -1), Range(_D2, _D1))

FIXED_POINT_CASES: tuple[Case, ...] = (
    Case(
        "fixed-point form",
        Kind.IDENTITY,
        FIXED_POINT,
        (DEEP, *PAIR),
        _derive_fixed_point,
        (
            Twin(
                "factor p − 1 dropped",
                Eq(FIXED_POINT.lhs, level(shift(y_star) / (p - 1)), evaluate=False),
            ),
            Twin("sign of D", Eq(FIXED_POINT.lhs, level(-shift(y_star)), evaluate=False)),
        ),
    ),
    Case(
        "D increases",
        Kind.LOWER_BOUND,
        Gt(_SHIFT_SLOPE, 0, evaluate=False),
        (DEEPER, *PAIR),
        _derive_monotone,
        (
            Twin("r < 1", domain=(DEEPER, *WRONG_ORDER)),
            Twin("sign", Gt(-_SHIFT_SLOPE, 0, evaluate=False)),
        ),
    ),
    _shift_case("lower, order 0, depth > 2", s),
    _shift_case("upper, order 0, depth > 2", S.Zero),
    Case(
        "nested in order",
        Kind.UPPER_BOUND,
        Lt(level(_D1), level(_D2), evaluate=False),
        _TWO_POINTS,
        _derive_nested,
        (
            Twin("D decreasing", domain=(*_TWO_POINTS[:-1], Range(_D2, _D1 - 1, _D1))),
            Twin("ends exchanged", Lt(level(_D2), level(_D1), evaluate=False)),
        ),
    ),
    Case(
        "no 2-cycle for s < 1 − 1/√2",
        Kind.UPPER_BOUND,
        Lt(weight(x) / weight(S.Zero) - 1, 1, evaluate=False),
        (Range(s, 0, 1 - sqrt(2) / 2), Range(x, 0, s), Range(r, 1)),
        _derive_contraction,
        (
            Twin("larger s", domain=(Range(s, 0, 1), Range(x, 0, s), Range(r, 1))),
            Twin("−1 dropped", Lt(weight(x) / weight(S.Zero), 1, evaluate=False)),
        ),
    ),
)
