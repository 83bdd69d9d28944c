import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest

from stairwise.numerics import (
    _pair_sign,
    critical_ratio,
    is_incremental,
    learning_time,
    log_threshold,
    threshold,
)
from stairwise.numerics._arguments import Floats
from stairwise.numerics._exponents import shared_exponents
from stairwise.numerics._pair import Pair, solve
from stairwise.numerics._pair_balls import solve_in_balls
from stairwise.numerics._pair_close import close_equation
from stairwise.numerics._pair_elementary import solve_depth_infinite, solve_depth_two
from stairwise.numerics._pair_open import open_equation
from stairwise.numerics._tail import Tail

# Reference values: log y* at s = 1/10, f = 9/10 for r = 1.01, 1.5, 10.
REFERENCE = {
    2: (-442.6371731298969042257101, -11.79706564730934833152916, -2.997663356980562747475159),
    2.5: (-23.37555186001502256526004, -6.586780287086264388832713, -2.693021054052143172461395),
    3: (-15.93951697336988450765268, -5.420779231633697176205868, -2.586767784589956193242843),
    4: (-11.78538194945110417455667, -4.589384094381624833554698, -2.505541482171489293128028),
    10: (-8.388865440935743968821189, -3.793943111520911668592877, -2.429551060402256253186277),
    np.inf: (-7.190023397074879787357478, -3.491255551302386317704757, -2.402654461317170107474129),
}
TINY, LARGEST = 5e-324, float(np.finfo(np.float64).max)
BELOW_ONE = 1 - 2.0**-53


@pytest.mark.parametrize(("depth", "expected"), REFERENCE.items())
def test_reference_table(depth: float, expected: tuple[float, ...]) -> None:
    values = log_threshold(depth, [1.01, 1.5, 10], 0.1, 0.9)
    # The table is at the decimal ratio 1.01; the nearest double moves the value by 1e-15.
    np.testing.assert_allclose(values, expected, rtol=2e-15)


def test_exponentially_dear_at_depth_two() -> None:
    """log y* ~ −log[f(1−s)/((1−f)s)]/(r − 1), and r is the double next to 1 + 1e-12."""
    excess = (1 + 1e-12) - 1
    assert log_threshold(2, 1 + 1e-12, 0.1, 0.9) == pytest.approx(-np.log(81) / excess, rel=1e-11)


def test_no_threshold_at_depth_one_nor_below_the_critical_ratio() -> None:
    assert log_threshold(1, 1e12, 0.1, 0.9) == -np.inf
    values = log_threshold(1.5, [6.1, 6.13], 0.1, 0.9)
    assert values[0] == -np.inf
    assert np.isfinite(values[1])


def test_critical_ratio_of_the_notes() -> None:
    values = critical_ratio([1, 1.5, 1.9, 1.99, 2, 7, np.inf], 0.1, 0.9)
    np.testing.assert_allclose(values, [np.inf, 6.129962, 1.2636468, 1.0223436, 1, 1, 1], rtol=1e-7)
    assert critical_ratio(1 + 1e-9, 0.1, 0.9) == np.inf  # about 10^(10^9): beyond float64


@pytest.mark.parametrize("depth", [1.05, 1.5, 1.9, 2 - 1e-6, 2 - 1e-11])
def test_the_critical_ratio_is_where_thresholds_begin(depth: float) -> None:
    ratio = critical_ratio(depth, 0.2, 0.8)
    gap = (ratio - 1) * 1e-3
    below, above = log_threshold(depth, [ratio - gap, ratio + gap], 0.2, 0.8)
    assert below == -np.inf
    assert np.isfinite(above)


def test_one_ulp_decides_at_the_critical_ratio() -> None:
    """The double at r_c and its neighbours: finite from some point on, falling towards it."""
    ratio = critical_ratio(1.5, 0.1, 0.9)
    steps = np.arange(-8, 9) * np.spacing(ratio)
    values = log_threshold(1.5, ratio + steps, 0.1, 0.9)
    finite = np.isfinite(values)
    assert not finite[0]
    assert finite[-1]
    assert np.all(np.diff(finite.astype(int)) >= 0)
    assert np.all(np.diff(values[finite]) > 0)


