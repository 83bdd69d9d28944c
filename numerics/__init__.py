"""What is computed: thresholds, learning times and dynamics, by independent routes."""

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.flow import Crossing, FlowSolution, gradient_flow
from stairwise.numerics.flow_threshold import (
    FlowError,
    FlowThreshold,
    flow_log_threshold,
    flow_threshold,
)
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.precise import precise_learning_time, precise_log_threshold
from stairwise.numerics.taylor import taylor_log_threshold, taylor_time
from stairwise.numerics.threshold import log_threshold

__all__ = [
    "Bounds",
    "Crossing",
    "FlowError",
    "FlowSolution",
    "FlowThreshold",
    "flow_log_threshold",
    "flow_threshold",
    "gradient_flow",
    "learning_time",
    "log_threshold",
    "paper_bounds",
    "precise_learning_time",
    "precise_log_threshold",
    "taylor_log_threshold",
    "taylor_time",
]
