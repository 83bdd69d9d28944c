"""Statement `deep-linear`: gradient flow of a product of matrices, W = W_N⋯W_1.

The general arguments are for any size and depth; each is checked beside it on explicit matrices,
of size 2 and 3 and depth 2, 3 and 4, with symbolic entries.
"""

from collections.abc import Iterator
from functools import cache

from sympy import (
    Eq,
    Expr,
    Matrix,
    MatrixSymbol,
    Rational,
    S,
    Sum,
    Symbol,
    Trace,
    diag,
    diff,
    expand,
    eye,
    powsimp,
    symbols,
)
from sympy.core.relational import Relational
from sympy.polys.matrices import DomainMatrix

from stairwise.theory import model
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, sigma, sigma_dot, sigma_star, w

DEPTHS = (2, 3, 4)
SIZES = (2, 3)

#: u_rᵀ∇L(W)v_r, the gradient along the value's singular vectors.
slope = Symbol("g_r", real=True)
#: d/dt of an entry of W_{l+1}ᵀW_{l+1}, of W_lW_lᵀ, and (for a false twin) of W_{l+1}W_{l+1}ᵀ.
upper_rate, lower_rate, outer_rate = symbols("alpha beta gamma", real=True)
#: Direction in which a matrix is moved, and the layer's number.
_epsilon = Symbol("epsilon", real=True)
_layer = Symbol("l", integer=True, positive=True)
_size = Symbol("d", integer=True, positive=True)


def _entries(name: str, size: int) -> Matrix:
    """A matrix of real symbols."""
    return Matrix(size, size, lambda i, j: Symbol(f"{name}_{i + 1}{j + 1}", real=True))


def _ranges(*matrices: Matrix) -> Domain:
    """Entries between −1 and 1: the identities are polynomial, so they then hold everywhere."""
    found = {symbol for matrix in matrices for symbol in matrix.free_symbols}
    return tuple(Range(symbol, -1, 1) for symbol in sorted(found, key=str))


def _times(*factors: Matrix) -> Matrix:
    """Product of matrices of polynomials, expanded, by polynomial arithmetic (far faster)."""
    total = DomainMatrix.from_Matrix(factors[0])
    for factor in factors[1:]:
        left, right = total.unify(DomainMatrix.from_Matrix(factor))
        total = left * right
    return total.to_Matrix()


def _product(layers: list[Matrix], size: int) -> Matrix:
    """W_N⋯W_1 of layers given W_1 first."""
    return _times(*reversed(layers), eye(size))


def _layer_flow(layers: list[Matrix], gradient: Matrix) -> list[Matrix]:
    """dW_l/dt = −(1/N)(W_N⋯W_{l+1})ᵀ ∇L (W_{l−1}⋯W_1)ᵀ for the loss L(W)/N."""
    size = gradient.shape[0]
    return [
        _times(
            _product(layers[index + 1 :], size).T,
            -gradient / len(layers),
            _product(layers[:index], size).T,
        )
        for index in range(len(layers))
    ]


def _rotation(tangent: Expr, size: int, plane: int = 0) -> Matrix:
    """A rotation in one coordinate plane, rational in the tangent of half its angle."""
    cosine = (1 - tangent**2) / (1 + tangent**2)
    sine = 2 * tangent / (1 + tangent**2)
    turn = eye(size)
    i, j = plane % size, (plane + 1) % size
    turn[i, i], turn[j, j], turn[i, j], turn[j, i] = cosine, cosine, -sine, sine
    return turn


