"""One valid and one failing call of every public function of the numerical floor.

Rows are (name, valid arguments, failing arguments, error). Calls are cheap: together about a
second. A file is made by the caller: its place is the text PLACE.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from stairwise import numerics
from stairwise.numerics.boxes import box

PLACE = "PLACE"
PAIR = (3, 1.5, 0.1, 0.9)
REGION = box(("2", "4"), ("0.05", "0.06"), ("0.9", "0.91"))
GAPS = np.geomspace(1e-4, 1e-1, 12)


class Call(NamedTuple):
    """A public function with arguments that it takes and arguments that it refuses."""

    name: str
    valid: tuple[Any, ...]
    failing: tuple[Any, ...]
    error: type[Exception] = ValueError

    def __str__(self) -> str:
        return self.name


NUMERICS = [
    Call("chain_log_threshold", (2, [12.0, 6.0, 3.0], 0.1, 0.9), (2, [3.0], 0.1, 0.9)),
    Call("critical_ratio", ([1.0, 1.5, 2.0], 0.1, 0.9), (0.5, 0.1, 0.9)),
    Call("depth_law", ([2.0, 3.0], 0.1, 0.9), (1.5, 0.1, 0.9)),
    Call("descent_bounds", (2, [1.5, 3.0], 0.1, 0.9, 0.01), (2, 1.5, 0.1, 0.9, -0.01)),
    Call("descent_log_threshold", (*PAIR, 0.01), (*PAIR, math.inf)),
    Call("descent_trajectory", ([0, 10], 1e-3, 1.0, 3, 0.01), ([0, -1], 1e-3, 1.0, 3, 0.01)),
    Call("elementary_bounds", PAIR, (3, 0.5, 0.1, 0.9)),
    Call("enclose_critical_ratio", ("1.5", "0.1", "0.9", 40), ("1.5", "0.9", "0.1")),
    Call("enclose_descent_threshold", (2.0, 1.5, 0.1, 0.9, 0.03), (*PAIR, 1e3)),
    Call("enclose_learning_time", ("0.9", "0.001", 1, 3, 40), ("1.9", "0.001", 1, 3)),
    Call("enclose_log_threshold", (3, "1.5", "0.1", "0.9", 60), (3, "1.5", "0.1", "0.9", 0)),
    Call("fit_law", (GAPS, 3 * np.log(GAPS) + 1), (GAPS, np.log(GAPS), "exponential?")),
    Call("fixed_point_bounds", (*PAIR, 1), (*PAIR, -1)),
    Call("flow_log_threshold", (*PAIR, "LSODA"), (*PAIR, "Euler")),
    Call("geometric_spectrum", (5, 2.0), (5, 0.5)),
    Call("gradient_flow", (3.0, [-3.0], [1.0], 3.0, "LSODA"), (-1.0, [-3.0], [1.0], 3.0)),
    Call("is_incremental", (1e-3, 2.0, 1.0, 2, 0.1, 0.9), (1e-3, 1.0, 2.0, 2, 0.1, 0.9)),
    Call("learning_time", (0.9, [1e-3, 1e-300], 1.0, 3), (1.0, 1e-3, 1.0, 3)),
    Call("log10_threshold_decimals", (3, "1.5", "0.1", "0.9", 80), (3, "1.5", "x", "0.9")),
    Call("log_threshold", ([1.0, 1.5, 2.0, 3.0, math.inf], 1.5, 0.1, 0.9), (3, math.nan, 0.1, 0.9)),
    Call("measure_depth_law", (3.0, 0.1, 0.9, "LSODA", 10), (3.0, 0.1, 0.9, "LSODA", -1)),
    Call("neighbour_log_thresholds", (2, [12.0, 6.0, 3.0], 0.1, 0.9), (2, [3.0, 6.0], 0.1, 0.9)),
    Call("paper_bounds", ([2, 3, math.inf], 20.0, 0.1, 0.9), (0.5, 20.0, 0.1, 0.9)),
    Call("power_law_spectrum", (5, 1.0), (5, -1.0)),
    Call("precise_learning_time", ("0.9", "0.001", 1, 3, 30), ("0.9", "0.001", 1, 3, 10**6)),
    Call("precise_log_threshold", (3, "1.5", "0.1", "0.9", 30), (3, "1.5", "0.1", "0.9", 1)),
    Call("prefer_law", (GAPS, 3 * np.log(GAPS) + 1), (GAPS, np.log(GAPS)[:2])),
    Call("prove_boxes", ((),), (("no job",),), Exception),
    Call(
        "prove_on_box",
        ("separation-bounds", "upper", Fraction(3), REGION),
        ("separation-bounds", "middle", Fraction(3), REGION),
    ),
    Call("read_spectrum", (PLACE,), ("no such file",)),
    Call("replay_certificate", (PLACE,), ("no such file",), Exception),
    Call("sharp_bounds", ([2.0, 3.0, math.inf], 1.5, 0.1, 0.9, 1), (3, 1.5, 0.1, 1.9)),
    Call("taylor_log_threshold", (3, "3", "0.1", "0.9", 15), (3, "3", "0.1", "0.9", 14)),
    Call("taylor_time", ("0.9", "0.1", 1, 3, 15), ("0.9", -1, 1, 3, 15)),
    Call("threshold", PAIR, (3, [1.5, 2.0], [0.1, 0.2, 0.3], 0.9)),
    Call("trajectory", ([0.0, 1.0, 1e9], 1e-3, 1.0, 3), ([-1.0], 1e-3, 1.0, 3)),
    Call("uniform_law", PAIR, (*PAIR, "third")),
]


def arguments(call: Call, place: str) -> tuple[Any, ...]:
    """The valid arguments, with a file's place where they name one."""
    return tuple(place if isinstance(item, str) and item == PLACE else item for item in call.valid)


def function(name: str) -> Any:
    """The public function of that name."""
    return getattr(numerics, name)
