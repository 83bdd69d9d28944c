"""`descent-map` against a step on the loss itself, and `descent-bounds` around the thresholds."""

import math
import random
from collections.abc import Iterator

import mpmath
import numpy as np

from stairwise.numerics.descent import descent_trajectory
from stairwise.numerics.descent_theorem import descent_bounds as float_bounds
from stairwise.numerics.descent_threshold import descent_log_threshold
from stairwise.numerics.process_state import working_digits
from stairwise.reports.checks.check import Check, worst
from stairwise.reports.checks.descent_steps import descent_steps
from stairwise.theory.compiled import compiled
from stairwise.theory.descent_bounds import A, B, L
from stairwise.theory.statement import Statement
from stairwise.theory.symbols import N, c, eta, f, r, s, sigma, sigma_star, x

POINTS = 300
#: float64 leaves 1e-13 or less on one step; the bounds are strict, and so need no slack.
ROUNDING = 1e-12


def descent_map(statement: Statement) -> Iterator[Check]:
    """The claimed steps against w − η ∂ℓ/∂w by numerical differentiation, and the float route."""
    generator = random.Random(1909)
    finite = compiled(
        (sigma, sigma_star, eta, N), statement.case("every depth").claim.rhs, "mpmath"
    )
    infinite = compiled(
        (sigma, sigma_star, eta), statement.case("infinite depth").claim.rhs, "mpmath"
    )
    slope = compiled((x, c, N), statement.case("increasing up to f").claim.gts, "mpmath")
    by_loss, by_floats, bends, falls = [], [], [], []
    for _ in range(POINTS):
        depth, target = 1 + 10 ** generator.uniform(-1, 1), 10 ** generator.uniform(-1, 1)
        start, rate = target * generator.random(), generator.random()
        rate /= target ** (2 - 2 / depth)
        with working_digits(30):
            claimed = finite(*map(mpmath.mpf, (start, target, rate, depth)))
            gap = abs(_step_on_loss(start, target, rate, depth) / claimed - 1)
            by_loss.append(float(gap))
        ours = descent_trajectory(1, start, target, depth, rate)
        by_floats.append(abs(ours / float(claimed) - 1))
        rate = generator.random() / target**2
        limit = float(infinite(start, target, rate))
        by_floats.append(abs(descent_trajectory(1, start, target, math.inf, rate) / limit - 1))
        where, rate = start / target, generator.random()
        with working_digits(30):
            claimed = slope(mpmath.mpf(where), mpmath.mpf(rate), mpmath.mpf(depth))
            bends.append(float(abs(claimed - _weight_slope(where, rate, depth))))
        falls.append(-float(claimed))
    yield Check("claimed step against the loss, differentiated by mpmath", worst(by_loss), ROUNDING)
    yield Check("descent_trajectory against the claims", worst(by_floats), ROUNDING)
    yield Check("claimed slope against the loss, differentiated twice", worst(bends), ROUNDING)
    yield Check("slope of the map below 0, c < 1", worst(falls), 0.0)


def _step_on_loss(start: float, target: float, rate: float, depth: float) -> mpmath.mpf:
    """(w − η ∂ℓ/∂w)^N with the loss as in statement `toy-flow`."""
    n, goal = mpmath.mpf(depth), mpmath.mpf(target)
    w = mpmath.mpf(start) ** (1 / n)
    slope = mpmath.diff(lambda z: (goal - z**n) ** 2 / (2 * n**2), w)
    return (w - mpmath.mpf(rate) * slope) ** n


def _weight_slope(where: float, rate: float, depth: float) -> mpmath.mpf:
    """dw⁺/dw at σ* = 1 and σ = w^N: 1 − η ∂²ℓ/∂w²."""
    n = mpmath.mpf(depth)
    w = mpmath.mpf(where) ** (1 / n)
    return 1 - rate * mpmath.diff(lambda z: (1 - z**n) ** 2 / (2 * n**2), w, 2)


def descent_bounds(statement: Statement) -> Iterator[Check]:
    """The claimed bounds on either side of both thresholds, and equal to the library's."""
    generator = np.random.default_rng(1909)
    ratio = 1 + 10 ** generator.uniform(-0.7, 1.3, POINTS)
    low, high = generator.uniform(0.01, 0.249, POINTS), generator.uniform(0.751, 0.99, POINTS)
    rate = 10 ** generator.uniform(-2, -0.05, POINTS) / ratio
    lower = compiled((s, f, r, A, L), statement.case("sufficient").claim.lhs, "numpy")
    upper = compiled((s, f, r, B), statement.case("necessary").claim.rhs, "numpy")
    slow_small, slow_large = 2 * np.log1p(rate / 2), 2 * np.log1p(rate * ratio / 2)
    fast_small, fast_large = -np.log1p(-rate), -np.log1p(-rate * ratio)
    a, b = slow_large / fast_small, fast_large / slow_small
    usable = a > 1
    claimed_lower = lower(low, high, ratio, a, fast_small)[usable]
    claimed_upper = np.minimum(upper(low, high, ratio, b), np.log(low))
    ends = descent_log_threshold(2, ratio, low, high, rate)
    safe = np.asarray(ends.safe)[usable]
    crossed = np.concatenate([claimed_lower - safe, ends.supremum - claimed_upper])
    yield Check(f"bounds crossed, {POINTS} random points", worst(crossed.tolist()), 0.0)
    bounds = float_bounds(2, ratio, low, high, rate)
    gaps = np.concatenate(
        [np.asarray(bounds.lower)[usable] / claimed_lower - 1, bounds.upper / claimed_upper - 1]
    )
    yield Check("descent_bounds against the claims", worst(np.abs(gaps).tolist()), ROUNDING)
    yield Check("step times beyond their claimed bounds", worst(_step_times(statement)), ROUNDING)
    yield from descent_steps(statement)


def _step_times(statement: Statement) -> Iterator[float]:
    """How far T_p(x, x⁺)/c, by quadrature, is outside its bounds; negative inside."""
    above = compiled(c, statement.case("step time from above").claim.rhs, "mpmath")
    below = compiled((c, N), statement.case("step time from below, depth > 2").claim.lhs, "mpmath")
    for depth in (2.5, 3.0, 6.0):
        for start in (0.02, 0.1, 0.4, 0.9, 0.99):
            for rate in (0.1, 0.9):
                end = descent_trajectory(1, start, 1.0, depth, rate)
                power = 2 / depth - 2
                time = mpmath.quad(lambda z, e=power: z**e / (1 - z), [start, end]) / rate
                yield float(time - above(rate))
                yield float(below(rate, depth) - time)
