"""Recover the law of depth separation from thresholds alone, with confidence intervals.

The fit is blind: it sees ratios and log thresholds from any route, not the depth, the fractions or
the formulas. Both laws are straight lines once their first corrections are fitted along:

    polynomial    log y*      = log_constant + exponent·log g + a₁ g + a₂ g log g + …
    exponential   log(−log y*) = log_constant + exponent·log g + a₁ g + a₂ g log g + …

with g = r − 1. At depth 2 the second has exponent −1 and log_constant = log L.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from stairwise.numerics._arguments import Floats, choice, positive, reals, require
from stairwise.numerics._types import Reals

#: Two-sided confidence of the intervals.
CONFIDENCE = 0.99
#: Fewest points: two constants, three corrections and at least three degrees of freedom.
LEAST = 8
#: Squares of residuals do not overflow.
LARGEST = 1e150


class Estimate(NamedTuple):
    """A fitted value and its confidence interval (99%)."""

    value: float
    low: float
    high: float


class LawFit(NamedTuple):
    """Fitted law, the root mean square residual in log y*, and which law it is."""

    exponent: Estimate
    log_constant: Estimate
    residual: float
    law: str


def fit_law(gap: "Reals", log_threshold: "Reals", law: str = "polynomial") -> LawFit:
    """Fit exponent and log constant of a law to log thresholds at small gap = ratio − 1.

    gap and log_threshold are 1-d, of one length, with at least 8 different gaps, small (1e-3 and
    less; (N − 2) times that near depth 2) and over at least a decade; law is "polynomial" or
    "exponential". Raises ValueError that names argument, rule and value.

    The interval is Student's for the least-squares fit with corrections g and g log g, widened by
    how far the estimate moves when g² joins them or g log g leaves: the first part is noise, the
    second what the model leaves out. Coverage is measured in `tests/numerics/test_law_fit.py`.

    Source: new.
    """
    kind = choice("law", law, ("polynomial", "exponential"))
    gaps, values = positive("gap", gap), reals("log_threshold", log_threshold)
    _require_series(gaps, values)
    if kind == "exponential":
        require("log_threshold", values, values < 0, "< 0 for the exponential law")
        values = np.log(-values)
    log_gap = np.log(gaps)
    centre = log_gap.mean()
    small = gaps / gaps.max()  # columns of any size: g² underflows at gaps of 1e-170
    corrections = (small, small * log_gap, small**2)
    # Centred, so that slope and level are nearly independent.
    short, middle, long = (
        _least_squares(values, (log_gap - centre, *corrections[:count])) for count in (1, 2, 3)
    )
    level, slope = (
        _estimate(middle, (short, long), weights) for weights in ((1.0, -centre), (0.0, 1.0))
    )
    return LawFit(slope, level, middle.residual, kind)


def prefer_law(gap: "Reals", log_threshold: "Reals") -> LawFit:
    """Fit both laws and return the one with the smaller residual, relative to its data's spread."""
    fits = [fit_law(gap, log_threshold, law) for law in ("polynomial", "exponential")]
    values = reals("log_threshold", log_threshold)
    if np.all(values == values[0]):
        raise ValueError(f"log_threshold must not be constant; got {float(values[0])!r}")
    spreads = (np.std(values), np.std(np.log(-values)))
    scores = [fit.residual / spread for fit, spread in zip(fits, spreads, strict=True)]
    return fits[int(np.argmin(scores))]


class _Line(NamedTuple):
    """Level and slope with their covariance, residual and degrees of freedom."""

    coefficients: Floats
    covariance: Floats
    residual: float
    freedom: int


def _least_squares(values: Floats, regressors: tuple[Floats, ...]) -> _Line:
    """Ordinary least squares on a constant and the regressors; level and slope are kept."""
    design = np.column_stack((np.ones_like(values), *regressors))
    scale = np.linalg.norm(design, axis=0)
    left, singular, right = np.linalg.svd(design / scale, full_matrices=False)
    solution = right.T @ ((left.T @ values) / singular)
    freedom = len(values) - design.shape[1]
    error = values - (design / scale) @ solution
    variance = float(error @ error) / freedom
    covariance = (right.T / singular**2) @ right * variance
    rescaled = covariance / np.outer(scale, scale)
    return _Line(
        (solution / scale)[:2], rescaled[:2, :2], float(np.sqrt(np.mean(error**2))), freedom
    )


def _estimate(line: _Line, others: tuple[_Line, ...], weights: tuple[float, float]) -> Estimate:
    """A linear combination of level and slope, with its interval."""
    direction = np.asarray(weights)
    value = float(direction @ line.coefficients)
    deviation = float(np.sqrt(direction @ line.covariance @ direction))
    noise = float(stdtrit(line.freedom, (1 + CONFIDENCE) / 2)) * deviation
    model = max(abs(float(direction @ other.coefficients) - value) for other in others)
    return Estimate(value, value - noise - model, value + noise + model)


def _require_series(gaps: Floats, values: Floats) -> None:
    """1-d series of one length, long enough and finite."""
    if gaps.ndim != 1 or gaps.shape != values.shape:
        raise ValueError(
            "gap and log_threshold must be 1-d and of one length; "
            f"got shapes {gaps.shape} and {values.shape}"
        )
    different = len(np.unique(gaps))
    if different < LEAST:
        raise ValueError(
            f"gap must be a series of at least {LEAST} different values; got {different}"
        )
    require(
        "log_threshold", values, np.abs(values) <= LARGEST, f"finite, at most {LARGEST:g} in size"
    )
