"""Results to a number of digits: the working precision grows until two of them agree."""

from collections.abc import Callable
from typing import Any

from mpmath import mp

from stairwise.numerics._arguments import whole
from stairwise.numerics.process_state import working_digits

FEWEST_DIGITS, MOST_DIGITS = 15, 200

#: Precisions tried before giving up; each adds as many guard digits as all before it.
ATTEMPTS = 7


class PrecisionError(RuntimeError):
    """No two working precisions agreed to the digits asked for."""


def wanted_digits(digits: Any) -> int:
    """Digits asked for: a whole number from 15 to 200."""
    number = whole("digits", digits, FEWEST_DIGITS)
    if number > MOST_DIGITS:
        raise ValueError(f"digits must be a whole number ≤ {MOST_DIGITS}; got {digits!r}")
    return number


def agreed(compute: Callable[[Any], Any], digits: int, lost: int, what: str) -> Any:
    """Compute at growing precision until two results agree to digits; compute gets the last one.

    lost is a first guess of the digits that cancel. The result is rounded to two digits more than
    asked for.
    """
    before: Any = None
    guard = 10 + lost
    for _ in range(ATTEMPTS):
        with working_digits(digits + guard):
            value = compute(before)
            agree = before is not None and (
                value == before or abs(value - before) <= mp.mpf(10) ** (-digits - 1) * abs(value)
            )
        if agree:
            with working_digits(digits + 2):
                return +value
        before, guard = value, 2 * guard
    raise PrecisionError(
        f"{what}: no two precisions up to {digits + guard // 2} digits agree to {digits}; "
        "ask for fewer digits, or move the arguments apart"
    )
