"""Branch and bound: inequalities proved over whole boxes of their parameters, on balls.

A box is decided where the `margin` of the claim has a strict sign all over it; else it is cut in
two along the range that matters most, to a stated depth. Proved means that nothing was left.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

from stairwise.numerics._exact import Exact, exact, exact_depth
from stairwise.numerics._types import ExactReal
from stairwise.numerics.balls import precision
from stairwise.numerics.boxes import (
    PROVED,
    UNDECIDED,
    BoxVerdict,
    Leaf,
    contradicts,
    decide,
    with_note,
)
from stairwise.numerics.claims import (
    ALL_CLAIMS,
    DEPTH_TWO,
    Route,
    domain_of,
    is_in_the_theory,
    is_made,
    margin_over,
)
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import (
    Box,
    Region,
    StepBox,
    Witness,
    centre,
    point_in,
    with_range,
)
from stairwise.numerics.run_margins import RUNS
from stairwise.theory.decide import Verdict

#: Bits for margins: their widths come from the boxes, so twice float64 is ample.
MARGIN_BITS = 106
#: Cuts from the whole box to the smallest: every range can be cut 13 times.
CUTS = 40
#: Boxes examined before the rest is left undecided: thirty times the hardest claim's need.
LARGEST_SEARCH = 100_000
#: The same for runs of descent, in four variables: five times the need.
LARGEST_RUN_SEARCH = 1_000_000
#: A range is cut only if it is at most so many times narrower than the widest.
BALANCE = 64
#: Cuts above which all corners are tried as counterexamples, not only the centre.
CORNER_CUTS = 3
#: How far inside a step's box its corners are tried, as a share of the ranges.
INSET = Fraction(1, 1024)


def prove_on_box(
    statement: str,
    side: str,
    depth: ExactReal,
    region: Region | None = None,
    order: int = 0,
    shift: ExactReal = 0,
    cuts: int = CUTS,
    route: Route | None = None,
) -> BoxVerdict:
    """Decide one side of a statement's bounds over a whole box, at one depth ≥ 2.

    `statement` is separation-bounds; sharp-bounds or sharp-bounds-concave (order 0 or 1), which are
    the bounds of `fixed_point_bounds` and `sharp_bounds`; or sharp-bounds-elementary, its
    own forms at depth 2 (order 0). Those of gradient descent are descent-bounds-steps (order 0; 1
    is the upper one before the bend) and descent-bounds-growth, over a `StepBox`, and
    descent-bounds and descent-bounds-runs at depth 2, over a `RunBox`: see `step_margins` and
    `run_margins`.
    `side` is lower or upper. `region` is by default the claim's domain. `shift` ≥ 0 moves the bound
    (its log, or the time of a step) towards the truth and past it: a false twin. `cuts` is the
    number of cuts to the smallest box, `route` how the margin's parts are computed. ValueError
    names the argument, the rule and the value.

    Source: the statements of these names; proofs by computation: new.
    """
    moved = exact("shift", shift, "a finite number ≥ 0")
    if not isinstance(moved, Fraction) or moved < 0:
        raise ValueError(f"shift must be a finite number ≥ 0; got {shift!r}")
    claim = Claim(statement, side, order, moved)
    number = exact_depth(depth)
    if claim._replace(shift=Fraction(0)) not in ALL_CLAIMS:
        known = "; ".join(f"{c.statement}, {c.side}, {c.order}" for c in ALL_CLAIMS)
        got = (statement, side, order)
        raise ValueError(f"statement, side and order must be one of {known}; got {got!r}")
    if number < 2:
        raise ValueError(f"depth must be a real number ≥ 2, or inf, on boxes; got {depth!r}")
    if not is_made(claim, number):
        rule = "2" if statement in DEPTH_TWO else "an integer ≥ 2, or inf,"
        raise ValueError(f"depth must be {rule} for {statement}; got {depth!r}")
    over = domain_of(claim) if region is None else region
    if not is_in_the_theory(claim, over):
        names = ", ".join(domain_of(claim)._fields)
        raise ValueError(f"region must be a box of {names} in the theory; got {over!r}")
    with precision(MARGIN_BITS):
        return _Search(claim, number, over, cuts, route).run()


class _Search:
    """Depth-first branch and bound, the worse half first."""

    def __init__(
        self, claim: Claim, depth: Exact, region: Region, cuts: int, route: Route | None
    ) -> None:
        self.claim, self.depth, self.region = claim, depth, region
        self.cuts, self.route = cuts, route
        self.budget = LARGEST_RUN_SEARCH if claim.statement == RUNS else LARGEST_SEARCH
        self.examined = 0

    def run(self) -> BoxVerdict:
        """Search until every box is decided, one is refuted, or the budget is spent."""
        leaves: list[Leaf] = []
        stack = [(self.region, self.examine(self.region), 0)]
        while stack:
            region, found, depth = stack.pop()
            outcome = decide(self.claim, found)
            if outcome != UNDECIDED:
                leaves.append(Leaf(region, outcome, "" if found is None else found.str(8)))
                continue
            point = self.counterexample(region, depth)
            if point is not None:
                return self.verdict(Verdict.REFUTED, leaves, point)
            spent = depth >= self.cuts or self.examined >= self.budget
            if spent or max(_widths(region)) == 0:
                leaves.append(Leaf(region, UNDECIDED, found.str(8)))
                continue
            halves = [(half, self.examine(half)) for half in self.cut(region)]
            if self.badness(halves[0][1]) > self.badness(halves[1][1]):
                halves.reverse()
            stack.extend((half, value, depth + 1) for half, value in halves)
        proved = any(leaf.outcome == PROVED for leaf in leaves)
        whole = all(leaf.outcome != UNDECIDED for leaf in leaves)
        return self.verdict(Verdict.PROVED if proved and whole else Verdict.UNDECIDED, leaves, None)

    def examine(self, region: Region) -> Any:
        """The margin over one box."""
        self.examined += 1
        return margin_over(self.claim, self.depth, region, self.route)

    def badness(self, found: Any) -> float:
        """How far the margin's worst end is on the wrong side, or inf where it has no bound."""
        if found is None:
            return -math.inf
        if not found.is_finite():
            return math.inf
        return float(-found.lower() if self.claim.side == "lower" else found.upper())

    def cut(self, region: Region) -> tuple[Region, Region]:
        """Halves along the range, of the wider ones, whose collapse helps the margin most."""
        middles = _middles(region)
        widths = _widths(region)
        best, best_axis = math.inf, -1
        for axis, middle in enumerate(middles):
            if widths[axis] * BALANCE >= max(widths):
                worth = self.badness(self.examine(with_range(region, axis, middle, middle)))
                if worth < best or best_axis < 0:
                    best, best_axis = worth, axis
        (low, high), middle = region[best_axis], middles[best_axis]
        below = with_range(region, best_axis, low, middle)
        return below, with_range(region, best_axis, middle, high)

    def counterexample(self, region: Region, cuts: int) -> Witness | None:
        """A point of the box (its centre; early on the corners too) that refutes the claim."""
        points = [centre(region)]
        if cuts <= CORNER_CUTS or cuts >= self.cuts:
            points += [point_in(region, *corner) for corner in product(*_corners(region))]
        return next((p for p in points if contradicts(self.claim, self.depth, p)), None)

    def verdict(self, verdict: Verdict, leaves: list[Leaf], point: Witness | None) -> BoxVerdict:
        """The result with a sentence for people."""
        found = BoxVerdict(
            self.claim,
            self.depth,
            self.region,
            verdict,
            tuple(leaves),
            point,
            self.examined,
            "",
        )
        return with_note(found)


