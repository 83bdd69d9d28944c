"""Statement `depth-law`: how the threshold falls as the ratio r → 1+, with its constants.

With e = p − 1 = 1 − 2/N, F_p(x) = x^{−e}/(−e) + B(x) and T = T_p(s, f) = F_p(f) − F_p(s), the
fixed-point form of `sharp-bounds` reads

    (r−1) y^{−e} = A(r) + e r (D(y) − D(0)),   A(r) = e [r^{−e} F_p(f) − r F_p(s)],

and D(y) − D(0) vanishes with y. For the second terms what is left is bounded from both sides at
finite r, in closed form. So depth 2 is exponential in 1/(r−1), depth N > 2 a power
(r−1)^{N/(N−2)}, and one formula in (N−2)/(r−1) leads through depth 2, down to the critical ratio.
"""

from collections.abc import Iterator

from sympy import (
    Eq,
    Expr,
    S,
    Symbol,
    diff,
    exp,
    expand_log,
    limit,
    log,
    oo,
    powdenest,
    simplify,
)
from sympy.core.relational import Relational

from stairwise.theory.closed_form import learning_integrand, log_odds_step
from stairwise.theory.domain import Domain, Range
from stairwise.theory.separation import e
from stairwise.theory.sharp_fixed_point import FIXED_POINT, level, regular_part, shift
from stairwise.theory.sharp_terms import K_RANGE, weight
from stairwise.theory.sharp_weight import weight_bound
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import f, p, r, s, x, y, y_star
from stairwise.theory.threshold import PAIR, G, excess

_TRIPLE: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(r, 1))
B_S, B_F = (Symbol(name, positive=True) for name in ("B(s)", "B(f)"))
#: B increases from 0, so 0 < B(s) < B(f).
_NAMED: Domain = (Range(B_S, 0), Range(B_F, B_S))
#: y^{1−p}/(1−p)-like unknown: the slope of y* ~ slope·(r − 1) at infinite depth.
_SLOPE = Symbol("c", positive=True)


def antiderivative(end: Expr, regular: Expr, exponent: Expr = p) -> Expr:
    """F_p(end) = end^{1−p}/(1−p) + B(end), with B(end) as a symbol."""
    return end ** (1 - exponent) / (1 - exponent) + regular


def _values(exponent: Expr) -> tuple[Expr, Expr]:
    """F_p(f) and F_p(s)."""
    return antiderivative(f, B_F, exponent), antiderivative(s, B_S, exponent)


def _origin_level(exponent: Expr) -> Expr:
    """A(r) = (r−1)·k (C + (p−1) D(0)), with B(f) and B(s) as symbols."""
    named = shift(S.Zero).subs({regular_part(f): B_F, regular_part(s): B_S})
    at_zero = named.subs(regular_part(S.Zero), regular_part(S.Zero).doit())
    return simplify((r - 1) * level(at_zero)).subs(p, exponent)


def _level_steps(exponent: Expr, ranges: Domain) -> Iterator[Step]:
    """From the fixed-point form to A(1) = (p−1) T, and D(y) − D(0) → 0."""
    split = x ** (-p) + x ** (1 - p) / (1 - x)
    yield Step(
        "F_p has the learning integrand as derivative: T_p(s, f) = F_p(f) − F_p(s)",
        split,
        zero=split - learning_integrand(),
        domain=(Range(p, 0, 3), Range(x, 0, 1)),
    )
    yield Step("the fixed-point form", FIXED_POINT)
    at_f, at_s = _values(exponent)
    origin = (exponent - 1) * (r ** (1 - exponent) * at_f - r * at_s)
    yield Step(
        "its right side at D(0), times r − 1, is A(r)",
        origin,
        zero=origin - _origin_level(exponent),
        domain=(*ranges, *_TRIPLE, *_NAMED),
    )
    inside = (*ranges, *PAIR)
    growth = y ** (1 - exponent) * weight(y) * (r + 1 - y) / r
    slope = simplify(diff(shift(y), y)).subs(p, exponent)
    yield Step(
        "D′(y) = y^{1−p} (r−1)(r+1−y)/(r (1−y)(r−y))",
        growth,
        zero=slope - growth,
        domain=inside,
    )
    ceiling = (r - 1) * (r + 1) / (r * (1 - s) * (r - s))
    yield Step(
        "so D(y) − D(0) ≤ ceiling · y^{2−p}/(2−p): it vanishes with y and with r − 1",
        ceiling,
        positive=ceiling - growth * y ** (exponent - 1),
        domain=inside,
    )


