"""Random arguments over the full range of each function, with weight on its edges.

Every draw takes a generator and a size and returns columns of doubles, all of them valid.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Columns = list[Any]

SUBNORMAL = 5e-324
BELOW_ONE = 1 - 2.0**-53
LARGEST = np.finfo(np.float64).max


def decades(rng: np.random.Generator, size: int, low: float, high: float) -> Any:
    """Powers of ten between 10^low and 10^high."""
    with np.errstate(over="ignore", under="ignore"):
        return 10 ** rng.uniform(low, high, size)


def mixed(rng: np.random.Generator, *kinds: Any) -> Any:
    """One of the kinds for each point."""
    return np.choose(rng.integers(0, len(kinds), len(kinds[0])), kinds)


def guess(function: Callable[..., Any], *columns: Any) -> Any:
    """Values that place other arguments; 1 where a call fails, which fuzzing it will tell."""
    try:
        return function(*columns)
    except (ArithmeticError, ValueError):
        values = []
        for point in zip(*columns, strict=True):
            try:
                values.append(function(*point))
            except (ArithmeticError, ValueError):
                values.append(1.0)
        return np.array(values)


def depths(rng: np.random.Generator, size: int, least: float = 1.0) -> Any:
    """Depths from 1 to 1e300 and infinity, close to 1 and to 2, whole ones and others."""
    near = 2 + rng.choice([-1, 1], size) * decades(rng, size, -15.6, 0)
    drawn = mixed(
        rng,
        near,
        1 + decades(rng, size, -15.6, 0),
        rng.integers(1, 51, size).astype(float),
        1 + decades(rng, size, -3, 15),
        np.where(rng.random(size) < 0.8, rng.uniform(1, 12, size), decades(rng, size, 0, 300)),
        rng.choice([1.0, 2.0, 2.0, 3.0, 4.0, np.inf, np.inf, 2 + 2.0**-51, 2 - 2.0**-52], size),
    )
    return np.where(drawn >= least, drawn, np.maximum(2.0, least))


def ratios(rng: np.random.Generator, size: int) -> Any:
    """Ratios from one ulp above 1 to the largest double."""
    return mixed(
        rng,
        np.maximum(1 + decades(rng, size, -15.6, 0), 1 + 2.0**-52),
        1 + decades(rng, size, -3, 3),
        1 + decades(rng, size, 0, 15),
        np.where(rng.random(size) < 0.8, rng.uniform(1.001, 30, size), decades(rng, size, 1, 308)),
        1 + rng.integers(1, 50, size) * 2.0**-52,
    )


#: Where terms of an equation vanish: log-odds at depth 2, and the sum of terms at depth ∞.
LANDMARKS = (0.5, 0.7821882942801)


def fractions(rng: np.random.Generator, size: int) -> tuple[Any, Any]:
    """0 < s < f < 1: both near 0, both near 1, close to each other, or like the paper's."""
    s = mixed(
        rng,
        decades(rng, size, -300, 0),
        rng.random(size),
        rng.uniform(1e-3, 0.25, size),
        1 - decades(rng, size, -15.5, 0),
        decades(rng, size, -12, 0),
        np.where(rng.random(size) < 0.9, rng.random(size), SUBNORMAL * rng.integers(1, 99, size)),
        rng.choice(LANDMARKS, size) + rng.choice([-1, 0, 1], size) * decades(rng, size, -16, -2),
    )
    s = np.clip(s, SUBNORMAL, 1 - 2.0**-52)
    f = mixed(
        rng,
        1 - decades(rng, size, -15.9, 0),
        s + (1 - s) * rng.random(size),
        s * (1 + decades(rng, size, -15.6, 0)),
        1 - (1 - s) * (1 - decades(rng, size, -15.6, 0)),
        rng.uniform(0.75, 1, size),
        s + np.spacing(s) * rng.integers(1, 9, size),
    )
    f = np.clip(f, np.nextafter(s, 1), BELOW_ONE)
    return s, f


def pairs(rng: np.random.Generator, size: int) -> Columns:
    """depth, ratio, s, f."""
    return [depths(rng, size), ratios(rng, size), *fractions(rng, size)]


