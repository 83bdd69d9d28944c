"""Deep matrix sensing: a product of matrices fitted to linear measurements of a matrix.

W = W_N⋯W_1 and loss 1/(2N) · mean over k of (⟨A_k, W⟩ − b_k)². Source: the paper, section 4.1.
The authors' scripts minimise the plain mean squared error, 2N times this loss: `from_plain_rate`
and `from_plain_loss` convert their learning rate (1e-3) and their stopping loss (0.01).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

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

#: Singular values recorded, as in the paper.
LEADING = 5
#: The paper's size, number of measurements, singular values, initialisation and depths.
PAPER_SIZE, PAPER_SAMPLES, PAPER_VALUES = 50, 1000, (12.0, 6.0, 4.0, 3.0)
PAPER_SCALE, PAPER_DEPTHS = 1e-4, (1, 2, 3, 4)
#: The authors' learning rate and stopping loss, both for the plain mean squared error.
PLAIN_LEARNING_RATE, PLAIN_LOSS = 1e-3, 0.01
KINDS = ("gaussian", "identity")
PRECISIONS = ("float64", "float32")
#: Mean squared residual of a flat matrix w, and half its gradient.
Fit = Callable[[Floats], tuple[float, Floats]]
#: Measurements are read in blocks of rows that stay in a core's second-level cache, so that one
#: pass serves the residual and the gradient. On 1 MiB: 16% to 33% faster than two passes.
BLOCK_BYTES = 640 * 1024


@dataclass(frozen=True, eq=False)
class Problem:
    """Measurements (m, d, d), their targets (m,) and, if known, the truth (d, d).

    The arrays are kept as float64, not copied where they are so already. Raises ValueError for
    shapes that do not match and entries that are not finite.
    """

    measurements: Floats
    targets: Floats
    truth: Floats | None = None

    def __post_init__(self) -> None:
        measurements = np.ascontiguousarray(reals("measurements", self.measurements))
        targets = np.ascontiguousarray(reals("targets", self.targets))
        shape = measurements.shape
        if len(shape) != 3 or shape[1] != shape[2] or 0 in shape:
            raise ValueError(f"measurements must have shape (m, d, d); got {shape}")
        if targets.shape != shape[:1]:
            raise ValueError(f"targets must have shape {shape[:1]}; got {targets.shape}")
        object.__setattr__(self, "measurements", measurements)
        object.__setattr__(self, "targets", targets)
        if self.truth is not None:
            truth = reals("truth", self.truth)
            if truth.shape != shape[1:]:
                raise ValueError(f"truth must have shape {shape[1:]}; got {truth.shape}")
            object.__setattr__(self, "truth", truth)
        for name in ("measurements", "targets", "truth"):
            value = getattr(self, name)
            if value is not None and not np.all(np.isfinite(value)):
                raise ValueError(f"{name} must be finite; got an infinite entry")

    @classmethod
    def paper(cls, seed: int = 0) -> "Problem":
        """The paper's setting: d = 50, 1000 measurements, truth diag(12, 6, 4, 3, 0…)."""
        return cls.gaussian(PAPER_SIZE, PAPER_SAMPLES, PAPER_VALUES, seed)

    @classmethod
    def gaussian(cls, size: int, samples: int, values: Sequence[float], seed: int) -> "Problem":
        """Gaussian measurements of diag(values, 0…), shape (size, size).

        Drawn by NumPy's legacy generator as the authors' scripts draw them after
        np.random.seed(seed), so that the data are theirs, bit for bit.
        """
        size, samples = whole("size", size, 1), whole("samples", samples, 1)
        diagonal = reals("values", values)
        if diagonal.ndim != 1 or diagonal.size > size or not np.all(diagonal >= 0):
            raise ValueError(f"values must be at most {size} numbers ≥ 0; got {values!r}")
        truth = np.diag(np.pad(diagonal, (0, size - diagonal.size)))
        generator = np.random.RandomState(whole("seed", seed, 0))
        flat = generator.randn(samples, size * size)
        return cls(flat.reshape(samples, size, size), flat @ truth.ravel(), truth)

    @property
    def size(self) -> int:
        """The dimension d."""
        return int(self.measurements.shape[1])

    @cached_property
    def rows(self) -> Floats:
        """The measurements as a matrix of shape (m, d²)."""
        return self.measurements.reshape(len(self.measurements), -1)


