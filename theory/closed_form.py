"""Statement `closed-form`: the dynamics in closed form (the paper's Theorem 1).

With x = σ/σ* and time in units of σ*^{−p}, the time from x = a to x = b is
T_p(a, b) = ∫_a^b x^{−p}/(1 − x) dx. Depths 1 and 2 invert to σ(t); integer depths N ≥ 3 are
elementary in u = x^{1/N}; every real depth is a ₂F₁.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

from sympy import (
    Add,
    Dummy,
    Eq,
    Expr,
    Function,
    Integer,
    Integral,
    Mul,
    Rational,
    S,
    Symbol,
    apart,
    atan,
    cancel,
    collect,
    cos,
    cyclotomic_poly,
    diff,
    dsolve,
    exp,
    expand,
    expand_power_base,
    fraction,
    hyper,
    integrate,
    log,
    oo,
    pi,
    powsimp,
    rem,
    sin,
    together,
)
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, a, b, p, sigma, sigma0, sigma_dot, sigma_star, t, u, x

START: Domain = (Range(sigma0, 0), Range(sigma_star, 0), Range(t, 0))
UNIT: Domain = (Range(b, 0, 1), Range(a, 0, b))

#: Learning time T_p(a, b) in units of σ*^{−p}.
T = Symbol("T_p", positive=True)


def learning_integrand(depth: Expr | None = None) -> Expr:
    """x^{−p}/(1 − x): dt/dx of the flow in x = σ/σ* and units σ*^{−p}, from the model.

    At the symbolic exponent p without a depth; p = 2 − 2/N is put in by solving for N.
    """
    if depth is None:
        rate, exponent = model.flow_rate().subs(N, 2 / (2 - p)), p
    else:
        rate, exponent = model.flow_rate(depth), _flow_exponent(depth)
    normalised = expand_power_base(collect(rate.subs(sigma, sigma_star * x), sigma_star))
    return 1 / powsimp(normalised / sigma_star ** (exponent + 1))


def log_odds_step() -> Step:
    """log(x/(1 − x)) as the antiderivative of the learning integrand at depth 2."""
    odds = log(x) - log(1 - x)
    return Step(
        "at depth 2 the learning time is a difference of log-odds",
        odds,
        zero=diff(odds, x) - learning_integrand(Integer(2)),
        domain=(Range(x, 0, 1),),
    )


def _flow_exponent(depth: Expr) -> Expr:
    """p = 2 − 2/N as a number."""
    return S(2) if depth is oo else 2 - 2 / depth


def _separation(depth: Expr) -> Step:
    """The step that all time formulas share: separate the flow in x = σ/σ*."""
    rate = model.flow_rate(depth)
    exponent = _flow_exponent(depth)
    integrand = learning_integrand(depth)
    scaled = rate.subs(sigma, sigma_star * x) / sigma_star ** (exponent + 1)
    return Step(
        "separate the flow in x = σ/σ*, time in units of σ*^{−p}: T = ∫_a^b dx/(dx/dt)",
        Eq(T, Integral(integrand, (x, a, b)), evaluate=False),
        zero=scaled * integrand - 1,
        domain=(Range(sigma_star, 0), Range(x, 0, 1)),
    )


# Depths 1 and 2: σ(t) itself.


def _derive_explicit(depth: int, claim: Relational) -> Iterator[Step]:
    rate = model.flow_rate(Integer(depth))
    path = Function("sigma")
    equation = Eq(path(t).diff(t), rate.subs(sigma, path(t)))
    yield Step(f"the flow at depth {depth}, from the loss", equation)
    solved = dsolve(equation, path(t), ics={path(0): sigma0}).rhs
    yield Step(
        "SymPy separates and integrates; σ(0) = σ0 fixes the constant",
        Eq(sigma, solved, evaluate=False),
        zero=solved - claim.rhs,
    )
    yield Step(
        "the claim satisfies the flow",
        claim,
        zero=diff(claim.rhs, t) - rate.subs(sigma, claim.rhs),
    )
    yield Step("the claim starts at σ0", claim, zero=claim.rhs.subs(t, 0) - sigma0)


def _explicit_case(depth: int, solution: Expr, twins: tuple[Twin, ...]) -> Case:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        return _derive_explicit(depth, claim)

    claim = Eq(sigma, solution, evaluate=False)
    return Case(f"depth {depth}", Kind.IDENTITY, claim, START, derive, twins)


_GROWTH = exp(sigma_star * t)
_GROWN = sigma0 * sigma_star * _GROWTH
_DEPTH_1 = _explicit_case(
    1,
    sigma_star + (sigma0 - sigma_star) * exp(-t),
    (Twin("sign of the transient", Eq(sigma, sigma_star - (sigma0 - sigma_star) * exp(-t))),),
)
_DEPTH_2 = _explicit_case(
    2,
    _GROWN / (sigma0 * (_GROWTH - 1) + sigma_star),
    (
        Twin("−1 dropped", Eq(sigma, _GROWN / (sigma0 * _GROWTH + sigma_star))),
        Twin(
            "factor σ* dropped",
            Eq(sigma, _GROWN / sigma_star / (sigma0 * (_GROWTH - 1) + sigma_star)),
        ),
    ),
)


# Integer depths N ≥ 3: elementary in u = x^{1/N}.

_ANGLE = Dummy("c", real=True)
_ROOT = Dummy("omega", positive=True)


def _conjugate_pair(angle: Expr) -> Expr:
    """−ω² log(1 − u/ω) plus its conjugate for ω = e^{ic}, in real form."""
    rotated = u * sin(angle) / (1 - u * cos(angle))
    circle = 1 - 2 * u * cos(angle) + u**2
    return -cos(2 * angle) * log(circle) + 2 * sin(2 * angle) * atan(rotated)


def _antiderivative(depth: int, angle: Expr) -> Expr:
    """F(u) with F′ = N u^{1−N}/(1 − u^N), from the powers of the root e^{i angle}, real form."""
    pairs = [_conjugate_pair(k * angle) for k in _upper_roots(depth)]
    real_roots = (S.One, S.NegativeOne) if depth % 2 == 0 else (S.One,)
    singles = [-(root**2) * log(1 - u / root) for root in real_roots]
    return integrate(depth * u ** (1 - depth), u) + Add(*singles, *pairs)


def _upper_roots(depth: int) -> range:
    """Which powers of e^{2πi/N} lie above the real line: one for each conjugate pair."""
    return range(1, (depth + 1) // 2)


def _derive_integer(depth: int, claim: Relational) -> Iterator[Step]:
    yield _separation(Integer(depth))
    integrand = depth * u ** (1 - depth) / (1 - u**depth)
    disc: Domain = (Range(u, 0, 1),)
    substituted = learning_integrand(Integer(depth)).subs(x, u**depth) * diff(u**depth, u)
    yield Step(
        f"substitute x = u^{depth}",
        Eq(T, Integral(integrand, u), evaluate=False),
        zero=substituted - integrand,
        domain=disc,
    )
    split = depth * u ** (1 - depth) + depth * u / (1 - u**depth)
    yield Step("split off the power", split, zero=integrand - split, domain=disc)
    residue = depth * _ROOT / diff(1 - u**depth, u).subs(u, _ROOT)
    partial = -(_ROOT**2) / (u - _ROOT)
    yield Step(
        "the residue of N u/(1 − u^N) at a root of unity ω is −ω^{2−N} = −ω²",
        partial,
        zero=residue + _ROOT ** (2 - depth),
        domain=(Range(_ROOT, 0),),
    )
    yield Step(
        "the N partial fractions add up to N u/(1 − u^N), modulo the cyclotomic polynomial",
        split,
        zero=_cyclotomic_defect(depth),
        domain=disc,
    )
    yield Step(
        "each integrates to −ω² log(1 − u/ω)",
        -(_ROOT**2) * log(1 - u / _ROOT),
        zero=diff(-(_ROOT**2) * log(1 - u / _ROOT), u) - partial,
        domain=(Range(u, 0, 1), Range(_ROOT, 1)),
    )
    yield Step(
        "conjugate roots e^{±ic} together, in real form (both sides vanish at u = 0)",
        _conjugate_pair(_ANGLE),
        zero=_conjugate_defect(),
        domain=(Range(u, 0, 1), Range(_ROOT, 0)),
    )
    derived = _antiderivative(depth, 2 * pi / depth)
    yield Step(
        "add up: the sum's derivative is the integrand, modulo the cyclotomic polynomial",
        derived,
        zero=_total_defect(depth, _antiderivative(depth, _ANGLE)),
        domain=disc,
    )
    start, end = (derived.subs(u, end ** Rational(1, depth)) for end in (a, b))
    yield Step(
        "put u = x^{1/N} back",
        Eq(T, end - start, evaluate=False),
        zero=end - start - claim.rhs,
    )


def _conjugate_defect() -> Expr:
    """Derivative of the real form minus the two partial fractions, with e^{ic} written as ω."""
    slope = diff(_conjugate_pair(_ANGLE), u).rewrite(exp)
    algebraic = slope.subs(exp(S.ImaginaryUnit * _ANGLE), _ROOT)
    pair = sum((-(w**2) / (u - w) for w in (_ROOT, 1 / _ROOT)), S.Zero)
    return cancel(together(algebraic - pair))


@cache
def _total_defect(depth: int, total: Expr) -> Expr:
    """F′ minus the integrand at e^{ic} = e^{2πi/N} = z: zero iff its numerator is modulo Φ_N(z)."""
    z = Dummy("z")

    def power(multiple: Expr) -> Expr:
        return z ** multiple.coeff(_ANGLE)

    integrand = depth * u ** (1 - depth) / (1 - u**depth)
    slopes = [
        diff(term, u)
        .replace(cos, lambda c: (power(c) + 1 / power(c)) / 2)
        .replace(sin, lambda c: (power(c) - 1 / power(c)) / (2 * S.ImaginaryUnit))
        for term in Add.make_args(total)
    ]
    algebraic = Add(*(cancel(together(slope)) for slope in slopes)) - integrand
    numerator, _ = fraction(together(algebraic))
    if rem(expand(numerator), cyclotomic_poly(depth, z), z) == 0:
        return S.Zero
    return diff(total.subs(_ANGLE, 2 * pi / depth), u) - integrand


def _cyclotomic_defect(depth: int) -> Expr:
    """(1 − u^N)·Σ_k −ω_k²/(u − ω_k) − N u at ω_k = z^k, reduced modulo Φ_N(z): zero iff equal."""
    z = Dummy("z")
    # (1 − u^N)/(u − ω) = −Σ_j u^j ω^{N−1−j}, since ω^N = 1.
    terms = (z ** (k * (depth + 1 - j)) * u**j for k, j in product(range(depth), range(depth)))
    return rem(Add(*terms) - depth * u, cyclotomic_poly(depth, z), z)


def _integer_claim(depth: int, *, real_root_sign: int = -1, dropped: int = 0) -> Relational:
    """T_p(a, b) at an integer depth, as the paper's Theorem 1 has it, in u = x^{1/N}."""
    angles = [2 * pi * k / depth for k in range(1 + dropped, (depth + 1) // 2)]
    antiderivative = (
        depth * u ** (2 - depth) / (2 - depth)
        + real_root_sign * log(1 - u)
        + Add(*(-cos(2 * c) * log(1 - 2 * u * cos(c) + u**2) for c in angles))
        + Add(*(2 * sin(2 * c) * atan(u * sin(c) / (1 - u * cos(c))) for c in angles))
    )
    if depth % 2 == 0:
        antiderivative -= log(1 + u)
    ends = (antiderivative.subs(u, end ** Rational(1, depth)) for end in (a, b))
    lower, upper = ends
    return Eq(T, upper - lower, evaluate=False)


def _integer_case(depth: int) -> Case:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        return _derive_integer(depth, claim)

    claim = _integer_claim(depth)
    return Case(
        f"depth {depth}",
        Kind.IDENTITY,
        claim,
        UNIT,
        derive,
        (
            Twin("sign of log(1 − u)", _integer_claim(depth, real_root_sign=1)),
            Twin("a pair of roots dropped", _integer_claim(depth, dropped=1)),
            Twin("ends exchanged", Eq(T, -claim.rhs, evaluate=False)),
        ),
    )


# Infinite depth: elementary.


def _derive_infinite(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield _separation(oo)
    antiderivative = integrate(apart(learning_integrand(oo), x), x)
    yield Step(
        "SymPy integrates the partial fractions",
        antiderivative,
        zero=diff(antiderivative, x) - learning_integrand(oo),
        domain=(Range(x, 0, 1),),
    )
    # SymPy gives log(x − 1); on (0, 1) the real branch is log(1 − x), an equal derivative.
    real = antiderivative.subs(log(x - 1), log(1 - x))
    yield Step(
        "the real branch on (0, 1) has the same derivative",
        real,
        zero=diff(real - antiderivative, x),
        domain=(Range(x, 0, 1),),
    )
    derived = real.subs(x, b) - real.subs(x, a)
    yield Step("between the ends", Eq(T, derived, evaluate=False), zero=derived - claim.rhs)


def _infinite_claim(*, power_sign: int = -1) -> Relational:
    def antiderivative(end: Expr) -> Expr:
        return log(end / (1 - end)) + power_sign / end

    return Eq(T, antiderivative(b) - antiderivative(a), evaluate=False)


_INFINITE = Case(
    "infinite depth",
    Kind.IDENTITY,
    _infinite_claim(),
    UNIT,
    _derive_infinite,
    (Twin("sign of 1/x", _infinite_claim(power_sign=1)),),
)


# Every real depth: ₂F₁.


def _derive_real(claim: Relational, domain: Domain) -> Iterator[Step]:
    exponent = domain[:1]
    point: Domain = (*exponent, Range(x, 0, 1))
    rate = model.flow_rate().subs(N, 2 / (2 - p)).subs(sigma, sigma_star * x)
    yield Step(
        "separate the flow in x = σ/σ*, time in units of σ*^{−p}",
        Eq(T, Integral(learning_integrand(), (x, a, b)), evaluate=False),
        zero=rate / sigma_star ** (p + 1) * learning_integrand() - 1,
        domain=(*point, Range(sigma_star, 0)),
    )
    upper = next(h for h in claim.rhs.atoms(hyper) if h.argument == b)
    prefactor = claim.rhs.coeff(upper)
    k = Dummy("k", positive=True)
    term = x ** (k + 1 - p) / (k + 1 - p)
    yield Step(
        "integrate the geometric series of 1/(1 − x) term by term",
        term,
        zero=diff(term, x) - x ** (k - p),
        domain=(*point, Range(k, 0)),
    )
    yield Step(
        "the first term is the claim's prefactor",
        prefactor,
        zero=prefactor.subs(b, x) - term.subs(k, 0),
        domain=point,
    )
    ratio = term.subs(k, k + 1) / term
    hypergeometric = x * Mul(*(q + k for q in upper.ap)) / Mul(*(q + k for q in upper.bq), k + 1)
    yield Step(
        "the ratio of consecutive terms is that of the claim's ₂F₁",
        upper,
        zero=ratio - hypergeometric,
        domain=(*point, Range(k, 0)),
    )
    yield from _hypergeometric_equation(upper, point)
    yield Step(
        "the claim is antisymmetric in its ends: F(b) − F(a)",
        claim,
        zero=claim.rhs + claim.rhs.subs({a: b, b: a}, simultaneous=True),
    )


def _hypergeometric_equation(claimed: Expr, point: Domain) -> Iterator[Step]:
    """A second proof: F x^{p−1}(1 − p) solves the claimed ₂F₁'s differential equation."""
    antiderivative = Function("F")
    first, second = claimed.ap
    (third,) = claimed.bq
    candidate = (1 - p) * x ** (p - 1) * antiderivative(x)
    operator = (
        x * (1 - x) * diff(candidate, x, 2)
        + (third - (first + second + 1) * x) * diff(candidate, x)
        - first * second * candidate
    )
    slope = learning_integrand()
    curvature = diff(slope, x)
    reduced = operator.subs(diff(antiderivative(x), x, 2), curvature)
    reduced = reduced.subs(diff(antiderivative(x), x), slope)
    yield Step(
        "and (1 − p) x^{p−1} F solves its differential equation whenever F′ = x^{−p}/(1 − x)",
        Eq(operator, 0, evaluate=False),
        zero=powsimp(expand(reduced)),
        domain=point,
    )


def _real_claim(shift: int = 0) -> Relational:
    def antiderivative(end: Expr) -> Expr:
        return end ** (1 - p) / (1 - p) * hyper([1, 1 - p], [2 - p + shift], end)

    return Eq(T, antiderivative(b) - antiderivative(a), evaluate=False)


def _real_case(name: str, lower: int, upper: int) -> Case:
    return Case(
        name,
        Kind.IDENTITY,
        _real_claim(),
        (Range(p, lower, upper), *UNIT),
        _derive_real,
        (Twin("parameter 3 − p", _real_claim(1)),),
    )


# Targets that are zero.

DECAY: Domain = (Range(sigma0, 0), Range(t, 0))


def _derive_decay(claim: Relational, domain: Domain) -> Iterator[Step]:
    rate = model.flow_rate().subs(N, 2 / (2 - p)).subs(sigma_star, 0).powsimp()
    positive: Domain = (domain[0], Range(sigma, 0))
    yield Step("the flow towards a zero target", Eq(sigma_dot, rate, evaluate=False))
    elapsed = integrate(1 / rate, sigma)
    yield Step(
        "separate and integrate dt = dσ/rate",
        elapsed,
        zero=diff(elapsed, sigma) * rate - 1,
        domain=positive,
    )
    end = claim.rhs
    yield Step(
        "the claim takes time t from σ0",
        claim,
        zero=elapsed.subs(sigma, end) - elapsed.subs(sigma, sigma0) - t,
    )
    yield Step("the claim satisfies the flow", claim, zero=diff(end, t) - rate.subs(sigma, end))
    yield Step("the claim starts at σ0", claim, zero=end.subs(t, 0) - sigma0)


def _derive_exponential_decay(claim: Relational, domain: Domain) -> Iterator[Step]:
    rate = model.flow_rate(S.One).subs(sigma_star, 0)
    path = Function("sigma")
    solved = dsolve(Eq(path(t).diff(t), rate.subs(sigma, path(t))), ics={path(0): sigma0}).rhs
    yield Step("SymPy solves the flow towards a zero target", solved, zero=solved - claim.rhs)
    yield Step(
        "the claim satisfies the flow",
        claim,
        zero=diff(claim.rhs, t) - rate.subs(sigma, claim.rhs),
    )


def _decay_claim() -> Relational:
    return Eq(sigma, (sigma0 ** (-p) + p * t) ** (-1 / p), evaluate=False)


_DECAY_CASES = (
    Case(
        "zero target",
        Kind.IDENTITY,
        _decay_claim(),
        (Range(p, 0), *DECAY),
        _derive_decay,
        (Twin("factor p dropped", Eq(sigma, (sigma0 ** (-p) + t) ** (-1 / p), evaluate=False)),),
    ),
    Case(
        "zero target, depth 1",
        Kind.IDENTITY,
        Eq(sigma, sigma0 * exp(-t), evaluate=False),
        DECAY,
        _derive_exponential_decay,
        (Twin("growth", Eq(sigma, sigma0 * exp(t), evaluate=False)),),
    ),
)

CLOSED_FORM = Statement(
    id="closed-form",
    title="The dynamics in closed form",
    setting=(
        "Gradient flow of the toy model: σ(t) at depths 1 and 2 and for zero targets, and at "
        "other depths the time T_p(a, b) that x = σ/σ* takes from a to b, in units of σ*^{−p}"
    ),
    source=(
        "the paper, Theorem 1 (N = 1, 2, ∞, integer N), re-derived; the ₂F₁ form at every real "
        "depth and the zero target are new"
    ),
    depends=("toy-flow",),
    cases=(
        _DEPTH_1,
        _DEPTH_2,
        *(_integer_case(depth) for depth in range(3, 9)),
        _INFINITE,
        _real_case("real depth N > 2", 1, 2),
        _real_case("real depth 1 < N < 2", 0, 1),
        *_DECAY_CASES,
    ),
)
