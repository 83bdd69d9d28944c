"""The exact threshold from stiff ODE solves alone.

What is used: the model's rate (`stairwise.theory.model`), and that the flow is autonomous, so that
a pair's orbit is a curve δ(v) (see `orbit_slope`) and may be followed either way and in legs. No
learning time, no scale symmetry, no closed form.

- Backward: the threshold is where the orbit through the end of learning, σ_j = s and σ_i = f r,
  has δ = 0: one solve that stops at an event.
- Forward: for an initialisation σ0 the orbit from δ = 0 is followed until σ_j = s, where σ_i is
  over or under f r: a root find in log σ0, each step of which is a solve. Errors grow along
  orbits forward and shrink backward, so the backward answer is the one returned, and its distance
  to the forward one is part of the error estimate.

Near the end of learning values are followed by their log-odds. At depth 2 these are proportional,
and that leg is exact at any tolerance: there the solver is tried by the other leg alone.

Time does not appear, so a plateau of 1e15 or of e^700 costs no more than a short one.
"""

import math
from collections.abc import Callable
from itertools import count
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from scipy.integrate import solve_ivp

from stairwise.numerics._arguments import (
    Floats,
    choice,
    depths,
    fractions,
    positive,
    python_float_if_scalar,
    ratios,
    require,
    require_broadcast,
)
from stairwise.numerics._types import Real, Reals
from stairwise.numerics.orbit_slope import (
    log_from_odds,
    odds_chart,
    odds_from_log,
    start_chart,
)
from stairwise.numerics.process_state import unwarned

Method = Literal["Radau", "BDF", "LSODA"]
Parameters = tuple[float, float, float, float]
METHODS = ("Radau", "BDF", "LSODA")

#: The loosest and the tightest relative tolerance taken. SciPy's own floor is 100 ulp, 2.2e-14.
LOOSEST, TIGHTEST = 1e-3, 3e-14

#: Solvers hold the error of one step under the tolerance. Radau's error in the end is then smaller
#: than it; multistep errors add up, to as much as 60 times it on the problem table: they get a
#: tolerance tighter by this factor.
MARGIN = {"Radau": 1.0, "BDF": 0.01, "LSODA": 0.01}

#: Legs end at events; this end of v only has to lie beyond every one of them.
FAR = 1e18

#: A solve takes some 1e4 evaluations; LSODA may stand still, and does not end by itself.
MOST = 200_000

#: Largest relative rounding of δ where the charts meet.
LOST = 1e-9

#: No exponent of a solver's guess goes beyond this, where e^x overflows.
BEYOND = 709.0

#: The start chart alone serves where 1 − σ_i/r ≥ NEAR (an error of rtol in δ is then one of
#: rtol/NEAR in the gap) and dv_i/dv_j ≤ STEEP.
NEAR, STEEP = 1e-2, 30.0
#: What sets s and f apart near 1 is the difference of their log-odds, which are up to 37 and come
#: with a rounding of 7e-15. Of 485 pairs with more than this, and less than 1e-2, the worst error
#: is 0.013 of what is stated; with less it comes to all of it (1,015 pairs, 1.01 at 1e-8).
HIDDEN = 1e-5
#: How close span and escape may be, relatively: their difference grows from there, with its errors.
#: Of 3,000 pairs drawn there (depths next to 1) those within 1e-4 come to 10 times 1e-8 of log y,
#: those beyond to 0.35 of it.
TIE = 1e-4
#: Where dv_i/dv_j differs from 1 by more in the end, δ is soon clear of the escape.
STEADY = 0.1
#: Below the least normal double (f − s)/s overflows, and spans grow past what was measured.
LEAST_NORMAL = 2.0**-1022


class FlowError(RuntimeError):
    """An ODE solve that did not reach what it was asked for."""


class FlowThreshold(NamedTuple):
    """Threshold from ODE solves: log y*, an estimate of its error, and what it took."""

    log_threshold: float
    error_estimate: float
    solves: int
    evaluations: int


def _crossing(level: float, reading: Callable[[Any], float]) -> Any:
    """An event of SciPy that ends the solve where a reading of the state comes to level."""

    def event(_: float, state: Any) -> float:
        return reading(state) - level

    event.terminal = True  # type: ignore[attr-defined]
    return event


