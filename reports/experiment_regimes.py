"""The crossover from the kernel to the rich regime: the flow's limits by depth and scale."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from stairwise.numerics._arguments import positive, whole
from stairwise.numerics.implicit_bias import Regimes, regimes
from stairwise.reports.experiment_output import Outcome, write_outcome
from stairwise.reports.style import COLOURS, letter, style


def run_regimes(
    output: Path,
    *,
    seed: int = 0,
    depths: Sequence[float] = (1, 2, 3, 5),
    scales: Sequence[float] = tuple(10.0 ** np.arange(-4, 2.01, 0.5)),
    samples: int = 10,
    dimension: int = 30,
    sparsity: int = 3,
) -> Outcome:
    """Sparse regression's limits for every depth and scale; write regimes.{npz,pdf,png,json}.

    Raises ValueError for bad arguments before anything is run.
    """
    samples, dimension = whole("samples", samples, 1), whole("dimension", dimension, 2)
    sparsity = whole("sparsity", sparsity, 1)
    if samples >= dimension:
        rule = f"fewer than the dimension {dimension}, as more leave one solution"
        raise ValueError(f"samples must be {rule}; got {samples!r}")
    if sparsity > dimension:
        raise ValueError(f"sparsity must be at most {dimension}, the dimension; got {sparsity!r}")
    generator = np.random.default_rng(whole("seed", seed, 0))
    inputs = generator.standard_normal((samples, dimension))
    truth = np.zeros(dimension)
    support = generator.choice(dimension, sparsity, replace=False)
    truth[support] = 1 + generator.exponential(1.0, sparsity)
    positive("scales", scales)
    found = regimes(inputs, inputs @ truth, scales, depths)
    summary = {
        "experiment": "regimes",
        "seed": seed,
        "depths": found.depths,
        "scales": found.scales,
        "least_l1_norm": float(np.abs(found.l1).sum()),
        "l1_norm_of_least_l2": float(np.abs(found.l2).sum()),
        "excess_l1": found.excess,
    }
    arrays = {**found._asdict(), "inputs": inputs, "truth": truth}
    return write_outcome(output, "regimes", summary, arrays, draw_regimes(found), False)


def draw_regimes(found: Regimes) -> Figure:
    """Where the limit lies between the two solutions, and its excess ℓ1 norm, against the scale."""
    with style():
        figure = Figure(figsize=(5.6, 2.4))
        left, right = figure.subplots(1, 2)
        to_l2 = np.linalg.norm(found.limits - found.l2, axis=-1)
        to_l1 = np.linalg.norm(found.limits - found.l1, axis=-1)
        for k, depth in enumerate(found.depths):
            label, colour = f"depth {depth:g}", COLOURS[k % len(COLOURS)]
            left.plot(found.scales, to_l2[k] / (to_l1[k] + to_l2[k]), color=colour, label=label)
            right.plot(found.scales, found.excess[k], color=colour, label=label)
        for axes, text in ((left, "a"), (right, "b")):
            letter(axes, text)
            axes.set_xscale("log")
            axes.set_xlabel(r"initialisation $\sigma_0$")
        left.set_ylim(-0.03, 1.03)
        left.set_yticks([0, 0.5, 1], [r"least $\ell_2$ (kernel)", "½", r"least $\ell_1$ (rich)"])
        right.set_yscale("log")
        right.set_ylabel(r"$\ell_1$ norm over the least, less 1")
        handles = left.get_legend_handles_labels()[0]
        figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 5))
    return figure
