"""Gradient flow of the toy model in time, by stiff integrators in v = log σ.

The right-hand side and its Jacobian are the model's, derived from the loss by SymPy
(`stairwise.theory.model.log_flow_rate`) and compiled, not typed again. Values do not act on each
other, so the Jacobian is diagonal.

Two things that SciPy's `solve_ivp` does not do are done here. Its clock is one float64: after a
plateau of 1e15 a step of 0.1 is lost. The flow is autonomous, so the clock is set back to 0
whenever steps get small against it. And its events are as good as its dense output only: here the
step with the crossing is done again with the crossing value as the independent variable (Hénon),
so that crossings are as good as the integration.

The state is u = log(σ/σ*): a value that has settled has u = 0 and no rounding noise, on which
Newton iterations (BDF's first) would fail. Where σ* = 0 it is log σ. Values are counted in the
largest start or target c, and times in c^{2/N − 2}, which changes nothing in the flow: so no rate
leaves float64's range that the flow itself does not send there.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import BDF, LSODA, Radau, solve_ivp
from sympy import Symbol, diff, exp, expand, oo, powsimp
from sympy.codegen.cfunctions import expm1

from stairwise.numerics._arguments import (
    Floats,
    choice,
    depths,
    nonnegative,
    positive,
    reals,
    require,
    require_broadcast,
)
from stairwise.numerics._types import Real, Reals
from stairwise.numerics.flow_threshold import (
    LOOSEST,
    MARGIN,
    METHODS,
    TIGHTEST,
    FlowError,
    Method,
)
from stairwise.numerics.orbit_slope import rate_factors
from stairwise.numerics.process_state import unwarned
from stairwise.theory.compiled import compiled
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import N, sigma_star

SOLVERS = {"Radau": Radau, "BDF": BDF, "LSODA": LSODA}

#: The clock is set back once a step is this small against it: 1e-9 of a step is then still seen.
COARSE = 1e-6

#: No value exceeds its start or its target; a solver's guess is cut this far (in log) above both.
SLACK = 20.0

#: Beyond e^FAR of its target a value does not see it: e^-40 is below rounding.
FAR = 40.0

#: A first step, times the largest rate; solvers would take a norm that overflows.
FIRST = 1e-3

#: Rates beyond would overflow in a solver's norms.
LARGEST_RATE = 1e300

#: Largest log of the unit of time, whose root must be a double, and of end_time in it, within which
#: rates that underflow move nothing.
LARGEST_LOG_UNIT, LARGEST_LOG_END = 1300.0, 600.0

_u, _log_target = Symbol("u", real=True), Symbol("log_target", real=True)

Field = Callable[[Floats], Floats]


class Crossing(NamedTuple):
    """When a value came to a level, and all values (logs) then.

    time is clock_start + clock; clocks with the same start may be subtracted without the loss that
    a late time suffers in float64.
    """

    time: float
    log_values: Floats
    clock_start: float
    clock: float


class _Step(NamedTuple):
    """One accepted step: its clock, its ends, and the solver's interpolant, in units of c."""

    clock_start: float
    start: float
    end: float
    before: Floats
    after: Floats
    interpolant: Any


@cache
def _compiled(infinite: bool) -> tuple[tuple[Callable[..., Any], ...], ...]:
    """du/dt and its derivative as NumPy functions of (u, log σ*, depth); then both for σ* = 0.

    With e^v = σ* (1 + expm1(u)) the gap σ* − e^v loses its constant exactly.
    """
    depth = oo if infinite else N
    growth, gap = rate_factors(depth)
    step = Symbol("expm1_u")
    near = expand(gap.subs(exp(v), sigma_star * (1 + step))).subs(step, expm1(_u))
    settling = (growth.subs(v, _u + _log_target) * near).subs(sigma_star, exp(_log_target))
    vanishing = log_flow_rate(depth).subs(sigma_star, 0).subs(v, _u)
    # One exponential each: a product of two underflows where its value does not.
    return tuple(
        tuple(
            compiled((_u, _log_target, N), powsimp(part), "numpy")
            for part in (rate, diff(rate, _u))
        )
        for rate in (settling, vanishing)
    )


