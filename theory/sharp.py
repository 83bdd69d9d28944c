"""Statement `sharp-bounds`: bounds on the threshold with the right exponent at every ratio.

Two equivalent forms of G(y) = 0 carry it. With B(x) = ∫_0^x t^{1−p}/(1 − t) dt,

    y^{1−p} = k (C + (p−1) D(y)),   k = r/(r−1),   C = s^{1−p} − r^{−p} f^{1−p},
    D(y) = r^{−p} [B(f) − B(y/r)] − [B(s) − B(y)],   increasing in y;

and, with K = r^{−p} T_p(s/r, f) and w(x) = (r−1)/((1−x)(r−x)), increasing in x,

    ∫_y^s x^{−p} w(x) dx = K,   concave in τ = ∫_y^s x^{−p} dx.

Order 0 bounds D by its ends, or w by its ends; every further order puts bounds in for y.
"""

from collections.abc import Iterator

from sympy import (
    Eq,
    Expr,
    Ge,
    Gt,
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
    log,
    powdenest,
    simplify,
    sqrt,
)
from sympy.core.relational import Relational

from stairwise.theory.closed_form import learning_integrand
from stairwise.theory.domain import Domain, Range
from stairwise.theory.elementary import ELEMENTARY_CASES
from stairwise.theory.separation import e
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import f, p, r, s, x, y, y_star
from stairwise.theory.threshold import (
    PAIR,
    G,
    excess,
    learning_integral,
    power_integral,
)

#: 0 < s < f < 1 < r, without and with y in (0, s).
TRIPLE: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(r, 1))
#: The same where the bound of the notes fails: targets in the wrong order.
WRONG_ORDER: Domain = (*PAIR[:3], Range(r, y, 1))


def in_e(domain: Domain) -> Domain:
    """The domain with the range of p as one of e = p − 1, in which exponents stay monomials."""
    return tuple(
        Range(e, item.lower - 1, item.upper - 1) if item.symbol is p else item for item in domain
    )


#: K = r^{−p} T_p(s/r, f), as a positive unknown: what the faster value still has to cross.
K = Symbol("K", positive=True)
_K_RANGE = Range(K, 0)
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


_NAMED: Domain = (Range(_B_SR, 0), Range(_B_F, _B_SR), Range(_B_S, 0), Range(_B_Y, 0))


def weight(point: Expr) -> Expr:
    """w(point) = (r−1)/((1−point)(r−point))."""
    return (r - 1) / ((1 - point) * (r - point))


