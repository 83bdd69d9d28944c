"""What the linear experiments share: data, sample losses, and the checks at the boundary.

Every model here predicts ⟨σ, x⟩ with some parametrisation of σ, and the loss is the mean over
samples of ℓ(q) with q = Aσ − b: q the margin (rows y_k x_k, b = 0) for the exponential and logistic
loss, the residual (A = inputs, b = targets) for the squared one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import expit

from stairwise.numerics._arguments import Floats, choice, reals
from stairwise.numerics.experiments.separability import has_positive_margins

LOSSES = ("exponential", "logistic", "squared")


class SampleLoss(NamedTuple):
    """ℓ(q), ℓ'(q) and ℓ''(q) of one sample, elementwise."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    curvature: Callable[[Floats], Floats]


def sample_loss(name: str) -> SampleLoss:
    """Exponential e^{−q}, logistic log(1 + e^{−q}) or squared q²/2."""
    if name == "exponential":
        return SampleLoss(
            lambda q: np.exp(-q),
            lambda q: -np.exp(-q),
            lambda q: np.exp(-q),
        )
    if name == "logistic":
        return SampleLoss(
            lambda q: np.logaddexp(0, -q),
            lambda q: -expit(-q),
            lambda q: expit(q) * expit(-q),
        )
    return SampleLoss(lambda q: q * q / 2, lambda q: q, np.ones_like)


@dataclass(frozen=True, eq=False)
class LinearProblem:
    """Samples of a linear model.

    inputs: (m, d). targets: (m,), labels −1 or 1 for the exponential and logistic loss, reals for
    the squared one. truth: (d,) or None, only compared with. loss: one of LOSSES.

    The arrays are kept as read-only float64 copies. Raises ValueError for wrong shapes, values
    that are not finite, or labels that are not ±1.
    """

    inputs: Floats
    targets: Floats
    truth: Floats | None = None
    loss: str = "exponential"

    def __post_init__(self) -> None:
        choice("loss", self.loss, LOSSES)
        inputs = _finite("inputs", self.inputs)
        if inputs.ndim != 2 or 0 in inputs.shape:
            raise ValueError(f"inputs must have shape (m, d); got shape {inputs.shape}")
        targets = _finite("targets", self.targets)
        if targets.shape != inputs.shape[:1]:
            raise ValueError(
                f"targets must have shape {inputs.shape[:1]}, one per row of inputs; "
                f"got shape {targets.shape}"
            )
        if self.loss != "squared":
            _require_labels(targets, self.loss)
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)
        if self.truth is not None:
            truth = _finite("truth", self.truth)
            if truth.shape != inputs.shape[1:]:
                raise ValueError(
                    f"truth must have shape {inputs.shape[1:]}; got shape {truth.shape}"
                )
            object.__setattr__(self, "truth", truth)

    @classmethod
    def from_zero_one(
        cls, inputs: Any, labels: Any, truth: Any = None, loss: str = "exponential"
    ) -> Self:
        """The problem for labels 0 and 1, taken as −1 and 1."""
        numbers = _finite("labels", labels)
        wrong = ~np.isin(numbers, (0.0, 1.0))
        if np.any(wrong):
            raise ValueError(f"labels must be 0 or 1; got {float(numbers[wrong].flat[0])!r}")
        return cls(inputs, 2 * numbers - 1, truth, loss)

    @cached_property
    def rows(self) -> Floats:
        """A in q = Aσ − b, (m, d): the inputs, signed by their labels in classification."""
        if self.loss == "squared":
            return self.inputs
        return self.inputs * self.targets[:, None]

    @cached_property
    def offset(self) -> Floats:
        """b in q = Aσ − b, (m,)."""
        return self.targets if self.loss == "squared" else np.zeros(len(self.targets))

    @cached_property
    def separable(self) -> bool:
        """Whether some σ gives every sample a positive margin; see `has_positive_margins`."""
        return has_positive_margins(self.rows)

    def cosine(self, vector: Floats) -> float:
        """Cosine of the angle between a vector and the truth; NaN for the zero vector."""
        if self.truth is None:
            raise ValueError("truth must be given to be compared with; got None")
        sizes = float(np.linalg.norm(vector) * np.linalg.norm(self.truth))
        return float(vector @ self.truth) / sizes if sizes else float("nan")


def require_reachable(problem: LinearProblem, plain_goal: float | None) -> None:
    """ValueError where descent on these samples could only spin.

    Data that no linear classifier separates leave one sample with a margin ≤ 0, so the mean loss
    stays ≥ 1/m (exponential) or log(2)/m (logistic). Exponential loss on such data is refused;
    logistic loss has a finite minimum, so it is refused only if asked for less than that floor.
    """
    if problem.loss == "squared":
        return
    floor = np.log(2) / len(problem.targets)
    if problem.loss == "logistic" and (plain_goal is None or plain_goal > floor):
        return
    if not problem.separable:
        count, dimension = problem.inputs.shape
        raise ValueError(
            f"inputs must be linearly separable by targets for the {problem.loss} loss to go to 0; "
            f"got {count} samples in {dimension} dimensions that no linear classifier separates"
        )


def require_no_zero_column(inputs: Floats) -> None:
    """ValueError where a feature is zero in every sample: its value could never be learned."""
    empty = np.flatnonzero(~np.any(inputs != 0, axis=0))
    if empty.size:
        raise ValueError(
            f"inputs must have no zero column (its value could never be learned); "
            f"got zeros in column {int(empty[0])}"
        )


def _finite(name: str, value: Any) -> Floats:
    numbers = np.array(reals(name, value))
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{name} must be finite; got {float(numbers[~np.isfinite(numbers)][0])!r}")
    numbers.flags.writeable = False
    return numbers


def _require_labels(targets: Floats, loss: str) -> None:
    wrong = ~np.isin(targets, (-1.0, 1.0))
    if np.any(wrong):
        raise ValueError(
            f"targets must be labels −1 or 1 for the {loss} loss "
            f"(Problem.from_zero_one converts 0 and 1); got {float(targets[wrong][0])!r}"
        )
