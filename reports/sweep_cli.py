"""`stairwise sweep`: a grid computed on Dask into a Zarr store, in a way that survives anything."""

import csv
import errno
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from stairwise.numerics.sweeps.run import State
    from stairwise.numerics.sweeps.spec import Spec

_EXTRA = ("xarray", "zarr", "dask", "distributed")


@click.command()
@click.argument("spec", required=False, type=click.Path(path_type=Path), metavar="[SPEC.toml]")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the Zarr store; made, or continued.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Of a running Dask scheduler: tcp://host:8786")
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    help="Processes of a cluster on this machine, all cores by default; 0: in this process.",
)
@click.option("--dry-run", is_flag=True, help="Cells, chunks, bytes and a time; writes nothing.")
@click.option("--retry-failed", is_flag=True, help="Compute failed cells again, too.")
@click.option("--list-failed", is_flag=True, help="Failed cells and their reasons as CSV, no more.")
def sweep(
    spec: Path | None,
    output: Path,
    scheduler: str | None,
    workers: int | None,
    dry_run: bool,
    retry_failed: bool,
    list_failed: bool,
) -> None:
    """Compute a quantity over a grid into a Zarr store, on this machine or on a Dask cluster.

    Without SPEC.toml the sweep that is in the store goes on. Killed at any moment and started
    again, it computes only what is missing. Needs the extra `sweep`.

    SPEC.toml names a quantity and its axes: lists, ranges or plain numbers. Quantities, ranges and
    options are in docs/sweeps.md. For example:

    \b
      quantity = "log_threshold"
      axes.ratio = { from = 1.1, to = 10, count = 100, spacing = "log" }
      axes.depth = [2, 3, inf]
      axes.s = 0.1
      axes.f = 0.9
    """
    if scheduler is not None and workers is not None:
        raise click.UsageError("give one of --scheduler and --workers")
    if sum((dry_run, retry_failed, list_failed)) > 1:
        raise click.UsageError("give one of --dry-run, --retry-failed and --list-failed")
    if spec is None and dry_run:
        raise click.UsageError("--dry-run needs SPEC.toml")
    _require_extra()
    if list_failed:
        _list_failed(output)
        return
    from stairwise.numerics.sweeps.spec import read_spec

    checked = None if spec is None else read_spec(spec)
    if dry_run:
        assert checked is not None
        _dry_run(checked, output, workers)
        return
    _run(checked, output, workers, scheduler, retry_failed)


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `stairwise figure phase --from STORE`."""
    for option in (
        click.option("--at", multiple=True, metavar="NAME=VALUE", help="Holds an axis."),
        click.option("--variable", help="Of the store; the first one by default."),
        click.option("--y", metavar="NAME", help="Axis upwards."),
        click.option("--x", metavar="NAME", help="Axis to the right."),
        click.option(
            "--from",
            "store",
            type=click.Path(path_type=Path),
            help="Draw `phase` from the store of a sweep.",
        ),
    ):
        command = option(command)
    return command


def draw_from_store(
    names: tuple[str, ...],
    everything: bool,
    output: Path,
    *,
    store: Path | None,
    x: str | None,
    y: str | None,
    variable: str | None,
    at: tuple[str, ...],
) -> bool:
    """Draw the phase diagram of a store if one is given; whether it was."""
    if store is None:
        if x or y or variable or at:
            raise click.UsageError("--x, --y, --variable and --at go with --from")
        return False
    if names != ("phase",) or everything:
        raise click.UsageError("--from goes with the figure phase alone")
    _require_extra()
    from stairwise.reports.figures import write_drawn
    from stairwise.reports.figures.phase_store import diagram_from_store, diagram_name
    from stairwise.reports.files import make_folder
    from stairwise.reports.grids import parse_grid

    held = {}
    for text in at:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"--at must be NAME=VALUE; got {text!r}")
        held[name] = parse_grid(f"at {name}", [value])[0]
    diagram = diagram_from_store(store, x, y, held, variable)
    make_folder(output)
    name = diagram_name(store, diagram.variable, diagram.at, diagram.turned)
    for path in write_drawn(name, diagram.figure, output):
        click.echo(path)
    lacking = []
    for count, what in ((diagram.missing, "are not computed"), (diagram.failed, "failed")):
        if count:
            lacking.append(f"{count:,} of {diagram.cells:,} cells {what}")
    if lacking:
        click.echo(f"stairwise: {', '.join(lacking)}", err=True)
    return True


def _run(
    spec: "Spec | None",
    output: Path,
    workers: int | None,
    scheduler: str | None,
    retry_failed: bool,
) -> None:
    from stairwise.numerics.sweeps.run import SchedulerLostError, run_sweep
    from stairwise.reports.progress import cell_bar

    again = f"to go on: stairwise sweep --output {shlex.quote(str(output))}"
    if scheduler is not None:
        again += f" --scheduler {shlex.quote(scheduler)}"
    address: str | None = None
    try:
        with cell_bar() as show:

            def observe(state: "State") -> None:
                nonlocal address
                if state.address != address:
                    address = state.address
                    click.echo(f"stairwise: dashboard at {address}", err=True)
                show(state.done, state.total)

            state = run_sweep(
                output,
                spec,
                workers=workers,
                scheduler=scheduler,
                retry_failed=retry_failed,
                observe=observe,
            )
    except KeyboardInterrupt:
        _stop(130, f"interrupted; what is done is kept; {again}")
    except SchedulerLostError as error:
        _stop(1, f"{error}; what is done is kept; {again}")
    except ImportError as error:
        _stop(2, f"workers must have stairwise[sweep] and what the quantity needs; {error}")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            _stop(1, f"no space is left for {output}; what is done is kept; free some, and {again}")
        raise
    _tell(state, output, again)


def _tell(state: "State", output: Path, again: str) -> None:
    """What there is now; exit code 1 if chunks were given up."""
    words = [f"{state.done:,} of {state.total:,} cells in the store"]
    words += [f"{state.computed:,} computed now"]
    words += [f"{state.undefined:,} of these undefined (s ≥ f)"] if state.undefined else []
    words += [f"{state.failed:,} of these failed"] if state.failed else []
    words += [f"failed cells in {_chunks(state.flawed)} (--list-failed)"] if state.flawed else []
    click.echo(f"stairwise: {', '.join(words)}", err=True)
    if state.left:
        _stop(1, f"{state.left:,} cells are missing: their worker died every time; {again}")
    click.echo(output)


def _dry_run(spec: "Spec", output: Path, workers: int | None) -> None:
    import os

    from stairwise.numerics.sweeps.dry_run import dry_run

    found = dry_run(spec, output)
    shape = " × ".join(f"{name} {size}" for name, size in zip(spec.axes, spec.shape, strict=True))
    chunk = " × ".join(map(str, found.chunk_shape))
    count = max(1, workers if workers is not None else os.cpu_count() or 1)
    lines = [
        f"quantity  {spec.quantity.name}",
        f"cells     {found.cells:,} ({shape})",
        f"chunks    {found.chunks:,} of {chunk}, {found.done:,} done already",
        f"bytes     {_size(found.bytes)}, about {_size(found.stored)} on disk",
        f"time      {_duration(found.core_seconds)} of one core, "
        f"{_duration(found.core_seconds / count)} on {count} "
        f"({found.seconds:.3g} s for chunk {'.'.join(map(str, found.measured))}, "
        f"{found.measured_cells:,} cells)",
    ]
    click.echo("\n".join(lines))


def _list_failed(output: Path) -> None:
    from stairwise.numerics.sweeps.read import failed_cells
    from stairwise.numerics.sweeps.store import read_store

    names = list(read_store(output).spec.axes)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow([*names, "reason"])
    for cell in failed_cells(output):
        table.writerow([*(cell.at[name] for name in names), cell.reason])


def _require_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise click.UsageError(f"sweep needs {', '.join(missing)}: pip install 'stairwise[sweep]'")


def _stop(code: int, message: str) -> None:
    click.echo(f"stairwise: {message}", err=True)
    sys.exit(code)


def _chunks(count: int) -> str:
    return f"{count:,} chunk{'s' * (count != 1)}"


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB"


def _duration(seconds: float) -> str:
    for unit, length in (("s", 120), ("min", 120), ("h", 96)):
        if seconds < length:
            return f"{seconds:.3g} {unit}"
        seconds /= 60 if unit != "h" else 24
    return f"{seconds:.3g} days"
