"""The verify report as it is drawn: indented, in colours only where they are wanted."""

import io

import pytest
from rich.console import Console

from stairwise.reports import progress
from stairwise.reports.checks import Check
from stairwise.reports.terminal import PIPED_WIDTH, print_report, report_console
from stairwise.reports.verify import CaseReport, Report, StatementReport
from stairwise.theory import Verdict

LONG = "learning_time [and trajectory] against a stiff solve of the model by another route"


@pytest.fixture
def report():
    case = CaseReport("bounds", "inequality", "x", Verdict.UNDECIDED, "a sign is open", 3, 1, 1.0)
    checks = (Check(LONG, 1e-11, 1e-8),)
    return Report((StatementReport("closed-form", "", "", (case,), checks),), 1.0)


def drawn(report, **options):
    stream = io.StringIO()
    print_report(report, Console(file=stream, **options))
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 100, 200])
def test_lines_fit_and_continuations_are_indented(report, width):
    lines = drawn(report, width=width).splitlines()
    assert max(map(len, lines)) <= width
    start = lines[0].index("what was checked")
    first = next(k for k, line in enumerate(lines) if "learning_time" in line)
    assert lines[first].startswith(" " * (start + 2) + "learning_time [and")
    ended = lines.index("0 of 1 statements proved in 1 s")
    assert (ended - first > 1) is (width < 130)
    assert all(line.startswith(" " * (start + 2)) for line in lines[first:ended])


def test_colours_on_a_terminal_alone_and_not_with_no_color(report, monkeypatch):
    assert "\x1b[" not in drawn(report, width=80)
    terminal = {"width": 80, "force_terminal": True, "color_system": "standard"}
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[33mundecided" in drawn(report, **terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[33m" not in drawn(report, **terminal)


def test_piped_output_has_one_width_whatever_columns_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert report_console().width == PIPED_WIDTH


def test_a_long_label_does_not_push_the_bar_away(monkeypatch):
    stream = io.StringIO()
    terminal = Console(file=stream, width=80, force_terminal=True, color_system=None)
    monkeypatch.setattr(progress, "Console", lambda **_: terminal)
    with progress.progress_bar() as show:
        show("separation-bounds upper bound, order 0, depth 4: proved; volume: 0.98", 5, 10)
    last = [line for line in stream.getvalue().splitlines() if "5/10" in line][-1]
    assert "━" * 10 in last
    assert "separation-bounds" in last
    assert "…" in last
