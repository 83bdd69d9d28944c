"""Every public function leaves what is global as it was, and gives the same whatever it is.

What it changes for a while it changes under the lock, and so does what it calls.

After a call, after a refused one, cut short by Ctrl-C in three places, and in three threads.
"""

import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import pytest
from all_rows import PACKAGES, THROUGH, is_heavy, rows
from guards import unguarded
from process_wide import changed, exact, global_state, hasty_threads, unusual_state
from rows import cut_short, own_calls, public


def parts():
    """The rows by module: what is called at once in threads."""
    for package, table in PACKAGES.items():
        quick = sorted((row for row in table if not row.slow), key=part_of)
        for name, group in groupby(quick, key=part_of):
            together = list(group)
            marks = [pytest.mark.slow] * any(map(is_heavy, together))
            yield pytest.param(
                together, id=f"{package.removeprefix('stairwise.')}:{name}", marks=marks
            )


def part_of(row):
    return row.name.partition(".")[0]


@pytest.fixture
def new_folder(tmp_path_factory):
    # Threads that ask at once would race for pytest's next number.
    parent = tmp_path_factory.mktemp("calls")
    return lambda: Path(tempfile.mkdtemp(dir=parent))


@pytest.fixture(autouse=True, scope="module")
def _imported(tmp_path_factory):
    """Libraries may change what is global when they are first imported or first used."""
    for row in [row for table in PACKAGES.values() for row in table if not row.slow]:
        if row.name in ("sweeps.run.run_sweep", "explore.explorer", "concurrence.run_one"):
            row.valid(tmp_path_factory.mktemp("first"))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_function_has_a_row(package):
    through = tuple(THROUGH.get(package, ()))
    called = {row.name for row in PACKAGES[package]}
    assert {name for name in public(package) if not name.startswith(through)} == {
        name for name in called if not name.startswith(through)
    }
    assert len(called) == len(PACKAGES[package])


@pytest.mark.parametrize("row", rows())
def test_a_call_keeps_the_state_and_does_not_depend_on_it(row, new_folder):
    before = global_state()
    with unguarded() as found:
        usual = exact(row.valid(new_folder()))
    assert not changed(before, global_state())
    assert found == []
    with unusual_state():
        before = global_state()
        found = row.valid(new_folder())
        assert not changed(before, global_state())
        assert exact(found) == usual


@pytest.mark.parametrize("row", rows(lambda row: row.failing is not None))
def test_a_failing_call_keeps_the_state(row, new_folder):
    with unusual_state():
        before = global_state()
        with pytest.raises(row.error):
            row.failing(new_folder())
        assert not changed(before, global_state())


@pytest.mark.parametrize("row", rows(lambda row: not row.slow, heavy=True))
def test_a_call_cut_short_keeps_the_state(row, new_folder):
    """Ctrl-C where our first function is entered, half-way, and at the last."""
    row.valid(new_folder())  # what is kept from call to call makes the next one shorter
    count = own_calls(lambda: row.valid(new_folder()))
    # None is left of a function that keeps its result.
    for at in sorted({1, (count + 1) // 2, count}) if count else ():
        before = global_state()
        assert cut_short(lambda: row.valid(new_folder()), at)
        assert not changed(before, global_state()), at


@pytest.mark.parametrize("part", list(parts()))
def test_calls_in_threads_give_what_calls_alone_give(part, new_folder):
    alone = {row.name: exact(row.valid(new_folder())) for row in part}
    before = global_state()

    def worker(seed):
        found = {}
        for row in random.Random(seed).sample(part, len(part)):
            found[row.name] = exact(row.valid(new_folder()))
            if row.failing is not None:
                with pytest.raises(row.error):
                    row.failing(new_folder())
        return found

    with hasty_threads(), ThreadPoolExecutor(3) as pool:
        results = list(pool.map(worker, range(3)))
    assert not changed(before, global_state())
    for found in results:
        assert not [name for name in alone if found[name] != alone[name]]