def _vanishing(exponent: Expr, ranges: Domain) -> Step:
    """y* → 0, by the upper bound of `sharp-bounds`."""
    deep = exponent != 1
    bound = weight_bound(s, deep=deep).rhs
    inverse = powdenest((s / bound) ** e, force=True) if deep else expand_log(log(s / bound))
    return Step(
        "y* → 0 as r → 1: the upper bound of `sharp-bounds` does (what it falls with diverges, as"
        " K tends to T > 0)",
        bound,
        zero=limit(1 / inverse, r, 1, "+"),
        domain=(*ranges, *_TRIPLE, K_RANGE),
    )


# Depth > 2.


def _derive_power(claim: Relational, domain: Domain) -> Iterator[Step]:
    ranges: Domain = (Range(e, domain[0].lower - 1, domain[0].upper - 1),)
    yield from _level_steps(1 + e, ranges)
    yield _vanishing(1 + e, ranges)
    at_f, at_s = _values(1 + e)
    constant = limit(_origin_level(1 + e), r, 1)
    yield Step(
        "so (r−1) y^{1−p} → A(1) = (p−1) T",
        constant,
        zero=constant - e * (at_f - at_s),
        domain=(*ranges, *domain[1:]),
    )
    base = Symbol("A(1)", positive=True)
    found = claim.rhs.subs(p, 1 + e).subs(_time().subs(p, 1 + e), base / e)
    yield Step(
        "solve for y",
        claim,
        zero=(r - 1) * found ** (-e) - base,
        domain=(*ranges, *domain[1:], Range(base, 0)),
    )


def _derive_power_terms(claim: Relational, domain: Domain) -> Iterator[Step]:
    ranges: Domain = (Range(e, domain[0].lower - 1, domain[0].upper - 1),)
    inner = (*ranges, *domain[1:])
    yield from _level_steps(1 + e, ranges)
    found = claim.rhs.subs(p, 1 + e)
    logs = -log(_origin_level(1 + e)) / e
    first = diff(logs, r).subs(r, 1)
    yield Step("expand −log A(r)/(p−1) at r = 1: its slope", first)
    smooth = (found - log(r - 1) / e).expand()
    yield Step(
        "without its log(r−1)/(p−1), the claim has that slope",
        smooth,
        zero=diff(smooth, r) - first,
        domain=inner,
    )
    yield Step(
        "and the value at r = 1: the expansion's next term is of order (r−1)²",
        claim,
        zero=(smooth - logs).subs(r, 1),
        domain=inner,
    )
    yield from _power_remainder(ranges, inner)


