"""The command line. Results go to standard output, progress and messages to standard error.

Heavy imports are inside the commands: start-up loads only what a command needs.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from stairwise.reports.experiment_cli import experiment
from stairwise.reports.grids import exact_grid, parse_grid
from stairwise.reports.names import FIGURE_NAMES, STATEMENT_IDS, listed
from stairwise.reports.sweep_cli import draw_from_store, store_options, sweep

if TYPE_CHECKING:
    from stairwise.numerics._arguments import Floats
    from stairwise.reports.written import Number

_OUTPUT = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)


_LOW = "Fraction of its target that the smaller value may not have passed."
_HIGH = "Fraction of its target that the larger value must have reached."
#: Formulas are not broken into narrower pieces than this.
LEAST_WIDTH = 60


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(package_name="stairwise")
@click.pass_context
def cli(context: click.Context) -> None:
    """Derive, compute and verify the theory of incremental learning."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(
    short_help="Prove the statements and check them numerically.",
    epilog=listed("ID", STATEMENT_IDS),
)
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this file too.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes; all cores by default.")
@click.option(
    "--thorough",
    is_flag=True,
    help="Prove the bounds over whole boxes by ball arithmetic; resumes from --certificate.",
)
@click.option(
    "--certificate",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("stairwise-certificate.json"),
    show_default=True,
    help="Where --thorough leaves its proofs.",
)
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Re-check a certificate, without the search that made it.",
)
def verify(
    ids: tuple[str, ...],
    json_file: Path | None,
    workers: int | None,
    thorough: bool,
    certificate: Path,
    replay: Path | None,
) -> None:
    """Prove the statements and check them numerically; exit 0 only if all are proved.

    Without an ID all statements are verified. With --thorough or --replay, box proofs instead.
    """
    if thorough or replay is not None:
        if ids or json_file is not None or (thorough and replay is not None):
            raise click.UsageError("--thorough and --replay go alone: no ID, --json or each other")
        from stairwise.reports.boxes import print_boxes, print_replay

        passed = print_replay(replay) if replay is not None else print_boxes(certificate, workers)
        sys.exit(0 if passed else 1)
    import json

    from stairwise.reports.files import require_writable, write_whole
    from stairwise.reports.progress import progress_bar
    from stairwise.reports.terminal import print_report, report_console
    from stairwise.reports.verify import verify as run
    from stairwise.theory.catalogue import statement
    from stairwise.theory.decide import Verdict

    if json_file is not None:
        require_writable(json_file)
    for id in ids:
        statement(id)
    with progress_bar() as show:
        report = run(ids, workers, show)
    print_report(report, report_console())
    if json_file is not None:
        write_whole(json_file, json.dumps(report.as_json(), indent=1) + "\n")
    if report.verdict is not Verdict.PROVED:
        sys.exit(1)


@cli.command(epilog=listed("ID", STATEMENT_IDS))
@click.argument("id")
@click.option("--latex", is_flag=True, help="A LaTeX fragment instead of text.")
@click.option("--residuals", is_flag=True, help="Also show each residual that SymPy was given.")
@_OUTPUT
def derive(id: str, latex: bool, residuals: bool, output: Path | None) -> None:
    """Show the derivation of one statement, step by step.

    Each step says what was decided on it; "stated" means that nothing was.
    """
    import shutil

    from stairwise.reports.derive import WIDTH, derivation_latex, derivation_text
    from stairwise.theory.catalogue import statement

    item = statement(id)
    if latex:
        if residuals:
            raise click.UsageError("--residuals is of the text; not with --latex")
        _emit(derivation_latex(item), output)
        return
    at_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size((WIDTH, 24)).columns if at_terminal else WIDTH
    _emit(derivation_text(item, max(width, LEAST_WIDTH), residuals=residuals), output)


