"""Learning times and values of the toy flow by one stiff solve in v = log σ.

The right-hand side is lambdified from the model (`theory.model.log_flow_rate`, which SymPy derives
from the loss), so this route shares no formula with the closed forms it checks.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp
from sympy import Expr, Rational, S, diff, oo

from stairwise.theory.compiled import compiled
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import sigma_star

#: Radau at these tolerances leaves a relative error below 1e-9 in times and values over the
#: problems that `verify` solves; the check's tolerance is 1e-8.
RTOL = 1e-10
ATOL = 1e-12


@np.errstate(all="ignore")
def stiff_time(log_start: float, log_end: float, target: float, depth: Expr) -> float:
    """Time at which log σ, started at log_start, reaches log_end; RuntimeError if it does not."""
    rate, slope = _right_hand_side(depth, target)

    def reached(_time: float, state: np.ndarray) -> float:
        return float(state[0]) - log_end

    reached.terminal = True  # type: ignore[attr-defined]
    horizon = 1e3 / abs(rate(log_start)) + 1e3 / abs(rate(log_end))
    solution = solve_ivp(
        lambda _time, state: [rate(state[0])],
        (0.0, horizon),
        [log_start],
        method="Radau",
        jac=lambda _time, state: [[slope(state[0])]],
        events=reached,
        rtol=RTOL,
        atol=ATOL,
    )
    if solution.status != 1 or not solution.t_events[0].size:
        raise RuntimeError(
            f"Radau did not reach log σ = {log_end} from {log_start} at depth {depth}: "
            f"{solution.message}"
        )
    return float(solution.t_events[0][0])


@np.errstate(all="ignore")
def stiff_log_value(time: float, log_start: float, target: float, depth: Expr) -> float:
    """log σ at the given time; RuntimeError if the solver stops short."""
    rate, slope = _right_hand_side(depth, target)
    solution = solve_ivp(
        lambda _time, state: [rate(state[0])],
        (0.0, time),
        [log_start],
        method="Radau",
        jac=lambda _time, state: [[slope(state[0])]],
        rtol=RTOL,
        atol=ATOL,
    )
    if solution.status != 0:
        raise RuntimeError(f"Radau stopped short at depth {depth}: {solution.message}")
    return float(solution.y[0, -1])


def sympy_depth(depth: float) -> Expr:
    """Depth as the exact SymPy number that the model is derived at."""
    return oo if math.isinf(depth) else Rational(depth).limit_denominator(10**12)


def _right_hand_side(
    depth: Expr, target: float
) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """dv/dt and its derivative as functions of v, from the model."""
    symbolic = log_flow_rate(depth).subs(sigma_star, S(target))
    return compiled(v, symbolic, "math"), compiled(v, diff(symbolic, v), "math")
