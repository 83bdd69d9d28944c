"""Statement `descent-bounds`: how far one step of descent goes, and what that gives for thresholds.

The flow takes the time T_p(x, x⁺) for one step of descent, in units of c. That time is c up to
O(c²), and brackets on it turn the exact criterion of the flow into bounds for whole steps: with
ℓ ≤ T_p ≤ L per step, i reaches f after at most T_p(y/r, f)/ℓ_i + 1 and at least T_p(y/r, f)/L_i
steps, and j makes at least T_p(y, s)/L_j − 1 and at most T_p(y, s)/ℓ_j without leaving s.
"""

from collections.abc import Callable, Iterator

from sympy import (
    Eq,
    Expr,
    Gt,
    Integral,
    Le,
    Lt,
    Rational,
    S,
    Symbol,
    cancel,
    diff,
    factor,
    integrate,
    limit,
    log,
    oo,
    powsimp,
    simplify,
)
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory._alone import alone
from stairwise.theory.closed_form import learning_integrand
from stairwise.theory.descent_map import normalised_weight_step
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.step_count import COUNT_CASES
from stairwise.theory.symbols import N, c, eta, f, p, r, s, sigma, sigma_star, u, x, x_next, y

#: T_p(x, x⁺)/c, the time of the flow for one step over that of the step.
tau = Symbol("tau", positive=True)
#: Brackets on the time of a step: L ≥ T_p for j or i, and A = ℓ_i/L_j, B = L_i/ℓ_j.
L, A, B = Symbol("L", positive=True), Symbol("A", positive=True), Symbol("B", positive=True)
#: log y of the largest y below which all, and of the supremum of which some, are incremental.
log_safe, log_supremum = Symbol("log_y_safe", real=True), Symbol("log_y_sup", real=True)
#: Position within a step, from 0 to 1, and the limits of the bounds for η → 0.
_PART = Symbol("vartheta", positive=True)
_LIMIT = Symbol("log_y_0", real=True)

_STEP: Domain = (Range(c, 0, 1), Range(x, 0, 1))


def step_from(exponent_depth: Expr) -> Expr:
    """x⁺ in x and c = η σ*^{2−2/N}, at a given depth."""
    scaled = model.descent_step(exponent_depth).subs(sigma, x * sigma_star)
    power = S(2) - 2 / exponent_depth
    return powsimp((scaled / sigma_star).subs(eta, c / sigma_star**power).expand(), force=True)


@alone()
def growth_factor() -> Expr:
    """q⁺/q of q = x/(1 − x) in one step at depth 2."""
    after = cancel(step_from(S(2)))
    return factor(cancel(after * (1 - x) / ((1 - after) * x)))


def largest_slope(depth: Expr) -> Expr:
    """κ_N: the slope of u⁺ − u (of log x at N = ∞) is at most κ_N c."""
    if depth == 2:
        return Rational(1, 2)
    if depth is oo:
        return Rational(1, 8)
    return ((depth - 2) / (2 * (2 * depth - 1))) ** (1 - 2 / depth) / 2


