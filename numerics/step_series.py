"""The density of steps of descent as a series, and a certified bound on the count that it gives.

`theory.step_count` derives the series: with b = e^X = σ/σ*, γ = N log(1 + a/N), a = c e^{mX},
m = 1 − 2/N and ν = 1/N, the density of steps in X is (1/g)(1 + τ), τ a polynomial of degree n − 1
in γb and γ(1 − b) whose coefficients are polynomials in m and 2ν.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics._arguments import Floats
from stairwise.theory.step_count import ORDER, density_series, homogeneous

#: Constants of the bound on the defect of one step at (γ, b), proved in `step_certificate`:
#:     |∫ density dX − 1| ≤ γ^n [|m| c₀(ν) + c₁(ν) b],    n = ORDER.
#: c₀ (PLATEAU) and c₁ (BESIDE) for ν in [i, i + 1]/BOXES, for γ up to each of TIERS.
BOXES = 20
TIERS = (0.15, 0.2, 0.27)
# fmt: off
PLATEAU = np.array((
    (0.287, 0.123, 0.0469, 0.0159, 0.0045, 0.00102, 0.000155, 1.14e-05, 1.48e-06, 8.25e-08,
     9.85e-08, 3.72e-06, 4.79e-05, 0.000387, 0.00222, 0.00994, 0.0378, 0.127, 0.374, 1.02),
    (0.427, 0.171, 0.0613, 0.0197, 0.00529, 0.00114, 0.000167, 1.2e-05, 1.58e-06, 8.6e-08,
     1.05e-07, 3.96e-06, 5.28e-05, 0.00044, 0.0026, 0.0121, 0.0472, 0.163, 0.51, 1.43),
    (0.738, 0.269, 0.0889, 0.0264, 0.00665, 0.00135, 0.000189, 1.64e-05, 4.68e-06, 2.7e-06,
     2.81e-06, 7.58e-06, 6.46e-05, 0.000534, 0.00327, 0.016, 0.0654, 0.239, 17.3, 30.3),
))
BESIDE = np.array((
    (7.32, 3.02, 1.25, 0.487, 0.185, 0.0987, 0.0809, 0.0829, 0.095, 0.115,
     0.242, 2.33, 18.9, 69.6, 1710.0, 16800.0, 39500.0, 2.72e5, 4.4e6, np.inf),
    (49.0, 21.1, 11.7, 6.19, 3.15, 1.62, 0.803, 0.426, 0.27, 0.216,
     0.814, 51.8, 512.0, 1910.0, 52800.0, 523000.0, 1.25e6, 8.53e6, 1.4e8, np.inf),
    (1450.0, 636.0, 380.0, 213.0, 112.0, 56.9, 27.3, 12.9, 6.37, 3.54,
     21.1, 1880.0, 18700.0, 69300.0, 1.94e6, 1.93e7, 4.54e7, 3.13e8, 5.09e9, np.inf),
))
# fmt: on
#: Near depth 2, |ν − 1/2| ≤ NEAR, growth does not fade on the plateau, and may be larger. There
#: c₀ = Σ_e FADING[e] |m|^e, and, for b ≤ DEEP, c₁ = WIDE_BESIDE; for γ up to WIDE.
NEAR, DEEP, WIDE = 0.05, 0.02, 0.85
FADING = (9.58e-12, 1.38e-08, 2.05e-06, 2.97e-05, 0.00127, 0.0151, 0.119, 0.643)
WIDE_BESIDE = 0.00224


@cache
def _table() -> tuple[Floats, tuple[NDArray[np.intp], ...]]:
    """The matrix from the m^{i−k} (2ν)^k to the coefficients of (γb)^j (γ(1 − b))^{i−j}.

    With the indices i, k of its rows, and the indices i, j of its columns.
    """
    sizes, powers = np.tril_indices(ORDER)
    place = {pair: at for at, pair in enumerate(zip(sizes.tolist(), powers.tolist(), strict=True))}
    matrix = np.zeros((sizes.size, sizes.size))
    for i, polynomial in enumerate(density_series()[1:], start=1):
        for (j, k), value in homogeneous(polynomial, i).items():
            matrix[place[i, k], place[i, j]] = float(value)
    return matrix, (sizes, powers)


def coefficients(inverse_depth: Floats) -> Floats:
    """τ's coefficients of (γb)^j (γ(1 − b))^l, for every depth: the last two axes are j and l."""
    matrix, (sizes, powers) = _table()
    nu = np.asarray(inverse_depth)[..., None]
    exponents = np.arange(ORDER)
    shares, rest = (2 * nu) ** exponents, (1 - 2 * nu) ** exponents
    found = np.zeros((*np.shape(inverse_depth), ORDER, ORDER))
    found[..., powers, sizes - powers] = (shares[..., powers] * rest[..., sizes - powers]) @ matrix
    return found


def correction(table: Floats, growth: Floats, lift: Floats, room: Floats) -> Floats:
    """τ at γ, b and 1 − b; their last axis runs over several X for each table."""
    total: Floats = np.sum(_powers(growth * lift) * (table @ _powers(growth * room)), axis=-2)
    return total


def _powers(base: Floats) -> Floats:
    """1, z, z², … along a new axis before the last."""
    found = np.repeat(base[..., None, :], ORDER, axis=-2)
    found[..., 0, :] = 1
    return np.multiply.accumulate(found, axis=-2)


def count_error(
    inverse_depth: Floats, growth: Floats, lift: Floats, x: Floats, most: float = np.inf
) -> Floats:
    """Bound on the error of a count of whole steps that ends at X; inf where there is none.

    `growth` is the largest γ on the way: at depth 2 and beyond, that at X. By the cases of
    `theory.step_count`, errors of at most γ^n [|m| c₀ + c₁ b] per step add up to at most
    γ^{n−1} [c₀/((n − 1) φ(νγ)) + (c₁ + |m| c₀) log 1/(1 − b)]. Below depth 2, where γ falls on the
    way, its first term is (1 + |m|γ) e^{(n−2)|m|γ} times as large.
    `most` caps the log.
    """
    nu = np.asarray(inverse_depth)
    m = np.abs(1 - 2 * nu)
    box = np.minimum((nu * BOXES).astype(np.intp), BOXES - 1)
    tier = np.searchsorted(TIERS, growth)
    near = (np.abs(nu - 0.5) <= NEAR) & (growth <= WIDE)
    growth = np.minimum(growth, 1)  # beyond, there is no bound
    c0, c1 = _beyond(PLATEAU)[tier, box], _beyond(BESIDE)[tier, box]
    if np.any(near):
        c0 = np.where(near, np.polynomial.polynomial.polyval(m, FADING), c0)
        c1 = np.where(near & (lift <= DEEP), WIDE_BESIDE, c1)
    below = np.where(nu > 0.5, (1 + m * growth) * np.exp((ORDER - 2) * m * growth), 1.0)
    zeta = nu * growth
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slowness = np.where(zeta > 0, -np.expm1(-zeta) / np.where(zeta > 0, zeta, 1), 1)
        room = np.where(lift < 0.5, -np.log1p(-lift), -np.log(-np.expm1(x)))
        bound = c0 * below / ((ORDER - 1) * slowness) + (c1 + m * c0) * np.minimum(room, most)
        bound = bound * growth ** (ORDER - 1)
    return np.where(np.isnan(bound), np.inf, bound)


def _beyond(table: Floats) -> Floats:
    """The table with a row for γ beyond the last tier."""
    return np.vstack([table, np.full(BOXES, np.inf)])