def _power_remainder(ranges: Domain, inner: Domain) -> Iterator[Step]:
    """0 < [log(r−1) − log A(r)]/e − log y* < a multiple of (r−1)^{1/e}, at every r with A(r) > 0.

    δ = (p−1) r (D(y*) − D(0)) is what the fixed-point form has beyond A(r).
    """
    more, level_at_r = Symbol("delta", positive=True), Symbol("A(r)", positive=True)
    named: Domain = (*ranges, Range(r, 1), Range(level_at_r, 0), Range(more, 0))
    at_y, at_zero = Symbol("D(y)", real=True), Symbol("D(0)", real=True)
    yield Step(
        "the fixed-point form: beside A(r), (p−1) r (D(y*) − D(0)) = δ > 0",
        Eq((r - 1) * y_star ** (1 - p), level_at_r + more, evaluate=False),
        zero=((r - 1) * (level(at_y) - level(at_zero))).subs(p, 1 + e) - e * r * (at_y - at_zero),
        domain=(*ranges, *_TRIPLE, Range(at_zero, -1), Range(at_y, at_zero)),
    )
    exact = (log(r - 1) - log(level_at_r + more)) / e
    lead = (log(r - 1) - log(level_at_r)) / e
    yield Step(
        "so log y*, from it, is below [log(r−1) − log A(r)]/(p−1) by log(1 + δ/A(r))/(p−1)",
        lead,
        zero=lead - exact - log(1 + more / level_at_r) / e,
        domain=named,
    )
    excess_ratio = Symbol("z", positive=True)
    gap = excess_ratio - log(1 + excess_ratio)
    yield Step(
        "which is less than δ/A(r)/(p−1): z − log(1 + z) vanishes at z = 0 and rises",
        gap,
        positive=diff(gap, excess_ratio),
        domain=(Range(excess_ratio, 0),),
    )
    ceiling = (r - 1) * (r + 1) / (r * (1 - s) * (r - s))
    most = e * r * ceiling * y ** (1 - e) / (1 - e)
    bound = (r + 1) / ((1 - s) * (r - s) * (1 - e)) * ((r - 1) / level_at_r) ** (1 / e)
    yield Step(
        "with the ceiling on D(y) − D(0), and y* < ((r−1)/A(r))^{1/(p−1)}, that is less than",
        bound,
        zero=most.subs(y, ((r - 1) / level_at_r) ** (1 / e)) / (level_at_r * e) - bound,
        domain=(*ranges, *_TRIPLE, Range(level_at_r, 0)),
    )
    factor = (r + 1) / ((1 - s) * (r - s) * (1 - e)) * level_at_r ** (-1 / e)
    yield Step(
        "of order (r−1)^{1/(p−1)} = (r−1)^{N/(N−2)}, with a factor that is continuous at r = 1",
        factor,
        zero=bound - factor * (r - 1) ** (1 / e),
        domain=(*ranges, *_TRIPLE, Range(level_at_r, 0)),
    )
    at_f, at_s = _values(1 + e)
    start = e * (at_f - at_s)
    yield Step(
        "and finite, as A(1) = (p−1) T is positive: B(f) > B(s), and s^{1−p} > f^{1−p}",
        start,
        positive=e * log(f / s),
        domain=(*ranges, *_TRIPLE),
    )


# Depth 2.


def _depth_2_right() -> Expr:
    """M(r, y) = (r−1) log y at the threshold."""
    return r * log(s / (1 - s)) + log((1 - f) / f) + r * log(1 - y) - log(r - y)


def _depth_2_steps(domain: Domain) -> Iterator[Step]:
    known = log_odds_step()
    odds = known.expression
    yield known
    fast = odds.subs(x, f) - (log(y) - log(r - y))  # log-odds of y/r
    closed = odds.subs(x, s) - odds.subs(x, y) - fast / r
    yield Step("the excess", Eq(G, excess().subs(p, 1), evaluate=False))
    yield Step(
        "r G = M(r, y) − (r−1) log y",
        _depth_2_right(),
        zero=r * closed - (_depth_2_right() - (r - 1) * log(y)),
        domain=(*domain, Range(y, 0, s)),
    )
    yield _vanishing(S.One, ())


