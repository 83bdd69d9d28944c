"""The public functions that broadcast: how to call each, and good values for each argument.

A table for the tests of shapes and types; each row of values is one valid call.
"""

import numpy as np

from stairwise import numerics

PAIRS = ([2.0, 3.0, np.inf, 2.5], [1.5, 2.0, 30.0, 4.0], [0.1, 0.2, 0.05, 0.3],
         [0.9, 0.8, 0.7, 0.95])  # fmt: skip
N, R, S, F = PAIRS
START, TARGET = [1e-3, 1e-2, 1e-1, 0.5], [1.0, 2.0, 3.0, 4.0]
RATES = [0.3, 0.2, 0.001, 0.05]

#: Name: function of arrays, and columns of four valid calls.
BROADCAST = {
    "log_threshold": (numerics.log_threshold, PAIRS),
    "threshold": (numerics.threshold, PAIRS),
    "critical_ratio": (numerics.critical_ratio, ([1.5, 1.9, 2.0, 1.2], S, F)),
    "is_incremental": (
        numerics.is_incremental,
        (START, [2.0, 9.0, 5.0, 8.0], TARGET, N, S, F),
    ),
    "learning_time": (numerics.learning_time, (F, START, TARGET, N)),
    "trajectory": (numerics.trajectory, ([0.0, 1.0, 10.0, 2.0], START, TARGET, N)),
    "paper_bounds": (numerics.paper_bounds, PAIRS),
    "elementary_bounds": (numerics.elementary_bounds, PAIRS),
    "sharp_bounds": (lambda *a: numerics.sharp_bounds(*a, 1), PAIRS),
    "fixed_point_bounds": (lambda *a: numerics.fixed_point_bounds(*a, 1), PAIRS),
    "depth_law": (numerics.depth_law, (N, S, F)),
    "uniform_law": (numerics.uniform_law, PAIRS),
    "descent_trajectory": (
        numerics.descent_trajectory,
        ([0.0, 3.0, 10.0, 200.0], START, TARGET, N, RATES),
    ),
    "descent_log_threshold": (numerics.descent_log_threshold, (*PAIRS, RATES)),
    "descent_bounds": (numerics.descent_bounds, (*PAIRS, RATES)),
    "flow_log_threshold": (lambda *a: numerics.flow_log_threshold(*a, "LSODA", 1e-6), PAIRS),
    "chain_log_threshold": (
        lambda n, a, b, s, f: numerics.chain_log_threshold(
            n, np.stack(np.broadcast_arrays(np.multiply(2.0, a), b), axis=-1), s, f
        ),
        (N, TARGET, TARGET, S, F),
    ),
    "neighbour_log_thresholds": (
        lambda n, a, b, s, f: numerics.neighbour_log_thresholds(
            np.asarray(n)[..., None],
            np.stack(np.broadcast_arrays(np.multiply(2.0, a), b), axis=-1),
            np.asarray(s)[..., None],
            np.asarray(f)[..., None],
        )[..., 0],
        (N, TARGET, TARGET, S, F),
    ),
}
