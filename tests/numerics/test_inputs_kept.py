"""Read-only input is enough: no public function writes to what it is given."""

import numpy as np
import pytest

from stairwise import numerics


def _kept(values):
    array = np.array(values, dtype=float)
    array.setflags(write=False)
    return array


DEPTH, RATIO = _kept([2.0, 3.0, np.inf]), _kept([1.5, 2.0, 30.0])
S, F = _kept([0.1, 0.1, 0.2]), _kept([0.9, 0.8, 0.9])
START, TARGET = _kept([1e-3, 1e-2, 1e-1]), _kept([1.0, 2.0, 3.0])

CALLS = {
    "log_threshold": (DEPTH, RATIO, S, F),
    "threshold": (DEPTH, RATIO, S, F),
    "critical_ratio": (DEPTH, S, F),
    "is_incremental": (START, 2 * TARGET, TARGET, DEPTH, S, F),
    "learning_time": (F, START, TARGET, DEPTH),
    "trajectory": (_kept([0.0, 1.0, 100.0]), START, TARGET, DEPTH),
    "paper_bounds": (DEPTH, RATIO, S, F),
    "sharp_bounds": (DEPTH, RATIO, S, F, 1),
    "elementary_bounds": (DEPTH, RATIO, S, F),
    "fixed_point_bounds": (DEPTH, RATIO, S, F),
    "depth_law": (DEPTH, S, F),
    "chain_log_threshold": (2.0, _kept([12.0, 6.0, 3.0]), 0.1, 0.9),
    "descent_trajectory": (_kept([0, 10, 1000]), START, TARGET, DEPTH, 0.01),
    "descent_log_threshold": (DEPTH, RATIO, S, F, _kept([0.01, 0.02, 0.001])),
    "descent_bounds": (2.0, RATIO, S, F, 0.01),
    "flow_log_threshold": (DEPTH, RATIO, S, F, "LSODA"),
}


@pytest.mark.parametrize("name", CALLS)
def test_read_only_arrays_are_accepted_and_kept(name):
    before = [np.array(argument) for argument in CALLS[name]]
    result = getattr(numerics, name)(*CALLS[name])
    parts = result if isinstance(result, tuple) else (result,)
    assert not any(np.isnan(np.asarray(part, dtype=float)).any() for part in parts)
    for argument, kept in zip(CALLS[name], before, strict=True):
        assert np.array_equal(argument, kept)
