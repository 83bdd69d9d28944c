"""Stabilised explicit integration of stiff gradient flows, without Jacobians.

The second-order Runge–Kutta–Chebyshev method with error control (Sommeijer, Shampine and Verwer
1997, "RKC: an explicit solver for parabolic PDEs"). Its stability interval on the negative real
axis grows with the square of the number of stages, so a stiff step costs the square root of its
stiffness in evaluations. A gradient flow's Jacobian is symmetric, which is all it asks for.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from stairwise.numerics._arguments import Floats

Rate = Callable[[Floats], Floats]

#: Damping of the stability polynomial, and length of its real interval, (2/3)(s² − 1)(1 − 2ε/15)
#: = s²·0.653: both from the source, section 2.
DAMPING = 2 / 13
#: Stages are capped: beyond this, round-off in the recursion (eps·s²) eats into a 1e-10 tolerance.
MOST_STAGES = 400
#: Steps between estimates of the spectral radius, and the safety factor on it: the source's.
RADIUS_EVERY = 25
RADIUS_SAFETY = 1.2
#: Relative length of its finite differences: above the noise of rates computed in float32.
REACH = 1e-5


class Step(NamedTuple):
    """One accepted step: its two ends, with the rate at each.

    radius: upper estimate of the Jacobian's spectral radius at or shortly before the step;
    evaluations: of the rate, so far.
    """

    before: float
    start: Floats
    start_rate: Floats
    time: float
    state: Floats
    rate: Floats
    radius: float
    evaluations: int


def between(step: Step, fraction: float) -> Floats:
    """State inside the step, by cubic Hermite interpolation (third-order accurate)."""
    x, width = fraction, step.time - step.before
    ahead: Floats = x * x * (3 - 2 * x) * (step.state - step.start)
    ahead += width * x * (1 - x) * ((1 - x) * step.start_rate - x * step.rate)
    return step.start + ahead


def integrate(
    rate: Rate, state: Floats, end_time: float, rtol: float, atol: float
) -> Iterator[Step]:
    """Steps of dy/dt = rate(y) from y(0) = state to end_time; the caller may stop at any.

    state: (n,), not changed. The local error of each step is at most rtol·|y| + atol in root mean
    square over the components; the error at the end falls like rtol^(2/3), the method being of
    second order.

    Raises FloatingPointError where the step shrinks to nothing or the rate is not finite.
    """
    counted = _Counted(rate)
    slope = counted(state)
    radius = _SpectralRadius(counted, state, slope)
    time, since = 0.0, 0
    size = _first_step(counted, state, slope, radius.value, rtol, atol)
    last_size, last_error = 0.0, 0.0
    while time < end_time:
        size = min(size, 0.653 * (MOST_STAGES**2 - 1) / max(radius.value, 1e-300))
        left = end_time - time
        size = left if size > 0.999 * left else size
        if not size > 1e-14 * time or not np.isfinite(size):
            raise FloatingPointError(f"the flow's step shrank to {size:g} at time {time:g}")
        stages = max(2, 1 + int(np.sqrt(1 + 1.54 * size * radius.value)))
        new = _chebyshev_step(counted, state, slope, size, stages)
        new_slope = counted(new)
        error = _error(state, slope, new, new_slope, size, rtol, atol)
        if not error <= 1:
            size *= 0.1 if not np.isfinite(error) else max(0.1, 0.8 * error ** (-1 / 3))
            if since:
                radius.refresh(counted, state, slope)
                since = 0
            continue
        after = end_time if size == left else time + size
        step = Step(time, state, slope, after, new, new_slope, radius.value, counted.count)
        factor = 0.8 * max(error, 1e-10) ** (-1 / 3)
        if last_size:  # the source's predictive controller, eq. (2.10)
            factor *= (size / last_size) * (last_error / max(error, 1e-10)) ** (1 / 3)
        last_size, last_error = size, max(error, 1e-10)
        time, state, slope = after, new, new_slope
        size *= min(5.0, max(0.1, factor))
        since += 1
        yield step  # the last evaluation was at its end
        if since >= RADIUS_EVERY:
            radius.refresh(counted, state, slope)
            since = 0


class _Counted:
    """The rate, counting its evaluations."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self.count = 0

    def __call__(self, state: Floats) -> Floats:
        self.count += 1
        return self._rate(state)


