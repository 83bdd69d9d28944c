"""Invalid calls of every public function, generated from valid ones by spoiling one argument.

Each kind of argument has its list of bad values; a call is good in all but one.
"""

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stairwise import numerics
from stairwise.numerics.experiments import convolution, diagonal, matrix_sensing, pursuit, quadratic
from stairwise.reports import explore, figures, tables
from stairwise.theory.catalogue import statement

#: What no numeric argument takes.
NOT_NUMBERS = ("x", b"2", None, True, 1j, math.nan, {}, object(), ["a"], [[1.0], [2.0, 3.0]],
               [2.0, math.nan], np.datetime64("2026-01-01"), np.array([True]),
               Decimal("NaN"), slice(3), print)  # fmt: skip
#: Of scalars for exact routes, text is fine.
NOT_EXACT = ("x", "1/0", "nan", "", "1e999999999", "0x10", b"2", None, True, 1j, math.nan, {},
             [2, 3], object(), Decimal("NaN"), Decimal("sNaN"), print)  # fmt: skip
HUGE = 10**400
NOT_WHOLE = (1.5, "3", None, True, -1, math.nan, math.inf, [1], 2.0, Fraction(2), object())

#: Bad values by kind of argument.
KINDS: dict[str, tuple[Any, ...]] = {
    "depth": (*NOT_NUMBERS, 0, 0.999, -2, -math.inf, [2, 0.5]),
    "deep": (*NOT_NUMBERS, 0, 1.5, -2, -math.inf, [2, 1.9]),
    "ratio": (*NOT_NUMBERS, 1, 0.5, -3, 0, math.inf, HUGE, [2, 1]),
    "s": (*NOT_NUMBERS, 0, -0.1, 1, 0.95, math.inf, [0.1, 0.9]),
    "f": (*NOT_NUMBERS, 0, 1, 0.05, 1.5, math.inf, [0.9, 0.1]),
    "alpha": (*NOT_NUMBERS, 0, 1, -0.1, 1.5, math.inf),
    "positive": (*NOT_NUMBERS, 0, -1, math.inf, -math.inf, HUGE, [1, 0]),
    "nonnegative": (*NOT_NUMBERS, -1, -1e-300, math.inf, HUGE, [1, -1]),
    "steps": (*NOT_NUMBERS, -1, 1.5, math.inf, [1, 0.5]),
    "order": NOT_WHOLE,
    "count": (*NOT_WHOLE, 0, 1),
    "digits": (*NOT_WHOLE, 0),
    "mp_digits": (*NOT_WHOLE, 0, 14, 201),
    "targets": (*NOT_NUMBERS, 3.0, [], [1.0], [1.0, 2.0], [2.0, 0.0], [2.0, -1.0], [math.inf, 1]),
    "exact_depth": (*NOT_EXACT, 0, "0.5", -2, "-inf", Fraction(1, 2)),
    "exact_ratio": (*NOT_EXACT, 1, "1", 0.5, -3, "inf", math.inf, Fraction(1, 2)),
    "exact_s": (*NOT_EXACT, 0, "0", -0.1, "0.9", 1, "inf", Fraction(9, 10)),
    "exact_f": (*NOT_EXACT, 1, "1", "0.05", 1.5, "inf", Fraction(1, 20)),
    "shift": (*NOT_EXACT, -1, "-0.5", "inf", math.inf),
    "exact_positive": (*NOT_EXACT, 0, "0", -1, "inf", math.inf),
    "exact_alpha": (*NOT_EXACT, 0, "1", -1, 1.5, "inf"),
    "method": ("RK45", "radau", "", None, 3, ["Radau"], b"Radau"),
    "law": ("linear", "", None, 3, b"polynomial"),
    "law_order": ("third", "", None, 2),
    "rtol": (*NOT_NUMBERS, 0, -1e-9, 1e-20, 0.1, math.inf, [1e-9, 1e-8]),
    "gap": (*NOT_NUMBERS, 0, -1, math.inf, 1.0, [1e-3] * 7, [[1e-3] * 9]),
    "values": (*NOT_NUMBERS, math.inf, 1.0, [-1.0] * 7, [[-1.0] * 9], [-math.inf] * 9),
    "end": (*NOT_NUMBERS, 0, -1, math.inf, [1.0, 2.0]),
    "radius": (*NOT_NUMBERS, 0, -1, 0.1, math.inf, HUGE, [1e-9, 1e-9]),
    "one_deep": (*NOT_NUMBERS, 0, 1.5, -math.inf, [2, 3]),
    "one_depth": (*NOT_NUMBERS, 0, -math.inf, [2, 3]),
    "finite": (*NOT_NUMBERS, math.inf, -math.inf, HUGE, [], [[1.0]]),
    "box_statement": ("x", "", None, 3, "exact-threshold"),
    "side": ("middle", "", None, 3),
    "box_order": (2, -1, 0.5, "0", None, math.nan),
    "certificate": ("/no/such/file", "/", "\0", "x" * 5000, "/dev/null", "/dev/zero"),
    "path": ("/no/such/file", "/", "\0", "x" * 5000),
    "workers": (*NOT_WHOLE, 0),
    "id": ("", "nothing", "toy_flow", None, 3, ["toy-flow"], "../toy-flow", "__import__('os')"),
    "exponent": (*NOT_NUMBERS, 0, -1, math.inf),
    "whole_depth": (*NOT_WHOLE, 0),
    "seed": NOT_WHOLE,
    "scale": (*NOT_NUMBERS, 0, -1, math.inf, HUGE),
    "matrix_kind": ("x", "", None, 3),
    "weights": (None, [], 3, "ab", [np.eye(3)], [np.full((4, 4), math.nan)], {}),
    "rate": (*NOT_NUMBERS, 0, -1, math.inf),
    "plain_steps": NOT_WHOLE,
    "record": (*NOT_WHOLE, 0),
    "goal": (-1, math.nan, "x", -math.inf, True, 1j, [0.1, 0.2]),
    "measurements": (3.0, None, "x", np.ones((3, 4)), np.ones((3, 4, 5)), np.zeros((0, 4, 4)),
                     np.full((6, 4, 4), math.nan), np.full((6, 4, 4), math.inf)),
    "matrix_targets": (3.0, None, "x", np.ones(5), np.ones((6, 1)), np.full(6, math.nan),
                       np.full(6, math.inf)),
    "matrix_truth": (3.0, "x", np.ones(4), np.ones((3, 3)), np.full((4, 4), math.nan)),
    "inputs": (3.0, None, "x", np.ones(4), np.zeros((0, 4)), np.ones((5, 4)),
               np.full((6, 4), math.nan), np.full((6, 4), math.inf)),
    "labels": (3.0, None, "x", np.ones(5), np.full(6, math.nan), np.full(6, math.inf)),
    "truth": (3.0, "x", np.ones(3), np.full(4, math.nan)),
    "list_depth": (["x"], [None], [0.5], [math.nan], [True], [[2.0]]),
    "list_ratio": (["x"], [None], [1.0], [math.nan], [math.inf], ["inf"]),
    "list_s": (["x"], [0.0], [0.95], [math.nan], [None]),
    "list_f": (["x"], [1.0], [0.05], [math.nan], [None]),
    "columns": (["nothing"], ["depth", ""], [None], [3]),
    "format": ("pdf", "", None, 3),
    "name": ("nothing", "", None, "../phase", 3),
    "case": ("nothing", "", None, 3),
}  # fmt: skip


