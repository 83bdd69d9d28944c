"""Claim: trajectory at 1,000 times is at least 100 times as fast as solve_ivp at rtol 1e-10.

    python benchmarks/trajectory_against_solve_ivp.py

Against each method that a good user would choose; "apart" is its distance from ours, its error.
The times cover the plateau, the transition and the approach to σ*. Best CPU time of some runs; a
first call at a depth also makes its table (depth 2 has none), and a later one reads it.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from stairwise.numerics import learning_time, trajectory
from stairwise.numerics._course import forget

METHODS = ("RK45", "DOP853", "LSODA", "Radau")
STARTS = ((1.5, 1e-4), (2, 1e-4), (2.5, 1e-4), (3, 1e-6), (4, 1e-4), (10, 1e-4), (np.inf, 1e-3))


def seconds(function: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        result = function()
        times.append(time.process_time() - begin)
    return min(times), result


def compare(depth: float, start: float) -> str:
    p = 2 - 2 / depth
    end = 1.3 * learning_time(0.99, start, 1, depth)
    times = np.linspace(0, end, 1000)

    def flow(_: float, x: Any) -> Any:
        return x**p * (1 - x)

    def integrate(method: str) -> Any:
        run = solve_ivp(flow, (0, end), [start], method, times, rtol=1e-10, atol=1e-10 * start)
        return run.y[0]

    def first() -> Any:
        forget()
        return trajectory(times, start, 1, depth)

    at_first, _ = seconds(first, 30)
    ours, values = seconds(lambda: trajectory(times, start, 1, depth), 300)
    cells = [f"{depth:>5} {start:5.0e} {at_first * 1e6:6.0f} {ours * 1e6:6.0f}"]
    for method in METHODS:
        theirs, other = seconds(lambda m=method: integrate(m), 3)  # type: ignore[misc]
        apart = np.abs(other / values - 1).max()
        cells.append(f"{theirs * 1e3:5.1f} ms {theirs / ours:5.0f}× {apart:.0e}")
    return " | ".join(cells)


def main() -> None:
    print(" | ".join(["depth   σ0  first  later µs", *(f"{m:>21}" for m in METHODS)]))
    for depth, start in STARTS:
        print(compare(depth, start))


if __name__ == "__main__":
    main()
