"""`stairwise experiment NAME`: the paper's larger models, run, written and drawn.

Defaults live in the functions that run: an option that is not given is not passed on.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stairwise.reports.grids import parse_grid, whole_numbers

if TYPE_CHECKING:
    from stairwise.reports.experiment_output import Outcome

_Command = Callable[..., Any]


@click.group(invoke_without_command=True)
@click.pass_context
def experiment(context: click.Context) -> None:
    """Run a larger model; writes arrays (npz), a figure (PDF, PNG) and a summary (JSON)."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _options(*options: _Command) -> Callable[[_Command], _Command]:
    """Several options as one decorator, in the order given."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_OUTPUT = click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the results; created.",
)
_SEED = click.option("--seed", type=click.IntRange(min=0))
_DEPTHS = click.option("--depth", "depths", multiple=True, help="3 or 1:4; may be repeated.")
_SCALE = click.option("--scale", type=float, help="Initialisation scale.")
_DATA = click.option(
    "--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=".npz or .csv"
)
_LOSS = click.option("--loss", help="exponential, logistic or squared.")
_SIZE = click.option("--size", type=click.IntRange(min=2), help="Dimension.")
_SAMPLES = click.option("--samples", type=click.IntRange(min=1), help="Measurements.")
_VALUES = click.option("--values", help="Target values, as 12,6,4,3.")
_TRAINING = _options(
    click.option("--kind", help="Of initialisation."),
    click.option("--method", help="descent or flow."),
    click.option("--learning-rate", type=float, help="For the plain mean loss."),
    click.option("--until-loss", type=float, help="Plain mean loss at which to stop."),
    click.option("--steps", type=click.IntRange(min=1), help="At most so many."),
    click.option("--record-every", type=click.IntRange(min=1)),
)


@experiment.command("matrix-sensing")
@_OUTPUT
@_SEED
@_DEPTHS
@_SIZE
@_SAMPLES
@_VALUES
@_SCALE
@_TRAINING
@click.option("--precision", help="float32 or float64: that of reading the measurements.")
def matrix_sensing(output: Path, **given: Any) -> None:
    """Deep matrix sensing (the paper's section 4.1)."""
    from stairwise.reports.experiment_matrix_sensing import run_matrix_sensing

    _run(run_matrix_sensing, output, given, losses=True)


@experiment.command("quadratic")
@_OUTPUT
@_SEED
@_SIZE
@_SAMPLES
@_VALUES
@_SCALE
@_TRAINING
def quadratic(output: Path, **given: Any) -> None:
    """Quadratic networks, with and without bias (the paper's section 4.2)."""
    from stairwise.reports.experiment_quadratic import run_quadratic

    _run(run_quadratic, output, given, losses=True)


@experiment.command("diagonal")
@_OUTPUT
@_SEED
@_DEPTHS
@_LOSS
@_DATA
@_SCALE
@_TRAINING
def diagonal(output: Path, **given: Any) -> None:
    """Diagonal linear classifiers (the paper's section 4.3)."""
    from stairwise.reports.experiment_diagonal import run_diagonal

    _run(run_diagonal, output, given, losses=True)


@experiment.command("convolution")
@_OUTPUT
@_SEED
@click.option("--draw", type=click.IntRange(min=0), help="Of the initialisation.")
@_DEPTHS
@_LOSS
@_DATA
@_SCALE
@_TRAINING
def convolution(output: Path, **given: Any) -> None:
    """Circular-convolutional classifiers (the paper's section 4.3)."""
    from stairwise.reports.experiment_convolution import run_convolution

    _run(run_convolution, output, given, losses=True)


@experiment.command("pursuit")
@_OUTPUT
@_SEED
@_DEPTHS
@_DATA
@click.option("--picks", type=click.IntRange(min=1), help="Indices for matching pursuit to pick.")
@_SCALE
@click.option("--seeds", type=click.IntRange(min=0), help="Of the concurrence study.")
@click.option("--sparsity", "sparsities", multiple=True, help="5 or 2:6; may be repeated.")
@click.option("--noise", "noises", multiple=True, help="0, 0.1; may be repeated.")
@click.option("--signed", is_flag=True, default=None, help="Non-zeros of either sign.")
@click.option("--workers", type=click.IntRange(min=1))
def pursuit(output: Path, **given: Any) -> None:
    """Does descent pick the coordinates that orthogonal matching pursuit picks, in that order?"""
    from stairwise.reports.experiment_pursuit import run_pursuit

    if given.get("noises"):
        given["noises"] = parse_grid("noise", given["noises"])
    if given.get("sparsities"):
        given["sparsities"] = whole_numbers("sparsity", given["sparsities"])
    _run(run_pursuit, output, given, losses=False)


@experiment.command("agreement")
@_OUTPUT
@_DEPTHS
@click.option("--seeds", type=click.IntRange(min=1))
@_SIZE
def agreement(output: Path, **given: Any) -> None:
    """Matrix sensing against the exact threshold, as the number of measurements grows."""
    from stairwise.reports.experiment_agreement import run_agreement

    _run(run_agreement, output, given, losses=False)


@experiment.command("regimes")
@_OUTPUT
@_SEED
@_SAMPLES
@click.option("--dimension", type=click.IntRange(min=2))
@click.option("--sparsity", type=click.IntRange(min=1))
def regimes(output: Path, **given: Any) -> None:
    """Rich and kernel regimes of sparse regression: the flow's limits by scale and depth."""
    from stairwise.reports.experiment_regimes import run_regimes

    _run(run_regimes, output, given, losses=None)


def _run(
    run: Callable[..., "Outcome"], output: Path, given: dict[str, Any], *, losses: bool | None
) -> None:
    """Call an experiment with what was given, under a progress bar; say what was written.

    losses: whether it reports (label, steps, loss), or (done, total), or (None) nothing.
    """
    from stairwise.reports.files import make_folder
    from stairwise.reports.progress import counting_bar, training_bar

    chosen = {name: value for name, value in given.items() if value not in (None, ())}
    if "depths" in chosen:
        chosen["depths"] = whole_numbers("depth", chosen["depths"])
    if "values" in chosen:
        chosen["values"] = parse_grid("values", chosen["values"].split(","))
    make_folder(output)
    if losses is None:
        outcome = run(output, **chosen)
    else:
        with training_bar() if losses else counting_bar() as progress:
            outcome = run(output, **chosen, progress=progress)
    for path in outcome.files:
        click.echo(path)
    if outcome.interrupted:
        click.echo("stairwise: interrupted; what was done until then is written", err=True)
        sys.exit(130)
