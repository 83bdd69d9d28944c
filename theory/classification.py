"""Cases of the statement `diagonal` on classification with exponential loss.

Values diverge there, so "incremental" needs another yardstick than a target.

One sample x with margin ⟨σ, x⟩ (label +1; every ξ_i = |x_i| may be taken positive): all values
share the clock dτ = e^{−margin} dt, and θ_i = −ξ_i τ. When the margin reaches M, the smaller
feature (ξ_j = 1, ξ_i = r > 1) is *unlearned at level s* if σ_j ≤ s σ_i. That holds iff σ0 is
below a threshold that decays like e^{−log(1/s)/(r−1)} at depth 2 and like (r−1)^{N/(N−2)} beyond:
the depth separation again.

Orthogonal features (one sample c_k e_k for each value): the values decouple, and the margins
z_k = c_k σ_k all grow. The pair (c_i = r, c_j = 1) is (s, f)-incremental up to margin M if some t
has z_j ≤ sM and z_i ≥ fM. To leading order in σ0 the time to margin z is (1/c)(log(1/σ0) + Ei(z)
− γ − log c) at depth 2 and (1/c)(σ0^{−κ}/κ + c^κ F(z)), F' = e^z z^{−1−κ}, beyond, which gives
the same two laws. New; tested against integrated flows in
`tests/numerics/test_classification.py`.
"""

from collections.abc import Iterator

from sympy import (
    Ei,
    Eq,
    EulerGamma,
    Expr,
    S,
    Symbol,
    diff,
    exp,
    expand,
    limit,
    log,
    oo,
    powsimp,
    simplify,
    sinh,
    sqrt,
    symbols,
)
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, Range
from stairwise.theory.mirror import side_speed, sides_at_clock
from stairwise.theory.statement import Case, Derivation, Kind, Step, Twin
from stairwise.theory.symbols import (
    constant,
    f,
    kappa,
    margin,
    mu,
    nu,
    phi,
    r,
    s,
    sigma0,
    sigma_dot,
    sigma_signed,
    slope,
    tau,
    theta,
    x,
    xi,
)

#: What the other features add to the margin.
_REST = Symbol("m_0", real=True)
#: e = r − 1.
_EXCESS = Symbol("e", positive=True)
_POSITIVE = Symbol("A", positive=True)


def _equation(left: Expr, right: Expr) -> Relational:
    return Eq(left, right, evaluate=False)


def _one_sample_clock() -> Iterator[Step]:
    """Steps to θ = −ξτ."""
    loss = exp(-(xi * sigma_signed + _REST))
    pull = diff(loss, sigma_signed)
    yield Step("loss of one sample with margin ξσ + m_0", loss)
    yield Step(
        "its slope is −ξ times the loss: in dτ = loss·dt, dθ/dτ = −ξ for every value",
        pull / loss,
        zero=simplify(pull / loss) + xi,
        domain=(Range(xi, 0), Range(sigma_signed, -oo), Range(_REST, -oo)),
    )


def _derive_one_sample(depth: Expr | None) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """The value in the clock, at θ = −ξτ."""
        yield from _one_sample_clock()
        first, second = sides_at_clock(depth)
        clock = -xi * tau
        at = {theta: clock} if depth is not None else {phi: kappa * sigma0**kappa * clock}
        value = (first - second).subs(at)
        residual = expand((value - claim.rhs).rewrite(exp))
        yield Step("σ = μ − ν at that clock", value, zero=residual)

    return derive


