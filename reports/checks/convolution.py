"""`convolution`: layers of real filters and their fast Fourier transforms, from the loss alone."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from stairwise.reports.checks.check import Check, evaluator, worst
from stairwise.reports.checks.networks import (
    ATOL,
    DIFFERENCES,
    RTOL,
    Floats,
    Loss,
    gradient,
    gradient_flow,
    speed,
)
from stairwise.theory.statement import Case, Statement

#: Rounding of transforms and slopes of a few numbers of size 1.
_ROUNDING = 1e-12
#: Solves at relative tolerance 1e-11 leave 2e-12 or less here.
_SOLVED = 1e-8


def convolution(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    for case in statement.cases:
        yield from _ROUTES[case.name](case)


def _filter(weights: Any, dimension: int, depth: int) -> Any:
    """β = w_1 ⋆ ⋯ ⋆ w_N on the last axis, by the definition of circular convolution."""
    layers = weights.reshape(*weights.shape[:-1], depth, dimension)
    shifts = (np.arange(dimension)[:, None] - np.arange(dimension)) % dimension
    total = layers[..., 0, :]
    for index in range(1, depth):
        total = (layers[..., index, :][..., shifts] * total[..., None, :]).sum(axis=-1)
    return total


def _risk(values: Any) -> Any:
    """L(β): exponential loss of three fixed samples, with a quadratic term."""
    dimension = values.shape[-1]
    inputs = np.random.default_rng(414).standard_normal((3, dimension))
    return np.exp(-(values @ inputs.T)).mean(axis=-1) + 0.1 * (values**2).sum(axis=-1)


def _loss(dimension: int, depth: int) -> Loss:
    """(1/N) L(β) in the layers' entries."""
    return lambda weights: _risk(_filter(weights, dimension, depth)) / depth


def _random_layers(dimension: int, depth: int) -> Floats:
    generator = np.random.default_rng(415)
    layers: Floats = generator.standard_normal(dimension * depth) / 2
    return layers


def _transform_gap(case: Case, found: Any, dimension: int, depth: int) -> float:
    """Claimed transform at every root of unity against the fast one, relative to its size."""
    weights = _random_layers(dimension, depth)
    slopes = gradient(_risk, _filter(weights, dimension, depth))
    known: dict[str, Any] = {
        f"w_{layer + 1}{entry}": weights[layer * dimension + entry]
        for layer in range(depth)
        for entry in range(dimension)
    }
    known |= {f"g_{entry}": slopes[entry] for entry in range(dimension)}
    known["omega"] = np.exp(-2j * np.pi * np.arange(dimension) / dimension)
    claimed = evaluator(case.claim.rhs, *known, module="numpy")(*known.values())
    return float(np.abs(claimed - found).max() / np.abs(found).max())


def _filter_transform(dimension: int, depth: int, case: Case) -> Iterator[Check]:
    found = np.fft.fft(_filter(_random_layers(dimension, depth), dimension, depth))
    gap = _transform_gap(case, found, dimension, depth)
    yield Check(f"{case.name}, fast transform", gap, _ROUNDING)


def _layer_flow(dimension: int, depth: int, case: Case) -> Iterator[Check]:
    move = -gradient(_loss(dimension, depth), _random_layers(dimension, depth))
    gap = _transform_gap(case, np.fft.fft(move[:dimension]), dimension, depth)
    yield Check(f"{case.name}, slopes of the loss", gap, _ROUNDING)


def _balance(depth: int, case: Case) -> Iterator[Check]:
    """The claimed quantity at every frequency, before and after a solved flow."""
    dimension = 4
    names = [f"{part}_{layer + 1}" for layer in range(depth) for part in "ab"]
    claim = evaluator(case.claim.lhs, *names, module="numpy")
    start = _random_layers(dimension, depth)
    states = gradient_flow(_loss(dimension, depth), start, np.array([0.0, 1.0]))
    values = []
    for state in states:
        hats = np.fft.fft(state.reshape(depth, dimension))
        values.append(claim(*(part for hat in hats for part in (hat.real, hat.imag))))
    moved = float(np.abs(values[1] - values[0]).max())
    yield Check(f"{case.name}: change over a solved flow", moved, _SOLVED)