@dataclass(frozen=True)
class FlowSolution:
    """Gradient flow of d values over [0, end_time]: dense output and crossings.

    Made by `gradient_flow`, where its accuracy stands. `end_time` is the time up to which the flow
    is known.
    """

    end_time: float
    depth: float
    sigma_star: Floats
    method: Method
    tolerance: float
    steps: tuple[_Step, ...]
    evaluations: int
    _root_unit: float  # of the unit of time, which may itself be no double
    _references: Floats
    _rate: Field
    _rate_slope: Field

    def log_values(self, t: "Reals") -> Floats:
        """log σ(t), shape (*shape of t, d), from the solver's interpolants; 0 ≤ t ≤ end_time."""
        times = reals("t", t)
        rule = f"in [0, {self.end_time!r}], the times that were integrated"
        require("t", times, (times >= 0) & (times <= self.end_time), rule)
        ends = np.array([step.clock_start + step.end for step in self.steps])
        times = times / self._root_unit / self._root_unit
        indices = np.minimum(np.searchsorted(ends, times), len(ends) - 1)
        result = np.empty((*times.shape, self.sigma_star.size))
        for place in np.ndindex(times.shape):
            step = self.steps[indices[place]]
            clock = float(np.clip(times[place] - step.clock_start, step.start, step.end))
            result[place] = step.interpolant(clock) + self._references
        return result

    def crossing(self, index: int, log_level: float) -> Crossing | None:
        """When value index first comes to log σ = log_level; None if it does not by end_time.

        Its time and the values at it are as accurate as the integration: the step in which it
        falls is integrated again up to the level itself.
        """
        return self._first(index, log_level - float(self._references[index]))

    def learning_times(self, alpha: "Real") -> Floats:
        """Times at which the values first reach alpha·σ*, shape (d,); inf where by end_time none.

        0 where a value starts past it. 0 < alpha < 1, targets > 0.
        """
        part = positive("alpha", alpha)
        require("alpha", part, part < 1, "a number in (0, 1)")
        if not np.all(self.sigma_star > 0):
            raise ValueError("learning_times needs targets > 0; a target 0 is never reached")
        times = np.zeros(self.sigma_star.size)
        for index in range(times.size):
            if self.steps[0].before[index] < math.log(alpha):
                found = self._first(index, math.log(alpha))
                times[index] = math.inf if found is None else found.time
        return times

    def _first(self, index: int, level: float) -> Crossing | None:
        for step in self.steps:
            low, high = sorted((float(step.before[index]), float(step.after[index])))
            if low <= level <= high and low < high:
                return self._refined(step, index, level)
        return None

    def _refined(self, step: _Step, index: int, level: float) -> Crossing:
        """The crossing in one step, with u of the crossing value as independent variable."""

        def slope(_: float, state: Floats) -> Floats:
            rates = self._rate(state[:-1])
            speeds: Floats = np.append(rates, 1.0) / rates[index]
            return speeds

        def jacobian(_: float, state: Floats) -> Floats:
            rates, slopes = self._rate(state[:-1]), self._rate_slope(state[:-1])
            matrix = np.zeros((state.size, state.size))
            matrix[:-1, :-1] = np.diag(slopes) / rates[index]
            column = np.append(rates, 1.0) / rates[index] * (slopes[index] / rates[index])
            matrix[:, index] -= column
            return matrix

        length = step.end - step.start
        atol = np.append(np.full(step.before.size, self.tolerance), self.tolerance * length)
        interval = (float(step.before[index]), level)
        options = {"method": self.method, "rtol": self.tolerance, "atol": atol, "jac": jacobian}
        start = np.append(step.before, 0.0)
        solution = _quietly(lambda: solve_ivp(slope, interval, start, **options))
        if solution.status < 0:
            raise FlowError(
                f"{self.method} could not refine the crossing of value {index} in a step of "
                f"{self._in_time(length)!r} (depth = {self.depth!r}): "
                f"{solution.message} Try another method or another rtol"
            )
        clock = step.start + float(solution.y[-1, -1])
        values = solution.y[:-1, -1] + self._references
        return Crossing(
            self._in_time(step.clock_start + clock),
            values,
            self._in_time(step.clock_start),
            self._in_time(clock),
        )

    def _in_time(self, clock: float) -> float:
        """Of a clock's units, in the model's time."""
        return clock * self._root_unit * self._root_unit


