"""Statement `critical-ratio`: between depths 1 and 2 only ratios beyond r_c are reachable.

For p < 1 the learning time from 0 is finite, F_p(x) = ∫_0^x t^{−p}/(1 − t) dt, so G(0+) is too.
"""

from collections.abc import Iterator

from sympy import (
    Eq,
    Expr,
    Lt,
    S,
    Symbol,
    diff,
    integrate,
    limit,
    log,
    simplify,
)
from sympy.core.relational import Relational

from stairwise.theory.closed_form import learning_integrand
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, f, p, r, s, x, y
from stairwise.theory.threshold import PAIR, G, G_slope, excess, learning_integral

#: The critical ratio, and F_p at the fractions as positive unknowns, F_p(s) < F_p(f).
R_C = Symbol("r_c", positive=True)
F_s, F_f = Symbol("F_p(s)", positive=True), Symbol("F_p(f)", positive=True)
_FRACTIONS: Domain = (Range(f, 0, 1), Range(s, 0, f))
_TIMES: Domain = (Range(F_s, 0), Range(F_f, F_s))
_SHALLOW = Range(p, 0, 1)
#: B(x) = F_p(x) − x^{1−p}/(1−p) at p = 1 is −log(1 − x), finite.
_D = Symbol("d", positive=True)


def _derive_critical(claim: Relational, domain: Domain) -> Iterator[Step]:
    slope = simplify(diff(excess(), y))
    falling = y ** (-p) * (1 / (1 - y) - 1 / (r - y))
    yield Step(
        "the excess falls in y: its slope",
        Eq(G, excess(), evaluate=False),
        zero=slope + falling,
        domain=(domain[0], *PAIR),
    )
    yield Step("is negative", -falling, positive=falling, domain=(domain[0], *PAIR))
    room = 1 / (1 - f) - 1 / (1 - x)
    yield Step(
        "so some initialisation works iff G(0+) > 0, where times from 0 are finite for p < 1:"
        " x^{−p}/(1 − x) < x^{−p}/(1 − f), whose integral from 0 is",
        _power_from_zero(),
        positive=room,
        domain=(Range(f, 0, 1), Range(x, 0, f)),
    )
    yield Step(
        "finite and positive", _power_from_zero(), positive=_power_from_zero(), domain=domain[:1]
    )
    at_zero = excess().subs(y, 0)
    named = at_zero.subs({learning_integral(S.Zero, s): F_s, learning_integral(S.Zero, f): F_f})
    reached = F_s - r ** (-p) * F_f
    yield Step(
        "G(0+) = F_p(s) − r^{−p} F_p(f)",
        Eq(G, at_zero, evaluate=False),
        zero=named - reached,
        domain=(*domain, Range(r, 1)),
    )
    rise = diff(reached, r)
    yield Step("increases with r", rise, positive=rise, domain=(*domain, Range(r, 1)))
    yield Step(
        "and vanishes at the claim: incremental for small σ0 iff r > r_c",
        claim,
        zero=reached.subs(r, claim.rhs),
    )
    yield Step(
        "r_c > 1, as F_p(f) > F_p(s): below it the threshold does not exist",
        claim,
        positive=log(F_f / F_s),
    )


def _power_from_zero() -> Expr:
    """∫_0^1 x^{−p} dx: the antiderivative x^{1−p}/(1−p) vanishes at 0 iff p < 1."""
    return integrate(x ** (-p), x, conds="none").subs(x, 1)


def _derive_never(claim: Relational, domain: Domain) -> Iterator[Step]:
    reached = (learning_integral(S.Zero, s) - learning_integral(S.Zero, f)).subs(p, 0)
    yield Step(
        "at depth 1, p = 0: G(0+) = F_0(s) − F_0(f) for every r",
        reached,
        zero=excess().subs(y, 0).subs(p, 0) - reached,
    )
    slope = simplify(diff(excess(), y)).subs(p, 0)
    yield Step(
        "which is its largest value: G falls in y at p = 0 too",
        Eq(G_slope, slope, evaluate=False),
        positive=-slope,
        domain=PAIR,
    )
    antiderivative = -log(1 - x)
    yield Step(
        "with F_0(x) = −log(1 − x)",
        antiderivative,
        zero=diff(antiderivative, x) - learning_integrand().subs(p, 0),
        domain=(Range(x, 0, 1),),
    )
    value = antiderivative.subs(x, s) - antiderivative.subs(x, f)
    yield Step("that is", value, zero=value - claim.lts)
    yield Step("negative, as s < f: G < 0 everywhere", claim, positive=claim.gts - claim.lts)


