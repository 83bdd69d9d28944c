"""The threshold bounds of descent at depth 2, over boxes of (ratio, s, f, rate).

The rate is c_i = η σ*_i of the larger value, c_j = c_i/r that of the smaller one. Two claims on
each of the published bounds y_L (lower, where A > 1) and y_U (upper, where it is below s):

- descent-bounds: the surplus of time behind the bound, T(y, s) − T(y/r, f)/A − L at y_L and
  T(y, s) − T(y/r, f)/B at y_U, has its sign. With the one-step brackets that proves the bound.
- descent-bounds-runs: the definition itself, by runs of both descents in balls: every y ≤ y_L is
  incremental, and no y ≥ y_U is. No bracket and no formula of the flow is used, only
  `descent-map`: with both maps increasing, the incremental y are the intervals [r a_k, b_k] between
  the k-th preimages of f and s, and r a_k ≤ b_k and r a_k ≤ b_{k+1} persist for larger k.

For the runs, orbits rise with start and rate, so over a box the corners are enough. Lower: from
y_L at its largest, j stays within s for k steps, and so it does for k + 1 steps from some y'; if i
gets past f in k steps from y'/r, then [y', b_k] and by persistence all below it is incremental.
Upper: from y_U at its least, j is past s after k + 1 steps, and so it is after k from some y'; if i
does not reach f in k steps from y'/r, then r a_k > b_k, so all intervals up to the k-th are empty,
and the others lie below b_{k+1} ≤ y_U.

Source: the paper's Theorem 3 with our constants (`descent-bounds`); the margins and runs: new.
"""

import math
from typing import Any, NamedTuple, Protocol

from flint import arb

from stairwise.numerics.balls import ball
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import RunBox, RunPoint

SURPLUS, RUNS = "descent-bounds", "descent-bounds-runs"
#: Steps of one run before it is left undecided; the domain's longest needs fewer than 1,000.
LONGEST_RUN = 20_000
#: Relative distance of y' from the float64 preimage: far above what its steps round.
PREIMAGE_SLACK = 1e-10


class Corner(NamedTuple):
    """One value for each variable, as balls."""

    r: Any
    s: Any
    f: Any
    c: Any


def slowest(c: Any) -> Any:
    """ℓ = 2 log(1 + c/2)."""
    return 2 * (c / 2).log1p()


def fastest(c: Any) -> Any:
    """L = −log(1 − c)."""
    return -(-c).log1p()


def sufficient_quotient(r: Any, c: Any) -> Any:
    """A = ℓ(c)/L(c/r): rises with r, falls with c."""
    return slowest(c) / fastest(c / r)


def necessary_quotient(r: Any, c: Any) -> Any:
    """B = L(c)/ℓ(c/r): rises with r and c."""
    return fastest(c) / slowest(c / r)


def lower_span(quotient: Any, at: Corner) -> Any:
    """log(s/y_L) = (ℓ_i + log(f r/((1 − f) s)))/(A − 1), with A given on its own."""
    return (slowest(at.c) + (at.f * at.r / ((1 - at.f) * at.s)).log()) / (quotient - 1)


def upper_gap(quotient: Any, at: Corner) -> Any:
    """(B − 1) log(s/y_U) = log(f (r − s)/((1 − f) s)) + B log(1 − s), with B given."""
    rest = at.f * (at.r - at.s) / ((1 - at.f) * at.s)
    return rest.log() + quotient * (-at.s).log1p()


class Extremes(NamedTuple):
    """A box by the ends of its ranges."""

    low: Corner
    high: Corner

    @classmethod
    def of(cls, region: RunBox) -> "Extremes":
        """Ends as balls at the current precision."""
        return cls(*(Corner(*(ball(pair[end]) for pair in region)) for end in (0, 1)))

    def least_lower_span(self) -> Any:
        """Least log(s/y_L) over the box where A > 1; None where A ≤ 1 all over it."""
        low, high = self
        largest = sufficient_quotient(high.r, low.c)
        if largest <= 1:
            return None
        return lower_span(largest, Corner(low.r, high.s, low.f, low.c))

    def greatest_upper_span(self) -> Any:
        """Greatest log(s/y_U) over the box; None where y_U ≥ s all over it."""
        low, high = self
        least = necessary_quotient(low.r, low.c)
        gap = upper_gap(least, Corner(high.r, low.s, high.f, low.c))
        return None if gap <= 0 else gap / (least - 1)


class Descent(Protocol):
    """One step of the normalised value x = σ/σ* at depth 2; there are two routes to it."""

    def after(self, x: Any, rate: Any, steps: int) -> Any:
        """x after so many steps."""

    def steps_within(self, x: Any, rate: Any, end: Any) -> int:
        """The largest number of steps after which x is certainly still ≤ end; −1 if none."""

    def steps_past(self, x: Any, rate: Any, end: Any) -> int:
        """The least number of steps after which x is certainly ≥ end; −1 if that is too many."""


class ValueDescent:
    """By x⁺ = x (1 + c (1 − x)/2)²."""

    def step(self, x: Any, rate: Any) -> Any:
        """x⁺."""
        return x * (1 + rate * (1 - x) / 2) ** 2

    def after(self, x: Any, rate: Any, steps: int) -> Any:
        """Step by step."""
        for _ in range(steps):
            x = self.step(x, rate)
        return x

    def steps_within(self, x: Any, rate: Any, end: Any) -> int:
        """Step by step."""
        for count in range(LONGEST_RUN):
            if not x <= end:
                return count - 1
            x = self.step(x, rate)
        return -1

    def steps_past(self, x: Any, rate: Any, end: Any) -> int:
        """Step by step."""
        for count in range(LONGEST_RUN):
            if x >= end:
                return count
            x = self.step(x, rate)
        return -1


