"""Commands in this process: what is global stays, whether they work, fail, or are interrupted.

The entry point itself, with its streams caught; in threads, where streams cannot be, commands write
to files.
"""

from concurrent.futures import ThreadPoolExecutor

import click
import pytest
from entry_point import run
from process_wide import changed, global_state, unusual_state
from report_rows import samples
from rows import cut_short
from sweep_rows import folder

from stairwise.reports import boxes, notebooks, verify
from stairwise.reports.cli import cli

SMALL = ("--steps", "40", "--record-every", "10", "--scale", "0.01")
DEEP = ("--depth", "2")


def good():
    """A command line of each command that works, and what its outputs are called."""
    data = ("--data", str(samples()))
    tiny = ("--size", "3", "--samples", "40", "--values", "2,1", *SMALL)
    return {
        "verify": ["verify", "toy-flow", "--workers", "1"],
        "derive": ["derive", "toy-flow", "--residuals"],
        "table": ["table", "--depth", "2", "--ratio", "2", "--rigorous"],
        "chain": ["chain", "--targets", "3,1"],
        "tightness": ["tightness", "--format", "csv"],
        "figure": ["figure", "learning-times", "--output", "out"],
        "notebook": ["notebook", "--no-open", "--folder", "out"],
        "sweep": ["sweep", str(folder() / "spec.toml"), "--output", "out", "--workers", "0"],
        "experiment matrix-sensing": ["experiment", "matrix-sensing", *DEEP, *tiny],
        "experiment quadratic": ["experiment", "quadratic", *tiny],
        "experiment diagonal": ["experiment", "diagonal", *DEEP, *data, *SMALL],
        "experiment convolution": ["experiment", "convolution", *DEEP, *data, *SMALL],
        "experiment pursuit": ["experiment", "pursuit", *DEEP, *data, "--seeds", "0"],
        "experiment agreement": ["experiment", "agreement", *DEEP, "--seeds", "1", "--size", "2"],
        "experiment regimes": ["experiment", "regimes", "--samples", "2", "--dimension", "4",
                               "--sparsity", "1"],
    }  # fmt: skip


#: Command lines that fail where the work begins, or before; an option that none has for the others.
BAD = {
    "verify": ["verify", "?"],
    "derive": ["derive", "?"],
    "table": ["table", "--depth", "0.5", "--ratio", "2"],
    "chain": ["chain", "--targets", "1,3"],
    "tightness": ["tightness", "--output", "/no/such/folder/file"],
    "figure": ["figure", "?", "--output", "out"],
    "notebook": ["notebook", "--folder", "/dev/null/folder"],
    "sweep": ["sweep", "/dev/null", "--output", "out"],
}
#: Seconds rather than parts of one.
SLOW = {"experiment agreement", "tightness"}


def names():
    """Every command, as it is typed."""
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in command.commands)
        else:
            yield name


def arguments(name):
    given = good()[name]
    return [*given, "--output", "out"] if name.startswith("experiment") else given


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    """A folder of its own; `verify` proves here, as worker processes are no state of this one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(verify, "ProcessPoolExecutor", Here)


class Here(ThreadPoolExecutor):
    """One thread in place of processes."""

    def __init__(self, *_, **__):
        super().__init__(1)


def commands():
    return [
        pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW), id=name) for name in names()
    ]


def test_every_command_has_a_line_that_works_and_one_that_fails():
    assert set(good()) == set(names())
    assert set(BAD) == {name for name in names() if not name.startswith("experiment")}


@pytest.mark.parametrize("name", commands())
def test_a_command_keeps_the_state_and_its_output_does_not_depend_on_it(name, monkeypatch):
    with unusual_state():
        before = global_state()
        code, out, _ = run(arguments(name))
        assert not changed(before, global_state())
    assert code == 0
    before = global_state()
    code, again, _ = run(arguments(name))
    assert not changed(before, global_state())
    assert code == 0
    assert timeless(again) == timeless(out)


def timeless(text):
    """Lines without how long something took, and without whether a file was there before."""
    lines = text.replace(" (replaced)", "").splitlines()
    return [line for line in lines if "seconds" not in line and " proved in " not in line]


@pytest.mark.parametrize("name", list(names()))
def test_a_failing_command_keeps_the_state(name):
    before = global_state()
    code, out, err = run(BAD.get(name, [*name.split(), "--output", "out", "--seed", "x", "--no"]))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not changed(before, global_state())


@pytest.mark.parametrize("name", commands())
@pytest.mark.parametrize("at", [10, 40])
def test_an_interrupted_command_keeps_the_state(name, at):
    """Ctrl-C early in each; one that is past its work by then has ended well."""
    before = global_state()
    ended = []
    cut_short(lambda: ended.append(run(arguments(name))), at)
    assert not changed(before, global_state())
    assert not ended or ended[0][0] in (0, 130)


@pytest.mark.parametrize("given", [
    ["experiment", "diagonal", *SMALL, *DEEP, "--output", "out"],
    ["figure", "learning-times", "--output", "out"],
], ids=lambda given: given[0])  # fmt: skip
@pytest.mark.parametrize("interrupted", [False, True])
def test_a_bar_on_a_terminal_gives_the_streams_back(given, interrupted, monkeypatch):
    """Rich puts its own in their place while a bar is shown."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    before = global_state()
    if interrupted:
        assert cut_short(lambda: run(given), 60)
    else:
        assert run(given)[0] == 0
    assert not changed(before, global_state())


def test_box_proofs_keep_the_state(monkeypatch, tmp_path):
    """Search and replay of no claims at all: the commands, not the proofs, which have their own."""
    monkeypatch.setattr(boxes, "prove_boxes", lambda *_: [])
    (tmp_path / "proof.json").write_text("{}", encoding="utf-8")
    for given, code in ((["--thorough"], 1), (["--replay", "proof.json"], 2)):
        before = global_state()
        assert run(["verify", *given])[0] == code
        assert not changed(before, global_state())


def test_opening_notebooks_hands_over_the_process(monkeypatch):
    opened = []
    monkeypatch.setattr(notebooks, "find_spec", lambda name: object())
    monkeypatch.setattr("os.execv", lambda *command: opened.append(command))
    before = global_state()
    assert run(["notebook", "--folder", "out"])[0] == 0
    assert not changed(before, global_state())
    assert len(opened) == 1


def test_commands_in_threads_write_what_they_write_alone(tmp_path):
    lines = {
        "table": ["table", "--depth", "2:4", "--ratio", "2", "--rigorous", "--format", "json"],
        "derive": ["derive", "toy-flow"],
        "latex": ["derive", "toy-flow", "--latex"],
        "chain": ["chain", "--targets", "3,1", "--format", "csv"],
    }

    def written(place):
        place.mkdir()
        for name, given in lines.items():
            cli.main([*given, "--output", str(place / name)], standalone_mode=False)
        return {name: (place / name).read_bytes() for name in lines}

    alone = written(tmp_path / "alone")
    before = global_state()
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(written, [tmp_path / str(k) for k in range(3)]))
    assert not changed(before, global_state())
    assert found == [alone] * 3
