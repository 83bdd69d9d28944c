"""Exact thresholds of gradient descent: which initialisations are incremental, in whole steps.

All work is in log(σ/σ*), so thresholds far below float64's range are ordinary numbers here.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics import _arguments as check
from stairwise.numerics._arguments import Floats
from stairwise.numerics._types import Real, Reals, Result
from stairwise.numerics.fatou import (
    LogMap,
    chunks,
    integrate,
    integrate_density,
    inverse_of,
    move,
    reach,
    safeguarded,
    series_end,
    steps_between,
)

#: Steps are skipped by the series where its certified error over all of them is below this, in
#: steps: their counts are then exact but for ties, and log σ to this times the last step.
COUNT_ERROR = 5e-13
#: Steps walked one by one before giving up. Only depths just below 2 come near it.
WALK = 400_000


class DescentThreshold(NamedTuple, Generic[Result]):
    """Logs of y = σ0/σ*_j: all y ≤ exp(safe) are incremental, none above exp(supremum).

    Both are −inf where there is no such y, as happens below depth 2; both are attained otherwise.
    """

    safe: Result
    supremum: Result


@dataclass(frozen=True)
class Pair:
    """One problem per entry: maps of the smaller (j) and larger (i) value, r − 1, logs of r, s, f.

    `barrier`: a lead in log σ that j never makes up, N log r/(2 − N) below depth 2, else infinite.
    """

    small: LogMap
    large: LogMap
    excess: Floats
    log_ratio: Floats
    log_s: Floats
    log_f: Floats
    barrier: Floats

    def select(self, index: Any) -> "Pair":
        """The problems at an index."""
        return Pair(
            self.small.select(index),
            self.large.select(index),
            self.excess[index],
            self.log_ratio[index],
            self.log_s[index],
            self.log_f[index],
            self.barrier[index],
        )

    @cached_property
    def both(self) -> LogMap:
        """The maps of j, then those of i."""
        return LogMap(
            np.append(self.small.inverse_depth, self.large.inverse_depth),
            np.append(self.small.rate, self.large.rate),
        )

    def count_error(self, x_small: Floats, x_large: Floats, low: Floats | None = None) -> Floats:
        """The larger bound for counts that end there, and below depth 2 start from y = e^low."""
        small = self.small.count_error(x_small, low)
        large = self.large.count_error(x_large, None if low is None else low - self.log_ratio)
        return np.maximum(small, large)

    def density_gap(self, x: Floats) -> Floats:
        """Steps per unit of log y that j needs more than i, at several y = e^x for each problem.

        The first terms of the two series are subtracted as (g_i − g_j)/(g_i g_j): as r → 1 they
        are nearly equal, and multiplied by all the steps of the plateau.
        """
        shifted, small, large = (
            x - self.log_ratio[:, None],
            self.small.column,
            self.large.column,
        )
        gain = small.growth_gain(x, self.excess[:, None])
        first = gain / (small.growth(x) * large.growth(shifted))
        return first + self.small.correction(x) - self.large.correction(shifted)


@overload
def descent_log_threshold(
    depth: Real, ratio: Real, s: Real, f: Real, learning_rate: Real
) -> DescentThreshold[float]: ...


@overload
def descent_log_threshold(
    depth: Reals, ratio: Reals, s: Reals, f: Reals, learning_rate: Reals
) -> DescentThreshold[float | Floats]: ...


@np.errstate(under="ignore")  # a term that vanishes is rightly 0
def descent_log_threshold(
    depth: "Reals", ratio: "Reals", s: "Reals", f: "Reals", learning_rate: "Reals"
) -> "DescentThreshold[float | Floats]":
    """Descent thresholds of incremental learning, in log y with y = σ0/σ*_j, for σ*_j = 1.

    Targets are σ*_j = 1 and σ*_i = ratio, so that `learning_rate` is η σ*_j^{2−2/N} for other
    scales. The pair is incremental if after some whole number of steps σ_j ≤ s σ*_j and
    σ_i ≥ f σ*_i. With a_k the k-th preimage of f under the map of i, and b_k that of s under the
    map of j, the incremental y are the union of the intervals [r a_k, b_k], and larger targets
    grow faster, so that r a_k ≤ b_k and r a_k ≤ b_{k+1} hold from some k on (`theory.descent_map`):
    `supremum` is the b_k of the first k of the one kind, `safe` that of the other. Arguments
    broadcast.

    Raises ValueError for invalid input and where the map is not monotone on the interval in
    question: c_j = η ≤ 1 and c_i κ(f) ≤ 1 are needed, with c_i = η r^{2−2/N} and
    κ(f) = f^{1−2/N} ((2N−1) f − (N−1))/N.

    Accuracy: 1e-12 in log y (relative where |log y| > 1), unless a whole step hangs on the last
    digits: within rounding of a tie the neighbouring step may be taken. Stretches of the plateau
    are skipped only where the certified error of the skipped count is below `COUNT_ERROR` steps.
    Source: new.
    """
    pair, shape = pair_of(depth, ratio, s, f, learning_rate)
    safe, supremum = _solve(pair)
    return DescentThreshold(
        check.python_float_if_scalar(safe.reshape(shape)),
        check.python_float_if_scalar(supremum.reshape(shape)),
    )


def end_slope(end: Floats, depth: Floats) -> Floats:
    """κ(f) = f^{1−2/N} ((2N−1) f − (N−1))/N: the map increases on (0, f) iff c κ(f) ≤ 1."""
    nu = 1 / depth
    value: Floats = end ** (1 - 2 * nu) * ((2 - nu) * end - (1 - nu))
    return value


def pair_of(
    depth: Any, ratio: Any, s: Any, f: Any, learning_rate: Any
) -> tuple[Pair, tuple[int, ...]]:
    """The checked problems, flat, and the arguments' common shape."""
    depths, ratios = check.depths(depth), check.ratios(ratio)
    low, high = check.fractions(s, f)
    rates = check.positive("learning_rate", learning_rate)
    shape = check.require_broadcast(depth=depths, ratio=ratios, s=low, f=high, learning_rate=rates)
    n, r, low, high, eta = (
        np.array(a, dtype=np.float64).ravel()
        for a in np.broadcast_arrays(depths, ratios, low, high, rates)
    )
    nu = inverse_of(n)
    c_large = eta * r ** (2 - 2 * nu)
    rule = "such that η ≤ 1 and η r^{2−2/N} f^{1−2/N} ((2N−1) f − (N−1))/N ≤ 1 (monotone map)"
    check.require("learning_rate", eta, (eta <= 1) & (c_large * end_slope(high, n) <= 1), rule)
    barrier = np.full(n.shape, np.inf)
    shallow = n < 2
    barrier[shallow] = np.log(r[shallow]) * n[shallow] / (2 - n[shallow])
    maps = LogMap(nu, eta), LogMap(nu, c_large)
    return Pair(*maps, r - 1, np.log1p(r - 1), np.log(low), np.log(high), barrier), shape


