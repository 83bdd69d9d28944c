"""Checks of box certificates that share the margins' algebra with the search, and nothing else.

For each proof: the leaves tile the box exactly (found again from their edges alone); on each leaf
the margin has its sign by another route than the search's: for the flow's bounds the integrals lie
between chords and tangents of their convex integrands, for descent see `descent_replay`; at each
leaf's centre what the claim speaks of has its sign by the published formulas too; void leaves are
void by exact arithmetic or balls of the bound's own condition; and a refuting point refutes.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb

from stairwise.numerics._exact import Exact
from stairwise.numerics.balls import precision
from stairwise.numerics.boxes import (
    PROVED,
    REFUTED,
    UNDECIDED,
    VOID,
    BoxVerdict,
    Leaf,
    confirms,
    contradicts,
    decide,
    describe,
)
from stairwise.numerics.certificate import jobs, read_certificate
from stairwise.numerics.claims import is_in_the_theory, is_made, margin_over
from stairwise.numerics.descent_replay import (
    DifferentiatedSlopes,
    WeightDescent,
    is_void,
    surplus_sign,
)
from stairwise.numerics.margins import Claim, Exponents
from stairwise.numerics.regions import Box, Region, StepBox, centre, holds, with_range
from stairwise.numerics.run_margins import SURPLUS
from stairwise.numerics.threshold_equation import shrink
from stairwise.theory.decide import Verdict

#: Bits of the replay: others than the search's.
REPLAY_BITS = 90
#: Cells of the chords and tangents: few first, more where the margin is small.
CELLS = (16, 64, 256, 1024, 4096)
UNDECIDED_CENTRE = "the sign at the centre is not decided"
UNCONFIRMED = "the margin's sign is not confirmed"
#: Checks that cannot tell whether a leaf stands.
DOUBTS = (UNDECIDED_CENTRE, UNCONFIRMED)


@dataclass(frozen=True)
class Replay:
    """What a certificate is worth.

    `verdict` is proved if every proof of the file stands as proved, refuted if any check fails
    (`faults` says which) or a proof in it is a sound refutation, undecided if proofs are left
    undecided, a check does not decide (`doubts` says where) or the file holds none. `missing` are
    the theory's claims that it does not prove.
    """

    verdict: Verdict
    proofs: int
    leaves: int
    faults: tuple[str, ...]
    missing: tuple[str, ...]
    doubts: tuple[str, ...] = ()


class Checks(NamedTuple):
    """Every check that one proof fails, and every one that does not decide, as sentences."""

    faults: list[str]
    doubts: list[str]


def replay_certificate(
    path: str | os.PathLike[str],
    progress: Callable[[int, int, BoxVerdict], None] | None = None,
) -> Replay:
    """Re-check a certificate from the file alone; see `Replay`. ValueError if it is not one."""
    verdicts = read_certificate(path)
    faults: list[str] = []
    doubts: list[str] = []
    for done, verdict in enumerate(verdicts, start=1):
        checks = checked(verdict)
        faults += checks.faults
        doubts += checks.doubts
        if progress is not None:
            progress(done, len(verdicts), verdict)
    proved = {(v.claim, v.depth, v.box) for v in verdicts if v.verdict is Verdict.PROVED}
    missing = tuple(
        f"{job.claim.statement} {job.claim.side} order {job.claim.order}, depth {job.depth}"
        for job in jobs()
        if tuple(job) not in proved
    )
    outcomes = {v.verdict for v in verdicts}
    if faults or Verdict.REFUTED in outcomes:
        worth = Verdict.REFUTED
    else:
        stands = outcomes == {Verdict.PROVED} and not doubts
        worth = Verdict.PROVED if stands else Verdict.UNDECIDED
    leaves = sum(len(verdict.leaves) for verdict in verdicts)
    return Replay(worth, len(verdicts), leaves, tuple(faults), missing, tuple(doubts))


def checked(verdict: BoxVerdict) -> Checks:
    """All checks of one proof."""
    claim = verdict.claim
    name = f"{claim.statement} {claim.side} order {claim.order}, depth {verdict.depth}"
    if not is_made(claim, verdict.depth):
        return Checks([f"{name}: no such claim"], [])
    if not is_in_the_theory(claim, verdict.box):
        return Checks([f"{name}: the box leaves the theory"], [])
    if verdict.verdict is Verdict.REFUTED:
        point = verdict.point
        sound = point is not None and holds(verdict.box, point)
        if sound and point is not None and contradicts(claim, verdict.depth, point):
            return Checks([], [])
        return Checks([f"{name}: the point does not refute it"], [])
    outcomes = {leaf.outcome for leaf in verdict.leaves}
    faults: list[str] = []
    doubts: list[str] = []
    if verdict.verdict is Verdict.PROVED and (PROVED not in outcomes or UNDECIDED in outcomes):
        faults.append(f"{name}: called proved, but its leaves are not")
    if not tiles(verdict.box, [leaf.box for leaf in verdict.leaves]):
        faults.append(f"{name}: the boxes do not tile the domain")
    for leaf in verdict.leaves:
        fault = _leaf_fault(verdict, leaf)
        if fault:
            found = doubts if fault in DOUBTS else faults
            found.append(f"{name}: {fault} on {describe(leaf.box)}")
    return Checks(faults, doubts)


def _leaf_fault(verdict: BoxVerdict, leaf: Leaf) -> str:
    """Why one leaf does not stand, or nothing."""
    claim, region = verdict.claim, leaf.box
    if leaf.outcome == UNDECIDED:
        return ""
    with precision(REPLAY_BITS):
        if leaf.outcome == VOID:
            return "" if is_void(claim, verdict.depth, region) else "the claim is not void"
        if leaf.outcome != PROVED:
            return f"unknown outcome {leaf.outcome!r}"
        at_centre = confirms(claim, verdict.depth, centre(region))
        if at_centre == REFUTED:
            return "the wrong sign at the centre"
        for found in _margins(claim, verdict.depth, region):
            if decide(claim, found) == PROVED:
                return UNDECIDED_CENTRE if at_centre == UNDECIDED else ""
    return UNCONFIRMED


def _margins(claim: Claim, depth: Exact, region: Region) -> Iterator[Any]:
    """The margin over a leaf by the replay's routes, finer and finer."""
    if isinstance(region, Box):
        yield from (margin_over(claim, depth, region, Sums(cells)) for cells in CELLS)
    elif isinstance(region, StepBox):
        yield from (margin_over(claim, depth, region, DifferentiatedSlopes(n)) for n in CELLS)
    elif claim.statement == SURPLUS:
        yield surplus_sign(claim, region)
    else:
        yield margin_over(claim, depth, region, WeightDescent())


