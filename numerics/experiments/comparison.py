"""Theory against experiment: learning times, and incremental or not, predicted and measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from stairwise.numerics._arguments import (
    Floats,
    depths,
    fractions,
    positive,
    ratios,
    reals,
    require,
    whole,
)
from stairwise.numerics.experiments import matrix_sensing
from stairwise.numerics.experiments.history import History
from stairwise.numerics.experiments.quadratic import require_symmetric
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import log_threshold
from stairwise.numerics.trajectory import trajectory

#: Told how many of how many runs are done.
Progress = Callable[[int, int], None]


def measured_times(history: History, targets: Any, alpha: float) -> Floats:
    """Time at which each recorded value first reaches alpha times its target.

    targets: (k,) for the first k values. 0 where a value starts past it, inf where it never gets
    there. Between records log σ is taken to be linear in time, as it is while a value grows.
    """
    goals = positive("alpha", alpha) * positive("targets", targets)
    if goals.ndim != 1 or goals.size > history.values.shape[1]:
        raise ValueError(
            f"targets must be at most {history.values.shape[1]} numbers; got shape {goals.shape}"
        )
    times = np.full(goals.shape, np.inf)
    for k, goal in enumerate(goals):
        column = history.values[:, k]
        reached = np.flatnonzero(column >= goal)
        if reached.size == 0:
            continue
        after = int(reached[0])
        if after == 0:
            times[k] = 0.0
            continue
        low, high = np.log(np.maximum(column[after - 1 : after + 1], np.finfo(float).tiny))
        share = (max(np.log(goal), low) - low) / (high - low) if high > low else 1.0
        before = history.time[after - 1]
        times[k] = before + share * (history.time[after] - before)
    return times


def predicted_times(targets: Any, scale: float, depth: int, alpha: float) -> Floats:
    """The same by the toy model from σ0 = scale, exact for the population and identity start.

    In the flow time of matrix sensing. Each target must exceed scale/alpha to have a time > 0.
    """
    return np.atleast_1d(np.asarray(learning_time(alpha, scale, targets, depth)))


def predicted_values(times: Any, targets: Any, scale: float, depth: int) -> Floats:
    """Values (times, k) of the population flow from σ0 = scale: the toy model's trajectories."""
    at, goals = reals("times", times), reals("targets", targets)
    return np.asarray(trajectory(at[:, None], scale, goals[None, :], depth))


def predicted_quadratic_values(times: Any, targets: Any, scale: float, bias: bool) -> Floats:
    """The same for a quadratic network: trace-coupled without bias, or a bias at its optimum.

    About 1e-6 relative. targets: all of them, as the trace couples them.
    """
    if bias:
        return predicted_values(times, targets, scale, 2)
    at, goals = reals("times", times), reals("targets", targets)
    start = np.full(goals.shape, np.log(positive("scale", scale)))
    # Not less than one unit: LSODA does not end on a span of length zero, or next to it.
    span = (0.0, max(float(at[-1]), 1.0))

    def log_rate(t: float, v: Floats) -> Floats:
        error = goals - np.exp(v)
        return np.asarray(error + np.sum(error) / 2)

    solution = solve_ivp(log_rate, span, start, "LSODA", at, rtol=1e-9, atol=1e-9)
    if not solution.success:
        raise FloatingPointError(f"the population flow could not be solved: {solution.message}")
    return np.exp(np.asarray(solution.y.T, dtype=np.float64))


