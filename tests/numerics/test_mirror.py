"""Closed forms in the clock against integrated weights; the potential against its definition."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from stairwise.numerics.mirror import (
    clock_of_value,
    potential,
    potential_curvature,
    value_at_clock,
)

DEPTHS = (1, 2, 2.5, 3, 5, 50)


@pytest.mark.parametrize("depth", DEPTHS)
def test_value_solves_the_flow_of_the_weights(depth):
    """du/dt = −(g/N) u^{N−1}, dv/dt = (g/N) v^{N−1} with g = 1, integrated on its own."""
    sigma0, end = 0.3, 0.7 / max(1.0, 0.3 ** (2 / depth - 1))
    powers = (lambda w: np.ones_like(w)) if depth == 1 else (lambda w: w ** (depth - 1))
    solution = solve_ivp(
        lambda t, w: np.array([-1.0, 1.0]) * powers(w) / depth,
        (0, end),
        [sigma0 ** (1 / depth)] * 2,
        method="DOP853",
        rtol=1e-13,
        atol=1e-15,
    )
    u, v = solution.y[:, -1]
    assert value_at_clock(end, sigma0, depth) == pytest.approx(u**depth - v**depth, rel=1e-11)


def test_infinite_depth_is_the_limit():
    theta = np.array([-3.0, -0.1, 0.5, 2.0])
    assert value_at_clock(theta, 0.2, np.inf) == pytest.approx(
        value_at_clock(theta, 0.2, 1e9), rel=1e-7
    )


@pytest.mark.parametrize("depth", [*DEPTHS, np.inf])
def test_clock_and_value_are_inverse(depth):
    sigma = np.array([-1e3, -1.0, -1e-7, 0.0, 1e-12, 1e-3, 2.0, 1e2])
    there = clock_of_value(sigma, 0.01, depth)
    # The pole amplifies rounding by (σ/σ0)^κ.
    assert value_at_clock(there, 0.01, depth) == pytest.approx(sigma, rel=1e-10, abs=1e-25)


@pytest.mark.parametrize("depth", [2, 3, 7, np.inf])
@pytest.mark.parametrize("ratio", [1e-12, 1e-3, 1.0, 1e4, 1e100])
def test_clock_against_fifty_digits(depth, ratio):
    """The conserved quantity, solved by mpmath for ν with μ = ν + σ."""
    sigma0 = mpmath.mpf("0.001")
    with mpmath.workdps(150):
        kappa = mpmath.mpf(1) if depth == np.inf else 1 - mpmath.mpf(2) / depth
        sigma = mpmath.mpf(ratio) * sigma0
        if depth == 2:
            nu = (-sigma + mpmath.sqrt(sigma**2 + 4 * sigma0**2)) / 2
            theta = -mpmath.log((nu + sigma) / sigma0)
        else:
            nu = mpmath.findroot(
                lambda n: (n + sigma) ** -kappa + n**-kappa - 2 * sigma0**-kappa,
                (sigma0 * mpmath.mpf("0.4999") * 2 ** (-1 / kappa), sigma0),
                solver="anderson",
                tol=1e-60,
            )
            theta = ((nu + sigma) ** -kappa - sigma0**-kappa) / kappa
        expected = float(theta)
    assert clock_of_value(float(sigma), 0.001, depth) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("depth", [*DEPTHS, np.inf])
@pytest.mark.parametrize("sigma", [-2.0, 0.05, 30.0])
def test_potential_integrates_the_clock(depth, sigma):
    area, _ = quad(lambda x: -clock_of_value(x, 0.1, depth), 0, sigma, epsabs=1e-13, limit=200)
    assert potential(sigma, 0.1, depth) == pytest.approx(area, rel=1e-9)


@pytest.mark.parametrize("depth", [*DEPTHS, np.inf])
def test_curvature_is_the_slope_of_the_clock(depth):
    sigma, h = np.array([-5.0, -0.01, 0.3, 4.0]), 1e-5
    slope = -(clock_of_value(sigma + h, 0.1, depth) - clock_of_value(sigma - h, 0.1, depth)) / 2 / h
    assert potential_curvature(sigma, 0.1, depth) == pytest.approx(slope, rel=1e-5)


def test_small_initialisation_makes_the_potential_an_l1_norm():
    """Q/Q(1) tends to |σ|: fast with depth, by a logarithm at depth 2, never at depth 1."""
    bend = {
        depth: potential(2.0, 1e-6, depth) / potential(1.0, 1e-6, depth) for depth in (1, 2, 3, 5)
    }
    assert bend[1] == pytest.approx(4)
    assert abs(bend[5] - 2) < abs(bend[3] - 2) < abs(bend[2] - 2) < 0.12
    assert abs(bend[3] - 2) < 0.02


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"depth must be 1, a real number ≥ 2, or inf; got 1\.5"):
        value_at_clock(0.1, 1.0, 1.5)
    with pytest.raises(ValueError, match="sigma0 must be a finite number > 0; got 0"):
        potential(1.0, 0, 3)
    with pytest.raises(ValueError, match=r"theta must be such that .* < 1; got"):
        value_at_clock(100.0, 1.0, 3)
