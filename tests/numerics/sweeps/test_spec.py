"""Specifications: what a good one gives, and one clear line for every bad one."""

import os
import pickle

import numpy as np
import pytest

from stairwise.numerics.sweeps import parse_spec, read_spec
from stairwise.numerics.sweeps.plan import plan_of

GOOD = """
quantity = "log_threshold"
[axes]
depth = [2, 3, inf]
ratio = { from = 0.1, to = 10, count = 3, spacing = "log", offset = 1 }
s = { from = 0.05, to = 0.25, count = 5 }
f = 0.9
"""
REST = "\nratio = 2.0\ns = 0.1\nf = 0.9\n"


def test_axes_come_in_the_order_of_the_quantity_and_fixed_values_apart(tmp_path):
    spec = parse_spec(GOOD, tmp_path)
    assert list(spec.axes) == ["depth", "ratio", "s"]
    assert spec.axes["depth"].tolist() == [2, 3, np.inf]
    assert spec.axes["ratio"] == pytest.approx([1.1, 2, 11], rel=1e-15)
    assert spec.axes["s"] == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.25], rel=1e-15)
    assert {name: value.item() for name, value in spec.fixed.items()} == {"f": 0.9}
    assert (spec.cells, spec.shape) == (45, (3, 3, 5))


def test_ends_of_ranges_are_exact(tmp_path):
    text = GOOD.replace(
        '0.1, to = 10, count = 3, spacing = "log", offset = 1', "1.1, to = 7.3, count = 9"
    )
    spec = parse_spec(text, tmp_path)
    assert (spec.axes["ratio"][0], spec.axes["ratio"][-1]) == (1.1, 7.3)


@pytest.mark.parametrize("kind", ["txt", "npy"])
def test_an_axis_from_a_file(tmp_path, kind):
    values = np.array([1.5, 2.0, 1e300])
    if kind == "npy":
        np.save(tmp_path / "r.npy", values)
    else:
        (tmp_path / "r.txt").write_text("# ratios\n1.5\n2\n1e300\n")
    (tmp_path / "spec.toml").write_text(
        'quantity = "log_threshold"\n[axes]\ndepth = 2\ns = 0.1\nf = 0.9\n'
        f'ratio = {{ file = "r.{kind}" }}\n'
    )
    assert read_spec(tmp_path / "spec.toml").axes["ratio"].tolist() == values.tolist()


def _axes(depth):
    return f'quantity = "log_threshold"\n[axes]\ndepth = {depth}{REST}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "quantity must be one of log_threshold, bounds, "),
        ('quantity = "nothing"', "quantity must be one of log_threshold, .*; got 'nothing'"),
        ("quantity = 3", "quantity must be one of .*; got 3"),
        ("quantity = [", "spec must be TOML; got an error: Invalid value"),
        ("a = " + "[" * 100_000, "spec must be TOML; got tables nested too deeply"),
        ("a." * 49_000 + "b = 1", "spec must be TOML; got a name of more than 64 parts"),
        ("x = " + "9" * 10_000, "spec must be TOML; got an error: Exceeds the limit"),
        (GOOD + "\n[more]\n", "keys must be among quantity, title, .*; got 'more'"),
        (GOOD + "colour = 3", "axes must be among depth, ratio, s, f for .*; got 'colour'"),
        ('quantity = "log_threshold"', r"axes must have depth \(depth N\); got none"),
        ('quantity = "log_threshold"\naxes = 3', "axes must be a table; got 3"),
        (_axes("2"), "axes must have at least one list, range or file; got numbers only"),
        (_axes("[0.5]"), "depth must be a real number ≥ 1, or inf; got 0.5"),
        (_axes("[]"), "depth must have from 1 to 10000000 values in a row"),
        (_axes("[2, 'x']"), "depth must be a number, a list of numbers, .*; got 'x'"),
        (_axes("[2, [3]]"), r"depth must be a number, a list .*; got \[3\]"),
        (_axes("[2, true]"), "depth must be a number, .*; got True"),
        (_axes("[2, nan]"), "depth must be a number; got nan"),
        (_axes("[2, 3, 2.0]"), "depth must not have a value twice; got 2.0 again"),
        (_axes("[1" + "0" * 400 + "]"), "depth must be a double; got a whole number beyond"),
        (_axes("1979-05-27"), "depth must be a number, a list of numbers"),
        (_axes("{ from = 2, to = 3 }"), "depth must be a number, .*; got a table with from, to"),
        (_axes("{ from = 3, to = 2, count = 5 }"), "depth must have finite from < to; got from"),
        (_axes("{ from = 2, to = inf, count = 5 }"), "depth must have finite from < to"),
        (_axes("{ from = -1e308, to = 1e308, count = 3 }"), "depth must not overflow; got from ="),
        (
            _axes("{ from = 1, to = 1.7e308, count = 3, offset = 1.7e308 }"),
            "depth must not overflow; got from = 1.0",
        ),
        (_axes("{ from = 2, to = 3, count = 1 }"), "depth.count must be a whole number from 2 to"),
        (_axes("{ from = 2, to = 3, count = 1e3 }"), "depth.count must be a whole .*; got 1000"),
        (_axes("{ from = 2, to = 3, count = 9999999999 }"), "depth.count must be a whole number"),
        (_axes("{ from = 2, to = 3, count = 5, spacing = 'cubic' }"), "depth.spacing must be one"),
        (_axes("{ from = -2, to = 3, count = 5, spacing = 'log' }"), "depth must have from > 0"),
        (_axes("{ file = 3 }"), "depth.file must be a path, alone in its table"),
        (_axes("{ file = '/etc/passwd' }"), "depth.file must be a relative path that stays in"),
        (_axes("{ file = '../x.txt' }"), "depth.file must be a relative path that stays in"),
        (_axes("{ file = 'none.txt' }"), "depth.file must be a readable file .*: No such file"),
        (_axes("{ file = '.' }"), "depth.file must be a r"),
        (_axes('{ file = "a\\u0000b" }'), "depth.file must be a relative path that stays in"),
        (GOOD.replace("f = 0.9", "f = 1.0"), r"f must be a number in \(0, 1\); got 1.0"),
        ("chunk_cells = 0\n" + GOOD, "chunk_cells must be a whole number from 1 to 8388608 for"),
        ("chunk_cells = 1e4\n" + GOOD, "chunk_cells must be a whole number from 1 .*; got 10000.0"),
        ("chunk_cells = 99999999999\n" + GOOD, "chunk_cells must be a whole number from 1"),
        ("title = 3\n" + GOOD, "title must be a text of at most 1000 characters; got 3"),
        (GOOD + "[options]\norder = 1", "options must be among nothing for .*; got 'order'"),
        (
            GOOD.replace("log_threshold", "bounds") + "[options]\norder = -1",
            "order must be a whole number ≥ 0; got -1",
        ),
    ],
)  # fmt: skip
def test_a_bad_spec_is_one_clear_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message) as caught:
        parse_spec(text, tmp_path)
    assert str(caught.value).startswith("spec")
    assert len(str(caught.value)) < 400