def _polar(case: Case) -> Iterator[Check]:
    """Rates of amplitude and phase of balanced layers with random phases, by differences."""
    dimension = 5
    names = ("N", "rho", "gamma", "chi", "psi")
    claim = evaluator(case.claim.rhs, *names, module="numpy")
    of_amplitude = case.claim.lhs.name == "rhodot"
    gaps = []
    for depth in (2, 3, 4):
        generator = np.random.default_rng(416)
        # Amplitudes are shared by the layers; phases are odd in frequency, as filters are real.
        half = np.array([1.1, 0.8, 1.3])
        amplitudes = np.concatenate([half, half[:0:-1]])
        turns = generator.uniform(-3, 3, (depth, 2))
        phases = np.concatenate([np.zeros((depth, 1)), turns, -turns[:, ::-1]], axis=1)
        layers = np.fft.ifft(amplitudes * np.exp(1j * phases)).real.ravel()
        filtered = _filter(layers, dimension, depth)
        hat, slope = np.fft.fft(filtered), np.fft.fft(gradient(_risk, filtered))
        pace = speed(
            partial(_filter, dimension=dimension, depth=depth), _loss(dimension, depth), layers
        )
        turned = np.fft.fft(pace) * np.exp(-1j * np.angle(hat))
        found = turned.real if of_amplitude else turned.imag / np.abs(hat)
        claimed = claim(depth, np.abs(hat), np.abs(slope), np.angle(slope), np.angle(hat))
        gaps.append(float(np.abs(claimed - found).max() / np.abs(found).max()))
    yield Check(f"{case.name}: its rate by differences", worst(gaps), DIFFERENCES)


def _saddle(depths: tuple[int, ...], case: Case) -> Iterator[Check]:
    """One frequency alone, d = 1: layers of one number, β = −ρ, under a constant pull γ."""
    claim = evaluator(case.claim.rhs, "rho", "epsilon", "gamma", "kappa", module="math")
    size, left, pull = 0.7, 1e-3, 1.3
    gaps = []
    for depth in depths:

        def risk(weights: Any, depth: int = depth) -> Any:
            return -pull * np.prod(weights, axis=-1) / depth

        def shrunk(_time: float, weights: Floats) -> float:
            return float(math.log(max(-float(np.prod(weights)), 1e-300) / left))

        shrunk.terminal = True  # type: ignore[attr-defined]
        start = np.full(depth, size ** (1 / depth))
        start[-1] *= -1
        claimed = claim(size, left, pull, 1 - 2 / depth)
        found = solve_ivp(
            lambda _time, weights, risk=risk: -gradient(risk, weights),
            (0.0, 1e4),
            start,
            method="DOP853",
            events=shrunk,
            rtol=RTOL,
            atol=ATOL,
        )
        if found.status != 1:
            raise RuntimeError(f"the flow at depth {depth} missed its event: {found.message}")
        gaps.append(abs(claimed / float(found.t[-1]) - 1))
    yield Check(f"{case.name}: time by solved layers", worst(gaps), _SOLVED)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    **{
        f"{kind} at d = {dimension}, N = {depth}": partial(route, dimension, depth)
        for kind, route in (
            ("transform of the filter", _filter_transform),
            ("flow of a layer", _layer_flow),
        )
        for dimension, depth in ((4, 2), (3, 3))
    },
    "balance at N = 2": partial(_balance, 2),
    "balance at N = 3": partial(_balance, 3),
    "amplitude of balanced layers": _polar,
    "phase of balanced layers": _polar,
    "saddle at a real frequency at depth 2": partial(_saddle, (2,)),
    "saddle at a real frequency beyond depth 2": partial(_saddle, (3, 4)),
}
