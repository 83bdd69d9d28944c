"""The paper's Figure 1, from our experiments: values learned one at a time in four deep models."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments import convolution, diagonal, matrix_sensing, quadratic
from stairwise.reports.style import COLOURS, WIDTH, letter, note, number, style

SEED = 0
#: As many values as the truths have; the next colour is the grey of all others.
SHOWN = 4
#: Of all four models; the quadratic one has two layers, and its bias.
DEPTH = 3
_NEUTRAL = "#444444"
_REST: dict[str, Any] = {"color": COLOURS[4], "linewidth": 0.6, "alpha": 0.5}
_TARGET: dict[str, Any] = {"color": "#222222", "linewidth": 0.6, "linestyle": (0, (4, 2))}
#: More than any of the runs needs; each ends at the authors' loss of 0.01.
STEPS = 100_000


def paper() -> Figure:
    """Leading values over steps: matrix sensing, quadratic, diagonal and convolutional models.

    The paper's settings with seed 0; depth 3 (quadratic: with bias). Steps are those of descent at
    the authors' learning rates; classifiers are normalised, as only their direction matters.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.35))
        panels = figure.subplots(1, 4)
        _sensing(panels[0])
        _quadratic(panels[1])
        _diagonal(panels[2])
        _convolution(panels[3])
        titles = ("matrix sensing", "quadratic", "diagonal", "convolutional")
        for panel, tag, title in zip(panels, "abcd", titles, strict=True):
            letter(panel, f"{tag}  {title}")
            panel.set(xlabel="step", ylim=(0, None))
            panel.set_xlim(left=0)
        panels[0].set_ylabel("singular value")
        panels[1].set_ylabel(r"eigenvalue")
        panels[2].set_ylabel("value, normalised")
        panels[3].set_ylabel("amplitude, normalised")
        _key(figure)
        note(figure, _settings())
    return figure


def _sensing(panel: Axes) -> None:
    depth, rate = DEPTH, matrix_sensing.PLAIN_LEARNING_RATE
    problem = matrix_sensing.Problem.paper(SEED)
    start = matrix_sensing.initial(problem, depth, matrix_sensing.PAPER_SCALE, "gaussian", SEED)
    unit = matrix_sensing.from_plain_rate(rate, depth)
    goal = matrix_sensing.from_plain_loss(matrix_sensing.PLAIN_LOSS, depth)
    run = matrix_sensing.flow(problem, start, STEPS * unit, goal, precision="float32")
    _draw(panel, run.time / unit, run.values, matrix_sensing.PAPER_VALUES)


def _quadratic(panel: Axes) -> None:
    problem = quadratic.Problem.paper(SEED)
    start = quadratic.initial(problem, 2, quadratic.PAPER_SCALE, "orthogonal", SEED, bias=True)
    unit = quadratic.from_plain_rate(quadratic.PLAIN_LEARNING_RATE)
    goal = quadratic.from_plain_loss(quadratic.PLAIN_LOSS)
    run = quadratic.flow(problem, start, STEPS * unit, goal)
    _draw(panel, run.time / unit, run.values, quadratic.PAPER_VALUES)


def _diagonal(panel: Axes) -> None:
    depth = DEPTH
    problem = diagonal.Problem.paper(SEED)
    start = diagonal.initial(problem, depth, diagonal.SCALE, "constant", SEED)
    unit = diagonal.from_plain_rate(diagonal.PLAIN_RATE, depth)
    goal = diagonal.from_plain_loss(diagonal.PLAIN_GOAL, depth)
    run = diagonal.descend(problem, start, unit, STEPS, goal, record_every=10)
    assert problem.truth is not None
    truth = problem.truth / np.linalg.norm(problem.truth)
    _draw(panel, run.time, _normalised(run.values), truth[truth != 0])


def _convolution(panel: Axes) -> None:
    depth = DEPTH
    problem = convolution.Problem.paper(SEED)
    start = convolution.initial(problem, depth, convolution.SCALE, "gaussian", SEED)
    unit = convolution.from_plain_rate(convolution.PLAIN_RATE, depth)
    goal = convolution.from_plain_loss(convolution.PLAIN_GOAL, depth)
    run = convolution.descend(problem, start, unit, STEPS, goal, record_every=5)
    assert problem.truth is not None
    amplitudes = np.abs(np.fft.rfft(problem.truth))
    targets = np.sort((amplitudes / np.linalg.norm(amplitudes))[amplitudes > 1e-9])[::-1]
    _draw(panel, run.time, _normalised(run.values), targets)


def _normalised(values: Floats) -> Floats:
    sizes = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.where(sizes > 0, sizes, 1.0))


def _key(figure: Figure) -> None:
    """What lines mean, above the panels; in the key the thin grey is drawn a little stronger."""
    leading = f"the {SHOWN} largest at the end"
    handles = [
        Line2D([], [], color=_NEUTRAL, linewidth=1.6, label=leading),
        Line2D([], [], color=COLOURS[4], linewidth=0.9, label="all others"),
        Line2D([], [], label="the truth", **_TARGET),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))


def _settings() -> str:
    """Depths, seed, scales, rates and losses of the panels, in their order."""
    models = (
        (matrix_sensing.PAPER_SCALE, matrix_sensing.PLAIN_LEARNING_RATE, matrix_sensing.PLAIN_LOSS),
        (quadratic.PAPER_SCALE, quadratic.PLAIN_LEARNING_RATE, quadratic.PLAIN_LOSS),
        (diagonal.SCALE, diagonal.PLAIN_RATE, diagonal.PLAIN_GOAL),
        (convolution.SCALE, convolution.PLAIN_RATE, convolution.PLAIN_GOAL),
    )
    scales, rates, losses = (_each(column) for column in zip(*models, strict=True))
    return (
        f"depth {DEPTH} (b: with bias), seed {SEED}; scale {scales}; learning rate {rates};\n"
        f"each run ends at the authors' loss, {losses}: b reaches it before the truth"
    )


def _each(values: Sequence[float]) -> str:
    """One number if all panels have it, otherwise each with the letters of its panels."""
    panels: dict[float, list[str]] = {}
    for value, tag in zip(values, "abcd", strict=True):
        panels.setdefault(value, []).append(tag)
    if len(panels) == 1:
        return f"${number(values[0])}$"
    return ", ".join(f"${number(value)}$ ({', '.join(tags)})" for value, tags in panels.items())


def _draw(panel: Axes, steps: Floats, values: Floats, targets: Sequence[float] | Floats) -> None:
    """The values that are largest at the end, in colour, over their targets; others in grey."""
    order = np.argsort(-np.abs(values[-1]))
    for k in order[SHOWN:]:
        panel.plot(steps, np.abs(values[:, k]), **_REST)
    for k, colour in zip(order[:SHOWN], COLOURS, strict=False):
        panel.plot(steps, np.abs(values[:, k]), color=colour, linewidth=1.6)
    for target in targets:
        panel.axhline(float(target), **_TARGET)