def _derive_factor(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield Step("one step at depth 2, x = σ/σ*, c = η σ*", step_from(S(2)))
    ratio = growth_factor()
    lower = claim.lhs.has(x) is False
    stated, bound = (claim.rhs, claim.lhs) if lower else (claim.lhs, claim.rhs)
    yield Step("growth factor of q = x/(1 − x)", ratio, zero=ratio - stated)
    yield Step("bracket", claim, positive=ratio - bound if lower else bound - ratio)


def _derive_factor_rises(claim: Relational, domain: Domain) -> Iterator[Step]:
    slope = diff(growth_factor(), x)
    yield Step("slope of the growth factor in x", slope, zero=slope - claim.gts)
    yield Step("is positive", claim, positive=factor(slope))


def _depth_symbol(depth: Expr) -> Domain:
    """Range of the depth where it is a symbol."""
    return (Range(N, 1),) if depth == N else ()


def _derive_step_time(claim: Relational, domain: Domain, depth: Expr) -> Iterator[Step]:
    """Bounds on V′ carried through one step: V(u + θV(u)) against V(u)(1 + kθ)."""
    above = claim.lhs == tau
    advance, position = forward_step(depth)
    yield Step("one step forward: V = u⁺ − u (at N = ∞, of log x)", advance)
    time = learning_integrand(depth).subs(x, position) * diff(position, u)
    unit = u if depth is oo else S.One  # dlog x = dx/x
    yield Step(
        "the flow takes T_p(x, x⁺) = c ∫ dz/V(z) from u to u⁺",
        Eq(tau, Integral(1 / advance, u), evaluate=False),
        zero=powsimp(simplify(time * advance / c), force=True) - 1 / unit,
        domain=(*_depth_symbol(depth), Range(c, 0, 1), Range(u, 0, 1)),
    )
    slope = _slope(depth)
    yield Step("slope of V, at x = u^N", slope)
    if above:
        yield from _least_slope(slope, depth)
        bound = 1 - c * _PART
    else:
        yield from _greatest_slope(slope, depth)
        bound = 1 + largest_slope(depth) * c * _PART
    whole = log(bound) / diff(bound, _PART)
    yield Step(
        "so V along the step compares with V(u) times this, and dz/V with its reciprocal",
        bound,
        zero=diff(whole, _PART) - 1 / bound,
        domain=(*_below(domain), Range(_PART, 0, 1)),
    )
    total = whole.subs(_PART, 1) - whole.subs(_PART, 0)
    stated = claim.rhs if above else claim.lhs
    yield Step("integrated over the step", claim, zero=total - stated, domain=_below(domain))


def _below(domain: Domain) -> Domain:
    """The domain without x, which a bound for every x does not have."""
    return tuple(item for item in domain if item.symbol is not x)


@alone()
def forward_step(depth: Expr) -> tuple[Expr, Expr]:
    """V(u) and x as a function of u; at N = ∞ u stands for x itself, and V for log x⁺ − log x."""
    if depth is oo:
        return simplify(log(step_from(oo) / x).subs(x, u).expand(force=True)), u
    return normalised_weight_step().subs(N, depth) - u, u**depth


def _slope(depth: Expr) -> Expr:
    """V′ as a function of x; at N = ∞ that is dV/dlog x."""
    advance, _ = forward_step(depth)
    if depth is oo:
        return (u * diff(advance, u)).subs(u, x)
    return diff(advance, u).subs(u, x ** (1 / depth))


def _least_slope(slope: Expr, depth: Expr) -> Iterator[Step]:
    """V′ ≥ −c (`descent-map`, "increasing up to f", whose steps hold at f = 1)."""
    if depth is oo:
        yield Step("V′ > −c", slope, positive=simplify((slope + c) / c), domain=_STEP)
        return
    yield Step(
        "it is least at the target, where it is −c",
        slope.subs(x, 1),
        zero=slope.subs(x, 1) + c,
        domain=(*_depth_symbol(depth), Range(c, 0, 1)),
    )


def _greatest_slope(slope: Expr, depth: Expr) -> Iterator[Step]:
    """V′ ≤ κ_N c."""
    limit_slope = largest_slope(depth) * c
    if depth is oo:
        yield Step(
            "V′ ≤ c/8: the difference is a square",
            slope,
            zero=limit_slope - slope - 2 * c * (x - Rational(1, 4)) ** 2,
            domain=_STEP,
        )
        return
    peak = (N - 2) / (2 * (2 * N - 1))
    change = diff(slope, x) * x ** (2 / N) * N**2 / c
    bracket = (N - 1) * (N - 2 - 2 * (2 * N - 1) * x)
    yield Step(
        "its slope has the sign of N − 2 − 2(2N − 1)x: it peaks at x_N = (N − 2)/(2(2N − 1))",
        change,
        zero=change - bracket,
        domain=(Range(N, 2), *_STEP),
    )
    yield Step("rising before", bracket, positive=bracket, domain=(Range(N, 2), Range(x, 0, peak)))
    yield Step("falling after", bracket, positive=-bracket, domain=(Range(N, 2), Range(x, peak)))
    yield Step(
        "at the peak it is κ_N c",
        limit_slope,
        zero=slope.subs(x, peak) - limit_slope,
        domain=(Range(N, 2), Range(c, 0, 1)),
    )


def _derive_within_bend(claim: Relational, domain: Domain) -> Iterator[Step]:
    slope = _slope(N)
    yield Step("slope of V = u⁺ − u, at x = u^N", slope)
    bend = (N - 1) - (2 * N - 1) * x
    yield Step(
        "has the sign of (N − 1) − (2N − 1) x",
        bend,
        zero=slope - c / N * x ** (1 - 2 / N) * bend,
    )
    at_end = bend.subs(x, x_next)
    yield Step("which is positive where the step ends", at_end, positive=at_end)
    yield Step("and all along the step, up to there: V rises", bend, positive=bend)
    total = integrate(S.One, (_PART, 0, 1))
    yield Step("and V ≥ V(u): dz/V is at most dθ", claim, zero=total - claim.rhs)


#: A step from x that ends at x_next ≤ (N − 1)/(2N − 1).
_ENDS_WITHIN: Domain = (
    Range(N, 1),
    Range(c, 0, 1),
    Range(x_next, 0, (N - 1) / (2 * N - 1)),
    Range(x, 0, x_next),
)

#: T_1(y, s) and T_1(y/r, f), the learning times at depth 2.
_SLOW = log(s) - log(1 - s) + log(1 - y) - log(y)
_FAST = log(f) - log(1 - f) + log(r - y) - log(y)


def _flow_time_steps() -> Iterator[Step]:
    odds = log(x / (1 - x))
    yield Step(
        "at depth 2 the flow's time is a difference of log-odds",
        odds,
        zero=diff(odds, x) - learning_integrand(S(2)),
        domain=(Range(x, 0, 1),),
    )
    slow = odds.subs(x, s) - odds.subs(x, y)
    yield Step("from y to s", _SLOW, zero=slow - _SLOW, domain=_PAIR)
    fast = odds.subs(x, f) - odds.subs(x, y / r)
    yield Step("from y/r to f", _FAST, zero=fast - _FAST, domain=_PAIR)


def _derive_sufficient(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _flow_time_steps()
    slow, fast = _SLOW, _FAST
    surplus = slow - fast / A - L
    yield Step(
        "i reaches f within T(y/r, f)/ℓ_i + 1 steps, in which j covers L_j each: enough if ≥ 0",
        surplus,
    )
    linear = log(s / y) - log(f * r / ((1 - f) * y)) / A - L
    gain_slow, gain_fast = log((1 - y) / (1 - s)), log(r / (r - y))
    yield Step(
        "drop two positive terms, which leaves it linear in log y",
        linear,
        zero=surplus - linear - gain_slow - gain_fast / A,
    )
    yield Step("the first", gain_slow, positive=gain_slow)
    yield Step("the second", gain_fast, positive=gain_fast)
    yield Step("it falls with log y", 1 - 1 / A, positive=1 - 1 / A)
    yield Step(
        "so all y up to its root are incremental",
        claim,
        zero=linear - (1 - 1 / A) * (claim.lhs - log(y)),
    )


def _derive_necessary(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _flow_time_steps()
    slow, fast = _SLOW, _FAST
    surplus = slow - fast / B
    yield Step(
        "i needs at least T(y/r, f)/L_i steps, in which j covers at least ℓ_j each: needed ≥ 0",
        surplus,
    )
    linear = log(s / ((1 - s) * y)) - log(f * (r - s) / ((1 - f) * y)) / B
    loss_slow, loss_fast = -log(1 - y), log((r - y) / (r - s))
    yield Step(
        "add two positive terms, which leaves it linear in log y",
        linear,
        zero=(linear - surplus - loss_slow - loss_fast / B) * B,
    )
    yield Step("the first", loss_slow, positive=loss_slow)
    yield Step("the second", loss_fast, positive=loss_fast)
    yield Step("it falls with log y", 1 - 1 / B, positive=1 - 1 / B)
    yield Step(
        "so no y beyond its root is incremental",
        claim,
        zero=linear - (1 - 1 / B) * (claim.rhs - log(y)),
    )


def slowest(rate: Expr) -> Expr:
    """ℓ = 2 log(1 + c/2), the least time of one step at depth 2."""
    return 2 * log(1 + rate / 2)


def fastest(rate: Expr) -> Expr:
    """L = −log(1 − c), the greatest."""
    return -log(1 - rate)


def _derive_limit(claim: Relational, domain: Domain, formula: Expr) -> Iterator[Step]:
    large, small = r * eta, eta
    brackets = {
        A: slowest(large) / fastest(small),
        B: fastest(large) / slowest(small),
        L: fastest(small),
    }
    at_zero = {name: limit(value, eta, 0) for name, value in brackets.items()}
    for name, value in brackets.items():
        yield Step(f"{name} for σ*_j = 1 as a function of η", value)
    yield Step("limits of A and B as η → 0", at_zero[A], zero=at_zero[A] - at_zero[B])
    flow = formula.subs(at_zero)
    yield Step("put in", Eq(_LIMIT, flow, evaluate=False), zero=flow - claim.rhs)


def _derive_one_root(claim: Relational, domain: Domain) -> Iterator[Step]:
    slow = Integral(learning_integrand(), (x, y, s))
    fast = Integral(learning_integrand(), (x, y / r, f))
    surplus = slow - fast / A - L
    yield Step("surplus of time at any depth, with A = ℓ_i/L_j or L_i/ℓ_j", surplus)
    slope = simplify(diff(surplus, y))
    yield Step("its slope in y", slope, zero=slope - claim.lts)
    gap = A * (r - y) - r**p * (1 - y)
    yield Step(
        "is negative with this",
        gap,
        zero=slope + y ** (-p) * gap / (A * (r - y) * (1 - y)),
    )
    spare = A - r ** (p - 1)
    split = spare * (r - y) + r ** (p - 1) * y * (r - 1)
    yield Step("which is a sum of", split, zero=gap - split)
    yield Step("two positive terms", claim, positive=spare * (r - y))
    yield Step("for r > 1", claim, positive=r ** (p - 1) * y * (r - 1))


_RATIO = (1 + c * (1 - x) / 2) ** 2 * (1 - x) / (1 - x * (1 + c * (1 - x) / 2) ** 2)
_PAIR: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(y, 0, s), Range(r, 1))
_SUFFICIENT = (log(s) - L - log(f * r / (1 - f)) / A) / (1 - 1 / A)
_NECESSARY = (log(s / (1 - s)) - log(f * (r - s) / (1 - f)) / B) / (1 - 1 / B)
_SHARP_LOWER = log(s) + log(s * (1 - f) / (f * r)) / (r - 1)
_SHARP_UPPER = log(s / (1 - s)) + log(s * (1 - f) / ((1 - s) * f * (r - s))) / (r - 1)
_TIME_ABOVE = -log(1 - c) / c


def _time_below(depth: Expr) -> Expr:
    slope = largest_slope(depth) * c
    return log(1 + slope) / slope


def _at_depth(depth: Expr) -> Callable[[Relational, Domain], Iterator[Step]]:
    return lambda claim, domain: _derive_step_time(claim, domain, depth)


def _limit_of(formula: Expr) -> Callable[[Relational, Domain], Iterator[Step]]:
    return lambda claim, domain: _derive_limit(claim, domain, formula)


_SLOPE_OF_SURPLUS = y ** (-p) * (r**p / (A * (r - y)) - 1 / (1 - y))
_ANY_POWER: Domain = (Range(p, 1, 2), *_PAIR)
_ONE_ROOT: Domain = (*_ANY_POWER, Range(L, 0), Range(A, r ** (p - 1)))

DESCENT_BOUNDS = Statement(
    id="descent-bounds",
    title="Bounds on the thresholds of gradient descent",
    setting=(
        "Depth 2 unless said; σ*_i = r σ*_j, c = η σ*^{2−2/N} < 1. ℓ and L bracket the flow's time "
        "T_p(x, x⁺) of one step (at depth 2 the log of the growth factor of q = σ/(σ* − σ)); "
        "A = ℓ_i/L_j > 1, B = L_i/ℓ_j > 1. log_y_safe: all y below are incremental; log_y_sup: "
        "none above is. L_j may be taken over x ≤ s only, L_i over x ≤ f only, where the growth "
        "factor is at most its value at s and at f, as it rises: the sharper bounds. x_next is x "
        "after the step. The last cases are on counts of steps along the plateau: k = a/N with "
        "a = c x^{1−2/N}, which a step multiplies by ρ_a, and γ = N log(1 + k), z = k/(1 + k)"
    ),
    source="the paper's Theorem 3, with constants re-derived and sharper; depths beyond 2 are new",
    depends=("descent-map", "closed-form"),
    cases=(
        Case(
            "growth factor from below",
            Kind.LOWER_BOUND,
            Lt((1 + c / 2) ** 2, _RATIO, evaluate=False),
            _STEP,
            _derive_factor,
            (Twin("1 + c", Lt(1 + c + c**2, _RATIO, evaluate=False)),),
        ),
        Case(
            "growth factor from above",
            Kind.UPPER_BOUND,
            Lt(_RATIO, 1 / (1 - c), evaluate=False),
            _STEP,
            _derive_factor,
            (Twin("1 + c", Lt(_RATIO, 1 + c, evaluate=False)),),
        ),
        Case(
            "growth factor rises",
            Kind.LOWER_BOUND,
            Gt(diff(_RATIO, x), 0, evaluate=False),
            _STEP,
            _derive_factor_rises,
            (Twin("of the inverse", Gt(diff(1 / _RATIO, x), 0, evaluate=False)),),
        ),
        Case(
            "step time from above",
            Kind.UPPER_BOUND,
            Le(tau, _TIME_ABOVE, evaluate=False),
            (Range(N, 1), *_STEP),
            _at_depth(N),
            (Twin("half the learning rate", Le(tau, _TIME_ABOVE.subs(c, c / 2), evaluate=False)),),
        ),
        Case(
            "step time from below, depth > 2",
            Kind.LOWER_BOUND,
            Le(_time_below(N), tau, evaluate=False),
            (Range(N, 2), *_STEP),
            _at_depth(N),
            (Twin("half the slope", Le(_time_below(N).subs(c, c / 2), tau, evaluate=False)),),
        ),
        Case(
            "step time from above, infinite depth",
            Kind.UPPER_BOUND,
            Le(tau, _TIME_ABOVE, evaluate=False),
            _STEP,
            _at_depth(oo),
            (Twin("half the learning rate", Le(tau, _TIME_ABOVE.subs(c, c / 2), evaluate=False)),),
        ),
        Case(
            "step time from below, infinite depth",
            Kind.LOWER_BOUND,
            Le(_time_below(oo), tau, evaluate=False),
            _STEP,
            _at_depth(oo),
            (Twin("half the slope", Le(_time_below(oo).subs(c, c / 2), tau, evaluate=False)),),
        ),
        Case(
            "step time, where the step ends within the bend",
            Kind.UPPER_BOUND,
            Le(tau, 1, evaluate=False),
            _ENDS_WITHIN,
            _derive_within_bend,
            (
                Twin(
                    "starts within, ends beyond",
                    domain=(*_ENDS_WITHIN[:2], Range(x_next, 0, 1), _ENDS_WITHIN[3]),
                ),
                Twin("half", Le(tau, Rational(1, 2), evaluate=False)),
            ),
        ),
        Case(
            "sufficient",
            Kind.LOWER_BOUND,
            Le(_SUFFICIENT, log_safe, evaluate=False),
            (*_PAIR, Range(L, 0), Range(A, 1)),
            _derive_sufficient,
            (
                Twin("whole step forgotten", Le(_SUFFICIENT.subs(L, 0), log_safe, evaluate=False)),
                Twin("A < 1", domain=(*_PAIR, Range(L, 0), Range(A, 0, 1))),
            ),
        ),
        Case(
            "necessary",
            Kind.UPPER_BOUND,
            Le(log_supremum, _NECESSARY, evaluate=False),
            (*_PAIR, Range(B, 1)),
            _derive_necessary,
            (
                Twin("r − s for r", Le(log_supremum, _NECESSARY.subs(r, r + s), evaluate=False)),
                Twin("B < 1", domain=(*_PAIR, Range(B, 0, 1))),
            ),
        ),
        Case(
            "limit of the sufficient bound",
            Kind.LAW,
            Eq(_LIMIT, _SHARP_LOWER, evaluate=False),
            _PAIR,
            _limit_of(_SUFFICIENT),
            (Twin("upper for lower", Eq(_LIMIT, _SHARP_UPPER, evaluate=False)),),
        ),
        Case(
            "limit of the necessary bound",
            Kind.LAW,
            Eq(_LIMIT, _SHARP_UPPER, evaluate=False),
            _PAIR,
            _limit_of(_NECESSARY),
            (Twin("lower for upper", Eq(_LIMIT, _SHARP_LOWER, evaluate=False)),),
        ),
        Case(
            "one root at every depth",
            Kind.UPPER_BOUND,
            Lt(_SLOPE_OF_SURPLUS, 0, evaluate=False),
            _ONE_ROOT,
            _derive_one_root,
            (
                Twin("A below r^{p−1}", domain=(*_ONE_ROOT[:-1], Range(A, 0, r ** (p - 1)))),
                Twin("factor r^p dropped", Lt(_SLOPE_OF_SURPLUS.subs(r**p, 1), 0, evaluate=False)),
            ),
        ),
        *COUNT_CASES,
    ),
)
