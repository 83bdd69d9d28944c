"""The loop of gradient flow: steps of a SciPy integrator, recorded, ended at a located loss."""

from collections.abc import Callable

import numpy as np
from scipy.integrate import OdeSolver
from scipy.optimize import brentq

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments.history import History, Interrupted, Recorder, Weights

Loss = Callable[[Floats], float]


@np.errstate(all="ignore")
def integrate(
    solver: OdeSolver,
    loss: Loss,
    weights: Callable[[Floats], Weights],
    recorder: Recorder,
    goal: float | None = None,
    floor: Loss | None = None,
) -> History:
    """Run the solver to its end; every accepted step is recorded, `recorder` measures states.

    Ends early at the located time at which the loss is `goal` (ended = "until_loss"), or after a
    step at which it is at most `floor` of the state (ended = "rounding": nothing else is left).

    Raises ArithmeticError where the solver fails, Interrupted with the record on Ctrl-C.
    """
    state, time = solver.y, float(solver.t)
    target = -np.inf if goal is None else goal
    value = loss(state)
    recorder.add(time, value, [state])
    least = floor if floor is not None else lambda _: -np.inf
    ended = _ended(value, target, least(state), "end_time" if solver.t == solver.t_bound else "")
    try:
        while not ended:
            message = solver.step()
            if solver.status == "failed":
                raise ArithmeticError(f"the flow failed at time {solver.t:g}: {message}")
            state, time = solver.y, float(solver.t)
            value = loss(state)
            last = "end_time" if solver.status == "finished" else ""
            ended = _ended(value, target, least(state), last)
            if ended == "until_loss":
                time, state = _crossing(solver, loss, target)
                value = loss(state)
            recorder.add(time, value, [state])
    except KeyboardInterrupt:
        raise Interrupted(recorder.history(weights(state), "interrupted", solver.nfev)) from None
    return recorder.history(weights(state), ended, solver.nfev)


def _ended(value: float, target: float, least: float, otherwise: str) -> str:
    return "until_loss" if value < target else "rounding" if value <= least else otherwise


def _crossing(solver: OdeSolver, loss: Loss, target: float) -> tuple[float, Floats]:
    """Time and state at which the loss passes the target inside the last step."""
    between = solver.dense_output()

    def excess(time: float) -> float:
        return float(np.log(loss(between(time)) / target))

    ends = float(solver.t_old), float(solver.t)
    if excess(ends[1]) >= 0:  # rounding of the dense output at the end of the step
        return ends[1], np.asarray(solver.y)
    time = float(brentq(excess, *ends, xtol=1e-14 * ends[1], rtol=1e-14))
    return time, np.asarray(between(time))
