"""Statement `quadratic`: gradient flow of a quadratic network f(x) = xᵀWᵀWx.

The loss needs fourth moments of a Gaussian vector. They are integrated coordinate by coordinate; a
product of four coordinates has at most four different ones, so size 4 shows every pattern that
occurs at any size, and the form of the loss is proved for every size.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

from sympy import (
    Eq,
    Expr,
    Matrix,
    Rational,
    S,
    Symbol,
    diag,
    diff,
    expand,
    eye,
    solve,
    symbols,
)
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory._alone import alone
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import sigma, sigma_dot, sigma_star

SIZES = (2, 3)
#: Size at which every pattern of four indices occurs.
EVERY_PATTERN = 4

#: Sums of all values Σ_k σ_k and of all targets Σ_k σ*_k.
total, total_star = symbols("T T_*", positive=True)
_bias = Symbol("b_0", real=True)


def _symmetric(name: str, size: int) -> Matrix:
    """A symmetric matrix of real symbols."""
    return Matrix(
        size,
        size,
        lambda i, j: Symbol(f"{name}_{min(i, j) + 1}{max(i, j) + 1}", real=True),
    )


def _entries(name: str, size: int) -> Matrix:
    """A matrix of real symbols."""
    return Matrix(size, size, lambda i, j: Symbol(f"{name}_{i + 1}{j + 1}", real=True))


def _ranges(*matrices: Matrix) -> Domain:
    """Entries between −1 and 1: the identities are polynomial, so they then hold everywhere."""
    found = {symbol for matrix in matrices for symbol in matrix.free_symbols}
    return tuple(Range(symbol, -1, 1) for symbol in sorted(found, key=str))


def gaussian_product(indices: tuple[int, ...]) -> Expr:
    """E of a product of coordinates of x ~ N(0, I): one-dimensional moments, integrated."""
    moment = S.One
    for index in set(indices):
        moment *= _moment(indices.count(index))
    return moment


@cache
def _moment(order: int) -> Expr:
    return model.gaussian_moment(order)


def expected_fit(defect: Matrix, bias: Expr) -> Expr:
    """E(xᵀDx + bias)² for x ~ N(0, I), by multiplying out and taking moments."""
    size = defect.shape[0]
    second = sum(defect[i, j] * gaussian_product((i, j)) for i, j in product(range(size), repeat=2))
    fourth = sum(
        defect[i, j] * defect[k, m] * gaussian_product((i, j, k, m))
        for i, j, k, m in product(range(size), repeat=4)
    )
    return expand(fourth + 2 * bias * second + bias**2)


def trace_form(defect: Matrix, bias: Expr) -> Expr:
    """The same in traces: 2 tr D² + (tr D + bias)²."""
    return 2 * (defect * defect).trace() + (defect.trace() + bias) ** 2


def value_flow(
    size: int, optimal_bias: bool
) -> tuple[Matrix, tuple[Symbol, ...], tuple[Symbol, ...]]:
    """dS/dt for S = WᵀW, by differentiating the loss in W, at S and S* diagonal.

    Returns the matrix, the values and their targets. W is a rational rotation of the roots of the
    values; any other W with this WᵀW gives the same.
    """
    weights = _entries("w", size)
    roots = symbols(f"a_1:{size + 1}", positive=True)
    targets = symbols(f"b_1:{size + 1}", positive=True)
    defect = weights.T * weights - diag(*targets)
    bias = best_bias(defect) if optimal_bias else S.Zero
    loss = trace_form(defect, bias) / 16
    half = Rational(1, 2)
    cosine, sine = (1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)
    turn = eye(size)
    turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1] = cosine, -sine, sine, cosine
    at = dict(zip(weights, turn * diag(*roots), strict=True))
    here = weights.subs(at)
    speed = -weights.applyfunc(lambda entry: diff(loss, entry).subs(at))
    flow = (speed.T * here + here.T * speed).applyfunc(expand)
    return flow, roots, targets


@alone()
def best_bias(defect: Matrix) -> Expr:
    """The bias that minimises the loss, from its derivative."""
    [optimum] = solve(diff(trace_form(defect, _bias), _bias), _bias)
    return optimum


def _moment_steps() -> Iterator[Step]:
    """Isserlis' formula, and with it the loss in traces."""
    patterns = {
        (0, 0, 0, 0): "four equal",
        (0, 0, 1, 1): "two pairs",
        (0, 0, 0, 1): "three equal",
        (0, 0, 1, 2): "one pair",
        (0, 1, 2, 3): "all different",
    }
    for (i, j, k, m), pattern in patterns.items():
        pairs = (i == j) * (k == m) + (i == k) * (j == m) + (i == m) * (j == k)
        moment = gaussian_product((i, j, k, m))
        yield Step(f"Isserlis, {pattern}: one for each pairing of equals", moment, moment - pairs)
    defect = _symmetric("D", EVERY_PATTERN)
    loss = expected_fit(defect, _bias)
    yield Step(
        "E(xᵀDx + b)² = 2 tr D² + (tr D + b)², all patterns of indices",
        loss,
        zero=expand(loss - trace_form(defect, _bias)),
        domain=_ranges(defect, Matrix([_bias])),
    )