def gradient_flow(
    end_time: "Real",
    log_sigma0: "Reals",
    sigma_star: "Reals",
    depth: "Real",
    method: Method = "Radau",
    rtol: float = 1e-9,
) -> FlowSolution:
    """Integrate gradient flow of the toy model for d values at once, in log σ.

    log_sigma0 and sigma_star ≥ 0 broadcast to shape (d,): natural log of the starts, so that e^-700
    is a start like any other, and targets; depth is one real ≥ 1 or inf; end_time > 0 in the
    model's time. method is SciPy's Radau, BDF or LSODA; rtol in [3e-14, 1e-3] is the tolerance on
    log σ, relative and absolute, of Radau (multistep methods get a hundredth).

    For rtol in [1e-11, 1e-4], learning times come within 300·rtol of themselves, and log values at
    end_time within 300·rtol·max(1, |log σ|): measured (tests/fuzz), not proved. Between steps log
    values are the interpolants of SciPy, which may be worse.

    Raises ValueError for bad arguments, which include values whose largest c has a time
    c^(2/depth − 2) of the flow beyond e^±1300, and an end_time beyond e^600 of it; FlowError
    (solver, parameters, what to try) on failure.
    Source: the paper's toy model, gradient flow on its depth-normalised loss.
    """
    choice("method", method, METHODS)
    n, end, tolerance = depths(depth), positive("end_time", end_time), positive("rtol", rtol)
    rule = f"one number in [{TIGHTEST}, {LOOSEST}]"
    require("rtol", tolerance, (tolerance >= TIGHTEST) & (tolerance <= LOOSEST), rule)
    starts, targets = reals("log_sigma0", log_sigma0), nonnegative("sigma_star", sigma_star)
    require("log_sigma0", starts, np.isfinite(starts), "finite")
    for name, array in (("depth", n), ("end_time", end), ("rtol", tolerance)):
        if array.ndim:
            raise ValueError(f"{name} must be one number; got an array of shape {array.shape}")
    targets = np.atleast_1d(targets)
    require_broadcast(log_sigma0=starts, sigma_star=targets)
    starts, targets = (np.array(a) for a in np.broadcast_arrays(starts, targets))
    if starts.ndim != 1 or starts.size == 0:
        raise ValueError(
            "log_sigma0 and sigma_star must broadcast to a shape (d,), d ≥ 1; "
            f"got shape {starts.shape}"
        )
    logs = np.log(targets, out=np.full(targets.shape, -np.inf), where=targets > 0)
    largest = float(np.max(np.maximum(starts, logs)))
    references = np.where(targets > 0, logs, largest)
    log_unit = (2 / float(n) - 2) * largest
    log_end = math.log(float(end)) - log_unit
    if abs(log_unit) > LARGEST_LOG_UNIT:
        raise ValueError(
            "log_sigma0 and sigma_star must have a largest value c with c^(2/depth - 2) within "
            f"e^±{LARGEST_LOG_UNIT:.0f}; got c = e^{largest!r}"
        )
    if log_end > LARGEST_LOG_END:
        raise ValueError(
            f"end_time must be at most e^{LARGEST_LOG_END:.0f} c^(2/depth - 2), c the largest "
            f"start or target, which is e^{LARGEST_LOG_END + log_unit:.6g}; got {float(end)!r}"
        )
    rate, rate_slope = _fields(float(n), logs - largest, starts - references)
    held = max(float(tolerance) * MARGIN[method], TIGHTEST)
    steps, evaluations = _integrate(
        rate,
        rate_slope,
        starts - references,
        math.exp(log_end),
        method,
        held,
        f"depth = {float(n)!r}",
    )
    return FlowSolution(
        float(end),
        float(n),
        targets,
        method,
        held,
        tuple(steps),
        evaluations,
        math.exp(log_unit / 2),
        references,
        rate,
        rate_slope,
    )