def tiles(region: Region, boxes: Sequence[Region]) -> bool:
    """Whether the boxes fill the region without overlap: exact, by planes that cut none of them.

    True for every tiling that can be taken apart by planes through the whole region, one after
    another (all that bisection makes); False for any set that is not a tiling.
    """
    pending = [(region, list(boxes))]
    while pending:
        part, inside = pending.pop()
        if len(inside) == 1 and inside[0] == part:
            continue
        plane = _free_plane(part, inside)
        if plane is None:
            return False
        axis, at = plane
        low, high = part[axis]
        below = [x for x in inside if x[axis][1] <= at]
        above = [x for x in inside if x[axis][0] >= at]
        pending.append((with_range(part, axis, low, at), below))
        pending.append((with_range(part, axis, at, high), above))
    return True


def _free_plane(part: Region, inside: Sequence[Region]) -> tuple[int, Fraction] | None:
    """An axis and a place strictly inside the part at which no box is cut."""
    for axis in range(len(part)):
        low, high = part[axis]
        spans = sorted(box[axis] for box in inside)
        reached = low
        for begin, end in spans:
            if begin >= reached and low < begin < high:
                return axis, begin
            reached = max(reached, end)
    return None


class Sums:
    """The margin's integrals between tangents (below) and chords (above) of convex functions."""

    def __init__(self, cells: int) -> None:
        self.cells = cells

    def inner(self, powers: Exponents, rho: Any, r: Any, s: Any) -> Any:
        """∫_ρ^1 x^{−m} g(x) dx, g(x) = 1/(1 − s x) − 1/(r (r − s x)): convex in x, as
        g'' = 2 s² (1/(1 − s x)³ − 1/(r (r − s x)³)) > 0.
        """
        span = -rho.log()

        def value(x: Any) -> Any:
            return 1 / (1 - s * x) - 1 / (r * (r - s * x))

        def slope(x: Any) -> Any:
            return s / (1 - s * x) ** 2 - s / (r * (r - s * x) ** 2)

        ends = [(-span * k / self.cells).exp() for k in range(self.cells, -1, -1)]
        return _between(powers.a, ends, value, slope)

    def outer(self, powers: Exponents, kappa: Any, f: Any) -> Any:
        """κ^{−m} ∫_{1/κ}^f t^{−m}/(1 − t) dt in cells that are even in log(t/(1 − t))."""
        begin = -(kappa - 1).log()
        span = (f / (1 - f)).log() - begin
        odds = [(begin + span * k / self.cells).exp() for k in range(self.cells + 1)]
        ends = [q / (1 + q) for q in odds]
        total = _between(powers.a, ends, lambda t: 1 / (1 - t), lambda t: 1 / (1 - t) ** 2)
        return (-powers.m * kappa.log()).exp() * total


def _between(a: Any, ends: Sequence[Any], value: Any, slope: Any) -> Any:
    """A ball around ∫ x^{a−1} g(x) dx over the cells, g convex: its hull of tangents and chords.

    On a cell, ∫ x^{a−1} (g(c) + g'(c) (x − c)) dx = (g − g' c) M₀ + g' M₁ with the power moments
    M₀ and M₁, for the tangent at the middle c and with the chord's slope for the chord.
    """
    below, above = arb(0), arb(0)
    values = [value(x) for x in ends]
    logs = [x.log() for x in ends]
    for k in range(len(ends) - 1):
        low, high, width = ends[k], ends[k + 1], logs[k + 1] - logs[k]
        mass = (a * logs[k + 1]).exp() * shrink(a, width)
        first = ((a + 1) * logs[k + 1]).exp() * shrink(a + 1, width)
        centre = (low + high) / 2
        tangent, at = slope(centre), value(centre)
        below += (at - tangent * centre) * mass + tangent * first
        chord = (values[k + 1] - values[k]) / (high - low)
        above += (values[k] - chord * low) * mass + chord * first
    return below.union(above)
