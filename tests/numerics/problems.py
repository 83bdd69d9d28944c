"""The shared problem table: pairs of values with their thresholds, tagged by what makes them hard.

Numbers are float64 and stand for exactly themselves. References come from `make_problems.py`
(2F1 closed form at 100 digits and more), a route that nothing in the package uses; run it again
after a change of this table: `python tests/numerics/make_problems.py`.
"""

import json
import math
from pathlib import Path
from typing import NamedTuple

#: Regimes: easy (mid-range); stiff (one value moves, or settles, many orders faster than the
#: other); plateau (it waits 1e12 or e^400 times longer than it learns); near-tie (r − 1 ≤ 0.01);
#: fractional (depth not whole); extreme (s, 1 − s, 1 − f, 1/r or a depth at 1e-9 or beyond);
#: none (no initialisation is incremental).
REGIMES = ("easy", "stiff", "plateau", "near-tie", "fractional", "extreme", "none")

VALUES = Path(__file__).with_name("problem_values.json")


class Problem(NamedTuple):
    """One pair, its regimes, and log y* to 50 digits as text."""

    depth: float
    ratio: float
    s: float
    f: float
    regimes: frozenset[str]
    reference: str

    @property
    def pair(self) -> tuple[float, float, float, float]:
        return self.depth, self.ratio, self.s, self.f

    def __str__(self) -> str:
        return f"N={self.depth!r} r={self.ratio!r} s={self.s!r} f={self.f!r}"


def _rows() -> list[tuple[float, float, float, float, str]]:
    mid = (0.1, 0.9)
    easy = [(n, r, *mid, "easy") for n in (2.0, 3.0, 4.0, 10.0, math.inf) for r in (1.5, 10.0)]
    return [
        *easy,
        (2.0, 2.0, 0.2, 0.8, "easy"),
        (5.0, 3.0, 0.05, 0.6, "easy"),
        (2.5, 1.5, *mid, "fractional"),
        (2.1, 4.0, *mid, "fractional"),
        (math.pi, 1.2, 0.3, 0.7, "fractional"),
        (1.5, 7.0, *mid, "fractional"),
        (1.9, 2.0, *mid, "fractional"),
        (1.99, 1.1, *mid, "fractional"),
        (1.0625, 1e12, 0.4, 0.6, "fractional extreme"),
        (2.0, 1.01, *mid, "near-tie plateau"),
        (2.0, 1.0063, *mid, "near-tie plateau"),
        (2.5, 1.01, *mid, "near-tie fractional"),
        (3.0, 1.01, *mid, "near-tie"),
        (10.0, 1.001, *mid, "near-tie"),
        (3.0, 1 + 1e-6, *mid, "near-tie"),
        (math.inf, 1 + 1e-12, *mid, "near-tie plateau extreme"),
        (math.inf, 1 + 2**-48, *mid, "near-tie plateau extreme"),
        (2.5, 1 + 2**-48, *mid, "near-tie plateau fractional extreme"),
        (math.inf, 2.0, 1e-12, 0.9, "stiff plateau extreme"),
        (math.inf, 2.0, 1e-15, 0.9, "stiff plateau extreme"),
        (4.0, 1.5, 1e-9, 0.99, "stiff extreme"),
        (math.inf, 100.0, *mid, "stiff"),
        (2.0, 1000.0, *mid, "stiff"),
        (3.0, 1e6, 0.4, 0.6, "stiff"),
        (2.0, 1e9, *mid, "stiff extreme"),
        (2.0, 1.5, 0.1, 1 - 1e-12, "stiff extreme"),
        (2.0, 2.0, 1e-12, 1 - 1e-12, "stiff extreme"),
        (3.0, 1.5, 1 - 2e-12, 1 - 1e-12, "stiff extreme"),
        (1e9, 1.5, *mid, "extreme"),
        (2 + 1e-9, 1.5, *mid, "extreme fractional"),
        (1.0, 1000.0, *mid, "none"),
        (1.5, 6.12, *mid, "none fractional"),
        (1.99, 1.02, *mid, "none fractional"),
    ]


def key(pair: tuple[float, float, float, float]) -> str:
    """Name of a pair in the file of references: its numbers, exactly."""
    return " ".join(value.hex() for value in pair)


def pairs() -> list[tuple[float, float, float, float]]:
    return [row[:4] for row in _rows()]


def load() -> list[Problem]:
    references = json.loads(VALUES.read_text())
    return [
        Problem(*row[:4], frozenset(row[4].split()), references[key(row[:4])]) for row in _rows()
    ]


def tagged(*regimes: str) -> list[Problem]:
    """Problems that have any of these regimes."""
    return [problem for problem in PROBLEMS if problem.regimes & set(regimes)]


PROBLEMS = load() if VALUES.exists() else []
#: Those that have a threshold.
SOLVABLE = [problem for problem in PROBLEMS if "none" not in problem.regimes]
