"""Each float64 function beside its balls: how its value's error compares with what it promises.

A check returns the error in units of the stated accuracy: at most 1 where the promise holds, inf
for NaN, a wrong sign of infinity, or a wrong kind of answer. Precision is raised until the balls
decide; balls that never do are an error of the test, not a pass.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import draws
import numpy as np
import oracles
from flint import arb

from stairwise import numerics
from stairwise.numerics.balls import precision
from stairwise.numerics.descent_rigorous import enclose_descent_threshold
from stairwise.numerics.flow_threshold import METHODS

Point = tuple[float, ...]

#: Bits tried in turn.
PRECISIONS = (160, 320, 640, 1280, 2560, 5120)
#: Balls this narrow, relatively, count as exact.
NARROW = 2.0**-70
#: Below this a double has fewer than 53 bits.
LEAST_NORMAL = 2.0**-1022


class Route(NamedTuple):
    """One function: its arguments, its values (a tuple of arrays), and the error of one value."""

    draw: Callable[[np.random.Generator, int], draws.Columns]
    values: Callable[..., tuple[Any, ...]]
    error: Callable[[Point, tuple[float, ...]], float]


def raised() -> Iterator[int]:
    for bits in PRECISIONS:
        with precision(bits):
            yield bits
    raise ArithmeticError("the balls did not get narrow enough")


def narrow(*balls: Any) -> bool:
    return all(
        ball.is_exact() or (ball.is_finite() and ball.rad() <= NARROW * abs(ball)) for ball in balls
    )


def exactly(compute: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
    """The balls at a precision at which all are narrow."""
    for _ in raised():
        balls = compute()
        if not any(ball.is_nan() for ball in balls) and narrow(*balls):
            return balls
    raise AssertionError


def distance(value: float, ball: Any, allowed: Any) -> float:
    """|value − ball| in units of `allowed`; infinities must be the same."""
    if math.isnan(value):
        return math.inf
    if math.isinf(value) or not ball.is_finite():
        return 0.0 if ball == arb(value) else math.inf
    with precision(200):
        return float((abs(arb(value) - ball) / allowed).upper())


def log_error(value: float, ball: Any, accuracy: float) -> float:
    """For logs: relative where they are beyond 1, absolute otherwise."""
    size = max(1.0, float(abs(ball).upper())) if ball.is_finite() else 1.0
    return distance(value, ball, accuracy * size)


def relative_error(value: float, ball: Any, accuracy: float) -> float:
    """For positive numbers: overflow is inf, and below the normal doubles one subnormal is let."""
    if ball == 0 or math.isnan(value):
        return 0.0 if value == 0 else math.inf
    largest = arb(float(np.finfo(np.float64).max))
    if value == math.inf:
        return 0.0 if not ball < largest * (1 - accuracy) else math.inf
    allowed = accuracy * ball if ball > LEAST_NORMAL else accuracy * ball + arb(draws.SUBNORMAL)
    return distance(value, ball, allowed)


# --- thresholds and times ------------------------------------------------------------------------


def log_threshold_error(point: Point, values: tuple[float, ...]) -> float:
    return log_error(values[0], numerics.enclose_log_threshold(*point, digits=20), 1e-13)


def threshold_error(point: Point, values: tuple[float, ...]) -> float:
    log_y = numerics.enclose_log_threshold(*point, digits=22)
    if not log_y.is_finite():
        return 0.0 if values[0] == 0 else math.inf
    with precision(200):
        accuracy = 1e-13 * max(1.0, -float(log_y))
        return relative_error(values[0], log_y.exp(), min(accuracy, 1.0))


def critical_ratio_error(point: Point, values: tuple[float, ...]) -> float:
    ball = numerics.enclose_critical_ratio(*point, digits=20)
    size = 5 + max(0.0, float(ball.log())) if ball.is_finite() else 1.0
    return relative_error(values[0], ball, 1e-15 * size)


def learning_time_error(point: Point, values: tuple[float, ...]) -> float:
    return relative_error(values[0], numerics.enclose_learning_time(*point, digits=20), 1e-13)


def incremental_error(point: Point, values: tuple[float, ...]) -> float:
    """Wrong only where σ0 is farther from the threshold than its rounding."""
    larger, smaller = (oracles.fraction(x) for x in point[1:3])
    depth, s, f = point[3:]
    with precision(200):
        log_y = (arb(oracles.rational(point[0])) / arb(oracles.rational(point[2]))).log()
        return min(
            _verdict_error(bool(values[0]), log_y, threshold)
            for threshold in _thresholds(depth, larger / smaller, s, f)
        )


def _verdict_error(verdict: bool, log_y: Any, threshold: Any) -> float:
    if not threshold.is_finite():
        return math.inf if verdict else 0.0
    margin = threshold - log_y
    if verdict == bool(margin > 0):
        return 0.0
    return float(abs(margin).upper()) / (1e-13 * max(1.0, -float(threshold)))


def _thresholds(depth: float, ratio: Fraction, s: float, f: float) -> list[Any]:
    """log y* at the ratio of two doubles; below depth 2 also where it is rounded up or down.

    There the threshold falls to −inf at the critical ratio, and an ulp of the ratio moves it.
    """
    shifts = [Fraction(0)] if depth >= 2 else [Fraction(k, 2**52) for k in (-1, 0, 1)]
    near = [1 + (ratio - 1) * (1 + k) + k for k in shifts]
    return [numerics.enclose_log_threshold(depth, r, s, f, digits=20) for r in near if r > 1]


def chain_error(point: Point, values: tuple[float, ...]) -> float:
    depth, *targets, s, f = point
    exact = [oracles.fraction(x) for x in targets]
    lowest, highest = arb.pos_inf(), arb.pos_inf()
    with precision(200):
        for larger, smaller in pairwise(exact):
            log_target = arb(oracles.rational_of(smaller)).log()
            found = [arb.neg_inf()]
            if larger > smaller:
                found = [log_target + x for x in _thresholds(depth, larger / smaller, s, f)]
            lowest, highest = arb.min(lowest, _least(found)), arb.min(highest, -_least(
                [-x for x in found]))  # fmt: skip
        value = arb(values[0])
        if values[0] == -math.inf or not highest.is_finite():
            return 0.0 if lowest == value else math.inf
        size = max(1.0, abs(float(highest)), max(abs(math.log(x)) for x in targets))
        if lowest <= value <= highest:
            return 0.0
        return min(distance(values[0], end, 1e-13 * size) for end in (lowest, highest))


def _least(balls: list[Any]) -> Any:
    found = balls[0]
    for ball in balls[1:]:
        found = ball if ball < found else found
    return found


def flow_thresholds(*columns: Any) -> tuple[Any]:
    """`flow_log_threshold` point by point; +inf, which no threshold is, for a FlowError."""
    found = []
    for *pair, method in zip(*map(np.atleast_1d, columns), strict=True):
        try:
            found.append(numerics.flow_log_threshold(*pair, METHODS[int(method)]))
        except numerics.FlowError:
            found.append(math.inf)
    return (np.array(found),)


def flow_threshold_error(point: Point, values: tuple[float, ...]) -> float:
    """Of 1e-8·max(1, |log y*|), or below depth 2 of ten times what ten times the rtol changes."""
    (value,) = values
    if value == math.inf:
        return 0.0
    exact = float(numerics.enclose_log_threshold(*point[:4], digits=20))
    if value == exact:
        return 0.0
    allowed = 1e-8 * max(1.0, abs(exact)) if exact > -math.inf else 0.0
    if point[0] < 2 and not abs(value - exact) <= allowed:
        allowed = max(allowed, 10 * _change_of_flow(point, value))
    if allowed == math.inf:
        return 0.0
    return abs(value - exact) / allowed if math.isfinite(value - exact) else math.inf


def _change_of_flow(point: Point, value: float) -> float:
    """What ten times the rtol changes; 0, which excuses nothing, where that call is refused."""
    try:
        looser = numerics.flow_log_threshold(*point[:4], METHODS[int(point[4])], rtol=1e-10)
    except numerics.FlowError:
        return 0.0
    return 0.0 if looser == value else abs(looser - value)


# --- the flow in time ----------------------------------------------------------------------------

#: A flow that is refused: its numbers, or its time, leave float64's range in its own units.
REFUSED = -1.0


def flows_in_time(*columns: Any) -> tuple[Any, Any]:
    """Learning times and log values at the end of `gradient_flow`; REFUSED twice for refusals."""
    found = []
    for alpha, start, target, depth, end, method, rtol in zip(
        *map(np.atleast_1d, columns), strict=True
    ):
        orbit = (end, [math.log(start)], [target], depth, METHODS[int(method)], rtol)
        try:
            flow = numerics.gradient_flow(*orbit)
            found.append((flow.learning_times(alpha)[0], flow.log_values(end)[0]))
        except numerics.FlowError:
            found.append((REFUSED, REFUSED))
        except ValueError as refusal:
            if not str(refusal).startswith(("end_time must be", "log_sigma0 and sigma_star must")):
                raise ArithmeticError(f"not a refusal of ours: {refusal}") from None
            found.append((REFUSED, REFUSED))
    return tuple(np.array(found).T)


def flow_in_time_error(point: Point, values: tuple[float, ...]) -> float:
    """Of 300·rtol: relative for the time, for the log value times max(1, |log σ|)."""
    alpha, start, target, depth, end, _, rtol = point
    time, log_value = values
    if (time, log_value) == (REFUSED, REFUSED):
        return 0.0
    # Both are kernels with promises of their own, a thousand times as sharp.
    exact = numerics.trajectory(end, start, target, depth)
    log_error = abs(log_value - math.log(exact)) / max(1.0, abs(math.log(exact)))
    reached = float(numerics.enclose_learning_time(alpha, start, target, depth, digits=20))
    if reached == 0 or reached > end:
        time_error = 0.0 if time == (0.0 if reached == 0 else math.inf) else math.inf
    else:
        time_error = abs(time / reached - 1)
    return max(time_error, log_error) / (300 * rtol)


# --- the value at a time -------------------------------------------------------------------------

VALUE_ACCURACY = Fraction(1, 10**12)
TIME_ACCURACY = Fraction(2, 10**15)


def trajectory_error(point: Point, values: tuple[float, ...]) -> float:
    """0 if the times at which σ is 1e-12 less and more enclose t to 2e-15, else inf."""
    (value,) = values
    t, sigma0, sigma_star, depth = point
    low, high = min(sigma0, sigma_star), max(sigma0, sigma_star)
    if not low <= value <= high:
        return math.inf
    if sigma0 == sigma_star or t == 0:
        return 0.0 if value == sigma0 else math.inf
    exact, slack = Fraction(value), 2 * Fraction(draws.SUBNORMAL)
    ends = exact * (1 - VALUE_ACCURACY) - slack, exact * (1 + VALUE_ACCURACY) + slack
    if value > LEAST_NORMAL:
        ends = exact * (1 - VALUE_ACCURACY), exact * (1 + VALUE_ACCURACY)
    first, last = ends if sigma0 < sigma_star else ends[::-1]
    time = oracles.fraction(t)
    early = _reached(first, sigma0, sigma_star, depth, time * (1 + TIME_ACCURACY))
    late = _reached(last, sigma0, sigma_star, depth, time * (1 - TIME_ACCURACY))
    return 0.0 if early and not late else math.inf


def _reached(level: Fraction, sigma0: float, sigma_star: float, depth: float, t: Fraction) -> bool:
    """Whether σ has come to the level by the time t."""
    begin, target = oracles.fraction(sigma0), oracles.fraction(sigma_star)
    if begin < target:
        if level <= begin:
            return True
        if level >= target:
            return False
    else:
        if level >= begin:
            return True
        if level <= target:
            return False
    exact = [oracles.rational_of(x) for x in (begin, level, target, t)]
    for _ in raised():
        if begin < target:
            needed = oracles.rising_time(depth, *exact[:3])
        elif target > 0:
            needed = oracles.falling_time(depth, *exact[:3])
        else:
            needed = oracles.vanishing_time(depth, *exact[:2])
        if needed <= exact[3]:
            return True
        if needed > exact[3]:
            return False
    raise AssertionError


# --- bounds and laws -----------------------------------------------------------------------------


def bounds_error(
    oracle: Callable[..., Any], *, weighted: str = "", iterations: int = 0
) -> Callable[[Point, tuple[float, ...]], float]:
    """The larger error of the two bounds in units of 1e-14·max(1, |log y|), times what is stated.

    Below depth 2 that is 10·(s/y)^{2/N−1}; also W(s) = r/((1 − s)(r − s)) where weighted by "W",
    and X/τ where by "X", times W(s) − 1, where above 1, for each iteration.
    """

    def error(point: Point, values: tuple[float, ...]) -> float:
        balls = exactly(lambda: oracle(*point))
        errors = []
        for value, ball in zip(values, balls, strict=True):
            known = ball if ball.is_finite() else arb(value)
            accuracy = (1e-14 if point[0] >= 2 else 1e-13) * _loss(
                point, known, weighted, iterations
            )
            # Just above the critical ratio −inf and a bound 1e14 times below s are one ulp apart.
            lost = accuracy >= 1 and not math.isnan(value) and point[0] < 2
            errors.append(0.0 if lost else log_error(value, ball, accuracy))
        return max(errors)

    return error


def _loss(point: Point, log_y: Any, weighted: str, iterations: int) -> float:
    depth, ratio, s, _ = point
    weight = ratio / ((1 - s) * (ratio - 1 + 1 - s))
    lost = math.log(weight) if weighted == "W" else 0.0
    if weighted == "X" and log_y.is_finite():
        with precision(640):
            pair = oracles.Pair(*point)
            quotient = pair.level() / pair.tau(pair.log_s - log_y)
            lost = max(0.0, float(quotient.upper().log()))
        lost += iterations * math.log(max(1.0, weight - 1))
    if depth < 2 and log_y.is_finite():
        lost += (2 / depth - 1) * (math.log(s) - float(log_y))
    return math.exp(min(lost, 700.0))


def ordered(bounds: Callable[..., Any], order: int) -> Callable[..., tuple[Any, ...]]:
    return lambda *columns: tuple(bounds(*columns, order))


def at_order(oracle: Callable[..., Any], order: int) -> Callable[..., Any]:
    return lambda *point: oracle(*point, order)


def law_error(point: Point, values: tuple[float, ...]) -> float:
    """log_constant by the stated 5e-15 of e T, and of L at depth 2; the exponent to an ulp."""
    depth, s, f = point
    (time,) = exactly(lambda: (oracles.law_time(depth, s, f),))
    with precision(200):
        if depth == 2:
            return max(relative_error(-values[1], time, 5e-15), float(values[0] != -math.inf))
        e = arb(1 - oracles.two_over(depth))
        constant = -(e * time).log() / e
        allowed = (5e-15 + 4e-16 * (abs((e * time).log()) - math.log(s))) / e
        return max(distance(values[0], 1 / e, 4e-16 / e), distance(values[1], constant, allowed))


def uniform_law_error(order: str) -> Callable[[Point, tuple[float, ...]], float]:
    """The formula itself, to 1e-14·(|log y| + y^e Σ)."""

    def error(point: Point, values: tuple[float, ...]) -> float:
        for _ in raised():
            found = oracles.uniform(*point, order)
            inner = 1 + found.e * found.right
            if narrow(found.right, inner):
                break
        moved = 1e-14 * found.sizes / inner
        log_y = found.log_y()
        # At the critical ratio −inf and 0 are one rounding of the ratio apart.
        if point[0] < 2 and not 0 <= moved < 1 and abs(inner) < 1e-14 * abs(found.e) * found.sizes:
            return 0.0
        return distance(values[0], log_y, 1e-14 * abs(log_y) + abs(moved))

    return error


ORDERS = ("first", "second")
#: Where the errors of `uniform_law` as an approximation are stated.
NEAR_ONE = (0.1, 0.9)


def approximation_error(point: Point, values: tuple[float, ...]) -> float:
    """Of the first and the second law: the distance from log y*, in units of what is stated."""
    depth, ratio, s, f = point
    assert (s, f) == NEAR_ONE
    exact = numerics.enclose_log_threshold(*point, digits=22)
    with precision(200):
        g = arb(oracles.rational(ratio) - 1)
        scale = g + 1 - oracles.two_over(depth)
        stated = 3.2 * g / scale, 0.6 * g * g * (1 + abs(g.log())) / scale
        rounding = 1e-14 * abs(exact)
        return max(
            distance(value, exact, most + rounding)
            for value, most in zip(values, stated, strict=True)
        )


# --- descent -------------------------------------------------------------------------------------


def descent_error(point: Point, values: tuple[float, ...]) -> float:
    """Against exact steps, from a σ0 within an ulp: 1e-13·max(10, |log(σ0/σ*)|), or underflow."""
    steps, sigma0, sigma_star, depth, rate = point
    (value,) = values
    target = oracles.rational(sigma_star)
    for _ in raised():
        ends = [
            oracles.descend(
                arb(sigma0) * (1 + sign * arb(2) ** -52), int(steps), target, depth, rate
            )
            for sign in (-1, 0, 1)
        ]
        if all(end.is_finite() and end.rad() <= 1e-20 * abs(end) for end in ends):
            break
    with precision(200):
        low, middle, high = ends
        logs = [math.log(sigma0) - math.log(sigma_star)] if sigma_star else [math.log(sigma0),
                float(middle.log())]  # fmt: skip
        plateau = max(map(abs, logs))
        # A decay may end below the least subnormal, where 0 is right.
        part = 1e-13 * max(10.0, plateau) + 4e-16 * steps / _first_part(point)
        allowed = arb.max(part * middle, arb(2) ** -1074)
        if low <= value <= high:
            return 0.0
        return float((arb.max(low - value, value - high) / allowed).upper())


def _first_part(point: Point) -> float:
    """What the first step leaves of a value, if it takes any of it."""
    _, sigma0, sigma_star, depth, rate = point
    first = float(oracles.descend(arb(sigma0), 1, oracles.rational(sigma_star), depth, rate))
    return min(1.0, max(first / sigma0, 1e-300))


def descent_threshold_error(point: Point, values: tuple[float, ...]) -> float:
    """0 where balls prove both ends within 1e-12; ties are looked at by hand: inf."""
    if values[0] == -math.inf:
        return math.inf if point[0] >= 2 else 0.0
    try:
        found = enclose_descent_threshold(*point, radius=1e-12)
    except ArithmeticError:
        return math.inf
    inside = (low <= v <= high for v, (low, high) in zip(values, found[:2], strict=True))
    return 0.0 if all(inside) else math.inf


def descent_bounds_error(*, sharp: bool) -> Callable[[Point, tuple[float, ...]], float]:
    """The worse of both bounds at the kindest learning rate within 4e-16·(2 + log r) of the given.

    0 where it is exact at one between. Void bounds must be void.
    """

    def error(point: Point, values: tuple[float, ...]) -> float:
        slack = Fraction(4, 10**16) * (2 + Fraction(math.log(point[1])))
        rates = [oracles.fraction(point[4]) * (1 + k * slack) for k in (0, -1, 1)]
        found = [0.0, 0.0]
        for side in (0, 1):
            signed: list[float] = []
            for rate in rates:
                signed.append(_bound_error(point, rate, sharp=sharp, value=values[side], side=side))
                if abs(signed[-1]) <= 1:
                    break
            kindest = min(map(abs, signed))
            found[side] = 0.0 if kindest > 1 and min(signed) < 0 < max(signed) else kindest
        return max(found)

    return error


def _bound_error(point: Point, rate: Fraction, value: float, *, sharp: bool, side: int) -> float:
    """The signed error of the lower (side 0) or the upper bound in units of what is stated."""
    for _ in raised():
        error = _bound_error_now(point, rate, value, sharp=sharp, side=side)
        if error is not None:
            return error
    raise AssertionError


def _bound_error_now(
    point: Point, rate: Fraction, value: float, *, sharp: bool, side: int
) -> float | None:
    """The same at the current precision; None where that is too low."""
    depth, ratio, s, f, _ = point
    steps = oracles.steps(depth, ratio, s, f, oracles.rational_of(rate), sharp=sharp)
    larger, smaller = (
        (steps.least_large, steps.greatest_small),
        (steps.greatest_large, steps.least_small),
    )[side]
    pair = oracles.Pair(depth, ratio, s, f)
    void = larger == arb.pos_inf() if side else smaller == arb.pos_inf()
    if not void:
        scaled = pair.r * larger / steps.c_large, smaller / steps.c_small
        margin = scaled[0] - scaled[1]
        if not narrow(margin):
            return None
        void = side == 0 and margin <= 0
    if void:
        return _signed(value, pair.log_s if side else arb.neg_inf(), arb(1e-15) * abs(pair.log_s))
    terms = abs(scaled[0] - pair.r) + abs(scaled[1] - 1) + (pair.r - 1)
    condition = arb.min(terms, scaled[0] + scaled[1]) / margin
    if condition >= 1e14:
        return 0.0
    if value == -math.inf:
        return -math.inf
    loss = arb(0) if side else smaller
    if depth == 2 and not sharp:
        size = max(1.0, abs(value)) * 1e-14
        g = margin / scaled[1]
        exact, more = _explicit(pair, 1 + g, g, loss, side)
        if not narrow(exact):
            return None
        return _signed(value, exact, condition * (size + more))
    surplus = oracles.Surplus((depth, ratio, s, f), larger / smaller, loss)
    at = arb(value)
    if not at < 0:
        return math.inf
    slope = surplus.slope(at)
    allowed = 1e-14 * (abs(at) - condition * surplus.work() / slope)
    if not narrow(allowed):
        return None
    return _root_error(surplus.value, at, allowed.mid(), surplus.value(at) / slope / allowed)


def _root_error(falling: Callable[[Any], Any], at: Any, allowed: Any, error: Any) -> float | None:
    """The signed error as estimated, at most 1 iff signs prove the root within what is allowed."""
    before, after = falling(at - allowed), falling(at + allowed) if at + allowed < 0 else arb(-1)
    if before >= 0 >= after:
        return max(-1.0, min(1.0, float(error)))
    if before < 0:
        return max(2.0, float(error))
    return min(-2.0, float(error)) if after > 0 else None


def _explicit(pair: Any, a: Any, g: Any, loss: Any, side: int) -> tuple[Any, Any]:
    """Section 7's formula, and 0.1 of what cancels in the necessary one, in units of 1e-14."""
    s, f, r = pair.s, pair.f, pair.r
    if side == 0:
        return (pair.log_s - loss - (f * r / (1 - f)).log() / a) / (1 - 1 / a), arb(0)
    exact = ((s / (1 - s)).log() - (f * (r - s) / (1 - f)).log() / a) / (1 - 1 / a)
    return arb.min(exact, pair.log_s), 1e-15 * abs((r - s).log()) / g


