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
import numbers
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import numpy as np
from flint import arb, ctx, fmpq

from stairwise.numerics._arguments import DEPTH_RULE, FRACTION_RULE, RATIO_RULE

Exact = Fraction | float  # the float is inf, nothing else

#: Decimal exponents beyond this make numbers of megabytes: refused, not computed.
LARGEST_EXPONENT = 100_000

_lock = threading.RLock()
_exponent = re.compile(r"[eE]([-+]?[0-9_]+)\s*$")


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work at this many bits; the former precision comes back however the block ends.

    Holds the lock of this package: other threads' blocks wait. Blocks nest.
    """
    with _lock:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before


def exact(name: str, value: Any, rule: str) -> Exact:
    """The value as an exact rational, or inf; ValueError naming argument, rule and value.

    Takes int, Fraction, Decimal, decimal strings ("0.1", "1/3", "1e-300", "inf"), and floats for
    the binary fraction that they are. NumPy scalars count as int and float.
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, np.generic):
        value = value.item()
    try:
        if type(value) is float and math.isfinite(value):
            return Fraction(*value.as_integer_ratio())
        if isinstance(value, str):
            return _from_text(value)
        if isinstance(value, bool) or not isinstance(value, numbers.Rational | float | Decimal):
            raise ValueError
        if isinstance(value, float | Decimal) and value == math.inf:
            return math.inf
        return Fraction(value)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(f"{name} must be {rule}; got {value!r}") from None


def _from_text(text: str) -> Exact:
    """Fraction from a decimal string; inf from its usual names."""
    if text.strip().lower() in ("inf", "+inf", "infinity", "∞"):
        return math.inf
    found = _exponent.search(text)
    if found and abs(int(found[1])) > LARGEST_EXPONENT:
        raise ValueError
    return Fraction(text)


def exact_depth(depth: Any) -> Exact:
    """Depth: any real ≥ 1, or inf."""
    number = exact("depth", depth, DEPTH_RULE)
    if number < 1:
        raise ValueError(f"depth must be {DEPTH_RULE}; got {depth!r}")
    return number


def exact_ratio(ratio: Any) -> Fraction:
    """Ratio r: finite and > 1."""
    number = exact("ratio", ratio, RATIO_RULE)
    if not isinstance(number, Fraction) or number <= 1:
        raise ValueError(f"ratio must be {RATIO_RULE}; got {ratio!r}")
    return number


def exact_fractions(s: Any, f: Any) -> tuple[Fraction, Fraction]:
    """Fractions 0 < s < f < 1."""
    rule = f"such that {FRACTION_RULE}"
    low, high = exact("s", s, rule), exact("f", f, rule)
    if not isinstance(low, Fraction) or low <= 0:
        raise ValueError(f"s must be {rule}; got {s!r}")
    if not isinstance(high, Fraction) or high >= 1:
        raise ValueError(f"f must be {rule}; got {f!r}")
    if not low < high:
        raise ValueError(f"s must be {rule}; got s = {s!r}, f = {f!r}")
    return low, high


def exact_positive(name: str, value: Any) -> Fraction:
    """Finite and > 0."""
    rule = "a finite number > 0"
    number = exact(name, value, rule)
    if not isinstance(number, Fraction) or number <= 0:
        raise ValueError(f"{name} must be {rule}; got {value!r}")
    return number


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
    return str(Decimal(whole).scaleb(exponent)) if abs(exponent) > 60 else _plain(whole, exponent)


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
