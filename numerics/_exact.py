"""Arguments of mpmath and ball arithmetic: taken exactly, as rationals."""

import math
import numbers
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import numpy as np

from stairwise.numerics._arguments import DEPTH_RULE, FRACTION_RULE, RATIO_RULE, shown

Exact = Fraction | float  # the float is inf, nothing else

#: Decimal exponents beyond this make numbers of megabytes: refused, not computed.
LARGEST_EXPONENT = 100_000

_exponent = re.compile(r"[eE]([-+]?[0-9_]+)\s*$")


def exact(name: str, value: Any, rule: str) -> Exact:
    """The value as an exact rational, or inf; ValueError naming argument, rule and value.

    Takes int, Fraction, Decimal, decimal strings ("0.1", "1/3", "1e-300", "inf"), and floats and
    mpmath numbers for the binary fraction that they are.
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
        if isinstance(value, mpmath.mpf):
            return _from_binary(value)
        if isinstance(value, bool) or not isinstance(value, numbers.Rational | float | Decimal):
            raise ValueError
        if isinstance(value, float | Decimal) and value == math.inf:
            return math.inf
        return Fraction(value)
    except (ValueError, OverflowError, ZeroDivisionError, InvalidOperation):
        raise ValueError(f"{name} must be {rule}; got {shown(value)}") from None


def _from_text(text: str) -> Exact:
    """Fraction from a decimal string; inf from its usual names."""
    if text.strip().lower() in ("inf", "+inf", "infinity", "∞"):
        return math.inf
    found = _exponent.search(text)
    if found and abs(int(found[1])) > LARGEST_EXPONENT:
        raise ValueError
    return Fraction(text)


def _from_binary(number: Any) -> Exact:
    """Fraction from mantissa and exponent of an mpf."""
    if mpmath.isinf(number) and number > 0:
        return math.inf
    if not mpmath.isfinite(number):
        raise ValueError
    mantissa, exponent = number.man_exp
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def exact_depth(depth: Any) -> Exact:
    """Depth: any real ≥ 1, or inf."""
    number = exact("depth", depth, DEPTH_RULE)
    if number < 1:
        raise ValueError(f"depth must be {DEPTH_RULE}; got {shown(depth)}")
    return number


def exact_ratio(ratio: Any) -> Fraction:
    """Ratio r: finite and > 1."""
    number = exact("ratio", ratio, RATIO_RULE)
    if not isinstance(number, Fraction) or number <= 1:
        raise ValueError(f"ratio must be {RATIO_RULE}; got {shown(ratio)}")
    return number


def exact_fractions(s: Any, f: Any) -> tuple[Fraction, Fraction]:
    """Fractions 0 < s < f < 1."""
    rule = f"such that {FRACTION_RULE}"
    low, high = exact("s", s, rule), exact("f", f, rule)
    if not isinstance(low, Fraction) or low <= 0:
        raise ValueError(f"s must be {rule}; got {shown(s)}")
    if not isinstance(high, Fraction) or high >= 1:
        raise ValueError(f"f must be {rule}; got {shown(f)}")
    if not low < high:
        raise ValueError(f"s must be {rule}; got s = {shown(s)}, f = {shown(f)}")
    return low, high


def exact_positive(name: str, value: Any) -> Fraction:
    """Finite and > 0."""
    rule = "a finite number > 0"
    number = exact(name, value, rule)
    if not isinstance(number, Fraction) or number <= 0:
        raise ValueError(f"{name} must be {rule}; got {shown(value)}")
    return number


class ExactPair(NamedTuple):
    """The arguments of a threshold."""

    depth: Exact
    ratio: Fraction
    s: Fraction
    f: Fraction


def exact_pair(depth: Any, ratio: Any, s: Any, f: Any) -> ExactPair:
    """Depth, ratio and fractions, checked in this order."""
    return ExactPair(exact_depth(depth), exact_ratio(ratio), *exact_fractions(s, f))


class Learning(NamedTuple):
    """The arguments of a learning time."""

    depth: Exact
    alpha: Fraction
    sigma0: Fraction
    sigma_star: Fraction

    @property
    def is_over(self) -> bool:
        """Whether σ starts at alpha·σ* or past it."""
        return self.sigma0 >= self.alpha * self.sigma_star

    @property
    def lost_digits(self) -> int:
        """Decimal digits that cancel where σ starts next to alpha·σ*."""
        end = self.alpha * self.sigma_star
        return decimal_digits(end / (end - self.sigma0))


def exact_learning(alpha: Any, sigma0: Any, sigma_star: Any, depth: Any) -> Learning:
    """Depth ≥ 1 or inf, 0 < alpha < 1, sigma0 > 0 and sigma_star > 0, checked in this order."""
    n, part = exact_depth(depth), exact_positive("alpha", alpha)
    if part >= 1:
        raise ValueError(f"alpha must be a number in (0, 1); got {alpha!r}")
    first, target = exact_positive("sigma0", sigma0), exact_positive("sigma_star", sigma_star)
    return Learning(n, part, first, target)


def decimal_digits(number: Fraction) -> int:
    """About as many digits as stand before the point; str would refuse more than 4,300."""
    return int(number).bit_length() * 3 // 10 + 1


def mp_number(number: Exact) -> Any:
    """The number as an mpf, rounded once at the working precision."""
    if not isinstance(number, Fraction):
        return mpmath.inf
    return mpmath.mpf(number.numerator) / number.denominator