def initial(
    problem: Problem,
    depth: int,
    scale: float = PAPER_SCALE,
    kind: str = "gaussian",
    seed: int = 0,
) -> Weights:
    """Weights W_1, …, W_N of shape (d, d) whose product has singular values of size `scale`.

    kind "identity": scale^{1/N}·I; "gaussian": entries of variance scale^{2/N}/d. Raises ValueError
    for a depth that is not a whole number ≥ 1, a scale ≤ 0 or another kind.
    """
    depth = whole("depth", depth, 1)
    factor = one_number("scale", positive("scale", scale)) ** (1 / depth)
    d = problem.size
    if choice("kind", kind, KINDS) == "identity":
        return [factor * np.eye(d) for _ in range(depth)]
    generator = np.random.default_rng(whole("seed", seed, 0))
    return [factor / np.sqrt(d) * generator.standard_normal((d, d)) for _ in range(depth)]


def descend(
    problem: Problem,
    weights: Weights,
    learning_rate: float,
    steps: int,
    until_loss: float | None = None,
    record_every: int = 1,
    *,
    precision: str = "float64",
    observe: Observe | None = None,
) -> History:
    """Full-batch gradient descent; values are the LEADING singular values of the product.

    weights: W_1 first, shapes that chain from (h, d) to (d, h), each of full rank. learning_rate
    and until_loss are those of the loss above (`from_plain_rate` converts). precision "float32"
    reads the measurements in half the bytes: on the paper's settings twice as fast, and the values
    then differ by less than 1e-6 (relative, floor 0.01). With more than 2d² measurements it is
    their Gram matrix that is read, always in float64.

    Raises ValueError for bad input, Divergence (a ValueError with the step and a stable learning
    rate) where the loss blows up, Interrupted on Ctrl-C; see `history.gradient_descent`.
    """
    start = checked_chain(problem, weights)
    return gradient_descent(
        objective(problem, precision),
        leading_values,
        start,
        learning_rate,
        steps,
        until_loss,
        record_every,
        observe,
    )


def flow(
    problem: Problem,
    weights: Weights,
    end_time: float,
    until_loss: float | None = None,
    *,
    rtol: float = RTOL,
    precision: str = "float64",
    observe: Observe | None = None,
) -> History:
    """Gradient flow of the loss above by a stabilised explicit integrator.

    Step k of descent at learning rate η is near flow time k·η. Arguments and errors as in
    `descend` and `gradient_flow.gradient_flow`.
    """
    start = checked_chain(problem, weights)
    evaluate = objective(problem, precision)
    return gradient_flow(evaluate, leading_values, start, end_time, until_loss, rtol, observe)


def from_plain_rate(learning_rate: float, depth: int) -> float:
    """The learning rate for the loss 1/(2N)·MSE that equals one for the plain MSE: 2N times it."""
    return 2 * whole("depth", depth, 1) * learning_rate


def from_plain_loss(loss: float, depth: int) -> float:
    """The loss 1/(2N)·MSE at a plain mean squared error."""
    return loss / (2 * whole("depth", depth, 1))


def product(weights: Weights) -> Floats:
    """W_N⋯W_1."""
    total = weights[0]
    for weight in weights[1:]:
        total = weight @ total
    return total


def leading_values(weights: Weights) -> Floats:
    """The LEADING (or all d, if fewer) singular values of the product, decreasing."""
    return singular_values(product(weights))[:LEADING]


def singular_values(matrix: Floats) -> Floats:
    """All singular values, decreasing."""
    return np.asarray(np.linalg.svd(matrix, compute_uv=False), dtype=np.float64)


def reconstruction_error(problem: Problem, weights: Weights) -> float:
    """‖W − W*‖²/‖W*‖² in the Frobenius norm; ValueError where the truth is not known or zero."""
    if problem.truth is None or not np.any(problem.truth):
        got = "zeros" if problem.truth is not None else "None"
        raise ValueError(f"truth must be a non-zero matrix; got {got}")
    defect = np.sum((product(weights) - problem.truth) ** 2)
    return float(defect / np.sum(problem.truth**2))


def imbalance(weights: Weights) -> list[Floats]:
    """W_{l+1}ᵀW_{l+1} − W_lW_lᵀ of each pair of neighbours: the flow conserves every one."""
    return [upper.T @ upper - lower @ lower.T for lower, upper in pairwise(weights)]


