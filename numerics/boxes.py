"""Boxes of parameters, what is known of a claim on them, and the signs that decide it.

Proved means that a margin has a strict sign; refuted comes with a rational point at which what the
claim speaks of (for the flow's bounds G at the bound) has the wrong one, by a route that does not
use the margin; everything else is undecided.
A ball without bound decides nothing. The search is in `box_search`, its check in `replay`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from stairwise.numerics._exact import Exact, exact
from stairwise.numerics.claims import MOST_POINT_BITS, POINT_BITS, value_at
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import Box, Region, Witness, volume
from stairwise.theory.decide import Verdict

PROVED, REFUTED, VOID, UNDECIDED = "proved", "refuted", "void", "undecided"


def box(ratio: Sequence[Any], s: Sequence[Any], f: Sequence[Any]) -> Box:
    """A box from pairs of exact numbers (low, high); ValueError where it leaves the theory.

    1 < ratio, 0 < s < f < 1 all over the box, and low ≤ high. Strings are decimals.
    """
    ranges = []
    for name, pair in (("ratio", ratio), ("s", s), ("f", f)):
        low, high = (exact(name, end, "a pair of finite numbers") for end in pair)
        if not (isinstance(low, Fraction) and isinstance(high, Fraction) and low <= high):
            raise ValueError(f"{name} must be a pair of finite numbers low ≤ high; got {pair!r}")
        ranges.append((low, high))
    made = Box(*ranges)
    if not (made.ratio[0] > 1 and made.s[0] > 0 and made.s[1] < made.f[0] and made.f[1] < 1):
        raise ValueError(f"box must lie in ratio > 1, 0 < s < f < 1; got {describe(made)}")
    return made


def describe(region: Region) -> str:
    """The box in short decimals, for people."""
    named = region._asdict().items()
    return ", ".join(f"{name} in [{float(a):g}, {float(b):g}]" for name, (a, b) in named)


@dataclass(frozen=True)
class Leaf:
    """One box of the tiling: what is known of the claim on it, and the margin that decides it."""

    box: Region
    outcome: str
    margin: str = ""


@dataclass(frozen=True)
class BoxVerdict:
    """Verdict on a claim over a box, with its witness.

    Proved: the `leaves`, each decided, tile the box. Refuted: `point` is a counterexample.
    Undecided: the leaves left over. On `void` leaves the claim says nothing ((1 − f) r ≤ 1 for the
    paper's lower bound, A ≤ 1 for that of descent); a leaf cut by that surface is proved wherever
    the claim speaks.
    """

    claim: Claim
    depth: Exact
    box: Region
    verdict: Verdict
    leaves: tuple[Leaf, ...]
    point: Witness | None
    examined: int
    note: str

    def volume(self, outcome: str) -> Fraction:
        """Volume of the leaves with that outcome (proved, void or undecided)."""
        return sum((volume(x.box) for x in self.leaves if x.outcome == outcome), Fraction(0))


def decide(claim: Claim, found: Any) -> str:
    """What a margin says: proved only by a finite ball of strict sign; None is void."""
    if found is None:
        return VOID
    if not found.is_finite():
        return UNDECIDED
    return PROVED if (found > 0 if claim.side == "lower" else found < 0) else UNDECIDED


def contradicts(claim: Claim, depth: Exact, point: Witness) -> bool:
    """Whether the value at the (shifted) bound certainly has the wrong sign at the point."""
    value = value_at(claim, depth, point)
    if value is None or not value.is_finite():
        return False
    return bool(value < 0 if claim.side == "lower" else value > 0)


def confirms(claim: Claim, depth: Exact, point: Witness) -> str:
    """What the value at the bound says at the point, at growing precision: proved where it
    certainly has the right sign, REFUTED where the wrong one, void, or undecided.

    At a bound that is within y of log y* the value is some y², and few bits see 0.
    """
    bits = POINT_BITS
    while bits <= MOST_POINT_BITS:
        value = _value_if_seen(claim, depth, point, bits)
        if value is None:
            return VOID
        if value.is_finite() and not value.contains(0):
            return PROVED if (value > 0 if claim.side == "lower" else value < 0) else REFUTED
        bits *= 4
    return UNDECIDED


def _value_if_seen(claim: Claim, depth: Exact, point: Witness, bits: int) -> Any:
    """The value; a ball without bound where series cannot tell their leading terms from 0."""
    try:
        return value_at(claim, depth, point, bits)
    except (ValueError, ZeroDivisionError):
        return arb.nan()


def with_note(found: BoxVerdict) -> BoxVerdict:
    """The verdict with a sentence for people."""
    claim = found.claim
    what = f"{claim.statement} {claim.side} bound, order {claim.order}, depth {found.depth}"
    if claim.shift:
        what += f", shifted by {float(claim.shift):g}"
    if found.point is not None:
        at = ", ".join(f"{n} = {float(x):.12g}" for n, x in found.point._asdict().items())
        note = f"{what}: refuted at {at}"
    else:
        total = volume(found.box)
        shares = [(name, found.volume(name)) for name in (PROVED, VOID, UNDECIDED)]
        parts = ", ".join(f"{name} {float(v / total):.6g}" for name, v in shares if v)
        note = f"{what}: {found.verdict}; shares of the volume: {parts}; {len(found.leaves)} boxes"
    return BoxVerdict(**{**vars(found), "note": note})
