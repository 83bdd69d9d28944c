"""Without an extra: one line that names it, from Python and from the command line; no traceback."""

import subprocess
import sys

import numpy as np
import pytest

from stairwise.numerics.experiments.baselines import linear_svm
from stairwise.numerics.experiments.diagonal import Problem
from stairwise.numerics.experiments.pursuit import Problem as Pursuit
from stairwise.numerics.experiments.pursuit import matching_pursuit
from stairwise.numerics.extras import MissingExtra
from stairwise.reports import explore
from stairwise.reports.tables import bound_table, frame

INPUTS = np.array([[1.0, 0.5], [-0.5, 1.0]])
USES = {
    "linear_svm": ("sklearn.svm", "baselines", lambda: linear_svm(Problem(INPUTS, [1, -1]))),
    "matching_pursuit": (
        "sklearn.linear_model",
        "baselines",
        lambda: matching_pursuit(Pursuit(INPUTS, [1.0, 2.0]), 1),
    ),
    "a data frame": ("pandas", "notebooks", lambda: frame(bound_table([2], [1.5], [0.1], [0.9]))),
    "the explorer": ("ipywidgets", "notebooks", explore.explorer),
    "a rendered derivation": (
        "IPython.display",
        "notebooks",
        lambda: explore.derivation("toy-flow", "every depth"),
    ),
}


@pytest.mark.parametrize("what", USES)
def test_what_is_missing_names_the_extra(what, monkeypatch):
    module, extra, use = USES[what]
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(MissingExtra) as caught:
        use()
    message = str(caught.value)
    assert message.startswith(f"{what} needs ")
    assert message.endswith(f": pip install 'stairwise[{extra}]'")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("module", "arguments", "needs"),
    [
        (
            "sklearn.linear_model",
            ["experiment", "pursuit", "--seeds", "1", "--output", "out"],
            "stairwise: matching_pursuit needs scikit-learn: pip install 'stairwise[baselines]'",
        ),
        (
            "jupyterlab",
            ["notebook", "--folder", "out"],
            "stairwise: notebook needs JupyterLab: pip install 'stairwise[notebooks]'",
        ),
    ],
)
def test_a_command_says_so_in_one_line(module, arguments, needs, tmp_path):
    code = (
        "import sys\n"
        f"sys.modules[{module!r}] = None\n"
        f"sys.argv = {['stairwise', *arguments]!r}\n"
        "from stairwise.reports.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip().splitlines()[-1] == needs
    assert "Traceback" not in done.stderr