def _solve(pair: Pair) -> tuple[Floats, Floats]:
    """Walk back step by step from s and f; skip the plateau once the series is exact there."""
    hopeless = pair.log_f + pair.log_ratio >= pair.log_s + pair.barrier
    safe = np.where(hopeless, -np.inf, np.nan)
    supremum = safe.copy()
    index = np.flatnonzero(~hopeless)
    pair = pair.select(index)
    x_small, x_large = pair.log_s, pair.log_f
    ends = _series_ends(pair)
    retry_at = 0
    for k in range(WALK):
        if index.size == 0:
            return np.minimum(safe, supremum), supremum  # one value, found twice, may round apart
        both = pair.both
        following, before_large = np.split(both.back(np.append(x_small, x_large)), 2)
        _decide(supremum, index, x_small, x_large + pair.log_ratio - x_small, pair.barrier)
        _decide(safe, index, x_small, x_large + pair.log_ratio - following, pair.barrier)
        skip = (x_small <= ends[0]) & (x_large <= ends[1])
        if k >= retry_at and np.any(skip):
            if both.shallow:  # there the series may end again further down
                retry_at = k + 1 + k // 4
            _skip(pair.select(skip), x_small[skip], x_large[skip], index[skip], safe, supremum)
        left = np.isnan(safe[index]) | np.isnan(supremum[index])
        if np.all(left):
            x_small, x_large = following, before_large
        else:
            index, pair, ends = index[left], pair.select(left), ends[:, left]
            x_small, x_large = following[left], before_large[left]
    depth, rate = float(1 / pair.small.inverse_depth[0]), float(pair.small.rate[0])
    raise ValueError(
        f"depth and learning_rate must be such that {WALK} single steps are enough; "
        f"got depth = {depth!r}, learning_rate = {rate!r}"
    )


def _series_ends(pair: Pair) -> Floats:
    """The largest log σ/σ* of j and of i from which on the series serves; one row each."""
    wide = pair.both.column
    ends = series_end(pair.both, lambda x: wide.count_error(x), COUNT_ERROR)
    return np.reshape(ends, (2, -1))


