"""Claim: the explorer follows its sliders: every redraw takes well under 100 ms.

    python benchmarks/explorer_redraw.py [moves]

Random moves of all controls. A redraw is everything from the new value to the PNG that is sent to
the browser, verdict included. Beside it, what a first attempt would do: a new Matplotlib figure for
each move, saved with the layout engine's margins. CPU time and wall time of one process.
"""

import io
import math
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stairwise.numerics import learning_time, trajectory
from stairwise.reports.explore import explorer
from stairwise.reports.pair import Pair


def new_figure(pair: Pair) -> bytes:
    figure = Figure(figsize=(6.5, 2.6), layout="constrained")
    axes = figure.subplots()
    start, targets = 10.0**pair.log10_start, np.array([pair.ratio, 1.0])
    end = 1.1 * learning_time(0.95, start, 1.0, pair.depth)
    times = np.linspace(0, end, 300)
    values = trajectory(times[:, None], start, targets, pair.depth) / targets
    axes.plot(times, values, label=[r"$\sigma_i/\sigma^*_i$", r"$\sigma_j/\sigma^*_j$"])
    large, small = learning_time([pair.f, pair.s], start, targets, pair.depth)
    axes.axvspan(large, small, alpha=0.2, label="larger learned alone")
    axes.plot([large, small], [pair.f, pair.s], "o")
    axes.set(xlabel="time", ylabel="value relative to its target")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=165)
    return stream.getvalue()


def milliseconds(run: Callable[[], Any]) -> tuple[float, float]:
    """CPU and wall time."""
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    return 1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - wall)


def main() -> None:
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rng = np.random.default_rng(0)
    begin = time.process_time()
    box = explorer()
    print(f"construction, first picture included: {1e3 * (time.process_time() - begin):.0f} ms CPU")
    depth, infinite = box.children[0].children
    sliders = [depth, *box.children[1:5]]
    ours, pairs = [], []
    for move in range(moves):
        if move % 10 == 9:
            control, value = infinite, not infinite.value
        else:
            control = sliders[rng.integers(len(sliders))]
            value = rng.uniform(control.min, control.max)
        ours.append(milliseconds(lambda c=control, v=value: setattr(c, "value", v)))
        n = math.inf if infinite.value else depth.value
        pairs.append(Pair(n, *(slider.value for slider in sliders[1:])))
    # Afterwards: the garbage of new figures would be collected in the explorer's time.
    theirs = [milliseconds(lambda pair=pair: new_figure(pair)) for pair in pairs]
    print(f"{moves} moves; ms      median   95%   worst")
    for name, times in (("explorer", ours), ("new figure", theirs)):
        for kind, values in zip(("CPU", "wall"), np.transpose(times), strict=True):
            middle, most, worst = np.quantile(values, [0.5, 0.95, 1.0])
            print(f"{name:>12} {kind:4}  {middle:7.1f} {most:6.1f} {worst:7.1f}")


if __name__ == "__main__":
    main()
