"""The command line's entry point, run in this process."""

import contextlib
import io
import sys

from stairwise.reports.cli import main


def run(arguments):
    """Exit code, standard output and standard error of the entry point."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["stairwise", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    finally:
        sys.argv = argv
