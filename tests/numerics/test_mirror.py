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


#: Next to depth 2, where κ is small, and sizes at which the clock is all but linear.
SIZES = (1e-300, 1e-12, 9.9e-10, 1.5e-9, 1e-8, 1e-4, 1e-3, 1.0, 1e4, 1e100)


@pytest.mark.parametrize("depth", [2, 2 + 1e-12, 2 + 1e-9, 2.0001, 2.5, 3, 7, np.inf])
@pytest.mark.parametrize("ratio", SIZES)
def test_clock_against_fifty_digits(depth, ratio):
    """The conserved quantity, solved by mpmath for ν with μ = ν + σ."""
    sigma0 = mpmath.mpf(0.001)
    with mpmath.workdps(700 if ratio < 1e-100 else 150):
        kappa = mpmath.mpf(1) if depth == np.inf else 1 - 2 / mpmath.mpf(depth)
        sigma = mpmath.mpf(ratio * 0.001)
        if depth == 2:
            nu = (-sigma + mpmath.sqrt(sigma**2 + 4 * sigma0**2)) / 2
            theta = -mpmath.log((nu + sigma) / sigma0)
        else:
            nu = mpmath.findroot(
                lambda n: (n + sigma) ** -kappa + n**-kappa - 2 * sigma0**-kappa,
                (sigma0 * sigma0 / (sigma + sigma0) * mpmath.mpf("0.9999999"), sigma0),
                solver="anderson",
                tol=mpmath.eps**2,
                verify=False,
            )
            theta = ((nu + sigma) ** -kappa - sigma0**-kappa) / kappa
        expected = float(theta)
    assert clock_of_value(float(sigma), 0.001, depth) == pytest.approx(expected, rel=5e-15)


@pytest.mark.parametrize("depth", [2 + 1e-12, 2 + 1e-9, 2.0001, 2.1, 3, 7, 1e6, np.inf])
@pytest.mark.parametrize("size", [1e-15, 1e-9, 1e-3, 0.3, 3.0, 1e3, 1e40])
def test_potential_and_curvature_against_digits(depth, size):
    """Q = ∫ −θ dσ along the clock: in l = log(μ/σ0), with dσ = μ dl + ν db."""
    with mpmath.workdps(60):
        kappa, sigma = mpmath.mpf(1 - 2 / depth), mpmath.mpf(size)

        def smaller(log):
            return mpmath.log1p(-mpmath.expm1(-kappa * log)) / kappa

        low, high = mpmath.log1p(max(sigma / 2, sigma - 1)) * (1 - mpmath.eps), mpmath.log1p(sigma)
        for _ in range(200):
            middle = (low + high) / 2
            short = mpmath.expm1(middle) - mpmath.expm1(-smaller(middle)) < sigma
            low, high = (middle, high) if short else (low, middle)

        def rate(log):
            other = smaller(log)
            slope = mpmath.exp(-kappa * (log + other))  # db/dl
            return (
                -mpmath.expm1(-kappa * log) / kappa * (mpmath.exp(log) + slope * mpmath.exp(-other))
            )

        pieces = [low * k / 8 for k in range(9)]
        expected = float(mpmath.quad(rate, pieces))
        power = 1 + kappa
        bend = float(1 / (mpmath.exp(power * low) + mpmath.exp(-power * smaller(low))))
    assert potential(size, 1.0, depth) == pytest.approx(expected, rel=1e-13)
    assert potential_curvature(-size, 1.0, depth) == pytest.approx(bend, rel=1e-13)


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
    with pytest.raises(ValueError, match=r"sigma must be at most 1\.8e308 times sigma0"):
        clock_of_value(1e200, 1e-200, 3)
    assert value_at_clock(-900.0, 1.0, 2) == np.inf
    with pytest.raises(ValueError, match=r"theta must be such that .* < 1; got"):
        value_at_clock(100.0, 1.0, 3)


def test_curvature_of_tiny_starts():
    for size, start in ((1e-100, 1e-200), (1e-70, 1e-170), (1.0, 1e-200)):
        assert potential_curvature(size, start, np.inf) == pytest.approx(size**-2, rel=1e-12)
