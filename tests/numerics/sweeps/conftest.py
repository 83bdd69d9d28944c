"""What the tests of sweeps share."""

from pathlib import Path

import pytest
from sweep_processes import CHUNKS, SPEC, Processes, data_of, done_chunks


@pytest.fixture
def processes(tmp_path):
    started = Processes(tmp_path)
    yield started
    started.end_all()


@pytest.fixture(scope="session")
def whole_sweep(tmp_path_factory):
    """The data of an uninterrupted sweep in one process."""
    from stairwise.numerics.sweeps import parse_spec, run_sweep

    store = tmp_path_factory.mktemp("whole") / "store"
    run_sweep(store, parse_spec(SPEC, Path(".")), workers=0)
    assert done_chunks(store) == CHUNKS
    return data_of(store)
