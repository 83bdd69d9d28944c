"""What workers are sent: every chunk once, a second of work, shares at the end, none lost."""

import numpy as np
import pytest

pytest.importorskip("zarr", reason="needs the extra `sweep`")

from hypothesis import given
from hypothesis import strategies as st

from stairwise.numerics.sweeps.batches import MOST, SECONDS, Batches
from stairwise.numerics.sweeps.worker import ChunkReport


class Chunks:
    """A sweep of so many chunks in a row."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return iter([((k,), False) for k in range(self.count)])


def report(task, seconds):
    return ChunkReport(task[0], 1, 0, 0, seconds)


@given(
    count=st.integers(1, 300),
    flying=st.integers(1, 14),
    seconds=st.sampled_from([1e-6, 0.01, 0.3, 5.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_chunk_is_done_once_whatever_happens(count, flying, seconds, seed):
    chance = np.random.default_rng(seed)
    batches, done = Batches(Chunks(count)), []
    while batch := batches.take(flying):
        assert 1 <= len(batch) <= MOST
        if len(batch) > 1 and chance.random() < 0.2:  # their worker died, again and again
            batches.one_by_one(batch)
            continue
        kept = batch[: chance.integers(1, len(batch) + 1)]  # no time for the others
        batches.done(batch, [report(task, seconds) for task in kept])
        done.extend(task[0][0] for task in kept)
    assert sorted(done) == list(range(count))


def test_short_chunks_go_together_and_long_ones_alone():
    batches = Batches(Chunks(10_000))
    first = batches.take(2)
    assert len(first) == 1  # nothing is known yet
    batches.done(first, [report(first[0], SECONDS / 10)])
    tenth = batches.take(2)
    assert len(tenth) == 10
    batches.done(tenth, [report(task, 1e-6) for task in tenth])
    assert len(batches.take(2)) == MOST
    batches.done(tenth[:1], [report(tenth[0], 60.0)])
    assert len(batches.take(2)) == 1


def test_at_the_end_every_worker_has_its_share():
    batches = Batches(Chunks(41))
    first = batches.take(5)
    batches.done(first, [report(first[0], 1e-6)])
    sizes = []
    while batch := batches.take(5):
        sizes.append(len(batch))
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1], sum(sizes)) == (7, 1, 40)


def test_chunks_that_may_kill_their_worker_come_alone_and_first():
    batches = Batches(Chunks(100))
    first = batches.take(1)
    batches.done(first, [report(first[0], 1e-6)])
    batch = batches.take(1)
    assert len(batch) > 2
    batches.one_by_one(batch)
    assert batches.take(1) == (batch[0],)
    assert batches.take(1) == (batch[1],)