class _SpectralRadius:
    """Estimate of the Jacobian's spectral radius by the non-linear power method.

    The eigenvector is kept, so that a refresh costs two or three evaluations.
    """

    def __init__(self, rate: Rate, state: Floats, slope: Floats) -> None:
        self._direction = slope.copy()
        self.value = 0.0
        self.refresh(rate, state, slope)

    def refresh(self, rate: Rate, state: Floats, slope: Floats) -> None:
        """Estimate at the state, whose rate is the slope."""
        norm = float(np.linalg.norm(self._direction))
        if not norm > 0:
            return  # at rest
        direction, estimate = self._direction / norm, 0.0
        reach = REACH * (float(np.linalg.norm(state)) or 1.0)
        for _ in range(50):
            change = (rate(state + reach * direction) - slope) / reach
            found = float(np.linalg.norm(change))
            if not (found > 0 and np.isfinite(found)):
                break
            direction = change / found
            done = abs(found - estimate) < 0.02 * found
            estimate = found
            if done:
                break
        self._direction = direction
        self.value = RADIUS_SAFETY * estimate


def _first_step(
    rate: Rate, state: Floats, slope: Floats, radius: float, rtol: float, atol: float
) -> float:
    """A step whose Euler error is a tenth of the tolerance, at most 1/radius."""
    size = 1 / radius if radius > 0 else 1.0
    change = rate(state + size * slope) - slope
    error = size * _norm(change, state, state, rtol, atol)
    return 0.1 * size / np.sqrt(error) if np.sqrt(error) > 0.1 else size


def _error(
    state: Floats,
    slope: Floats,
    new: Floats,
    new_slope: Floats,
    size: float,
    rtol: float,
    atol: float,
) -> float:
    """Estimated local error, 1 at the tolerance (the source, eq. 2.9)."""
    defect = 0.8 * (state - new) + 0.4 * size * (slope + new_slope)
    return _norm(defect, state, new, rtol, atol)


def _norm(defect: Floats, state: Floats, new: Floats, rtol: float, atol: float) -> float:
    """Root mean square of the defect, in units of the tolerance."""
    scaled = defect / (atol + rtol * np.maximum(np.abs(state), np.abs(new)))
    return float(np.sqrt(np.mean(scaled * scaled)))


def _chebyshev_step(rate: Rate, state: Floats, slope: Floats, size: float, stages: int) -> Floats:
    """One step of the given number of stages, which costs stages − 1 evaluations."""
    first, recursion = _coefficients(stages)
    older, old = state, state + (first * size) * slope
    for mu, nu, mu_rate, gamma in recursion:
        new = (mu_rate * size) * rate(old)
        new += mu * old
        new += nu * older
        new += (1 - mu - nu) * state
        new += (gamma * size) * slope
        older, old = old, new
    return old


@cache
def _coefficients(stages: int) -> tuple[float, tuple[tuple[float, float, float, float], ...]]:
    """Coefficients of the recursion (the source, eq. 2.4): the first, then (μ, ν, μ~, γ~)."""
    w0 = 1 + DAMPING / stages**2
    value, first, second = [1.0, w0], [0.0, 1.0], [0.0, 0.0]
    for j in range(2, stages + 1):  # Chebyshev polynomials at w0, with two derivatives
        value.append(2 * w0 * value[j - 1] - value[j - 2])
        first.append(2 * value[j - 1] + 2 * w0 * first[j - 1] - first[j - 2])
        second.append(4 * first[j - 1] + 2 * w0 * second[j - 1] - second[j - 2])
    w1 = first[stages] / second[stages]
    b = [0.0, 0.0] + [second[j] / first[j] ** 2 for j in range(2, stages + 1)]
    b[0] = b[1] = b[2]
    recursion = []
    for j in range(2, stages + 1):
        mu_rate = 2 * b[j] * w1 / b[j - 1]
        gamma = -(1 - b[j - 1] * value[j - 1]) * mu_rate
        recursion.append((2 * b[j] * w0 / b[j - 1], -b[j] / b[j - 2], mu_rate, gamma))
    return b[1] * w1, tuple(recursion)