def _derive_coupled(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Moments → loss → gradient in W → flow of S = WᵀW → claim."""
    yield from _moment_steps()
    for size in SIZES:
        yield from _value_steps(claim, size, optimal_bias=False)


def _derive_with_bias(claim: Relational, domain: Domain) -> Iterator[Step]:
    """The same with the bias at its optimum, which removes the trace; then the toy model."""
    yield from _moment_steps()
    defect = _symmetric("D", EVERY_PATTERN)
    loss = trace_form(defect, best_bias(defect))
    yield Step(
        "the optimal bias is −tr D, and leaves 2 tr D²",
        loss,
        zero=expand(loss - 2 * (defect * defect).trace()),
        domain=_ranges(defect),
    )
    for size in SIZES:
        yield from _value_steps(claim, size, optimal_bias=True)
    yield Step(
        "`toy-flow` at N = 2 is the same",
        model.flow_rate(S(2)),
        zero=model.flow_rate(S(2)) - claim.rhs,
    )


def _value_steps(claim: Relational, size: int, optimal_bias: bool) -> Iterator[Step]:
    """The flow of every eigenvalue of S, and that S stays diagonal."""
    flow, roots, targets = _cached_flow(size, optimal_bias)
    positive = tuple(Range(symbol, 0) for symbol in (*roots, *targets))
    for k, (root, target) in enumerate(zip(roots, targets, strict=True)):
        at = {
            sigma: root**2,
            sigma_star: target,
            total: sum(other**2 for other in roots),
            total_star: sum(targets),
        }
        rate = flow[k, k]
        yield Step(
            f"size {size}, value {k + 1}: dS/dt = −(∇ᵀW + Wᵀ∇), loss differentiated in W",
            Eq(sigma_dot, rate, evaluate=False),
            zero=expand(rate - claim.rhs.subs(at)),
            domain=positive,
        )
    for i, j in product(range(size), repeat=2):
        if i < j:
            yield Step(
                f"size {size}: S stays diagonal, entry ({i + 1}, {j + 1})",
                flow[i, j],
                zero=flow[i, j],
                domain=positive,
            )


@cache
def _cached_flow(
    size: int, optimal_bias: bool
) -> tuple[Matrix, tuple[Symbol, ...], tuple[Symbol, ...]]:
    return value_flow(size, optimal_bias)


_PAIR: Domain = (Range(sigma, 0), Range(sigma_star, 0))
_SUMS: Domain = (*_PAIR, Range(total, sigma), Range(total_star, sigma_star))
_COUPLED = Eq(
    sigma_dot,
    sigma * (sigma_star - sigma) + sigma * (total_star - total) / 2,
    evaluate=False,
)
_REDUCED = Eq(sigma_dot, sigma * (sigma_star - sigma), evaluate=False)

QUADRATIC = Statement(
    id="quadratic",
    title="Gradient flow of a quadratic network, in the eigenvalues of WᵀW",
    setting=(
        "f(x) = xᵀWᵀWx (+ bias), loss (1/16)·E(f(x) − xᵀW*ᵀW*x)² with x ~ N(0, I), gradient flow "
        "of W from WᵀW that commutes with W*ᵀW*; T = Σ_k σ_k and T_* = Σ_k σ*_k. The form of the "
        "loss is decided for every size; the flow that follows from it on sizes 2 and 3"
    ),
    source="the paper, section 4.2 (re-derived from the model's definition)",
    depends=("toy-flow",),
    cases=(
        Case(
            "without bias",
            Kind.IDENTITY,
            _COUPLED,
            _SUMS,
            _derive_coupled,
            (
                Twin("no trace term", _REDUCED),
                Twin(
                    "trace term without ½",
                    Eq(
                        sigma_dot,
                        sigma * (sigma_star - sigma) + sigma * (total_star - total),
                        evaluate=False,
                    ),
                ),
            ),
        ),
        Case(
            "bias at its optimum",
            Kind.IDENTITY,
            _REDUCED,
            _PAIR,
            _derive_with_bias,
            (
                Twin("twice as fast", Eq(sigma_dot, 2 * _REDUCED.rhs, evaluate=False)),
                Twin("exponent 2", Eq(sigma_dot, sigma * _REDUCED.rhs, evaluate=False)),
                Twin("trace term kept", _COUPLED, _SUMS),
            ),
        ),
    ),
)
