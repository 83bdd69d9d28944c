"""The phase diagram of a store: its colours, tones and axes say what the store holds."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("zarr", reason="needs the extra `sweep`")
pytest.importorskip("xarray", reason="needs the extra `sweep`")
pytest.importorskip("distributed", reason="needs the extra `sweep`")

import xarray

from stairwise.numerics.sweeps import open_sweep
from stairwise.numerics.sweeps.run import run_sweep
from stairwise.numerics.sweeps.spec import read_spec
from stairwise.reports.cli import cli
from stairwise.reports.figures._phase_axes import scale_of
from stairwise.reports.figures.phase_store import diagram_name, phase_from_store
from stairwise.reports.style import number

THRESHOLDS = """
quantity = "log_threshold"
chunk_cells = 80
[axes]
depth = [1.5, 2, 3]
ratio = { from = 0.01, to = 100, count = 40, spacing = "log", offset = 1 }
s = { from = 0.1, to = 0.6, count = 6 }
f = 0.45
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Thresholds with undefined cells, with infinite ones at depth 1.5, and more than 1,000."""
    folder = tmp_path_factory.mktemp("thresholds")
    (folder / "spec.toml").write_text(THRESHOLDS)
    run_sweep(folder / "store", read_spec(folder / "spec.toml"), workers=0)
    return folder / "store"


@pytest.fixture
def store(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "store"))


def forget(store, chunk):
    """As if a chunk had not been computed."""
    (store / "status" / "c" / chunk).unlink()


def key_of(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_colours_tell_thresholds_apart_all_over_the_panel(store):
    """In thirds of the cells, by size: each has at least a seventh of the colours."""
    figure = phase_from_store(store, at={"depth": 2})
    mesh = figure.axes[0].collections[0]
    shades = np.asarray(mesh.norm(mesh.get_array().compressed()))
    lowest, low, high, highest = np.quantile(shades, [0.01, 1 / 3, 2 / 3, 1])
    assert min(low - lowest, high - low, highest - high) > 1 / 7
    assert np.all(np.diff(mesh.norm(np.array([-300.0, -100, -30, -10, -3, -1])))[1:] > 0.1)


def test_ticks_of_the_colours_are_round_and_their_minus_is_one(store):
    figure = phase_from_store(store, at={"depth": 2})
    bar = figure.axes[1]
    ticks = [text.get_text() for text in bar.get_yticklabels()]
    assert {"$-1$", "$-10$"} <= set(ticks)
    assert [f"${value:g}$" for value in bar.get_yticks()] == ticks
    assert r"$\log_{10}$ of $\sigma_0/\sigma^*_j$" in bar.get_ylabel()


def test_what_has_no_number_is_told_apart(store):
    """Infinite, missing and undefined cells: in the key where they occur, each with its tone."""
    assert key_of(phase_from_store(store, at={"depth": 3})) == ["undefined ($s \\geq f$)"]
    with open_sweep(store) as data:
        wanted = data.sel(depth=1.5).transpose("s", "ratio").compute()
    forget(store, "0/0/0")
    figure = phase_from_store(store, at={"depth": 1.5})
    names = ["no initialisation works", "missing or failed", "undefined ($s \\geq f$)"]
    assert key_of(figure) == names
    with open_sweep(store) as data:
        missing = (data.status == 0).sel(depth=1.5).transpose("s", "ratio").values
    numbers, tones = (mesh.get_array().reshape(missing.shape) for mesh in
                      figure.axes[0].collections[:2])  # fmt: skip
    infinite = np.isneginf(wanted.log_threshold.values) & ~missing
    undefined = (wanted.status.values == 3) & ~missing
    assert min(infinite.sum(), missing.sum(), undefined.sum()) > 10
    assert np.array_equal(tones.filled(-1) == 0, infinite)
    assert np.array_equal(tones.filled(-1) == 1, missing)
    assert np.array_equal(tones.mask & numbers.mask, undefined)
    assert figure.axes[0].patch.get_hatch()
    free, absent = (tuple(tones_to_colours(figure, k)) for k in (0, 1))
    assert free != absent


def tones_to_colours(figure, tone):
    mesh = figure.axes[0].collections[1]
    return mesh.cmap(mesh.norm(tone))


def test_the_command_names_its_files_and_says_what_is_missing(store, tmp_path):
    odd = store.rename(tmp_path / "my store (1).zarr")
    forget(odd, "1/0/0")
    for _ in range(2):
        words = ["figure", "phase", "--from", odd, "--at", "depth=2", "--output", tmp_path / "out"]
        done = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    with open_sweep(odd) as data:
        count = int((data.status == 0).sel(depth=2).sum())
    assert count > 10
    assert done.stderr == f"stairwise: {count} of 240 cells are not computed\n"
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    name = "phase-my-store-1-log_threshold-depth=2"
    assert files == [f"{name}.{kind}" for kind in ("pdf", "png")]


def test_slices_of_a_store_do_not_overwrite_each_other(store, tmp_path):
    """A slice is called after the store's own values, however they were typed, and its side."""
    slices = (
        ("--y", "s", "depth=2"),
        ("--y", "s", "depth=3"),
        ("--y", "s", "depth=0.3e1"),
        ("--x", "s", "depth=2"),
        ("--y", "ratio", "depth=3"),
        ("--y", "depth", "s=.6"),
    )
    for option, axis, text in slices:
        words = ["figure", "phase", "--from", store, option, axis, "--at", text]
        words = [str(word) for word in (*words, "--output", tmp_path / "out")]
        CliRunner().invoke(cli, words, catch_exceptions=False)
    files = sorted(path.stem for path in (tmp_path / "out").glob("*.pdf"))
    names = ("depth=2", "depth=2-x=s", "depth=3", "depth=3-x=s", "s=0.6")
    assert files == [f"phase-store-log_threshold-{name}" for name in names]