def deep_pairs(rng: np.random.Generator, size: int) -> Columns:
    """The same at depth ≥ 2."""
    return [depths(rng, size, 2.0), ratios(rng, size), *fractions(rng, size)]


def flows(rng: np.random.Generator, size: int) -> Columns:
    """depth, ratio, s, f, method by number: mostly LSODA, as the others cost ten times as much."""
    return [*pairs(rng, size), rng.choice([0.0, 1.0, 2.0], size, p=[0.02, 0.03, 0.95])]


def orbits(rng: np.random.Generator, size: int) -> Columns:
    """alpha, σ0, σ*, depth, end_time, method by number (mostly LSODA), rtol."""
    from stairwise.numerics import learning_time

    depth, sigma_star = depths(rng, size), targets(rng, size)
    alpha = np.clip(rng.random(size), 1e-6, 1 - 1e-9)
    factor = mixed(
        rng,
        decades(rng, size, -100, 0),
        decades(rng, size, -12, 0),
        1 - decades(rng, size, -12, 0),
        decades(rng, size, 0, 6),
        decades(rng, size, 0, 100),
        decades(rng, size, -600, 0),
    )
    # Next to its end a learning time is a difference that the log of the start does not hold.
    factor = np.where(abs(factor - alpha) < 1e-4 * alpha, factor / 2, factor)
    with np.errstate(all="ignore"):
        start = np.clip(factor * sigma_star, 1e-280, LARGEST)
        reached = guess(learning_time, alpha, start, sigma_star, depth)
        unit = np.minimum(sigma_star, start) ** (2 / depth - 2)
        some = unit * decades(rng, size, -2, 2)
        end = np.clip(np.where(reached > 0, 1.5 * reached, some), SUBNORMAL, LARGEST)
    method = rng.choice([0.0, 1.0, 2.0], size, p=[0.02, 0.03, 0.95])
    return [alpha, start, sigma_star, depth, end, method, decades(rng, size, -11, -4)]


def laws(rng: np.random.Generator, size: int) -> Columns:
    """depth ≥ 2, s, f."""
    return [depths(rng, size, 2.0), *fractions(rng, size)]


def near_one(rng: np.random.Generator, size: int) -> Columns:
    """depth ≥ 2, ratios with r − 1 in [1e-6, 0.1], s = 0.1, f = 0.9."""
    gaps = np.clip(decades(rng, size, -6, -1), 1.0001e-6, 0.1)
    ends = np.full(size, 0.1), np.full(size, 0.9)
    return [depths(rng, size, 2.0), 1 + gaps, *ends]


def shallow(rng: np.random.Generator, size: int) -> Columns:
    """1 < depth < 2 (and a few others), s, f."""
    inside = mixed(
        rng,
        rng.uniform(1, 2, size),
        2 - decades(rng, size, -15.5, 0),
        1 + decades(rng, size, -4, 0),
        depths(rng, size),
    )
    return [np.clip(inside, 1, LARGEST), *fractions(rng, size)]


def targets(rng: np.random.Generator, size: int) -> Any:
    """Targets σ* over all positive doubles, half of them of ordinary size."""
    return mixed(
        rng,
        decades(rng, size, -3, 3),
        decades(rng, size, -3, 3),
        decades(rng, size, -20, 20),
        decades(rng, size, -300, 300),
    )


def starts(rng: np.random.Generator, size: int) -> Columns:
    """alpha, σ0, σ*, depth; σ0 from the least double to past alpha·σ*."""
    sigma_star = targets(rng, size)
    alpha = mixed(
        rng,
        decades(rng, size, -300, 0),
        decades(rng, size, -12, 0),
        1 - decades(rng, size, -15.9, 0),
        rng.random(size),
    )
    alpha = np.clip(alpha, SUBNORMAL, BELOW_ONE)
    fraction = mixed(
        rng,
        decades(rng, size, -300, 0),
        decades(rng, size, -12, 0),
        1 - decades(rng, size, -15.9, 0),
        rng.random(size),
        1 + decades(rng, size, -15.6, 1),
    )
    with np.errstate(under="ignore", over="ignore"):
        start = np.clip(fraction * alpha * sigma_star, SUBNORMAL, LARGEST)
    return [alpha, start, sigma_star, depths(rng, size)]


