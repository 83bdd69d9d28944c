"""How the replay checks leaves of the claims on descent: routes that the search does not take.

Steps: the slope V̂′ and its derivatives by the power rule, cell by cell over the weights passed,
with no polynomial divided: beside an equality, monotony (of 1 + V̂′ towards the target) or convexity
(of κ_N − V̂′ about the peak) takes the place of the sign. Runs: descent of the weights,
w⁺ = w (1 + c (1 − w²)/2), in place of that of the values. The surplus: one evaluation in balls as
wide as the leaf.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import arb

from stairwise.numerics._exact import Exact
from stairwise.numerics.balls import ball
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import Box, Region, RunBox, StepBox
from stairwise.numerics.run_margins import LONGEST_RUN
from stairwise.numerics.step_margins import STEPS, bend, greatest_slope, peak_weight

_UNDECIDED = arb(0, math.inf)


class DifferentiatedSlopes:
    """Signs of the one-step inequalities from V̂′, V̂″ and V̂‴ on cells of the weights."""

    def __init__(self, cells: int) -> None:
        self.cells = cells

    def above_least(self, depth: Exact, weights: Any) -> Any:
        """1 where 1 + V̂′ ≥ 0 on every cell: positive, or falling from there to 0 at u = 1."""
        one = arb(1)
        if not (1 + _derivative(depth, 1, one)).contains(0):
            return _UNDECIDED

        def holds(u: Any) -> bool:
            positive = 1 + _derivative(depth, 1, u) > 0
            return bool(positive or _derivative(depth, 2, u.union(one)) < 0)

        return self._everywhere(weights, holds)

    def below_greatest(self, depth: Exact, weights: Any) -> Any:
        """1 where κ_N − V̂′ ≥ 0 on every cell: positive, or convex from there to the peak, where
        it and its slope vanish.
        """
        kappa, top = greatest_slope(depth), peak_weight(depth)
        at_top = kappa - _derivative(depth, 1, top), _derivative(depth, 2, top)
        if not all(value.contains(0) for value in at_top):
            return _UNDECIDED

        def holds(u: Any) -> bool:
            positive = kappa - _derivative(depth, 1, u) > 0
            return bool(positive or _derivative(depth, 3, u.union(top)) < 0)

        return self._everywhere(weights, holds)

    def before_bend(self, depth: Exact, weights: Any) -> Any:
        """(2N − 1)/N, 2 at N = ∞."""
        return arb(2) if depth == math.inf else ball(2 - 1 / Fraction(depth))

    def rising_growth(self, rate: Any, position: Any) -> Any:
        """16 times (1 + h)(3/4 + h/4), h = c (1 − x)/2, which is E²/c² times the slope of
        g/E = q⁺/q, with g = (1 + h)² and E = (1 − x g)/(1 − x), by hand.
        """
        h = rate * (1 - position) / 2
        return 16 * (1 + h) * (3 + h) / 4

    def _everywhere(self, weights: Any, holds: Callable[[Any], bool]) -> Any:
        """1 where it holds on every cell of the weights; they lie in [0, 1], if not their ball."""
        low, high = weights.lower().max(arb(0)), weights.upper().min(arb(1))
        ends = [low + (high - low) * k / self.cells for k in range(self.cells + 1)]
        return arb(1) if all(holds(a.union(b)) for a, b in pairwise(ends)) else _UNDECIDED


def _derivative(depth: Exact, order: int, u: Any) -> Any:
    """The derivative of that order of V̂ = u^{N−1} (1 − u^N)/N; at N = ∞ those of u (1 − 2u)."""
    if depth == math.inf:
        return (u * (1 - 2 * u), 1 - 4 * u, arb(-4))[order - 1]
    n = int(depth)
    value = arb(0)
    for power, sign in ((n - 1, 1), (2 * n - 1, -1)):
        factor = sign * math.perm(power, order)
        if factor:
            value += factor * u ** (power - order)
    return value / n


class WeightDescent:
    """One value's descent by its weight w = √x."""

    def after(self, x: Any, rate: Any, steps: int) -> Any:
        """x after so many steps."""
        w, half = x.sqrt(), rate / 2
        for _ in range(steps):
            w += w * half * (1 - w * w)
        return w * w

    def steps_within(self, x: Any, rate: Any, end: Any) -> int:
        """The largest number of steps after which x is certainly still ≤ end; −1 if none."""
        w, half, last = x.sqrt(), rate / 2, end.sqrt()
        for count in range(LONGEST_RUN):
            if not w <= last:
                return count - 1
            w += w * half * (1 - w * w)
        return -1

    def steps_past(self, x: Any, rate: Any, end: Any) -> int:
        """The least number of steps after which x is certainly ≥ end; −1 if that is too many."""
        w, half, last = x.sqrt(), rate / 2, end.sqrt()
        for count in range(LONGEST_RUN):
            if w >= last:
                return count
            w += w * half * (1 - w * w)
        return -1


def surplus_sign(claim: Claim, region: RunBox) -> Any:
    """The surplus at the bound over the box, in wide balls; the part y < s of it that speaks."""
    r, s, f, c = (ball(low).union(ball(high)) for low, high in region)
    shift = ball(claim.shift)
    odds = (f / (1 - f)).log()
    if claim.side == "lower":
        a = 2 * (1 + c / 2).log() / -(1 - c / r).log()
        above = (2 * (1 + c / 2).log() + odds + (r / s).log()).lower()
        span = above / (a.upper() - 1) - shift
        if not span > 0:
            return _UNDECIDED
        # log((1 − y)/(1 − s)) with y = s e^{−span}, written so that s stands but once above.
        return (s * -(-span).expm1() / (1 - s)).log1p().lower() - shift
    b_low = -(1 - ball(region.rate[0])).log() / (
        2 * (1 + ball(region.rate[0] / region.ratio[0]) / 2).log()
    )
    gap = (odds + ((r - s) / s).log() + b_low * (1 - s).log()).upper()
    y_low = s.lower() * (-gap.max(arb(0)) / (b_low - 1) - shift).exp()
    return (-y_low).log1p() + shift


def is_void(claim: Claim, depth: Exact, region: Region) -> bool:
    """Whether the claim says nothing all over the box, from its own condition."""
    if isinstance(region, Box):
        paper_lower = (claim.statement, claim.side) == ("separation-bounds", "lower")
        return paper_lower and (1 - region.f[0]) * region.ratio[1] <= 1
    if isinstance(region, StepBox):
        if (claim.statement, claim.side, claim.order) != (STEPS, "upper", 1):
            return False
        c, x = ball(region.rate[0]), ball(region.position[0])
        if depth == math.inf:
            after = x * (c * x * (1 - x)).exp()
        else:
            n = int(depth)
            root = x.root(n)
            after = (root + c / n * root ** (n - 1) * (1 - x)) ** n
        return bool(after >= ball(bend(depth)))
    (_, r_high), (s, _), (_, f), (c_low, _) = (tuple(map(ball, pair)) for pair in region)
    if claim.side == "lower":
        return bool((1 + c_low / 2) ** 2 * (1 - c_low / r_high) <= 1)  # A ≤ 1
    r_low, _ = map(ball, region.ratio)
    b = -(1 - c_low).log() / (2 * (1 + c_low / r_low / 2).log())
    return bool(f * (r_high - s) * (1 - s) ** b <= (1 - f) * s)
