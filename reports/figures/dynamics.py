"""The toy model's dynamics by depth: stairs from depth 2 on, none at depth 1."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.trajectory import trajectory
from stairwise.reports.style import COLOURS, WIDTH, label_lines, letter, note, style

TARGETS = (12.0, 6.0, 4.0, 3.0)
SIGMA0 = 1e-3
DEPTHS = ((1.0, "1"), (2.0, "2"), (3.0, "3"), (np.inf, r"\infty"))
POINTS = 600


def dynamics() -> Figure:
    """σ_i(t) of four targets from one small initialisation, at depths 1, 2, 3 and ∞.

    Time is that of gradient flow. Each panel ends a little after its last value is learned to 99%:
    the plateaus differ by orders of magnitude between the depths. After the paper's toy figure.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.1))
        panels = figure.subplots(1, len(DEPTHS), sharey=True)
        for panel, (depth, name), tag in zip(panels, DEPTHS, "abcd", strict=True):
            end = 1.1 * learning_time(0.99, SIGMA0, min(TARGETS), depth)
            times = np.linspace(0.0, end, POINTS)
            paths = np.asarray(trajectory(times[:, None], SIGMA0, np.array(TARGETS), depth))
            for path, colour in zip(paths.T, COLOURS, strict=False):
                panel.plot(times, path, color=colour, linewidth=1.6)
            letter(panel, f"{tag}  $N = {name}$")
            panel.set(xlabel="flow time $t$", xlim=(0, end), ylim=(0, 13))
            panel.xaxis.set_major_locator(MaxNLocator(3))
            panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            panel.set_yticks((0, *sorted(TARGETS)))
        panels[0].set_ylabel(r"value $\sigma_i(t)$")
        names = [rf"$\sigma^* = {target:g}$" for target in TARGETS]
        label_lines(panels[-1], panels[-1].get_xlim()[1], list(TARGETS), names)
        note(
            figure,
            rf"all values start at $\sigma_0 = 10^{{{np.log10(SIGMA0):.0f}}}$;"
            " each time axis has its own scale, and ends after all are learned",
        )
    return figure
