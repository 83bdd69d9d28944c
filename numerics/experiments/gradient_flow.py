"""Gradient flow of an experiment by the stabilised explicit integrator."""

from collections.abc import Callable

import numpy as np

from stairwise.numerics._arguments import Floats, nonnegative, one_number, positive
from stairwise.numerics.experiments.history import (
    Evaluate,
    History,
    Interrupted,
    Measure,
    Observe,
    Packing,
    Recorder,
    Weights,
)
from stairwise.numerics.stabilised import Step, between, integrate

#: Default tolerance of each step. Being second order, the method's learning times converge like
#: rtol^(2/3): this leaves 1e-3 relative in the times of the paper's settings (measured).
RTOL = 1e-5


@np.errstate(all="ignore")
def gradient_flow(
    evaluate: Evaluate,
    measure: Measure,
    weights: Weights,
    end_time: float,
    until_loss: float | None = None,
    rtol: float = RTOL,
    observe: Observe | None = None,
) -> History:
    """Gradient flow dw/dt = −∇loss up to end_time, or until the loss falls to until_loss.

    Records the start and every accepted step; the time at which the loss reaches until_loss is
    located inside the last step to 1e-6 of it. Local errors are at most rtol·(|w| + the root mean
    square of the initial weights), so small initialisations keep their relative accuracy.

    Raises ValueError for arguments out of range, FloatingPointError where the integrator fails,
    Interrupted (a KeyboardInterrupt with the record) on Ctrl-C.
    """
    end = one_number("end_time", positive("end_time", end_time))
    tolerance = one_number("rtol", positive("rtol", rtol))
    goal = (
        -np.inf
        if until_loss is None
        else one_number("until_loss", nonnegative("until_loss", until_loss))
    )
    pack = Packing(weights)
    state = pack.join(weights)
    seen = np.nan

    def rate(flat: Floats) -> Floats:
        nonlocal seen
        seen, gradients = evaluate(pack.split(flat))
        return -pack.join(gradients)

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
                time, state, loss, more = _reach(lambda y: evaluate(pack.split(y))[0], step, goal)
                evaluations += more
                ended = "until_loss"
            weights = pack.split(state)
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
