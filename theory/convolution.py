"""Statement `convolution`: circular-convolutional networks are diagonal in frequency.

β = w_1 ⋆ ⋯ ⋆ w_N and loss (1/N)·L(β) for any differentiable L. The transform at frequency k is the
polynomial Σ_n w_n ω^n at the root of unity ω = e^{−2πik/d}, and conjugation is ω → 1/ω; so an
identity modulo ω^d − 1 holds at every frequency at once. The transforms are derived entry by
entry for explicit d and N; for general ones the argument is the same, as convolution is
multiplication of polynomials modulo ω^d − 1 for every d and the product of N of them is
multilinear. The flow of amplitude and phase is derived at any depth.
"""

from collections.abc import Iterator

from sympy import (
    Eq,
    Expr,
    I,
    S,
    Symbol,
    cos,
    diff,
    exp,
    expand,
    im,
    integrate,
    limit,
    log,
    oo,
    powsimp,
    prod,
    re,
    rem,
    simplify,
    sin,
    symbols,
)
from sympy.core.relational import Relational

from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Derivation, Kind, Statement, Step, Twin
from stairwise.theory.symbols import (
    N,
    beta_hat,
    chi,
    constant,
    gamma,
    kappa,
    omega,
    psi,
    psi_dot,
    rho,
    rho_dot,
    t,
)

#: Transform of the first layer's speed.
_LAYER_DOT = Symbol("what_1dot")
Layers = tuple[tuple[Symbol, ...], ...]


def _equation(left: Expr, right: Expr) -> Relational:
    return Eq(left, right, evaluate=False)


def _layers(dimension: int, depth: int) -> Layers:
    """Entries w_{l,n}."""
    return tuple(
        tuple(Symbol(f"w_{layer}{entry}", real=True) for entry in range(dimension))
        for layer in range(1, depth + 1)
    )


def _slopes(dimension: int) -> tuple[Symbol, ...]:
    """∂L/∂β_n."""
    return tuple(Symbol(f"g_{entry}", real=True) for entry in range(dimension))


def _filter(layers: Layers) -> tuple[Expr, ...]:
    """β = w_1 ⋆ ⋯ ⋆ w_N by the definition of circular convolution."""
    dimension = len(layers[0])
    entries: tuple[Expr, ...] = layers[0]
    for layer in layers[1:]:
        entries = tuple(
            expand(sum(entries[j] * layer[(n - j) % dimension] for j in range(dimension)))
            for n in range(dimension)
        )
    return entries


def _transform(entries: tuple[Expr, ...], root: Expr = omega) -> Expr:
    """Σ_n entries_n root^n."""
    return sum((entry * root**n for n, entry in enumerate(entries)), S.Zero)


def _modulo(expression: Expr, dimension: int) -> Expr:
    """The expression modulo ω^d − 1, negative powers first made positive."""
    # ω^{4d} = 1 clears the conjugates of up to four layers.
    whole = expand(expand(expression) * omega ** (4 * dimension))
    return expand(rem(whole, omega**dimension - 1, omega))


def _entries(dimension: int, depth: int) -> Domain:
    symbols_of_entries = [entry for layer in _layers(dimension, depth) for entry in layer]
    return (
        Range(omega, 0),
        *(Range(entry, -oo) for entry in symbols_of_entries),
        *(Range(entry, -oo) for entry in _slopes(dimension)),
    )


# The transform makes the layers diagonal.


def _derive_product(dimension: int, depth: int) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """The transform of the convolution, entry by entry, modulo ω^d − 1."""
        entries = _filter(_layers(dimension, depth))
        yield Step("first entry of the filter, from the definition", entries[0])
        transform = _transform(entries)
        yield Step(
            "its transform, at every d-th root of unity ω",
            transform,
            zero=_modulo(transform - claim.rhs, dimension),
        )

    return derive


def _derive_layer_flow(dimension: int, depth: int) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """Chain rule through every entry of the filter, then the transform."""
        layers, slopes = _layers(dimension, depth), _slopes(dimension)
        entries = _filter(layers)
        speeds = tuple(
            -sum(g * diff(entry, weight) for g, entry in zip(slopes, entries, strict=True)) / depth
            for weight in layers[0]
        )
        yield Step("speed of the first layer's first entry under (1/N)·L(β)", speeds[0])
        transform = _transform(speeds)
        yield Step(
            "the transform of the layer's speed",
            transform,
            zero=_modulo(transform - claim.rhs, dimension),
        )

    return derive


