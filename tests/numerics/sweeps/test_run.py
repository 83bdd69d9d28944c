"""Sweeps in this process: values, resumption, refusals, failed cells."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("zarr", reason="needs the extra `sweep`")
pytest.importorskip("xarray", reason="needs the extra `sweep`")
pytest.importorskip("distributed", reason="needs the extra `sweep`")

import xarray

from stairwise.numerics import (
    descent_log_threshold,
    is_incremental,
    learning_time,
    log_threshold,
    paper_bounds,
    sharp_bounds,
)
from stairwise.numerics.experiments import diagonal
from stairwise.numerics.sweeps import failed_cells, open_sweep, parse_spec, run_sweep
from stairwise.numerics.sweeps import worker as worker_module
from stairwise.numerics.sweeps.dry_run import dry_run
from stairwise.numerics.sweeps.store import read_store, writing

SMALL = """
quantity = "log_threshold"
chunk_cells = 40
[axes]
depth = [2, 3, inf]
ratio = { from = 0.1, to = 10, count = 7, spacing = "log", offset = 1 }
s = { from = 0.05, to = 0.25, count = 5 }
f = 0.9
"""


def spec_of(text=SMALL):
    return parse_spec(text, Path("."))


def data_of(store):
    """Every file of a store but the lock, by path."""
    files = (path for path in Path(store).rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in files}


def run_here(store, text=SMALL, **more):
    return run_sweep(store, spec_of(text), workers=0, **more)


def test_a_store_opens_in_xarray_with_names_coordinates_and_attributes(tmp_path):
    state = run_here(tmp_path / "store")
    assert (state.total, state.done, state.computed, state.failed) == (105, 105, 105, 0)
    with xarray.open_zarr(tmp_path / "store") as data:
        assert dict(data.sizes) == {"depth": 3, "ratio": 7, "s": 5}
        assert data.log_threshold.dims == ("depth", "ratio", "s")
        assert data.log_threshold.chunks == ((1, 1, 1), (7,), (5,))
        assert data.coords["f"].item() == 0.9
        assert data.ratio.values == pytest.approx(1 + np.geomspace(0.1, 10, 7))
        grid = log_threshold(*np.ix_([2, 3, np.inf], data.ratio, data.s), 0.9)
        # Blocks of one depth take its own route: last digits differ from those of a mixed one.
        assert data.log_threshold.values == pytest.approx(grid, rel=1e-13)
        assert np.all(data.status == 1)
        assert data.log_threshold.attrs["units"] == "1"
        assert "1e-13" in data.log_threshold.attrs["accuracy"]
        assert data.attrs["spec"] == SMALL
        assert data.attrs["versions"].startswith("stairwise 0.")


@pytest.mark.parametrize(
    ("quantity", "axes", "expected"),
    [
        (
            "bounds",
            "depth = [2, 3]\nratio = [1.5, 20]\ns = 0.1\nf = 0.9\n[options]\norder = 1",
            lambda n, r: (*paper_bounds(n, r, 0.1, 0.9), *sharp_bounds(n, r, 0.1, 0.9, 1)),
        ),
        (
            "learning_time",
            "depth = [1, 2.5]\nalpha = [0.5, 0.9]\nsigma0 = 1e-9\nsigma_star = 2.0",
            lambda n, alpha: (learning_time(alpha, 1e-9, 2.0, n),),
        ),
        (
            "descent_threshold",
            "depth = [2, 3]\nratio = [1.5, 2]\ns = 0.1\nf = 0.9\nlearning_rate = 0.05",
            lambda n, r: tuple(descent_log_threshold(n, r, 0.1, 0.9, 0.05)),
        ),
        (
            "verdict",
            "depth = [2, 3]\nratio = 1.5\ns = 0.1\nf = 0.9\nlog_start = [-12, -8, -5]",
            lambda n, x: (is_incremental(np.exp(x), 1.5, 1.0, n, 0.1, 0.9),),
        ),
    ],
)  # fmt: skip
def test_quantities_are_those_of_the_library(tmp_path, quantity, axes, expected):
    run_here(tmp_path / "store", f'quantity = "{quantity}"\n[axes]\n{axes}\n')
    with open_sweep(tmp_path / "store") as data:
        first, second = (data[name].values for name in data.status.dims)
        arrays = [data[name].values for name in data.data_vars if name != "status"]
        wanted = expected(first[:, None], second)
        assert len(arrays) == len(wanted)
        for array, value in zip(arrays, wanted, strict=True):
            assert np.array_equal(array, value)


def test_verdicts_of_descent_leave_open_what_hangs_on_whole_steps(tmp_path):
    safe, supremum = descent_log_threshold(2, 1.5, 0.1, 0.9, 1 / 30)
    middle = (safe + supremum) / 2
    starts = [safe - 1, middle, supremum + 1e-9]
    run_here(
        tmp_path / "store",
        f'quantity = "descent_verdict"\n[axes]\ndepth = 2\nratio = 1.5\ns = 0.1\nf = 0.9\n'
        f"learning_rate = {1 / 30!r}\nlog_start = {starts}",
    )
    with open_sweep(tmp_path / "store") as data:
        assert data.verdict.values.tolist() == [1, 2, 0]
        assert data.verdict.attrs["flag_meanings"] == "not_incremental incremental between"


def test_an_interrupted_sweep_computes_what_is_missing_and_ends_in_the_same_bytes(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run_here(whole)

    def stop(state):
        if state.computed >= 35:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_here(broken, observe=stop)
    assert data_of(broken) != data_of(whole)
    state = run_here(broken)
    assert (state.done, state.computed) == (105, 70)
    assert data_of(broken) == data_of(whole)
    assert run_here(broken).computed == 0


def test_a_chunk_without_its_record_is_computed_again(tmp_path):
    run_here(tmp_path / "whole")
    run_here(tmp_path / "store")
    store = read_store(tmp_path / "store")
    store.chunk_file("status", (1, 0, 0)).unlink()
    store.chunk_file("log_threshold", (1, 0, 0)).write_bytes(b"half a chunk")
    (tmp_path / "store/log_threshold/c/2/0/0.0123.partial").write_bytes(b"of a writer that died")
    assert run_here(tmp_path / "store").computed == 35
    assert data_of(tmp_path / "store") == data_of(tmp_path / "whole")


def test_a_sweep_goes_on_without_its_spec(tmp_path):
    run_here(tmp_path / "store")
    read_store(tmp_path / "store").chunk_file("status", (2, 0, 0)).unlink()
    state = run_sweep(tmp_path / "store", workers=0)
    assert (state.done, state.computed) == (105, 35)


def test_a_creation_that_was_cut_short_is_made_anew(tmp_path):
    run_here(tmp_path / "whole")
    run_here(tmp_path / "store")
    (tmp_path / "store/zarr.json").unlink()
    assert run_here(tmp_path / "store").computed == 105
    assert data_of(tmp_path / "store") == data_of(tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("count = 7", "count = 8"), "axis ratio is 7 values, 1.1 .* in the store, 8 values"),
        (("f = 0.9", "f = 0.8"), "axis f is 0.9 in the store, 0.8 here"),
        (("[2, 3, inf]", "[2, 4, inf]"), "axis depth is 3 values, 2.0 to inf"),
        (("cells = 40", "cells = 5"), "chunks is depth 1 × ratio 7 × s 5 in the store, depth 1"),
        (("log_threshold", "bounds"), "quantity is log_threshold in the store, bounds here"),
    ],
)  # fmt: skip
def test_a_store_of_another_spec_is_refused_with_the_difference(tmp_path, change, message):
    run_here(tmp_path / "store")
    before = data_of(tmp_path / "store")
    with pytest.raises(ValueError, match=message):
        run_here(tmp_path / "store", SMALL.replace(*change))
    with pytest.raises(ValueError, match=message):
        dry_run(spec_of(SMALL.replace(*change)), tmp_path / "store")
    assert data_of(tmp_path / "store") == before


def test_comments_and_order_in_a_spec_make_no_difference(tmp_path):
    run_here(tmp_path / "store")
    lines = SMALL.strip().splitlines()
    assert (
        run_here(tmp_path / "store", "\n".join([*lines[:3], *lines[:2:-1], "# same"])).computed == 0
    )


@pytest.mark.parametrize("with_spec", [True, False])
def test_a_store_of_another_version_is_refused(tmp_path, with_spec):
    run_here(tmp_path / "store")
    top = tmp_path / "store/zarr.json"
    content = json.loads(top.read_text())
    identity = json.loads(content["attributes"]["stairwise_sweep"])
    identity["version of numpy"] = "1.0"
    content["attributes"]["stairwise_sweep"] = json.dumps(identity)
    top.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=f"version of numpy is 1.0 in the store, {np.__version__}"):
        run_sweep(tmp_path / "store", spec_of() if with_spec else None, workers=0)


def test_a_worker_with_other_versions_or_another_store_is_refused(tmp_path, monkeypatch):
    run_here(tmp_path / "store")
    digest = read_store(tmp_path / "store").digest
    with pytest.raises(ValueError, match="store must be the one that the sweep began with"):
        worker_module.compute_chunk(str(tmp_path / "store"), "another", (0, 0, 0))
    with pytest.raises(FileNotFoundError, match="no store of a sweep on this worker"):
        worker_module.compute_chunk(str(tmp_path / "nothing"), digest, (0, 0, 0))
    worker_module._opened.cache_clear()
    monkeypatch.setattr(worker_module, "versions", lambda: {"numpy": "1.0"})
    with pytest.raises(ValueError, match=r"workers must have the versions .* numpy .*1\.0 here"):
        worker_module.compute_chunk(str(tmp_path / "store"), digest, (0, 0, 0))


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match="output must be a new folder or a store of a sweep"):
        run_here(tmp_path)
    (tmp_path / "zarr.json").write_text('{"attributes": {}}')
    with pytest.raises(ValueError, match="output must be a new folder or a store of a sweep"):
        run_here(tmp_path)
    with pytest.raises(ValueError, match="output must be a folder"):
        run_here(tmp_path / "thesis.tex")
    with pytest.raises(ValueError, match="output must be a store made by stairwise sweep"):
        run_sweep(tmp_path / "new", workers=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.tex", "zarr.json"]


def test_a_second_writer_is_refused_and_told_of_the_first(tmp_path):
    (tmp_path / "spec.toml").write_text(SMALL, encoding="utf-8")
    sweep = ("sweep", "spec.toml", "--output", "store", "--workers", "0")
    with writing(tmp_path / "store", spec_of()):
        code = "from stairwise.reports.cli import main; main()"
        command = [sys.executable, "-c", code, *sweep]
        other = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )
    assert other.returncode == 2, other.stderr
    assert "output must have one writer at a time; it is being written by pro" in other.stderr
    assert f"process {os.getpid()} on" in other.stderr
    assert run_here(tmp_path / "store").computed == 105  # and free again


RATES = """
quantity = "descent_threshold"
[axes]
depth = 2
ratio = [1.5, 2, 4]
s = 0.1
f = [0.85, 0.9]
learning_rate = [0.01, 0.3, 2]
"""


def test_failed_cells_are_recorded_and_do_not_stop_the_others(tmp_path):
    state = run_here(tmp_path / "store", RATES)
    with open_sweep(tmp_path / "store") as data:
        wrong = data.status.values == 2
        assert np.array_equal(np.isnan(data.safe.values), wrong)
        assert wrong[..., 2].all()
        assert not wrong[..., 0].any()
        assert (state.done, state.failed) == (18, wrong.sum())
        assert float(data.safe.sel(ratio=2, f=0.9, learning_rate=0.01)) == pytest.approx(
            descent_log_threshold(2, 2, 0.1, 0.9, 0.01).safe
        )
    cells = list(failed_cells(tmp_path / "store"))
    assert len(cells) == wrong.sum()
    assert all(cell.reason.startswith("ValueError: learning_rate must be such") for cell in cells)
    assert {cell.at["learning_rate"] for cell in cells} == {0.3, 2.0}


def test_failed_cells_can_be_retried(tmp_path, monkeypatch):
    from stairwise.numerics.sweeps import toy_quantities

    whole = tmp_path / "whole"
    run_here(whole, RATES.replace("0.3, 2]", "0.02]"))
    compute = toy_quantities.log_threshold

    def sometimes(depth, ratio, s, f):
        if np.any(ratio > 5):
            raise MemoryError("no room for\nthis one")
        return compute(depth, ratio, s, f)

    monkeypatch.setattr(toy_quantities, "log_threshold", sometimes)
    state = run_here(tmp_path / "store")
    assert (state.done, state.failed) == (105, 30)
    reasons = {cell.reason for cell in failed_cells(tmp_path / "store")}
    assert reasons == {"MemoryError: no room for this one"}
    assert run_here(tmp_path / "store").computed == 0
    state = run_here(tmp_path / "store", retry_failed=True)
    assert (state.computed, state.failed) == (105, 30)

    monkeypatch.undo()
    state = run_here(tmp_path / "store", retry_failed=True)
    assert (state.done, state.computed, state.failed) == (105, 105, 0)
    assert list(failed_cells(tmp_path / "store")) == []
    run_here(tmp_path / "fresh")
    assert data_of(tmp_path / "store") == data_of(tmp_path / "fresh")


@pytest.mark.parametrize("quantity", ["log_threshold", "bounds"])
def test_cells_with_s_beyond_f_are_undefined_and_no_failure(tmp_path, quantity):
    text = SMALL.replace("f = 0.9", "f = [0.1, 0.2, 0.9]").replace("log_threshold", quantity)
    state = run_here(tmp_path / "store", text)
    name = {"log_threshold": "log_threshold", "bounds": "sharp_upper"}[quantity]
    with open_sweep(tmp_path / "store") as data:
        outside = (data.s >= data.f).broadcast_like(data.status).transpose(*data.status.dims)
        assert np.array_equal(data.status.values == 3, outside.values)
        assert np.array_equal(np.isnan(data[name].values), outside.values)
        assert (state.undefined, state.failed) == (outside.sum(), 0)
    assert state.undefined > 0


def test_a_full_disk_stops_the_sweep_and_loses_nothing(tmp_path, monkeypatch):
    run_here(tmp_path / "whole")
    written = []
    commit = worker_module.commit

    def full(files):
        if len(written) == 2:  # the third chunk
            for file in files:
                file.drop()
            raise OSError(28, "No space left on device")
        written.append(files)
        commit(files)

    monkeypatch.setattr(worker_module, "commit", full)
    with pytest.raises(OSError, match="No space left"):
        run_here(tmp_path / "store")
    monkeypatch.undo()
    assert run_here(tmp_path / "store").computed == 35
    assert data_of(tmp_path / "store") == data_of(tmp_path / "whole")


def test_a_dry_run_plans_measures_and_writes_nothing(tmp_path):
    found = dry_run(spec_of(), tmp_path / "store")
    assert not (tmp_path / "store").exists()
    assert (found.cells, found.chunks, found.chunk_shape, found.done) == (105, 3, (1, 7, 5), 0)
    assert found.bytes == 105 * 9
    assert found.core_seconds == pytest.approx(3 * found.seconds)
    run_here(tmp_path / "store")
    store = read_store(tmp_path / "store")
    store.chunk_file("status", (0, 0, 0)).unlink()
    found = dry_run(spec_of(), tmp_path / "store")
    assert found.done == 2
    assert found.core_seconds == pytest.approx(found.seconds)
    assert not store.chunk_file("status", (0, 0, 0)).exists()


DIAGONAL = """
quantity = "diagonal"
chunk_cells = 2
[axes]
seed = [0, 1, 2]
learning_rate = [0.01, 1e4]
until_loss = 0.3
depth = 3
"""


def test_an_experiment_over_seeds_with_runs_that_diverge(tmp_path):
    state = run_here(tmp_path / "store", DIAGONAL)
    assert (state.done, state.failed) == (6, 3)
    with open_sweep(tmp_path / "store") as data:
        assert data.status.values.tolist() == [[1, 2]] * 3
        assert data.reached.values.tolist() == [[True, False]] * 3
        problem = diagonal.Problem.paper(1)
        start = diagonal.initial(problem, 3)
        run = diagonal.descend(problem, start, 0.09, 10_000, 0.3 / 9)
        cell = data.sel(seed=1, learning_rate=0.01)
        assert float(cell.steps) == run.time[-1]
        assert float(cell.loss) == pytest.approx(9 * run.loss[-1], rel=1e-12)
        assert float(cell.cosine) == pytest.approx(problem.cosine(run.values[-1]), rel=1e-12)
    cells = list(failed_cells(tmp_path / "store"))
    assert [cell.at for cell in cells] == [
        {"seed": seed, "learning_rate": 1e4} for seed in (0, 1, 2)
    ]
    assert all("the loss diverged by step" in cell.reason for cell in cells)
    assert run_here(tmp_path / "store", DIAGONAL).computed == 0
    before = data_of(tmp_path / "store")
    state = run_here(tmp_path / "store", DIAGONAL, retry_failed=True)
    assert (state.computed, state.failed) == (6, 3)
    assert data_of(tmp_path / "store") == before


SMALL_RUN = "seed = [0, 1]\nsize = 4\nsamples = 40"


@pytest.mark.parametrize(
    ("quantity", "axes", "score"),
    [
        ("matrix_sensing", f"{SMALL_RUN}\n[options]\nvalues = [2, 1]", "error"),
        ("quadratic", f"{SMALL_RUN}\n[options]\nvalues = [1, 0.5]", "error"),
        ("convolution", "seed = [0, 1]\nuntil_loss = 0.5\n[options]\nkind = 'aligned'", "cosine"),
        ("pursuit", "seed = [0, 1]\nsamples = 30\ndimension = 60\nsparsity = 2", "overlap"),
    ],
)  # fmt: skip
def test_every_experiment_gives_its_score(tmp_path, quantity, axes, score):
    if quantity == "pursuit":
        pytest.importorskip("sklearn", reason="pursuit needs the extra `baselines`")
    state = run_here(tmp_path / "store", f'quantity = "{quantity}"\n[axes]\n{axes}\n')
    assert (state.done, state.failed) == (2, 0), list(failed_cells(tmp_path / "store"))
    with open_sweep(tmp_path / "store") as data:
        values = data[score].values
        assert np.all((values >= 0) & (values <= 1))
        assert np.all((values < 0.1) if score == "error" else (values > 0.5))
        assert data.seed.dtype == np.int64
