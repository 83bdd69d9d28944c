"""Statement `exact-threshold`: which initialisations are learned incrementally, exactly.

A pair of targets σ*_i = r σ*_j is (s, f)-incremental if at some time σ_j ≤ s σ*_j and
σ_i ≥ f σ*_i. With y = σ0/σ*_j this is G(y) ≥ 0, and from depth 2 on G falls from +∞ through one
root, the threshold y*.
"""

from collections.abc import Iterator

from sympy import (
    Dummy,
    Eq,
    Expr,
    Integer,
    Integral,
    Le,
    Lt,
    S,
    Symbol,
    diff,
    integrate,
    limit,
    log,
    powsimp,
    simplify,
)
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory._alone import alone
from stairwise.theory.closed_form import learning_integrand
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, f, p, r, s, sigma, sigma_star, x, y

#: 0 < y < s < f < 1 < r.
PAIR: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(y, 0, s), Range(r, 1))

#: G(y) and its derivative and end value, as names.
G, G_slope, G_end = Symbol("G", real=True), Symbol("dG/dy", real=True), Symbol("G(s)", real=True)
_SLOWER = Symbol("t_j", positive=True)
_FASTER = Symbol("t_i", positive=True)


def learning_integral(lower: Expr, upper: Expr) -> Expr:
    """T_p(lower, upper), unevaluated."""
    return Integral(learning_integrand(), (x, lower, upper))


def excess() -> Expr:
    """G(y) = T_p(y, s) − r^{−p} T_p(y/r, f): how much later σ_j reaches s than σ_i reaches f."""
    return learning_integral(y, s) - r ** (-p) * learning_integral(y / r, f)


@alone()
def power_integral(lower: Expr, upper: Expr, exponent: Expr) -> Expr:
    """P(lower, upper) = ∫ x^{−exponent} dx, integrated by SymPy."""
    antiderivative = integrate(x ** (-exponent), x, conds="none")
    return antiderivative.subs(x, upper) - antiderivative.subs(x, lower)


def _derive_criterion(claim: Relational, domain: Domain) -> Iterator[Step]:
    rate = model.flow_rate().subs(N, 2 / (2 - p))
    rising: Domain = (domain[0], Range(sigma_star, 0), Range(sigma, 0, sigma_star))
    yield Step("σ rises towards its target: dσ/dt > 0", rate, positive=rate, domain=rising)
    unit = learning_integrand() / sigma_star**p
    yield Step(
        "so σ passes α σ* once, at t = ∫ dσ/(dσ/dt) = σ*^{−p} T_p(σ0/σ*, α); in x = σ/σ*",
        unit,
        zero=powsimp((sigma_star / rate).subs(sigma, sigma_star * x)) - unit,
        domain=(domain[0], Range(sigma_star, 0), Range(x, 0, 1)),
    )
    slower = sigma_star ** (-p) * learning_integral(y, s)
    faster = (r * sigma_star) ** (-p) * learning_integral(y / r, f)
    yield Step("σ_j ≤ s σ*_j up to t_j", Eq(_SLOWER, slower, evaluate=False))
    yield Step("σ_i ≥ f σ*_i from t_i on, σ*_i = r σ*_j", Eq(_FASTER, faster, evaluate=False))
    gap = sigma_star**p * (slower - faster)
    residual = (gap - claim.rhs).expand().powsimp(force=True)
    yield Step(
        "some t has both iff t_i ≤ t_j, that is G = σ*_j^p (t_j − t_i) ≥ 0",
        Eq(G, gap, evaluate=False),
        zero=_named_integrals(residual),
        domain=(*domain, Range(sigma_star, 0), *_INTEGRAL_RANGES),
    )


_INTEGRALS = (Symbol("I_j", positive=True), Symbol("I_i", positive=True))
_INTEGRAL_RANGES = tuple(Range(name, 0) for name in _INTEGRALS)


