"""What is computed: thresholds, learning times and dynamics, by independent routes."""

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import (
    critical_ratio,
    is_incremental,
    log_threshold,
    threshold,
)
from stairwise.numerics.trajectory import trajectory

__all__ = [
    "Bounds",
    "critical_ratio",
    "is_incremental",
    "learning_time",
    "log_threshold",
    "paper_bounds",
    "threshold",
    "trajectory",
]
