"""What is computed: thresholds, learning times and dynamics, by independent routes."""

from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.elementary_bounds import elementary_bounds
from stairwise.numerics.fixed_point_bounds import fixed_point_bounds
from stairwise.numerics.law import Law, depth_law, uniform_law
from stairwise.numerics.law_fit import Estimate, LawFit, fit_law, prefer_law
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import log_threshold

__all__ = [
    "Bounds",
    "Estimate",
    "Law",
    "LawFit",
    "depth_law",
    "elementary_bounds",
    "fit_law",
    "fixed_point_bounds",
    "learning_time",
    "log_threshold",
    "paper_bounds",
    "prefer_law",
    "sharp_bounds",
    "uniform_law",
]