def _derive_exponential(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _depth_2_steps(domain)
    constant = _depth_2_right().subs(y, 0).subs(r, 1)
    yield Step(
        "so (r−1) log y* → M(1, 0)",
        claim,
        zero=expand_log((r - 1) * log(claim.rhs), force=True) - constant,
    )


def _derive_exponential_terms(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _depth_2_steps(domain)
    flat = _depth_2_right().subs(y, 0)
    yield from _exponential_remainder(domain, flat)
    linear = flat.subs(r, 1) + diff(flat, r).subs(r, 1) * (r - 1)
    rest = r - 1 - log(r)
    yield Step(
        "M(r, 0) is linear in r up to r − 1 − log r",
        rest,
        zero=flat - linear - rest,
    )
    yield Step("which vanishes at r = 1 and rises", rest, positive=diff(rest, r))
    yield Step(
        "but slower than (r−1)²/2: log y* less the claim is below (r−1)/2, and above"
        " −r y*/((1−s) (r−1))",
        (r - 1) ** 2 / 2 - rest,
        positive=diff((r - 1) ** 2 / 2 - rest, r),
    )
    yield Step(
        "the claim: value and slope of M(r, 0) at r = 1", claim, zero=linear / (r - 1) - claim.rhs
    )


def _exponential_remainder(domain: Domain, flat: Expr) -> Iterator[Step]:
    """0 < M(r, 0) − M(r, y*) < a multiple of exp(M(r, 0)/(r−1)), at every r > 1."""
    inside: Domain = (*domain, Range(y, 0, s))
    change = flat - _depth_2_right()
    yield Step(
        "M falls in y: M(r, y) < M(r, 0)",
        change,
        positive=diff(change, y),
        domain=inside,
    )
    ceiling = r * y / (1 - s)
    yield Step(
        "by less than r y/(1−s): equal at y = 0, and the difference rises",
        ceiling,
        positive=diff(ceiling - change, y),
        domain=inside,
    )
    yield Step("both vanish at y = 0", change, zero=(ceiling - change).subs(y, 0), domain=inside)
    loss_rate = -flat.subs(r, 1)
    yield Step(
        "and (r−1) log y* < M(r, 0), which tends to −L < 0",
        loss_rate,
        positive=loss_rate,
    )
    decay = Symbol("L", positive=True)
    yield Step(
        "so r y*/(1−s) < r/(1−s) exp(M(r, 0)/(r−1)): exponentially small, o((r−1)²)",
        exp(-decay / (r - 1)),
        zero=limit(exp(-decay / (r - 1)) / (r - 1) ** 2, r, 1, "+"),
        domain=(Range(decay, 0),),
    )


# Infinite depth.


def _infinite(end: Expr) -> Expr:
    return log(end / (1 - end)) - 1 / end


def _derive_infinite(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield Step(
        "at infinite depth F_2 = log(x/(1−x)) − 1/x",
        _infinite(x),
        zero=diff(_infinite(x), x) - learning_integrand(oo),
        domain=(Range(x, 0, 1),),
    )
    inside: Domain = (*domain, Range(y, 0, s))
    closed = _infinite(s) - _infinite(y) - (_infinite(f) - _infinite(y / r)) / r**2
    curved = r * log(1 - y) - log(r - y) / r + (1 / r - r) * log(y)
    right = _infinite(f) / r - r * _infinite(s) - curved
    yield Step(
        "r G = (r−1)/y − M(r, y)",
        right,
        zero=r * closed - ((r - 1) / y - right),
        domain=inside,
    )
    yield _vanishing(1 + e, (Range(e, 0, 2),))
    along = limit(right.subs(y, _SLOPE * (r - 1)), r, 1, "+")
    yield Step(
        "M(r, y) tends to T along every y = c (r−1), as (1/r − r) log y → 0",
        along,
        zero=along - (_infinite(f) - _infinite(s)),
        domain=(*domain, Range(_SLOPE, 0)),
    )
    yield Step("so (r−1)/y* → T", claim, zero=(r - 1) / claim.rhs - along)


# Through depth 2.


def _derive_uniform(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _level_steps(p, domain[:1])
    unknown = (y ** (1 - p) - 1) / (p - 1)
    yield Step(
        "take 1 from y^{1−p} in the fixed-point form and divide by p − 1: finite at p = 1",
        unknown,
        zero=claim.lhs - unknown,
        domain=(*domain, Range(y, 0, s)),
    )
    right = (_origin_level(p) - (r - 1)) / (p - 1)
    constant = limit(right, r, 1)
    yield Step(
        "so (r−1) (y^{1−p} − 1)/(p−1) → T as r → 1, whatever p is",
        constant,
        zero=constant - claim.rhs * (r - 1),
    )
    yield Step(
        "at p = 1 it is depth 2: −log y",
        -log(y),
        zero=limit(unknown, p, 1) + log(y),
        domain=(Range(y, 0, 1),),
    )


def _time() -> Expr:
    at_f, at_s = _values(p)
    return at_f - at_s


def _power_claim(*, exponent: Expr, factor: Expr) -> Relational:
    constant = (factor * _time()) ** (-exponent)
    return Eq(y_star, constant * (r - 1) ** exponent, evaluate=False)


def _terms_claim(sign: int = 1) -> Relational:
    at_f, at_s = _values(p)
    slope = ((p - 1) * at_f + sign * at_s) / ((p - 1) * _time())
    leading = (log(r - 1) - log((p - 1) * _time())) / (p - 1)
    return Eq(log(y_star), leading + slope * (r - 1), evaluate=False)


_L = log(f * (1 - s) / ((1 - f) * s))
_EXPONENTIAL = Eq(y_star, exp(-_L / (r - 1)), evaluate=False)
_EXPONENTIAL_TERMS = Eq(log(y_star), -_L / (r - 1) + log(s / (1 - s)) - 1, evaluate=False)
_INFINITE = Eq(y_star, (r - 1) / (_infinite(f) - _infinite(s)), evaluate=False)
_UNIFORM = Eq((y ** (1 - p) - 1) / (p - 1), _time() / (r - 1), evaluate=False)
_DEEP: Domain = (Range(p, 1, 2), *_TRIPLE, *_NAMED)


def _uniform_case(name: str, lower: int, upper: int) -> Case:
    return Case(
        name,
        Kind.LAW,
        _UNIFORM,
        (Range(p, lower, upper), *PAIR, *_NAMED),
        _derive_uniform,
        (
            Twin("T halved", Eq(_UNIFORM.lhs, _UNIFORM.rhs / 2, evaluate=False)),
            Twin("1 not taken", Eq(y ** (1 - p) / (p - 1), _UNIFORM.rhs, evaluate=False)),
        ),
    )


DEPTH_LAW = Statement(
    id="depth-law",
    title="The depth separation as a law",
    setting=(
        "The threshold as r → 1+: equality stands for the leading behaviour (the ratio of the two"
        " sides tends to 1, of their logs at depth 2), or for the first two terms of log y*, with"
        " an error of O((r−1)^{min(2, N/(N−2))}), and of O(r−1) at depth 2."
        " T = T_p(s, f) = F_p(f) − F_p(s). The uniform forms are for N → 2 with r → 1; at a fixed"
        " depth below 2 no threshold exists near r = 1"
    ),
    source="new constants and expansions; the rates are in the spirit of the paper's Theorem 2",
    depends=("toy-flow", "exact-threshold", "sharp-bounds"),
    cases=(
        Case(
            "depth > 2",
            Kind.LAW,
            _power_claim(exponent=1 / (p - 1), factor=p - 1),
            _DEEP,
            _derive_power,
            (
                Twin("exponent 1/p", _power_claim(exponent=1 / p, factor=p - 1)),
                Twin("factor p − 1 dropped", _power_claim(exponent=1 / (p - 1), factor=S.One)),
            ),
        ),
        Case(
            "two terms, depth > 2",
            Kind.LAW,
            _terms_claim(),
            _DEEP,
            _derive_power_terms,
            (Twin("sign in the second term", _terms_claim(-1)),),
        ),
        Case(
            "depth 2",
            Kind.LAW,
            _EXPONENTIAL,
            _TRIPLE,
            _derive_exponential,
            (
                Twin("a power of r − 1", Eq(y_star, (r - 1) ** _L, evaluate=False)),
                Twin("2 L", Eq(y_star, _EXPONENTIAL.rhs**2, evaluate=False)),
            ),
        ),
        Case(
            "two terms, depth 2",
            Kind.LAW,
            _EXPONENTIAL_TERMS,
            _TRIPLE,
            _derive_exponential_terms,
            (
                Twin(
                    "−1 dropped",
                    Eq(_EXPONENTIAL_TERMS.lhs, _EXPONENTIAL_TERMS.rhs + 1, evaluate=False),
                ),
                Twin("r < 1", domain=(*_TRIPLE[:2], Range(r, s, 1))),
            ),
        ),
        Case(
            "infinite depth",
            Kind.LAW,
            _INFINITE,
            _TRIPLE,
            _derive_infinite,
            (
                Twin("square", Eq(y_star, (r - 1) * _INFINITE.rhs, evaluate=False)),
                Twin("constant halved", Eq(y_star, _INFINITE.rhs / 2, evaluate=False)),
            ),
        ),
        _uniform_case("uniform, depth > 2", 1, 2),
        _uniform_case("uniform, depth < 2", 0, 1),
    ),
)
