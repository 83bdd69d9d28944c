"""The verify report on a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stairwise.reports.verify import Report, StatementReport
from stairwise.theory.decide import Verdict

_STYLES = {Verdict.PROVED: "green", Verdict.REFUTED: "bold red", Verdict.UNDECIDED: "yellow"}


#: Columns where the width is unknown, as in a file or a pipe.
PIPED_WIDTH = 100


def report_console() -> Console:
    """Standard output, wide enough to read where it is not a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPED_WIDTH)


def print_report(report: Report, console: Console) -> None:
    """One block per statement: symbolic verdict, then each check beside its tolerance."""
    table = Table(show_edge=False, pad_edge=False, box=None, header_style="bold")
    table.add_column("statement")
    table.add_column("what was checked")
    table.add_column("worst", justify="right")
    table.add_column("allowed", justify="right")
    table.add_column("verdict")
    for item in report.statements:
        _add_statement(table, item)
    console.print(table)
    proved = sum(item.verdict is Verdict.PROVED for item in report.statements)
    console.print(
        f"{proved} of {len(report.statements)} statements proved in {report.seconds:.0f} s"
    )


def _add_statement(table: Table, item: StatementReport) -> None:
    cases, steps = len(item.cases), sum(case.steps_proved for case in item.cases)
    twins = sum(case.twins_refuted for case in item.cases)
    symbolic = f"SymPy: {cases} cases, {steps} steps proved, {twins} false twins refuted"
    table.add_row(item.id, symbolic, "", "", _word(item.verdict))
    for case in item.cases:
        if case.verdict is not Verdict.PROVED:
            note = f": {case.note}" if case.note else ""
            table.add_row("", _indented(f"{case.name}{note}"), "", "", _word(case.verdict))
    for check in item.checks:
        mark = Text("ok", style="green") if check.passed else Text("failed", style="bold red")
        allowed = f"{check.tolerance:.0e}"
        table.add_row("", _indented(check.label), f"{check.worst:.1e}", allowed, mark)


def _indented(text: str) -> Padding:
    """Indented in every line, where it takes more than one; brackets are no markup."""
    return Padding(Text(text), (0, 0, 0, 2))


def _word(verdict: Verdict) -> Text:
    return Text(str(verdict), style=_STYLES[verdict])