_SHALLOW = 2 * sigma0 * sinh(xi * tau)
_PSI = kappa * sigma0**kappa * xi * tau
_DEEP = sigma0 * ((1 - _PSI) ** (-1 / kappa) - (1 + _PSI) ** (-1 / kappa))
_TRAJECTORIES = (
    Case(
        "one sample at depth 2",
        Kind.IDENTITY,
        _equation(sigma_signed, _SHALLOW),
        (Range(sigma0, 0), Range(xi, 0), Range(tau, 0)),
        _derive_one_sample(S(2)),
        (
            Twin("half the rate", _equation(sigma_signed, _SHALLOW.subs(tau, tau / 2))),
            Twin("one side", _equation(sigma_signed, sigma0 * exp(xi * tau))),
        ),
    ),
    Case(
        "one sample beyond depth 2",
        Kind.IDENTITY,
        _equation(sigma_signed, _DEEP),
        (
            Range(kappa, 0, 1),
            Range(sigma0, 0),
            Range(xi, 0),
            Range(tau, 0, 1 / (kappa * sigma0**kappa * xi)),
        ),
        _derive_one_sample(None),
        (
            Twin("sign", _equation(sigma_signed, -_DEEP)),
            Twin("half the rate", _equation(sigma_signed, _DEEP.subs(tau, tau / 2))),
        ),
    ),
)


# What becomes of the smaller feature.


def _derive_slower_power(claim: Relational, domain: Domain) -> Iterator[Step]:
    """At depth 2, log σ_j / log σ_i as τ → ∞, with ξ_i = r, ξ_j = 1."""
    larger, smaller = _SHALLOW.subs(xi, r), _SHALLOW.subs(xi, 1)
    yield Step("the larger feature's value", larger)
    yield Step("the smaller's", smaller)
    rates = [limit(diff(log(value), tau).rewrite(exp), tau, oo) for value in (larger, smaller)]
    yield Step("growth rates of the logarithms", rates[0], zero=rates[0] - r)
    power = rates[1] / rates[0]
    yield Step("their ratio", power, zero=power - claim.rhs)