def run_margin(claim: Claim, region: RunBox, descent: Descent | None) -> Any:
    """A ball whose sign decides the claim over the box; None where it says nothing."""
    ends, shift = Extremes.of(region), ball(claim.shift)
    if claim.statement == SURPLUS:
        part = _surplus_lower if claim.side == "lower" else _surplus_upper
        return part(ends, shift)
    route = ValueDescent() if descent is None else descent
    run = _lower_run if claim.side == "lower" else _upper_run
    return run(ends, shift, route)


def _surplus_lower(ends: Extremes, shift: Any) -> Any:
    """log((1 − y)/(1 − s)) + log(r/(r − y))/A − (1 − 1/A) shift: at least the first, which rises
    with s at fixed s/y, less the shift.
    """
    span = ends.least_lower_span()
    if span is None:
        return None
    span -= shift
    s = ends.low.s if span > 0 else ends.high.s
    first = (s * -(-span).expm1() / (1 - s)).log1p()
    return first - shift * (1 - 1 / sufficient_quotient(ends.high.r, ends.low.c))


def _surplus_upper(ends: Extremes, shift: Any) -> Any:
    """log(1 − y) − log((r − y)/(r − s))/B + (1 − 1/B) shift, for y < s: at most its first term at
    the least y, and the shift.
    """
    span = ends.greatest_upper_span()
    if span is None:
        return None
    y_low = ends.low.s * (-span - shift).exp()
    return (-y_low).log1p() + shift * (1 - 1 / necessary_quotient(ends.high.r, ends.high.c))


def _lower_run(ends: Extremes, shift: Any, descent: Descent) -> Any:
    """x_i − f after k steps from y', at the corner where that is least."""
    low, high = ends
    span = ends.least_lower_span()
    if span is None:
        return None
    start = high.s * (shift - span).exp()
    rate = high.c / low.r
    steps = descent.steps_within(start, rate, low.s)
    if steps < 0:
        return arb(0, math.inf)
    begin = _preimage(low.s, rate, steps + 1, 1 - PREIMAGE_SLACK)
    if not descent.after(begin, rate, steps + 1) <= low.s:
        return arb(0, math.inf)
    return descent.after(begin / high.r, low.c, steps) - high.f


def _upper_run(ends: Extremes, shift: Any, descent: Descent) -> Any:
    """x_i − f after k steps from y', at the corner where that is greatest."""
    low, high = ends
    span = ends.greatest_upper_span()
    if span is None:
        return None
    start = low.s * (-span - shift).exp()
    rate = low.c / high.r
    steps = descent.steps_past(start, rate, high.s) - 1
    if steps < 0:
        return arb(0, math.inf)
    begin = _preimage(high.s, rate, steps, 1 + PREIMAGE_SLACK)
    if not descent.after(begin, rate, steps) >= high.s:
        return arb(0, math.inf)
    return descent.after(begin / low.r, high.c, steps) - low.f


def _preimage(end: Any, rate: Any, steps: int, slack: float) -> Any:
    """About the start from which so many steps lead to the end, as a number; float64, unproved."""
    c, x = float(rate), float(end)
    for _ in range(steps):
        target, guess = x, x / (1 + c / 2) ** 2
        for _ in range(4):  # Newton from below, quadratic: 4 steps are ample for c ≤ 1
            factor = 1 + c * (1 - guess) / 2
            guess -= (guess * factor**2 - target) / (factor * (factor - c * guess))
        x = guess
    return arb(x * slack)


def run_value(claim: Claim, point: RunPoint) -> Any:
    """The claim's quantity at the bound of `descent-bounds`, moved by the shift, at a point.

    The surplus there, or x_i − f at the last step with x_j ≤ s. Lower claims hold where it is ≥ 0,
    upper ones where it is ≤ 0. None where the bound is void.
    """
    r, s, f, c = (ball(x) for x in point)
    eta = c / r
    shift = ball(claim.shift)
    if claim.side == "lower":
        a = 2 * (1 + c / 2).log() / -(1 - eta).log()
        if not a > 1:
            return None
        log_y = (s.log() + (1 - eta).log() - (f * r / (1 - f)).log() / a) / (1 - 1 / a) + shift
        quotient, loss = a, -(1 - eta).log()
    else:
        b = -(1 - c).log() / (2 * (1 + eta / 2).log())
        log_y = ((s / (1 - s)).log() - (f * (r - s) / (1 - f)).log() / b) / (1 - 1 / b)
        if not log_y < s.log():
            return None
        log_y -= shift
        quotient, loss = b, arb(0)
    y = log_y.exp()
    if claim.statement == SURPLUS:
        slow = (s / (1 - s)).log() - (y / (1 - y)).log()
        fast = (f / (1 - f)).log() - (y / (r - y)).log()
        return slow - fast / quotient - loss
    return _by_definition(y, r, s, f, c)


def _by_definition(y: Any, r: Any, s: Any, f: Any, c: Any) -> Any:
    """x_i − f at the last step with x_j ≤ s, in weights; a ball without bound if it is not clear
    which step that is.
    """
    undecided = arb(0, math.inf)
    small, large = y.sqrt(), (y / r).sqrt()
    end = s.sqrt()
    if not small <= end:
        return -f if small > end else undecided
    for _ in range(LONGEST_RUN):
        following = small * (1 + c / r * (1 - small**2) / 2)
        if following > end:
            return large**2 - f
        if not following <= end:
            return undecided
        small, large = following, large * (1 + c * (1 - large**2) / 2)
    return undecided