def _named_integrals(expression: Expr) -> Expr:
    """The two learning integrals as positive unknowns: an identity in them is an identity."""
    return expression.subs(
        dict(zip((learning_integral(y, s), learning_integral(y / r, f)), _INTEGRALS, strict=True))
    )


def _derive_slope(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield Step("the excess", Eq(G, excess(), evaluate=False))
    slope = simplify(diff(excess(), y))
    yield Step(
        "SymPy differentiates the integrals in their ends",
        Eq(G_slope, slope, evaluate=False),
        zero=slope - claim.rhs,
    )


def _derive_decreasing(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _derive_slope(Eq(G_slope, claim.lts, evaluate=False), domain)
    yield Step("and the slope is negative: r > 1", claim, positive=claim.gts - claim.lts)


def _derive_negative_end(claim: Relational, domain: Domain) -> Iterator[Step]:
    empty = learning_integral(s, s).doit()
    yield Step("at y = s the first integral is empty", learning_integral(s, s), zero=empty)
    at_end = excess().subs(y, s).subs(learning_integral(s, s), empty)
    second = learning_integral(s / r, f)
    name = _INTEGRALS[1]
    yield Step(
        "what is left is the second, negated",
        Eq(G, at_end, evaluate=False),
        zero=(at_end - claim.lts).subs(second, name),
        domain=(*domain, Range(name, 0)),
    )
    yield Step("it runs upwards, from s/r to f", second, positive=f - s / r)
    integrand = learning_integrand()
    inside: Domain = (domain[0], Range(x, 0, 1))
    yield Step("over a positive integrand", integrand, positive=integrand, domain=inside)


def _derive_divergence(claim: Relational, domain: Domain) -> Iterator[Step]:
    exponent = p if domain[0].symbol is p else S.One
    slope = simplify(diff(excess(), y)).subs(p, exponent)
    floor = (1 - 1 / r) * y ** (-exponent)
    yield Step("slope of the excess", Eq(G_slope, slope, evaluate=False))
    yield Step("G falls at least at the rate (1 − 1/r) y^{−p}", floor, positive=-slope - floor)
    powers = power_integral(y, s, exponent)
    yield Step(
        "integrate from y to s",
        powers,
        zero=diff(powers, y) + y ** (-exponent),
    )
    gain = G_end + (1 - 1 / r) * powers
    yield Step(
        "so G(y) ≥ G(s) + (1 − 1/r) ∫_y^s x^{−p} dx",
        claim,
        zero=gain - claim.lts,
        domain=(*domain, Range(G_end, -1, 0)),
    )
    yield Step(
        "which grows beyond every bound as y → 0 (its reciprocal tends to zero)",
        powers,
        zero=1 / _limit_at_zero(powers, domain),
        domain=domain,
    )
    yield Step(
        "while G(s) is finite: its integral stays away from 0 and 1",
        G_end,
        positive=s * (1 - f) / r,
    )


def _limit_at_zero(powers: Expr, domain: Domain) -> Expr:
    """Limit y → 0+, with the sign of p − 1 told to SymPy where p is a symbol."""
    if domain[0].symbol is not p:
        return limit(powers, y, 0, "+")
    distance = Dummy("e", positive=True)
    exponent = 1 + distance if domain[0].lower >= 1 else 1 - distance
    return limit(powers.subs(p, exponent), y, 0, "+").subs(distance, abs(p - 1))


def _derive_depth_2(claim: Relational, domain: Domain) -> Iterator[Step]:
    integrand = learning_integrand(Integer(2))
    odds = log(x) - log(1 - x)
    yield Step(
        "at depth 2 the learning time is a difference of log-odds",
        odds,
        zero=diff(odds, x) - integrand,
        domain=(Range(x, 0, 1),),
    )
    closed = (odds.subs(x, s) - odds.subs(x, y)) - (odds.subs(x, f) - odds.subs(x, y / r)) / r
    yield Step(
        "G = 0 in that form, exponentiated",
        Eq(G, closed, evaluate=False),
        zero=closed - (log(claim.rhs) - log(claim.lhs)),
    )


_WITH_EXPONENT: Domain = (Range(p, 0, 3), *PAIR)
_SLOPE = y ** (-p) * (1 / (r - y) - 1 / (1 - y))
_END = -(r ** (-p)) * learning_integral(s / r, f)
_DEPTH_2_LEFT = (f * (r - y) / ((1 - f) * y)) ** (1 / r)
_DEPTH_2_RIGHT = s * (1 - y) / ((1 - s) * y)


def _divergence_claim(exponent: Expr) -> Relational:
    if exponent == 1:
        return Le(G_end + (r - 1) / r * log(s / y), G, evaluate=False)
    powers = (y ** (1 - exponent) - s ** (1 - exponent)) / (exponent - 1)
    return Le(G_end + (r - 1) / r * powers, G, evaluate=False)


EXACT_THRESHOLD = Statement(
    id="exact-threshold",
    title="The exact threshold on the initialisation",
    setting=(
        "Two targets σ*_i = r σ*_j, r > 1, from a common start σ0 = y σ*_j; incremental: some t "
        "has σ_j(t) ≤ s σ*_j and σ_i(t) ≥ f σ*_i. For p ≥ 1 (depth ≥ 2, ∞ included) the cases "
        "together give one root y* of G in (0, s): incremental iff y ≤ y*"
    ),
    source="new; the definition is the paper's",
    depends=("toy-flow", "closed-form"),
    cases=(
        Case(
            "criterion",
            Kind.IDENTITY,
            Eq(G, excess(), evaluate=False),
            _WITH_EXPONENT,
            _derive_criterion,
            (
                Twin("factor r^{−p} dropped", Eq(G, excess().subs(r ** (-p), 1), evaluate=False)),
                Twin("sign", Eq(G, -excess(), evaluate=False)),
            ),
        ),
        Case(
            "slope",
            Kind.IDENTITY,
            Eq(G_slope, _SLOPE, evaluate=False),
            _WITH_EXPONENT,
            _derive_slope,
            (Twin("exponent 1 − p", Eq(G_slope, y * _SLOPE, evaluate=False)),),
        ),
        Case(
            "decreasing",
            Kind.UPPER_BOUND,
            Lt(_SLOPE, 0, evaluate=False),
            _WITH_EXPONENT,
            _derive_decreasing,
            (
                Twin(
                    "r < 1",
                    domain=(Range(p, 0, 3), *PAIR[:3], Range(r, y, 1)),
                ),
            ),
        ),
        Case(
            "negative at s",
            Kind.UPPER_BOUND,
            Lt(_END, 0, evaluate=False),
            _WITH_EXPONENT,
            _derive_negative_end,
            (Twin("sign", Lt(-_END, 0, evaluate=False)),),
        ),
        Case(
            "unbounded at 0, depth 2",
            Kind.LOWER_BOUND,
            _divergence_claim(S.One),
            PAIR,
            _derive_divergence,
            (Twin("factor 1/r dropped", Le(G_end + (r - 1) * log(s / y), G, evaluate=False)),),
        ),
        Case(
            "unbounded at 0, depth > 2",
            Kind.LOWER_BOUND,
            _divergence_claim(p),
            (Range(p, 1, 3), *PAIR),
            _derive_divergence,
            (Twin("depth below 2", domain=(Range(p, 0, 1), *PAIR)),),
        ),
        Case(
            "equation at depth 2",
            Kind.IDENTITY,
            Eq(_DEPTH_2_LEFT, _DEPTH_2_RIGHT, evaluate=False),
            PAIR,
            _derive_depth_2,
            (
                Twin(
                    "exponent 1/r dropped",
                    Eq(_DEPTH_2_LEFT**r, _DEPTH_2_RIGHT, evaluate=False),
                ),
            ),
        ),
    ),
)
