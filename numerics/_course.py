"""Many values of one solution: x(u) of dx/du = x^{1+e} (1 − x), tabulated once per exponent.

The flow is autonomous, so all solutions of an exponent are one curve, its course, entered at
different times u on the clock of `_clock`. It is kept as piecewise polynomials in rows that are
found from the bits of a float64, 32 to an octave of

- e > 0: |u| + 4, on either side of u = 0; far back, x falls like |u|^{−1/e};
- e < 0: u, the time since x = 0, from where x rises like u^{−1/e}.

Off the real axis the curve is analytic up to a distance of π, where x is infinite, or of |u| (+ 1/e
for e > 0), whichever is less: nine coefficients leave about 1e-15 of x.
The nodes are solved for with the times of the learning-time kernel. Neighbouring rows share no
node, so that their agreement where they meet checks both; where it fails there is no course.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics._clock import HALF, Clock, Exponent
from stairwise.numerics._relaxation import settle

ROW_BITS = 5  # 32 rows to an octave
ROWS = 1 << ROW_BITS
BITS_WITHIN = 52 - ROW_BITS  # of a float64: its place in the row
WITHIN = (1 << BITS_WITHIN) - 1
ONE = int(np.float64(1).view(np.int64))
MIDDLE = 1 + 0.5 / ROWS
DEGREE = 8
NEAR = 2  # |u| + 2^2
LATEST = 44.0  # from x = 1/2 to 1 − x < 1e-17
FLATTEST = 0.09  # |e| below which a power −1/e is too steep
LEAST = 2.0**-64  # smallest x
OCTAVES = (8, 16, 32, 64, 160)  # sizes of table, so that there are few
TABLES = 16  # kept at a time, of 20 to 400 kB each
AGREEMENT = 2e-14  # of neighbouring rows

ANGLES = np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1)
NODES = np.cos(ANGLES)
PLACES = 0.5 / ROWS * np.array([-1, 1])  # where a row begins and ends


def _to_coefficients() -> Floats:
    """From values at the nodes to coefficients of powers of the place, by way of Chebyshev's."""
    n = DEGREE + 1
    series = 2 / n * np.cos(np.outer(np.arange(n), ANGLES))
    series[0] /= 2
    powers = np.zeros((n, n))
    for k in range(n):
        one = np.polynomial.chebyshev.cheb2poly([0] * k + [1])
        powers[: one.size, k] = one
    scale = (2.0 * ROWS) ** np.arange(n)
    return np.asarray(scale[:, None] * (powers @ series))


TO_COEFFICIENTS = _to_coefficients()


@dataclass(frozen=True)
class Course:
    """The rows of one exponent: those of u ≥ 0 first, then those of u < 0."""

    shift: float
    first: int  # the leading bits of the first row on either side
    forwards: int  # rows of u ≥ 0
    latest: float
    coefficients: Floats

    def at(self, u: Floats) -> Floats:
        """X; u as early as the table begins, as late as one likes."""
        place = np.minimum(u, self.latest)
        rows = None
        if self.shift:
            rows = (place < 0) * self.forwards
            place = np.abs(place) + self.shift
        bits = place.view(np.int64)
        row = bits >> BITS_WITHIN
        row -= self.first
        if rows is not None:
            row += rows
        bits &= WITHIN
        bits |= ONE
        place -= MIDDLE
        table = self.coefficients.take(row, axis=1)
        x: Floats = table[-1]
        for coefficients in table[-2::-1]:
            x *= place
            x += coefficients
        return x


def course(exponent: Exponent, x: float) -> tuple[Course, float] | None:
    """The course of an exponent, and the time at which it passes x.

    None where there is none: for x not in [2^-64, 1/2] and for e near 0.
    """
    if not (LEAST <= x <= 0.5 and abs(exponent.e) >= FLATTEST):
        return None
    begin = _clock(exponent).moment(x)
    reach = math.log2(2**NEAR - begin) - NEAR if exponent.e > 0 else -math.log2(begin)
    octaves = next(size for size in OCTAVES if reach < size - 0.01)
    found = _course(exponent, octaves)
    return None if found is None else (found, begin)


_clock = lru_cache(TABLES)(Clock.of)


@lru_cache(TABLES)
def _course(exponent: Exponent, octaves: int) -> Course | None:
    """With rows so many octaves back."""
    clock = _clock(exponent)
    plateaued = exponent.e > 0
    half = 0.0 if plateaued else clock.moment(0.5)
    shift, first = (2.0**NEAR, NEAR) if plateaued else (0.0, -octaves)
    latest = half + LATEST
    centres, widths = _rows(first, latest + shift)
    forwards = centres.size
    u = centres[:, None] + widths[:, None] * NODES - shift
    if plateaued:
        centres, widths = _rows(first, shift * 2.0**octaves)
        u = np.concatenate([u, shift - centres[:, None] - widths[:, None] * NODES])
    values, late = np.empty(u.shape), u > half
    values[~late] = clock.position(u[~late])
    values[late] = settle(clock.tail, HALF, u[late] - half)
    middle = values[:, DEGREE // 2]  # the rest is small, and so is the rounding of its sums
    coefficients = TO_COEFFICIENTS @ (values - middle[:, None]).T
    coefficients[0] += middle
    coefficients[:, forwards - 1] = np.eye(DEGREE + 1)[0]  # there 1 − x < 1e-18
    if not _agree(coefficients, forwards):
        return None
    return Course(shift, _leading(2.0**first), forwards, latest, coefficients)


def forget() -> None:
    """Empty the store of tables, so that the next call is a first one."""
    _clock.cache_clear()
    _course.cache_clear()


def _rows(first: int, last: float) -> tuple[Floats, Floats]:
    """Centres and half-widths of the rows from 2^first to that of last."""
    octaves = 2.0 ** np.arange(first, math.frexp(last)[1])
    begins = np.multiply.outer(octaves, 1 + np.arange(ROWS) / ROWS).ravel()
    widths = np.repeat(octaves / (2 * ROWS), ROWS)
    used = begins <= last
    return (begins + widths)[used], widths[used]


def _agree(coefficients: Floats, forwards: int) -> bool:
    """Whether neighbouring rows meet."""
    left, right = np.polynomial.polynomial.polyval(PLACES, coefficients).T
    gaps = [right[:-1] / left[1:] - 1, left[:1] / left[forwards : forwards + 1] - 1]
    gaps[0][forwards - 1 : forwards] = 0
    return all(bool((np.abs(gap) <= AGREEMENT).all()) for gap in gaps)


def _leading(w: float) -> int:
    """The bits that say the row."""
    return int(np.float64(w).view(np.int64)) >> BITS_WITHIN
