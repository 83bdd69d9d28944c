"""Thresholds, learning times and trajectories against mpmath at 80 digits and more.

The oracle evaluates the definition with hyp2f1 and finds roots by Newton's method in log y (or in
the logit of σ/σ*); the code under test contains no hypergeometric function. Inputs are taken
exactly as the doubles they are.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from stairwise.numerics import critical_ratio, learning_time, log_threshold, trajectory

DIGITS = 90
THRESHOLD_TOLERANCE = 1e-13  # of log y*, relative where |log y*| > 1: what issue and docs promise
TIME_TOLERANCE = 1e-13
MANY_TIMES = 300
VALUE_TOLERANCE = 1e-12
TIME_JITTER = 2e-15  # the backward error that a trajectory may have instead

DEPTHS = (
    1,
    1 + 1e-9,
    1.5,
    1.9,
    2 - 1e-12,
    2,
    2 + 1e-12,
    2 + 1e-5,
    2.5,
    3,
    4,
    10,
    1e9,
    1e12,
    np.inf,
)

Point = tuple[float, ...]


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with mp.workdps(DIGITS):
        yield


def primitive(p: Any, x: Any) -> Any:
    """∫ x^{−p}/(1 − x) dx."""
    if p == 1:
        return mp.log(x / (1 - x))
    if p == 2:
        return mp.log(x / (1 - x)) - 1 / x
    return x ** (1 - p) / (1 - p) * mp.hyp2f1(1, 1 - p, 2 - p, x)


def newton(step: Callable[[Any], Any], start: Any, largest: float) -> Any:
    """Root from a start that may be far off, by Newton steps of limited size."""
    x = mp.mpf(start)
    for _ in range(300):
        change = step(x)
        x -= max(min(change, largest), -largest)
        if abs(change) < mp.mpf(10) ** -30 * max(1, abs(x)):
            return x
    raise ArithmeticError("the oracle did not converge")


def exact_log_threshold(point: Point, guess: float) -> Any:
    """log y*, mp.ninf where no initialisation is incremental."""
    n, r, s, f = (mp.mpf(x) for x in point)
    p = 2 - 2 / n
    level = primitive(p, s) - primitive(p, f) / r**p
    if n == 1 or (p < 1 and level <= 0):
        return mp.ninf
    if not np.isfinite(guess):
        guess = -1.0

    def step(log_y: Any) -> Any:
        y = mp.exp(log_y)
        excess = level - primitive(p, y) + primitive(p, y / r) / r**p
        return excess / (y ** (1 - p) * (1 / (r - y) - 1 / (1 - y)))

    return newton(step, guess, mp.inf)


def threshold_error(point: Point, value: float) -> float:
    exact = exact_log_threshold(point, value)
    if mp.isinf(exact) or np.isinf(value):
        return 0.0 if mp.isinf(exact) and value == -np.inf else np.inf
    return float(abs(value - exact) / max(1, abs(exact)))


def exact_time(point: Point) -> Any:
    alpha, sigma0, sigma_star, n = (mp.mpf(x) for x in point)
    p = 2 - 2 / n
    start = sigma0 / sigma_star
    if start >= alpha:
        return mp.mpf(0)
    return (primitive(p, alpha) - primitive(p, start)) / sigma_star**p


def exact_value(t: Any, sigma0: float, sigma_star: float, depth: float, guess: float) -> Any:
    t, start, target, n = mp.mpf(t), mp.mpf(sigma0), mp.mpf(sigma_star), mp.mpf(depth)
    p = 2 - 2 / n
    time = target**p * t
    rising = start < target
    x0, power = (start / target, p) if rising else (target / start, 1 - p)
    level = primitive(power, x0) + time
    x = mp.mpf(guess) / target if rising else target / mp.mpf(guess)
    x = min(x, 1 - mp.mpf(10) ** -20)

    def lag(logit: Any) -> Any:
        return primitive(power, 1 / (1 + mp.exp(-logit))) - level

    if lag(100) < 0:  # within e^−100 of σ*
        return target

    def step(logit: Any) -> Any:
        return lag(logit) * (1 + mp.exp(-logit)) ** (1 - power)

    x = 1 / (1 + mp.exp(-newton(step, mp.log(x / (1 - x)), 40)))
    return x * target if rising else target / x


def value_is_right(point: Point, value: float) -> bool:
    """Within 1e-12 of σ(t), or between the values at times that differ from t by rounding."""
    t, sigma0, sigma_star, depth = point
    if abs(value / exact_value(*point, value) - 1) <= VALUE_TOLERANCE:
        return True
    early, late = (
        exact_value(mp.mpf(t) * (1 + sign * mp.mpf(TIME_JITTER)), sigma0, sigma_star, depth, value)
        for sign in (-1, 1)
    )
    low, high = min(early, late), max(early, late)
    return bool(low * (1 - VALUE_TOLERANCE) <= value <= high * (1 + VALUE_TOLERANCE))


def random_depths(rng: np.random.Generator, size: int) -> Any:
    near_two = 2 + rng.choice([-1, 1], size) * 10 ** rng.uniform(-14, 0, size)
    anywhere = 1 + 10 ** rng.uniform(-6, 6, size)
    depth = np.where(rng.random(size) < 0.5, anywhere, near_two)
    return np.maximum(np.where(rng.random(size) < 0.3, rng.choice(DEPTHS, size), depth), 1)


def random_pairs(seed: int, size: int) -> list[Any]:
    """Depths, ratios, s, f over the whole domain, half of them close to one of its edges."""
    rng = np.random.default_rng(seed)
    depth = random_depths(rng, size)
    ratio = 1 + 10 ** rng.uniform(-12, 12, size)
    kind = rng.integers(0, 5, size)
    s = np.choose(
        kind,
        [
            10 ** rng.uniform(-300, 0, size),
            rng.random(size),
            rng.uniform(0, 0.25, size),
            1 - 10 ** rng.uniform(-14.5, 0, size),
            10 ** rng.uniform(-12, 0, size),
        ],
    )
    kind = rng.integers(0, 5, size)
    f = np.choose(
        kind,
        [
            1 - 10 ** rng.uniform(-15.5, 0, size),
            s + (1 - s) * rng.random(size),
            s * (1 + 10 ** rng.uniform(-15, 0, size)),
            1 - (1 - s) * (1 - 10 ** rng.uniform(-15, 0, size)),
            rng.uniform(0.75, 1, size),
        ],
    )
    valid = (s > 0) & (s < f) & (f < 1)
    return [x[valid] for x in (depth, ratio, s, f)]


def extreme_pairs() -> list[Any]:
    """Every combination of extreme depths, ratios and fractions."""
    excess = (1e-12, 1e-9, 1e-4, 0.5, 3.0, 1e5, 1e12)
    low = (1e-300, 1e-15, 1e-3, 0.25, 0.5, 0.9, 1 - 1e-12)
    high = (lambda s: s * (1 + 1e-9), lambda s: 1 - 1e-15, lambda s: 0.9, lambda s: (1 + s) / 2)
    points = [
        (n, 1 + x, s, f(s)) for n, x, s, f in product(DEPTHS, excess, low, high) if s < f(s) < 1
    ]
    return list(np.array(points).T)


def random_starts(seed: int, size: int) -> list[Any]:
    """alpha, σ0, σ*, depth with σ0 < alpha·σ*."""
    rng = np.random.default_rng(seed)
    wide = np.where(rng.random(size) < 0.1, 10 ** rng.uniform(-100, 100, size), 1)
    sigma_star = 10 ** rng.uniform(-6, 6, size) * wide
    kind = rng.integers(0, 3, size)
    alpha = np.choose(
        kind,
        [
            10 ** rng.uniform(-12, 0, size),
            1 - 10 ** rng.uniform(-15.5, 0, size),
            rng.random(size),
        ],
    )
    alpha = np.clip(alpha, 1e-12, 1 - 2.0**-53)
    kind = rng.integers(0, 3, size)
    fraction = np.choose(
        kind,
        [
            10 ** rng.uniform(-180, 0, size),
            1 - 10 ** rng.uniform(-15, 0, size),
            rng.random(size),
        ],
    )
    start = np.maximum(fraction * alpha * sigma_star, 1e-300)
    return [alpha, start, sigma_star, random_depths(rng, size)]


def random_times(seed: int, size: int) -> list[Any]:
    """t, σ0, σ*, depth: times at which the value is on its way, both from below and from above."""
    rng = np.random.default_rng(seed)
    depth = random_depths(rng, size)
    sigma_star = 10 ** rng.uniform(-3, 3, size)
    kind = rng.integers(0, 3, size)
    start = sigma_star * np.choose(
        kind,
        [
            10 ** rng.uniform(-100, 0, size),
            10 ** rng.uniform(-6, 0, size),
            10 ** rng.uniform(0, 6, size),
        ],
    )
    alpha = rng.random(size)
    unit = sigma_star ** (2 / depth - 2)
    reached = learning_time(alpha, np.minimum(start, alpha * sigma_star * 0.999), sigma_star, depth)
    t = np.where(start < alpha * sigma_star, reached, unit * 10 ** rng.uniform(-6, 3, size))
    t *= np.where(rng.random(size) < 0.3, 10 ** rng.uniform(-3, 1, size), 1)
    return [t, start, sigma_star, depth]


def rows(columns: list[Any]) -> list[Point]:
    return [tuple(float(x) for x in row) for row in zip(*columns, strict=True)]


def assert_thresholds(columns: list[Any]) -> None:
    values = log_threshold(*columns)
    assert not np.isnan(values).any()
    errors = [
        threshold_error(point, float(v)) for point, v in zip(rows(columns), values, strict=True)
    ]
    worst = int(np.argmax(errors))
    print("worst of", len(errors), errors[worst], rows(columns)[worst], float(values[worst]))
    assert errors[worst] <= THRESHOLD_TOLERANCE, (errors[worst], rows(columns)[worst])


def assert_times(columns: list[Any]) -> None:
    values = learning_time(*columns)
    assert not np.isnan(values).any()
    errors = []
    for point, value in zip(rows(columns), values, strict=True):
        exact = exact_time(point)
        if 1e-290 < exact < 1e308:
            errors.append((float(abs(value / exact - 1)), point))
        else:  # out of range: the same zero, infinity or subnormal
            assert value == pytest.approx(float(exact), rel=1e-10, abs=5e-324)
    print("worst of", len(errors), max(errors))
    assert max(errors)[0] <= TIME_TOLERANCE, max(errors)


def random_solutions(seed: int, size: int) -> Iterator[tuple[list[Any], Any]]:
    """Some of the many values of one solution, where trajectory reads them from its table."""
    rng = np.random.default_rng(seed)
    for _ in range(size):
        depth = float(random_depths(rng, 1)[0])
        sigma_star = 10 ** rng.uniform(-3, 3)
        start = sigma_star * 10 ** rng.uniform(-rng.choice([2, 6, 19]), 0)
        alpha = rng.random(MANY_TIMES) ** rng.choice([0.1, 1, 3, 10])
        alpha = np.maximum(alpha, min(1.01 * start / sigma_star, 1))
        times = learning_time(np.minimum(alpha, 1 - 1e-12), start, sigma_star, depth)
        times *= np.where(rng.random(MANY_TIMES) < 0.3, rng.random(MANY_TIMES), 1)
        if rng.random() < 0.3:
            start = sigma_star**2 / start
            times = sigma_star ** (2 / depth - 2) * 10 ** rng.uniform(-8, 2, MANY_TIMES)
        some = rng.integers(0, MANY_TIMES, 4)
        columns = [times[some], *(np.full(4, x) for x in (start, sigma_star, depth))]
        yield columns, trajectory(times, start, sigma_star, depth)[some]


def assert_values(columns: list[Any], values: Any = None) -> None:
    if values is None:
        values = trajectory(*columns)
    assert np.isfinite(values).all()
    wrong = [
        (point, float(value))
        for point, value in zip(rows(columns), values, strict=True)
        if point[3] > 1 and point[1] != point[2] and not value_is_right(point, float(value))
    ]
    assert wrong == []


def test_thresholds_of_a_fixed_sample() -> None:
    assert_thresholds(random_pairs(1, 250))


def test_thresholds_of_every_twentieth_extreme_point() -> None:
    assert_thresholds([x[::20] for x in extreme_pairs()])


def test_times_of_a_fixed_sample() -> None:
    assert_times(random_starts(2, 250))


def test_values_of_a_fixed_sample() -> None:
    assert_values(random_times(3, 150))


def test_values_of_a_fixed_sample_of_solutions() -> None:
    for columns, values in random_solutions(5, 40):
        assert_values(columns, values)


def test_critical_ratios_of_a_fixed_sample() -> None:
    rng = np.random.default_rng(4)
    size = 150
    near = rng.random(size) < 0.5
    depth = np.where(near, 2 - 10 ** rng.uniform(-14, -1, size), rng.uniform(1.01, 2, size))
    s = np.where(near, rng.random(size), 10 ** rng.uniform(-100, 0, size))
    f = s + (1 - s) * rng.uniform(1e-6, 1, size)
    for n, low, high, value in zip(depth, s, f, critical_ratio(depth, s, f), strict=True):
        p = 2 - 2 / mp.mpf(n)
        exact = (primitive(p, mp.mpf(high)) / primitive(p, mp.mpf(low))) ** (1 / p)
        if exact < 1e308:
            assert abs(value / exact - 1) < 1e-15 * (5 + mp.log(exact))
        else:
            assert value == np.inf


def test_the_oracles_refute_a_change_beyond_the_tolerance() -> None:
    point = (3.0, 1.5, 0.1, 0.9)
    value = log_threshold(*point)
    assert threshold_error(point, value * (1 + 3e-13)) > THRESHOLD_TOLERANCE
    assert threshold_error(point, -np.inf) == np.inf
    assert threshold_error((1.5, 6.0, 0.1, 0.9), -100.0) == np.inf
    start = (10.0, 0.01, 1.0, 3.0)
    assert not value_is_right(start, trajectory(*start) * (1 + 3e-12))


@pytest.mark.parametrize(
    "point",
    [
        # e^{−aλ} by subtraction lost digits where y is far below s: 3e-13 at first.
        (1.0031101037911299, 1.0000000172436785, 0.23255612479420387, 0.23255612479438437),
        (1.0302717543740056, 1.0000053417544879, 0.00852469538489879, 0.008524697996817232),
        # s and y close to 1: the iteration stopped at its start.
        (2.0000000003016836, 1.0000000000111655, 0.9999999999989893, 0.999999999999029),
        (2.000000000001, 1.0002518523872483, 0.9999999999999906, 0.9999999999999931),
        (4246.0217217753325, 1.9398200967821317, 0.9052335152370717, 0.999999999740196),
        (3781.0886914138364, 1.0000001837090156, 0.9999999120234215, 0.9999999120450787),
    ],
)
def test_thresholds_that_were_once_wrong(point: Point) -> None:
    assert threshold_error(point, log_threshold(*point)) <= THRESHOLD_TOLERANCE


@pytest.mark.parametrize(
    "point",
    [
        # Below depth 2 by less than 1e-9, Z at x = 1/2 was a difference of powers: 6e-4.
        (6.694430720868737, 0.08072185274032961, 0.6087015171539809, 1.9999999999999727),
        (0.5160750262852548, 0.00035738410145245926, 22.146112979868573, 1.9999999999895515),
        # Householder's step left the bracket and the iteration stuck at x = 1/2: 3e-4.
        (456.0194283707957, 0.0002511187701554812, 8.731910569044494, 1e9),
        (0.3234180812253548, 0.003467891864487147, 880.4097273956239, 738.1588592920932),
        # e Z rounded to 1, its growth to infinity.
        (7.08756125e16, 9.3708874e-18, 1.49717555, 13547.53632362),
    ],
)
def test_values_that_were_once_wrong(point: Point) -> None:
    assert value_is_right(point, trajectory(*point))


CHUNKS = 11  # of 2,000 points each, so that two processes can share them


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_thresholds_of_20000_random_and_2000_extreme_points(chunk: int) -> None:
    if chunk == 0:
        extreme = extreme_pairs()
        assert extreme[0].size >= 2000
        assert_thresholds(extreme)
    else:
        assert_thresholds(random_pairs(100 + chunk, 2300))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_times_of_22000_points(chunk: int) -> None:
    assert_times(random_starts(200 + chunk, 2000))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_values_of_22000_points(chunk: int) -> None:
    assert_values(random_times(300 + chunk, 2000))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_values_of_5500_solutions(chunk: int) -> None:
    for columns, values in random_solutions(400 + chunk, 500):
        assert_values(columns, values)
