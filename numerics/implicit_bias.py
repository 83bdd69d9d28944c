"""Where the two-sided flow ends on underdetermined regression: a convex program, solved as such.

The limit of the flow from u = v = σ0^{1/N} on squared loss is argmin Q_N(σ) subject to Xσ = y
(Woodworth et al. 2020; statement `diagonal`). Small σ0 makes Q_N an ℓ1 norm, fast beyond depth 2;
large σ0, or depth 1, makes it quadratic: the rich and the kernel regime.

The program is solved by SciPy's trust-constr with exact gradient and Hessian, and the ℓ1 program by
HiGHS: both come with SciPy, so no extra is needed. (Clarabel through CVXPY takes 10 ms where this
takes 0.01 to 1 s, but ends at `optimal_inaccurate` and up to 2e-5 away on the power cones of N > 2;
trust-constr was within 1e-7 on the same problems.)
"""

from itertools import count
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import LinearConstraint, linprog, minimize

from stairwise.numerics._arguments import Floats, one_number, positive
from stairwise.numerics.experiments.diagonal import Problem, flow
from stairwise.numerics.mirror import (
    clock_of_value,
    mirror_depth,
    potential,
    potential_curvature,
)

#: Targets count as reachable if least squares leaves at most this fraction of them.
REACHABLE = 1e-9
#: The projected gradient may end at this fraction of the gradient; measured: below 3e-8.
STATIONARY = 1e-6
#: Six times what the flows of the tests and of `experiment regimes` need (1,614).
MOST_STEPS = 10_000


class Regimes(NamedTuple):
    """Limits of the flow by depth and scale, and the two solutions between which they lie.

    depths: (n,). scales: (k,). limits: (n, k, d). l1, l2: (d,), least ℓ1 and least Euclidean norm.
    """

    depths: Floats
    scales: Floats
    limits: Floats
    l1: Floats
    l2: Floats

    @property
    def excess(self) -> Floats:
        """ℓ1 norm of the limit over the least one, less 1: (n, k), 0 in the rich limit.

        NaN where the targets, and so all of them, are 0.
        """
        if not np.any(self.l1):
            return np.full(self.limits.shape[:-1], np.nan)
        return np.asarray(np.abs(self.limits).sum(axis=-1) / np.abs(self.l1).sum() - 1)


def implicit_bias(inputs: Any, targets: Any, sigma0: float, depth: float) -> Floats:
    """argmin Q_N(σ) subject to Xσ = y, shape (d,); inputs (m, d), targets (m,).

    Accuracy: 1e-7 for values of order one (worst of 56 settings with σ0 ≥ 1e-3 against the flow:
    7e-8). Q_N becomes an ℓ1 norm and the solver slow for smaller σ0: use `least_l1` for the limit.

    Raises ValueError for targets out of the inputs' range or arguments as `Problem` and `potential`
    refuse them, ArithmeticError if the solver does not reach stationarity.
    """
    problem = Problem(inputs, targets, loss="squared")
    scale, number = one_number("sigma0", positive("sigma0", sigma0)), mirror_depth(depth)
    basis, start = _row_space(problem)
    # Units in which the gradient is of order one.
    size = float(np.max(np.abs(start)))
    if size == 0 or len(basis) == len(start):
        return start
    unit = abs(clock_of_value(size, scale, number))

    def gradient(sigma: Floats) -> Floats:
        return np.asarray(-clock_of_value(sigma, scale, number) / unit)

    found = minimize(
        lambda sigma: float(np.sum(potential(sigma, scale, number))) / unit,
        start,
        jac=gradient,
        hess=lambda sigma: np.diag(potential_curvature(sigma, scale, number) / unit),
        constraints=LinearConstraint(basis, basis @ start, basis @ start),
        method="trust-constr",
        options={"gtol": 1e-11, "xtol": 1e-15, "maxiter": 5000},
    )
    values = np.asarray(found.x, dtype=np.float64)
    slope = gradient(values)
    left = slope - basis.T @ (basis @ slope)
    if np.linalg.norm(left) > STATIONARY * np.linalg.norm(slope):
        raise ArithmeticError(
            f"trust-constr ended with a projected gradient of {np.linalg.norm(left):.1e} "
            f"after {found.nit} steps: {found.message}"
        )
    return values


