"""Separable or not, in any units: HiGHS drops entries below 1e-9 and refuses large ones."""

import numpy as np
from scipy.optimize import linprog

from stairwise.numerics._arguments import Floats

#: Rounds of scaling, each of rows and columns; a few are enough.
ROUNDS = 20
#: Margins that could be rounding, as a part of the sizes of their terms.
ROUNDING = 1e-15


def equilibrated(rows: Floats) -> Floats:
    """Rows and columns times powers of two: non-zero entries near each other, at most 1.

    In logs, by least squares in turns (Curtis and Reid 1972); then each row's largest entry is
    brought to [1/2, 1), and what is negligible beside it may become 0.
    """
    present = rows != 0
    mantissas, exponents = np.frexp(rows)
    shifts = [np.zeros((1, rows.shape[1])), np.zeros((rows.shape[0], 1))]
    for axis in (1, 0) * ROUNDS:
        counts = np.maximum(present.sum(axis=axis, keepdims=True), 1)
        left = np.where(present, exponents + shifts[0] + shifts[1], 0.0)
        shifts[axis] = shifts[axis] - left.sum(axis=axis, keepdims=True) / counts
    moved = exponents + np.rint(shifts[0]).astype(int)
    largest = np.max(np.where(present, moved, moved.min()), axis=1, keepdims=True)
    with np.errstate(under="ignore"):
        return np.asarray(np.ldexp(mantissas, np.where(present, moved - largest, 0)))


def has_positive_margins(rows: Floats) -> bool:
    """Whether some σ makes every entry of Aσ positive, by more than some 1e-9 once scaled.

    The largest t ≤ 1 with Aσ ≥ t and |σ| ≤ 1 is sought, which always exists. Raises
    ArithmeticError where HiGHS does not find it.
    """
    scaled = equilibrated(rows)
    count, dimension = scaled.shape
    found = linprog(
        np.append(np.zeros(dimension), -1.0),
        A_ub=np.hstack([-scaled, np.ones((count, 1))]),
        b_ub=np.zeros(count),
        bounds=[(-1.0, 1.0)] * dimension + [(0.0, 1.0)],
    )
    if found.status != 0:
        raise ArithmeticError(
            f"HiGHS did not tell whether {count} samples in {dimension} dimensions are separable: "
            f"{found.message}"
        )
    sigma = found.x[:dimension]
    rounding = ROUNDING * dimension * (np.abs(scaled) @ np.abs(sigma))
    return bool(np.all(scaled @ sigma > rounding))
