"""Closed forms for `sharp-bounds`: the integrals bounded by powers and logs, with e = p − 1.

J = ∫_α^f x^{−e}/(1 − x) dx (α = s/r) is what K adds to a power, and
h(x) = (w(x)/w(0) − 1)/x = (r + 1 − x)/((1 − x)(r − x)) is what w adds to w(0).
"""

from collections.abc import Iterator

from sympy import Expr, Ge, Integral, Le, S, Symbol, diff, exp, log, sinh
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, Range
from stairwise.theory.separation import e
from stairwise.theory.statement import Case, Kind, Step, Twin
from stairwise.theory.symbols import f, r, s, x

_ALPHA = Symbol("alpha", positive=True)
_HALF_LOG = Symbol("T", positive=True)
_ENDS: Domain = (Range(e, 0, 1), Range(f, 0, 1), Range(_ALPHA, 0, f))
_POINT: Domain = (Range(e, 0, 1), Range(x, 0, 1))
_TAIL = Integral(x ** (-e) / (1 - x), (x, _ALPHA, f))
_LOGS = log((1 - _ALPHA) / (1 - f))
_FULL = (f ** (1 - e) - _ALPHA ** (1 - e)) / (1 - e)
_HALF = 2 * (f ** ((1 - e) / 2) - _ALPHA ** ((1 - e) / 2)) / (1 - e)


def excess_weight(point: Expr) -> Expr:
    """h(point)."""
    return (r + 1 - point) / ((1 - point) * (r - point))


def _ends_and_slope(claim: Relational, slope: Expr) -> Iterator[Step]:
    """Both sides vanish at f = α, and the bound's slope in f is the one given."""
    yield Step(
        "both sides vanish at f = α",
        claim,
        zero=claim.rhs.subs(f, _ALPHA),
        domain=(_ENDS[0], Range(_ALPHA, 0, 1)),
    )
    yield Step(
        "the slope of the bound in f; that of J is f^{−e}/(1 − f)",
        slope,
        zero=diff(claim.rhs, f) - slope,
        domain=_ENDS,
    )


