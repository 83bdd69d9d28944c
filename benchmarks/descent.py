"""Descent thresholds on a grid, against plain NumPy iteration with bisection.

The grid: 4 depths (2, 3, 4, ∞) × 20 ratios (1.05 to 20) × 10 learning rates (η r^{2−2/N} from 0.01
to 1) at s = 0.1, f = 0.9: 800 problems, each with both ends. Plain iteration does the same for a
tenth of the grid (every fifth ratio, every other rate), or all of it: it steps both values in
NumPy, all problems of a depth at once, and bisects on log y to 1e-9, which finds one boundary only.
All times are CPU times. One problem alone, far down the plateau: a threshold and a trajectory.

Run: python benchmarks/descent.py [--whole]
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from stairwise.numerics import descent_log_threshold, descent_trajectory

DEPTHS = (2.0, 3.0, 4.0, np.inf)
RATIOS = np.geomspace(1.05, 20, 20)
LARGE_RATES = np.geomspace(0.01, 1, 10)
S, F = 0.1, 0.9
BISECTIONS = 32


def grid(depth: float, sparse: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Ratios and learning rates, flat."""
    ratios, rates = (RATIOS[2::5], LARGE_RATES[::2]) if sparse else (RATIOS, LARGE_RATES)
    ratio, large = np.meshgrid(ratios, rates)
    return ratio.ravel(), (large / ratio ** (2 - 2 / depth)).ravel()


def plain(log_y: np.ndarray, depth: float, ratio: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Whether learning is incremental, by stepping σ itself."""
    small, large = np.exp(log_y), np.exp(log_y)
    found = np.zeros(log_y.shape, dtype=bool)
    open_ = np.ones(log_y.shape, dtype=bool)
    while np.any(open_):
        open_ &= small <= S
        found |= open_ & (large >= F * ratio)
        open_ &= ~found
        small, large = step(small, 1.0, depth, rate), step(large, ratio, depth, rate)
    return found


def step(sigma: np.ndarray, target: Any, depth: float, rate: np.ndarray) -> np.ndarray:
    """One step of descent."""
    if np.isinf(depth):
        return sigma * np.exp(rate * sigma * (target - sigma))
    return sigma * (1 + rate / depth * sigma ** (1 - 2 / depth) * (target - sigma)) ** depth


def bisect(depth: float, ratio: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """log y of a boundary."""
    low, high = np.full(ratio.shape, -1.0), np.full(ratio.shape, np.log(S))
    while np.any(missing := ~plain(low, depth, ratio, rate)):
        low = np.where(missing, 2 * low, low)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        inside = plain(middle, depth, ratio, rate)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low


def best(call: Callable[[], Any]) -> float:
    """CPU seconds, the least of ten."""
    spent = []
    for _ in range(10):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return min(spent)


def main(sparse: bool) -> None:
    descent_log_threshold(3, 2, S, F, 0.1)  # the series is derived on first use
    total = 0.0
    for depth in DEPTHS:
        ratio, rate = grid(depth)
        start = time.process_time()
        ends = descent_log_threshold(depth, ratio, S, F, rate)
        spent = time.process_time() - start
        total += spent
        differ = int(np.count_nonzero(ends.safe < ends.supremum))
        print(f"depth {depth}: {ratio.size} problems in {spent:.2f} s; ends differ in {differ}")
    print(f"grid: {total:.2f} s")
    for depth, ratio, rate in ((2.0, 1.01, 0.1), (2.5, 1 + 1e-6, 0.1), (3.0, 1 + 1e-10, 0.1)):
        one = best(lambda n=depth, r=ratio, c=rate: descent_log_threshold(n, r, S, F, c))
        run = best(lambda n=depth, c=rate: descent_trajectory(10**9, 1e-30, 1.0, n, c))
        print(f"depth {depth}, alone: threshold {1e3 * one:.1f} ms, trajectory {1e3 * run:.1f} ms")
    ours = theirs = worst = 0.0
    for depth in DEPTHS:
        ratio, rate = grid(depth, sparse)
        start = time.process_time()
        ends = descent_log_threshold(depth, ratio, S, F, rate)
        ours += time.process_time() - start
        start = time.process_time()
        found = bisect(depth, ratio, rate)
        theirs += time.process_time() - start
        outside = np.maximum(ends.safe - found, found - ends.supremum)
        worst = max(worst, float(outside.max()))
    part = "a tenth" if sparse else "all"
    print(f"{part} of it: {ours:.2f} s, plain {theirs:.1f} s, ratio {theirs / ours:.0f}")
    print(f"plain boundaries lie between our ends, to {worst:.1e}")


if __name__ == "__main__":
    main(sparse="--whole" not in sys.argv)
