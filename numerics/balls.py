"""Ball arithmetic's ground: exact inputs, precision that is always restored, proved decimals.

A ball (`flint.arb`) is a midpoint and a radius; every operation encloses all that its inputs
allow. Two things outside the arithmetic can spoil a proof: inputs rounded on the way in, and the
working precision, which python-flint keeps once for the whole process.

Thread safety: `precision` holds one lock of ours, so enclosures of this package in several threads
run one after another, each at its own precision. Code that sets `flint.ctx.prec` without the lock
can still change it under us: that never makes a ball false (precision only widens it), and the
width of each result is checked before it is returned. Processes share nothing: use them to scale.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from flint import arb, ctx, fmpq

from stairwise.numerics.process_state import process_lock


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work at this many bits; the former precision comes back however the block ends.

    Holds the lock of this package: other threads' blocks wait. Blocks nest.
    """
    with process_lock:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before


def rational(number: Fraction) -> Any:
    """The same number as FLINT's rational."""
    return fmpq(number.numerator, number.denominator)


def ball(number: Fraction) -> Any:
    """A ball around the number, at the current precision."""
    return arb(fmpq(number.numerator, number.denominator))


def within(enclosure: Any, digits: int) -> bool:
    """Whether a ball's relative radius is at most 10^−digits (exact zero and ±inf count)."""
    if not enclosure.is_finite():
        return bool(enclosure.is_exact() and not enclosure.is_nan())
    return bool(enclosure.rad() * arb(10) ** digits <= enclosure.abs_lower())


class Decimals(NamedTuple):
    """Decimal strings with low ≤ number ≤ high, proved by rounding a ball outwards."""

    low: str
    high: str


def outward_decimals(enclosure: Any, digits: int) -> Decimals:
    """The ends of a ball as decimals of that many significant digits, rounded outwards.

    `enclosure` is a finite ball, or exactly ±inf ("inf", "-inf"); ValueError for NaN and balls
    without bound. Both strings are proofs: low ≤ every number of the ball ≤ high.
    """
    if enclosure.is_nan() or not (enclosure.is_finite() or enclosure.is_exact()):
        raise ValueError(f"enclosure must be a bounded ball; got {enclosure}")
    if not enclosure.is_finite():
        name = "inf" if enclosure > 0 else "-inf"
        return Decimals(name, name)
    return Decimals(
        _rounded(_rational_end(enclosure, "low"), digits, "low"),
        _rounded(_rational_end(enclosure, "high"), digits, "high"),
    )


def _rational_end(enclosure: Any, side: Literal["low", "high"]) -> Fraction:
    """One end of a finite ball as an exact rational: midpoint ∓ radius are dyadic."""
    mid, radius = (_dyadic(part) for part in (enclosure.mid(), enclosure.rad()))
    return mid - radius if side == "low" else mid + radius


def _dyadic(point: Any) -> Fraction:
    mantissa, exponent = (int(part) for part in point.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent


def _rounded(number: Fraction, digits: int, side: Literal["low", "high"]) -> str:
    """The number rounded down or up to significant digits, as a plain decimal string."""
    if number == 0:
        return "0"
    exponent = _decimal_exponent(abs(number)) - digits + 1
    scaled = number / Fraction(10) ** exponent
    whole = math.floor(scaled) if side == "low" else math.ceil(scaled)
    # From text, as arithmetic would round it to the digits of the caller's decimal context.
    return str(Decimal(f"{whole}e{exponent}")) if abs(exponent) > 60 else _plain(whole, exponent)


def _plain(whole: int, exponent: int) -> str:
    """whole · 10^exponent without an exponent."""
    if exponent >= 0:
        return str(whole * 10**exponent)
    sign, figures = ("-" if whole < 0 else ""), str(abs(whole)).rjust(1 - exponent, "0")
    return f"{sign}{figures[:exponent]}.{figures[exponent:]}"


def _decimal_exponent(number: Fraction) -> int:
    """floor(log10(number)) of a positive rational, exactly."""
    guess = len(str(number.numerator)) - len(str(number.denominator))
    return guess if Fraction(10) ** guess <= number else guess - 1