def _derive_towards_1(claim: Relational, domain: Domain) -> Iterator[Step]:
    logs = log(F_f / F_s)
    yield Step(
        "p log r_c = log[F_p(f)/F_p(s)]",
        logs,
        zero=p * log((F_f / F_s) ** (1 / p)) - logs,
        domain=(_SHALLOW, *_TIMES),
    )
    antiderivative = -log(1 - x)
    yield Step(
        "whose times tend to F_0(x) = −log(1 − x) as p → 0",
        antiderivative,
        zero=diff(antiderivative, x) - limit(learning_integrand(), p, 0),
        domain=(Range(x, 0, 1),),
    )
    growth = diff(learning_integrand(), p)
    yield Step(
        "the integrals too, as the integrand falls with p to its limit (monotone convergence)",
        growth,
        positive=growth,
        domain=(_SHALLOW, Range(x, 0, 1)),
    )
    constant = log(antiderivative.subs(x, f) / antiderivative.subs(x, s))
    per_depth = limit((N - 1) / (2 - 2 / N), N, 1)
    yield Step(
        "p = 2 − 2/N ~ 2 (N − 1): (N − 1) log r_c tends to half of its log",
        claim,
        zero=per_depth * constant - claim.rhs,
    )


def _derive_towards_2(claim: Relational, domain: Domain) -> Iterator[Step]:
    split = x ** (-p) + x ** (1 - p) / (1 - x)
    yield Step(
        "F_p(x) = x^{1−p}/(1−p) + B(x), from the split of the integrand",
        split,
        zero=learning_integrand() - split,
        domain=(_SHALLOW, Range(x, 0, 1)),
    )
    regular = -log(1 - x)
    yield Step(
        "B tends to −log(1 − x) as p → 1",
        regular,
        zero=diff(regular, x) - limit(x ** (1 - p) / (1 - x), p, 1),
        domain=(Range(x, 0, 1),),
    )
    growth = diff(x ** (1 - p) / (1 - x), p)
    yield Step(
        "the integral too, as the integrand rises with p to its limit (monotone convergence)",
        growth,
        positive=growth,
        domain=(_SHALLOW, Range(x, 0, 1)),
    )

    def scaled(end: Expr) -> Expr:
        return end**_D + _D * regular.subs(x, end)

    quotient = scaled(f) / scaled(s)
    slope = diff(quotient, _D).subs(_D, 0)
    yield Step(
        "with d = 1 − p, F_p(f)/F_p(s) is 1 at d = 0",
        quotient,
        zero=quotient.subs(_D, 0) - 1,
    )
    yield Step(
        "so its power 1/p, r_c = 1 + slope·d + o(d), has the same slope",
        slope,
        zero=diff(quotient ** (1 / (1 - _D)), _D).subs(_D, 0) - slope,
    )
    per_depth = limit((2 / N - 1) / (2 - N), N, 2)
    yield Step(
        "d = 2/N − 1 ~ (2 − N)/2",
        claim,
        zero=per_depth * slope - claim.rhs,
    )


_CRITICAL = Eq(R_C, (F_f / F_s) ** (1 / p), evaluate=False)
_LOG_ENDS = log(log(1 - f) / log(1 - s))
_ODDS = log(f * (1 - s) / ((1 - f) * s))
_SCALED_LOG, _SCALED_GAP = Symbol("lim (N-1) log r_c"), Symbol("lim (r_c-1)/(2-N)")

CRITICAL_RATIO = Statement(
    id="critical-ratio",
    title="The critical ratio between depths 1 and 2",
    setting=(
        "A pair at depth 1 < N < 2 (0 < p < 1): some initialisation is incremental iff r > r_c."
        " F_p(x) = T_p(0, x). r_c grows like exp(constant/(N−1)) as N → 1, and"
        " r_c − 1 falls linearly as N → 2"
    ),
    source="new",
    depends=("toy-flow", "exact-threshold"),
    cases=(
        Case(
            "necessary and sufficient",
            Kind.IDENTITY,
            _CRITICAL,
            (_SHALLOW, *_TIMES),
            _derive_critical,
            (
                Twin("exponent 1", Eq(R_C, F_f / F_s, evaluate=False)),
                Twin("s and f exchanged", Eq(R_C, (F_s / F_f) ** (1 / p), evaluate=False)),
                Twin("depth above 2", domain=(Range(p, 1, 2), *_TIMES)),
            ),
        ),
        Case(
            "never at depth 1",
            Kind.UPPER_BOUND,
            Lt(log(1 - f) - log(1 - s), 0, evaluate=False),
            _FRACTIONS,
            _derive_never,
            (
                Twin("s > f", domain=(Range(f, 0, 1), Range(s, f, 1))),
                Twin("sign", Lt(log(1 - s) - log(1 - f), 0, evaluate=False)),
            ),
        ),
        Case(
            "towards depth 1",
            Kind.LAW,
            Eq(_SCALED_LOG, _LOG_ENDS / 2, evaluate=False),
            _FRACTIONS,
            _derive_towards_1,
            (Twin("without the half", Eq(_SCALED_LOG, _LOG_ENDS, evaluate=False)),),
        ),
        Case(
            "towards depth 2",
            Kind.LAW,
            Eq(_SCALED_GAP, _ODDS / 2, evaluate=False),
            _FRACTIONS,
            _derive_towards_2,
            (Twin("without the half", Eq(_SCALED_GAP, _ODDS, evaluate=False)),),
        ),
    ),
)
