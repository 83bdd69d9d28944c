"""Progress on standard error: a bar on a terminal, nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

#: Called with what was done last, how much is done and how much there is.
Show = Callable[[str, int, int], None]


@contextmanager
def progress_bar() -> Iterator[Show]:
    """A bar that goes when the work ends."""
    messages = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        # What is left of the line: a long label is cut, rather than the bar.
        TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True)),
    )
    with Progress(
        *columns, console=messages, transient=True, disable=not messages.is_terminal, expand=True
    ) as bar:
        task = bar.add_task("starting", total=None)

        def show(label: str, done: int, total: int) -> None:
            bar.update(task, description=label, completed=done, total=total)

        yield show


@contextmanager
def counting_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for work that counts itself: called with how much is done and how much there is."""
    with progress_bar() as show:
        yield lambda done, total: show("", done, total)


@contextmanager
def training_bar() -> Iterator[Callable[[str, float, float], None]]:
    """A line for training of unknown length: called with a label, the steps so far and the loss."""
    messages = Console(stderr=True)
    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=messages, transient=True, disable=not messages.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=None)

        def show(label: str, steps: float, loss: float) -> None:
            bar.update(task, description=f"{label}: step {steps:,.0f}, loss {loss:.3g}")

        yield show


class _Cells(ProgressColumn):
    """How many cells are done, and how many a second."""

    def render(self, task: Task) -> Text:
        rate = "" if task.speed is None else f", {task.speed:,.0f}/s"
        return Text(f"{task.completed:,.0f} of {task.total or 0:,.0f} cells{rate}")


@contextmanager
def cell_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for cells, their rate and the time left: called with how many are done, of how many."""
    messages = Console(stderr=True)
    columns = (BarColumn(bar_width=20), _Cells(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(
        *columns,
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
        speed_estimate_period=600,
    ) as bar:
        tasks: list[TaskID] = []

        def show(done: int, total: int) -> None:
            if not tasks:  # what was done before this run counts for no rate
                tasks.append(bar.add_task("", total=total, completed=done))
            bar.update(tasks[0], completed=done)

        yield show
