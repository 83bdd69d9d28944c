"""Grids on the command line: a number, START:END, START:END:COUNT or START:END:COUNTlog."""

import math
from collections.abc import Sequence

RULE = "a number, START:END, START:END:COUNT or START:END:COUNTlog"
LARGEST = 1_000_000


def parse_grid(name: str, texts: Sequence[str]) -> list[float]:
    """All numbers of the given texts, in order; ValueError that names the option."""
    return [number for text in texts for number in _parse(name, text)]


def exact_grid(name: str, texts: Sequence[str]) -> list[float | str]:
    """The same, with single numbers as the decimal text that they are, for proofs."""
    exact: list[float | str] = []
    for text in texts:
        numbers = _parse(name, text)
        exact.extend(numbers if ":" in text else [text.strip()])
    return exact


def whole_numbers(name: str, texts: Sequence[str]) -> list[int]:
    """The same for whole numbers; ValueError for any other."""
    numbers = parse_grid(name, texts)
    for number in numbers:
        if not number.is_integer():
            raise ValueError(f"{name} must be whole numbers; got {number!r}")
    return [int(number) for number in numbers]


def parse_pair(name: str, text: str) -> tuple[int, float]:
    """COUNT:NUMBER; ValueError that names the option."""
    count, colon, number = text.partition(":")
    whole = count.isascii() and count.isdigit() and len(count) <= len(str(LARGEST))
    if not colon or not whole or int(count) > LARGEST:
        raise ValueError(f"{name} must be COUNT:NUMBER with COUNT ≤ {LARGEST}; got {text!r}")
    return int(count), _number(name, number, text)


def _parse(name: str, text: str) -> list[float]:
    parts = text.split(":")
    if len(parts) == 1:
        return [_number(name, text, text)]
    if len(parts) > 3:
        raise ValueError(f"{name} must be {RULE}; got {text!r}")
    start, end = (_number(name, part, text) for part in parts[:2])
    if not (math.isfinite(start) and math.isfinite(end) and start < end):
        raise ValueError(f"{name} must have finite START < END; got {text!r}")
    if len(parts) == 2:
        _limit(name, end - start, text)
        return [start + k for k in range(math.floor(end - start) + 1)]
    return _spaced(name, text, start, end, parts[2])


def _spaced(name: str, text: str, start: float, end: float, count_text: str) -> list[float]:
    logarithmic = count_text.endswith("log")
    digits = count_text.removesuffix("log")
    if not (digits.isascii() and digits.isdigit()) or float(digits) < 2:
        raise ValueError(f"{name} must have a COUNT ≥ 2; got {text!r}")
    _limit(name, float(digits), text)
    count = int(digits)
    fractions = [k / (count - 1) for k in range(count)]
    if not logarithmic:
        return [start + (end - start) * u for u in fractions[:-1]] + [end]
    if start <= 0:
        raise ValueError(f"{name} must have START > 0 for a logarithmic grid; got {text!r}")
    return [start * (end / start) ** u for u in fractions[:-1]] + [end]


def _limit(name: str, count: float, text: str) -> None:
    if count > LARGEST:
        raise ValueError(f"{name} must have at most {LARGEST} values; got {text!r}")


def _number(name: str, part: str, text: str) -> float:
    try:
        return float(part)
    except ValueError:
        raise ValueError(f"{name} must be {RULE}; got {text!r}") from None
