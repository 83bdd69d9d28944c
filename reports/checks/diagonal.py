"""`diagonal` against integrated weights, and its laws against thresholds."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from scipy.integrate import solve_ivp
from sympy import lambdify

from stairwise.numerics.classification import (
    one_sample_log_threshold,
    orthogonal_law,
    orthogonal_log_threshold,
)
from stairwise.reports.checks.check import Check, worst
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import (
    constant,
    f,
    kappa,
    margin,
    mu,
    nu,
    phi,
    s,
    sigma0,
    sigma_signed,
    theta,
    x,
)

SCALE = 0.3
CLOCKS = (-1.1, -0.2, 0.4, 1.3)
DEEP = (2.5, 3.0, 8.0)


def diagonal(statement: Statement) -> Iterator[Check]:
    """Values and potentials along u and v, integrated on their own; the laws near r = 1."""
    yield Check("σ in the clock against integrated u and v", worst(_value_gaps(statement)), 1e-9)
    yield Check("∇Q against minus the clock of u and v", worst(_potential_gaps(statement)), 1e-6)
    yield Check("laws of classification at r = 1 + 1e-5", worst(_law_gaps(statement)), 1e-3)


def _sides(depth: float, clock: float) -> tuple[float, float]:
    """μ and ν at a clock: dw/dθ = ∓w^{N−1}/N from the loss with slope 1, in log w."""
    direction = np.sign(clock)
    signs = np.array([-1.0, 1.0]) * direction
    run = solve_ivp(
        lambda _t, log: signs * np.exp((depth - 2) * log) / depth,
        (0, abs(clock)),
        np.full(2, np.log(SCALE) / depth),
        "DOP853",
        rtol=1e-13,
        atol=1e-14,
    )
    first, second = np.exp(depth * run.y[:, -1])
    return float(first), float(second)


def _value_gaps(statement: Statement) -> Iterator[float]:
    shallow = lambdify((theta, sigma0), statement.case("value at depth 2").claim.rhs)
    deep = lambdify((phi, sigma0, kappa), statement.case("value beyond depth 2").claim.rhs)
    linear = lambdify(theta, statement.case("value at depth 1").claim.rhs)
    for clock in CLOCKS:
        first, second = _sides(2.0, clock)
        yield abs(shallow(clock, SCALE) / (first - second) - 1)
        for depth in DEEP:
            power = 1 - 2 / depth
            first, second = _sides(depth, clock)
            share = power * SCALE**power * clock
            yield abs(deep(share, SCALE, power) / (first - second) - 1)
        # u = σ0 − θ, v = σ0 + θ: what a Euler step of any size gives at depth 1.
        yield abs(linear(clock) - ((SCALE - clock) - (SCALE + clock)))


def _potential_gaps(statement: Statement) -> Iterator[float]:
    shallow = lambdify((sigma_signed, sigma0), statement.case("potential at depth 2").claim.rhs)
    deep = lambdify((mu, nu, sigma0, kappa), statement.case("potential beyond depth 2").claim.rhs)
    for clock in CLOCKS:
        yield _slope_gap(2.0, clock, lambda sides: shallow(sides[0] - sides[1], SCALE))
        for depth in DEEP:
            along = partial(_deep_potential, deep, 1 - 2 / depth)
            yield _slope_gap(depth, clock, along)


def _deep_potential(claim: Callable[..., float], power: float, sides: tuple[float, float]) -> float:
    return claim(*sides, SCALE, power)


def _slope_gap(
    depth: float, clock: float, potential: Callable[[tuple[float, float]], float]
) -> float:
    """How far dQ/dσ along the integrated sides is from −θ, relative."""
    ends = [_sides(depth, clock + shift) for shift in (-1e-4, 1e-4)]
    rise = potential(ends[1]) - potential(ends[0])
    run = (ends[1][0] - ends[1][1]) - (ends[0][0] - ends[0][1])
    return float(abs(rise / run / -clock - 1))


def _law_gaps(statement: Statement) -> Iterator[float]:
    gap, low, high, total = 1e-5, 0.1, 0.9, 2.0
    claim = statement.case("one-sample law at depth 2").claim
    assert claim.lhs == constant
    found = -gap * one_sample_log_threshold(2, 1 + gap, low, total)
    yield abs(found / float(claim.rhs.subs({s: low, margin: total})) - 1)
    claim = statement.case("one-sample law beyond depth 2").claim
    for depth in DEEP:
        power = 1 - 2 / depth
        law = float(claim.rhs.subs({kappa: power, s: low, margin: total}))
        log = one_sample_log_threshold(depth, 1 + gap, low, total)
        yield abs(np.exp(log - np.log(gap) / power) / law - 1)
    claim = statement.case("orthogonal law at depth 2").claim
    found = -gap * orthogonal_log_threshold(2, 1 + gap, low, high, total)
    yield abs(found / float(claim.rhs.subs({f: high, s: low, margin: total})) - 1)
    claim = statement.case("orthogonal law beyond depth 2").claim
    for depth in DEEP:
        power = 1 - 2 / depth
        # The claim's x is ∫ e^z z^{−p} dz, which the numerical law holds as (κ x)^{−1/κ}.
        area = np.exp(-power * orthogonal_law(depth, low, high, total).log_constant) / power
        log = orthogonal_log_threshold(depth, 1 + gap, low, high, total)
        law = float(claim.rhs.subs({kappa: power, x: area}))
        yield abs(np.exp(log - np.log(gap) / power) / law - 1)
