"""Claim: log_threshold is at least 20,000 times as fast as stiff ODE solves with brentq.

    python benchmarks/threshold_against_ode.py

Each trial initialisation integrates both values in log σ by Radau with an event where they reach
f σ*_i and s σ*_j; brentq finds the initialisation at which the events coincide. CPU times.
"""

import time
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from stairwise.numerics import log_threshold


def arrival(log_start: float, target: float, level: float, p: float) -> float:
    def flow(_: float, v: Any) -> Any:
        return np.exp((p - 1) * v) * (target - np.exp(v))

    def event(_: float, v: Any) -> float:
        return float(v[0] - level)

    event.terminal = True  # type: ignore[attr-defined]
    run = solve_ivp(
        flow, (0, 1e30), [log_start], method="Radau", rtol=1e-8, atol=1e-8, events=event
    )
    return float(run.t_events[0][0])


def ode_log_threshold(depth: float, r: float, s: float, f: float) -> float:
    p = 2 - 2 / depth

    def lead(log_y: float) -> float:
        slow = arrival(log_y, 1.0, np.log(s), p)
        fast = arrival(log_y, r, np.log(f * r), p)
        return slow / fast - 1

    return float(brentq(lead, np.log(s) - 20, np.log(s) - 1e-6, xtol=1e-6))


def main() -> None:
    rng = np.random.default_rng(0)
    size = 10**6
    r, s, f = 1 + 10 ** rng.uniform(-0.3, 1, size), rng.uniform(0.05, 0.25, size), 0.9
    for depth in (2, 3, np.inf):
        begin = time.process_time()
        values = log_threshold(depth, r, s, f)
        ours = (time.process_time() - begin) / size
        begin = time.process_time()
        solved = [ode_log_threshold(depth, float(r[i]), float(s[i]), f) for i in range(5)]
        theirs = (time.process_time() - begin) / 5
        print(
            f"depth {depth}: {ours * 1e9:.0f} ns, ODE {theirs * 1e3:.0f} ms, "
            f"ratio {theirs / ours:,.0f}, apart {np.abs(solved - values[:5]).max():.0e}"
        )


if __name__ == "__main__":
    main()