# The fixed-point form and its bounds.


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
    defect = y ** (1 - p) - claim.rhs.subs(y_star, y)
    yield Step(
        "k (p−1) G is the difference of the two sides, so G = 0 is the claim",
        claim,
        zero=named(r / (r - 1) * (p - 1) * parts - defect),
        domain=(*in_e(domain), *_NAMED, Range(_B_YR, 0)),
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
    yield Step("the fixed-point form", Eq(y_star ** (1 - p), level(shift(y_star)), evaluate=False))
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
    residual = named(claim.rhs).subs(here, _LEVEL) ** (-e) - _LEVEL
    yield Step(
        "y^{1−p} falls, so its inverse turns the inequality round",
        claim,
        zero=residual,
        domain=(*inner, *_NAMED, Range(_LEVEL, 0)),
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
    relative = weight(x) / weight(S.Zero) - 1
    yield Step(
        "a 2-cycle a < b of the map would need ∫_a^b x^{−p} (w/w(0) − 1) dx = ∫_a^b x^{−p} dx",
        relative,
        zero=relative - claim.lts,
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


# One positive integral.


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
        domain=(*inner, _K_RANGE),
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
    yield Step("whose root is the claim", claim, zero=root, domain=(*inner, _K_RANGE))


def _derive_depth_2(claim: Relational, domain: Domain) -> Iterator[Step]:
    odds = log(x) - log(1 - x)
    yield Step(
        "at depth 2 the learning time is a difference of log-odds",
        odds,
        zero=diff(odds, x) - learning_integrand(Integer(2)),
        domain=(Range(x, 0, 1),),
    )
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


def _derive_same(claim: Relational, domain: Domain) -> Iterator[Step]:
    rest = r ** (-p) * (power_integral(s / r, f, p) + regular_part(f) - regular_part(s / r))
    yield Step("K with the integrand split as above", Eq(K, rest, evaluate=False))
    yield Step(
        "the level at D(s) is the one at w(0)",
        claim,
        zero=named(claim.lhs - claim.rhs.subs(K, rest)),
        domain=(*in_e(domain), *_NAMED),
    )


# Inside the paper's bounds. τ̂ = ((s/y)^e − 1)/e is the distance of y below s.

_M, _J = Symbol("m", positive=True), Symbol("J", positive=True)
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


_DEEP = Range(p, 1, 2)
_DEEPER = Range(p, 1, 3)
_SHIFT_SLOPE = y ** (1 - p) * (1 / (1 - y) - 1 / (r * (r - y)))
_CURVATURE = -(y**p) * (r - 1) * (r + 1 - 2 * y) / ((1 - y) ** 2 * (r - y) ** 2)


def _at_end(end: Expr) -> Relational:
    relation = Ge if end == s else Le
    return relation(y_star, level(shift(end)) ** (-1 / (p - 1)), evaluate=False)


def _by_weight(end: Expr, *, deep: bool, factor: Expr = S.One) -> Relational:
    relation = Le if end == s else Ge
    distance = factor * K / weight(end)
    if not deep:
        return relation(y_star, s * exp(-distance), evaluate=False)
    bound = s * (1 + (p - 1) * s ** (p - 1) * distance) ** (-1 / (p - 1))
    return relation(y_star, bound.subs(p, 1 + e), evaluate=False)


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
        (_DEEP, *TRIPLE),
        derive,
        (
            Twin(f"exponent −{exponent}", claim.func(y_star, wrong, evaluate=False)),
            Twin("r < 1", domain=(_DEEP, Range(f, 0, 1), Range(s, 0, f), Range(r, s, 1))),
        ),
    )


def _weight_case(name: str, end: Expr, *, deep: bool) -> Case:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        return _derive_weight_bound(claim, domain, end)

    head: Domain = (_DEEPER,) if deep else ()
    return Case(
        name,
        Kind.UPPER_BOUND if end == s else Kind.LOWER_BOUND,
        _by_weight(end, deep=deep),
        (*head, *TRIPLE),
        derive,
        (
            Twin(
                "K doubled" if end == s else "K halved",
                _by_weight(end, deep=deep, factor=Integer(2) if end == s else S.Half),
            ),
            Twin("r < 1", domain=(*head, Range(f, 0, 1), Range(s, 0, f), Range(r, s, 1))),
        ),
    )


def _depth_2_claims() -> tuple[Relational, Relational]:
    odds = s * (1 - f) / f
    lower = s * (odds / (r - s)) ** (1 / (r - 1))
    upper = s / (1 - s) * (odds / ((1 - s) * r)) ** (1 / (r - 1))
    return Ge(y_star, lower, evaluate=False), Le(y_star, upper, evaluate=False)


_FLAT_LOWER, _FLAT_UPPER = _depth_2_claims()
_FIXED_POINT = Eq(y_star ** (1 - p), level(shift(y_star)), evaluate=False)
_ONE_INTEGRAL = Integral(x ** (-p) * weight(x), (x, y, s)) - r ** (-p) * learning_integral(s / r, f)
_SAME = Eq(level(shift(s)), s ** (1 - p) + (p - 1) * K / weight(S.Zero), evaluate=False)
_TWO_POINTS: Domain = (_DEEP, *TRIPLE, Range(_D1, -1), Range(_D2, _D1))

SHARP_BOUNDS = Statement(
    id="sharp-bounds",
    title="Sharp bounds on the threshold",
    setting=(
        "The threshold y* of a pair at every ratio r > 1: order 0 from the ends of D or of w, order"
        " k by putting bounds in for y, and closed forms without special functions. The upper bound"
        " from D(0) needs C + (p−1) D(0) > 0; the one from w(s) holds always"
    ),
    source=(
        "new. At depth 2 our notes have r and r − s the other way round, which is true but not"
        " sharp; their iteration converges only under the condition of `no 2-cycle`"
    ),
    depends=("toy-flow", "exact-threshold", "separation-bounds"),
    cases=(
        Case(
            "fixed-point form",
            Kind.IDENTITY,
            _FIXED_POINT,
            (_DEEP, *PAIR),
            _derive_fixed_point,
            (
                Twin(
                    "factor p − 1 dropped",
                    Eq(_FIXED_POINT.lhs, level(shift(y_star) / (p - 1)), evaluate=False),
                ),
                Twin("sign of D", Eq(_FIXED_POINT.lhs, level(-shift(y_star)), evaluate=False)),
            ),
        ),
        Case(
            "D increases",
            Kind.LOWER_BOUND,
            Gt(_SHIFT_SLOPE, 0, evaluate=False),
            (_DEEPER, *PAIR),
            _derive_monotone,
            (
                Twin("r < 1", domain=(_DEEPER, *WRONG_ORDER)),
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
            (Twin("larger s", domain=(Range(s, 0, 1), Range(x, 0, s), Range(r, 1))),),
        ),
        Case(
            "one integral",
            Kind.IDENTITY,
            Eq(G, _ONE_INTEGRAL, evaluate=False),
            (_DEEPER, *PAIR),
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
            (_DEEPER, *PAIR),
            _derive_concave,
            (
                Twin("r < 1", domain=(_DEEPER, *WRONG_ORDER)),
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
            (_DEEP, *TRIPLE),
            _derive_same,
            (Twin("K doubled", Eq(_SAME.lhs, _SAME.rhs.subs(K, 2 * K), evaluate=False)),),
        ),
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
        *ELEMENTARY_CASES,
    ),
)