def times(rng: np.random.Generator, size: int) -> Columns:
    """t, σ0, σ*, depth: from below, from above, at and without a target; t mostly on the way."""
    from stairwise.numerics import learning_time

    depth, sigma_star = depths(rng, size), targets(rng, size)
    factor = mixed(
        rng,
        decades(rng, size, -300, 0),
        decades(rng, size, -12, 0),
        1 - decades(rng, size, -15.5, 0),
        1 + decades(rng, size, -15.5, 1),
        decades(rng, size, 0, 12),
        decades(rng, size, 0, 600),
        decades(rng, size, -600, 0),
        decades(rng, size, -2, 2),
    )
    with np.errstate(all="ignore"):
        start = np.clip(factor * sigma_star, SUBNORMAL, LARGEST)
        alpha = np.clip(rng.random(size), 1e-9, BELOW_ONE)
        reached = guess(learning_time, alpha, start, sigma_star, depth)
        unit = np.minimum(sigma_star, start) ** (2 / depth - 2)
        t = np.where(reached > 0, reached, unit * decades(rng, size, -6, 3))
        t = t * np.where(rng.random(size) < 0.3, decades(rng, size, -3, 1), 1)
        t = t * np.where(rng.random(size) < 0.1, decades(rng, size, -300, 300), 1)
        t = np.where(rng.random(size) < 0.02, 0.0, np.nan_to_num(t, posinf=LARGEST))
    vanishing = rng.random(size) < 0.08
    with np.errstate(all="ignore"):
        wide = np.where(rng.random(size) < 0.5, 9.0, 300.0)
        decay = start ** (2 / depth - 2) * decades(rng, size, -wide, wide)
    t = np.where(vanishing, np.clip(decay, 0, LARGEST), np.clip(t, 0, LARGEST))
    sigma_star = np.where(vanishing, 0.0, sigma_star)
    sigma_star = np.where(rng.random(size) < 0.01, start, sigma_star)
    return [t, start, sigma_star, depth]


def pairs_of_values(rng: np.random.Generator, size: int) -> Columns:
    """σ0, σ*_i, σ*_j, depth, s, f: half of the σ0 close to the threshold."""
    from stairwise.numerics import log_threshold

    depth, ratio, s, f = pairs(rng, size)
    with np.errstate(all="ignore"):
        smaller = targets(rng, size)
        larger = np.clip(smaller * ratio, np.nextafter(smaller, np.inf), LARGEST)
        close = guess(log_threshold, depth, np.maximum(larger / smaller, 1 + 2.0**-52), s, f)
        near = np.exp(close * (1 + rng.choice([-1, 1], size) * decades(rng, size, -12, 0)))
        start = np.where(rng.random(size) < 0.5, near, decades(rng, size, -300, 2)) * smaller
        start = np.clip(np.nan_to_num(start, nan=1.0), SUBNORMAL, LARGEST)
    larger = np.maximum(larger, np.nextafter(smaller, np.inf))
    return [start, larger, smaller, depth, s, f]


def chains(rng: np.random.Generator, size: int) -> Columns:
    """depth, three falling targets, s, f."""
    first = decades(rng, size, -100, 100)
    second = first / ratios_below(rng, size)
    third = second / ratios_below(rng, size)
    return [depths(rng, size), first, second, third, *fractions(rng, size)]


def ratios_below(rng: np.random.Generator, size: int) -> Any:
    """Ratios that leave room: up to 1e15."""
    return np.minimum(ratios(rng, size), 1e15)


