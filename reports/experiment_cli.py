"""`stairwise experiment NAME`: the paper's larger models, run, written and drawn.

The help shows what the functions that run have as defaults and choices; a test holds them equal.
They are written here too, so that help and errors come without loading NumPy.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stairwise.reports.grids import parse_grid, whole_numbers

if TYPE_CHECKING:
    from stairwise.reports.experiment_output import Outcome

_Command = Callable[..., Any]
#: From the content of an experiment's summary to what is printed of it.
_Tell = Callable[[Mapping[str, Any]], str]


@click.group(invoke_without_command=True)
@click.pass_context
def experiment(context: click.Context) -> None:
    """Run a larger model: prints a summary, writes arrays (npz), figure (PDF, PNG), summary (JSON).

    An earlier run's files in the folder are replaced, which is said; others never are.
    """
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
_SEED = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
_DATA = click.option(
    "--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=".npz or .csv"
)
_LOSS = click.option(
    "--loss",
    type=click.Choice(("exponential", "logistic", "squared")),
    default="exponential",
    show_default=True,
)


def _depths(*default: str) -> _Command:
    return click.option(
        "--depth",
        "depths",
        multiple=True,
        default=default,
        show_default=True,
        help="3 or 1:4; may be repeated.",
    )


def _scale(default: float) -> _Command:
    return click.option(
        "--scale", type=float, default=default, show_default=True, help="Initialisation scale."
    )


def _count(name: str, default: int, text: str, least: int = 1) -> _Command:
    """A whole number."""
    return click.option(
        name, type=click.IntRange(min=least), default=default, show_default=True, help=text
    )


def _training(
    kinds: tuple[str, ...], methods: tuple[str, ...], rate: float, record_every: int
) -> _Command:
    """How a model starts and is trained; the first of the kinds and methods are the defaults."""
    return _options(
        click.option(
            "--kind",
            type=click.Choice(kinds),
            default=kinds[0],
            show_default=True,
            help="Of initialisation.",
        ),
        click.option(
            "--method",
            type=click.Choice(methods),
            default=methods[0],
            show_default=True,
            help="Gradient flow, in steps of the learning rate, or descent itself.",
        ),
        click.option(
            "--learning-rate",
            type=float,
            default=rate,
            show_default=True,
            help="For the plain mean loss.",
        ),
        click.option(
            "--until-loss",
            type=float,
            default=0.01,
            show_default=True,
            help="Plain mean loss at which to stop.",
        ),
        _count("--steps", 100_000, "At most so many."),
        _count("--record-every", record_every, "Steps of descent; the flow has its own."),
    )


@experiment.command("matrix-sensing")
@_OUTPUT
@_SEED
@_depths("1", "2", "3", "4")
@_count("--size", 50, "Dimension.", 2)
@_count("--samples", 1000, "Measurements.")
@click.option("--values", default="12,6,4,3", show_default=True, help="Target values.")
@_scale(1e-4)
@_training(("gaussian", "identity"), ("flow", "descent"), 1e-3, 10)
@click.option(
    "--precision",
    type=click.Choice(("float32", "float64")),
    default="float32",
    show_default=True,
    help="That of reading the measurements.",
)
def matrix_sensing(output: Path, **given: Any) -> None:
    """Deep matrix sensing (the paper's section 4.1)."""
    from stairwise.reports.experiment_matrix_sensing import run_matrix_sensing
    from stairwise.reports.experiment_summaries import matrix_sensing_summary

    _run(run_matrix_sensing, matrix_sensing_summary, output, given, losses=True)


@experiment.command("quadratic")
@_OUTPUT
@_SEED
@_count("--size", 20, "Dimension.", 2)
@_count("--samples", 100, "Random inputs with the truth's outputs.")
@click.option("--values", help="Target values, as 1,0.5; 1, 1/2, 1/3 and 1/4 unless given.")
@_scale(1e-4)
@_training(("orthogonal", "identity", "gaussian"), ("flow", "descent"), 1e-3, 10)
def quadratic(output: Path, **given: Any) -> None:
    """Quadratic networks, with and without bias (the paper's section 4.2)."""
    from stairwise.reports.experiment_quadratic import run_quadratic
    from stairwise.reports.experiment_summaries import quadratic_summary

    _run(run_quadratic, quadratic_summary, output, given, losses=True)


@experiment.command("diagonal")
@_OUTPUT
@_SEED
@_depths("1", "2", "3", "4", "5")
@_LOSS
@_DATA
@_scale(0.01)
@_training(("constant", "gaussian"), ("descent", "flow"), 0.01, 20)
def diagonal(output: Path, **given: Any) -> None:
    """Diagonal linear classifiers (the paper's section 4.3)."""
    from stairwise.reports.experiment_diagonal import run_diagonal
    from stairwise.reports.experiment_summaries import diagonal_summary

    _run(run_diagonal, diagonal_summary, output, given, losses=True)


@experiment.command("convolution")
@_OUTPUT
@_SEED
@_count("--draw", 0, "Seed of the initialisation.", 0)
@_depths("1", "2", "3")
@_LOSS
@_DATA
@_scale(1e-5)
@_training(("gaussian", "aligned", "balanced"), ("descent", "flow"), 0.01, 20)
def convolution(output: Path, **given: Any) -> None:
    """Circular-convolutional classifiers (the paper's section 4.3)."""
    from stairwise.reports.experiment_convolution import run_convolution
    from stairwise.reports.experiment_summaries import convolution_summary

    _run(run_convolution, convolution_summary, output, given, losses=True)


@experiment.command("pursuit")
@_OUTPUT
@_SEED
@_depths("2", "3", "5")
@_DATA
@click.option(
    "--picks",
    type=click.IntRange(min=1),
    help="Indices for matching pursuit to pick; as many as the truth has unless given.",
)
@_scale(1e-3)
@_count("--seeds", 100, "Of the concurrence study.", 0)
@click.option(
    "--sparsity",
    "sparsities",
    multiple=True,
    default=("5",),
    show_default=True,
    help="5 or 2:6; may be repeated.",
)
@click.option(
    "--noise",
    "noises",
    multiple=True,
    default=("0",),
    show_default=True,
    help="0, 0.1; may be repeated.",
)
@click.option("--signed", is_flag=True, help="Non-zeros of either sign.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; all cores by default.")
def pursuit(output: Path, **given: Any) -> None:
    """Does descent pick the coordinates that orthogonal matching pursuit picks, in that order?"""
    from stairwise.reports.experiment_pursuit import run_pursuit
    from stairwise.reports.experiment_summaries import pursuit_summary

    given["noises"] = parse_grid("noise", given["noises"])
    given["sparsities"] = whole_numbers("sparsity", given["sparsities"])
    _run(run_pursuit, pursuit_summary, output, given, losses=False)


@experiment.command("agreement")
@_OUTPUT
@_depths("2", "3", "4")
@_count("--seeds", 2, "Draws of the measurements.")
@_count("--size", 4, "Dimension.", 2)
def agreement(output: Path, **given: Any) -> None:
    """Matrix sensing against the exact threshold, as the number of measurements grows."""
    from stairwise.reports.experiment_agreement import run_agreement
    from stairwise.reports.experiment_summaries import agreement_summary

    _run(run_agreement, agreement_summary, output, given, losses=False)


@experiment.command("regimes")
@_OUTPUT
@_SEED
@_count("--samples", 10, "Equations of the regression.")
@_count("--dimension", 30, "Unknowns.", 2)
@_count("--sparsity", 3, "Non-zeros of the truth.")
def regimes(output: Path, **given: Any) -> None:
    """Rich and kernel regimes of sparse regression: the flow's limits by scale and depth."""
    from stairwise.reports.experiment_regimes import run_regimes
    from stairwise.reports.experiment_summaries import regimes_summary

    _run(run_regimes, regimes_summary, output, given, losses=None)


def _run(
    run: Callable[..., "Outcome"],
    tell: _Tell,
    output: Path,
    given: dict[str, Any],
    *,
    losses: bool | None,
) -> None:
    """Call an experiment with what was given, under a progress bar; say what it found and wrote.

    losses: whether it reports (label, steps, loss), or (done, total), or (None) nothing.
    """
    from stairwise.reports.experiment_output import require_own
    from stairwise.reports.files import make_folder
    from stairwise.reports.progress import counting_bar, training_bar

    chosen = {name: value for name, value in given.items() if value not in (None, ())}
    if "depths" in chosen:
        chosen["depths"] = whole_numbers("depth", chosen["depths"])
    if "values" in chosen:
        chosen["values"] = parse_grid("values", chosen["values"].split(","))
    require_own(output, str(click.get_current_context().info_name))
    make_folder(output)
    if losses is None:
        outcome = run(output, **chosen)
    else:
        with training_bar() if losses else counting_bar() as progress:
            outcome = run(output, **chosen, progress=progress)
    click.echo(tell(outcome.summary))
    for path in outcome.files:
        click.echo(f"{path} (replaced)" if path in outcome.replaced else str(path))
    if outcome.interrupted:
        click.echo("stairwise: interrupted; what was done until then is written", err=True)
        sys.exit(130)
