"""Each `stairwise experiment` command hands its options to the function that takes them."""

import importlib
import inspect

import pytest
from click.testing import CliRunner

from stairwise.reports.cli import cli

TRAINING = {
    "--method": ("flow", "method", "flow"),
    "--learning-rate": ("0.01", "learning_rate", 0.01),
    "--until-loss": ("0.5", "until_loss", 0.5),
    "--steps": ("7", "steps", 7),
    "--record-every": ("2", "record_every", 2),
    "--scale": ("0.001", "scale", 0.001),
}


def kind(name):
    return {"--kind": (name, "kind", name)}


SEED = {"--seed": ("3", "seed", 3)}
DEPTHS = {"--depth": ("1:3", "depths", [1, 2, 3])}
LOSS = {"--loss": ("logistic", "loss", "logistic")}
SIZE = {"--size": ("5", "size", 5)}
VALUES = {"--values": ("4,2", "values", [4.0, 2.0])}

#: Command: its function's module and name, and its options: text, argument, value.
COMMANDS = {
    "matrix-sensing": (
        "experiment_matrix_sensing.run_matrix_sensing",
        SEED
        | DEPTHS
        | SIZE
        | VALUES
        | TRAINING
        | kind("identity")
        | {"--precision": ("float32", "precision", "float32")},
    ),
    "quadratic": (
        "experiment_quadratic.run_quadratic",
        SEED | SIZE | VALUES | TRAINING | kind("identity"),
    ),
    "diagonal": (
        "experiment_diagonal.run_diagonal",
        SEED | DEPTHS | LOSS | TRAINING | kind("gaussian"),
    ),
    "convolution": (
        "experiment_convolution.run_convolution",
        SEED | DEPTHS | LOSS | TRAINING | kind("balanced") | {"--draw": ("4", "draw", 4)},
    ),
    "pursuit": (
        "experiment_pursuit.run_pursuit",
        SEED
        | DEPTHS
        | {
            "--picks": ("5", "picks", 5),
            "--seeds": ("2", "seeds", 2),
            "--sparsity": ("2:3", "sparsities", [2, 3]),
            "--noise": ("0.1", "noises", [0.1]),
            "--workers": ("1", "workers", 1),
        },
    ),
    "agreement": (
        "experiment_agreement.run_agreement",
        DEPTHS | SIZE | {"--seeds": ("2", "seeds", 2)},
    ),
    "regimes": (
        "experiment_regimes.run_regimes",
        SEED | {"--dimension": ("9", "dimension", 9), "--sparsity": ("2", "sparsity", 2)},
    ),
}


class Kept(Exception):
    """The arguments are kept: there is no result to print."""


def invoke(command, monkeypatch, tmp_path, arguments):
    """Run the command on a function of the same parameters that only keeps what it is given."""
    module_name, function_name = COMMANDS[command][0].split(".")
    module = importlib.import_module(f"stairwise.reports.{module_name}")
    takes = inspect.signature(getattr(module, function_name))
    calls = []

    def kept(*given, **named):
        calls.append(takes.bind(*given, **named).arguments)
        raise Kept

    monkeypatch.setattr(module, function_name, kept)
    folder = tmp_path / "made"
    result = CliRunner().invoke(cli, ["experiment", command, "--output", str(folder), *arguments])
    assert isinstance(result.exception, Kept), result.output
    return takes, calls


@pytest.mark.parametrize("command", COMMANDS)
def test_options_arrive_as_arguments(command, monkeypatch, tmp_path):
    options = COMMANDS[command][1]
    arguments = [part for name, (text, *_) in options.items() for part in (name, text)]
    _, (call,) = invoke(command, monkeypatch, tmp_path, arguments)
    progress = call.pop("progress", None)
    assert call["output"] == tmp_path / "made"
    for _, name, value in options.values():
        assert plain(call[name]) == value
    assert (progress is None) == (command == "regimes")
    assert (tmp_path / "made").is_dir()


def plain(value):
    """Sequences of every kind as lists."""
    return list(value) if isinstance(value, tuple | list) else value


@pytest.mark.parametrize("command", COMMANDS)
def test_options_not_given_are_the_functions_own(command, monkeypatch, tmp_path):
    takes, (call,) = invoke(command, monkeypatch, tmp_path, [])
    for name in call.keys() - {"output", "progress"}:
        assert plain(call[name]) == plain(takes.parameters[name].default), name
