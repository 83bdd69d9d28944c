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
        "cluster.": "starts processes: in test_cluster_state.py",
    },
}


def rows(wanted=lambda row: True):
    return [
        pytest.param(row, id=f"{package.removeprefix('stairwise.')}:{row.name}",
                     marks=[pytest.mark.slow] * row.slow)
        for package, table in PACKAGES.items()
        for row in table
        if wanted(row)
    ]  # fmt: skip