@cli.command(short_help="Tabulate the exact threshold and its bounds.")
@click.option("--depth", "depths", multiple=True, required=True, help="2, inf, 2:6, …")
@click.option("--ratio", "ratios", multiple=True, required=True, help="1.5, 1.1:10:20log, …")
@click.option("--s", "lows", multiple=True, default=("0.1",), show_default=True, help=_LOW)
@click.option("--f", "highs", multiple=True, default=("0.9",), show_default=True, help=_HIGH)
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "markdown", "latex", "csv", "json")),
    default="text",
    show_default=True,
)
@click.option("--columns", metavar="NAME,…", help="Only these columns, by their CSV names.")
@click.option(
    "--order", type=click.IntRange(0, 50), default=0, show_default=True, help="Of the sharp bounds."
)
@click.option(
    "--rigorous",
    is_flag=True,
    help="Enclose the threshold by balls: its two ends are proved. The bounds stay float64.",
)
@click.option(
    "--digits",
    type=click.IntRange(1, 1000),
    help="Of the proved ends; 10 unless given, only with --rigorous.",
)
@_OUTPUT
def table(
    depths: tuple[str, ...],
    ratios: tuple[str, ...],
    lows: tuple[str, ...],
    highs: tuple[str, ...],
    style: str,
    columns: str | None,
    order: int,
    rigorous: bool,
    digits: int | None,
    output: Path | None,
) -> None:
    """Tabulate the exact threshold and its bounds, as log10 of σ0/σ*_j.

    Every option may be repeated and takes a number, START:END (steps of 1), START:END:COUNT
    (linear) or START:END:COUNTlog (logarithmic).
    """
    from stairwise.reports.tables import PROVED_DIGITS, READABLE_RIGOROUS, bound_table, render

    if digits is not None and not rigorous:
        raise click.UsageError("--digits is of the proved ends: give --rigorous too")
    if columns is not None:
        chosen = tuple(name.strip() for name in columns.split(","))
    else:
        chosen = READABLE_RIGOROUS if rigorous and style in ("text", "markdown", "latex") else ()
    grids = [
        exact_grid(name, texts)
        for name, texts in (("depth", depths), ("ratio", ratios), ("s", lows), ("f", highs))
    ]
    made = bound_table(
        *grids, columns=chosen, order=order, rigorous=rigorous, digits=digits or PROVED_DIGITS
    )
    _emit(render(made, style), output)


_LAW_FORMAT = click.option(
    "--format",
    "style",
    type=click.Choice(("text", "markdown", "latex", "csv", "json")),
    default="text",
    show_default=True,
    help="csv and json are at full precision.",
)


@cli.command(short_help="The largest initialisation that learns a whole spectrum.")
@click.option("--targets", help="Target values, as 12,6,4,3.")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text file of target values, in any order.",
)
@click.option("--power-law", metavar="COUNT:EXPONENT", help="σ*_k = k^−EXPONENT.")
@click.option("--geometric", metavar="COUNT:RATIO", help="σ*_k = RATIO^(1−k).")
@click.option("--depth", "depths", multiple=True, default=("2", "3", "4", "inf"), show_default=True)
@click.option("--s", "low", type=float, default=0.1, show_default=True, help=_LOW)
@click.option("--f", "high", type=float, default=0.9, show_default=True, help=_HIGH)
@_LAW_FORMAT
@_OUTPUT
def chain(
    targets: str | None,
    path: Path | None,
    power_law: str | None,
    geometric: str | None,
    depths: tuple[str, ...],
    low: float,
    high: float,
    style: str,
    output: Path | None,
) -> None:
    """The largest initialisation that learns a whole spectrum incrementally, by depth.

    Give the spectrum by one of --targets, --file (numbers, # for comments), --power-law and
    --geometric. Targets are the decimals that were typed; the others are float64 numbers.

    Columns of csv and json: depth, s, f, log10_sigma0 (−inf where no initialisation is small
    enough), larger and smaller (the pair of targets that binds).
    """
    from stairwise.numerics.chain import geometric_spectrum, power_law_spectrum, read_spectrum
    from stairwise.reports.grids import parse_pair
    from stairwise.reports.law_tables import chain_table
    from stairwise.reports.typed_chain import typed_targets

    given = [value for value in (targets, path, power_law, geometric) if value is not None]
    if len(given) != 1:
        raise click.UsageError("give one of --targets, --file, --power-law and --geometric")
    spectrum: Floats | list[Number]
    if targets is not None:
        spectrum = typed_targets(targets)
    elif path is not None:
        spectrum = read_spectrum(path)
    elif power_law is not None:
        spectrum = power_law_spectrum(*parse_pair("power-law", power_law))
    else:
        count, ratio = parse_pair("geometric", str(geometric))
        if ratio == 1:  # which may not be what was typed
            rule = "COUNT:RATIO with RATIO > 1 as a float"
            raise click.UsageError(f"geometric must be {rule}; got {geometric!r}")
        spectrum = geometric_spectrum(count, ratio)
    _emit(chain_table(spectrum, parse_grid("depth", depths), low, high).render(style), output)