def _fields(depth: float, log_targets: Floats, starts: Floats) -> tuple[Field, Field]:
    """du/dt and its derivative for these targets, cut off above what a value can reach.

    starts are u = log(σ0/σ*), and log σ0 where log_targets are -inf.
    """
    infinite = math.isinf(depth)
    settling, vanishing = _compiled(infinite)
    n = 1.0 if infinite else depth  # not read at infinite depth
    top = np.maximum(starts, 0.0) + SLACK
    has_target = np.isfinite(log_targets)
    origins = np.where(has_target, log_targets, 0.0)

    def field(with_target: Callable[..., Any], without: Callable[..., Any]) -> Field:
        def evaluated(state: Floats) -> Floats:
            cut = np.minimum(state, top)
            # Below depth 2 rates of the smallest values overflow, which is seen and refused.
            with np.errstate(over="ignore", invalid="ignore"):
                near: Floats = with_target(np.minimum(cut, FAR), origins, n)
                far = without(cut + origins, origins, n)
            return np.where(has_target & (cut < FAR), near, far)

        return evaluated

    return field(settling[0], vanishing[0]), field(settling[1], vanishing[1])


def _integrate(
    rate: Field,
    rate_slope: Field,
    starts: Floats,
    end: float,
    method: Method,
    tolerance: float,
    where: str,
) -> tuple[list[_Step], int]:
    """All accepted steps from time 0 to end, on clocks that start anew when steps get small."""
    steps: list[_Step] = []
    clock_start, evaluations, state = 0.0, 0, starts
    while clock_start < end:
        fastest, left = float(np.max(np.abs(rate(state)))), end - clock_start
        if not fastest < LARGEST_RATE:
            raise FlowError(
                f"values of d log(σ)/dt up to {fastest:.3g} in the largest value's own time are "
                f"beyond {method} at {where}, log(σ/σ*) = {state.tolist()}: start closer to the "
                "targets"
            )
        solver = SOLVERS[method](
            lambda _, u: rate(u), 0.0, state, left, rtol=tolerance, atol=tolerance,
            jac=lambda _, u: np.diag(rate_slope(u)),
            first_step=FIRST / fastest if fastest * left > FIRST else left,
        )  # fmt: skip
        while solver.status == "running":
            before = solver.y.copy()
            message = _quietly(solver.step)
            if solver.status == "failed":
                others = " or ".join(m for m in METHODS if m != method)
                raise FlowError(
                    f"{method} stopped at {(clock_start + solver.t) / end:.6g} of end_time at "
                    f"{where}, log(σ/σ*) = {before.tolist()} (tolerance {tolerance:.1e}): "
                    f"{message} Try method={others}, or another rtol"
                )
            interpolant = solver.dense_output()
            after = solver.y.copy()
            steps.append(_Step(clock_start, solver.t_old, solver.t, before, after, interpolant))
            if solver.status == "running" and solver.step_size < COARSE * solver.t:
                break
        evaluations += solver.nfev
        state = solver.y.copy()
        if solver.status == "finished":
            break
        clock_start += solver.t
    return steps, evaluations


def _quietly(call: Callable[[], Any]) -> Any:
    """The call without LSODA's warnings: its status says the same and is checked.

    And without those of norms that leave float64, which only choose a first step.
    """
    with unwarned(UserWarning), np.errstate(all="ignore"):
        return call()
