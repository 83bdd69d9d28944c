"""Two-sided diagonal networks: σ = u^N − v^N, on classification or regression.

Loss (1/N²)·mean over samples of ℓ: exponential e^{−yf} or logistic on labels ±1, squared r²/2 on
real targets, with f = ⟨σ, x⟩ (the paper's section 4.3 and appendix). The authors' scripts descend
on the plain mean: `from_plain_rate` and `from_plain_loss` convert their settings, since a step of
rate η on the plain mean is a step of rate N²η here.

Depth 1 is degenerate: σ = u − v is linear in the weights, the potential is quadratic, and the flow
is that of plain linear regression at twice the rate, whatever the initialisation. It is the
baseline with nothing incremental in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stairwise.numerics._arguments import Floats, choice, nonnegative, one_number, positive, whole
from stairwise.numerics.experiments.history import (
    Divergence,
    History,
    Interrupted,
    Observe,
    Weights,
    checked_weights,
    gradient_descent,
)
from stairwise.numerics.experiments.linear import (
    LinearProblem,
    require_no_zero_column,
    require_reachable,
    sample_loss,
)
from stairwise.numerics.experiments.mirror_flow import RTOL, mirror_flow
from stairwise.numerics.mirror import mirror_depth

#: The paper's settings: initialisation σ0, learning rate and loss to reach, on the plain mean.
SCALE, PLAIN_RATE, PLAIN_GOAL = 0.01, 0.01, 0.01
KINDS = ("constant", "gaussian")


@dataclass(frozen=True, eq=False)
class Problem(LinearProblem):
    """Samples of a diagonal model; `loss` is "exponential", "logistic" or "squared".

    Raises ValueError as `LinearProblem`, and for a zero column of inputs.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        require_no_zero_column(self.inputs)

    @classmethod
    def paper(cls, seed: int, loss: str = "exponential") -> "Problem":
        """200 Gaussian samples in 100 dimensions and the truth (8, 4, 2, 1, 0, …), normalised.

        Labels are the signs of ⟨truth, x⟩; with the squared loss, targets are these products.
        """
        inputs = np.random.RandomState(whole("seed", seed, 0)).randn(200, 100)
        truth = np.zeros(100)
        truth[:4] = 8, 4, 2, 1
        truth /= np.linalg.norm(truth)
        products = inputs @ truth
        return cls(inputs, products if loss == "squared" else np.sign(products), truth, loss)


class TwoSided(list[Floats]):
    """The weights [u, v] with their depth, which the arrays alone do not tell."""

    def __init__(self, arrays: Iterable[Floats], depth: float) -> None:
        super().__init__(arrays)
        self.depth = depth


def from_plain_rate(learning_rate: float, depth: float) -> float:
    """Learning rate here that makes the authors' steps: N² times theirs on the plain mean."""
    return learning_rate * depth**2


def from_plain_loss(loss: float, depth: float) -> float:
    """Loss here of a plain mean loss."""
    return loss / depth**2


def values(weights: Weights, depth: float) -> Floats:
    """σ = u^N − v^N, shape (d,)."""
    u, v = weights
    return np.asarray(u**depth - v**depth)


def initial(
    problem: LinearProblem,
    depth: int,
    scale: float = SCALE,
    kind: str = "constant",
    seed: int = 0,
) -> TwoSided:
    """[u, v] with u = v = σ0^{1/N}, the paper's ("constant"), or entries drawn at that size.

    "gaussian" draws both sides as σ0^{1/N} times normal entries.

    Raises ValueError for a depth that is not a whole number ≥ 1, a scale that is not finite and
    positive, or another kind.
    """
    depth = whole("depth", depth, 1)
    size = one_number("scale", positive("scale", scale)) ** (1 / depth)
    dimension = problem.inputs.shape[1]
    if choice("kind", kind, KINDS) == "constant":
        return TwoSided([np.full(dimension, size), np.full(dimension, size)], depth)
    generator = np.random.default_rng(whole("seed", seed, 0))
    return TwoSided([size * generator.standard_normal(dimension) for _ in range(2)], depth)


