"""Gradient flow of an experiment by the stabilised explicit integrator."""

from collections.abc import Callable

import numpy as np

from stairwise.numerics._arguments import Floats, nonnegative, positive
from stairwise.numerics.experiments.history import (
    Evaluate,
    History,
    Interrupted,
    Measure,
    Observe,
    Recorder,
    Weights,
)
from stairwise.numerics.stabilised import Step, between, integrate


def gradient_flow(
    evaluate: Evaluate,
    measure: Measure,
    weights: Weights,
    end_time: float,
    until_loss: float | None = None,
    rtol: float = 1e-4,
    observe: Observe | None = None,
) -> History:
    """Gradient flow dw/dt = −∇loss up to end_time, or until the loss falls to until_loss.

    Records the start and every accepted step; the time at which the loss reaches until_loss is
    located inside the last step to 1e-6 of it. Local errors are at most rtol·(|w| + the root mean
    square of the initial weights), so small initialisations keep their relative accuracy.

    Raises ValueError for arguments out of range, FloatingPointError where the integrator fails,
    Interrupted (a KeyboardInterrupt with the record) on Ctrl-C.
    """
    end = float(positive("end_time", end_time))
    tolerance = float(positive("rtol", rtol))
    goal = -np.inf if until_loss is None else float(nonnegative("until_loss", until_loss))
    shapes = [weight.shape for weight in weights]
    state = np.concatenate([weight.ravel() for weight in weights])
    seen = np.nan

    def unpack(flat: Floats) -> Weights:
        parts = np.split(flat, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

    def rate(flat: Floats) -> Floats:
        nonlocal seen
        seen, gradients = evaluate(unpack(flat))
        return np.concatenate([-gradient.ravel() for gradient in gradients])

    recorder = Recorder(measure, observe)
    scale = float(np.sqrt(np.mean(state * state))) or 1.0
    evaluations, ended = 1, "end_time"
    try:
        loss = evaluate(weights)[0]
        recorder.add(0.0, loss, weights)
        if loss < goal:
            return recorder.history(weights, "until_loss", evaluations)
        for step in integrate(rate, state, end, tolerance, tolerance * scale):
            evaluations = step.evaluations + 1
            time, state, loss = step.time, step.state, seen
            if loss < goal:
                time, state, loss, more = _reach(lambda y: evaluate(unpack(y))[0], step, goal)
                evaluations += more
                ended = "until_loss"
            weights = unpack(state)
            recorder.add(time, loss, weights)
            if ended == "until_loss":
                break
        return recorder.history(weights, ended, evaluations)
    except KeyboardInterrupt:
        raise Interrupted(recorder.history(weights, "interrupted", evaluations)) from None


def _reach(
    loss_at: Callable[[Floats], float], step: Step, goal: float
) -> tuple[float, Floats, float, int]:
    """Time, state, loss and evaluations where the loss falls to the goal inside the step."""
    low, high, loss, count = 0.0, 1.0, loss_at(step.state), 1
    while high - low > 1e-6:
        middle = (low + high) / 2
        found = loss_at(between(step, middle))
        count += 1
        if found < goal:
            high, loss = middle, found
        else:
            low = middle
    time = step.before + high * (step.time - step.before)
    return time, between(step, high), loss, count
