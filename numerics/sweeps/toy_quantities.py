"""What can be swept of the toy model: thresholds, bounds, times and verdicts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from stairwise.numerics import _arguments as check
from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.sweeps.quantity import Option, Parameter, Quantity, Variable, inside
from stairwise.numerics.threshold import log_threshold

_Values = Mapping[str, Any]

DEPTH = Parameter("depth", "depth N", lambda _, values: check.depths(values))
RATIO = Parameter(
    "ratio", "ratio of the targets, σ*_i/σ*_j", lambda _, values: check.ratios(values)
)
LOW = Parameter("s", "fraction s of the smaller target", inside(0, 1))
HIGH = Parameter("f", "fraction f of the larger target", inside(0, 1))
PAIR = (DEPTH, RATIO, LOW, HIGH)
RATE = Parameter("learning_rate", "learning rate for σ*_j = 1", check.positive)


def _finite(name: str, values: Any) -> Any:
    numbers = check.reals(name, values, "a finite number")
    check.require(name, numbers, np.isfinite(numbers), "a finite number")
    return numbers


START = Parameter("log_start", "natural log of the initialisation, log(σ0/σ*_j)", _finite)

_LOG_Y = "natural log of σ0/σ*_j"
_VOID = "−inf where no initialisation is incremental"


def _log_threshold(values: _Values, options: _Values) -> tuple[Any, ...]:
    return (log_threshold(**values),)


LOG_THRESHOLD = Quantity(
    name="log_threshold",
    title="Exact threshold of incremental learning",
    source="stairwise, statement exact-threshold; the property is the paper's definition",
    accuracy="relative error at most 1e-13 (absolute where |log y*| < 1)",
    parameters=PAIR,
    variables=(Variable("log_threshold", f"{_LOG_Y}, the largest that is incremental; {_VOID}"),),
    compute=_log_threshold,
    cells=2**20,
    largest=2**23,
)


def _bounds(values: _Values, options: _Values) -> tuple[Any, ...]:
    return *paper_bounds(**values), *sharp_bounds(**values, order=options["order"])


BOUNDS = Quantity(
    name="bounds",
    title="Bounds on the threshold of incremental learning",
    source="the paper's Theorem 2, and stairwise's sharp bounds (statement sharp-bounds)",
    accuracy="1e-14·max(1, |log y|)",
    parameters=PAIR,
    variables=(
        Variable("paper_lower", f"the paper's lower bound, {_LOG_Y}; −inf where void"),
        Variable("paper_upper", f"the paper's upper bound, {_LOG_Y}"),
        Variable("sharp_lower", f"sharp lower bound, {_LOG_Y}"),
        Variable("sharp_upper", f"sharp upper bound, {_LOG_Y}"),
    ),
    compute=_bounds,
    cells=2**17,
    largest=2**20,
    options={"order": Option(0, lambda name, value: check.whole(name, value, 0))},
)


def _learning_time(values: _Values, options: _Values) -> tuple[Any, ...]:
    return (learning_time(**values),)


LEARNING_TIME = Quantity(
    name="learning_time",
    title="Time at which a value reaches a fraction of its target",
    source="the paper, Theorem 1",
    accuracy="relative error at most 1e-13",
    parameters=(
        DEPTH,
        Parameter("alpha", "fraction of the target", inside(0, 1)),
        Parameter("sigma0", "initialisation σ0", check.positive),
        Parameter("sigma_star", "target σ*", check.positive),
    ),
    variables=(Variable("learning_time", "time until σ = alpha·σ*; 0 past it", "flow time"),),
    compute=_learning_time,
    cells=2**19,
    largest=2**22,
)


def _descent_threshold(values: _Values, options: _Values) -> tuple[Any, ...]:
    from stairwise.numerics.descent_threshold import descent_log_threshold

    return tuple(descent_log_threshold(**values))


DESCENT_THRESHOLD = Quantity(
    name="descent_threshold",
    title="Thresholds of gradient descent, in whole steps",
    source="stairwise, statement descent-bounds",
    accuracy="1e-12 (relative where |log y| > 1), unless a whole step hangs on the last digits",
    parameters=(*PAIR, RATE),
    variables=(
        Variable("safe", f"{_LOG_Y} up to which every initialisation is incremental"),
        Variable("supremum", f"{_LOG_Y} above which none is incremental"),
    ),
    compute=_descent_threshold,
    cells=2**10,
    largest=2**16,
)


def _verdict(values: _Values, options: _Values) -> tuple[Any, ...]:
    pair = {name: value for name, value in values.items() if name != "log_start"}
    return (np.asarray(values["log_start"] <= np.asarray(log_threshold(**pair)), dtype=np.int8),)


_FLAGS = {"not incremental": 0, "incremental": 1}
VERDICT = Quantity(
    name="verdict",
    title="Whether gradient flow learns a pair incrementally",
    source="the paper's definition; decided by the exact threshold (statement exact-threshold)",
    accuracy="right unless log_start is within 1e-13 of the log threshold (relative)",
    parameters=(*PAIR, START),
    variables=(Variable("verdict", "incremental or not", dtype="int8", fill=-1, flags=_FLAGS),),
    compute=_verdict,
    cells=2**22,
    largest=2**24,
)


def _descent_verdict(values: _Values, options: _Values) -> tuple[Any, ...]:
    from stairwise.numerics.descent_threshold import descent_log_threshold

    pair = {name: value for name, value in values.items() if name != "log_start"}
    safe, supremum = descent_log_threshold(**pair)
    start = values["log_start"]
    between = np.where(start <= np.asarray(supremum), 2, 0)
    return (np.where(start <= np.asarray(safe), 1, between).astype(np.int8),)


DESCENT_VERDICT = Quantity(
    name="descent_verdict",
    title="Whether gradient descent learns a pair incrementally",
    source="stairwise, statement descent-bounds",
    accuracy="as the descent thresholds; between them it hangs on whole steps, and is not decided",
    parameters=(*PAIR, RATE, START),
    variables=(
        Variable(
            "verdict",
            "incremental, not, or between the safe threshold and the supremum",
            dtype="int8",
            fill=-1,
            flags={**_FLAGS, "between": 2},
        ),
    ),
    compute=_descent_verdict,
    cells=2**16,
    largest=2**20,
)

TOY_QUANTITIES = (
    LOG_THRESHOLD,
    BOUNDS,
    LEARNING_TIME,
    DESCENT_THRESHOLD,
    VERDICT,
    DESCENT_VERDICT,
)