def balance_drift(before: Weights, after: Weights) -> float:
    """Largest change of an imbalance, over the largest squared norm of a final weight."""
    scale = max(float(np.sum(weight**2)) for weight in after)
    pairs = zip(imbalance(before), imbalance(after), strict=True)
    return max((float(np.linalg.norm(b - a)) for a, b in pairs), default=0.0) / scale


def objective(problem: Problem, precision: str = "float64") -> Evaluate:
    """Loss and gradients of the weights, from one pass over the measurements."""
    fit = _fit(problem, choice("precision", precision, PRECISIONS))
    d = problem.size

    def evaluate(weights: Weights) -> tuple[float, Weights]:
        depth = len(weights)
        inner: Weights = []  # W_{l−1}⋯W_1 for l ≥ 2, and the whole product last
        for weight in weights:
            inner.append(weight @ inner[-1] if inner else weight)
        mean_square, half_gradient = fit(inner[-1].ravel())
        backward = half_gradient.reshape(d, d) / depth  # ∂loss/∂W times the layers above
        gradients: Weights = []
        for layer in range(depth - 1, 0, -1):
            gradients.append(backward @ inner[layer - 1].T)
            backward = weights[layer].T @ backward
        gradients.append(backward)
        return mean_square / (2 * depth), gradients[::-1]

    return evaluate


def checked_chain(problem: Problem, weights: Any) -> Weights:
    """The weights as float64 copies; ValueError unless their shapes chain and ranks are full."""
    arrays = checked_weights(weights)
    d = problem.size
    shapes = [array.shape for array in arrays]
    matrices = all(len(shape) == 2 and 0 not in shape for shape in shapes)
    widths = [d, *(shape[0] for shape in shapes)] if matrices else []
    if not matrices or widths[-1] != d or [s[1] for s in shapes] != widths[:-1]:
        raise ValueError(
            f"weights must be matrices that chain from (h, {d}) to ({d}, h); got shapes {shapes}"
        )
    if len(arrays) > 1:  # a rank that is missing at the start may never be learned
        for index, array in enumerate(arrays):
            rank = int(np.linalg.matrix_rank(array))
            if rank < min(array.shape):
                raise ValueError(
                    f"weights must be of full rank at the start; got rank {rank} "
                    f"of {min(array.shape)} in weights[{index}]"
                )
    return arrays


def _fit(problem: Problem, precision: str) -> Fit:
    """The cheaper of reading the measurements and reading their Gram matrix."""
    samples, entries = problem.rows.shape
    if samples > 2 * entries:
        return _gram_fit(problem)
    return _blocked_fit(problem, np.dtype(precision))


def _blocked_fit(problem: Problem, dtype: np.dtype[Any]) -> Fit:
    """Residual and gradient block by block, so that the measurements are read once."""
    rows: NDArray[Any] = problem.rows.astype(dtype, copy=False)
    targets: NDArray[Any] = problem.targets.astype(dtype, copy=False)
    samples, entries = rows.shape
    count = max(1, BLOCK_BYTES // (entries * dtype.itemsize))
    cuts = range(0, samples, count)
    blocks = [(rows[i : i + count], targets[i : i + count]) for i in cuts]

    def fit(w: Floats) -> tuple[float, Floats]:
        argument = w.astype(dtype, copy=False)
        total, half_gradient = 0.0, np.zeros(entries)
        for block, wanted in blocks:
            residual = block @ argument
            residual -= wanted
            total += float(residual @ residual)
            half_gradient += residual @ block
        return total / samples, half_gradient / samples

    return fit


def _gram_fit(problem: Problem) -> Fit:
    """The same from the Gram matrix G = AᵀA/m, for m ≫ d².

    Written about the least-squares fit ŵ, mean residual² = (w − ŵ)ᵀG(w − ŵ) + its least value, so
    that nothing cancels.
    """
    rows, targets = problem.rows, problem.targets
    gram = rows.T @ rows / len(rows)
    moments = rows.T @ targets / len(rows)
    best = np.asarray(np.linalg.lstsq(gram, moments, rcond=None)[0], dtype=np.float64)
    least = float(np.mean((rows @ best - targets) ** 2))

    def fit(w: Floats) -> tuple[float, Floats]:
        offset = w - best
        half_gradient = gram @ offset
        return float(offset @ half_gradient) + least, half_gradient

    return fit
