"""Claim: trajectory at 1,000 times against solve_ivp at rtol 1e-10 (RK45, DOP853, Radau).

    python benchmarks/trajectory_against_solve_ivp.py

The times cover the plateau, the transition and the approach to σ*. Best CPU time of some runs.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from stairwise.numerics import learning_time, trajectory


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

    ours, values = seconds(lambda: trajectory(times, start, 1, depth), 200)
    line = f"depth {depth:>3}, σ0 = {start:.0e}: {ours * 1e6:4.0f} µs"
    for method in ("RK45", "DOP853", "Radau"):
        theirs, other = seconds(lambda m=method: integrate(m), 3)  # type: ignore[misc]
        apart = np.abs(other / values - 1).max()
        line += f"; {method} {theirs * 1e3:.0f} ms, {theirs / ours:.0f}×, {apart:.0e} apart"
    return line


def main() -> None:
    for depth, start in ((1.5, 1e-4), (2, 1e-4), (2.5, 1e-4), (3, 1e-6), (4, 1e-4), (np.inf, 1e-3)):
        print(compare(depth, start))


if __name__ == "__main__":
    main()
