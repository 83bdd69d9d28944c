"""The promised names are there, load what they need, and are not hidden by modules."""

import importlib
import inspect
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


DEFAULTS = {
    "descent_bounds": {"sharp": False},
    "enclose_critical_ratio": {"digits": 30},
    "enclose_descent_threshold": {"radius": 1e-11},
    "enclose_learning_time": {"digits": 30},
    "enclose_log_threshold": {"digits": 30},
    "fit_law": {"law": "polynomial"},
    "fixed_point_bounds": {"order": 0},
    "flow_log_threshold": {"method": "Radau", "rtol": 1e-11},
    "gradient_flow": {"method": "Radau", "rtol": 1e-9},
    "log10_threshold_decimals": {"digits": 15},
    "measure_depth_law": {"method": "LSODA", "count": 20, "rtol": 1e-11},
    "precise_learning_time": {"digits": 50},
    "precise_log_threshold": {"digits": 50},
    "prove_boxes": {"work": None, "certificate": None, "workers": 2, "progress": None},
    "prove_on_box": {"region": None, "order": 0, "shift": 0, "cuts": 40, "route": None},
    "replay_certificate": {"progress": None},
    "sharp_bounds": {"order": 0},
    "taylor_log_threshold": {"digits": 40},
    "taylor_time": {"digits": 40},
    "uniform_law": {"order": "second"},
}


def test_defaults_are_as_promised():
    """What a call without an argument means: digits of an enclosure, accuracy of a solve."""
    found = {}
    for name in numerics.__all__:
        public = getattr(numerics, name)
        if inspect.isfunction(public):
            parameters = inspect.signature(public).parameters.values()
            given = {p.name: p.default for p in parameters if p.default is not p.empty}
            found |= {name: given} if given else {}
    assert found == DEFAULTS