def _decide(
    result: Floats, index: NDArray[np.intp], x: Floats, lead: Floats, barrier: Floats
) -> None:
    """Where still open: x if i has no lead over j here, −inf if it has more than j can make up."""
    still_open = np.isnan(result[index])
    reached, never = still_open & (lead <= 0), still_open & (lead >= barrier)
    result[index[reached]] = x[reached]
    result[index[never]] = -np.inf


def _skip(
    pair: Pair,
    x_small: Floats,
    x_large: Floats,
    index: NDArray[np.intp],
    safe: Floats,
    supremum: Floats,
) -> None:
    """Fill in what is still open at the index, from real step counts below the k-th preimages.

    S(X) is the number of steps from e^X to s by j less that from e^X/r to f by i. The first k with
    r a_k ≤ b_k is where S = 0 rounded up, and the first with r a_k ≤ b_{k+1} where S = 1: there i
    has made one step less than j.
    """
    targets = np.repeat([0.0, 1.0], index.size)
    results, entries = np.concatenate([supremum[index], safe[index]]), np.tile(index, 2)
    todo = np.flatnonzero(np.isnan(results))
    if todo.size == 0:
        return
    which = todo % index.size
    part, steps = pair.select(which), targets[todo]
    x, count = balance(part, x_small[which], x_large[which], steps)
    rounded = np.ceil(count - steps)
    found = np.isfinite(x)
    x[found] = move(x[found], (count - rounded)[found], part.small.select(found))
    # Beyond depth 2 this holds already; below, it depends on how deep the count went.
    wrong = part.count_error(x_small[which], x_large[which], x) > COUNT_ERROR
    x[found & wrong] = np.nan
    for result, target in ((supremum, 0.0), (safe, 1.0)):
        ours = steps == target
        result[entries[todo[ours]]] = x[ours]


def balance(pair: Pair, x_small: Floats, x_large: Floats, target: Floats) -> tuple[Floats, Floats]:
    """X at which S reaches the target, and the steps of j from there to x_small.

    −inf if S never reaches it; NaN if the series, below depth 2, ends before.
    """
    top = np.minimum(x_small, x_large + pair.log_ratio)
    spent = steps_between(top, x_small, pair.small)
    surplus = spent - steps_between(top - pair.log_ratio, x_large, pair.large)
    bottom, crossing = top.copy(), np.full(top.shape, np.nan)
    found, ended = np.zeros(top.shape, dtype=np.bool_), np.zeros(top.shape, dtype=np.bool_)
    while not np.all(found | ended):
        ends = chunks(top, pair.small)
        gains = integrate(pair.density_gap, ends)
        here = reach(ends, gains, target - surplus)
        steps = np.cumsum(integrate(pair.small.density, ends), axis=-1)
        before = np.take_along_axis(steps, here.chunk[:, None] - 1, axis=-1)[:, 0]
        open_ = ~(found | ended)
        bottom = np.where(open_, here.bottom, bottom)
        top = np.where(open_, here.top, top)
        surplus = np.where(open_, surplus + here.before, surplus)
        spent = np.where(open_ & (here.chunk > 0), spent + before, spent)
        found |= open_ & here.found
        if np.any(short := open_ & ~here.found & np.isfinite(pair.barrier)):
            never = short & _out_of_reach(pair, top, x_large, spent - target)
            crossing[never] = -np.inf
            lost = pair.count_error(x_small, x_large, top) == np.inf
            ended |= never | (short & lost)
    if np.any(found):
        part, low, high = pair.select(found), bottom[found], top[found]
        crossing[found] = _root(part, low, high, (target - surplus)[found])
        spent[found] += integrate_density(crossing[found], high, part.small)
    return crossing, spent


def _out_of_reach(pair: Pair, x: Floats, x_large: Floats, steps: Floats) -> NDArray[np.bool_]:
    """Whether i, that many steps back from x_large, leads j at x by the barrier."""
    result = np.isfinite(pair.barrier)
    if np.any(result):
        part = pair.select(result)
        high = x_large[result]
        edge = np.minimum(x[result] + part.barrier - part.log_ratio, high)
        result[result] = (edge < high) & (steps_between(edge, high, part.large) >= steps[result])
    return result


def _root(pair: Pair, bottom: Floats, top: Floats, target: Floats) -> Floats:
    """X in [bottom, top] with that gain of S, by Newton inside a shrinking bracket."""
    low, high, at = bottom, top, bottom
    for _ in range(100):
        excess = integrate(pair.density_gap, np.stack([top, at], axis=-1))[:, 0] - target
        step = at + excess / pair.density_gap(at[:, None])[:, 0]
        at, low, high, settled = safeguarded(at, step, -excess, low, high)
        if settled:
            break
    return at