class Callee(NamedTuple):
    """A public function, good arguments for it, and the kind of each."""

    function: Callable[..., Any]
    arguments: dict[str, tuple[Any, str]]


PAIR = {"depth": (2.0, "depth"), "ratio": (2.0, "ratio"), "s": (0.1, "s"), "f": (0.9, "f")}
EXACT_PAIR = {
    "depth": ("2", "exact_depth"),
    "ratio": ("2", "exact_ratio"),
    "s": ("0.1", "exact_s"),
    "f": ("0.9", "exact_f"),
}
TIME = {
    "alpha": ("0.5", "exact_alpha"),
    "sigma0": ("0.1", "exact_positive"),
    "sigma_star": (1, "exact_positive"),
    "depth": ("2", "exact_depth"),
}
GAPS = np.geomspace(1e-6, 1e-3, 12)
ORDER = {"order": (0, "order")}
DESCENT = {"learning_rate": (0.05, "positive")}
RNG = np.random.default_rng(0)
MEASURED = matrix_sensing.Problem(RNG.standard_normal((6, 4, 4)), np.ones(6), np.eye(4))
SAMPLES = RNG.standard_normal((6, 4))
SQUARES = quadratic.Problem(SAMPLES, np.ones(6), np.eye(4))
LABELS = np.array([1.0, -1, 1, -1, 1, -1])
CLASSES = diagonal.Problem(SAMPLES, LABELS)
CIRCLES = convolution.Problem(SAMPLES, LABELS)
TRAINING = {
    "learning_rate": (0.01, "rate"),
    "steps": (2, "plain_steps"),
    "until_loss": (None, "goal"),
    "record_every": (1, "record"),
}
TABLE = tables.bound_table([2.0], [2.0], [0.1], [0.9])
STARTING = {"scale": (1e-3, "scale"), "seed": (0, "seed")}