def _transform_cases(dimension: int, depth: int) -> tuple[Case, Case]:
    layers, slopes = _layers(dimension, depth), _slopes(dimension)
    product = prod(_transform(layer) for layer in layers)
    mirrored = _transform(layers[0], 1 / omega) * prod(_transform(layer) for layer in layers[1:])
    others = prod(_transform(layer, 1 / omega) for layer in layers[1:])
    plain_others = prod(_transform(layer) for layer in layers[1:])
    gradient = _transform(slopes)
    label = f"at d = {dimension}, N = {depth}"
    domain = _entries(dimension, depth)
    return (
        Case(
            f"transform of the filter {label}",
            Kind.IDENTITY,
            _equation(beta_hat, product),
            domain,
            _derive_product(dimension, depth),
            (
                Twin("correlation", _equation(beta_hat, mirrored)),
                Twin("sum", _equation(beta_hat, sum(map(_transform, layers)))),
            ),
        ),
        Case(
            f"flow of a layer {label}",
            Kind.IDENTITY,
            _equation(_LAYER_DOT, -others * gradient / depth),
            domain,
            _derive_layer_flow(dimension, depth),
            (
                Twin("no conjugate", _equation(_LAYER_DOT, -plain_others * gradient / depth)),
                Twin("factor N", _equation(_LAYER_DOT, -others * gradient)),
            ),
        ),
    )


# One frequency: layers ŵ_l = a_l e^{iψ_l}, gradient Ĝ = γ e^{iχ}.


def _coefficients(depth: int) -> tuple[tuple[Symbol, Symbol], ...]:
    """Real and imaginary parts of ŵ_1, …, ŵ_N."""
    return tuple(
        (Symbol(f"a_{layer}", real=True), Symbol(f"b_{layer}", real=True))
        for layer in range(1, depth + 1)
    )


_GRADIENT = symbols("G_a G_b", real=True)


def _derive_balance(depth: int) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """The claimed quantity does not change along dŵ_l/dt = −(1/N) conj(∏_{j≠l} ŵ_j) Ĝ."""
        parts = _coefficients(depth)
        gradient = _GRADIENT[0] + I * _GRADIENT[1]
        change: Expr = S.Zero
        for layer, (real, imaginary) in enumerate(parts):
            others = prod(a - I * b for j, (a, b) in enumerate(parts) if j != layer)
            speed = expand(-others * gradient / depth)
            yield Step(f"speed of layer {layer + 1}", speed)
            change += diff(claim.lhs, real) * re(speed) + diff(claim.lhs, imaginary) * im(speed)
        yield Step("rate of the claimed quantity", expand(change), zero=expand(change))

    return derive


def _balance_case(depth: int) -> Case:
    parts = _coefficients(depth)
    sizes = [a**2 + b**2 for a, b in parts]
    return Case(
        f"balance at N = {depth}",
        Kind.IDENTITY,
        _equation(sizes[0] - sizes[1], constant),
        tuple(Range(part, -oo) for part in (*sum(parts, ()), *_GRADIENT)),
        _derive_balance(depth),
        (
            Twin("sum", _equation(sizes[0] + sizes[1], constant)),
            Twin("without phases", _equation(parts[0][0] ** 2 - parts[1][0] ** 2, constant)),
        ),
    )


