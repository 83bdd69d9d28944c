"""What is computed: thresholds, learning times and dynamics, by independent routes."""

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import log_threshold

__all__ = ["Bounds", "learning_time", "log_threshold", "paper_bounds"]
