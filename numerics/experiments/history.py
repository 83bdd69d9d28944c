"""What the experiments share: their record, and one loop of full-batch gradient descent.

An experiment hands over functions of its weights (a list of arrays): `evaluate`, which returns the
loss and the gradients from one pass over the data, and `measure`, which returns the values worth
recording. The loop records, notices divergence and keeps what is done when it is interrupted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from stairwise.numerics._arguments import Floats, nonnegative, one_number, positive, reals, whole
from stairwise.numerics.stabilised import integrate

Weights = list[Floats]
#: Loss and gradients (shapes of the weights) from one pass over the data.
Evaluate = Callable[[Weights], tuple[float, Weights]]
#: The values worth recording, shape (k,).
Measure = Callable[[Weights], Floats]
#: Told the time and the loss of every record.
Observe = Callable[[float, float], None]

#: A loss this many times the first one is divergence. Descent at the edge of stability overshoots
#: by factors of ten at most in the paper's settings (measured), and returns.
DIVERGED = 1e4
#: Gradients spent on suggesting a stable learning rate after divergence.
TRIAL = 1000


@dataclass(frozen=True, eq=False)
class History:
    """Record of one run.

    time: (records,), steps (the state after step k stands at time k) or flow time.
    loss: (records,), the loss at these times.
    values: (records, k), the leading singular values, values or amplitudes at these times.
    weights: the last weights, in the order in which they are applied.
    ended: why the run ended: "until_loss", "steps", "end_time" or "interrupted".
    evaluations: how many gradients were evaluated.
    """

    time: Floats
    loss: Floats
    values: Floats
    weights: Weights
    ended: str = "steps"
    evaluations: int = 0


class Divergence(ValueError):
    """The learning rate is too large: at which step it showed, and what would have been stable."""

    def __init__(self, learning_rate: float, step: int, bound: float, history: History) -> None:
        super().__init__(
            f"learning_rate must be small enough for descent to be stable; got {learning_rate!r}: "
            f"the loss diverged by step {step}; try less than {bound:.3g}"
        )
        self.learning_rate = learning_rate
        self.step = step
        self.bound = bound
        self.history = history

    def per(self, unit: float) -> "Divergence":
        """The same where learning rates are told in another unit, as for the plain loss."""
        told = float(f"{self.learning_rate / unit:.12g}")
        return Divergence(told, self.step, self.bound / unit, self.history)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a run; `history` is what was done until then."""

    def __init__(self, history: History) -> None:
        super().__init__(f"interrupted at time {history.time[-1] if history.time.size else 0:g}")
        self.history = history


@dataclass
class Recorder:
    """Collects records; tells `observe` of each."""

    measure: Measure
    observe: Observe | None = None
    times: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)

    def add(self, time: float, loss: float, weights: Weights) -> None:
        """Record the state at a time; a time already recorded is not recorded again."""
        if self.times and self.times[-1] == time:
            return
        values = self.measure(weights)
        self.times.append(time)
        self.losses.append(loss)
        self.values.append(values)
        if self.observe is not None:
            self.observe(time, loss)

    def history(self, weights: Weights, ended: str, evaluations: int) -> History:
        """The record so far."""
        count = min(len(self.times), len(self.losses), len(self.values))
        return History(
            time=np.array(self.times[:count], dtype=np.float64),
            loss=np.array(self.losses[:count], dtype=np.float64),
            values=np.array(self.values[:count], dtype=np.float64),
            weights=[np.array(weight, dtype=np.float64) for weight in weights],
            ended=ended,
            evaluations=evaluations,
        )