def descents(rng: np.random.Generator, size: int) -> Columns:
    """steps, σ0, σ*, depth, learning rate, where the map is monotone; few steps mostly.

    Half of them of ordinary sizes, the others over all doubles.
    """
    wide = rng.random(size) < 0.5
    depth = mixed(
        rng,
        rng.choice([1.0, 2.0, 2.0, 3.0, np.inf], size),
        rng.uniform(1, 6, size),
        np.where(wide, depths(rng, size), 1 + decades(rng, size, -6, 6)),
        np.clip(2 + rng.choice([-1, 1], size) * decades(rng, size, -12, 0), 1, 99),
    )
    ordinary = mixed(rng, np.ones(size), decades(rng, size, -2, 2), decades(rng, size, -6, 6))
    target = np.where(wide, targets(rng, size), ordinary)
    factor = mixed(
        rng,
        decades(rng, size, -8, 0),
        decades(rng, size, -2, 0),
        decades(rng, size, -100, 0),
        np.where(wide, decades(rng, size, 0, 300), decades(rng, size, 0, 0.5)),
    )
    with np.errstate(all="ignore"):
        start = np.clip(factor * target, 1e-305, 1e305)
    start, target = np.where(target > 1e300, 1.0, start), np.where(target > 1e300, 1.0, target)
    top, nu = np.maximum(start, target), 1 / depth
    with np.errstate(all="ignore"):
        # The steepest slope in logs: its power alone may leave float64's range.
        slope = (2 - 2 * nu) * np.log(top) + np.log((2 - nu) - (1 - nu) * (target / top))
        part = np.where(wide, decades(rng, size, -20, 0), 1.0)
        part = part * np.minimum(1.0, decades(rng, size, -3, 0.1)) * (1 - 1e-12)
        rate = np.clip(part * np.exp(-slope), SUBNORMAL, LARGEST)
        fits = np.log(rate) + slope <= 0
    start, target = np.where(fits, start, 0.1), np.where(fits, target, 1.0)
    rate = np.where(fits, rate, 0.1)
    steps = np.floor(decades(rng, size, 0, 2.7))
    steps = np.where(rng.random(size) < 0.02, np.floor(decades(rng, size, 3, 4)), steps)
    vanishing = rng.random(size) < 0.05
    target = np.where(vanishing, 0.0, target)
    with np.errstate(all="ignore"):
        whole = (2 - 2 * nu) * np.log(start) + np.log(2 - nu)
        rate = np.where(vanishing, np.minimum(rate, 0.9 * np.exp(-whole)), rate)
    return [steps, start, target, depth, np.maximum(rate, SUBNORMAL)]


def descent_pairs(rng: np.random.Generator, size: int) -> Columns:
    """depth ≥ 1.2, ratio, s, f, learning rate: where some hundred steps decide."""
    depth = mixed(
        rng,
        rng.choice([2.0, 2.0, 3.0, 4.0, np.inf], size),
        rng.uniform(2, 8, size),
        2 + decades(rng, size, -6, 0),
        rng.uniform(1.5, 2, size),
    )
    s, f = rng.uniform(0.01, 0.4, size), rng.uniform(0.6, 0.99, size)
    ratio = 1 + decades(rng, size, -0.7, 1.3)
    nu = 1 / depth
    slope = f ** (1 - 2 * nu) * ((2 - nu) * f - (1 - nu))
    most = np.minimum(1, 1 / (np.maximum(slope, 1e-3) * ratio ** (2 - 2 * nu)))
    return [depth, ratio, s, f, most * rng.uniform(0.2, 0.999, size)]


def bounded_descents(rng: np.random.Generator, size: int) -> Columns:
    """depth ≥ 2, ratio, s, f, learning rate where the map is monotone: from 1e-300 of the largest
    to just below it, and where r − 1 is of the order of c."""
    depth, ratio, s, f = deep_pairs(rng, size)
    nu = 1 / depth
    p = 2 - 2 * nu
    # Beyond, no learning rate in float64's range is small enough.
    ratio = np.where(p * np.log10(ratio) < 300, ratio, ratio**0.4)
    slope = f ** (1 - 2 * nu) * ((2 - nu) * f - (1 - nu))
    most = np.minimum(1, 1 / (np.maximum(slope, 1e-300) * ratio**p)) * (1 - 1e-12)
    part = mixed(
        rng,
        decades(rng, size, -16, 0),
        np.where(rng.random(size) < 0.8, decades(rng, size, -3, 0), decades(rng, size, -300, 0)),
        1 - decades(rng, size, -12, 0),
        rng.random(size),
        np.minimum((ratio - 1) * decades(rng, size, -2, 1), 1),
    )
    return [depth, ratio, s, f, np.maximum(part * most, SUBNORMAL)]