CALLEES = {
    "log_threshold": Callee(numerics.log_threshold, PAIR),
    "threshold": Callee(numerics.threshold, PAIR),
    "is_incremental": Callee(
        numerics.is_incremental,
        {
            "sigma0": (0.1, "positive"),
            "sigma_star_i": (2.0, "positive"),
            "sigma_star_j": (1.0, "positive"),
            "depth": (2.0, "depth"),
            "s": (0.1, "s"),
            "f": (0.9, "f"),
        },
    ),
    "critical_ratio": Callee(
        numerics.critical_ratio, {name: PAIR[name] for name in ("depth", "s", "f")}
    ),
    "learning_time": Callee(
        numerics.learning_time,
        {
            "alpha": (0.5, "alpha"),
            "sigma0": (0.1, "positive"),
            "sigma_star": (1.0, "positive"),
            "depth": (2.0, "depth"),
        },
    ),
    "trajectory": Callee(
        numerics.trajectory,
        {
            "t": (1.0, "nonnegative"),
            "sigma0": (0.1, "positive"),
            "sigma_star": (1.0, "nonnegative"),
            "depth": (2.0, "depth"),
        },
    ),
    "paper_bounds": Callee(numerics.paper_bounds, PAIR),
    "elementary_bounds": Callee(numerics.elementary_bounds, PAIR),
    "sharp_bounds": Callee(numerics.sharp_bounds, PAIR | ORDER),
    "fixed_point_bounds": Callee(numerics.fixed_point_bounds, PAIR | ORDER),
    "depth_law": Callee(
        numerics.depth_law, {"depth": (3.0, "deep"), "s": PAIR["s"], "f": PAIR["f"]}
    ),
    "uniform_law": Callee(numerics.uniform_law, PAIR | {"order": ("second", "law_order")}),
    "chain_log_threshold": Callee(
        numerics.chain_log_threshold,
        {"depth": PAIR["depth"], "sigma_star": ([3.0, 1.0], "targets"), "s": PAIR["s"],
         "f": PAIR["f"]},
    ),
    "neighbour_log_thresholds": Callee(
        numerics.neighbour_log_thresholds,
        {"depth": PAIR["depth"], "sigma_star": ([3.0, 1.0], "targets"), "s": PAIR["s"],
         "f": PAIR["f"]},
    ),
    "power_law_spectrum": Callee(
        numerics.power_law_spectrum, {"count": (3, "count"), "exponent": (1.0, "exponent")}
    ),
    "geometric_spectrum": Callee(
        numerics.geometric_spectrum, {"count": (3, "count"), "ratio": (2.0, "ratio")}
    ),
    "read_spectrum": Callee(numerics.read_spectrum, {"path": (None, "path")}),
    "fit_law": Callee(
        numerics.fit_law,
        {"gap": (GAPS, "gap"), "log_threshold": (3 * np.log(GAPS), "values"),
         "law": ("polynomial", "law")},
    ),
    "prefer_law": Callee(
        numerics.prefer_law, {"gap": (GAPS, "gap"), "log_threshold": (3 * np.log(GAPS), "values")}
    ),
    "descent_trajectory": Callee(
        numerics.descent_trajectory,
        {
            "steps": (3, "steps"),
            "sigma0": (0.1, "positive"),
            "sigma_star": (1.0, "nonnegative"),
            "depth": (2.0, "depth"),
        }
        | DESCENT,
    ),
    "descent_log_threshold": Callee(numerics.descent_log_threshold, PAIR | DESCENT),
    "descent_bounds": Callee(
        numerics.descent_bounds, PAIR | {"depth": (2.0, "deep")} | DESCENT
    ),
    "enclose_descent_threshold": Callee(
        numerics.enclose_descent_threshold, PAIR | DESCENT | {"radius": (1e-11, "radius")}
    ),
    "enclose_log_threshold": Callee(
        numerics.enclose_log_threshold, EXACT_PAIR | {"digits": (10, "digits")}
    ),
    "log10_threshold_decimals": Callee(
        numerics.log10_threshold_decimals, EXACT_PAIR | {"digits": (10, "digits")}
    ),
    "enclose_critical_ratio": Callee(
        numerics.enclose_critical_ratio,
        {name: EXACT_PAIR[name] for name in ("depth", "s", "f")} | {"digits": (10, "digits")},
    ),
    "enclose_learning_time": Callee(
        numerics.enclose_learning_time, TIME | {"digits": (10, "digits")}
    ),
    "precise_learning_time": Callee(
        numerics.precise_learning_time, TIME | {"digits": (15, "mp_digits")}
    ),
    "taylor_time": Callee(numerics.taylor_time, TIME | {"digits": (15, "mp_digits")}),
    "precise_log_threshold": Callee(
        numerics.precise_log_threshold, EXACT_PAIR | {"digits": (15, "mp_digits")}
    ),
    "taylor_log_threshold": Callee(
        numerics.taylor_log_threshold, EXACT_PAIR | {"digits": (15, "mp_digits")}
    ),
    "flow_log_threshold": Callee(
        numerics.flow_log_threshold, PAIR | {"method": ("Radau", "method"), "rtol": (1e-6, "rtol")}
    ),
    "gradient_flow": Callee(
        numerics.gradient_flow,
        {
            "end_time": (1.0, "end"),
            "log_sigma0": (-1.0, "finite"),
            "sigma_star": (1.0, "nonnegative"),
            "depth": (2.0, "one_depth"),
            "method": ("Radau", "method"),
            "rtol": (1e-6, "rtol"),
        },
    ),
    "measure_depth_law": Callee(
        numerics.measure_depth_law,
        {
            "depth": (3.0, "one_deep"),
            "s": PAIR["s"],
            "f": PAIR["f"],
            "method": ("LSODA", "method"),
            "count": (10, "count"),
            "rtol": (1e-6, "rtol"),
        },
    ),
    "prove_on_box": Callee(
        numerics.prove_on_box,
        {
            "statement": ("separation-bounds", "box_statement"),
            "side": ("upper", "side"),
            "depth": (2, "exact_depth"),
            "order": (0, "box_order"),
            "shift": (0, "shift"),
        },
    ),
    "prove_boxes": Callee(
        numerics.prove_boxes, {"work": ((), ""), "workers": (1, "workers")}
    ),
    "replay_certificate": Callee(numerics.replay_certificate, {"path": (None, "certificate")}),
    "theory.statement": Callee(statement, {"id": ("toy-flow", "id")}),
    "matrix_sensing.Problem": Callee(
        matrix_sensing.Problem,
        {
            "measurements": (MEASURED.measurements, "measurements"),
            "targets": (MEASURED.targets, "matrix_targets"),
            "truth": (MEASURED.truth, "matrix_truth"),
        },
    ),
    "matrix_sensing.initial": Callee(
        matrix_sensing.initial,
        {"problem": (MEASURED, ""), "depth": (2, "whole_depth"),
         "kind": ("gaussian", "matrix_kind")} | STARTING,
    ),
    "matrix_sensing.descend": Callee(
        matrix_sensing.descend,
        {"problem": (MEASURED, ""), "weights": ([np.eye(4)], "weights")} | TRAINING,
    ),
    "matrix_sensing.flow": Callee(
        matrix_sensing.flow,
        {"problem": (MEASURED, ""), "weights": ([np.eye(4)], "weights"),
         "end_time": (1.0, "end"), "until_loss": (None, "goal")},
    ),
    "quadratic.Problem": Callee(
        quadratic.Problem,
        {
            "inputs": (SAMPLES, "inputs"),
            "targets": (np.ones(6), "labels"),
            "truth": (np.eye(4), "matrix_truth"),
        },
    ),
    "quadratic.descend": Callee(
        quadratic.descend,
        {"problem": (SQUARES, ""), "weights": ([np.eye(4)], "weights")} | TRAINING,
    ),
    "quadratic.flow": Callee(
        quadratic.flow,
        {"problem": (SQUARES, ""), "weights": ([np.eye(4)], "weights"),
         "end_time": (1.0, "end"), "until_loss": (None, "goal")},
    ),
    "diagonal.Problem": Callee(
        diagonal.Problem,
        {"inputs": (SAMPLES, "inputs"), "targets": (LABELS, "labels"), "truth": (None, "truth")},
    ),
    "diagonal.initial": Callee(
        diagonal.initial,
        {"problem": (CLASSES, ""), "depth": (2, "whole_depth"), "kind": ("gaussian", "matrix_kind")}
        | STARTING,
    ),
    "convolution.Problem": Callee(
        convolution.Problem,
        {"inputs": (SAMPLES, "inputs"), "targets": (LABELS, "labels"), "truth": (None, "truth")},
    ),
    "convolution.initial": Callee(
        convolution.initial,
        {"problem": (CIRCLES, ""), "depth": (2, "whole_depth"), "kind": ("gaussian", "matrix_kind")}
        | STARTING,
    ),
    "pursuit.Problem": Callee(
        pursuit.Problem,
        {"inputs": (SAMPLES, "inputs"), "targets": (np.ones(6), "labels"),
         "truth": (None, "truth")},
    ),
    "reports.bound_table": Callee(
        tables.bound_table,
        {
            "depths": ([2.0], "list_depth"),
            "ratios": ([2.0], "list_ratio"),
            "s": ([0.1], "list_s"),
            "f": ([0.9], "list_f"),
            "columns": (None, "columns"),
            "order": (0, "order"),
        },
    ),
    "reports.bounds_frame": Callee(
        explore.bounds_frame,
        {"depths": ([2.0], "list_depth"), "ratios": ([2.0], "list_ratio"), "s": (0.1, "s"),
         "f": (0.9, "f")},
    ),
    "reports.derivation": Callee(
        explore.derivation,
        {"item": ("toy-flow", "id"), "case": ("every depth", "case")},
    ),
    "reports.render": Callee(
        tables.render,
        {"table": (TABLE, ""), "format": ("csv", "format")},
    ),
    "reports.write_figure": Callee(
        figures.write_figure, {"name": ("phase", "name"), "output": (Path("/no/such/folder"), "")}
    ),
}  # fmt: skip