ROUTES = ("open", "close", "balls", "elementary")


def by_route(route: str, depth: float, r: Floats, s: Floats, f: Floats) -> Any:
    e = 1.0 if np.isinf(depth) else (depth - 2) / depth or 1e-40
    a = 2 / depth or 1e-40
    pair, tail = Pair(e, a, r, r - 1, s, f), Tail(e, a)
    if route == "balls":
        rows = zip(r, s, f, strict=True)
        return [solve_in_balls(depth, float(x - 1), float(y), float(z), -50.0) for x, y, z in rows]
    if route == "elementary":
        return (solve_depth_two if depth == 2 else solve_depth_infinite)(r, r - 1, s, f).log_y
    return solve((open_equation if route == "open" else close_equation)(pair, tail)).log_y


@pytest.mark.parametrize("depth", [1.95, 2, 2.5, 3, 100.0, np.inf])
@pytest.mark.parametrize("route", ROUTES)
def test_the_routes_agree_where_all_are_good(depth: float, route: str) -> None:
    if route == "elementary" and depth not in (2, np.inf):
        return
    rng = np.random.default_rng(5)
    s = rng.uniform(0.3, 0.45, 20)
    f = s * rng.uniform(1.3, 1.5, 20)
    r = rng.uniform(1.35, 1.5, 20)
    expected = log_threshold(depth, r, s, f)
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(by_route(route, depth, r, s, f), expected, rtol=1e-13)


def test_scalars_give_python_floats_and_arrays_broadcast() -> None:
    assert type(log_threshold(3, 1.5, 0.1, 0.9)) is float
    assert type(threshold(3, 1.5, 0.1, 0.9)) is float
    assert type(critical_ratio(1.5, 0.1, 0.9)) is float
    assert is_incremental(1e-9, 2, 1, 3, 0.1, 0.9) is True
    assert log_threshold([[2], [3]], [1.5, 2, 4], 0.1, 0.9).shape == (2, 3)
    assert log_threshold([], 2, 0.1, 0.9).shape == (0,)
    assert is_incremental(np.full((2, 1), 1e-9), 2, 1, [2, 3, 4], 0.1, 0.9).shape == (2, 3)


def test_arrays_of_depths_agree_with_one_depth_at_a_time() -> None:
    rng = np.random.default_rng(6)
    size = 20000  # three blocks
    depth = rng.choice([1, 1.5, 2, 2.5, 3, 4, 10, 1e9, np.inf], size)
    r, s, f = 1 + rng.exponential(size=size), rng.uniform(0, 0.25, size), rng.uniform(0.75, 1, size)
    values = log_threshold(depth, r, s, f)
    for n in np.unique(depth):
        here = depth == n
        alone = log_threshold(n, r[here], s[here], f[here])
        np.testing.assert_allclose(values[here], alone, rtol=1e-14)


def test_views_lists_and_integers_give_the_same() -> None:
    r = np.linspace(1.5, 4, 20)
    expected = log_threshold(3, r[::2], 0.1, 0.9)
    np.testing.assert_array_equal(log_threshold(3, list(r[::2]), 0.1, 0.9), expected)
    np.testing.assert_array_equal(
        log_threshold([3] * 10, r[::-2][::-1][:10], 0.1, 0.9).shape, (10,)
    )
    assert log_threshold(np.int32(3), 2, 0.1, 0.9) == log_threshold(3.0, 2.0, 0.1, 0.9)
    low = np.float32(0.1)
    assert log_threshold(3, 2, low, 0.9) == log_threshold(3, 2, float(low), 0.9)


