"""What is computed: thresholds, learning times and dynamics, by independent routes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stairwise.numerics.bounds import Bounds, paper_bounds
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
    from stairwise.numerics.flow import Crossing, FlowSolution, gradient_flow
    from stairwise.numerics.flow_threshold import (
        FlowError,
        FlowThreshold,
        flow_log_threshold,
        flow_threshold,
    )
    from stairwise.numerics.measured_law import MeasuredLaw, measure_depth_law
    from stairwise.numerics.precise import precise_learning_time, precise_log_threshold
    from stairwise.numerics.taylor import taylor_log_threshold, taylor_time

#: Names whose modules load SymPy, mpmath or python-flint: imported on first use, so that a bound
#: table starts as fast as NumPy and SciPy do.
_HEAVY = {
    "Crossing": "flow",
    "FlowSolution": "flow",
    "gradient_flow": "flow",
    "FlowError": "flow_threshold",
    "FlowThreshold": "flow_threshold",
    "flow_log_threshold": "flow_threshold",
    "flow_threshold": "flow_threshold",
    "MeasuredLaw": "measured_law",
    "measure_depth_law": "measured_law",
    "precise_learning_time": "precise",
    "precise_log_threshold": "precise",
    "taylor_log_threshold": "taylor",
    "taylor_time": "taylor",
}

__all__ = [
    "Bounds",
    "Crossing",
    "Estimate",
    "FlowError",
    "FlowSolution",
    "FlowThreshold",
    "Law",
    "LawFit",
    "MeasuredLaw",
    "critical_ratio",
    "depth_law",
    "elementary_bounds",
    "fit_law",
    "fixed_point_bounds",
    "flow_log_threshold",
    "flow_threshold",
    "gradient_flow",
    "is_incremental",
    "learning_time",
    "log_threshold",
    "measure_depth_law",
    "paper_bounds",
    "precise_learning_time",
    "precise_log_threshold",
    "prefer_law",
    "sharp_bounds",
    "taylor_log_threshold",
    "taylor_time",
    "threshold",
    "trajectory",
    "uniform_law",
]


def __getattr__(name: str) -> Any:
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HEAVY[name]}"), name)
