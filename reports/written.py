"""Numbers as they were given: what floats lose of a decimal, and how each is shown to a reader."""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np

from stairwise.numerics._arguments import Floats

#: A float is taken for the binary fraction that it is, decimal text for the decimal.
Number = float | str | Fraction | Decimal

#: Floats of more significant digits come from a grid's arithmetic, and are rounded for a reader.
SHORT = 12
#: To so many digits at least.
LEAST = 5
#: r − 1 down to which the threshold in float64 keeps its accuracy.
LEAST_EXCESS = 1e-25
#: A rounding that moves the small differences 1 − f, f − s, N − 2 or N − 1 by more is told.
LOSS = 1e-12


def exact(number: Number) -> Fraction:
    """The number itself; it is finite, and float takes it."""
    return Fraction(number)


def excesses(ratios: Iterable[Number]) -> Floats:
    """r − 1, rounded once: of 1.000000000001 the nearest float's is off by 9e-5 of itself."""
    return _each(lambda ratio: float(exact(ratio) - 1), [(ratio,) for ratio in ratios])


def margins(ratios: Sequence[Number], f: Sequence[Number]) -> Floats:
    """(1 − f) r − 1, rounded once: 0 for 2.5 and 0.6, not what is left of their roundings."""
    pairs = list(zip(ratios, f, strict=True))
    return _each(lambda ratio, high: float((1 - exact(high)) * exact(ratio) - 1), pairs)


def _each(function: Callable[..., float], arguments: Sequence[tuple[Number, ...]]) -> Floats:
    """Once for what is the same."""
    known = {given: function(*given) for given in dict.fromkeys(arguments)}
    return np.array([known[given] for given in arguments], dtype=float)


def losses(rows: Iterable[tuple[Number, ...]]) -> list[str]:
    """Where N, s or f as a double is not the decimal that was given: the worst, in words."""
    worst: dict[str, tuple[float, str]] = {}
    for depth, s, f in dict.fromkeys((depth, s, f) for depth, _, s, f in rows):
        for name, given, loss in _lost(depth, s, f):
            worst[name] = max(worst.get(name, (LOSS, "")), (loss, given))
    return [
        f"float64 takes N, s and f as doubles: that moves {name} by {loss:.0e} of itself at {given}"
        for name, (loss, given) in worst.items()
        if given
    ]


def _lost(depth: Number, s: Number, f: Number) -> Iterable[tuple[str, str, float]]:
    low, high = _rounding(s), _rounding(f)
    if high:
        yield "1 − f", f"f = {f}", float(abs(high) / (1 - exact(f)))
    if low or high:
        length = exact(f) - exact(s)
        yield "f − s", f"s = {s}, f = {f}", float(abs(high - low) / length)
    shift = _rounding(depth)
    if shift:
        for start in (1, 2):
            if exact(depth) != start:
                part = float(abs(shift) / abs(exact(depth) - start))
                yield f"N − {start}", f"N = {depth}", part


def _rounding(number: Number) -> Fraction:
    """What float adds to a decimal."""
    if not isinstance(number, str) or math.isinf(float(number)):
        return Fraction(0)
    return Fraction(float(number)) - exact(number)


def labels(numbers: Sequence[Number]) -> list[str]:
    """For a reader: text as it was written, short floats as they are.

    Longer floats are rounded, all to the fewest digits that keep different numbers apart and none
    from looking like 1.
    """
    values = [float(number) for number in numbers]
    long = [
        isinstance(number, float) and value != float(f"{value:.{SHORT}g}")
        for number, value in zip(numbers, values, strict=True)
    ]
    fewest = _fewest(values, long) if any(long) else LEAST
    return [
        f"{value:.{fewest}g}" if rounded else _plain(number)
        for number, value, rounded in zip(numbers, values, long, strict=True)
    ]


def _fewest(values: Sequence[float], long: Sequence[bool]) -> int:
    different = len({1.0, *values})
    for digits in range(LEAST, 17):
        shown = {
            float(f"{value:.{digits}g}") if rounded else value
            for value, rounded in zip(values, long, strict=True)
        }
        if len(shown | {1.0}) == different:
            return digits
    return 17


def _plain(number: Number) -> str:
    if math.isinf(float(number)):
        return "∞"
    if isinstance(number, str):
        return number.strip().replace("_", "")
    return repr(float(number)).removesuffix(".0")
