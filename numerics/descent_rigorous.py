"""Descent thresholds with proof: the definition evaluated in balls at both ends.

By statement `descent-map` it is enough to show, for the step count k of the end in question, on
which side of f and s a few orbits are after k steps. Every orbit is run step by step in ball
arithmetic: for moderate step counts, and without any formula of the series.
"""

from typing import NamedTuple

import numpy as np
from flint import arb

from stairwise.numerics import _arguments as check
from stairwise.numerics._types import Real
from stairwise.numerics.balls import precision
from stairwise.numerics.descent_threshold import descent_log_threshold
from stairwise.numerics.fatou import LogMap

#: Bits of the balls; orbits from y lose about log2(1/y) of them.
BITS = 192
#: The widest relative radius: beyond, neighbouring steps are not told apart.
WIDEST = 1e-3
#: Orbits longer than this are refused.
LONGEST = 2_000_000
#: Logs of thresholds below this would take as many steps of as many bits: minutes.
DEEPEST = -20_000.0


class DescentEnclosure(NamedTuple):
    """Proven intervals for the two ends in log y, and the steps that j makes from there to s."""

    safe: tuple[float, float]
    supremum: tuple[float, float]
    safe_steps: int
    supremum_steps: int


class _Orbit:
    """One value's descent in balls, from the exact binary values of its parameters."""

    def __init__(self, depth: float, rate: float, target: float) -> None:
        self.infinite = np.isinf(depth)
        self.depth = arb(0) if self.infinite else arb(depth)
        self.power = arb(1) if self.infinite else 1 - 2 / self.depth
        self.plain, self.learning_rate = depth == 2, rate
        self.rate = arb(rate) * arb(target) ** (1 + self.power)

    def step(self, x: arb) -> arb:
        """x⁺."""
        if self.infinite:
            return x * (self.rate * x * (1 - x)).exp()
        if self.plain:
            return x * (1 + self.rate / 2 * (1 - x)) ** 2
        force = self.rate / self.depth * (x.log() * self.power).exp() * (1 - x)
        return x * ((1 + force).log() * self.depth).exp()

    def after(self, x: arb, steps: int) -> arb:
        """x after so many steps."""
        for _ in range(steps):
            x = self.step(x)
        return x

    def steps_to(self, x: arb, end: arb) -> int:
        """The number of steps after which the orbit from x is nearest to its end in ratio."""
        for count in range(LONGEST):
            following = self.step(x)
            if following * x > end * end:  # the geometric mean is past the end
                return count
            x = following
        raise ValueError(
            f"learning_rate must be such that {LONGEST} steps reach s; got {self.learning_rate!r}"
        )


def enclose_descent_threshold(
    depth: "Real", ratio: "Real", s: "Real", f: "Real", learning_rate: "Real", radius: float = 1e-11
) -> DescentEnclosure:
    """Intervals that provably contain the two descent thresholds in log y; scalars only.

    Starts from `descent_log_threshold`, widens its values by `radius` (relative where
    |log y| > 1), and proves in balls that the ends lie inside and that the step counts are the
    right ones. Floats are taken exactly.

    Raises ValueError for invalid input, and ArithmeticError where the proof fails: a tie within the
    radius, an end outside it, or log y below −20,000. Source: new.
    """
    n, r, low, high, eta = (
        check.one_number(name, values)
        for name, values in (
            ("depth", check.depths(depth)),
            ("ratio", check.ratios(ratio)),
            *zip(("s", "f"), check.fractions(s, f), strict=True),
            ("learning_rate", check.positive("learning_rate", learning_rate)),
        )
    )
    width = check.one_number("radius", check.positive("radius", radius))
    if width > WIDEST:
        raise ValueError(f"radius must be at most {WIDEST}; got {radius!r}")
    guess = descent_log_threshold(n, r, low, high, eta)
    if not np.isfinite(guess.safe):
        raise ArithmeticError("there is no finite descent threshold to enclose")
    _require_near(guess.safe)
    with precision(BITS + int(1.5 * max(-guess.safe, 1))):
        small, large = _Orbit(n, eta, 1.0), _Orbit(n, eta, r)
        log_map = LogMap(np.array(1 / n), np.array(eta))
        safe, safe_steps = _enclose_preimage(small, guess.safe, low, width)
        supremum, supremum_steps = _enclose_preimage(small, guess.supremum, low, width)
        previous = float(log_map.back(np.array(guess.safe)))
        lower, _ = _enclose_preimage(small, previous, low, width, safe_steps + 1)
        _prove(
            "no gap lies below the safe end",
            large.after(_point(lower[0]) / arb(r), safe_steps) >= arb(high),
        )
        _prove(
            "a gap lies above the safe end",
            safe_steps == supremum_steps
            or large.after(_point(safe[1]) / arb(r), safe_steps - 1) < arb(high),
        )
        _prove(
            "the supremum is incremental",
            large.after(_point(supremum[0]) / arb(r), supremum_steps) >= arb(high),
        )
        above = small.step(_point(supremum[1])) if supremum_steps > 1 else arb(low)
        _prove(
            "nothing above it is",
            large.after(above / arb(r), supremum_steps - 1) < arb(high),
        )
    return DescentEnclosure(safe, supremum, safe_steps, supremum_steps)


def _require_near(log_y: float) -> None:
    if log_y < DEEPEST:
        rule = f"beyond {DEEPEST:g}"
        raise ArithmeticError(
            f"log y = {log_y:.6g} is too far down to be proved step by step: {rule}"
        )


def descends_incrementally(
    log_y: float, depth: float, ratio: float, s: float, f: float, learning_rate: float
) -> bool:
    """The definition at one y, in balls; ArithmeticError where the balls cannot tell."""
    _require_near(log_y)
    with precision(BITS + int(1.5 * max(-log_y, 1))):
        small, large = _Orbit(depth, learning_rate, 1.0), _Orbit(depth, learning_rate, ratio)
        x_small = _point(log_y)
        x_large = x_small / arb(ratio)
        for _ in range(LONGEST):
            if x_small > arb(s):
                return False
            if not x_small <= arb(s):
                break
            if x_large >= arb(f):
                return True
            if not x_large < arb(f):
                break
            x_small, x_large = small.step(x_small), large.step(x_large)
    raise ArithmeticError(f"balls of {BITS} bits cannot tell at log y = {log_y!r}")


def _enclose_preimage(
    orbit: _Orbit, guess: float, end: float, radius: float, steps: int | None = None
) -> tuple[tuple[float, float], int]:
    """An interval about the guess that provably holds the preimage of the end, and its index."""
    width = radius * max(1.0, abs(guess))
    low, high = guess - width, guess + width
    if steps is None:
        steps = orbit.steps_to(_point(guess), arb(end))
    _prove(
        "the preimage lies within the radius",
        orbit.after(_point(low), steps) <= arb(end) <= orbit.after(_point(high), steps),
    )
    return (low, high), steps


def _point(log_y: float) -> arb:
    return arb(log_y).exp()


def _prove(claim: str, holds: bool) -> None:
    if not holds:
        raise ArithmeticError(f"could not prove that {claim}")
