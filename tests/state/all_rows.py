"""All rows, by package, and what is public by name but has none; and why."""

import pytest
from experiment_rows import EXPERIMENTS
from report_rows import REPORTS
from sweep_rows import SWEEPS
from theory_rows import THEORY

PACKAGES = {
    "stairwise.theory": THEORY,
    "stairwise.numerics.experiments": EXPERIMENTS,
    "stairwise.numerics.sweeps": SWEEPS,
    "stairwise.reports": REPORTS,
}
#: Public by name, called by those that have a row, or never by users; and why.
THROUGH = {
    "stairwise.reports": {
        "checks.": "run by numerical_checks, all of them in the slow test of statements",
        "cli.main": "ends the process: in test_command_line.py",
        "notebooks.open_lab": "replaces the process",
        "experiment_linear.Model.": "a protocol",
    },
    "stairwise.numerics.sweeps": {
        "cluster.": "starts processes: run by tests/numerics/sweeps/test_cluster.py",
        "worker.compute_chunks": "for a worker's own process, whose collector it spares",
    },
}


#: Whole experiments and pages of figures: seconds where they are run many times.
HEAVY = ("experiment_", "figures.", "checks.", "explore.explorer", "evidence.", "sweep_cli.")


def is_heavy(row):
    return row.name.startswith(HEAVY) and not row.name.startswith("experiment_summaries")


def rows(wanted=lambda row: True, heavy=False):
    """All rows that are wanted, as parameters; `heavy`: those that are so are slow."""
    return [
        pytest.param(
            row,
            id=f"{package.removeprefix('stairwise.')}:{row.name}",
            marks=[pytest.mark.slow] * (row.slow or (heavy and is_heavy(row))),
        )
        for package, table in PACKAGES.items()
        for row in table
        if wanted(row)
    ]
