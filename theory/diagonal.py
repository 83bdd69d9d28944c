"""Statement `diagonal`: two-sided diagonal networks σ = u^N − v^N are mirror flows.

Everything is derived from the loss (1/N²)·L(σ) for any differentiable L: the flow of the sides
μ = u^N and ν = v^N, what it conserves, σ in closed form in the clock θ = ∫ ∂L dt, and the potential
Q_N with ∇²Q_N dσ/dt = −∇L. Beyond depth 2 the claims are written in κ = 1 − 2/N, so p = 1 + κ. The
cases on classification are in `classification.py`.
"""

from collections.abc import Iterator

from sympy import (
    Eq,
    Expr,
    S,
    Symbol,
    asinh,
    diff,
    exp,
    expand,
    factor,
    log,
    powsimp,
    simplify,
    sinh,
    sqrt,
    symbols,
)
from sympy.core.relational import Relational

from stairwise.theory.classification import CLASSIFICATION
from stairwise.theory.domain import Domain, Range
from stairwise.theory.mirror import (
    ANY_CLOCK,
    ANY_DEPTH,
    DEEP_CLOCK,
    DEEP_SIDES,
    SIDES,
    depth_of,
    side_speed,
    sides_at_clock,
    weight_speeds,
)
from stairwise.theory.statement import Case, Derivation, Kind, Statement, Step, Twin
from stairwise.theory.symbols import (
    N,
    Q,
    kappa,
    mu,
    mu_dot,
    nu,
    nu_dot,
    phi,
    sigma0,
    sigma_signed,
    slope,
    theta,
)

#: E = e^θ.
growth = Symbol("E", positive=True)


def _equation(left: Expr, right: Expr) -> Relational:
    return Eq(left, right, evaluate=False)


# The flow of the sides.


