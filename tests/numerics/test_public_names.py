"""The promised names are there, load what they need, and are not hidden by modules."""

import importlib
import subprocess
import sys
from types import ModuleType

import pytest

from stairwise import numerics

PROMISED = (
    "learning_time",
    "trajectory",
    "log_threshold",
    "critical_ratio",
    "paper_bounds",
    "sharp_bounds",
    "depth_law",
    "chain_log_threshold",
    "flow_log_threshold",
    "precise_log_threshold",
    "enclose_log_threshold",
    "descent_log_threshold",
    "descent_trajectory",
)


@pytest.mark.parametrize("name", sorted(set(PROMISED) | set(numerics.__all__)))
def test_name_is_documented_and_not_a_module(name):
    found = getattr(numerics, name)
    assert not isinstance(found, ModuleType)
    assert found.__doc__


def test_importing_numerics_loads_nothing_heavy():
    code = (
        "import sys, stairwise.numerics\n"
        "print(sorted({'sympy', 'flint', 'mpmath', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_dir_lists_the_public_names_alone():
    assert set(dir(numerics)) == {*numerics.__all__, "__doc__"}


def test_the_error_of_precise_results_is_public():
    assert issubclass(numerics.PrecisionError, RuntimeError)
    assert (
        numerics.PrecisionError
        is importlib.import_module("stairwise.numerics.precise").PrecisionError
    )


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"has no attribute 'log_treshold'"):
        numerics.log_treshold  # noqa: B018