def gradient_descent(
    evaluate: Evaluate,
    measure: Measure,
    weights: Weights,
    learning_rate: float,
    steps: int,
    until_loss: float | None = None,
    record_every: int = 1,
    observe: Observe | None = None,
) -> History:
    """Full-batch gradient descent w ← w − learning_rate·∇loss.

    Records the state at step 0, at every multiple of record_every and at the end; ends after
    `steps`, or at the first step whose loss is below until_loss (checked at every step). The
    weights passed in are left as they are.

    Raises ValueError for arguments out of range, Divergence where the loss stops being finite or
    exceeds DIVERGED times the first, Interrupted (a KeyboardInterrupt with the record) on Ctrl-C.
    """
    rate = one_number("learning_rate", positive("learning_rate", learning_rate))
    steps = whole("steps", steps, 0)
    record_every = whole("record_every", record_every, 1)
    goal = (
        -np.inf
        if until_loss is None
        else one_number("until_loss", nonnegative("until_loss", until_loss))
    )
    recorder = Recorder(measure, observe)
    step, limit, first, previous = 0, np.inf, weights, weights
    with np.errstate(all="ignore"):
        try:
            while True:
                loss, gradients = evaluate(weights)
                if step == 0:
                    limit = DIVERGED * loss
                if not loss <= limit or not np.isfinite(loss):
                    raise Divergence(
                        rate,
                        step,
                        stable_rate(evaluate, first, rate),
                        recorder.history(previous, "diverged", step + 1),
                    )
                ended = "until_loss" if loss < goal else "steps" if step == steps else ""
                if ended or step % record_every == 0:
                    recorder.add(float(step), loss, weights)
                if ended:
                    return recorder.history(weights, ended, step + 1)
                previous, weights = (
                    weights,
                    [w - rate * g for w, g in zip(weights, gradients, strict=True)],
                )
                step += 1
        except KeyboardInterrupt:
            raise Interrupted(recorder.history(weights, "interrupted", step)) from None


@np.errstate(all="ignore")
def stable_rate(evaluate: Evaluate, weights: Weights, learning_rate: float) -> float:
    """A learning rate below the given one at which descent from these weights is stable.

    Descent is stable below 2/sharpness, the sharpness being the largest eigenvalue of the loss's
    Hessian: the greatest one met on the way is taken, on a coarse gradient flow of at most
    TRIAL gradients.
    """
    pack = Packing(weights)

    def rate(state: Floats) -> Floats:
        return -pack.join(evaluate(pack.split(state))[1])

    sharpest = 0.0
    try:
        start = pack.join(weights)
        scale = float(np.sqrt(np.mean(start * start))) or 1.0
        for step in integrate(rate, start, 1e300, 1e-2, 1e-2 * scale):
            sharpest = max(sharpest, step.radius)
            if step.evaluations > TRIAL:
                break
    except FloatingPointError:
        pass  # what was seen until then is the suggestion
    return min(learning_rate / 2, 2 / sharpest) if sharpest > 0 else learning_rate / 2


class Packing:
    """Weights as one flat vector and back."""

    def __init__(self, weights: Weights) -> None:
        self._shapes = [weight.shape for weight in weights]
        self._cuts = np.cumsum([weight.size for weight in weights])[:-1]

    def join(self, weights: Weights) -> Floats:
        """The flat vector."""
        return np.concatenate([weight.ravel() for weight in weights])

    def split(self, flat: Floats) -> Weights:
        """The weights, as views."""
        parts = np.split(flat, self._cuts)
        return [part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)]


def checked_weights(weights: object, shapes: list[tuple[int, ...]] | None = None) -> Weights:
    """The weights as finite float64 copies, of the given shapes; ValueError otherwise."""
    if not isinstance(weights, list | tuple) or not weights:
        raise ValueError(f"weights must be a non-empty list of arrays; got {weights!r}")
    arrays = [np.array(reals("weights", weight)) for weight in weights]
    if not all(np.all(np.isfinite(array)) for array in arrays):
        raise ValueError("weights must be finite; got an infinite entry")
    found = [array.shape for array in arrays]
    if shapes is not None and found != shapes:
        raise ValueError(f"weights must have shapes {shapes}; got {found}")
    return arrays
