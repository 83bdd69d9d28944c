"""Separable or not, in any units: HiGHS drops entries below 1e-9 and refuses large ones."""

import numpy as np
from scipy.optimize import linprog

from stairwise.numerics._arguments import Floats

#: Rounds of scaling, each of rows and columns; a few are enough.
ROUNDS = 20


def equilibrated(rows: Floats) -> Floats:
    """Rows and columns times powers of two that bring their non-zero entries near 1 on average.

    In logs, least squares by turns (Curtis and Reid 1972). Signs of sums are kept.
    """
    present = rows != 0
    with np.errstate(divide="ignore"):
        logs = np.where(present, np.log2(np.abs(rows)), 0.0)
    shifts = [np.zeros((1, rows.shape[1])), np.zeros((rows.shape[0], 1))]
    for axis in (1, 0) * ROUNDS:
        counts = np.maximum(present.sum(axis=axis, keepdims=True), 1)
        left = np.where(present, logs + shifts[0] + shifts[1], 0.0)
        shifts[axis] = shifts[axis] - left.sum(axis=axis, keepdims=True) / counts
    exponents = np.rint(shifts[0]).astype(int) + np.rint(shifts[1]).astype(int)
    return np.asarray(np.ldexp(rows, exponents))


def has_positive_margins(rows: Floats) -> bool:
    """Whether some σ makes every entry of Aσ positive, to a margin of some 1e-7 once scaled.

    Raises ArithmeticError where HiGHS does not say.
    """
    scaled = equilibrated(rows)
    count, dimension = scaled.shape
    found = linprog(np.zeros(dimension), A_ub=-scaled, b_ub=-np.ones(count), bounds=(None, None))
    if found.status == 0 and np.all(scaled @ found.x > 0):
        return True
    if found.status == 2:
        return False
    raise ArithmeticError(
        f"HiGHS did not tell whether {count} samples in {dimension} dimensions are separable: "
        f"{found.message}"
    )
