"""The exact threshold on the initialisation scale below which a pair is learned incrementally."""

from typing import Any

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    python_float_if_scalar,
    ratios,
    require_broadcast,
)
from stairwise.numerics._blocks import block_size, in_blocks
from stairwise.numerics._exponents import shared_exponents
from stairwise.numerics._pair import Pair, log_quotient, solve
from stairwise.numerics._pair_balls import solve_in_balls
from stairwise.numerics._pair_close import LONGEST, close_equation
from stairwise.numerics._pair_open import open_equation
from stairwise.numerics._tail import Tail


def log_threshold(depth: Any, ratio: Any, s: Any, f: Any) -> Any:
    """Natural log of y* = σ0/σ*_j, the largest initialisation at which learning is incremental."""
    n, r = depths(depth), ratios(ratio)
    low, high = fractions(s, f)
    require_broadcast(depth=n, ratio=r, s=low, f=high)
    return python_float_if_scalar(in_blocks(_block, n, r, low, high, block=block_size(n)))


def _block(depth: Floats, ratio: Floats, s: Floats, f: Floats) -> Floats:
    e, a = shared_exponents(depth)
    pair, tail = Pair(e, a, ratio, s, f), Tail(e, a)
    log_y, doubtful = solve(open_equation(pair, tail))
    if not doubtful.any():
        return log_y
    close = doubtful & (log_quotient(f, s) + np.log(ratio) < LONGEST)
    if close.any():
        log_y[close], doubtful[close] = solve(close_equation(pair.at(close), tail.at(close)))
    for i in np.flatnonzero(doubtful):
        log_y[i] = solve_in_balls(*(float(x[i]) for x in (depth, ratio, s, f, log_y)))
    return log_y
