"""`import stairwise` says what it is, and loads nothing until it is asked for."""

import subprocess
import sys
from importlib.metadata import version

import pytest

import stairwise


def test_it_says_its_version_and_what_is_in_it():
    assert stairwise.__version__ == version("stairwise")
    assert "stairwise.numerics" in stairwise.__doc__
    assert sorted(stairwise.__all__) == ["__version__", "numerics", "reports", "theory"]
    assert set(dir(stairwise)) == {*stairwise.__all__, "__doc__"}


def test_its_parts_are_attributes_that_load_on_first_use():
    code = (
        "import sys, stairwise\n"
        "print(sorted(name for name in sys.modules if name.startswith('stairwise')))\n"
        "print(stairwise.numerics.log_threshold(1, 2, 0.1, 0.9), stairwise.theory.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['stairwise']", "-inf stairwise.theory"]


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'stairwise' has no attribute 'verison'"):
        stairwise.verison  # noqa: B018
