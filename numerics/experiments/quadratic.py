"""Quadratic networks: f(x) = Σ_i (w_iᵀx)² (+ bias), fitted to the values of a quadratic form.

Loss (1/16) · mean over the samples of (xᵀWᵀWx + bias − y)². Source: the paper, section 4.2. The
authors' scripts minimise the plain mean squared error, 16 times this loss: `from_plain_rate` and
`from_plain_loss` convert their learning rate (1e-3) and their stopping loss (0.01).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stairwise.numerics._arguments import Floats, choice, one_number, positive, reals, whole
from stairwise.numerics.experiments.gradient_flow import RTOL, gradient_flow
from stairwise.numerics.experiments.history import (
    Evaluate,
    History,
    Observe,
    Weights,
    checked_weights,
    gradient_descent,
)

#: Eigenvalues recorded, as in the paper.
LEADING = 5
#: The paper's dimension, number of samples, eigenvalues of W*ᵀW* and initialisation.
PAPER_SIZE, PAPER_SAMPLES, PAPER_VALUES = 20, 100, (1.0, 1 / 2, 1 / 3, 1 / 4)
PAPER_SCALE = 1e-4
#: The authors' learning rate and stopping loss, both for the plain mean squared error.
PLAIN_LEARNING_RATE, PLAIN_LOSS = 1e-3, 0.01
#: The plain mean squared error over this loss.
PLAIN = 16.0
KINDS = ("orthogonal", "identity", "gaussian")


@dataclass(frozen=True, eq=False)
class Problem:
    """Inputs (m, d), targets (m,) and, if known, the truth W*ᵀW* (d, d), symmetric.

    Raises ValueError for shapes that do not match, entries that are not finite and a truth that is
    not symmetric.
    """

    inputs: Floats
    targets: Floats
    truth: Floats | None = None

    def __post_init__(self) -> None:
        inputs = np.ascontiguousarray(reals("inputs", self.inputs))
        targets = np.ascontiguousarray(reals("targets", self.targets))
        if inputs.ndim != 2 or 0 in inputs.shape:
            raise ValueError(f"inputs must have shape (m, d); got {inputs.shape}")
        if targets.shape != inputs.shape[:1]:
            raise ValueError(f"targets must have shape {inputs.shape[:1]}; got {targets.shape}")
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)
        if self.truth is not None:
            truth = reals("truth", self.truth)
            if truth.shape != 2 * inputs.shape[1:]:
                raise ValueError(f"truth must have shape {2 * inputs.shape[1:]}; got {truth.shape}")
            object.__setattr__(self, "truth", truth)
        for name in ("inputs", "targets", "truth"):
            value = getattr(self, name)
            if value is not None and not np.all(np.isfinite(value)):
                raise ValueError(f"{name} must be finite; got an infinite entry")
        if self.truth is not None:
            require_symmetric("truth", self.truth)

    @classmethod
    def paper(cls, seed: int = 0) -> "Problem":
        """The paper's setting: d = 20, 100 samples, W*ᵀW* = diag(1, 1/2, 1/3, 1/4, 0…)."""
        return cls.gaussian(PAPER_SIZE, PAPER_SAMPLES, PAPER_VALUES, seed)

    @classmethod
    def gaussian(cls, size: int, samples: int, values: Sequence[float], seed: int) -> "Problem":
        """Gaussian inputs and the quadratic form diag(values, 0…), shape (size, size).

        Drawn by NumPy's legacy generator as the authors' scripts draw them after
        np.random.seed(seed), so that the data are theirs.
        """
        size, samples = whole("size", size, 1), whole("samples", samples, 1)
        diagonal = reals("values", values)
        if diagonal.ndim != 1 or diagonal.size > size or not np.all(diagonal >= 0):
            raise ValueError(f"values must be at most {size} numbers ≥ 0; got {values!r}")
        padded = np.pad(diagonal, (0, size - diagonal.size))
        inputs = np.random.RandomState(whole("seed", seed, 0)).randn(samples, size)
        return cls(inputs, inputs**2 @ padded, np.diag(padded))

    @property
    def size(self) -> int:
        """The dimension d."""
        return int(self.inputs.shape[1])


def initial(
    problem: Problem,
    depth: int = 2,
    scale: float = PAPER_SCALE,
    kind: str = "orthogonal",
    seed: int = 0,
    *,
    bias: bool = False,
) -> Weights:
    """`[W]`, or `[W, bias]` with the bias (1,) at the targets' mean, as the authors start it.

    The eigenvalues of WᵀW are of size `scale`: kind "identity" is √scale·I, "orthogonal" √scale
    times a random orthogonal matrix, "gaussian" has entries of variance scale/d. The model has
    two layers, so depth must be 2. Raises ValueError for bad arguments.
    """
    if whole("depth", depth, 1) != 2:
        raise ValueError(f"depth must be 2 for a quadratic network; got {depth!r}")
    factor = np.sqrt(one_number("scale", positive("scale", scale)))
    d = problem.size
    generator = np.random.default_rng(whole("seed", seed, 0))
    if choice("kind", kind, KINDS) == "identity":
        matrix = np.eye(d)
    else:
        matrix = generator.standard_normal((d, d)) / np.sqrt(d)
    if kind == "orthogonal":
        q, triangle = np.linalg.qr(matrix)
        matrix = q * np.sign(np.diag(triangle))
    weights = [factor * matrix]
    return [*weights, np.array([np.mean(problem.targets)])] if bias else weights


