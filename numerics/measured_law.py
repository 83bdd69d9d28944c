"""The law of depth separation, measured from stiff ODE solves alone.

Thresholds at ratios close to 1 come from `flow_threshold` and nothing else; the fits see ratios
and thresholds, not the formulas. The exact slope and constant stand beside the measured ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from stairwise.numerics._arguments import Floats, depths, fractions, require, whole
from stairwise.numerics.flow_threshold import Method, flow_log_threshold
from stairwise.numerics.law import depth_law
from stairwise.numerics.law_fit import CONFIDENCE, Estimate, fit_law

#: Smallest and largest r − 1 for depths > 2, times N − 2 where that is below 1: small enough that
#: the fitted corrections describe what is left, large enough to be far from rounding.
NEAREST, FARTHEST = 1e-6, 1e-3

#: At depth 2 the ratios are set by the thresholds that they give: log y* from about −700 to −50.
DEEPEST, SHALLOWEST = 700.0, 50.0

#: One law is decided on if the other leaves residuals this many times larger.
DECISIVE = 10.0


@dataclass(frozen=True)
class MeasuredLaw:
    """A law measured at one depth, beside the exact one.

    law is "exponential", log y* = constant + slope/(r − 1), "polynomial",
    log y* = constant + slope·log(r − 1), or "undecided"; slope and constant are of the law that
    the depth has. The residuals are root mean squares in log y* of the two laws as straight lines,
    two constants each, over the same points.
    """

    depth: float
    s: float
    f: float
    method: Method
    gap: Floats
    log_threshold: Floats
    law: str
    slope: Estimate
    constant: Estimate
    exact_slope: float
    exact_constant: float
    exponential_residual: float
    polynomial_residual: float

    @property
    def agrees(self) -> bool:
        """Right law, and the exact slope and constant inside their confidence intervals."""
        right = "exponential" if self.depth == 2 else "polynomial"
        inside = (
            self.slope.low <= self.exact_slope <= self.slope.high
            and self.constant.low <= self.exact_constant <= self.constant.high
        )
        return self.law == right and inside


def measure_depth_law(
    depth: float,
    s: float,
    f: float,
    method: Method = "LSODA",
    count: int = 20,
    rtol: float = 1e-11,
) -> MeasuredLaw:
    """Fit the law of log y* as r → 1+ to thresholds from ODE solves, and decide which law it is.

    One depth ≥ 2 (or inf) and one pair 0 < s < f < 1; count ≥ 10 ratios, log-spaced in r − 1;
    method and rtol as in `flow_log_threshold`. Intervals are 99%: Student's for the least-squares
    fit, widened by how far the estimate moves with one correction fewer or more, so that what the
    corrections leave out is covered too. At s = 0.1, f = 0.9 and N = 2, 2.5, 3, 4, 6, 10, ∞ the
    slopes come out within 1e-5, relatively. That takes thresholds far below s: where f − s or N − 2
    are smaller than some 1e-2, no ratio that is tried gives them, the points follow no law yet (or
    the other one), and neither law nor intervals are to be trusted; `agrees` tells.

    Raises ValueError for bad arguments, FlowError where a solve fails. Source: new.
    """
    n, points = depths(depth), whole("count", count, 10)
    require("depth", n, n >= 2, "≥ 2: below 2 nothing is incremental as the ratio tends to 1")
    low, high = fractions(s, f)
    for name, array in (("depth", n), ("s", low), ("f", high)):
        if array.ndim:
            raise ValueError(f"{name} must be one number; got an array of shape {array.shape}")
    ratios = 1 + _gaps(float(n), float(low), float(high), points, method)
    if ratios.min() == 1:
        rule = "2, or further above it: the law shows at ratios that are 1 as float64"
        raise ValueError(f"depth must be {rule}; got {float(n)!r}")
    gaps = ratios - 1  # what the float64 ratio holds
    values = np.asarray(flow_log_threshold(float(n), ratios, low, high, method, rtol))
    exponential, polynomial = _residual(1 / gaps, values), _residual(np.log(gaps), values)
    slope, constant = _exponential_fit(gaps, values) if n == 2 else _polynomial_fit(gaps, values)
    exact = depth_law(float(n), float(low), float(high))
    # At depth 2: g log y* = r log(s/(1−s)) − log(f/(1−f)) − log r up to e^{−L/g}, by its equation.
    constant_at_2 = float(np.log(low / (1 - low))) - 1
    return MeasuredLaw(
        float(n),
        float(low),
        float(high),
        method,
        gaps,
        values,
        _decision(exponential, polynomial),
        slope,
        constant,
        exact.log_constant if n == 2 else exact.exponent,
        constant_at_2 if n == 2 else exact.log_constant,
        exponential,
        polynomial,
    )


def _gaps(depth: float, s: float, f: float, count: int, method: Method) -> Floats:
    """r − 1 of the points; at depth 2 from one solve that tells how deep thresholds lie."""
    if depth > 2:
        return np.geomspace(FARTHEST, NEAREST, count) * min(1.0, depth - 2)
    probe = 1e-2
    rate = -flow_log_threshold(2, 1 + probe, s, f, method) * probe
    return np.geomspace(rate / SHALLOWEST, rate / DEEPEST, count)


def _residual(regressor: Floats, values: Floats) -> float:
    """Root mean square residual of a straight line."""
    fitted = np.polyval(np.polyfit(regressor, values, 1), regressor)
    return float(np.sqrt(np.mean((values - fitted) ** 2)))


def _decision(exponential: float, polynomial: float) -> str:
    if polynomial > DECISIVE * exponential:
        return "exponential"
    return "polynomial" if exponential > DECISIVE * polynomial else "undecided"


def _polynomial_fit(gaps: Floats, values: Floats) -> tuple[Estimate, Estimate]:
    fit = fit_law(gaps, values, "polynomial")
    return fit.exponent, fit.log_constant


def _exponential_fit(gaps: Floats, values: Floats) -> tuple[Estimate, Estimate]:
    """Slope against 1/g and constant, with corrections g, g², …: g log y* is a polynomial in g.

    Weighting by g keeps the deep thresholds, whose errors are the largest, from ruling the rest.
    """
    fits = [_polynomial(gaps, gaps * values, order) for order in (3, 4, 5)]
    estimates = []
    for k in range(2):
        (shorter, _), (value, deviation), (longer, _) = ((c[k], d[k]) for c, d in fits)
        quantile = float(stdtrit(len(gaps) - 5, (1 + CONFIDENCE) / 2))
        width = quantile * deviation + max(abs(shorter - value), abs(longer - value))
        estimates.append(Estimate(value, value - width, value + width))
    return estimates[0], estimates[1]


def _polynomial(places: Floats, values: Floats, order: int) -> tuple[Any, Any]:
    """Least-squares coefficients, lowest power first, and their standard deviations."""
    design = np.vander(places / places.max(), order + 1, increasing=True)
    solution, *_ = np.linalg.lstsq(design, values, rcond=None)
    error = values - design @ solution
    variance = float(error @ error) / (len(values) - order - 1)
    covariance = np.linalg.inv(design.T @ design) * variance
    scale = places.max() ** np.arange(order + 1)
    return solution / scale, np.sqrt(np.diag(covariance)) / scale
