"""Backward error analysis of a one-dimensional map X⁺ = X + g(X), as formal series.

The map is the time-one flow of a vector field ψ, the iterative logarithm, with e^{ψ∂}X = X + g.
Its reciprocal 1/ψ is the density of steps: ∫ 1/ψ dX counts the steps from X_a to X_b, up to the
truncation. In the jet variables d_j = g^{j−1} g^{(j)} the density is (1/g) Σ_k P_k(d_1, …, d_k),
with P_k weighted homogeneous of degree k. Source: classical (modified equations; Abel's and
Julia's equations for parabolic fixed points); the use for learning thresholds is new.
"""

from functools import cache
from math import factorial, prod

from sympy import QQ, Expr, Rational, S, diff, limit, log, oo, powsimp, simplify
from sympy.polys.rings import PolyElement, PolyRing, ring

from stairwise.theory._alone import alone
from stairwise.theory._expressions import expression
from stairwise.theory.model import weight_gradient
from stairwise.theory.symbols import N, eta, sigma, w

#: One term of the density: its coefficient and the exponents of d_1, d_2, ….
Term = tuple[Rational, tuple[int, ...]]


@cache
def _jets(order: int) -> PolyRing:
    """The ring Q[g, g', …, g^(order)]."""
    return ring([f"g{k}" for k in range(order + 1)], QQ)[0]


def _derivative(polynomial: PolyElement, jets: PolyRing) -> PolyElement:
    """d/dX, with g^(k) going to g^(k+1)."""
    pairs = zip(jets.gens[:-1], jets.gens[1:], strict=True)
    return sum((polynomial.diff(low) * high for low, high in pairs), jets.zero)


@cache
def iterative_logarithm(order: int) -> tuple[PolyElement, ...]:
    """ψ_1, …, ψ_order with ψ = Σ ψ_i and ψ_i of degree i in the jets: ψ_1 = g, ψ_2 = −g g'/2, ….

    Solved weight by weight from Σ_{k ≥ 1} (ψ∂)^{k−1} ψ / k! = g.
    """
    jets = _jets(order)
    found: list[PolyElement] = []
    for weight in range(1, order + 1):
        remainder = jets.gens[0] if weight == 1 else jets.zero
        lie = [*found, jets.zero]
        for k in range(2, weight + 1):
            lie = _lie_derivative(found, lie, weight, jets)
            remainder -= lie[weight - 1] * QQ(1, factorial(k))
        found.append(remainder)
    return tuple(found)


def _lie_derivative(
    field: list[PolyElement], graded: list[PolyElement], weight: int, jets: PolyRing
) -> list[PolyElement]:
    """ψ ∂ of a graded series, up to the weight; entry i − 1 holds weight i."""
    result = [jets.zero] * weight
    for i, psi in enumerate(field, start=1):
        for j, part in enumerate(graded, start=1):
            if i + j <= weight:
                result[i + j - 1] += psi * _derivative(part, jets)
    return result


@cache
def step_density(order: int) -> tuple[tuple[Term, ...], ...]:
    """P_0, …, P_{order−1} of the density 1/ψ = (1/g) Σ P_k, as terms in d_1, d_2, …."""
    jets = _jets(order)
    relative = [psi.exquo(jets.gens[0]) for psi in iterative_logarithm(order)]
    inverse = [jets.one]
    for k in range(1, order):
        inverse.append(-sum((relative[i] * inverse[k - i] for i in range(1, k + 1)), jets.zero))
    return tuple(
        tuple((Rational(int(c.numerator), int(c.denominator)), e[1:]) for e, c in part.terms())
        for part in inverse
    )


@cache
@alone()
def first_order_rate(depth: Expr = N) -> Expr:
    """F_1 of the modified equation dσ/dt = F(σ) + η F_1(σ) + O(η²) that descent follows.

    From ψ_1 + ψ_2 of the step of the weight, g = −η ∂ℓ/∂w, by the chain rule; at N = ∞ its limit.
    """
    step = -eta * weight_gradient()
    second = in_jets(iterative_logarithm(2)[1], (step, diff(step, w)))
    rate = (diff(w**N, w) * second / eta**2).subs(w, sigma ** (1 / N))
    tidy = powsimp(simplify(rate))
    return limit(tidy, N, oo) if depth is oo else tidy.subs(N, expression("depth", depth))


def in_jets(polynomial: PolyElement, jets: tuple[Expr, ...]) -> Expr:
    """A polynomial in g, g', … at the given jets; the last ones may be left out where unused."""
    total: Expr = S.Zero
    for exponents, coefficient in polynomial.terms():
        powers = (jet**power for jet, power in zip(jets, exponents, strict=False))
        total += Rational(int(coefficient.numerator), int(coefficient.denominator)) * prod(powers)
    return total


@cache
@alone()
def first_order_steps() -> Expr:
    """ε(σ) = ½ log g: steps from σ_a to σ_b are (time of the flow)/η + ε(σ_b) − ε(σ_a) + O(η).

    The integral of P_1/g = g'/(2g), for the step g = −η ∂ℓ/∂w of the weight.
    """
    ((coefficient, _),) = step_density(2)[1]  # P_1 = d_1/2
    step = -eta * weight_gradient()
    return coefficient * log(simplify(step.subs(w, sigma ** (1 / N))))