def descend(
    problem: Problem,
    weights: Weights,
    learning_rate: float,
    steps: int,
    until_loss: float | None = None,
    record_every: int = 1,
    *,
    observe: Observe | None = None,
) -> History:
    """Full-batch gradient descent; values are the LEADING eigenvalues of WᵀW.

    weights: `[W]` with W of shape (h, d), or `[W, bias]` with a bias of shape (1,) or (). The
    bias is trained with the same learning rate, which is that of the loss above.

    Raises ValueError for bad input, Divergence (a ValueError with the step and a stable learning
    rate) where the loss blows up, Interrupted on Ctrl-C; see `history.gradient_descent`.
    """
    start = _checked(problem, weights)
    evaluate = objective(problem)
    return gradient_descent(
        evaluate, leading_values, start, learning_rate, steps, until_loss, record_every, observe
    )


def flow(
    problem: Problem,
    weights: Weights,
    end_time: float,
    until_loss: float | None = None,
    *,
    rtol: float = RTOL,
    observe: Observe | None = None,
) -> History:
    """Gradient flow of the loss above by a stabilised explicit integrator.

    Step k of descent at learning rate η is near flow time k·η. Arguments and errors as in
    `descend` and `gradient_flow.gradient_flow`.
    """
    start = _checked(problem, weights)
    return gradient_flow(
        objective(problem), leading_values, start, end_time, until_loss, rtol, observe
    )


def from_plain_rate(learning_rate: float) -> float:
    """The learning rate for MSE/16 that equals one for the plain MSE: 16 times it."""
    return PLAIN * learning_rate


def from_plain_loss(loss: float) -> float:
    """The loss MSE/16 at a plain mean squared error."""
    return loss / PLAIN


def leading_values(weights: Weights) -> Floats:
    """The LEADING (or all, if fewer) eigenvalues of WᵀW, decreasing."""
    values = np.asarray(np.linalg.svd(weights[0], compute_uv=False), dtype=np.float64)
    return values[:LEADING] ** 2


def reconstruction_error(problem: Problem, weights: Weights) -> float:
    """‖WᵀW − W*ᵀW*‖²/‖W*ᵀW*‖²; ValueError where the truth is not known or zero."""
    if problem.truth is None or not np.any(problem.truth):
        got = "zeros" if problem.truth is not None else "None"
        raise ValueError(f"truth must be a non-zero matrix; got {got}")
    defect = np.sum((weights[0].T @ weights[0] - problem.truth) ** 2)
    return float(defect / np.sum(problem.truth**2))


def require_symmetric(name: str, matrix: Floats) -> None:
    """ValueError that says by how much the matrix differs from its transpose."""
    gap = float(np.max(np.abs(matrix - matrix.T)))
    if gap > 1e-12 * float(np.max(np.abs(matrix))):
        raise ValueError(f"{name} must be symmetric; got entries that differ by {gap:.3g}")


def objective(problem: Problem) -> Evaluate:
    """Loss and gradients of the weights, from one pass over the inputs."""
    inputs, targets = problem.inputs, problem.targets
    samples = len(targets)

    def evaluate(weights: Weights) -> tuple[float, Weights]:
        matrix = weights[0]
        hidden = inputs @ matrix.T
        residual = np.einsum("ij,ij->i", hidden, hidden) - targets
        if len(weights) == 2:
            residual = residual + weights[1]
        loss = float(residual @ residual) / (PLAIN * samples)
        hidden *= residual[:, None]
        gradients: Weights = [(4 / (PLAIN * samples)) * (hidden.T @ inputs)]
        if len(weights) == 2:
            slope = 2 / (PLAIN * samples) * np.sum(residual)
            gradients.append(np.full(weights[1].shape, slope))
        return loss, gradients

    return evaluate


def _checked(problem: Problem, weights: Any) -> Weights:
    """The weights as float64 copies; ValueError unless shapes match and W has full rank."""
    arrays = checked_weights(weights)
    matrix, *rest = arrays
    fits = matrix.ndim == 2 and matrix.shape[1] == problem.size and len(matrix) > 0
    if not fits or len(rest) > 1 or any(bias.size != 1 or bias.ndim > 1 for bias in rest):
        raise ValueError(
            f"weights must be [W] or [W, bias] with shapes (h, {problem.size}) and (1,); "
            f"got shapes {[array.shape for array in arrays]}"
        )
    rank = int(np.linalg.matrix_rank(matrix))
    if rank < min(matrix.shape):
        raise ValueError(
            f"weights must be of full rank at the start; got rank {rank} of {min(matrix.shape)}"
        )
    return arrays
