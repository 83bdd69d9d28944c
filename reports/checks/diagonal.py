"""`diagonal`: weights solved from the loss alone, against sides, invariants, clock and potential.

Depths are whole numbers here, so that the loss is analytic in the weights; κ = 1 − 2/N.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import solve_ivp

from stairwise.reports.checks.check import Check, evaluator, worst
from stairwise.reports.checks.classification import CLASSIFICATION_ROUTES
from stairwise.reports.checks.networks import ATOL, DIFFERENCES, RTOL, Floats, Loss, gradient
from stairwise.theory.statement import Case, Statement

_START = 0.3
_TIME = 0.8
_DEEP = (3, 4, 6)
#: Solves at relative tolerance 1e-11 leave 1e-10 or less over these short times.
_SOLVED = 1e-8


def diagonal(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    for case in statement.cases:
        yield from _ROUTES[case.name](case)


class _State(NamedTuple):
    """Sides, value, slope of the loss and clock of every coordinate, and the rates of three."""

    mu: Floats
    nu: Floats
    slope: Floats
    theta: Floats
    mu_dot: Floats
    nu_dot: Floats

    @property
    def value(self) -> Floats:
        """σ = μ − ν."""
        return self.mu - self.nu

    def named(self, depth: int) -> dict[str, Any]:
        """What claims may name."""
        kappa = 1 - 2 / depth
        return {
            "N": depth,
            "kappa": kappa,
            "sigma_0": _START,
            "mu": self.mu,
            "nu": self.nu,
            "g": self.slope,
            "theta": self.theta,
            "phi": kappa * _START**kappa * self.theta,
            "sigma_pm": self.value,
        }


@cache
def _problem() -> tuple[Floats, Floats]:
    """Inputs (4, 3) and labels ±1."""
    generator = np.random.default_rng(413)
    return generator.standard_normal((4, 3)), np.array([1.0, -1.0, 1.0, 1.0])


def _risk(values: Any) -> Any:
    """L(σ): the mean logistic loss of the problem, with a quadratic term."""
    inputs, labels = _problem()
    margins = labels * (values @ inputs.T)
    return np.log1p(np.exp(-margins)).mean(axis=-1) + 0.1 * (values**2).sum(axis=-1)


def _loss(depth: int) -> Loss:
    """(1/N²) L(u^N − v^N) in the weights u, then v."""
    return lambda weights: _risk(weights[..., :3] ** depth - weights[..., 3:] ** depth) / depth**2


@cache
def _solved(depth: int) -> _State:
    """The state at the end of a solved flow of weights and clock."""

    def rates(_time: float, state: Floats) -> Floats:
        weights = state[:6]
        value = weights[:3] ** depth - weights[3:] ** depth
        return np.concatenate([-gradient(_loss(depth), weights), gradient(_risk, value)])

    start = np.concatenate([np.full(6, _START ** (1 / depth)), np.zeros(3)])
    found = solve_ivp(rates, (0.0, _TIME), start, method="DOP853", rtol=RTOL, atol=ATOL)
    if found.status != 0:
        raise RuntimeError(f"the flow at depth {depth} stopped short: {found.message}")
    last = found.y[:, -1]
    move = depth * last[:6] ** (depth - 1) * rates(_TIME, last)[:6]
    sides = last[:6] ** depth
    slope = gradient(_risk, sides[:3] - sides[3:])
    return _State(sides[:3], sides[3:], slope, last[6:], move[:3], move[3:])


def _evaluate(expression: Any, known: dict[str, Any]) -> Any:
    return evaluator(expression, *known, module="numpy")(*known.values())


def _relative(found: Any, expected: Any) -> float:
    return float(np.max(np.abs(found - expected)) / np.max(np.abs(expected)))


def _side(which: str, case: Case) -> Iterator[Check]:
    gaps = []
    for depth in (1, 2, 3, 5):
        state = _solved(depth)
        claimed = _evaluate(case.claim.rhs, state.named(depth))
        gaps.append(_relative(claimed, getattr(state, f"{which}_dot")))
    yield Check(f"{case.name}, from solved weights", worst(gaps), _SOLVED)


def _conserved(depths: tuple[int, ...], case: Case) -> Iterator[Check]:
    gaps = []
    for depth in depths:
        known = _solved(depth).named(depth)
        gaps.append(_relative(_evaluate(case.claim.lhs, known), _evaluate(case.claim.rhs, known)))
    yield Check(f"{case.name}, solved weights", worst(gaps), _SOLVED)


def _value(depths: tuple[int, ...], case: Case) -> Iterator[Check]:
    gaps = []
    for depth in depths:
        state = _solved(depth)
        gaps.append(_relative(_evaluate(case.claim.rhs, state.named(depth)), state.value))
    yield Check(f"{case.name} in the solved clock", worst(gaps), _SOLVED)


def _potential(depths: tuple[int, ...], case: Case) -> Iterator[Check]:
    """dQ/dσ along the flow is −θ, by differences of order 4."""
    gaps = []
    for depth in depths:
        state = _solved(depth)

        def reading(width: float, state: _State = state, depth: int = depth) -> Floats:
            moved = state._replace(
                mu=state.mu + width * state.mu_dot, nu=state.nu + width * state.nu_dot
            )
            found: Floats = np.asarray(_evaluate(case.claim.rhs, moved.named(depth)), dtype=float)
            return found

        step = 1e-3
        near, far = (reading(step * k) - reading(-step * k) for k in (1, 2))
        rate = (8 * near - far) / (12 * step)
        gaps.append(_relative(rate / (state.mu_dot - state.nu_dot), -state.theta))
    yield Check(f"{case.name}: its slope against the solved clock", worst(gaps), DIFFERENCES)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "flow of mu": partial(_side, "mu"),
    "flow of nu": partial(_side, "nu"),
    **{
        f"{kind} {regime}": partial(route, depths)
        for kind, route in (("conserved", _conserved), ("value", _value), ("potential", _potential))
        for regime, depths in (
            ("at depth 1", (1,)),
            ("at depth 2", (2,)),
            ("beyond depth 2", _DEEP),
        )
    },
    **CLASSIFICATION_ROUTES,
}
