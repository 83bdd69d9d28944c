"""The toy model's dynamics by depth: stairs from depth 2 on, none at depth 1."""

import numpy as np
from matplotlib.figure import Figure

from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.trajectory import trajectory
from stairwise.reports.style import COLOURS, WIDTH, label_lines, letter, style

TARGETS = (12.0, 6.0, 4.0, 3.0)
SIGMA0 = 1e-3
DEPTHS = ((1.0, "1"), (2.0, "2"), (3.0, "3"), (np.inf, r"\infty"))
POINTS = 600


def dynamics() -> Figure:
    """σ_i(t) of four targets from one small initialisation, at depths 1, 2, 3 and ∞.

    Time is in units of the moment at which the last value is learned to 99%, since the plateaus
    differ by orders of magnitude between the depths. After the paper's toy figure.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 1.9))
        panels = figure.subplots(1, len(DEPTHS), sharey=True)
        for panel, (depth, name), tag in zip(panels, DEPTHS, "abcd", strict=True):
            end = 1.1 * learning_time(0.99, SIGMA0, min(TARGETS), depth)
            times = np.linspace(0.0, end, POINTS)
            paths = np.asarray(trajectory(times[:, None], SIGMA0, np.array(TARGETS), depth))
            for path, colour in zip(paths.T, COLOURS, strict=False):
                panel.plot(times / end, path, color=colour, linewidth=1.6)
            letter(panel, f"{tag}  $N = {name}$")
            panel.set(xlabel="time", xlim=(0, 1), ylim=(0, 13), xticks=[])
            panel.set_yticks((0, *sorted(TARGETS)))
        panels[0].set_ylabel(r"value $\sigma_i(t)$")
        names = [rf"$\sigma^* = {target:g}$" for target in TARGETS]
        label_lines(panels[-1], 1.0, list(TARGETS), names)
    return figure
