"""`convolution` against transforms of convolutions, differences of a loss and integrated layers."""

import cmath
from collections.abc import Iterator

import numpy as np
from sympy import Symbol, lambdify

from stairwise.numerics._arguments import Floats
from stairwise.reports.checks.check import Check, worst
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import N, chi, gamma, omega, psi, rho

SIZES = ((4, 2), (3, 3))


def convolution(statement: Statement) -> Iterator[Check]:
    """The claims at random layers, at every frequency."""
    generator = np.random.default_rng(7)
    yield Check(
        "transform of the filter against the convolution itself",
        worst(gap for size in SIZES for gap in _filter_gaps(statement, *size, generator)),
        1e-12,
    )
    yield Check(
        "flow of a layer against differences of a loss",
        worst(gap for size in SIZES for gap in _layer_gaps(statement, *size, generator)),
        1e-7,
    )
    yield Check(
        "amplitude and phase against balanced layers, one small step",
        worst(_polar_gaps(statement, generator)),
        1e-5,
    )


def _convolve(layers: Floats) -> Floats:
    """Circular convolution by its definition."""
    found, dimension = layers[0], layers.shape[1]
    for layer in layers[1:]:
        found = np.array(
            [
                sum(found[j] * layer[(n - j) % dimension] for j in range(dimension))
                for n in range(dimension)
            ]
        )
    return np.asarray(found)


def _roots(dimension: int) -> list[complex]:
    return [cmath.exp(-2j * cmath.pi * k / dimension) for k in range(dimension)]


def _entries(dimension: int, depth: int) -> list[Symbol]:
    return [
        Symbol(f"w_{layer}{entry}", real=True)
        for layer in range(1, depth + 1)
        for entry in range(dimension)
    ]


def _filter_gaps(
    statement: Statement, dimension: int, depth: int, generator: np.random.Generator
) -> Iterator[float]:
    case = statement.case(f"transform of the filter at d = {dimension}, N = {depth}")
    claim = lambdify((omega, *_entries(dimension, depth)), case.claim.rhs)
    layers = generator.standard_normal((depth, dimension))
    spectrum = np.fft.fft(_convolve(layers))
    for k, root in enumerate(_roots(dimension)):
        yield float(abs(claim(root, *layers.ravel()) - spectrum[k]))


def _layer_gaps(
    statement: Statement, dimension: int, depth: int, generator: np.random.Generator
) -> Iterator[float]:
    """The loss is Σ g_n β_n + |β|²/2, divided by N; its slope at β is g + β."""
    case = statement.case(f"flow of a layer at d = {dimension}, N = {depth}")
    slopes = [Symbol(f"g_{entry}", real=True) for entry in range(dimension)]
    claim = lambdify((omega, *_entries(dimension, depth), *slopes), case.claim.rhs)
    layers = generator.standard_normal((depth, dimension))
    linear = generator.standard_normal(dimension)

    def loss(moved: Floats) -> float:
        beta = _convolve(moved)
        return float(linear @ beta + beta @ beta / 2) / depth

    speed = np.zeros(dimension)
    for entry in range(dimension):
        shift = np.zeros_like(layers)
        shift[0, entry] = 1e-5
        speed[entry] = -(loss(layers + shift) - loss(layers - shift)) / 2e-5
    gradient = linear + _convolve(layers)
    for k, root in enumerate(_roots(dimension)):
        yield float(abs(claim(root, *layers.ravel(), *gradient) - np.fft.fft(speed)[k]))


def _polar_gaps(statement: Statement, generator: np.random.Generator) -> Iterator[float]:
    """One coefficient of N balanced layers, moved by dŵ_l = −(1/N) conj(∏ others) Ĝ dt."""
    arguments = (rho, psi, gamma, chi, N)
    amplitude = lambdify(arguments, statement.case("amplitude of balanced layers").claim.rhs)
    phase = lambdify(arguments, statement.case("phase of balanced layers").claim.rhs)
    for depth in (2, 3, 5):
        size, angles = generator.uniform(0.5, 1.5), generator.uniform(-3, 3, depth)
        layers = size * np.exp(1j * angles)
        pull, turn = generator.uniform(0.5, 1.5), generator.uniform(-3, 3)
        gradient = pull * np.exp(1j * turn)
        others = np.array([np.prod(np.delete(layers, k)) for k in range(depth)])
        products = [np.prod(layers - dt * others.conj() * gradient / depth) for dt in (-1e-6, 1e-6)]
        whole = np.prod(layers)
        given = (abs(whole), np.angle(whole), pull, turn, depth)
        yield abs((abs(products[1]) - abs(products[0])) / 2e-6 - amplitude(*given))
        yield abs(np.angle(products[1] / products[0]) / 2e-6 - phase(*given))