def _derive_polar(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Balanced layers: |ŵ_l| = ρ^{1/N} for all l, with any phases that sum to ψ."""
    size = rho ** (1 / N)
    # In dβ̂/dt = Σ_l ∏_{j≠l} ŵ_j dŵ_l/dt, every one of the N terms is −(1/N) ∏_{j≠l} |ŵ_j|² Ĝ.
    term = powsimp(simplify(-(size ** (2 * (N - 1))) / N))
    yield Step("one term of the product rule, over Ĝ: the phases cancel", term)
    speed = N * term * gamma * exp(I * chi)
    yield Step("dβ̂/dt: N equal terms", speed)
    turned = speed * exp(-I * psi) / exp(I * (chi - psi))
    yield Step("seen from the phase of β̂: e^{−iψ} dβ̂/dt = dρ/dt + iρ dψ/dt", simplify(turned))
    size_of_speed = powsimp(simplify(turned))
    parts = {
        rho_dot: size_of_speed * cos(chi - psi),
        psi_dot: size_of_speed * sin(chi - psi) / rho,
    }
    part = parts[claim.lhs]
    yield Step("its part", part, zero=powsimp(expand(part)) - powsimp(expand(claim.rhs)))
    if claim.lhs == psi_dot:
        aligned = part.subs(chi, psi)
        yield Step("a phase aligned with the gradient stays", aligned, zero=aligned)


_POLAR: Domain = (
    Range(N, 1),
    Range(rho, 0),
    Range(gamma, 0),
    Range(chi, -oo),
    Range(psi, -oo),
)


#: What a coefficient of the wrong sign has shrunk to.
_LEFT = Symbol("epsilon", positive=True)


def _derive_saddle(power: Expr) -> Derivation:
    def derive(claim: Relational, domain: Domain) -> Iterator[Step]:
        """A real coefficient −ρ under a pull γ towards positive values: dρ/dt = −ρ^p γ."""
        m = Symbol("m", positive=True)
        primitive = integrate(1 / (gamma * m**power), m)
        elapsed = primitive.subs(m, rho) - primitive.subs(m, _LEFT)
        yield Step("time from ρ down to ε", elapsed, zero=expand(elapsed - claim.rhs))
        speed = limit(1 / elapsed, _LEFT, 0)
        yield Step("ε = 0 takes for ever: the sign never changes", speed, zero=speed)

    return derive


def _saddle_case(label: str, power: Expr, claim: Relational, wrong: Expr, deep: bool) -> Case:
    ranges = (Range(rho, 0), Range(gamma, 0), Range(_LEFT, 0, rho))
    return Case(
        f"saddle at a real frequency {label}",
        Kind.IDENTITY,
        claim,
        (Range(kappa, 0, 1), *ranges) if deep else ranges,
        _derive_saddle(power),
        (Twin("passes through 0", _equation(t, wrong)),),
    )


_AMPLITUDE = -(rho ** (2 - 2 / N)) * gamma * cos(chi - psi)
_PHASE = -(rho ** (1 - 2 / N)) * gamma * sin(chi - psi)

CONVOLUTION = Statement(
    id="convolution",
    title="Circular-convolutional networks follow the diagonal law in frequency",
    setting=(
        "β = w_1 ⋆ ⋯ ⋆ w_N, loss (1/N)·L(β) with L differentiable, gradient flow; hats are "
        "discrete Fourier transforms (polynomials in a root of unity ω), β̂ = ρ e^{iψ}, "
        "Ĝ = γ e^{iχ} the transform of ∇L; amplitude and phase for balanced layers, |ŵ_l| equal"
    ),
    source=(
        "the paper, appendix (re-derived); explicit for d = 3, 4 and N = 2, 3, general by "
        "multilinearity; the saddle at the real frequencies: new"
    ),
    depends=("diagonal",),
    cases=(
        *_transform_cases(4, 2),
        *_transform_cases(3, 3),
        _balance_case(2),
        _balance_case(3),
        Case(
            "amplitude of balanced layers",
            Kind.IDENTITY,
            _equation(rho_dot, _AMPLITUDE),
            _POLAR,
            _derive_polar,
            (
                Twin("exponent", _equation(rho_dot, _AMPLITUDE / rho)),
                Twin("sine", _equation(rho_dot, _PHASE * rho)),
            ),
        ),
        Case(
            "phase of balanced layers",
            Kind.IDENTITY,
            _equation(psi_dot, _PHASE),
            _POLAR,
            _derive_polar,
            (
                Twin("sign", _equation(psi_dot, -_PHASE)),
                Twin("exponent", _equation(psi_dot, _PHASE * rho)),
            ),
        ),
        _saddle_case(
            "at depth 2",
            S.One,
            _equation(t, log(rho / _LEFT) / gamma),
            rho / gamma,
            deep=False,
        ),
        _saddle_case(
            "beyond depth 2",
            1 + kappa,
            _equation(t, (_LEFT**-kappa - rho**-kappa) / (kappa * gamma)),
            (rho**kappa - _LEFT**kappa) / (kappa * gamma),
            deep=True,
        ),
    ),
)