def test_inputs_are_never_modified() -> None:
    arguments = [
        np.array([3.0, 2, np.inf, 1.5]),
        np.array([1.5, 2, 3, 9]),
        np.full(4, 0.6),
        np.full(4, 0.9),
    ]
    copies = [x.copy() for x in arguments]
    for x in arguments:
        x.flags.writeable = False
    log_threshold(*arguments)
    critical_ratio(arguments[0], *arguments[2:])
    is_incremental(arguments[2], arguments[1], 1.0, arguments[0], arguments[2], arguments[3])
    for before, after in zip(copies, arguments, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("depth", [1, 1.0000001, 1.5, 2, 2 + 1e-12, 3, 1e12, 1e300, np.inf])
def test_extremes_give_numbers_and_no_warnings(depth: float) -> None:
    fractions = [TINY, 1e-310, 2.3e-308, 1e-300, 0.5, 0.9, BELOW_ONE - 2.0**-53, BELOW_ONE]
    pairs = [(s, f) for s in fractions for f in fractions if s < f]
    s, f = np.array(pairs).T
    ratios = np.array([[1 + 2.0**-52], [1 + 1e-12], [1.5], [1e12], [1e300], [LARGEST]])
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        values = log_threshold(depth, ratios, s, f)
        assert not np.isnan(values).any()
        assert (values <= np.log(s)).all()
        allowed = values[1:] * np.where(values[1:] < -1, 1 - 1e-13, 1)
        assert (values[:-1] <= np.maximum(allowed, values[1:]) + 1e-13).all()  # rises with r
        assert np.isfinite(values).all() or depth < 2
        assert not np.isnan(threshold(depth, ratios, s, f)).any()
        assert not np.isnan(critical_ratio(depth, s, f)).any()
        is_incremental([[TINY], [LARGEST]], LARGEST, TINY, depth, 0.1, 0.9)


def test_threshold_is_the_exponential() -> None:
    assert threshold(3, 1.5, 0.1, 0.9) == pytest.approx(np.exp(-5.420779231633697), rel=1e-14)
    assert threshold(2, 1.001, 0.1, 0.9) == 0  # e^−4400


def test_rises_with_depth_ratio_and_s_and_falls_with_f() -> None:
    depth = np.array([1.9, 2, 2.1, 3, 10, 1e6, np.inf])
    ratio = 1 + np.geomspace(1e-6, 1e6, 30)[:, None]
    assert (np.diff(log_threshold(depth, ratio, 0.1, 0.9)[8:], axis=1) > 0).all()
    assert (np.diff(log_threshold(3, 1 + np.geomspace(1e-9, 1e6, 99), 0.1, 0.9)) > 0).all()
    assert (np.diff(log_threshold(3, 1.5, np.linspace(0.01, 0.89, 99), 0.9)) > 0).all()
    assert (np.diff(log_threshold(3, 1.5, 0.1, np.linspace(0.11, 0.99, 99))) < 0).all()


def test_is_incremental_agrees_with_the_definition_by_learning_times() -> None:
    rng = np.random.default_rng(7)
    size = 2000
    depth = rng.choice([1.5, 1.9, 2, 2.5, 3, 10, np.inf], size)
    smaller = 10 ** rng.uniform(-2, 2, size)
    larger = smaller * (1 + 10 ** rng.uniform(-2, 1, size))
    s, f = rng.uniform(0, 0.5, size), rng.uniform(0.5, 1, size)
    sigma0 = smaller * 10 ** rng.uniform(-9, 0, size)
    slow = learning_time(s, sigma0, smaller, depth)
    fast = learning_time(f, sigma0, larger, depth)
    expected = (fast <= slow) & (sigma0 <= s * smaller)
    assert expected.any()
    assert not expected.all()
    verdict = is_incremental(sigma0, larger, smaller, depth, s, f)
    np.testing.assert_array_equal(verdict, expected)


@pytest.mark.parametrize(("away", "asked"), [(-1e-10, False), (-1e-14, True), (0, True)])
def test_balls_are_asked_only_next_to_the_critical_ratio(
    monkeypatch: pytest.MonkeyPatch, away: float, asked: bool
) -> None:
    points = []
    monkeypatch.setattr(_pair_sign, "incremental_in_balls", lambda *point: points.append(point))
    ratio = critical_ratio(1.5, 0.1, 0.9) * (1 + away)
    assert not is_incremental(1e-150, ratio, 1.0, 1.5, 0.1, 0.9)
    assert len(points) == asked


def test_is_incremental_keeps_a_small_difference_of_large_targets() -> None:
    """σ*_i/σ*_j − 1 is 1e-15/3: the quotient itself is off by a third of it."""
    larger, smaller = 3 + 4 * 2.0**-51, 3.0
    log_y = -np.log(81) / ((larger - smaller) / smaller)
    assert log_y < -1e14
    assert not is_incremental(1e-300, larger, smaller, 2, 0.1, 0.9)
    near_two = 2 + 1e-12
    exact = log_threshold(near_two, 1.5, 0.1, 0.9)
    sigma0 = 3 * np.exp(exact)
    assert is_incremental(sigma0 * (1 - 1e-13), 4.5, 3, near_two, 0.1, 0.9)
    assert not is_incremental(sigma0 * (1 + 1e-13), 4.5, 3, near_two, 0.1, 0.9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.5, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got 0.5"),
        ((np.nan, 2, 0.1, 0.9), "depth must be a real number ≥ 1, or inf; got nan"),
        ((3, [2, 1.0], 0.1, 0.9), "ratio must be a finite number > 1; got 1.0"),
        ((3, np.inf, 0.1, 0.9), "ratio must be a finite number > 1; got inf"),
        ((3, 2, 0, 0.9), "s must be such that 0 < s < f < 1; got 0.0"),
        ((3, 2, 0.1, 1), "f must be such that 0 < s < f < 1; got 1.0"),
        ((3, 2, 0.9, 0.9), "s must be such that 0 < s < f < 1; got s = 0.9, f = 0.9"),
        (
            (3, 2, [0.1, 0.6, 0.5], [0.9, 0.4, 0.3]),  # the first one that is refused
            "s must be such that 0 < s < f < 1; got s = 0.6, f = 0.4",
        ),
        ((3, "2", 0.1, 0.9), "ratio must be a finite number > 1; got '2'"),
        (([2, 3], [2, 3, 4], 0.1, 0.9), "arguments must have shapes that broadcast"),
    ],
)
def test_bad_input_is_named(arguments: Any, message: str) -> None:
    for function in (log_threshold, threshold):
        with pytest.raises(ValueError) as raised:  # noqa: PT011 (the text is compared below)
            function(*arguments)
        assert str(raised.value).startswith(message)


