"""`stairwise sweep` and `stairwise figure phase --from`, as a user runs them."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("zarr", reason="needs the extra `sweep`")
pytest.importorskip("xarray", reason="needs the extra `sweep`")
pytest.importorskip("distributed", reason="needs the extra `sweep`")

from sweep_processes import STAIRWISE

from stairwise.numerics.sweeps import open_sweep
from stairwise.reports import sweep_cli
from stairwise.reports.cli import cli
from stairwise.reports.figures.phase_store import phase_from_store

SPEC = """
quantity = "descent_threshold"
chunk_cells = 12
[axes]
depth = [2, 3]
ratio = [1.5, 2, 4]
s = { from = 0.05, to = 0.2, count = 4 }
f = 0.9
learning_rate = [0.01, 2]
"""


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text(SPEC)
    return path


def run(*arguments):
    """Exit code, standard output and standard error of a command that does not fail."""
    done = CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def test_a_sweep_says_what_it_did_and_lists_what_failed(tmp_path, spec):
    store = tmp_path / "store"
    code, out, err = run("sweep", spec, "--output", store, "--workers", "0")
    assert (code, out) == (0, f"{store}\n")
    assert err == (
        "stairwise: 48 of 48 cells in the store, 48 computed now, "
        "24 of these failed, failed cells in 6 chunks (--list-failed)\n"
    )
    code, out, err = run("sweep", "--output", store, "--list-failed")
    lines = out.splitlines()
    assert lines[0] == "depth,ratio,s,learning_rate,reason"
    assert len(lines) == 25
    assert lines[1].startswith("2.0,1.5,0.05,2.0,ValueError: learning_rate must be such that η ≤ 1")
    code, out, err = run("sweep", spec, "--output", store, "--workers", "0")
    assert err == (
        "stairwise: 48 of 48 cells in the store, 0 computed now, "
        "failed cells in 6 chunks (--list-failed)\n"
    )
    code, out, err = run("sweep", spec, "--output", store, "--workers", "0", "--retry-failed")
    assert "48 computed now, 24 of these failed" in err


def test_a_dry_run_tells_cells_chunks_bytes_and_time(tmp_path, spec):
    code, out, err = run("sweep", spec, "--output", tmp_path / "store", "--dry-run")
    assert (code, err) == (0, "")
    assert re.fullmatch(
        r"quantity  descent_threshold\n"
        r"cells     48 \(depth 2 × ratio 3 × s 4 × learning_rate 2\)\n"
        r"chunks    6 of 1 × 1 × 4 × 2, 0 done already\n"
        r"bytes     816 B, about [\d.]+ k?B on disk\n"
        r"time      [\d.e-]+ s of one core, [\d.e-]+ s on \d+ "
        r"\([\d.e-]+ s for chunk 1\.0\.0\.0, 8 cells\)\n",
        out,
    )
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("SPEC",), "Missing option '--output'"),
        (("SPEC", "--output", "S", "--workers", "-1"), "Invalid value for '--workers'"),
        (
            ("SPEC", "--output", "S", "--workers", "1", "--scheduler", "tcp://x:1"),
            "give one of --scheduler and --workers",
        ),
        (("SPEC", "--output", "S", "--dry-run", "--list-failed"), "give one of --dry-run, --retry"),
        (("--output", "S", "--dry-run"), "--dry-run needs SPEC.toml"),
    ],
)
def test_wrong_usage_of_options(tmp_path, spec, arguments, message):
    places = {"SPEC": str(spec), "S": str(tmp_path / "store")}
    done = CliRunner().invoke(cli, ["sweep", *(places.get(a, a) for a in arguments)])
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.toml", "--output", "S"), "spec must be a TOML file of at most 100000 bytes"),
        (("--output", "S"), "output must be a store made by stairwise sweep; got S"),
        (("--output", "S", "--list-failed"), "store must be one made by stairwise sweep; got S"),
    ],
)  # fmt: skip
def test_wrong_files(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=message.replace("got S", "got .*S")):
        run("sweep", *arguments)
    assert list(tmp_path.iterdir()) == []


def test_the_extra_is_named_where_it_is_missing(tmp_path, spec, monkeypatch):
    monkeypatch.setattr(sweep_cli, "_EXTRA", ("xarray", "no_such_package"))
    done = CliRunner().invoke(cli, ["sweep", str(spec), "--output", str(tmp_path / "store")])
    assert done.exit_code == 2
    assert "sweep needs no_such_package: pip install 'stairwise[sweep]'" in done.stderr


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of 300 kB, where this machine allows to make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("needs `mount`")
    if done.returncode != 0:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


# As a process, in which Dask may warn as it likes when its cluster ends.
@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_disk_that_is_full_is_one_line_and_nothing_is_lost(tmp_path, small_disk, workers):
    spec = tmp_path / "spec.toml"
    spec.write_text(
        'quantity = "log_threshold"\nchunk_cells = 2000\n[axes]\ndepth = [1.5, 2.5, 3.5]\n'
        "ratio = { from = 2, to = 30, count = 200 }\ns = 0.1\n"
        "f = { from = 0.8, to = 0.9, count = 200 }\n"
    )
    store = small_disk / "store"
    command = [*STAIRWISE, "sweep", spec, "--output", store, "--workers", workers]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    code, out, err = done.returncode, done.stdout, done.stderr
    lines = [line for line in err.splitlines() if "dashboard" not in line]
    assert (code, out) == (1, "")
    assert lines == [
        f"stairwise: no space is left for {store}; what is done is kept; free some, and "
        f"to go on: stairwise sweep --output {store}"
    ]
    assert not list(store.rglob("*.partial"))
    kept = sum(path.name.isdecimal() for path in store.glob("status/c/**/*") if path.is_file())
    assert kept > 5

    moved = tmp_path / "roomy"
    subprocess.run(["cp", "-r", str(store), str(moved)], check=True)
    code, out, err = run("sweep", "--output", moved, "--workers", "0")
    assert f"{120_000 - 2000 * kept:,} computed now" in err
    run("sweep", spec, "--output", tmp_path / "whole", "--workers", "0")
    assert _data(moved) == _data(tmp_path / "whole")


def _data(store):
    files = (path for path in Path(store).rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in files}


VERDICTS = """
quantity = "verdict"
chunk_cells = 50
[axes]
depth = [2, 3, inf]
ratio = { from = 0.1, to = 10, count = 9, spacing = "log", offset = 1 }
s = [0.1, 0.2]
f = 0.9
log_start = { from = -20, to = 0, count = 11 }
"""


@pytest.fixture
def verdicts(tmp_path):
    (tmp_path / "verdicts.toml").write_text(VERDICTS)
    run("sweep", tmp_path / "verdicts.toml", "--output", tmp_path / "store", "--workers", "0")
    return tmp_path / "store"


def test_the_phase_diagram_of_a_store_shows_its_numbers(tmp_path, verdicts):
    code, out, err = run(
        *("figure", "phase", "--from", verdicts, "--at", "depth=inf", "--at", "s=0.2"),
        *("--output", tmp_path / "figures"),
    )
    assert (code, err) == (0, "")
    names = [f"phase-store-verdict-depth=inf-s=0.2.{kind}" for kind in ("pdf", "png")]
    assert out.splitlines() == [str(tmp_path / "figures" / name) for name in names]
    figure = phase_from_store(verdicts, at={"depth": np.inf, "s": 0.2})
    axes = figure.axes[0]
    with open_sweep(verdicts) as data:
        wanted = data.verdict.sel(depth=np.inf, s=0.2).transpose("log_start", "ratio").values
    assert np.array_equal(axes.collections[0].get_array().reshape(wanted.shape), wanted)
    assert 0 < wanted.sum() < wanted.size
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] == pytest.approx(0.1, rel=0.3)
    assert axes.get_title() == r"$N = \infty$, $s = 0.2$, $f = 0.9$"
    assert axes.get_ylabel() == r"$\log_{10}$ of the initialisation, $\sigma_0/\sigma^*_j$"
    assert axes.get_ylim() == pytest.approx((-21 / np.log(10), 1 / np.log(10)))


def test_the_phase_diagram_reads_only_what_it_draws(verdicts):
    for path in verdicts.glob("verdict/c/0/**/*"):
        if path.is_file():
            path.write_bytes(b"nothing that can be read")
    phase_from_store(verdicts, at={"depth": 3, "s": 0.2})
    with pytest.raises(ValueError, match="checksum"):
        phase_from_store(verdicts, at={"depth": 2, "s": 0.2})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"at must give depth, one of 2, 3, inf; got nothing"),
        ({"at": {"depth": 2, "s": 0.3}}, r"at must give s as one of 0\.1, 0\.2; got 0\.3"),
        ({"at": {"ratio": 2}}, "at must name an axis that is not drawn; got 'ratio'"),
        ({"x": "f"}, "x must be one of depth, ratio, s, log_start; got 'f'"),
        ({"x": "s", "y": "s"}, "x and y must be two axes; got s twice"),
        ({"variable": "safe"}, "variable must be one of verdict; got 'safe'"),
    ],
)
def test_a_phase_diagram_that_cannot_be_drawn(verdicts, options, message):
    with pytest.raises(ValueError, match=message):
        phase_from_store(verdicts, **options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dynamics", "--from", "S"), "--from goes with the figure phase alone"),
        (("phase", "--from", "S", "--at", "depth"), "--at must be NAME=VALUE; got 'depth'"),
        (("phase", "--x", "ratio"), "--x, --y, --variable and --at go with --from"),
    ],
)
def test_wrong_options_of_a_figure(tmp_path, verdicts, arguments, message):
    words = [str(verdicts) if word == "S" else word for word in arguments]
    done = CliRunner().invoke(cli, ["figure", *words, "--output", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert message in done.stderr


def test_thresholds_are_drawn_in_powers_of_ten_and_failed_cells_left_out(tmp_path, spec):
    run("sweep", spec, "--output", tmp_path / "store", "--workers", "0")
    figure = phase_from_store(tmp_path / "store", at={"depth": 2, "learning_rate": 0.01})
    shown = figure.axes[0].collections[0].get_array()
    with open_sweep(tmp_path / "store") as data:
        wanted = data.safe.sel(depth=2, learning_rate=0.01).transpose("s", "ratio").values
    assert np.allclose(shown.reshape(wanted.shape), wanted / np.log(10))
    figure = phase_from_store(tmp_path / "store", at={"depth": 2, "learning_rate": 2})
    assert figure.axes[0].collections[0].get_array().mask.all()