@pytest.mark.parametrize(
    ("store", "name"),
    [("a/b.zarr", "phase-b-safe"), ("σ", "phase-store-safe"), ("x_1-y.d", "phase-x_1-y-d-safe")],
)
def test_names_of_diagrams(store, name):
    assert diagram_name(Path(store), "safe") == name
    at = {"depth": np.inf, "learning_rate": 1e-5, "s": 0.1 + 0.2}
    slice = "depth=inf-learning_rate=1e-05-s=0.3"
    assert diagram_name(Path(store), "safe", at) == f"{name}-{slice}"


def axis(name, values, meaning="", dtype=np.float64):
    values = np.array(values, dtype)
    return xarray.DataArray(values, dims=name, name=name, attrs={"long_name": meaning or name})


@pytest.mark.parametrize(
    ("name", "values", "scale"),
    [
        ("scale", [1e-3, 1e-2], "log"),
        ("scale", [1.0, 2.0], "linear"),
        ("scale", [1e-3, 1e-2, 1e-1, 1], "log"),
        ("s", np.linspace(0.01, 0.6, 30), "linear"),
        ("ratio", 1 + np.geomspace(0.1, 2, 5), "log"),
        ("ratio", [1.5, 2, 2.5, 3], "linear"),
        ("noise", [0, 1e-3, 1e-2], "linear"),
    ],
)
def test_axes_are_logarithmic_where_their_steps_are_factors(name, values, scale):
    assert scale_of(axis(name, values)).scale == scale


def test_no_positive_axis_reaches_below_zero():
    for values in ([0.1, 1.1, 2.1], [1e-3, 1e-2], [0.0, 0.5, 1.0]):
        assert scale_of(axis("scale", values)).edges()[0] >= 0
    assert scale_of(axis("log_start", [-2.0, -1.0, 0.0])).edges().tolist() == [
        -2.5,
        -1.5,
        -0.5,
        0.5,
    ]


def test_seeds_and_depths_have_a_tick_each():
    seeds = scale_of(axis("seed", [0, 1, 2], dtype=np.int64))
    assert seeds.names == ("$0$", "$1$", "$2$")
    assert seeds.edges().tolist() == [-0.5, 0.5, 1.5, 2.5]
    assert scale_of(axis("depth", [2, 3, 10])).names == ("$2$", "$3$", "$10$")
    assert scale_of(axis("depth", [2.5, np.inf])).names == ("$2.5$", r"$\infty$")
    assert scale_of(axis("seed", range(100), dtype=np.int64)).names == ()


def test_labels_are_formulas():
    assert scale_of(axis("learning_rate", [1, 2], "learning rate for σ*_j = 1")).label == (
        r"learning rate for $\sigma^*_j$ = 1"
    )
    assert [number(x) for x in (-np.inf, 1e-5, 2.5e-7, 12)] == [
        r"-\infty",
        "10^{-5}",
        r"2.5\times 10^{-7}",
        "12",
    ]
