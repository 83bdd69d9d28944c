"""`deep-linear` against the flow of explicit layers, from the loss alone."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from stairwise.reports.checks.check import Check, evaluator, worst
from stairwise.reports.checks.networks import (
    DIFFERENCES,
    Floats,
    Loss,
    gradient,
    gradient_flow,
    speed,
)
from stairwise.theory.statement import Case, Statement

_DEPTHS = (2, 3, 4)
_SIZE = 3
_TIMES = np.array([0.0, 0.3, 1.0])


def deep_linear(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    for case in statement.cases:
        yield from _ROUTES[case.name](case)


def _layers(weights: Any, depth: int) -> Any:
    """W_1, …, W_N on the last three axes."""
    return weights.reshape(*weights.shape[:-1], depth, _SIZE, _SIZE)


def _product(weights: Any, depth: int) -> Any:
    """W_N⋯W_1."""
    layers = _layers(weights, depth)
    total = layers[..., 0, :, :]
    for index in range(1, depth):
        total = layers[..., index, :, :] @ total
    return total


def _risk(values: Any, measurements: Floats, truth: Floats) -> Any:
    """L(W) = ½ mean over measurements of ⟨A, W − W*⟩²."""
    residuals = np.einsum("kij,...ij->...k", measurements, values - truth)
    return (residuals**2).mean(axis=-1) / 2


def _entry_risk(measurements: Floats, truth: Floats) -> Loss:
    """L(W) in the entries of W."""
    return lambda entries: _risk(
        entries.reshape(*entries.shape[:-1], _SIZE, _SIZE), measurements, truth
    )


def _loss(depth: int, measurements: Floats, truth: Floats) -> Loss:
    """L(W_N⋯W_1)/N in the layers' entries."""
    return lambda weights: _risk(_product(weights, depth), measurements, truth) / depth


def _orthogonal(generator: np.random.Generator) -> Floats:
    frame: Floats = np.linalg.qr(generator.standard_normal((_SIZE, _SIZE)))[0]
    return frame


@cache
def _random_flow(depth: int, *, balanced: bool) -> tuple[Loss, Floats, Floats, Floats]:
    """Loss, measurements, truth, and the weights along the flow, from random layers."""
    generator = np.random.default_rng(1912)
    measurements = generator.standard_normal((5, _SIZE, _SIZE))
    truth = generator.standard_normal((_SIZE, _SIZE))
    loss = _loss(depth, measurements, truth)
    if balanced:
        frames = [_orthogonal(generator) for _ in range(depth + 1)]
        roots = np.diag([1.1, 0.9, 0.6])
        start = np.stack([frames[k + 1] @ roots @ frames[k].T for k in range(depth)])
    else:
        start = generator.standard_normal((depth, _SIZE, _SIZE)) / 2
    return loss, measurements, truth, gradient_flow(loss, start.ravel(), _TIMES)


def _conservation(case: Case) -> Iterator[Check]:
    """The imbalance of neighbouring layers: its rate by differences, and over the whole flow."""
    left, right = (evaluator(side, "alpha", "beta", "gamma") for side in case.claim.args)
    rates, drifts = [], []
    for depth in _DEPTHS:
        loss, _, _, states = _random_flow(depth, balanced=False)

        def readings(weights: Floats, depth: int = depth) -> Floats:
            """W_{l+1}ᵀW_{l+1}, W_lW_lᵀ, W_{l+1}W_{l+1}ᵀ for every l."""
            layers = _layers(weights, depth)
            high, low = layers[1:], layers[:-1]
            high_turned, low_turned = np.swapaxes(high, 1, 2), np.swapaxes(low, 1, 2)
            return np.stack([high_turned @ high, low @ low_turned, high @ high_turned])

        for state in states:
            rate = speed(readings, loss, state)
            rates.append(float(np.abs(left(*rate) - right(*rate)).max() / np.abs(rate).max()))
        moved = readings(states[-1]) - readings(states[0])
        drifts.append(float(np.abs(left(*moved) - right(*moved)).max() / np.abs(moved).max()))
    yield Check("rates of neighbouring layers, by differences", worst(rates), DIFFERENCES)
    yield Check("their change over a solved flow", worst(drifts), 1e-8)


def _balanced(case: Case) -> Iterator[Check]:
    """dσ_r/dt of solved balanced layers, by differences of singular values."""
    claim = evaluator(case.claim.rhs, "sigma", "N", "g_r", module="numpy")
    gaps = []
    for depth in _DEPTHS:
        loss, measurements, truth, states = _random_flow(depth, balanced=True)
        for state in states:
            value = _product(state, depth)
            left, singular, right = np.linalg.svd(value)
            flat = gradient(_entry_risk(measurements, truth), value.ravel())
            slopes = flat.reshape(_SIZE, _SIZE)
            along = np.einsum("ir,ij,rj->r", left, slopes, right)
            rate = speed(partial(_singular_values, depth=depth), loss, state)
            claimed = claim(singular, depth, along)
            gaps.append(float(np.abs(claimed - rate).max() / np.abs(rate).max()))
    yield Check("dσ/dt of balanced layers, by differences", worst(gaps), DIFFERENCES)


def _singular_values(weights: Floats, depth: int) -> Floats:
    values: Floats = np.linalg.svd(_product(weights, depth), compute_uv=False)
    return values


def _population(case: Case) -> Iterator[Check]:
    """dσ/dt of solved layers under the population loss, from σ0^{1/N} I."""
    claim = evaluator(case.claim.rhs, "sigma", "sigma_star", "N", module="numpy")
    targets = np.array([2.0, 1.0, 0.4])
    frame = _orthogonal(np.random.default_rng(1205))
    truth = (frame * targets) @ frame.T
    # E⟨A, E⟩² for Gaussian A is the mean over d² measurements d·e_ij: second moments agree.
    measurements = _SIZE * np.eye(_SIZE**2).reshape(-1, _SIZE, _SIZE)
    gaps = []
    for depth in _DEPTHS:
        loss = _loss(depth, measurements, truth)
        start = np.stack([0.2 ** (1 / depth) * np.eye(_SIZE)] * depth)
        for state in gradient_flow(loss, start.ravel(), _TIMES)[1:]:
            rate = speed(partial(_singular_values, depth=depth), loss, state)
            claimed = claim(_singular_values(state, depth), targets, depth)
            gaps.append(float(np.abs(claimed - rate).max() / np.abs(rate).max()))
    yield Check("dσ/dt under the population loss, by differences", worst(gaps), DIFFERENCES)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "balancedness is conserved": _conservation,
    "balanced layers": _balanced,
    "population loss, identity start": _population,
}
