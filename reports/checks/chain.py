"""`chain`: the claims against the definition, with learning times and trajectories."""

import random
from collections.abc import Iterator
from itertools import accumulate, pairwise

import numpy as np

from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import log_threshold
from stairwise.numerics.trajectory import trajectory
from stairwise.reports.checks.check import Check, worst
from stairwise.theory.chain import EARLY, LATE, PAIRS, TARGETS
from stairwise.theory.statement import Statement

CHAINS = 40
#: How far from the claimed threshold, relative, the definition is tried.
STEP = 1e-7


def chain_cases(statement: Statement) -> Iterator[Check]:
    """The threshold on both sides, and the order of times that the proof uses."""
    growth = statement.case("neighbouring pairs suffice").claim
    threshold = statement.case("threshold").claim.rhs
    wrong, shrinking = 0, []
    for depth, targets, low, high in _chains():
        pairs = [
            np.exp(log_threshold(depth, larger / smaller, low, high))
            for larger, smaller in pairwise(targets)
        ]
        values = dict(zip((*TARGETS, *PAIRS), (*targets, *pairs), strict=True))
        claimed = float(threshold.subs(values))
        wrong += not incremental(claimed * (1 - STEP), targets, depth, low, high)
        wrong += incremental(claimed * (1 + STEP), targets, depth, low, high)
        start = min(claimed, low * targets[-1]) / 2
        times = [float(learning_time(high, start, target, depth)) for target in targets]
        early, late = (float(trajectory(time, start, targets[1], depth)) for time in times[:2])
        shrinking.append(float((growth.lts - growth.gts).subs({EARLY: early, LATE: late})))
    yield Check(f"definition on both sides of the threshold, {CHAINS} chains", float(wrong), 0.0)
    yield Check("σ_k falls from t_{k−1} to t_k", worst(shrinking), 0.0)


def incremental(
    start: float, targets: tuple[float, ...], depth: float, low: float, high: float
) -> bool:
    """The definition: for each k a time at which k values are past f and the others below s."""
    if start >= low * targets[-1]:
        return False
    past = np.array([learning_time(high, start, target, depth) for target in targets])
    still = np.array([learning_time(low, start, target, depth) for target in targets])
    return all(past[:k].max() <= still[k:].min() for k in range(1, len(targets)))


def _chains() -> Iterator[tuple[float, tuple[float, ...], float, float]]:
    """Depth, three falling targets, s and f."""
    generator = random.Random(2020)
    for index in range(CHAINS):
        depth = (2.0, 3.0, float("inf"), 2.5)[index % 4]
        steps = [generator.uniform(0.1, 3), *(generator.uniform(1.5, 6) for _ in range(2))]
        targets = tuple(reversed(list(accumulate(steps, lambda a, b: a * b))))
        yield depth, targets, generator.uniform(0.05, 0.24), generator.uniform(0.76, 0.95)
