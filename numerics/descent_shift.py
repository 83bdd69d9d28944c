"""How far descent's threshold is from the flow's: measured with real step counts, and predicted.

Whole steps round the thresholds of descent by up to about a step. `smooth_log_threshold` takes the
rounding out, and tends to the flow's threshold at first order in η with a slope known in advance.
Source: new (modified equation to first order, derived in `theory.modified_equation`).
"""

from functools import cache
from typing import Any

import numpy as np
from sympy import Symbol, exp, expand_log, log

from stairwise.numerics import _arguments as check
from stairwise.numerics._arguments import Floats
from stairwise.numerics.descent_threshold import balance, pair_of
from stairwise.numerics.threshold import log_threshold
from stairwise.theory.compiled import compiled
from stairwise.theory.modified_equation import first_order_steps
from stairwise.theory.symbols import N, eta, sigma, sigma_star

#: Largest error of the series' count at which real step counts are given.
COUNT_ERROR = 1e-6


def smooth_log_threshold(depth: Any, ratio: Any, s: Any, f: Any, learning_rate: Any) -> Any:
    """log y at which the real numbers of steps of j to s and of i to f are equal.

    The supremum of `descent_log_threshold` lies less than one step of j below. Arguments as there.

    Raises ValueError for invalid input, and for learning rates at which real step counts from s
    and f mean nothing: the bound on their error is to be below 1e-6 (η r^{2−2/N} to about 0.2).
    """
    pair, shape = pair_of(depth, ratio, s, f, learning_rate)
    rule = f"small enough for real step counts (error bound {COUNT_ERROR})"
    error = pair.count_error(pair.log_s, pair.log_f)
    check.require("learning_rate", pair.small.rate, error <= COUNT_ERROR, rule)
    log_y, _ = balance(pair, pair.log_s, pair.log_f, np.zeros(pair.log_s.shape))
    error = np.where(np.isfinite(log_y), pair.count_error(pair.log_s, pair.log_f, log_y), error)
    check.require("learning_rate", pair.small.rate, ~(error > COUNT_ERROR), rule)
    return check.python_float_if_scalar(log_y.reshape(shape))


def first_order_shift(depth: Any, ratio: Any, s: Any, f: Any) -> Any:
    """d log y/dη at η = 0 of the smooth threshold, for σ*_j = 1; finite depths and inf.

    With steps = time/η + ε(end) − ε(start), the balance of steps shifts by
    −[ε_j(s) − ε_j(y) − ε_i(rf) + ε_i(y)]/(dG/dlog y) at the flow's threshold y.
    """
    flow = log_threshold(depth, ratio, s, f)
    n, r, low, high, x = (
        np.asarray(a, dtype=np.float64)
        for a in np.broadcast_arrays(
            check.depths(depth), check.ratios(ratio), *check.fractions(s, f), flow
        )
    )
    y, p = np.exp(x), 2 - 2 / n
    small = _steps(np.log(low), 1.0, n) - _steps(x, 1.0, n)
    large = _steps(np.log(r * high), r, n) - _steps(x, r, n)
    slope = y ** (1 - p) * (1 / (r - y) - 1 / (1 - y))
    return check.python_float_if_scalar(-(small - large) / slope)


def _steps(log_value: Floats, target: Any, depth: Floats) -> Floats:
    """ε(σ), where only differences at one target and depth count; N = ∞ by N = 1e15."""
    result: Floats = np.asarray(_correction()(log_value, target, np.minimum(depth, 1e15)))
    return result


@cache
def _correction() -> Any:
    """ε as a NumPy function of log σ, σ* and N; its η is dropped, as it cancels in differences."""
    v = Symbol("v", real=True)
    split = expand_log(first_order_steps().subs(eta, 1), force=True)
    return compiled((v, sigma_star, N), split.subs(log(sigma), v).subs(sigma, exp(v)), "numpy")