class _Place(NamedTuple):
    """A point of an orbit near its end: logs off their ends, δ, 1 − σ_j and 1 − σ_i/r.

    gain is by how much more than those of σ_j the log-odds of σ_i move.
    """

    u: float
    u_larger: float
    delta: float
    gap: float
    gap_larger: float
    gain: float

    @property
    def pace(self) -> float:
        """dv_i/dv_j."""
        return (1 + self.gain) * self.gap_larger / self.gap


class _Pair:
    """The orbit of one pair, followed by one method at one tolerance."""

    def __init__(self, parameters: Parameters, method: Method, rtol: float) -> None:
        depth, ratio, s, f = parameters
        self.depth, self.ratio, self.s, self.f = parameters
        self.method, self.rtol = method, max(rtol * MARGIN[method], TIGHTEST)
        self.excess = ratio - 1
        growth = (f - s) / s  # inf where s is subnormal
        apart = math.log1p(growth) if growth < math.inf else math.log(f) - math.log(s)
        self.span = apart + math.log1p(self.excess)
        infinite = math.isinf(depth)
        self.start, self.odds = start_chart(infinite), odds_chart(infinite)
        n = 1.0 if infinite else depth  # not read at infinite depth
        self.power = 1 - 2 / depth
        self.start_parameters = (n, self.excess)
        self.s_gap, self.f_gap = 1 - s, 1 - f
        #: Where the charts meet: δ is small against 1 and against its value at the end. The end
        #: chart is needed only where 1 − f is lost in log σ_i, or δ is steep in log σ_j.
        try:
            self.pace = self.at(0.0, 0.0).pace
        except OverflowError as error:
            raise self.failure(f"left the range of float64 ({error})") from error
        self.opening = max(1.0, self.start.value(math.log(s), 0.0, *self.start_parameters))
        self.two_charts = self.f_gap < NEAR or max(self.pace, self.opening) > STEEP
        self.switch = min(1.0, self.span / 2) if self.two_charts else self.span
        #: Above this δ the orbit, followed backward, never comes down: r e^{(1−2/N)δ} < 1.
        self.escape = math.log(ratio) * depth / (2 - depth) if depth < 2 else math.inf
        self.solves = self.evaluations = 0

    def failure(self, what: str) -> FlowError:
        """The error: which solver, which parameters, what to try."""
        others = " or ".join(m for m in METHODS if m != self.method)
        return FlowError(
            f"{self.method} {what} at depth = {self.depth!r}, ratio = {self.ratio!r}, "
            f"s = {self.s!r}, f = {self.f!r} (tolerance {self.rtol:.1e}); "
            f"try method={others}, or another rtol"
        )

    def solve(
        self, slope: Any, interval: tuple[float, float], state: list[float], jacobian: Any,
        atol: list[float], steepness: float, events: list[Any],
    ) -> Any:  # fmt: skip
        """One call of SciPy, whose status is checked; the first step is kept inside atol's scale.

        Left to themselves the solvers take a first step in proportion to the interval, and LSODA
        then gives up.
        """
        first = 1e-3 * min(1.0, min(atol) / self.rtol) / (1 + steepness)
        calls = count(1)

        def counted(place: float, x: Any) -> Any:
            if next(calls) > MOST:
                raise self.failure(f"made no way in {MOST} evaluations")
            return slope(place, x)

        try:
            # LSODA warns, and sets its status; the others warn of steps that they then refuse.
            with unwarned(UserWarning), unwarned(RuntimeWarning), np.errstate(all="ignore"):
                solution = solve_ivp(
                    counted, interval, state, method=self.method, rtol=self.rtol, atol=atol,
                    jac=jacobian, first_step=min(first, 0.5 * abs(interval[1] - interval[0])),
                    events=events or None,
                )  # fmt: skip
        except (OverflowError, ZeroDivisionError) as error:
            raise self.failure(f"left the range of float64 ({error})") from error
        except ValueError as error:  # SciPy's own, on the way: the arguments are checked
            raise self.failure(f"broke off ({error})") from error
        self.solves += 1
        self.evaluations += solution.nfev
        if solution.status < 0:
            raise self.failure(f"stopped early ({solution.message.rstrip('.')})")
        return solution

    def start_leg(self, v: float, state: float, end: float, levels: tuple[float, ...]) -> Any:
        """Follow δ(v) from (v, state) towards end, until δ comes to one of levels."""
        chart, parameters = self.start, self.start_parameters
        widest = BEYOND / max(0.5, self.power)  # orbits stay inside, as σ_i < r and pace ≤ STEEP

        def kept(place: float, x: Any) -> float:
            return max(-BEYOND, min(float(x[0]), widest, BEYOND - place))

        def slope(place: float, x: Any) -> list[float]:
            return [chart.value(place, kept(place, x), *parameters)]

        def jacobian(place: float, x: Any) -> list[list[float]]:
            return [[chart.by_second(place, kept(place, x), *parameters)]]

        # r − 1 decides where δ comes to 0: nothing finer has to be resolved, and nothing that
        # rounding of v hides can be.
        steepness = abs(slope(v, [state])[0])
        hidden = 16 * math.ulp(v) * abs(slope(v, [0.0])[0])
        atol = max(0.1 * self.rtol * min(self.excess, self.switch), hidden)
        events = [_crossing(level, lambda x: float(x[0])) for level in levels]
        return self.solve(slope, (v, end), [state], jacobian, [atol], steepness, events)

    def at(self, x: float, lead: float) -> _Place:
        """Where the log-odds of σ_j and of σ_i/r are x and x + lead off their ends."""
        x, y = min(x, BEYOND), min(x + lead, BEYOND)
        u, u_larger = log_from_odds(x, self.s, self.s_gap), log_from_odds(y, self.f, self.f_gap)
        delta = u_larger - u + self.span
        gaps = self.s_gap * math.exp(u - x), self.f_gap * math.exp(u_larger - y)
        return _Place(u, u_larger, delta, *gaps, self.odds[0](delta, *self.start_parameters))

    def end_leg(self, state: list[float], end: float, events: list[Any]) -> Any:
        """Follow the log-odds of σ_j and the lead of σ_i's, off their ends, to one of the events.

        Either log-odds may stand still while the other moves by many orders, so neither is a
        parameter for both; their sum is. Their difference is what the threshold hangs on near 1.
        """

        def slope(_: float, x: Any) -> list[float]:
            gain = self.at(*x).gain
            return [1 / (2 + gain), gain / (2 + gain)]

        def jacobian(_: float, x: Any) -> list[list[float]]:
            place = self.at(*x)
            turn = self.odds[1](place.delta, *self.start_parameters) / (2 + place.gain) ** 2
            by_x, by_lead = turn * (place.gap_larger - place.gap), turn * place.gap_larger
            return [[-by_x, -by_lead], [2 * by_x, 2 * by_lead]]

        # At large ratios what log σ_j moves in all may be as little as span / opening.
        least = self.span / self.opening / self.s_gap
        scales = (min(1.0, least), min(1.0, self.log_odds_between()))
        atol = [0.1 * self.rtol * scale for scale in scales]
        interval = (2 * state[0] + state[1], end)
        return self.solve(slope, interval, state, jacobian, atol, 0.0, events)

    def end_of(self, solution: Any) -> list[float]:
        """The state at the event that ended an end leg, from the last point that it accepted.

        The event is only as good as SciPy's dense output; steps may be longer than either chart.
        """
        state, end = [float(part) for part in solution.y[:, -2]], float(solution.t[-1])
        if 2 * state[0] + state[1] == end:
            return state
        last = self.end_leg(state, end, []).y[:, -1]
        return [float(part) for part in last]

    def handover(self, x: Any) -> float:
        """Falls below 0 where the start chart serves: δ is small, or σ_i is well below its end.

        The latter keeps δ, which may stay large for long, from being a difference of large logs.
        It waits until δ is clear of the escape, near which errors grow.
        """
        place = self.at(*x)
        left = max(NEAR - place.gap_larger, math.log(max(place.pace, 1e-300) / STEEP))
        return min(place.delta - self.switch, max(left, place.delta - self.escape / 2))

    def at_once(self, v: float, state: float) -> bool:
        """Whether δ falls to 0 before v moves visibly: a solver then only meets rounding of v.

        Between 0 and δ the slope is least at one of the two.
        """
        least = min(self.start.value(v, x, *self.start_parameters) for x in (0.0, state))
        seen = max(0.1 * self.rtol * abs(v), 64 * math.ulp(v))
        return bool(state <= least * seen)

    def place_of(self, level: float, solution: Any) -> float:
        """The v at which a start leg crossed δ = level, from the last point that it accepted.

        With the roles exchanged, v as a function of δ: the crossing that SciPy reports is only as
        good as its dense output.
        """
        chart, parameters = self.start, self.start_parameters
        v, state = float(solution.t[-2]), float(solution.y[0, -2])

        def slope(x: float, place: Any) -> list[float]:
            return [1 / chart.value(place[0], x, *parameters)]

        def jacobian(x: float, place: Any) -> list[list[float]]:
            here = chart.value(place[0], x, *parameters)
            return [[-chart.by_first(place[0], x, *parameters) / here**2]]

        scale = abs((state - level) / chart.value(v, state, *parameters))
        if scale == 0:
            return v
        last = self.solve(slope, (state, level), [v], jacobian, [1e-3 * self.rtol * scale], 0.0, [])
        return float(last.y[0, -1])

    def backward(self) -> float:
        """log y where the orbit through the end of learning has δ = 0; −inf if it never has."""
        if abs(self.pace - 1) <= STEADY and abs(self.span - self.escape) <= TIE * self.span:
            raise self.failure("cannot tell where the values run apart")
        if self.span > self.escape:
            return -math.inf
        escapes = (self.escape,) if math.isfinite(self.escape) else ()
        if self.s < LEAST_NORMAL:
            raise self.failure(f"takes no s below {LEAST_NORMAL:.3g}")
        if 1 - self.s < NEAR and self.log_odds_between() < HIDDEN:
            raise self.failure("cannot tell s from f so near to 1")
        v, state = math.log(self.s), self.span
        if self.two_charts and self.handover([0.0, 0.0]) > 0:
            events = [_crossing(0.0, self.handover)]
            events += [_crossing(level, lambda x: self.at(*x).delta) for level in escapes]
            solution = self.end_leg([0.0, 0.0], -FAR, events)
            if solution.status != 1:
                raise self.failure("did not find where the two values come close")
            place = self.at(*self.end_of(solution))
            u, state, v = place.u, place.delta, v + place.u
            if math.ulp(u) > LOST * state:  # the logs have gone far, and neither event is to trust
                raise self.failure("lost how far the two values are apart")
            if not solution.t_events[0].size:
                return -math.inf
            if self.at_once(v, state):
                return v
        solution = self.start_leg(v, state, -FAR, (0.0, *escapes))
        if solution.status != 1:
            raise self.failure("did not find where the two values start together")
        return self.place_of(0.0, solution) if solution.t_events[0].size else -math.inf

    def log_odds_between(self) -> float:
        """logit f − logit s."""
        between = self.f - self.s
        return math.log1p(between / self.s) + math.log1p(between / self.f_gap)

    def forward(self, log_y: float) -> float:
        """Lead in log-odds off the ends when σ_i is as far past its end as σ_j is before its own.

        Both values start at y. Positive iff σ_i passes f r while σ_j is below s: iff learning is
        incremental.
        """
        log_s = math.log(self.s)
        levels = (self.switch,) if self.two_charts else ()
        solution = self.start_leg(log_y, 0.0, log_s, levels)
        if solution.status == 0:  # σ_j has come to s in the start chart
            return float(solution.y[0, -1]) - self.span
        u = self.place_of(self.switch, solution) - log_s
        u_larger = u + self.switch - self.span
        x = odds_from_log(u, self.s_gap)
        solution = self.end_leg([x, odds_from_log(u_larger, self.f_gap) - x], 0.0, [])
        return float(solution.y[1, -1])

    def shoot(self, start: float) -> float:
        """Root of `forward` in log y next to a good start, between two signs that differ.

        Incremental just below, not incremental just above, and a step of the central slope from
        start that stays well inside. A wider bracket is tried where rounding hides the slope.
        """
        room = 0.5 * (math.log(self.s) - start)
        miss = self.forward(start)
        for width in (1e-4, 1e-3, 1e-2):
            offset = min(width * abs(start), room)
            below, above = self.forward(start - offset), self.forward(start + offset)
            if not below > 0 > above:
                continue
            step = -2 * offset * miss / (above - below)
            if abs(step) <= 0.5 * offset:
                return start + step
        raise self.failure("found no bracket of the threshold by forward solves")


