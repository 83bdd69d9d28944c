"""The toy model, from its loss to gradient flow and gradient descent by differentiation.

Weights w ∈ R^d, induced values σ_i = w_i^N, predictor f(x) = ⟨σ, x⟩, targets σ*, x ~ N(0, I), and
the depth-normalised loss ℓ(w) = 1/(2N²) · E(⟨σ*, x⟩ − ⟨σ, x⟩)². Source: the paper, section 2; the
text is not at hand, so this definition of the model is the one that everything here rests on.
"""

from functools import cache

from sympy import (
    Expr,
    S,
    Symbol,
    cancel,
    diff,
    exp,
    integrate,
    limit,
    log,
    oo,
    pi,
    powsimp,
    simplify,
    sqrt,
)

from stairwise.theory._alone import alone
from stairwise.theory._expressions import expression
from stairwise.theory.symbols import N, eta, sigma, sigma_star, w

#: v = log σ, the variable in which the flow is integrated.
v = Symbol("v", real=True)


@alone()
def gaussian_moment(order: int) -> Expr:
    """E x^order for x ~ N(0, 1), by integration."""
    z = Symbol("z", real=True)
    return integrate(z**order * exp(-(z**2) / 2), (z, -oo, oo)) / sqrt(2 * pi)


def expected_square(coefficients: tuple[Expr, ...]) -> Expr:
    """E⟨δ, x⟩² for x ~ N(0, I): the square is expanded and its moments integrated."""
    first, second = gaussian_moment(1), gaussian_moment(2)
    total: Expr = S.Zero
    for i, left in enumerate(coefficients):
        for j, right in enumerate(coefficients):
            total += left * right * (second if i == j else first**2)
    return total


def loss(weights: tuple[Expr, ...], targets: tuple[Expr, ...], depth: Expr) -> Expr:
    """The depth-normalised population loss 1/(2N²) · E(⟨σ*, x⟩ − ⟨σ, x⟩)² with σ_i = w_i^N."""
    errors = tuple(target - weight**depth for weight, target in zip(weights, targets, strict=True))
    return expected_square(errors) / (2 * depth**2)


@cache
def weight_gradient() -> Expr:
    """∂ℓ/∂w of one coordinate at symbolic depth, as a function of w, σ* and N."""
    return diff(loss((w,), (sigma_star,), N), w)


@cache
@alone()
def flow_rate(depth: Expr = N) -> Expr:
    """dσ/dt under gradient flow ẇ = −∂ℓ/∂w, in σ, σ*; depth symbolic, a number or oo (limit)."""
    by_chain_rule = -diff(w**N, w) * weight_gradient()
    rate = powsimp(simplify(by_chain_rule.subs(w, sigma ** (1 / N))))
    return limit(rate, N, oo) if depth is oo else rate.subs(N, expression("depth", depth))


@cache
def log_flow_rate(depth: Expr = N) -> Expr:
    """dv/dt for v = log σ, in v, σ* and the depth: what stiff integrators are given."""
    return powsimp((flow_rate(depth) / sigma).subs(sigma, exp(v)))


@cache
@alone()
def descent_step(depth: Expr = N) -> Expr:
    """σ after one step of gradient descent w⁺ = w − η ∂ℓ/∂w; depth oo is the limit of the map."""
    relative_step = powsimp(simplify(-eta * weight_gradient() / w).subs(w, sigma ** (1 / N)))
    if depth is oo:
        # σ (1 + g/N)^N with g = N·(relative step): the limit of N log(1 + g/N).
        growth = limit(cancel(N * relative_step), N, oo)
        return sigma * exp(limit(N * log(1 + Symbol("g") / N), N, oo).subs(Symbol("g"), growth))
    return (sigma * (1 + relative_step) ** N).subs(N, expression("depth", depth))