def _derive_bounded(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Beyond depth 2, σ_j/σ0 when σ_i reaches its pole."""
    first, second = sides_at_clock(None)
    at_pole = -1 / r
    yield Step("the larger feature diverges at φ_i = −1; there φ_j = φ_i ξ_j/ξ_i", at_pole)
    value = expand((first - second) / sigma0).subs(phi, at_pole)
    yield Step("σ_j/σ0 at that clock", value, zero=value - claim.rhs)
    room = 1 + at_pole
    yield Step("short of its own pole, so finite", room, positive=room)


_AT_POLE = (1 - 1 / r) ** (-1 / kappa) - (1 + 1 / r) ** (-1 / kappa)
_SLOWER = (
    Case(
        "slower feature at depth 2",
        Kind.LAW,
        _equation(constant, 1 / r),
        (Range(r, 1),),
        _derive_slower_power,
        (Twin("linear", _equation(constant, 1 / r**2)),),
    ),
    Case(
        "slower feature beyond depth 2",
        Kind.LAW,
        _equation(constant, _AT_POLE),
        (Range(kappa, 0, 1), Range(r, 1)),
        _derive_bounded,
        (
            Twin("exponent", _equation(constant, _AT_POLE.subs(kappa, 2 * kappa))),
            Twin("equal features", domain=(Range(kappa, 0, 1), Range(r, 0, 1))),
        ),
    ),
)


# How small σ0 must be, one sample.


def _derive_exponential_law(claim: Relational, domain: Domain) -> Iterator[Step]:
    """With z = A/(r − 1), σ_j/σ_i → e^{−A} and −(r − 1) log σ0 → A, as r → 1."""
    # sinh a = e^a (1 − e^{−2a})/2 keeps the exponents apart.
    rest = limit(exp(-2 * _POSITIVE / _EXCESS), _EXCESS, 0)
    yield Step("sinh z and sinh rz tend to half their exponentials", rest, zero=rest)
    slow = claim.rhs / _EXCESS
    fast = (1 + _EXCESS) * slow
    gap = simplify(slow - fast)
    yield Step("so the log of σ_j/σ_i = sinh z / sinh rz tends to −A", gap)
    yield Step("σ_j = s σ_i at the threshold", exp(gap), zero=exp(gap) - s)
    # Margin: 2σ0 (r sinh rz + sinh z) = M, so log σ0 = log M − rz − log(r + e^{−A}) + o(1).
    log_scale = log(margin) - fast - log(1 + _EXCESS + exp(gap))
    law = limit(simplify(-_EXCESS * log_scale), _EXCESS, 0)
    yield Step("−(r − 1) log σ0 at the threshold", law, zero=law - claim.rhs)


def _derive_power_law(claim: Relational, domain: Domain) -> Iterator[Step]:
    """With 1 − φ_i = B(r − 1), σ_j/σ_i → (B/(1+B))^{1/κ} and σ0 (r−1)^{−1/κ} → C as r → 1."""
    near = s**kappa / (1 - s**kappa)
    fast = 1 - near * _EXCESS
    slow = fast / (1 + _EXCESS)
    share = limit((1 - fast) / (1 - slow), _EXCESS, 0)
    yield Step("distance of the larger from its pole, over that of the smaller", share)
    others = limit((1 - fast) / (1 + slow), _EXCESS, 0)
    yield Step("the other sides vanish beside the growing ones", others, zero=others)
    ratio = simplify(share) ** (1 / kappa)
    yield Step("σ_j = s σ_i at the threshold", ratio, zero=simplify(share) - s**kappa)
    # Margin: σ0 [r g(φ_i) + g(φ_j)] = M with g(φ) ~ (1 − φ)^{−1/κ}, and g(φ_j) = s g(φ_i).
    scale = margin * limit((1 - fast) / _EXCESS, _EXCESS, 0) ** (1 / kappa) / (1 + s)
    yield Step("σ0 (r − 1)^{−1/κ} at the threshold", scale, zero=scale - claim.rhs)


_POWER = margin * (s**kappa / (1 - s**kappa)) ** (1 / kappa) / (1 + s)
_ONE_SAMPLE_LAWS = (
    Case(
        "one-sample law at depth 2",
        Kind.LAW,
        _equation(constant, log(1 / s)),
        (Range(s, 0, 1), Range(margin, 0)),
        _derive_exponential_law,
        (
            Twin("twice the rate", _equation(constant, 2 * log(1 / s))),
            Twin("level 1 − s", _equation(constant, log(1 / (1 - s)))),
        ),
    ),
    Case(
        "one-sample law beyond depth 2",
        Kind.LAW,
        _equation(constant, _POWER),
        (Range(kappa, 0, 1), Range(s, 0, 1), Range(margin, 0)),
        _derive_power_law,
        (
            Twin("margin of one value", _equation(constant, _POWER * (1 + s))),
            Twin("level", _equation(constant, _POWER.subs(s, s / 2))),
        ),
    ),
)


# Orthogonal features.


def _derive_margin_flow(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Loss e^{−cσ} of the value's own sample, with the sides' sum from what is conserved."""
    loss = exp(-xi * sigma_signed)
    pull = diff(loss, sigma_signed)
    yield Step("the value's own sample, with feature c = ξ", loss)
    down, up = side_speed(S(2))
    yield Step(
        "dσ/dt = dμ/dt − dν/dt",
        down - up,
        zero=down - up + slope * (mu + nu),
        domain=(Range(mu, 0), Range(nu, 0), Range(slope, -oo)),
    )
    square = (mu - nu) ** 2 + 4 * mu * nu
    yield Step(
        "(μ + ν)² = σ² + 4σ0², as μν = σ0²",
        square,
        zero=(mu + nu) ** 2 - square,
        domain=(Range(mu, 0), Range(nu, 0)),
    )
    speed = -pull * sqrt(sigma_signed**2 + 4 * sigma0**2)
    yield Step("put together", speed, zero=speed - claim.rhs)


_LEVEL = symbols("F_s", real=True)


def _derive_orthogonal_exponential(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Times to margins by their leading order, equated, as r → 1."""
    z, width = symbols("z omega", positive=True)
    plateau = limit(log(width) + log(z / width + sqrt(1 + z**2 / width**2)), width, 0)
    yield Step(
        "∫_0^z dy/√(y² + ω²) = asinh(z/ω), which is log(2z) − log ω as ω = 2cσ0 → 0",
        plateau,
        zero=plateau - log(2 * z),
        domain=(Range(z, 0),),
    )
    primitive = Ei(z) - EulerGamma
    yield Step(
        "log z + ∫_0^z (e^y − 1)/y dy: its derivative is e^z/z",
        primitive,
        zero=diff(primitive, z) - exp(z) / z,
        domain=(Range(z, 0),),
    )
    start = limit(primitive.series(z, 0, 2).removeO() - log(z), z, 0)
    yield Step("and it is log z + o(1) at 0", start, zero=start)
    at_s, at_f = (primitive.subs(z, level * margin) for level in (s, f))
    # log(1/σ0) + F(sM) = (1/r)(log(1/σ0) − log r + F(fM)), solved for log(1/σ0) times r − 1.
    ratio = 1 + _EXCESS
    needed = ((at_f - log(ratio)) / ratio - at_s) * ratio
    law = limit(needed, _EXCESS, 0)
    yield Step("−(r − 1) log σ0 at the threshold", law, zero=law - claim.rhs)


def _derive_orthogonal_power(claim: Relational, domain: Domain) -> Iterator[Step]:
    """σ0^{−κ}/κ + F(sM) = (1/r)(σ0^{−κ}/κ + r^κ F(fM)), as r → 1; x = F(fM) − F(sM)."""
    second = sides_at_clock(None)[1]
    # X = 1 − φ is what is left until the pole.
    clock = (1 - _POSITIVE) / (kappa * sigma0**kappa)
    side = second.subs(phi, 1 - _POSITIVE)
    elapsed = (sigma0**-kappa - side**-kappa) / kappa
    yield Step(
        "the plateau's clock to a side ν is (σ0^{−κ} − ν^{−κ})/κ, with ν → σ as σ0 → 0",
        elapsed,
        zero=expand(powsimp(elapsed - clock)),
        domain=(Range(kappa, 0, 1), Range(sigma0, 0), Range(_POSITIVE, 0, 2)),
    )
    ratio = 1 + _EXCESS
    needed = kappa * (ratio**kappa * (_LEVEL + x) - ratio * _LEVEL)
    law = limit(needed, _EXCESS, 0) ** (-1 / kappa)
    yield Step(
        "(r − 1) σ0^{−κ} = κ (r^κ F(fM) − r F(sM)): σ0 (r − 1)^{−1/κ}", law, zero=law - claim.rhs
    )


_ORTHOGONAL = (
    Case(
        "orthogonal features at depth 2",
        Kind.IDENTITY,
        _equation(sigma_dot, xi * exp(-xi * sigma_signed) * sqrt(sigma_signed**2 + 4 * sigma0**2)),
        (Range(sigma0, 0), Range(xi, 0), Range(sigma_signed, -oo)),
        _derive_margin_flow,
        (
            Twin(
                "width σ0",
                _equation(
                    sigma_dot, xi * exp(-xi * sigma_signed) * sqrt(sigma_signed**2 + sigma0**2)
                ),
            ),
        ),
    ),
    Case(
        "orthogonal law at depth 2",
        Kind.LAW,
        _equation(constant, Ei(f * margin) - Ei(s * margin)),
        (Range(f, 0, 1), Range(s, 0, f), Range(margin, 0)),
        _derive_orthogonal_exponential,
        (Twin("logarithms", _equation(constant, log(f / s))),),
    ),
    Case(
        "orthogonal law beyond depth 2",
        Kind.LAW,
        _equation(constant, (kappa * x) ** (-1 / kappa)),
        (Range(kappa, 0, 1), Range(x, 0), Range(_LEVEL, -oo)),
        _derive_orthogonal_power,
        (Twin("exponent", _equation(constant, 1 / (kappa * x))),),
    ),
)

CLASSIFICATION: tuple[Case, ...] = (
    *_TRAJECTORIES,
    *_SLOWER,
    *_ONE_SAMPLE_LAWS,
    *_ORTHOGONAL,
)