def flow_threshold(
    depth: float, ratio: float, s: float, f: float, method: Method = "Radau", rtol: float = 1e-11
) -> FlowThreshold:
    """Threshold of one pair with an estimate of its error, from ODE solves alone (new).

    The value is found backward. The estimate is its distance to the forward root find plus the
    distance to the same solve at ten times the tolerance, doubled, plus a few ulp: it covered the
    true error everywhere on the problem table. Takes about five times as long as
    `flow_log_threshold`. Arguments and errors as there, for one pair.
    """
    n, r, low, high, tolerance = _checked(depth, ratio, s, f, method, rtol)
    if require_broadcast(depth=n, ratio=r, s=low, f=high):
        raise ValueError("flow_threshold takes one pair; use flow_log_threshold for arrays")
    values = (float(n), float(r), float(low), float(high))
    pair = _Pair(values, method, tolerance)
    found = pair.backward()
    if found == -math.inf:
        return FlowThreshold(found, 0.0, pair.solves, pair.evaluations)
    forward = pair.shoot(found)
    looser = _Pair(values, method, 10 * tolerance)
    spread = abs(forward - found) + abs(looser.backward() - found)
    return FlowThreshold(
        found,
        2 * spread + 8 * math.ulp(found),
        pair.solves + looser.solves,
        pair.evaluations + looser.evaluations,
    )


