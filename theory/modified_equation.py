"""Backward error analysis of a one-dimensional map X⁺ = X + g(X), as formal series.

The map is the time-one flow of a vector field ψ, the iterative logarithm, with e^{ψ∂}X = X + g.
Its reciprocal 1/ψ is the density of steps: ∫ 1/ψ dX counts the steps from X_a to X_b, up to the
truncation. In the jet variables d_j = g^{j−1} g^{(j)} the density is (1/g) Σ_k P_k(d_1, …, d_k),
with P_k weighted homogeneous of degree k. Source: classical (modified equations; Abel's and
Julia's equations for parabolic fixed points); the use for learning thresholds is new.
"""

from functools import cache
from math import factorial

from sympy import QQ, Rational
from sympy.polys.rings import PolyElement, PolyRing, ring

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
        tuple((Rational(c.numerator, c.denominator), e[1:]) for e, c in part.terms())
        for part in inverse
    )
