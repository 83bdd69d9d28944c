"""`stairwise experiment`: what help shows is what runs, and what is found is said."""

import inspect
import re
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from stairwise.numerics.experiments import convolution, diagonal, matrix_sensing, quadratic
from stairwise.numerics.experiments.linear import LOSSES
from stairwise.reports.experiment_cli import experiment
from stairwise.reports.grids import parse_grid

COMMANDS = tuple(experiment.commands)
KINDS = {
    "matrix-sensing": matrix_sensing.KINDS,
    "quadratic": quadratic.KINDS,
    "diagonal": diagonal.KINDS,
    "convolution": convolution.KINDS,
}
SMALL = ("quadratic", "--size", "4", "--samples", "40", "--values", "1", "--until-loss", "0.1")


def signature_of(command):
    name = command.replace("-", "_")
    module = import_module(f"stairwise.reports.experiment_{name}")
    return inspect.signature(getattr(module, f"run_{name}")).parameters


def default_of(option):
    """An option's default as the function would get it."""
    if option.name in ("depths", "sparsities", "noises"):
        return tuple(float(value) for value in option.default)
    return (
        tuple(parse_grid("x", option.default.split(",")))
        if option.name == "values"
        else (option.default)
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_defaults_in_the_help_are_those_that_run(command):
    parameters = signature_of(command)
    shown = 0
    for option in experiment.commands[command].params:
        if option.name == "output" or option.default is None or "UNSET" in repr(option.default):
            continue
        assert default_of(option) == parameters[option.name].default, option.name
        assert option.is_flag or option.show_default, option.name
        shown += 1
    assert shown >= 3


@pytest.mark.parametrize("command", COMMANDS)
def test_choices_are_those_of_the_library(command):
    choices = {
        option.name: set(option.type.choices)
        for option in experiment.commands[command].params
        if isinstance(option.type, click.Choice)
    }
    library = {
        "kind": set(KINDS.get(command, ())),
        "method": {"flow", "descent"},
        "loss": set(LOSSES),
        "precision": set(matrix_sensing.PRECISIONS),
    }
    assert choices == {name: library[name] for name in choices}
    assert "kind" in choices or command not in KINDS


def test_help_lists_choices_and_defaults():
    text = CliRunner().invoke(experiment, ["matrix-sensing", "--help"], terminal_width=100).output
    assert "[gaussian|identity]" in text
    assert re.search(r"--scale FLOAT +Initialisation scale\.  \[default: 0\.0001\]", text)
    assert re.search(r"--learning-rate FLOAT +For the plain mean loss\.  \[default: 0\.001\]", text)
    assert re.search(r"--depth TEXT +3 or 1:4; may be repeated\.  \[default: 1, 2, 3, 4\]", text)


@pytest.mark.parametrize("command", KINDS)
def test_help_says_what_the_methods_are(command):
    text = CliRunner().invoke(experiment, [command, "--help"], terminal_width=200).output
    assert "Gradient flow, in steps of the learning rate, or descent itself.  [default: " in text


@pytest.mark.parametrize(("command", "has"), [("matrix-sensing", True), ("quadratic", False)])
def test_only_matrix_sensing_has_measurements(command, has):
    text = CliRunner().invoke(experiment, [command, "--help"]).output
    assert ("Measurements" in text) is has


def test_the_result_is_printed_and_a_second_run_says_what_it_replaces(tmp_path):
    first = CliRunner().invoke(experiment, [*SMALL, "--output", str(tmp_path)])
    assert first.exit_code == 0
    table, paths = first.stdout.split("\n\n")
    assert re.search(r"^final loss +0\.1 +0\.1$", table, re.MULTILINE)
    assert re.search(r"^value 1 \(target 1\) +0\.\d+ +[01]\.\d+$", table, re.MULTILINE)
    assert paths.splitlines() == [
        str(tmp_path / f"quadratic.{suffix}") for suffix in ("npz", "pdf", "png", "json")
    ]
    again = CliRunner().invoke(experiment, [*SMALL, "--output", str(tmp_path)])
    table_again, paths_again = again.stdout.split("\n\n")
    assert untimed(table_again) == untimed(table)
    assert paths_again.splitlines() == [f"{path} (replaced)" for path in paths.splitlines()]


def untimed(table):
    return [line for line in table.splitlines() if not line.startswith("seconds")]


@pytest.mark.parametrize("summary", [None, "{}", '{"experiment": "agreement"}', "[1]", "{"])
def test_files_of_other_origin_are_never_replaced(tmp_path, summary):
    (tmp_path / "quadratic.png").write_text("mine")
    if summary is not None:
        (tmp_path / "quadratic.json").write_text(summary)
    found = CliRunner().invoke(experiment, [*SMALL, "--output", str(tmp_path)])
    assert isinstance(found.exception, ValueError)
    assert re.match(
        r"output must be a folder where nothing is replaced but an earlier run of quadratic; "
        r"got .*quadratic\.png, which is not from one",
        str(found.exception),
    )
    assert (tmp_path / "quadratic.png").read_text() == "mine"
