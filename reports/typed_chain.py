"""Chains of targets as they were typed: of close decimals, floats lose the difference."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from stairwise.numerics._arguments import Floats, depths, fractions, shown
from stairwise.numerics.chain import pair_log_thresholds
from stairwise.reports.written import LEAST_EXCESS, Number, exact

RULE = "at least two positive finite numbers apart by commas, largest first"
#: Characters of a number: Python takes no more than 4,300 digits.
LONGEST = 1000
SUBNORMAL = Fraction(1, 2**1000)
LARGEST = Fraction(float(np.finfo(np.float64).max))


def typed_targets(text: str) -> list[Number]:
    """Numbers apart by commas, in falling order; ValueError that names the option."""
    targets: list[Number] = [part.strip() for part in text.split(",")]
    # The doubles first: they bound the digits of the exact numbers.
    positive = all(0 < _float(target) < np.inf for target in targets)
    gaps = _excesses(targets) if positive else []
    if not gaps or min(gaps) < 0:
        raise ValueError(f"targets must be {RULE}; got {shown(text)}")
    for pair, gap in zip(pairwise(targets), gaps, strict=True):
        if gap > 0 and float(min(gap, LARGEST)) < LEAST_EXCESS:
            rule = f"equal, or apart by at least {LEAST_EXCESS:g} of themselves"
            raise ValueError(f"targets must be {rule}; got {', '.join(map(shown, pair))}")
    return targets


def typed_log_thresholds(depth: float, targets: Sequence[Number], s: float, f: float) -> Floats:
    """Natural log of the largest σ0 of each neighbouring pair."""
    gaps = _excesses(targets)
    log_smaller = np.array([_log(exact(target)) for target in targets[1:]])
    ratio = np.array([float(min(1 + gap, LARGEST)) for gap in gaps])
    excess = np.array([float(min(gap, LARGEST)) for gap in gaps])
    low, high = fractions(s, f)
    return pair_log_thresholds(depths(depth), log_smaller, ratio, excess, low, high)


def _excesses(targets: Sequence[Number]) -> list[Fraction]:
    """r − 1 of each neighbouring pair."""
    return [exact(larger) / exact(smaller) - 1 for larger, smaller in pairwise(targets)]


def _float(target: Number) -> float:
    """NaN for what is no number, or none to be read."""
    text = str(target)
    try:
        return float(text) if len(text) <= LONGEST else math.nan
    except ValueError:
        return math.nan


def _log(number: Fraction) -> float:
    """Natural log, also of a number that is subnormal as a float."""
    if number > SUBNORMAL:
        return math.log(number)
    return math.log(number / SUBNORMAL) + math.log(SUBNORMAL)