def _corners(region: Region) -> list[tuple[Fraction, Fraction]]:
    """The ends of every range; of a step's, which are equalities, places just inside."""
    if not isinstance(region, StepBox):
        return list(region)
    inside = ((high - low) * INSET for low, high in region)
    return [(low + step, high - step) for (low, high), step in zip(region, inside, strict=True)]


def _widths(region: Region) -> tuple[float, ...]:
    """Widths of log(r − 1), log s, log(1 − f) and log of the rate; of rate and position as such."""
    if isinstance(region, StepBox):
        return tuple(float(high - low) for low, high in region)
    (r_low, r_high), (s_low, s_high), (f_low, f_high) = region[:3]
    quotients = [(r_high - 1) / (r_low - 1), s_high / s_low, (1 - f_low) / (1 - f_high)]
    quotients += [] if isinstance(region, Box) else [region.rate[1] / region.rate[0]]
    return tuple(math.log(quotient) for quotient in quotients)


def _middles(region: Region) -> list[Fraction]:
    """Where each range would be cut."""
    if isinstance(region, StepBox):
        return [(low + high) / 2 for low, high in region]
    return [_middle(axis, *ends) for axis, ends in enumerate(region)]


def _middle(axis: int, low: Fraction, high: Fraction) -> Fraction:
    """A short decimal well inside the range: near the geometric mean of r − 1, s, 1 − f or c."""
    if low == high:
        return low
    if axis == 2:
        return 1 - _short_mean(1 - high, 1 - low)
    return _short_mean(low - 1, high - 1) + 1 if axis == 0 else _short_mean(low, high)


def _short_mean(low: Fraction, high: Fraction) -> Fraction:
    """The geometric mean rounded to as few decimals as keep it in the middle half."""
    mean = Fraction(math.sqrt(low * high))
    quarter = (high - low) / 8
    for places in range(60):
        rounded = round(mean, places)
        if low + quarter < rounded < high - quarter:
            return rounded
    return (low + high) / 2
