"""The routes to the threshold side by side: time per threshold, worst error, by regime.

For each regime of the shared problem table and each route, the mean process time of one scalar
call, its ratio to the float64 closed form's, and the worst error in log y* against the 50-digit
references of `tests/numerics/make_problems.py`. Times are of the process, so that a busy machine
does not count; compare ratios within one run.

Claims: at rtol 1e-11 every integrator agrees with the references to 1e-8 in log y*, the mpmath
routes to 40 digits; LSODA is by far the fastest of the integrators.

Run: python benchmarks/routes.py [--fast] (fast: without Radau and BDF on long plateaus)
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpmath import mp, mpf
from tabulate import tabulate

from stairwise.numerics import (
    flow_log_threshold,
    log_threshold,
    precise_log_threshold,
    taylor_log_threshold,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "numerics"))
from problems import REGIMES, SOLVABLE

Route = Callable[[tuple[float, float, float, float]], Any]

ROUTES: dict[str, Route] = {
    "closed form": lambda pair: log_threshold(*pair),
    "LSODA": lambda pair: flow_log_threshold(*pair, "LSODA"),
    "BDF": lambda pair: flow_log_threshold(*pair, "BDF"),
    "Radau": lambda pair: flow_log_threshold(*pair, "Radau"),
    "quadrature, 50 digits": lambda pair: precise_log_threshold(*pair),
    "Taylor, 40 digits": lambda pair: taylor_log_threshold(*pair),
}


def main(fast: bool) -> None:
    warm_up()
    rows = []
    for regime in REGIMES[:-1]:
        problems = [problem for problem in SOLVABLE if regime in problem.regimes]
        base = math.nan
        for name, route in ROUTES.items():
            if (name.startswith("Taylor") and regime != "easy") or (
                fast and name in ("Radau", "BDF") and regime in ("plateau", "near-tie")
            ):
                continue
            seconds, worst = measure(route, problems)
            base = seconds if name == "closed form" else base
            rows.append((regime, len(problems), name, seconds * 1e3, seconds / base, worst))
    headers = ("regime", "problems", "route", "ms", "× closed form", "worst error")
    print(tabulate(rows, headers, floatfmt=(".0f", ".0f", "", ".3g", ".3g", ".1e")))


def warm_up() -> None:
    """Derive, compile and fill mpmath's tables of nodes."""
    for route in ROUTES.values():
        for depth in (3.0, math.inf):
            route((depth, 1.5, 0.1, 0.9))


def measure(route: Route, problems: list[Any]) -> tuple[float, float]:
    """Mean process time in seconds and worst error in log y*."""
    worst, total = 0.0, 0.0
    for problem in problems:
        before = time.process_time()
        found = route(problem.pair)
        total += time.process_time() - before
        with mp.workdps(70):
            worst = max(worst, float(abs(mpf(found) - mpf(problem.reference))))
    return total / len(problems), worst


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fast", action="store_true")
    main(parser.parse_args().fast)
