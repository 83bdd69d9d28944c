"""Every command refuses every bad option: exit code 2 and one line on standard error.

In process, by the entry point itself; a sample runs as a program.
"""

import atexit
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from entry_point import run

from stairwise.reports.cli import cli

PATIENCE = 60
DOCS = Path(__file__).parents[2] / "docs"

#: Text that asks to be evaluated, expanded or to leave the folder.
HOSTILE = (
    "__import__('os').system('touch pwned')",
    "$(touch pwned)",
    "`touch pwned`",
    "{{7*7}}",
    "%s%n",
    "../../../../etc/passwd",
    "\x1b[31m",
    "\ud800",
)
NOT_NUMBERS = ("", "x", "nan", "1e", "0x10", "1/2", "None", "[1]", "9" * 5000 + "x", *HOSTILE)
#: What each option refuses. Options are found by themselves: one without an entry fails the test.
BAD = {
    "depths": (*NOT_NUMBERS, "0", "0.5", "-1", "-inf", "1:", ":2", "3:1", "1:2:0", "1:2:1", "1:2:x",
               "1:2:3:4", "1:inf", "1:2:9999999999", "0:1e9", "1:2:-3", "1:2:3logs"),
    "ratios": (*NOT_NUMBERS, "1", "0", "-2", "inf", "2:1", "-1:2:5log", "0:1:5log", "1e400"),
    "lows": (*NOT_NUMBERS, "0", "1", "-0.1", "0.95", "inf"),
    "highs": (*NOT_NUMBERS, "0", "1", "0.05", "2", "inf"),
    "low": ("", "x", "nan", "0", "1", "-0.1", "0.95", "inf", *HOSTILE),
    "high": ("", "x", "nan", "0", "1", "0.05", "2", "inf", *HOSTILE),
    "style": ("", "pdf", "csv ", "JSON", *HOSTILE),
    "columns": ("", ",", "nothing", "depth,,s", "depth;s", *HOSTILE),
    "order": ("", "x", "-1", "51", "0.5", "1e1", *HOSTILE),
    "digits": ("", "x", "0", "-1", "1001", "1.5", *HOSTILE),
    "output_file": ("", "/no/such/folder/file", "/dev/null/file", ".", "/"),
    "output": ("/dev/null/folder", "/proc/none"),
    "json_file": ("/no/such/folder/file", "/dev/null/file", ".", "/"),
    "workers": ("", "x", "0", "-1", "1.5", "nan", *HOSTILE),
    "certificate": ("/no/such/folder/file", "/dev/null/file", ".", "/"),
    "replay": ("/no/such/file", ".", "/", "/dev/null", "/dev/zero", *HOSTILE),
    "ids": ("", "nothing", "toy_flow", "TOY-FLOW", *HOSTILE),
    "id": ("", "nothing", "toy_flow", "TOY-FLOW", *HOSTILE),
    "targets": (*NOT_NUMBERS, "1", "1,2", "2,0", "2,-1", "inf,1", "2,,1", "3;1"),
    "path": ("/no/such/file", ".", "/", "/dev/null", "/dev/zero", *HOSTILE),
    "power_law": ("", "x", "3", "3:", ":1", "1:1", "0:1", "-3:1", "3:0", "3:-1", "3:nan", "3:inf",
                  "1000001:1", "9" * 5000 + ":1", "2.5:1", "3:1:1", "300:300", *HOSTILE),
    "geometric": ("", "x", "3", "3:", ":2", "1:2", "3:1", "3:0.5", "3:nan", "3:inf", "2000:10",
                  *HOSTILE),
    "names": ("", "nothing", "../phase", "/etc/passwd", *HOSTILE),
    "folder": ("/dev/null/folder", "/proc/none"),
    "seed": ("", "x", "-1", "1.5", "nan", *HOSTILE),
    "draw": ("", "x", "-1", "1.5", *HOSTILE),
    "seeds": ("", "x", "-1", "1.5", *HOSTILE),
    "whole_depths": (*NOT_NUMBERS, "0", "0.5", "-1", "inf", "1.5", "1:", "3:1", "1:2:4"),
    "size": ("", "x", "1", "0", "-3", "2.5", *HOSTILE),
    "samples": ("", "x", "0", "-3", "2.5", *HOSTILE),
    "values": (*NOT_NUMBERS, "-1,2", "inf,1", ",", "1;2"),
    "scale": ("", "x", "0", "-1", "nan", "inf", *HOSTILE),
    "kind": ("", "x", "GAUSSIAN", *HOSTILE),
    "method": ("", "x", "Descent", *HOSTILE),
    "learning_rate": ("", "x", "0", "-1", "nan", "inf", *HOSTILE),
    "until_loss": ("", "x", "-1", "nan", *HOSTILE),
    "steps": ("", "x", "0", "-1", "1.5", *HOSTILE),
    "record_every": ("", "x", "0", "-1", "1.5", *HOSTILE),
    "precision": ("", "x", "float16", *HOSTILE),
    "loss": ("", "x", "hinge", *HOSTILE),
    "data": ("/no/such/file", ".", "/", "/dev/null", *HOSTILE),
    "picks": ("", "x", "0", "-1", "1.5", "1001", *HOSTILE),
    "sparsities": (*NOT_NUMBERS, "0", "-1", "1.5", "inf"),
    "sparsity": ("", "x", "0", "-1", "1.5", *HOSTILE),
    "noises": (*NOT_NUMBERS, "-1", "inf"),
    "dimension": ("", "x", "1", "0", "-1", *HOSTILE),
    "spec": ("/no/such/file", ".", "/", "/dev/null", "/dev/zero", *HOSTILE),
    "processes": ("", "x", "-1", "1.5", "nan", *HOSTILE),
    "scheduler": ("x", "tcp:/host", "ftp://host:1", "tcp://127.0.0.1:1", *HOSTILE),
    "store": ("/no/such/store", ".", "/dev/null", "/dev/zero", *HOSTILE),
    "at": ("", "=", "s", "=0.1", "s=", "s=x", "s=nan", "s=0.1=2", "nothing=1", *HOSTILE),
    "variable": ("", "nothing", "status", "../status", *HOSTILE),
    "x": ("", "nothing", "s", *HOSTILE),
    "y": ("", "nothing", "s", *HOSTILE),
}  # fmt: skip