def test_a_spec_that_is_too_large_in_cells_or_chunks(tmp_path):
    axis = "{ from = 2, to = 3, count = 10000000 }"
    text = _axes(axis).replace("s = 0.1", "s = { from = 0.1, to = 0.2, count = 1000000 }")
    with pytest.raises(ValueError, match="at most 10000000 chunks"):
        plan_of(parse_spec("chunk_cells = 1\n" + text.replace("1000000 }", "10 }"), tmp_path))
    more = text.replace("f = 0.9", "f = { from = 0.5, to = 0.9, count = 1000 }")
    with pytest.raises(ValueError, match=r"axes must have at most 1e\+15 cells; got 1e\+16"):
        parse_spec(more, tmp_path)


def _refused(path, message):
    with pytest.raises(ValueError, match=message) as caught:
        read_spec(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_of_text_is_refused(tmp_path):
    (tmp_path / "binary.toml").write_bytes(b"\x00\xff\xfe" * 99)
    _refused(tmp_path / "binary.toml", "spec must be a TOML file .*: not UTF-8 text")
    (tmp_path / "large.toml").write_bytes(b"#" * 100_001)
    _refused(tmp_path / "large.toml", "spec must be a TOML file of at most 100000 bytes")
    os.mkfifo(tmp_path / "pipe.toml")
    _refused(tmp_path / "pipe.toml", "spec must be a TOML file")
    _refused(tmp_path, "spec must be a TOML file .*")
    _refused(tmp_path / "none.toml", "spec must be a TOML file .*: No such file")
    _refused("/dev/zero", "spec must be a TOML file .*: not a regular file")


def _axis_file_refused(folder, name, message):
    with pytest.raises(ValueError, match=message) as caught:
        parse_spec(_axes(f"{{ file = '{name}' }}"), folder)
    assert len(str(caught.value)) < 300


def test_files_that_are_no_axes_are_refused(tmp_path):
    folder = tmp_path / "spec"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("1 2 3")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    _axis_file_refused(folder, "link.txt", "depth.file must be a relative path that stays")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    _axis_file_refused(folder, "loop.txt", "depth.file must be a r")
    os.mkfifo(folder / "pipe.txt")
    _axis_file_refused(folder, "pipe.txt", "depth.file .*: not a regular file")
    (folder / "words.txt").write_text("root:x:0\n")
    _axis_file_refused(folder, "words.txt", "depth.file must hold numbers only")
    (folder / "binary.txt").write_bytes(b"\xff\x00\xfe")
    _axis_file_refused(folder, "binary.txt", "depth.file must hold numbers only")
    (folder / "table.txt").write_text("1 2\n3 4\n")
    _axis_file_refused(folder, "table.txt", "values in a row")
    (folder / "empty.txt").write_bytes(b"")
    _axis_file_refused(folder, "empty.txt", "depth must have from 1")
    (folder / "empty.npy").write_bytes(b"")
    _axis_file_refused(folder, "empty.npy", "depth.file must be a .npy of real numbers")


class Bomb:
    """What must never be unpickled."""

    def __reduce__(self):
        return (os.mkdir, ("unpickled",))


def test_a_pickled_array_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save(tmp_path / "object.npy", np.array([Bomb(), 2], dtype=object), allow_pickle=True)
    (tmp_path / "raw.npy").write_bytes(pickle.dumps(Bomb()))
    for name in ("object.npy", "raw.npy"):
        _axis_file_refused(tmp_path, name, "depth.file must be a .npy of real numbers")
    assert not (tmp_path / "unpickled").exists()


def test_a_header_that_promises_more_than_there_is_reserves_nothing(tmp_path):
    with (tmp_path / "huge.npy").open("wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
        np.lib.format.write_array_header_1_0(file, header)
    _axis_file_refused(tmp_path, "huge.npy", "depth.file must be a .npy of real numbers")


@pytest.mark.parametrize("cells", [1, 7, 45, 46, 1000])
def test_chunks_cover_every_cell_once(tmp_path, cells):
    plan = plan_of(parse_spec(f"chunk_cells = {cells}\n" + GOOD, tmp_path))
    seen = np.zeros(plan.shape, dtype=int)
    for index in plan.indices():
        seen[plan.region(index)] += 1
        assert 1 <= plan.size(index) <= cells
    assert np.all(seen == 1)
    assert plan.count == len(list(plan.indices()))
