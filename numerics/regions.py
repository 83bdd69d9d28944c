"""Boxes that proofs run over, one class per set of variables, and the points in them."""

import math
from fractions import Fraction
from typing import NamedTuple

from stairwise.numerics.bound_balls import Point

Range = tuple[Fraction, Fraction]


class Box(NamedTuple):
    """Closed ranges of ratio, s and f, as exact rationals (low, high)."""

    ratio: Range
    s: Range
    f: Range

    @property
    def volume(self) -> Fraction:
        """Product of the three widths."""
        return volume(self)

    @property
    def centre(self) -> tuple[Fraction, Fraction, Fraction]:
        """Midpoint of each range."""
        ratio, s, f = ((low + high) / 2 for low, high in self)
        return ratio, s, f


class StepBox(NamedTuple):
    """One step of descent: ranges of the rate c = η σ*^{2−2/N} and of the position x = σ/σ*."""

    rate: Range
    position: Range


class RunBox(NamedTuple):
    """A descent: ranges of ratio, s, f, and of c = η σ*_i^{2−2/N}, the larger value's rate."""

    ratio: Range
    s: Range
    f: Range
    rate: Range


class StepPoint(NamedTuple):
    """Exact rate and position."""

    rate: Fraction
    position: Fraction


class RunPoint(NamedTuple):
    """Exact ratio, s, f and rate of the larger value."""

    ratio: Fraction
    s: Fraction
    f: Fraction
    rate: Fraction


Region = Box | StepBox | RunBox
Witness = Point | StepPoint | RunPoint


def volume(region: Region) -> Fraction:
    """Product of the widths."""
    return math.prod((high - low for low, high in region), start=Fraction(1))


def centre(region: Region) -> Witness:
    """Midpoint of each range."""
    return point_in(region, *((low + high) / 2 for low, high in region))


def point_in(region: Region, *values: Fraction) -> Witness:
    """A point with the region's variables."""
    if isinstance(region, Box):
        return Point(*values)
    return StepPoint(*values) if isinstance(region, StepBox) else RunPoint(*values)


def with_range(region: Region, axis: int, low: Fraction, high: Fraction) -> Region:
    """The region with one range replaced."""
    ranges = list(region)
    ranges[axis] = (low, high)
    return type(region)(*ranges)


def holds(region: Region, point: Witness) -> bool:
    """Whether the point has the region's variables and lies in it."""
    same = len(point) == len(region)
    return same and all(a <= x <= b for x, (a, b) in zip(point, region, strict=True))