@cli.command(short_help="How much tighter than the paper's the bounds are.")
@_LAW_FORMAT
@_OUTPUT
def tightness(style: str, output: Path | None) -> None:
    """How much tighter the closed-form bounds are than the paper's, by depth and ratio.

    Columns of csv and json: depth, ratio; upper_gain_least, upper_gain_most, lower_gain_least,
    lower_gain_most (how much tighter, in natural log of y; empty or null where the paper's bound is
    void); paper_void (in which fraction of the grid of s and f); closed_form_width,
    sharp_width_order_0, sharp_width_order_1 (the largest distance of upper from lower).
    """
    from stairwise.reports.files import require_writable
    from stairwise.reports.law_tables import tightness_table

    if output is not None:
        require_writable(output)
    _emit(tightness_table().render(style), output)


@cli.command(epilog=listed("NAME", FIGURE_NAMES))
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--all", "everything", is_flag=True, help="Every figure.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
@store_options
def figure(names: tuple[str, ...], everything: bool, output: Path, **from_store: Any) -> None:
    """Draw figures as PDF and PNG into the folder --output; `phase` also from a sweep's store."""
    if draw_from_store(names, everything, output, **from_store):
        return
    from stairwise.numerics._interrupts import held_interrupts
    from stairwise.reports.figures import FIGURES, check_name, write_figure
    from stairwise.reports.files import make_folder
    from stairwise.reports.progress import progress_bar

    if everything:
        names = tuple(FIGURES)
    if not names:
        raise click.UsageError(f"name a figure, or --all: {', '.join(FIGURES)}")
    for name in names:
        check_name(name)
    make_folder(output)
    written: list[Path] = []
    try:
        with progress_bar() as show, held_interrupts(at_once=True) as check_interrupt:
            for done, name in enumerate(names):
                show(name, done, len(names))
                written += write_figure(name, output)
                check_interrupt()
    finally:  # after the bar, which is on the same terminal
        for path in written:
            click.echo(path)


@cli.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stairwise-notebooks"),
    show_default=True,
    help="Where the notebooks are put; what is there already is kept.",
)
@click.option("--no-open", is_flag=True, help="Only put them there.")
def notebook(folder: Path, no_open: bool) -> None:
    """Open the notebooks in JupyterLab (extra `notebooks`)."""
    from stairwise.reports.notebooks import open_lab, put_notebooks

    for path in put_notebooks(folder):
        click.echo(path)
    if not no_open:
        open_lab(folder)


cli.add_command(experiment)
cli.add_command(sweep)


def _emit(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from stairwise.reports.files import write_whole

    write_whole(output, text)


def main() -> NoReturn:
    """Entry point: wrong usage is one line on standard error and exit code 2, failed work 1."""
    try:
        cli.main(prog_name="stairwise", standalone_mode=False)
    except click.ClickException as error:
        _fail(error.format_message())
    except BrokenPipeError:
        # The reader has gone; keep Python from complaining again at exit.
        sys.stderr.close()
        sys.exit(141)
    except (ValueError, OSError, ImportError) as error:
        _fail(str(error))
    except ArithmeticError as error:  # a solver that did not reach its end
        _fail(str(error), 1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stairwise: interrupted", err=True)
        sys.exit(130)
    sys.exit(0)


def _fail(message: str, code: int = 2) -> NoReturn:
    click.echo(f"stairwise: {' '.join(message.split())}", err=True)
    sys.exit(code)