def _signed(value: float, exact: Any, allowed: Any) -> float:
    if not exact.is_finite() or math.isinf(value):
        return 0.0 if exact == arb(value) else math.copysign(math.inf, 1 if exact < value else -1)
    return float((arb(value) - exact) / allowed)


def single(function: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    return lambda *columns: (function(*columns),)


def _chain(depth: Any, first: Any, second: Any, third: Any, s: Any, f: Any) -> tuple[Any, ...]:
    targets = np.stack([first, second, third], axis=-1)
    return (numerics.chain_log_threshold(depth, targets, s, f),)


ROUTES = {
    "log_threshold": Route(draws.pairs, single(numerics.log_threshold), log_threshold_error),
    "threshold": Route(draws.pairs, single(numerics.threshold), threshold_error),
    "is_incremental": Route(
        draws.pairs_of_values, single(numerics.is_incremental), incremental_error
    ),
    "critical_ratio": Route(draws.shallow, single(numerics.critical_ratio), critical_ratio_error),
    "learning_time": Route(draws.starts, single(numerics.learning_time), learning_time_error),
    "trajectory": Route(draws.times, single(numerics.trajectory), trajectory_error),
    "chain_log_threshold": Route(draws.chains, _chain, chain_error),
    "paper_bounds": Route(draws.pairs, numerics.paper_bounds, bounds_error(oracles.paper)),
    **{
        f"sharp_bounds-{k}": Route(
            draws.pairs,
            ordered(numerics.sharp_bounds, k),
            bounds_error(at_order(oracles.sharp, k), weighted="W"),
        )
        for k in (0, 1, 2)
    },
    **{
        f"fixed_point_bounds-{k}": Route(
            draws.deep_pairs,
            ordered(numerics.fixed_point_bounds, k),
            bounds_error(at_order(oracles.fixed_point, k), weighted="X", iterations=k),
        )
        for k in (0, 1)
    },
    "elementary_bounds": Route(
        draws.pairs, numerics.elementary_bounds, bounds_error(oracles.elementary)
    ),
    **{
        f"uniform_law-{order}": Route(
            draws.pairs,
            single(partial(numerics.uniform_law, order=order)),
            uniform_law_error(order),
        )
        for order in ORDERS
    },
    "flow_log_threshold": Route(draws.flows, flow_thresholds, flow_threshold_error),
    "gradient_flow": Route(draws.orbits, flows_in_time, flow_in_time_error),
    "uniform_law-approximation": Route(
        draws.near_one,
        lambda *columns: tuple(numerics.uniform_law(*columns, order) for order in ORDERS),
        approximation_error,
    ),
    "descent_bounds": Route(
        draws.bounded_descents, numerics.descent_bounds, descent_bounds_error(sharp=False)
    ),
    "descent_bounds-sharp": Route(
        draws.bounded_descents,
        lambda *columns: numerics.descent_bounds(*columns, sharp=True),
        descent_bounds_error(sharp=True),
    ),
    "depth_law": Route(draws.laws, numerics.depth_law, law_error),
    "descent_trajectory": Route(draws.descents, single(numerics.descent_trajectory), descent_error),
    "descent_log_threshold": Route(
        draws.descent_pairs, numerics.descent_log_threshold, descent_threshold_error
    ),
}