def descend(
    problem: LinearProblem,
    weights: Weights,
    learning_rate: float,
    steps: int,
    until_loss: float | None = None,
    record_every: int = 1,
    *,
    depth: int | None = None,
    observe: Observe | None = None,
) -> History:
    """Full-batch gradient descent on the depth-normalised loss; `values` are σ, (records, d).

    `depth` is needed where weights do not come from `initial` (a plain list does not tell it).

    Raises ValueError for arguments out of range, for data on which the loss cannot go to 0
    (`require_reachable`) and, as `Divergence`, for too large a learning rate; Interrupted on
    Ctrl-C.
    """
    power = whole("depth", _depth(weights, depth), 1)
    shape = problem.inputs.shape[1:]
    start = checked_weights(weights, [shape, shape])
    require_reachable(problem, _plain(until_loss, power))
    rows, offset, count = problem.rows, problem.offset, len(problem.targets)
    columns = np.ascontiguousarray(rows.T)
    sample = sample_loss(problem.loss)

    def evaluate(uv: Weights) -> tuple[float, Weights]:
        u, v = uv
        below_u, below_v = u ** (power - 1), v ** (power - 1)
        q = rows @ (below_u * u - below_v * v) - offset
        gradient = columns @ sample.slope(q)
        gradient /= count * power
        loss = float(sample.value(q).sum()) / (count * power**2)
        return loss, [below_u * gradient, below_v * -gradient]

    try:
        history = gradient_descent(
            evaluate,
            lambda uv: values(uv, power),
            start,
            learning_rate,
            steps,
            until_loss,
            record_every,
            observe,
        )
    except (Interrupted, Divergence) as stop:
        stop.history = _with_depth(stop.history, power)
        raise
    return _with_depth(history, power)


def flow(
    problem: LinearProblem,
    weights: Weights,
    end_time: float,
    until_loss: float | None = None,
    *,
    depth: float | None = None,
    observe: Observe | None = None,
    rtol: float = RTOL,
) -> History:
    """Gradient flow on the depth-normalised loss, by an implicit integrator in the mirror clock.

    Starts from u, v ≥ 0 at depth 1 or any real depth ≥ 2; see `mirror_flow` for its accuracy. Ends
    at end_time, at until_loss (located), or where a squared loss is rounding. `rtol` is that of the
    integrator's steps.

    Raises ValueError for arguments out of range and data on which the loss cannot go to 0,
    ArithmeticError where the integrator fails; Interrupted on Ctrl-C.
    """
    power = mirror_depth(_depth(weights, depth))
    if np.isinf(power):
        raise ValueError("depth must be finite for weights u and v; got inf")
    shape = problem.inputs.shape[1:]
    u, v = checked_weights(weights, [shape, shape])
    if power > 1 and (np.any(u < 0) or np.any(v < 0)):
        least = float(min(u.min(), v.min()))
        raise ValueError(f"weights must be ≥ 0 for the flow of depth {power:g}; got {least!r}")
    end = one_number("end_time", nonnegative("end_time", end_time))
    goal = (
        None
        if until_loss is None
        else one_number("until_loss", nonnegative("until_loss", until_loss))
    )
    plain = _plain(goal, power)
    tolerance = one_number("rtol", positive("rtol", rtol))
    require_reachable(problem, plain)
    try:
        history = mirror_flow(problem, (u**power, v**power), power, end, plain, observe, tolerance)
    except Interrupted as stop:
        stop.history = _with_depth(stop.history, power)
        raise
    return _with_depth(history, power)


def _with_depth(history: History, depth: float) -> History:
    """The record with weights that tell their depth."""
    return replace(history, weights=TwoSided(history.weights, depth))


def _depth(weights: Weights, depth: float | None) -> Any:
    """The depth of the weights, or the one given for a plain list."""
    own = getattr(weights, "depth", None)
    if depth is None and own is None:
        raise ValueError("depth must be given for weights that do not come from initial; got None")
    if depth is not None and own is not None and depth != own:
        raise ValueError(f"depth must be that of the weights, {own!r}; got {depth!r}")
    return own if depth is None else depth


def _plain(until_loss: float | None, depth: float) -> float | None:
    return None if until_loss is None else until_loss * depth**2
