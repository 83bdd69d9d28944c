"""What is computed: thresholds, learning times and dynamics, by independent routes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.chain import (
    chain_log_threshold,
    geometric_spectrum,
    neighbour_log_thresholds,
    power_law_spectrum,
    read_spectrum,
)
from stairwise.numerics.elementary_bounds import elementary_bounds
from stairwise.numerics.fixed_point_bounds import fixed_point_bounds
from stairwise.numerics.law import Law, depth_law, uniform_law
from stairwise.numerics.law_fit import Estimate, LawFit, fit_law, prefer_law
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import (
    critical_ratio,
    is_incremental,
    log_threshold,
    threshold,
)
from stairwise.numerics.trajectory import trajectory

if TYPE_CHECKING:
    from stairwise.numerics.flow_threshold import (
        FlowError,
        FlowThreshold,
        flow_log_threshold,
        flow_threshold,
    )

#: Names whose modules load SymPy, mpmath or python-flint: imported on first use, so that a bound
#: table starts as fast as NumPy and SciPy do.
_HEAVY = {
    "FlowError": "flow_threshold",
    "FlowThreshold": "flow_threshold",
    "flow_log_threshold": "flow_threshold",
    "flow_threshold": "flow_threshold",
}

__all__ = [
    "Bounds",
    "Estimate",
    "FlowError",
    "FlowThreshold",
    "Law",
    "LawFit",
    "chain_log_threshold",
    "critical_ratio",
    "depth_law",
    "elementary_bounds",
    "fit_law",
    "fixed_point_bounds",
    "flow_log_threshold",
    "flow_threshold",
    "geometric_spectrum",
    "is_incremental",
    "learning_time",
    "log_threshold",
    "neighbour_log_thresholds",
    "paper_bounds",
    "power_law_spectrum",
    "prefer_law",
    "read_spectrum",
    "sharp_bounds",
    "threshold",
    "trajectory",
    "uniform_law",
]


def __getattr__(name: str) -> Any:
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HEAVY[name]}"), name)