def _derive_side(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Loss → gradient flow of the weights → chain rule."""
    down, up = weight_speeds()
    yield Step("gradient flow of u in (1/N²)·L(u^N − v^N, …), with g = ∂L/∂σ", down)
    yield Step("gradient flow of v", up)
    speeds = dict(zip((mu_dot, nu_dot), side_speed(N), strict=True))
    speed = speeds[claim.lhs]
    yield Step("chain rule for the side, with the weight put in", speed, zero=speed - claim.rhs)


def _side_case(dot: Expr, side: Expr, sign: int) -> Case:
    claim = _equation(dot, sign * slope * side ** (2 - 2 / N))
    return Case(
        f"flow of {side}",
        Kind.IDENTITY,
        claim,
        ANY_DEPTH,
        _derive_side,
        (
            Twin("exponent 2 − 1/N", _equation(dot, sign * slope * side ** (2 - 1 / N))),
            Twin("other sign", _equation(dot, -claim.rhs)),
            Twin("factor N", _equation(dot, N * claim.rhs)),
        ),
    )


# Conserved quantities.


def _derive_conserved(depth: Expr | None) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """The claimed quantity does not change along the flow, and holds at its start."""
        quantity = claim.lhs - claim.rhs
        down, up = side_speed(depth)
        yield Step("flow of μ", _equation(mu_dot, down))
        yield Step("flow of ν", _equation(nu_dot, up))
        change = diff(quantity, mu) * down + diff(quantity, nu) * up
        yield Step("its rate along the flow", change, zero=change)
        start = quantity.subs({mu: sigma0, nu: sigma0})
        yield Step("at the start μ = ν = σ0", start, zero=start)

    return derive


def _conserved_case(depth: Expr | None, claim: Relational, *twins: Twin) -> Case:
    name = "conserved beyond depth 2" if depth is None else f"conserved at depth {depth}"
    domain = DEEP_SIDES if depth is None else SIDES
    return Case(name, Kind.IDENTITY, claim, domain, _derive_conserved(depth), twins)


_CONSERVED = (
    _conserved_case(
        S(1),
        _equation(mu + nu, 2 * sigma0),
        Twin("product", _equation(mu * nu, sigma0**2)),
        Twin("start", _equation(mu + nu, sigma0)),
    ),
    _conserved_case(
        S(2),
        _equation(mu * nu, sigma0**2),
        Twin("exponent", _equation(mu * nu**2, sigma0**3)),
        Twin("sum", _equation(mu + nu, 2 * sigma0)),
    ),
    _conserved_case(
        None,
        _equation(mu**-kappa + nu**-kappa, 2 * sigma0**-kappa),
        Twin(
            "exponent",
            _equation(mu ** (-2 * kappa) + nu ** (-2 * kappa), 2 * sigma0 ** (-2 * kappa)),
        ),
        Twin("sign", _equation(mu**kappa + nu**kappa, 2 * sigma0**kappa)),
        Twin("start", _equation(mu**-kappa + nu**-kappa, sigma0**-kappa)),
    ),
)


# σ in the clock.


def _derive_value(depth: Expr | None) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """The sides' equations are separable in θ: integrate, invert, subtract."""
        down, up = side_speed(depth)
        yield Step("dμ/dθ = (dμ/dt)/g", down / slope)
        yield Step("dν/dθ = (dν/dt)/g", up / slope)
        first, second = sides_at_clock(depth)
        symbol = clock_symbol(depth)
        clock = theta if depth is not None else phi / (kappa * sigma0**kappa)
        for side, solution, speed in ((mu, first, down), (nu, second, up)):
            yield Step(
                f"{side} by integration and inversion: it solves its equation",
                solution,
                zero=_denested(
                    diff(solution, symbol) / diff(clock, symbol)
                    - (speed / slope).subs(side, solution)
                ),
            )
        yield Step("both start at σ0", first, zero=(first - second).subs(symbol, 0))
        residual = _denested(expand((first - second - claim.rhs).rewrite(exp)))
        yield Step("σ = μ − ν", first - second, zero=residual)

    return derive


def clock_symbol(depth: Expr | None) -> Expr:
    """θ at depths 1 and 2, φ = κ σ0^κ θ beyond."""
    return phi if depth is None else theta


def _value_case(depth: Expr | None, value: Expr, *twins: tuple[str, Expr]) -> Case:
    return Case(
        f"value {depth_of(depth)}",
        Kind.IDENTITY,
        _equation(sigma_signed, value),
        DEEP_CLOCK if depth is None else ANY_CLOCK,
        _derive_value(depth),
        tuple(Twin(label, _equation(sigma_signed, wrong)) for label, wrong in twins),
    )


_DEEP_VALUE = sigma0 * ((1 + phi) ** (-1 / kappa) - (1 - phi) ** (-1 / kappa))
_VALUES = (
    _value_case(S(1), -2 * theta, ("one side", -theta)),
    _value_case(
        S(2),
        -2 * sigma0 * sinh(theta),
        ("sign", 2 * sigma0 * sinh(theta)),
        ("rate", -2 * sigma0 * sinh(2 * theta)),
    ),
    _value_case(
        None,
        _DEEP_VALUE,
        ("sign", -_DEEP_VALUE),
        ("exponent", sigma0 * ((1 + phi) ** (-1 - 1 / kappa) - (1 - phi) ** (-1 - 1 / kappa))),
    ),
)


# The potential.


def _derive_potential(depth: Expr | None) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """∇Q(σ(θ)) = −θ, so its time derivative is ∇²Q dσ/dt = −∂L."""
        first, second = sides_at_clock(depth)
        symbol = clock_symbol(depth)
        clock = theta if depth is not None else phi / (kappa * sigma0**kappa)
        value = first - second
        yield Step("σ in the clock", value)
        potential = claim.rhs
        if potential.has(mu):
            along = potential.subs({mu: first, nu: second})
            yield Step("Q along the flow, through its sides", along)
            excess = _denested(diff(along, symbol) + clock * diff(value, symbol))
            yield Step("dQ/dθ = −θ dσ/dθ: the gradient of Q is −θ", excess, zero=excess)
        else:
            curvature = simplify(diff(potential, sigma_signed, 2))
            yield Step("curvature of the claimed potential", curvature)
            excess = curvature.subs(sigma_signed, value) * diff(value, symbol) + 1
            # In E = e^θ the roots are perfect squares.
            rational = _roots_of_squares(excess.subs(theta, log(growth)))
            yield Step(
                "d(∇Q)/dθ = Q'' dσ/dθ = −1, in E = e^θ",
                rational,
                zero=rational,
                domain=(*domain, Range(growth, 0)),
            )
            at_zero = diff(potential, sigma_signed).subs(sigma_signed, 0)
            yield Step("∇Q = 0 at the start, σ = 0 and θ = 0", at_zero, zero=at_zero)
        yield Step("dθ/dt = ∂L, so ∇²Q dσ/dt = d(−θ)/dt = −∂L", -slope)
        falling = -diff(value, symbol)
        yield Step("dσ/dθ < 0, so Q is convex: Q'' = −1/(dσ/dθ)", falling, positive=falling)

    return derive


def _denested(expression: Expr) -> Expr:
    """The expression with powers of powers of 1 ± φ joined: both are positive on the domain."""
    above, below = symbols("X Y", positive=True)
    joined = expression.subs({1 + phi: above, 1 - phi: below})
    return expand(powsimp(expand(joined))).subs({above: 1 + phi, below: 1 - phi})


def _roots_of_squares(expression: Expr) -> Expr:
    """The expression with what stands under a root factored, so that squares come out."""
    return expression.replace(
        lambda part: part.is_Pow and part.exp.is_Rational and not part.exp.is_Integer,
        lambda part: factor(part.base) ** part.exp,
    )


def _potential_case(depth: Expr | None, value: Expr, *twins: tuple[str, Expr]) -> Case:
    return Case(
        f"potential {depth_of(depth)}",
        Kind.IDENTITY,
        _equation(Q, value),
        DEEP_CLOCK if depth is None else ANY_CLOCK,
        _derive_potential(depth),
        tuple(Twin(label, _equation(Q, wrong)) for label, wrong in twins),
    )


_LOG_POTENTIAL = sigma_signed * asinh(sigma_signed / (2 * sigma0)) - sqrt(
    sigma_signed**2 + 4 * sigma0**2
)


def _entropy(side: Expr, power: Expr) -> Expr:
    return (sigma0**-kappa * side - side**power / power) / kappa


_DEEP_POTENTIAL = _entropy(mu, 1 - kappa) + _entropy(nu, 1 - kappa)
_POTENTIALS = (
    _potential_case(S(1), sigma_signed**2 / 4, ("factor", sigma_signed**2 / 2)),
    _potential_case(
        S(2),
        _LOG_POTENTIAL,
        ("width σ0", _LOG_POTENTIAL.subs(sigma0, sigma0 / 2)),
        ("ℓ2", sigma_signed**2 / 2),
    ),
    _potential_case(
        None,
        _DEEP_POTENTIAL,
        ("exponent κ", _entropy(mu, kappa) + _entropy(nu, kappa)),
        ("one-sided", _entropy(mu, 1 - kappa)),
    ),
)


DIAGONAL = Statement(
    id="diagonal",
    title="Two-sided diagonal networks: a mirror flow for every depth",
    setting=(
        "σ = u^N − v^N elementwise, loss (1/N²)·L(σ) with L differentiable, gradient flow from "
        "u = v = σ0^{1/N}; μ = u^N, ν = v^N, κ = 1 − 2/N, θ = ∫ ∂L dt, φ = κ σ0^κ θ. The "
        "constants C of laws: lim log σ_j / log σ_i and lim σ_j/σ0 for the slower feature; for "
        "thresholds as r → 1+, lim −(r−1) log σ0 at depth 2 and lim σ0 (r−1)^{−1/κ} beyond"
    ),
    source=(
        "the paper, section 4.3 and appendix (re-derived); potentials: Woodworth et al. 2020; the "
        "explicit two-sided entropy beyond depth 2 and the laws of classification: new"
    ),
    depends=(),
    cases=(
        _side_case(mu_dot, mu, -1),
        _side_case(nu_dot, nu, 1),
        *_CONSERVED,
        *_VALUES,
        *_POTENTIALS,
        *CLASSIFICATION,
    ),
)
