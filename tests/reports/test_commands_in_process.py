"""Commands without a process of their own: box proofs, replay, notebooks, figures, ways to end."""

import math
import os
import sys

import pytest
from click.testing import CliRunner

from stairwise.numerics.certificate import Job, prove_boxes, read_certificate
from stairwise.numerics.claims import DOMAIN
from stairwise.numerics.margins import Claim
from stairwise.reports import boxes, cli, files, notebooks

WORK = [Job(Claim("separation-bounds", "upper"), math.inf, DOMAIN)]


def invoke(*arguments):
    return CliRunner().invoke(cli.cli, [str(argument) for argument in arguments])


@pytest.fixture
def one_claim(monkeypatch):
    """The search over one claim instead of all, which take minutes."""

    def search(work, certificate, workers, tell):
        assert work is None
        assert workers >= 1
        return prove_boxes(WORK, certificate, 1, tell)

    monkeypatch.setattr(boxes, "prove_boxes", search)


def test_thorough_writes_a_certificate_that_replay_rechecks(one_claim, tmp_path):
    place = tmp_path / "proof.json"
    searched = invoke("verify", "--thorough", "--certificate", place)
    assert searched.exit_code == 0, searched.output
    (verdict,) = read_certificate(place)
    lines = searched.stdout.splitlines()
    assert lines[0] == verdict.note
    assert lines[1] == f"1 of 1 claims proved over {len(verdict.leaves)} boxes: {place}"

    replayed = invoke("verify", "--replay", place)
    assert replayed.exit_code == 1  # one claim is not all that the theory claims
    assert "not in the certificate: " in replayed.stdout
    assert f"proved: 1 proofs, {len(verdict.leaves)} boxes re-checked" in replayed.stdout


@pytest.mark.parametrize(
    ("true", "false", "told"),
    [
        ('"shift": "0"', '"shift": "2"', "fault: "),
        ('"side": "upper"', '"side": "lower"', "doubt: "),  # true, but not by these boxes
    ],
)
def test_a_doctored_certificate_is_told(one_claim, tmp_path, true, false, told):
    place = tmp_path / "proof.json"
    invoke("verify", "--thorough", "--certificate", place)
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace(true, false), encoding="utf-8")
    assert place.read_text(encoding="utf-8") != text
    replayed = invoke("verify", "--replay", place)
    assert replayed.exit_code == 1
    assert told in replayed.stdout


@pytest.mark.parametrize(
    "arguments",
    [["toy-flow", "--thorough"], ["--thorough", "--json", "x.json"], ["--thorough", "--replay"]],
)
def test_box_options_go_alone(arguments, tmp_path):
    (tmp_path / "proof.json").write_text("{}", encoding="utf-8")
    if arguments[-1] == "--replay":
        arguments = [*arguments, tmp_path / "proof.json"]
    result = invoke("verify", *arguments)
    assert result.exit_code == 2
    assert "--thorough and --replay go alone" in result.stderr


def test_notebooks_are_put_and_opened(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(notebooks, "find_spec", lambda name: object())
    monkeypatch.setattr(os, "execv", lambda *command: opened.append(command))
    result = invoke("notebook", "--folder", tmp_path / "mine")
    assert result.exit_code == 0
    assert (tmp_path / "mine" / "06_explore.ipynb").exists()
    program, arguments = opened[0]
    assert program == sys.executable
    assert arguments[1:] == ["-m", "jupyterlab", str(tmp_path / "mine")]
    assert invoke("notebook", "--folder", tmp_path / "other", "--no-open").exit_code == 0
    assert len(opened) == 1


def test_a_figure_must_be_named():
    result = invoke("figure", "--output", "nowhere")
    assert result.exit_code == 2
    assert "name a figure, or --all: dynamics" in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (BrokenPipeError(), 141, ""),
        (KeyboardInterrupt(), 130, "stairwise: interrupted"),
        (ValueError("a rule\n  over lines"), 2, "stairwise: a rule over lines"),
        (ImportError("x needs y"), 2, "stairwise: x needs y"),
    ],
)
def test_how_the_program_ends(error, code, says, monkeypatch, capsys):
    def fails(**_):
        raise error

    class Closed:
        closed = False

        def close(self):
            self.closed = True

    monkeypatch.setattr(cli.cli, "main", fails)
    if isinstance(error, BrokenPipeError):
        monkeypatch.setattr(sys, "stderr", Closed())
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    if isinstance(error, BrokenPipeError):
        assert sys.stderr.closed
    else:
        assert capsys.readouterr().err.strip() == says


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_file_is_whole_or_as_it_was(error, monkeypatch, tmp_path):
    place = tmp_path / "table.csv"
    files.write_whole(place, "before")

    def fails(*_):
        raise error

    monkeypatch.setattr(os, "replace", fails)
    expected = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else ValueError
    with pytest.raises(expected) as caught:
        files.write_whole(place, "after")
    if expected is ValueError:
        assert str(caught.value).endswith(f"got {place}: No space left on device")
    assert place.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