@overload
def flow_log_threshold(
    depth: Real, ratio: Real, s: Real, f: Real, method: Method = ..., rtol: float = ...
) -> float: ...


@overload
def flow_log_threshold(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, method: Method = ..., rtol: float = ...
) -> float | Floats: ...


def flow_log_threshold(
    depth: "Reals",
    ratio: "Reals",
    s: "Reals",
    f: "Reals",
    method: Method = "Radau",
    rtol: float = 1e-11,
) -> "float | Floats":
    """Exact threshold log y*, y* = σ0/σ*_j, from stiff ODE solves alone; −inf where there is none.

    depth (≥ 1, or inf), ratio r = σ*_i/σ*_j > 1 and 0 < s < f < 1 broadcast; dimensionless, natural
    logs. A Python float for scalars, else an array. method is one of SciPy's Radau, BDF and LSODA;
    rtol in [3e-14, 1e-3] is what Radau gets, the multistep methods get a hundredth of it.

    Accuracy at rtol 1e-11, by each method: 1e-8·max(1, |log y*|), measured in balls over all
    doubles (`tests/fuzz`), not guaranteed. Below depth 2, where orbits run apart and log y* hangs
    on every digit just above the critical ratio, ten times what ten times the rtol changes, where
    that is more. `flow_threshold` estimates the error for one pair. Raises ValueError for bad
    arguments, FlowError where a solver fails or cannot tell: for a subnormal s, and for s and f
    near 1 whose log-odds are less than 1e-5 apart.
    Source: the paper's definition of incremental learning; the threshold and the route are new.
    """
    n, r, low, high, tolerance = _checked(depth, ratio, s, f, method, rtol)
    shape = require_broadcast(depth=n, ratio=r, s=low, f=high)
    result = np.empty(shape)
    for index, (one_n, one_r, one_s, one_f) in enumerate(np.broadcast(n, r, low, high)):
        values = (float(one_n), float(one_r), float(one_s), float(one_f))
        result.flat[index] = _Pair(values, method, tolerance).backward()
    return python_float_if_scalar(result)


def _checked(
    depth: Any, ratio: Any, s: Any, f: Any, method: str, rtol: float
) -> tuple[Any, Any, Any, Any, float]:
    choice("method", method, METHODS)
    tolerance = positive("rtol", rtol)
    rule = f"one number in [{TIGHTEST}, {LOOSEST}]"
    require("rtol", tolerance, (tolerance >= TIGHTEST) & (tolerance <= LOOSEST), rule)
    if tolerance.ndim:
        raise ValueError(f"rtol must be {rule}; got {rtol!r}")
    return depths(depth), ratios(ratio), *fractions(s, f), float(tolerance)