#: Good arguments of each command. None of the bad calls may get as far as the work.
GOOD = {
    "verify": [],
    "derive": ["toy-flow"],
    "table": ["--depth", "2", "--ratio", "2"],
    "chain": ["--targets", "2,1"],
    "tightness": [],
    "figure": ["phase"],
    "notebook": ["--no-open"],
    "sweep": [str(DOCS / "sweep-example.toml"), "--output", "out"],
}
#: Options given in place of the good ones, as they exclude them.
ALONE = {"ids", "id", "spec", "targets", "path", "power_law", "geometric", "replay"}
#: Options that count only beside others.
BESIDE = {
    "digits": ["--rigorous"],
    "certificate": ["--thorough"],
    "workers": [],
    "picks": ["--seeds", "0"],
}
FOLDERS = {"figure", "experiment"}
OF_STORES = {"at", "variable", "x", "y"}


def commands():
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            for inner, inside in command.commands.items():
                yield (name, inner), inside
        else:
            yield (name,), command


@cache
def store():
    """A small sweep, for the options of figures from one."""
    from stairwise.numerics.sweeps import parse_spec, run_sweep

    text = 'quantity = "log_threshold"\n[axes]\ndepth = [2, 3]\nratio = [2, 4]\ns = 0.1\nf = 0.9\n'
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    run_sweep(Path(folder, "store"), parse_spec(text, Path(folder)), workers=0)
    return Path(folder, "store")


def kind_of(path, option):
    if path == ("sweep",) and option.name == "workers":
        return "processes"
    if option.name == "output" and path[0] not in {*FOLDERS, "sweep"}:
        return "output_file"
    return "whole_depths" if option.name == "depths" and path[0] == "experiment" else option.name


def calls(path, command):
    """Command lines with one bad option, and which."""
    good = GOOD.get(path[0], [])
    for option in command.params:
        if getattr(option, "is_flag", False):
            continue
        folder = [] if path[0] not in FOLDERS or option.name == "output" else ["--output", "out"]
        for text in BAD[kind_of(path, option)]:
            given = [] if option.name in ALONE else drop(good, option)
            beside = BESIDE.get(option.name, [])
            if option.name in OF_STORES:
                if find_spec("zarr") is None:  # without the extra `sweep` there are no stores
                    continue
                beside = ["--from", str(store())]
            if isinstance(option, click.Argument):
                yield [*path, *folder, *beside, "--", text]
            else:
                yield [*path, *given, *folder, *beside, f"{option.opts[-1]}={text}"]


def drop(good, option):
    """The good arguments without those of the option."""
    if option.opts[-1] in good:
        at = good.index(option.opts[-1])
        return good[:at] + good[at + 2 :]
    return good


class Hang(BaseException):
    """A call that did not come back; no TimeoutError, which is an OSError and may be caught."""


def complaint(arguments):
    """What is wrong with how a command line is refused, or nothing."""

    def hangs(*_):
        raise Hang

    shown = " ".join(arguments)[:120]
    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    try:
        code, out, err = run(arguments)
    except BaseException as error:
        return f"{shown}: {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    if code != 2 or out or not err.startswith("stairwise: ") or err.count("\n") != 1:
        return f"{shown}: exit {code}, {len(out)} characters out, {err!r:.300}"
    return ""


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=lambda x: str(x)[:40])
def test_bad_options_are_refused(path, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [found for call in calls(path, command) if (found := complaint(call))] == []
    left = {item.name for item in tmp_path.iterdir()} - {"out", "stairwise-notebooks"}
    assert left == set(), "something was evaluated or written"


def test_there_are_hundreds_of_calls():
    assert sum(1 for path, command in commands() for _ in calls(path, command)) >= 500


def test_a_good_command_line_would_be_noticed():
    """The negative twin: a command line with nothing wrong is reported."""
    assert "exit 0" in complaint(["table", *GOOD["table"]])


@pytest.mark.parametrize(
    "arguments",
    [
        ["table", "--depth", "x", "--ratio", "2"],
        ["verify", "--replay", "/dev/null"],
        ["chain", "--file", "/dev/zero"],
        ["experiment", "diagonal", "--output", "out", "--data", "none.npz"],
        ["derive", HOSTILE[0]],
    ],
)
def test_as_a_program(arguments, tmp_path):
    code = "from stairwise.reports.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        capture_output=True, text=True, cwd=tmp_path, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("stairwise: ")
    assert done.stderr.count("\n") == 1
    assert not Path(tmp_path, "pwned").exists()
