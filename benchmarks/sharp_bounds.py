"""Width of the bounds on log y*: the paper's, elementary, and sharp of orders 0, 1 and 2.

Prints the largest and the median of upper − lower (natural log) on 20,000 random points of the
paper's range, s in (0, 1/4), f in (3/4, 1), r − 1 from 1e-3 to 1e3, at several depths; the same
over the full range; how far the printed bounds violate the threshold; and the time per point.

Run: python benchmarks/sharp_bounds.py
"""

import time
from collections.abc import Callable

import numpy as np
from tabulate import tabulate

from stairwise.numerics import (
    Bounds,
    elementary_bounds,
    log_threshold,
    paper_bounds,
    sharp_bounds,
)

COUNT = 20_000
DEPTHS = (2.0, 2.5, 3.0, 4.0, 5.0, 10.0, np.inf)


def paper_range(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Depth, ratio, s, f of the paper's theorem."""
    s, f = rng.uniform(1e-3, 0.25, COUNT), 1 - rng.uniform(1e-3, 0.25, COUNT)
    return rng.choice(DEPTHS, COUNT), 1 + 10 ** rng.uniform(-3, 3, COUNT), s, f


def full_range(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Every depth ≥ 2, r − 1 from 1e-12 to 1e12, s from 1e-300, 1 − f from 1e-15."""
    depth = np.where(rng.random(COUNT) < 0.5, rng.choice(DEPTHS, COUNT), 0)
    depth = np.where(depth == 0, 2 + 10 ** rng.uniform(-12, 12, COUNT), depth)
    s = np.where(rng.random(COUNT) < 0.5, 10 ** rng.uniform(-300, -0.01, COUNT), 0)
    s = np.where(s == 0, rng.uniform(1e-3, 0.99, COUNT), s)
    f = np.minimum(1 - (1 - s) * 10 ** rng.uniform(-15, -0.01, COUNT), 1 - 1e-15)
    ratio = 1 + 10 ** rng.uniform(-12, 12, COUNT)
    keep = (s < f) & (ratio > 1)
    return depth[keep], ratio[keep], s[keep], f[keep]


def sharp(order: int) -> Callable[..., Bounds]:
    """sharp_bounds at one order."""
    return lambda *points: sharp_bounds(*points, order=order)


BOUNDS: dict[str, Callable[..., Bounds]] = {
    "paper": paper_bounds,
    "elementary": elementary_bounds,
    **{f"sharp, order {order}": sharp(order) for order in range(4)},
}


def report(title: str, points: tuple[np.ndarray, ...]) -> None:
    """One table: width, violation and time of every bound."""
    exact = log_threshold(*points)
    room = np.maximum(1, np.abs(exact))
    rows = []
    for name, bounds in BOUNDS.items():
        start = time.perf_counter()
        lower, upper = bounds(*points)
        each = (time.perf_counter() - start) / len(exact)
        width = upper - lower
        outside = np.max(np.maximum(lower - exact, exact - upper) / room)
        void = np.mean(np.isinf(lower))
        rows.append(
            (
                name,
                f"{np.max(width):.3g}",
                f"{np.median(width):.3g}",
                f"{np.max(width / room):.3g}",
                f"{void:.1%}",
                f"{max(outside, 0):.1e}",
                f"{each * 1e6:.2f}",
            )
        )
    headers = (
        "bounds",
        "max width",
        "median width",
        "max width/max(1,|log y|)",
        "void",
        "outside by",
        "µs",
    )
    print(f"{title}: {len(exact)} points")
    print(tabulate(rows, headers, disable_numparse=True), end="\n\n")


def main() -> None:
    """Both ranges, from one seed."""
    rng = np.random.default_rng(1909_12051)
    report("paper's range", paper_range(rng))
    report("full range", full_range(rng))


if __name__ == "__main__":
    main()