#: What an error calls an argument, where that is not its own name.
ALIASES = {
    "path": "path|certificate", "item": "statement", "id": "statement", "depths": "depth",
    "ratios": "ratio", "name": "figure", "inputs": "inputs|targets", "work": "workers",
}  # fmt: skip


#: Functions with one of these arguments take no arrays (or say more of their shapes).
SCALAR = {"method", "radius", "sigma_star_i", "depths"}


class Call(NamedTuple):
    """A call that must be refused: what is wrong is the one argument."""

    name: str
    argument: str
    value: Any
    arguments: dict[str, Any]

    def make(self) -> Any:
        return CALLEES[self.name].function(**self.arguments)

    def __str__(self) -> str:
        return f"{self.name}({self.argument}={self.value!r:.60})"


def bad_calls(name: str) -> Iterator[Call]:
    """Every argument of one function spoiled in every way; and shapes that do not broadcast."""
    callee = CALLEES[name]
    good = {key: value for key, (value, _) in callee.arguments.items()}
    for argument, (_, kind) in callee.arguments.items():
        for value in KINDS.get(kind, ()):
            yield Call(name, argument, value, good | {argument: value})
    arrays = [key for key, (value, kind) in callee.arguments.items()
              if isinstance(value, float) and kind in ("depth", "deep", "ratio", "s", "f", "alpha",
                                                       "positive", "nonnegative")]  # fmt: skip
    if len(arrays) > 1 and callee.arguments.keys().isdisjoint(SCALAR):
        first, last = arrays[0], arrays[-1]
        shapes = {first: [good[first]] * 3, last: [good[last]] * 2}
        yield Call(name, "arguments", "shapes (3,) and (2,)", good | shapes)
