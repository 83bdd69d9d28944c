"""Products of powers to the last digit over float64's whole range, and beyond it on the way.

x^c by exp(c·log x) or pow loses |c·log x| ulps to the rounding of c alone: 4e-14 at x = 1e-300.
Here c comes with its rounding error, and a number is a float64 times a power of two.
"""

from typing import NamedTuple

import numpy as np

from stairwise.numerics._arguments import Floats

SPLITTER = 134217729.0  # 2^27 + 1, Veltkamp's

NEAR_UNDERFLOW = 1e-290
#: e^±BEYOND takes every double out of the range.
BEYOND = 2100.0


class Sum(NamedTuple):
    """An unevaluated sum high + low, |low| ≤ ulp(high)/2."""

    high: Floats
    low: Floats


class Scaled(NamedTuple):
    """mantissa·2^exponent, the exponent a whole float64."""

    mantissa: Floats
    exponent: Floats

    def times(self, other: "Scaled") -> "Scaled":
        """The product."""
        return Scaled(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def over(self, other: "Scaled") -> "Scaled":
        """The quotient."""
        return Scaled(self.mantissa / other.mantissa, self.exponent - other.exponent)

    def log(self) -> Floats:
        """Natural logarithm."""
        value: Floats = np.log(self.mantissa) + self.exponent * np.log(2.0)
        return value

    def of(self, factor: Floats) -> Floats:
        """Times factor, as float64."""
        value = self.value()
        if value.min() > NEAR_UNDERFLOW and value.max() < 1 / NEAR_UNDERFLOW:
            return value * factor
        return self.times(scaled(factor)).value()

    def value(self) -> Floats:
        """As float64: 0 below its range, inf above."""
        # In two halves, so that ±4000 neither wraps nor rounds twice where the result is normal.
        exponent = np.clip(self.exponent, -4000, 4000)
        half = np.trunc(exponent / 2)
        result: Floats = np.ldexp(
            np.ldexp(self.mantissa, half.astype(np.int32)), (exponent - half).astype(np.int32)
        )
        return result


def scaled(x: Floats) -> Scaled:
    """x itself."""
    mantissa, exponent = np.frexp(x)
    return Scaled(mantissa, exponent.astype(np.float64))


def product(x: Floats, y: Floats) -> Sum:
    """x·y exactly (Dekker), for factors within 1e±140."""
    high = x * y
    x_high, y_high = _upper(x), _upper(y)
    x_low, y_low = x - x_high, y - y_high
    low = x_low * y_low - (((high - x_high * y_high) - x_low * y_high) - x_high * y_low)
    return Sum(high, low)


def _upper(x: Floats) -> Floats:
    stretched = SPLITTER * x
    upper: Floats = stretched - (stretched - x)
    return upper


def power(x: Floats, exponent: Sum) -> Scaled:
    """x^exponent for x > 0, to about two ulps."""
    mantissa, binary = np.frexp(x)
    # Mantissas in [√½, √2), so that their log is small where x is near 1.
    low = mantissa < np.sqrt(0.5)
    mantissa = np.where(low, 2 * mantissa, mantissa)
    binary = binary - low
    whole_part = product(exponent.high, binary.astype(np.float64))
    nearest = np.rint(whole_part.high)
    rest = (whole_part.high - nearest) + (whole_part.low + exponent.low * binary)
    return Scaled(np.exp2(rest) * mantissa**exponent.high, nearest)


def quotient(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """x/y > 0 and its log; the quotient may underflow, its log does not."""
    ratio = x / y
    if ratio.min() > NEAR_UNDERFLOW:
        return ratio, np.log(ratio)
    exact = scaled(x).over(scaled(y))
    return exact.value(), exact.log()


def grow(x: Floats, by: Floats) -> Floats:
    """x·e^by, also where e^by alone would leave the range."""
    third = np.exp(by / 3)
    value: Floats = x * third * third * third
    tiny = np.less(x, NEAR_UNDERFLOW)
    if np.any(tiny):  # a subnormal on the way would round
        by = np.clip(by, -BEYOND, BEYOND)
        binary = np.rint(by / np.log(2.0))
        mantissa, exponent = np.frexp(x)
        grown = mantissa * np.exp(by - binary * np.log(2.0))
        value = np.where(tiny, np.ldexp(grown, exponent + binary.astype(np.int32)), value)
    return value


def exact_e(depth: Floats) -> Sum:
    """e = 1 − 2/N to twice float64's precision."""
    return _minus(1.0, *_two_over(depth))


def exact_p(depth: Floats) -> Sum:
    """p = 2 − 2/N to twice float64's precision."""
    return _minus(2.0, *_two_over(depth))


def _two_over(depth: Floats) -> tuple[Floats, Floats]:
    a = 2 / depth
    finite = np.minimum(depth, 1e30)  # beyond, the rounding of a is below any use
    back = product(a, finite)
    return a, np.where(depth < 1e30, ((2 - back.high) - back.low) / finite, 0.0)


def _minus(c: float, a: Floats, a_low: Floats) -> Sum:
    """c − (a + a_low) for 0 ≤ a ≤ 2 ≤ 2c."""
    high = c - a
    back = high - c
    low = (c - (high - back)) - (a + back)
    total = high + (low - a_low)
    return Sum(total, (high - total) + (low - a_low))
