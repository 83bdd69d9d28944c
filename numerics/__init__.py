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
    from stairwise.numerics._agreement import PrecisionError
    from stairwise.numerics.box_search import prove_on_box
    from stairwise.numerics.boxes import BoxVerdict
    from stairwise.numerics.certificate import prove_boxes
    from stairwise.numerics.descent import descent_trajectory
    from stairwise.numerics.descent_rigorous import DescentEnclosure, enclose_descent_threshold
    from stairwise.numerics.descent_theorem import descent_bounds
    from stairwise.numerics.descent_threshold import DescentThreshold, descent_log_threshold
    from stairwise.numerics.flow import Crossing, FlowSolution, gradient_flow
    from stairwise.numerics.flow_threshold import (
        FlowError,
        FlowThreshold,
        flow_log_threshold,
    )
    from stairwise.numerics.measured_law import MeasuredLaw, measure_depth_law
    from stairwise.numerics.precise import precise_learning_time, precise_log_threshold
    from stairwise.numerics.replay import Replay, replay_certificate
    from stairwise.numerics.rigorous import (
        UndecidedError,
        enclose_critical_ratio,
        enclose_learning_time,
        enclose_log_threshold,
        log10_threshold_decimals,
    )
    from stairwise.numerics.taylor import taylor_log_threshold, taylor_time

#: Names whose modules load SymPy, mpmath or python-flint: imported on first use, so that a bound
#: table starts as fast as NumPy and SciPy do.
_HEAVY = {
    "descent_bounds": "descent_theorem",
    "taylor_time": "taylor",
    "taylor_log_threshold": "taylor",
    "precise_log_threshold": "precise",
    "precise_learning_time": "precise",
    "gradient_flow": "flow",
    "FlowSolution": "flow",
    "Crossing": "flow",
    "DescentEnclosure": "descent_rigorous",
    "DescentThreshold": "descent_threshold",
    "FlowError": "flow_threshold",
    "FlowThreshold": "flow_threshold",
    "descent_log_threshold": "descent_threshold",
    "descent_trajectory": "descent",
    "enclose_descent_threshold": "descent_rigorous",
    "flow_log_threshold": "flow_threshold",
    "BoxVerdict": "boxes",
    "PrecisionError": "_agreement",
    "MeasuredLaw": "measured_law",
    "Replay": "replay",
    "UndecidedError": "rigorous",
    "enclose_critical_ratio": "rigorous",
    "enclose_learning_time": "rigorous",
    "enclose_log_threshold": "rigorous",
    "log10_threshold_decimals": "rigorous",
    "measure_depth_law": "measured_law",
    "prove_boxes": "certificate",
    "prove_on_box": "box_search",
    "replay_certificate": "replay",
}

__all__ = [
    "Bounds",
    "BoxVerdict",
    "Crossing",
    "DescentEnclosure",
    "DescentThreshold",
    "Estimate",
    "FlowError",
    "FlowSolution",
    "FlowThreshold",
    "Law",
    "LawFit",
    "MeasuredLaw",
    "PrecisionError",
    "Replay",
    "UndecidedError",
    "chain_log_threshold",
    "critical_ratio",
    "depth_law",
    "descent_bounds",
    "descent_log_threshold",
    "descent_trajectory",
    "elementary_bounds",
    "enclose_critical_ratio",
    "enclose_descent_threshold",
    "enclose_learning_time",
    "enclose_log_threshold",
    "fit_law",
    "fixed_point_bounds",
    "flow_log_threshold",
    "geometric_spectrum",
    "gradient_flow",
    "is_incremental",
    "learning_time",
    "log10_threshold_decimals",
    "log_threshold",
    "measure_depth_law",
    "neighbour_log_thresholds",
    "paper_bounds",
    "power_law_spectrum",
    "precise_learning_time",
    "precise_log_threshold",
    "prefer_law",
    "prove_boxes",
    "prove_on_box",
    "read_spectrum",
    "replay_certificate",
    "sharp_bounds",
    "taylor_log_threshold",
    "taylor_time",
    "threshold",
    "trajectory",
    "uniform_law",
]


if not TYPE_CHECKING:  # for checkers the names above are all there are

    def __getattr__(name: str) -> Any:
        if name not in _HEAVY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HEAVY[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__doc__"]