def test_equal_targets_are_bad_input() -> None:
    with pytest.raises(ValueError, match=r"sigma_star_i must be greater than sigma_star_j; got"):
        is_incremental(0.1, [2, 1], 1, 3, 0.1, 0.9)


def test_memory_beyond_the_result_is_a_few_blocks() -> None:
    size = 300_000
    rng = np.random.default_rng(8)
    r, s, f = 1 + rng.random(size), rng.uniform(0, 0.7, size), rng.uniform(0.75, 1, size)
    depth = rng.uniform(2, 9, size)
    tracemalloc.start()
    log_threshold(depth, r, s, f)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * size + 16e6  # the result, and about a hundred arrays of one block


@pytest.mark.parametrize(
    ("depth", "s", "f"), [(1.6, 0.5, 0.55), (1.9, 0.3, 0.4), (1.99, 0.3, 0.32)]
)
def test_close_pairs_know_the_critical_ratio_to_rounding(depth: float, s: float, f: float) -> None:
    """Below it nothing is incremental, above it something; only at it neither is certain."""
    critical = critical_ratio(depth, s, f)
    away = 10.0 ** np.array([-13, -12, -9, -6, -3, -2])
    away = np.concatenate([-away[::-1], [0.0], away])
    excess = (critical - 1) + critical * away
    e, a = shared_exponents(np.full(away.shape, depth))
    low, high = np.full(away.shape, s), np.full(away.shape, f)
    equation = close_equation(Pair(e, a, 1 + excess, excess, low, high), Tail(e, a))
    np.testing.assert_array_equal(equation.beyond[away != 0], away[away != 0] < 0)
    np.testing.assert_array_equal(equation.marginal, away == 0)
