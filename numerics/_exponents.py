"""The two exponents of a depth, and the Box–Cox terms that stay exact where an exponent vanishes.

With p = 2 − 2/N, x^{−p} integrates to a power x^{−e} with e = p − 1 = 1 − 2/N, and the rest of the
learning time starts with a power x^a with a = 2 − p = 2/N. Either exponent may be zero (e at
depth 2, a at depth ∞), where the power becomes a logarithm.
"""

from typing import Any

import numpy as np

from stairwise.numerics._arguments import Floats

# Stands for an exponent of exactly zero: e·w is then below half an ulp for every |w| < 1e23, so
# expm1(e·w)/e is w to the last digit, and no other depth gives an exponent below 1e-16 but ∞'s.
ALMOST_ZERO = 1e-40


def exponents(depth: Floats) -> tuple[Any, Any]:
    """(e, a) = (1 − 2/N, 2/N), both correctly rounded to an ulp and never exactly zero."""
    finite = np.where(np.isinf(depth), 1.0, depth)
    e = np.where(np.isinf(depth), 1.0, (finite - 2) / finite)
    a = np.where(np.isinf(depth), 0.0, 2 / finite)
    return np.where(e == 0, ALMOST_ZERO, e), np.maximum(a, ALMOST_ZERO)


def rise(e: Any, w: Any) -> Any:
    """(exp(e·w) − 1)/e, the logarithm w where e = 0."""
    return np.expm1(e * w) / e


def fall(e: Any, w: Any) -> Any:
    """(1 − exp(−e·w))/e, the logarithm w where e = 0."""
    return np.expm1(-e * w) / -e


def shared_exponents(depth: Floats) -> tuple[Any, Any]:
    """The exponents of a block of depths, worked out once where it is one depth."""
    one = depth[0] == depth[-1] and np.all(depth == depth[0])
    return shared(*exponents(depth[:1] if one else depth))


def shared(e: Floats, a: Floats) -> tuple[Any, Any]:
    """As floats where all points share them: their series then have scalar coefficients."""
    if e[0] == e[-1] and np.all(e == e[0]):
        return float(e[0]), float(a[0])
    return e, a
