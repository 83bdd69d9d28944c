"""`quadratic` against the flow of explicit weights, with Gaussian expectations by quadrature."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from stairwise.reports.checks.check import Check, evaluator, worst
from stairwise.reports.checks.networks import DIFFERENCES, Floats, Loss, gradient_flow, speed
from stairwise.theory.statement import Case, Statement

_SIZE = 3
_TARGETS = np.array([1.0, 0.5, 0.2])
_TIMES = np.array([0.0, 1.0, 3.0])


def quadratic(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    for case in statement.cases:
        yield from _ROUTES[case.name](case)


def _gaussian_nodes() -> tuple[Floats, Floats]:
    """Points x and weights whose mean is E over N(0, I), exactly up to degree 5 per coordinate.

    The loss has degree 4.
    """
    points, weights = np.polynomial.hermite_e.hermegauss(3)
    nodes: Floats = np.array(list(product(points, repeat=_SIZE)))
    masses: Floats = np.array([np.prod(choice) for choice in product(weights, repeat=_SIZE)])
    masses /= masses.sum()
    return nodes, masses


def _loss(frame: Floats, *, bias: bool) -> Loss:
    """(1/16) E(xᵀWᵀWx + b − xᵀS*x)² in the entries of W, with b = 0 or at its optimum."""
    nodes, masses = _gaussian_nodes()
    goal = np.einsum("ki,ki->k", nodes @ (frame * _TARGETS) @ frame.T, nodes)

    def loss(entries: Any) -> Any:
        weights = entries.reshape(*entries.shape[:-1], _SIZE, _SIZE)
        features = np.einsum("...ij,kj->...ki", weights, nodes)
        residuals = (features**2).sum(axis=-1) - goal
        mean = (residuals * masses).sum(axis=-1)
        square = (residuals**2 * masses).sum(axis=-1)
        # The best constant for a mean square is minus the mean.
        return (square - mean**2 if bias else square) / 16

    return loss


def _values(entries: Floats) -> Floats:
    """Eigenvalues of WᵀW, decreasing."""
    weights = entries.reshape(_SIZE, _SIZE)
    values: Floats = np.asarray(np.linalg.eigvalsh(weights.T @ weights)[::-1], dtype=np.float64)
    return values


def _flow(case: Case, *, bias: bool) -> Iterator[Check]:
    """dσ/dt of solved weights, from WᵀW that commutes with S*, by differences of eigenvalues."""
    claim = evaluator(case.claim.rhs, "sigma", "sigma_star", "T", "T_*", module="numpy")
    generator = np.random.default_rng(412)
    frame, turn = (np.linalg.qr(generator.standard_normal((_SIZE, _SIZE)))[0] for _ in range(2))
    start = turn @ np.diag(np.sqrt([0.3, 0.2, 0.1])) @ frame.T
    loss = _loss(frame, bias=bias)
    gaps = []
    for state in gradient_flow(loss, start.ravel(), _TIMES):
        values = _values(state)
        claimed = claim(values, _TARGETS, values.sum(), _TARGETS.sum())
        rate = speed(_values, loss, state)
        gaps.append(float(np.abs(claimed - rate).max() / np.abs(rate).max()))
    yield Check(f"dσ/dt {case.name}, solved weights", worst(gaps), DIFFERENCES)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "without bias": partial(_flow, bias=False),
    "bias at its optimum": partial(_flow, bias=True),
}
