"""`toy-flow` against numerical derivatives of the loss."""

import random
from collections.abc import Iterator

import mpmath

from stairwise.numerics.process_state import working_digits
from stairwise.reports.checks.check import Check, worst
from stairwise.theory.compiled import compiled
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import N, sigma, sigma_star


def toy_flow(statement: Statement) -> Iterator[Check]:
    """The claimed dσ/dt against central differences of the loss, in 50 digits."""
    finite = compiled((sigma, sigma_star, N), statement.case("every depth").claim.rhs, "mpmath")
    infinite = compiled((sigma, sigma_star), statement.case("infinite depth").claim.rhs, "mpmath")
    with working_digits(50):
        gaps = []
        for depth, value, target in _points(20, (1, 12), (0.01, 3), (0.01, 3)):
            slope = _loss_slope(value, target, depth)
            weight = value ** (1 / depth)
            rate = -depth * weight ** (depth - 1) * slope
            gaps.append(float(abs(finite(value, target, depth) / rate - 1)))
        yield Check("dσ/dt against differences of the loss", worst(gaps), 1e-15)
        # The rate at depth 1e25 differs from the limit by about 1e-25 relative.
        gaps = [
            float(abs(infinite(value, target) / finite(value, target, mpmath.mpf(10) ** 25) - 1))
            for value, target in _points(20, (0.01, 3), (0.01, 3))
        ]
        yield Check("infinite depth against depth 1e25", worst(gaps), 1e-20)


def _loss_slope(value: mpmath.mpf, target: mpmath.mpf, depth: mpmath.mpf) -> mpmath.mpf:
    """∂ℓ/∂w by central differences of E(σ* − w^N)²/(2N²)."""
    weight = value ** (1 / depth)
    return mpmath.diff(lambda u: (target - u**depth) ** 2 / (2 * depth**2), weight)


def _points(count: int, *ranges: tuple[float, float]) -> Iterator[tuple[mpmath.mpf, ...]]:
    """Fixed random points in a box."""
    generator = random.Random(2020)
    for _ in range(count):
        yield tuple(mpmath.mpf(generator.uniform(*ends)) for ends in ranges)