def _derive_conservation(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Layer flow → imbalance, for any size and depth; then on explicit matrices."""
    upper, lower, above, gradient, below, probe = (
        MatrixSymbol(name, _size, _size) for name in ("W", "V", "A", "G", "B", "E")
    )
    # W = W_{l+1}, V = W_l, A = W_N⋯W_{l+2}, B = W_{l−1}⋯W_1.
    upper_speed = -above.T * gradient * (lower * below).T
    lower_speed = -(above * upper).T * gradient * below.T
    high, low = upper.T * upper_speed, lower_speed * lower.T
    change = high + high.T - low - low.T
    yield Step(
        "any size and depth, with A = W_N⋯W_{l+2}, W = W_{l+1}, V = W_l, B = W_{l−1}⋯W_1, G = ∇L: "
        "Wᵀ dW/dt and dV/dt Vᵀ are the same product, so WᵀW − VVᵀ stays",
        high,
        zero=Trace(probe * change).doit().expand(),
    )
    for size in SIZES:
        for depth in DEPTHS if size == 2 else (2, 3):
            yield from _conservation_of(claim, size, depth)


def _conservation_of(claim: Relational, size: int, depth: int) -> Iterator[Step]:
    """The claim on every entry (0, 0) and (0, 1); renaming axes gives the others."""
    for low, rates, entries in _imbalance_rates(size, depth):
        for i, j in ((0, 0), (0, 1)):
            at = {symbol: matrix[i, j] for symbol, matrix in rates.items()}
            yield Step(
                f"size {size}, depth {depth}: layers {low} and {low + 1}, entry ({i + 1}, {j + 1})",
                Eq(upper_rate, lower_rate, evaluate=False),
                zero=expand((claim.lhs - claim.rhs).subs(at)),
                domain=entries,
            )


@cache
def _imbalance_rates(size: int, depth: int) -> tuple[tuple[int, dict[Symbol, Matrix], Domain], ...]:
    """Rates of W_{l+1}ᵀW_{l+1}, W_lW_lᵀ and W_{l+1}W_{l+1}ᵀ for each l, on matrices of symbols."""
    layers = [_entries(f"w{index + 1}", size) for index in range(depth)]
    gradient = _entries("g", size)
    speeds = _layer_flow(layers, gradient)
    found = []
    for index in range(depth - 1):
        low, high = layers[index], layers[index + 1]
        upper, lower = _times(high.T, speeds[index + 1]), _times(low, speeds[index].T)
        outer = _times(high, speeds[index + 1].T)
        rates = {
            upper_rate: upper + upper.T,
            lower_rate: lower + lower.T,
            outer_rate: outer + outer.T,
        }
        found.append((index + 1, rates, _ranges(*layers, gradient)))
    return tuple(found)


def _derive_balanced(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Singular values under dW/dt = −(1/N) Σ_l A_lA_lᵀ ∇L B_lᵀB_l, with the layers balanced."""
    for size in SIZES:
        values = symbols(f"s_1:{size + 1}", positive=True)
        move = _entries("e", size)
        yield Step(
            f"a singular value moves by dσ_r = u_rᵀ dW v_r (size {size}, in the basis of the "
            "singular vectors; implicit derivative of the characteristic polynomial)",
            move.as_immutable(),
            zero=_perturbation_defect(values, move),
            domain=(*(Range(value, 0) for value in values), *_ranges(move)),
        )
    # A_l = W_N⋯W_{l+1} and B_l = W_{l−1}⋯W_1; u_r, v_r are eigenvectors of the outer factors.
    outer = sigma ** (2 * (N - _layer) / N)
    inner = sigma ** (2 * (_layer - 1) / N)
    yield Step(
        "balanced: W_{l+1}W_lW_lᵀW_{l+1}ᵀ = (W_{l+1}W_{l+1}ᵀ)² and so on, so with "
        "A_l = W_N⋯W_{l+1}, A_lA_lᵀ = (WWᵀ)^{1 − l/N}; its eigenvalue on u_r",
        outer,
    )
    yield Step("and with B_l = W_{l−1}⋯W_1, B_lᵀB_l = (WᵀW)^{(l − 1)/N}; on v_r", inner)
    for size in SIZES:
        for depth in DEPTHS:
            yield from _outer_factor_steps(size, depth, outer, inner)
    each = powsimp(outer * inner)
    rate = -Sum(each, (_layer, 1, N)).doit() * slope / N
    yield Step(
        "sum over the layers, each of which contributes the same",
        Eq(sigma_dot, rate, evaluate=False),
        zero=rate - claim.rhs,
        domain=(*domain, Range(slope, -1, 1)),
    )
    for size in SIZES:
        for depth in DEPTHS:
            yield _balanced_step(claim, size, depth)


def _perturbation_defect(values: tuple[Symbol, ...], move: Matrix) -> Expr:
    """d(σ_1²)/dε − 2σ_1·(u_1ᵀ E v_1) at W = diag(values), by the characteristic polynomial."""
    size, level = len(values), Symbol("lambda", real=True)
    moved = diag(*values) + _epsilon * move
    polynomial = (moved.T * moved - level * eye(size)).det(method="berkowitz")
    here = {_epsilon: 0, level: values[0] ** 2}
    along = expand(diff(polynomial, _epsilon).subs(here))
    across = expand(diff(polynomial, level).subs(here))
    return expand(along + across * 2 * values[0] * move[0, 0])


def _outer_factor_steps(size: int, depth: int, outer: Expr, inner: Expr) -> Iterator[Step]:
    """The two eigenvalues on explicit balanced layers, each of the layers l."""
    layers, frames, roots = _balanced_factors(size, depth)
    left, right = frames[depth][:, 0], frames[0][:, 0]
    probes = _entries("e", size)[:, :2]  # any vector for each of the two
    for layer in range(1, depth + 1):
        above = _product(layers[layer:], size)
        below = _product(layers[: layer - 1], size)
        at = {sigma: roots[0] ** depth, N: depth, _layer: layer}
        above_defect = _times(above, above.T, left) - outer.subs(at) * left
        below_defect = _times(below.T, below, right) - inner.subs(at) * right
        defect = probes[:, 0].T * above_defect + probes[:, 1].T * below_defect
        yield Step(
            f"size {size}, depth {depth}, layer {layer}: both, on explicit balanced layers",
            outer.subs(at),
            zero=expand(defect[0]),
            domain=(*(Range(root, 0) for root in roots), *_ranges(probes)),
        )


def _balanced_step(claim: Relational, size: int, depth: int) -> Step:
    """The claim for σ_1 on explicit balanced layers."""
    roots, gradient, actual, along = _balanced_layers(size, depth)
    at = {sigma: roots[0] ** depth, slope: along, N: depth}
    return Step(
        f"size {size}, depth {depth}: balanced layers with rational frames, any gradient",
        Eq(sigma_dot, claim.rhs, evaluate=False),
        zero=expand(actual - claim.rhs.subs(at)),
        domain=(*(Range(root, 0) for root in roots), *_ranges(gradient)),
    )


@cache
def _balanced_factors(
    size: int, depth: int
) -> tuple[list[Matrix], list[Matrix], tuple[Symbol, ...]]:
    """Balanced layers W_l = U_l D U_{l−1}ᵀ, frames U_0, …, U_N, and D, the values' N-th roots."""
    roots = symbols(f"a_1:{size + 1}", positive=True)
    frames = [_rotation(Rational(index + 1, index + 3), size, index) for index in range(depth + 1)]
    layers = [_times(frames[k + 1], diag(*roots), frames[k].T) for k in range(depth)]
    return layers, frames, roots


@cache
def _balanced_layers(size: int, depth: int) -> tuple[tuple[Symbol, ...], Matrix, Expr, Expr]:
    """The roots, any gradient, dσ_1/dt and u_1ᵀ∇L v_1 on those layers."""
    roots = symbols(f"a_1:{size + 1}", positive=True)
    frames = [_rotation(Rational(index + 1, index + 3), size, index) for index in range(depth + 1)]
    layers = [_times(frames[k + 1], diag(*roots), frames[k].T) for k in range(depth)]
    gradient = _entries("g", size)
    left, right = frames[depth][:, 0], frames[0][:, 0]
    actual = S.Zero
    for index, speed in enumerate(_layer_flow(layers, gradient)):
        above, below = _product(layers[index + 1 :], size), _product(layers[:index], size)
        actual += _times(left.T, above, speed, below, right)[0]
    return roots, gradient, expand(actual), _times(left.T, gradient, right)[0]


def _derive_population(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Population loss → gradient of each layer at W_l = Q diag(w) Qᵀ → claim."""
    outside, error = w ** (N - _layer), w**N - sigma_star
    inside = w ** (_layer - 1)
    yield Step("layers W_l = Q diag(w) Qᵀ, from W_l(0) = σ0^{1/N} I and W* = Q diag(σ*) Qᵀ", w)
    weight_rate = powsimp(-outside * inside / N) * error
    yield Step(
        "gradient flow of layer l in that basis is diagonal, and the same for every l",
        weight_rate,
        zero=diff(weight_rate, _layer),
        domain=(Range(N, 1), Range(w, 0), Range(sigma_star, 0)),
    )
    rate = (diff(w**N, w) * weight_rate).subs(w, sigma ** (1 / N))
    yield Step(
        "σ = w^N: the toy model's flow",
        Eq(sigma_dot, rate, evaluate=False),
        zero=rate - claim.rhs,
    )
    yield Step(
        "and `toy-flow`, derived from the diagonal model's own loss, is the same",
        model.flow_rate(),
        zero=model.flow_rate() - claim.rhs,
    )
    for size in SIZES:
        for depth in DEPTHS:
            yield from _population_steps(claim, size, depth)


def _population_steps(claim: Relational, size: int, depth: int) -> Iterator[Step]:
    """The loss's derivative in every direction at every layer, against the claimed flow."""
    roots = symbols(f"a_1:{size + 1}", positive=True)
    targets = symbols(f"b_1:{size + 1}", positive=True)
    turn, move = _common_frame(size), _entries("e", size)
    values = tuple(
        claim.rhs.subs({sigma: root**depth, sigma_star: goal, N: depth})
        for root, goal in zip(roots, targets, strict=True)
    )
    # dσ/dt = N w^{N−1} dw/dt, so the claim gives the flow of w.
    flows = [
        expand(rate / (depth * root ** (depth - 1)))
        for rate, root in zip(values, roots, strict=True)
    ]
    inner = _times(turn.T, move, turn)
    claimed = sum(-flow * inner[k, k] for k, flow in enumerate(flows))
    for layer in range(1, depth + 1):
        yield Step(
            f"size {size}, depth {depth}, layer {layer}: the loss's derivative in any "
            "direction is that along Q diag(dw/dt) Qᵀ, so the layers stay of this form",
            Eq(sigma_dot, claim.rhs, evaluate=False),
            zero=expand(_population_slope(size, depth, layer) - claimed),
            domain=(*(Range(z, 0) for z in (*roots, *targets)), *_ranges(move)),
        )


def _common_frame(size: int) -> Matrix:
    """A rational rotation Q that moves every axis."""
    return _rotation(Rational(1, 2), size) * _rotation(Rational(1, 3), size, 1)


@cache
def _population_slope(size: int, depth: int, layer: int) -> Expr:
    """Derivative of the population loss as layer l moves along E, at W_k = Q diag(w) Qᵀ."""
    turn, move = _common_frame(size), _entries("e", size)
    roots = symbols(f"a_1:{size + 1}", positive=True)
    targets = symbols(f"b_1:{size + 1}", positive=True)
    layers = [_times(turn, diag(*roots), turn.T)] * depth
    layers[layer - 1] = layers[layer - 1] + _epsilon * move
    errors = _product(layers, size) - _times(turn, diag(*targets), turn.T)
    # Chain rule through the entries' errors: the loss first as a function of them.
    names = symbols(f"c_1:{size * size + 1}", real=True)
    loss = model.expected_square(names) / (2 * depth)
    at = dict(zip(names, errors.subs(_epsilon, 0), strict=True))
    partials = Matrix(1, size * size, [diff(loss, name).subs(at) for name in names])
    motion = Matrix(size * size, 1, [diff(error, _epsilon).subs(_epsilon, 0) for error in errors])
    return _times(partials, motion)[0]


_DEPTH: Domain = (Range(N, 1),)
_VALUE: Domain = (*_DEPTH, Range(sigma, 0))
_PAIR: Domain = (*_VALUE, Range(sigma_star, 0))

_CONSERVED = Eq(upper_rate, lower_rate, evaluate=False)
_BALANCED = Eq(sigma_dot, -(sigma ** (2 - 2 / N)) * slope, evaluate=False)
_POPULATION = Eq(sigma_dot, sigma ** (2 - 2 / N) * (sigma_star - sigma), evaluate=False)

DEEP_LINEAR = Statement(
    id="deep-linear",
    title="Gradient flow of a deep linear network, in its singular values",
    setting=(
        "W = W_N⋯W_1 and depth-normalised loss L(W)/N, gradient flow of the layers; for the last "
        "case L(W) = ½ E⟨A, W − W*⟩² with Gaussian A, W* symmetric PSD and W_l(0) = σ0^{1/N} I; "
        "α and β are the rates of an entry of W_{l+1}ᵀW_{l+1} and W_lW_lᵀ, and g_r = u_rᵀ∇L(W)v_r. "
        "Where a step names a size and a depth, the general argument before it is in words, and is "
        "decided on explicit matrices of sizes 2 and 3 at depths 2, 3 and 4"
    ),
    source=(
        "the paper, section 4.1; Arora, Cohen, Hu and Luo 2019 (balanced layers): re-derived here"
    ),
    depends=("toy-flow",),
    cases=(
        Case(
            "balancedness is conserved",
            Kind.IDENTITY,
            _CONSERVED,
            _DEPTH,
            _derive_conservation,
            (
                Twin("sum, not difference", Eq(upper_rate, -lower_rate, evaluate=False)),
                Twin("W_{l+1}W_{l+1}ᵀ in place", Eq(outer_rate, lower_rate, evaluate=False)),
            ),
        ),
        Case(
            "balanced layers",
            Kind.IDENTITY,
            _BALANCED,
            _VALUE,
            _derive_balanced,
            (
                Twin("exponent 2 − 1/N", _BALANCED.subs(2 - 2 / N, 2 - 1 / N)),
                Twin("sign", Eq(sigma_dot, -_BALANCED.rhs, evaluate=False)),
                Twin("loss not normalised", Eq(sigma_dot, N * _BALANCED.rhs, evaluate=False)),
            ),
        ),
        Case(
            "population loss, identity start",
            Kind.IDENTITY,
            _POPULATION,
            _PAIR,
            _derive_population,
            (
                Twin("exponent 2 − 1/N", _POPULATION.subs(2 - 2 / N, 2 - 1 / N)),
                Twin("factor N", Eq(sigma_dot, N * _POPULATION.rhs, evaluate=False)),
            ),
        ),
    ),
)