def least_l1(inputs: Any, targets: Any) -> Floats:
    """argmin ‖σ‖_1 subject to Xσ = y by HiGHS: the limit σ0 → 0. Errors as `implicit_bias`."""
    basis, start = _row_space(Problem(inputs, targets, loss="squared"))
    size, dimension = float(np.max(np.abs(start))), len(start)
    if size == 0:
        return start
    found = linprog(
        np.ones(2 * dimension),
        A_eq=np.hstack([basis, -basis]),
        b_eq=basis @ start / size,
        method="highs",
    )
    if found.status != 0:
        raise ArithmeticError(f"HiGHS did not solve the ℓ1 program: {found.message}")
    return np.asarray(size * (found.x[:dimension] - found.x[dimension:]))


def flow_limit(inputs: Any, targets: Any, sigma0: float, depth: float) -> Floats:
    """Where the integrated flow ends, shape (d,): run until only rounding is left.

    Raises ArithmeticError where it has not ended by time 1e12 or after MOST_STEPS: very small σ0
    beyond depth 2, or as many independent samples as dimensions, where values that are to be 0
    decay at the rate of their start.
    """
    problem = Problem(inputs, targets, loss="squared")
    number = mirror_depth(depth)
    size = one_number("sigma0", positive("sigma0", sigma0)) ** (1 / number)
    start = [np.full(problem.inputs.shape[1], size) for _ in range(2)]
    steps = count()

    def limited(*_: Any) -> None:
        if next(steps) > MOST_STEPS:
            raise ArithmeticError(f"the flow has not ended after {MOST_STEPS} steps")

    history = flow(problem, start, 1e12, depth=number, observe=limited)
    if history.ended != "rounding":
        raise ArithmeticError(f"the flow ended at {history.ended} with loss {history.loss[-1]:.1e}")
    return np.asarray(history.values[-1])


def regimes(inputs: Any, targets: Any, scales: Any, depths: Any) -> Regimes:
    """Limits of the flow for every depth and scale: the crossover from kernel to rich."""
    problem = Problem(inputs, targets, loss="squared")
    grid = np.atleast_1d(positive("scales", scales))
    orders = np.atleast_1d(np.asarray(depths, dtype=np.float64))
    rows, goal = problem.inputs, problem.targets
    limits = [[flow_limit(rows, goal, scale, depth) for scale in grid] for depth in orders]
    shape = (orders.size, grid.size, rows.shape[1])
    l1, l2 = least_l1(rows, goal), _row_space(problem)[1]
    return Regimes(orders, grid, np.array(limits).reshape(shape), l1, l2)


def _row_space(problem: Problem) -> tuple[Floats, Floats]:
    """An orthonormal basis of the inputs' rows, (rank, d), and the least Euclidean solution in it.

    So the constraints are independent, and rows may be in any units. ValueError where no solution
    is exact.
    """
    sizes = np.max(np.abs(problem.inputs), axis=1)
    sizes = np.where(sizes > 0, sizes, 1.0)
    with np.errstate(over="ignore"):
        rows, goal = problem.inputs / sizes[:, None], problem.targets / sizes
    left, singular, right = np.linalg.svd(rows, full_matrices=False)
    rank = int(np.sum(singular > singular[0] * max(rows.shape) * np.finfo(np.float64).eps))
    basis = right[:rank]
    with np.errstate(over="ignore", invalid="ignore"):
        found = basis.T @ ((left[:, :rank].T @ goal) / singular[:rank])
        residual = np.linalg.norm(rows @ found - goal)
        distance = float(np.linalg.norm(problem.inputs @ found - problem.targets))
    if not residual <= REACHABLE * np.linalg.norm(goal):
        raise ValueError(
            "targets must be in the range of inputs, Xσ = y; "
            f"got a distance of {distance:.3g} to it"
        )
    return basis, np.asarray(found)
