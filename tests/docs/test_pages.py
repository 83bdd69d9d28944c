"""Every command and every code block of the tutorial and the how-to pages does what it says."""

import doctest
import re
import shlex
import tomllib
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from stairwise.reports.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "tutorial.md", ROOT / "docs" / "howto.md"]
#: Run by default: the others take more than a few seconds, or open a program.
QUICK = ("table", "chain", "experiment quadratic", "experiment diagonal")
#: Parsed only: one opens JupyterLab, the others search and replay box proofs for many minutes.
PARSED = ("notebook", "verify --thorough", "verify --replay")


def _blocks(path, language):
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def _commands():
    """Words of each shell command on the pages, comments removed."""
    for path in PAGES:
        for block in _blocks(path, "sh"):
            for line in block.splitlines():
                for command in line.split("&&"):
                    yield shlex.split(command, comments=True)


OURS = [words[1:] for words in _commands() if words[0] == "stairwise"]
OTHERS = [words for words in _commands() if words[0] != "stairwise"]


def _starts(words, beginnings):
    return " ".join(words).startswith(beginnings)


def _parse(words):
    """The command found and its options checked, nothing run; click's exception otherwise."""
    command, context = cli, None
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context)
        name, command, words = command.resolve_command(context, words)
    return command.make_context(name, list(words), parent=context)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the commands run, with the files of the reader that they name."""
    monkeypatch.chdir(tmp_path)
    inputs = np.random.default_rng(0).standard_normal((60, 5))
    targets = np.where(inputs @ [3.0, 1.0, 0.0, 0.0, 0.0] >= 0, 1.0, -1.0)
    np.savez("mine.npz", inputs=inputs, targets=targets)
    (tmp_path / "proofs.json").touch()
    return tmp_path


def _run(words, folder):
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    for flag in ("--output", "--json"):
        if flag in words:
            place = folder / words[words.index(flag) + 1]
            assert place.is_file() or any(place.iterdir())


def test_there_are_commands_of_every_kind():
    assert len(OURS) >= 12
    assert {words[0] for words in OURS} >= {"table", "figure", "verify", "derive", "experiment"}
    assert any(_starts(words, QUICK) for words in OURS)


@pytest.mark.parametrize("words", OURS, ids=" ".join)
def test_a_command_is_understood(words, folder):
    _parse(words)


def test_a_command_that_is_not_ours_is_refused():
    with pytest.raises(click.UsageError):
        _parse(["tabel"])
    with pytest.raises(click.UsageError):
        _parse(["table", "--dept", "2"])


@pytest.mark.parametrize("words", [w for w in OURS if _starts(w, QUICK)], ids=" ".join)
def test_a_quick_command_runs(words, folder):
    _run(words, folder)


@pytest.mark.slow
@pytest.mark.parametrize("words", [w for w in OURS if not _starts(w, QUICK + PARSED)], ids=" ".join)
def test_a_slow_command_runs(words, folder):
    _run(words, folder)


def test_installations_name_extras_that_there_are():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    named = [extra for words in OTHERS for extra in re.findall(r"\[(.*?)\]", " ".join(words))]
    assert named
    assert set(",".join(named).split(",")) <= set(extras)
    known = {"python3 -m", ".venv/bin/pip install", "pip install", "python -m"}
    assert {" ".join(words[:2]) for words in OTHERS} <= known


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_python_blocks_run_and_print_what_they_show(path):
    blocks = _blocks(path, "python")
    assert blocks
    for block in blocks:
        if block.startswith(">>>"):
            example = doctest.DocTestParser().get_doctest(block, {}, path.name, None, 0)
            assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
        else:
            exec(compile(block, path.name, "exec"), {})