def _derive_tail_lower(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _ends_and_slope(claim, 1 / (1 - f) + e * f ** (-e))
    gap = 1 - x**e - e * (1 - x)
    yield Step(
        "x^{−e}/(1−x) exceeds it by x^{−e}/(1−x) times",
        gap,
        zero=x ** (-e) / (1 - x) * gap - (x ** (-e) / (1 - x) - 1 / (1 - x) - e * x ** (-e)),
        domain=_POINT,
    )
    yield Step("zero at x = 1", gap, zero=gap.subs(x, 1), domain=_POINT)
    falling = e * (x ** (e - 1) - 1)
    yield Step("and falling in x", falling, zero=diff(gap, x) + falling, domain=_POINT)
    yield Step("as x^{e−1} > 1", (e - 1) * log(x), positive=(e - 1) * log(x), domain=_POINT)


def _derive_tail_upper(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield from _ends_and_slope(claim, 1 / (1 - f) + e * f ** (-(1 + e) / 2))
    t = _HALF_LOG
    power = x ** (-(1 + e) / 2)
    ratio = (x ** (-e) - 1) / (1 - x)
    hyperbolic = sinh(e * t) / sinh(t)
    line: Domain = (Range(e, 0, 1), Range(t, 0))
    yield Step(
        "with x = e^{−2T}, (x^{−e} − 1)/(1 − x) = x^{−(1+e)/2} sinh(eT)/sinh T",
        hyperbolic,
        zero=(ratio / power).subs(x, exp(-2 * t)).rewrite(exp) - hyperbolic.rewrite(exp),
        domain=line,
    )
    gap = e * sinh(t) - sinh(e * t)
    yield Step("e sinh T − sinh(eT) vanishes at 0", gap, zero=gap.subs(t, 0), domain=line)
    slope = 2 * e * sinh((1 + e) * t / 2) * sinh((1 - e) * t / 2)
    yield Step(
        "with the slope e (cosh T − cosh(eT)), a product",
        slope,
        zero=(diff(gap, t) - slope).rewrite(exp),
        domain=line,
    )
    yield Step("of positive factors", slope, positive=slope, domain=line)


def _derive_tail_upper_power(claim: Relational, domain: Domain) -> Iterator[Step]:
    split = x ** (-e) + x ** (1 - e) / (1 - x)
    yield Step(
        "x^{−e}/(1 − x) split",
        split,
        zero=split - x ** (-e) / (1 - x),
        domain=_POINT,
    )
    yield Step(
        "bound x^{1−e} by f^{1−e}",
        (1 - e) * log(f / x),
        positive=(1 - e) * log(f / x),
        domain=(Range(e, 0, 1), Range(f, 0, 1), Range(x, 0, f)),
    )
    fixed = Symbol("c", positive=True)  # f^{1−e} as a factor, not as an end
    whole = (f ** (1 - e) - _ALPHA ** (1 - e)) / (1 - e) + fixed * _LOGS
    yield Step(
        "and integrate from α to f",
        whole,
        zero=diff(whole, _ALPHA) + _ALPHA ** (-e) + fixed / (1 - _ALPHA),
        domain=(*_ENDS, Range(fixed, 0)),
    )
    yield Step("the claim", claim, zero=claim.rhs - whole.subs(fixed, f ** (1 - e)), domain=_ENDS)


def _derive_inside_paper(claim: Relational, domain: Domain) -> Iterator[Step]:
    bound = x ** (-e) + f ** (1 - e) / (1 - x)
    yield Step("the integrand of the bound", bound, zero=bound - claim.rhs)
    margin = f ** (-e) * (f / ((1 - f) * x) - 1) - f ** (1 - e) / (1 - x)
    yield Step(
        "the paper's, f/(1−f) x^{−1−e}, exceeds it by (x^{−e} − f^{−e}) (f/((1−f)x) − 1), plus",
        margin,
        zero=claim.lhs - bound - (x ** (-e) - f ** (-e)) * (f / ((1 - f) * x) - 1) - margin,
    )
    yield Step("where x^{−e} > f^{−e}", e * log(f / x), positive=e * log(f / x))
    yield Step("and f > (1 − f) x", f - (1 - f) * x, positive=f - (1 - f) * x)
    factored = f ** (-e) * (f - x) * (1 - (1 - f) * x) / ((1 - f) * x * (1 - x))
    yield Step("and the rest is a product", factored, zero=margin - factored)
    yield Step("of positive factors", claim, positive=factored)


def _derive_excess(claim: Relational, domain: Domain) -> Iterator[Step]:
    h = excess_weight(x)
    weight = r / ((1 - x) * (r - x))
    yield Step("h from w(x)/w(0) = 1 + x h(x)", h, zero=weight - 1 - x * h, domain=domain)
    curvature = diff(h, x, 2)
    yield Step("h is convex", curvature, positive=curvature, domain=domain)
    if isinstance(claim, Le):
        rise = excess_weight(s) - excess_weight(S.Zero)
        chord = excess_weight(S.Zero) + rise * x / s
        yield Step("so below its chord on (0, s)", chord, zero=chord - claim.rhs, domain=domain)
    yield Step("the claim", claim, positive=claim.gts - claim.lts, domain=domain)


_LOWER = _LOGS + e * _FULL
_UPPER = _LOGS + e * _HALF
_UPPER_POWER = f ** (1 - e) * _LOGS + _FULL
_SPAN: Domain = (Range(s, 0, 1), Range(x, 0, s), Range(r, 1))
_BELOW_F: Domain = (Range(e, 0, 1), Range(f, 0, 1), Range(x, 0, f))
_CHORD = excess_weight(S.Zero) + (excess_weight(s) - excess_weight(S.Zero)) * x / s

ELEMENTARY_CASES: tuple[Case, ...] = (
    Case(
        "closed form: J from below",
        Kind.LOWER_BOUND,
        Ge(_TAIL, _LOWER, evaluate=False),
        _ENDS,
        _derive_tail_lower,
        (
            Twin("factor 2 e", Ge(_TAIL, _LOGS + 2 * e * _FULL, evaluate=False)),
            Twin("the upper bound", Ge(_TAIL, _UPPER, evaluate=False)),
        ),
    ),
    Case(
        "closed form: J from above",
        Kind.UPPER_BOUND,
        Le(_TAIL, _UPPER, evaluate=False),
        _ENDS,
        _derive_tail_upper,
        (
            Twin("half of it", Le(_TAIL, _LOGS + e * _HALF / 2, evaluate=False)),
            Twin("full power", Le(_TAIL, _LOWER, evaluate=False)),
        ),
    ),
    Case(
        "closed form: J from above, by powers",
        Kind.UPPER_BOUND,
        Le(_TAIL, _UPPER_POWER, evaluate=False),
        _ENDS,
        _derive_tail_upper_power,
        (Twin("factor α for f", Le(_TAIL, _ALPHA ** (1 - e) * _LOGS + _FULL, evaluate=False)),),
    ),
    Case(
        "closed form inside the paper's",
        Kind.UPPER_BOUND,
        Ge(f / (1 - f) * x ** (-1 - e), x ** (-e) + f ** (1 - e) / (1 - x), evaluate=False),
        _BELOW_F,
        _derive_inside_paper,
        (
            Twin(
                "x > f",
                domain=(Range(e, 0, 1), Range(f, 0, 1), Range(x, f, 1)),
            ),
        ),
    ),
    Case(
        "closed form: h from above",
        Kind.UPPER_BOUND,
        Le(excess_weight(x), _CHORD, evaluate=False),
        _SPAN,
        _derive_excess,
        (Twin("beyond s", domain=(Range(s, 0, 1), Range(x, s, 1), Range(r, 1))),),
    ),
    Case(
        "closed form: h from below",
        Kind.LOWER_BOUND,
        Ge(excess_weight(x), excess_weight(S.Zero), evaluate=False),
        _SPAN,
        _derive_excess,
        (Twin("h(s)", Ge(excess_weight(x), excess_weight(s), evaluate=False)),),
    ),
)
