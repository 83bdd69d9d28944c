"""Learning times by value: the deeper, the shorter the transition beside the wait."""

import numpy as np
from matplotlib.figure import Figure

from stairwise.numerics.learning_time import learning_time
from stairwise.reports.style import COLOURS, WIDTH, letter, note, style

S, F = 0.1, 0.9
SIGMA0 = 1e-3
TARGETS = np.logspace(-1, 1, 200)
DEPTHS = ((1.0, "1"), (2.0, "2"), (3.0, "3"), (np.inf, r"\infty"))


def learning_times() -> Figure:
    """The band of times in which a value of target σ* goes from 10% to 90% of it.

    Times are relative to when the value of target 1 is half learned; σ0 = 1e-3. Two targets are
    learned incrementally where a horizontal line fits between their bands. From depth 2 on the
    wait falls like 1/σ* as σ0 → 0, and beside it the transition shrinks with depth.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.2))
        panels = figure.subplots(1, len(DEPTHS), sharey=True)
        for panel, (depth, name), tag in zip(panels, DEPTHS, "abcd", strict=True):
            unit = learning_time(0.5, SIGMA0, 1.0, depth)
            early, half, late = (
                learning_time(alpha, SIGMA0, TARGETS, depth) / unit for alpha in (S, 0.5, F)
            )
            panel.fill_between(TARGETS, early, late, color=COLOURS[0], alpha=0.3, linewidth=0)
            panel.plot(TARGETS, half, color=COLOURS[0], linewidth=1.6)
            panel.set(xscale="log", yscale="log", xlim=(0.1, 10), ylim=(0.05, 20))
            panel.set_xlabel(r"target $\sigma^*$")
            letter(panel, f"{tag}  $N = {name}$")
        panels[0].set_ylabel(r"time to 10, 50, 90% of $\sigma^*$")
        note(
            figure,
            rf"$\sigma_0 = 10^{{{np.log10(SIGMA0):.0f}}}$; time 1 is when the value of target 1"
            " is half learned; band: from 10 to 90%, line: 50%",
        )
    return figure
