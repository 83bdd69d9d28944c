"""Learning a sequence of values one after another: the largest initialisation that does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    one_number,
    python_float_if_scalar,
    reals,
    require,
    require_broadcast,
    shown,
    whole,
)
from stairwise.numerics._blocks import in_blocks
from stairwise.numerics._files import read_text
from stairwise.numerics._types import Real, Reals
from stairwise.numerics.threshold import _log_threshold as log_threshold_of_excess

#: Values of a spectrum by a rule.
LARGEST_COUNT = 10_000_000
TARGET_RULE = "at least two positive finite numbers along the last axis, falling"


@overload
def chain_log_threshold(depth: Real, sigma_star: Sequence[Real], s: Real, f: Real) -> float: ...


@overload
def chain_log_threshold(depth: Reals, sigma_star: Reals, s: Reals, f: Reals) -> float | Floats: ...


def chain_log_threshold(depth: Reals, sigma_star: Reals, s: Reals, f: Reals) -> float | Floats:
    """Natural log of the largest σ0 from which all targets are learned one after another.

    Along the chain σ*_1 > … > σ*_m, learning is incremental if for each k some time has the first
    k values past the fraction f of their targets and the others not past the fraction s. That holds
    iff it holds for every neighbouring pair (statement `chain`), so the threshold is the least of
    log σ*_{k+1} + log y*(σ*_k/σ*_{k+1}).

    sigma_star has shape (…, m), m ≥ 2, falling along the last axis; depth, s and f broadcast with
    its leading shape, which the result has (a float for one chain and scalars). Equal neighbours
    are never told apart: −inf, as for ratios below the critical one at depth < 2. Raises ValueError
    that names argument, rule and value. As accurate as `log_threshold`: ratios enter through
    σ*_k − σ*_{k+1}, which keeps the digits of close targets.

    Source: new; statement `chain`.
    """
    n, targets = depths(depth), _targets(sigma_star)
    low, high = fractions(s, f)
    pairs = neighbour_log_thresholds(n[..., None], targets, low[..., None], high[..., None])
    return python_float_if_scalar(np.asarray(np.min(pairs, axis=-1)))


def neighbour_log_thresholds(depth: Reals, sigma_star: Reals, s: Reals, f: Reals) -> Floats:
    """Log of the largest σ0 for each neighbouring pair, shape (…, m − 1): which pair binds.

    Arguments as in `chain_log_threshold`, but depth, s and f broadcast against (…, m − 1).
    """
    n, targets = depths(depth), _targets(sigma_star)
    low, high = fractions(s, f)
    larger, smaller = targets[..., :-1], targets[..., 1:]
    require_broadcast(depth=n, sigma_star=smaller, s=low, f=high)
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        ratio = np.minimum(larger / smaller, largest)
        excess = np.minimum((larger - smaller) / smaller, largest)
    return pair_log_thresholds(n, np.log(smaller), ratio, excess, low, high)


def pair_log_thresholds(
    depth: Floats, log_smaller: Floats, ratio: Floats, excess: Floats, s: Floats, f: Floats
) -> Floats:
    """Of pairs, given as the log of the smaller target, r and r − 1; −inf where r − 1 is 0.

    For callers that know r − 1 better than targets in float64 do.
    """
    apart = excess > 0
    ratio, excess = np.where(apart, ratio, 2.0), np.where(apart, excess, 1.0)
    log_y = in_blocks(log_threshold_of_excess, depth, ratio, excess, s, f)
    result: Floats = np.where(apart, log_smaller + log_y, -np.inf)
    return result


def power_law_spectrum(count: int, exponent: float) -> Floats:
    """Targets σ*_k = k^{−exponent}, k = 1 … count: falling for exponent > 0.

    Raises ValueError for a bad argument, and where neighbours are the same as float64, or 0.
    """
    places = np.arange(1.0, _count(count) + 1)
    return _falling("exponent", exponent, places ** -_positive(exponent))


def geometric_spectrum(count: int, ratio: float) -> Floats:
    """Targets σ*_k = ratio^{1−k}, k = 1 … count: falling for ratio > 1.

    Errors as `power_law_spectrum`.
    """
    powers = np.arange(float(_count(count)))
    value = one_number("ratio", reals("ratio", ratio))
    if not (1 < value < np.inf):
        raise ValueError(f"ratio must be a finite number > 1; got {value!r}")
    return _falling("ratio", ratio, value**-powers)


def read_spectrum(path: str | Path) -> Floats:
    """Singular values from a text file: numbers apart by white space or commas, # for comments.

    They are sorted, largest first; zeros are left out, as a zero target is never learned. Raises
    ValueError that names the file and the fault.
    """
    lines = read_text("path", path).splitlines()
    words = [word for line in lines for word in line.split("#")[0].replace(",", " ").split()]
    try:
        values = np.array([float(word) for word in words])
    except ValueError as error:
        raise ValueError(f"spectrum must be numbers; got {path}: {error}") from None
    if not np.all(np.isfinite(values) & (values >= 0)):
        raise ValueError(f"spectrum must be finite numbers ≥ 0; got {path}")
    values = np.sort(values[values > 0])[::-1]
    if len(values) < 2:
        raise ValueError(f"spectrum must have two positive values at least; got {path}")
    return values


def _positive(exponent: float) -> float:
    value = one_number("exponent", reals("exponent", exponent))
    if not (0 < value < np.inf):
        raise ValueError(f"exponent must be a finite number > 0; got {value!r}")
    return value


def _count(count: Any) -> int:
    number = whole("count", count, 2)
    if number > LARGEST_COUNT:
        raise ValueError(f"count must be at most {LARGEST_COUNT}; got {shown(count)}")
    return number


def _falling(name: str, given: Any, values: Floats) -> Floats:
    require("spectrum", values, values > 0, "above the least positive float64")
    if np.any(values[1:] == values[:-1]):
        rule = "such that neighbouring values differ as float64"
        raise ValueError(f"{name} must be {rule}; got {shown(given)}")
    return values


def _targets(sigma_star: Any) -> Floats:
    targets = reals("sigma_star", sigma_star, TARGET_RULE)
    if targets.ndim == 0 or targets.shape[-1] < 2:
        raise ValueError(f"sigma_star must be {TARGET_RULE}; got shape {targets.shape}")
    require("sigma_star", targets, (targets > 0) & np.isfinite(targets), TARGET_RULE)
    later = targets[..., 1:]
    require("sigma_star", later, targets[..., :-1] >= later, TARGET_RULE)
    return targets