@dataclass(frozen=True, eq=False)
class Agreement:
    """Incremental or not, predicted and measured, over a grid.

    depths (D,), ratios (R,), scales (Y,): σ0/σ*_j; samples (M,): numbers of measurements; s, f.
    log_thresholds: (D, R), the exact log y*. predicted: (D, R, Y). measured: (M, S, D, R, Y) for
    S seeds; done: how many of the M·S blocks are finished (the rest of `measured` is False).
    """

    depths: NDArray[np.int_]
    ratios: Floats
    scales: Floats
    samples: NDArray[np.int_]
    s: float
    f: float
    log_thresholds: Floats
    predicted: NDArray[np.bool_]
    measured: NDArray[np.bool_]
    done: int

    @property
    def share(self) -> Floats:
        """Share of cells and seeds that agree, (M, D); NaN where no block is finished."""
        agree = (self.measured == self.predicted).astype(np.float64)
        seeds = self.measured.shape[1]
        for block in range(self.done, agree.shape[0] * seeds):
            agree[block // seeds, block % seeds] = np.nan
        finished = ~np.isnan(agree[:, :, 0, 0, 0])
        shares = np.full((agree.shape[0], agree.shape[2]), np.nan)
        for row in range(agree.shape[0]):
            if finished[row].any():
                shares[row] = agree[row, finished[row]].mean(axis=(0, 2, 3))
        return shares

    @property
    def widest_miss(self) -> Floats:
        """Largest |log10(y/y*)| of a cell that disagrees, (M, D): 0 where all agree."""
        distance = np.abs(np.log10(self.scales) - self.log_thresholds[:, :, None] / np.log(10))
        wrong = self.measured != self.predicted
        seeds = wrong.shape[1]
        for block in range(self.done, wrong.shape[0] * seeds):
            wrong[block // seeds, block % seeds] = False
        return np.asarray(np.max(np.where(wrong, distance, 0.0), axis=(1, 3, 4)))

    @property
    def samples_needed(self) -> list[int | None]:
        """For each depth, the least number of measurements from which on every cell agrees."""
        needed: list[int | None] = []
        for column in self.share.T:
            whole_agreement = np.isclose(column, 1)
            from_here = np.logical_and.accumulate(whole_agreement[::-1])[::-1]
            index = np.flatnonzero(from_here)
            needed.append(int(self.samples[index[0]]) if index.size else None)
        return needed


def agreement(
    depth_list: Sequence[int],
    ratio_list: Sequence[float],
    scales: Sequence[float],
    samples: Sequence[int],
    seeds: int = 1,
    s: float = 0.1,
    f: float = 0.9,
    size: int = 4,
    progress: Progress | None = None,
) -> Agreement:
    """Matrix sensing of diag(r, 1, 0…) from identity starts, against the exact threshold.

    Each run asks whether some time has σ_2 ≤ s and σ_1 ≥ f·r. Ctrl-C returns what is done.
    """
    grid_depths = np.array([whole("depth_list", depth, 1) for depth in depth_list])
    grid_ratios, grid_scales = ratios(ratio_list), positive("scales", scales)
    require("scales", grid_scales, grid_scales < s, f"less than s = {s}")
    counts = np.array([whole("samples", count, 1) for count in samples])
    seeds, size = whole("seeds", seeds, 1), whole("size", size, 2)
    thresholds = reals(
        "log_thresholds",
        log_threshold(depths(grid_depths)[:, None], grid_ratios[None, :], s, f),
    )
    predicted = np.log(grid_scales) <= thresholds[:, :, None]
    measured = np.zeros((counts.size, seeds, *predicted.shape), dtype=np.bool_)
    done = 0
    try:
        for row, count in enumerate(counts):
            for seed in range(seeds):
                block = measured[row, seed]
                for column, ratio in enumerate(grid_ratios):
                    problem = matrix_sensing.Problem.gaussian(
                        size, int(count), (float(ratio), 1.0), seed
                    )
                    for level, depth in enumerate(grid_depths):
                        for k, scale in enumerate(grid_scales):
                            block[level, column, k] = is_incremental(
                                problem, int(depth), float(scale), s, f
                            )
                done += 1
                if progress is not None:
                    progress(done, counts.size * seeds)
    except KeyboardInterrupt:
        pass  # the finished blocks are the result, and `done` says how many
    return Agreement(
        grid_depths,
        grid_ratios,
        grid_scales,
        counts,
        s,
        f,
        thresholds,
        predicted,
        measured,
        done,
    )


def is_incremental(
    problem: matrix_sensing.Problem, depth: int, scale: float, s: float, f: float
) -> bool:
    """Whether σ_1 reaches f of its target no later than σ_2 exceeds s of its own, on the flow.

    The targets are the two leading singular values of the problem's truth, which must be symmetric
    and positive semi-definite: only then does an identity start follow the toy model.
    """
    if problem.truth is None:
        raise ValueError("problem must have a truth; got None")
    require_symmetric("truth", problem.truth)
    least = float(np.linalg.eigvalsh(problem.truth)[0])
    if least < -1e-12 * float(np.max(np.abs(problem.truth))):
        raise ValueError(f"truth must be positive semi-definite; got an eigenvalue {least:.3g}")
    targets = matrix_sensing.singular_values(problem.truth)[:2]
    if targets.size < 2 or targets[1] <= 0:
        raise ValueError(
            f"truth must have two positive eigenvalues; got {', '.join(f'{x:g}' for x in targets)}"
        )
    fractions(s, f)
    if not scale < s * targets[1]:
        rule = f"less than s times the second eigenvalue, {s * targets[1]:g}"
        raise ValueError(f"scale must be {rule}; got {scale!r}")
    weights = matrix_sensing.initial(problem, depth, scale, "identity")
    first = learning_time(f, scale, targets[0], depth)
    second = learning_time(s, scale, targets[1], depth)
    span = 1.05 * float(min(first, second))
    for _ in range(12):
        history = matrix_sensing.flow(problem, weights, span)
        large = measured_times(history, targets[:1], f)[0]
        small = measured_times(_second(history), targets[1:2], s)[0]
        if min(large, small) < np.inf:
            return bool(large <= small)
        weights, span = history.weights, 0.5 * span
    return False  # the larger value never gets there, as with too few measurements


def _second(history: History) -> History:
    """The record of the second value alone."""
    return History(history.time, history.loss, history.values[:, 1:2], history.weights)
