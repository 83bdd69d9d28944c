"""Descent bounds contain the descent thresholds, and are what `descent-bounds` says."""

import mpmath
import numpy as np
import pytest

from stairwise.numerics.descent_theorem import descent_bounds, least_time, local_time
from stairwise.numerics.descent_threshold import descent_log_threshold


def random_problems(count, depth, seed):
    generator = np.random.default_rng(seed)
    ratio = 1 + 10 ** generator.uniform(-1, 1.5, count)
    s = 0.5 * 10 ** generator.uniform(-4, 0, count)
    f = 1 - 0.5 * 10 ** generator.uniform(-4, 0, count)
    rate = 10 ** generator.uniform(-2.5, 0, count) / ratio ** (2 - 2 / depth)
    return depth, ratio, s, np.maximum(f, s * 1.01), rate


@pytest.mark.parametrize(
    ("depth", "count"),
    [
        (2.0, 2000),
        pytest.param(2.3, 500, marks=pytest.mark.slow),
        (3.0, 40),
        pytest.param(np.inf, 500, marks=pytest.mark.slow),
    ],
)
def test_bounds_contain_both_thresholds(depth, count):
    problems = random_problems(count, depth, seed=int(min(depth, 9) * 10))
    ends = descent_log_threshold(*problems)
    for sharp in (False, True):
        bounds = descent_bounds(*problems, sharp=sharp)
        assert np.all(bounds.lower <= ends.safe)
        assert np.all(ends.supremum <= bounds.upper)
        void = np.isinf(bounds.lower)
        assert np.mean(void) < 0.2
        # Not vacuous: narrower than the range of thresholds by far, and violated when moved.
        width = bounds.upper[~void] - bounds.lower[~void]
        assert np.median(width) < 1
        assert np.any(bounds.lower[~void] + width / 2 > ends.safe[~void])


def test_sharp_bounds_are_tighter():
    problems = random_problems(500, 2.0, seed=5)
    plain, sharp = descent_bounds(*problems), descent_bounds(*problems, sharp=True)
    assert np.all(sharp.lower >= plain.lower - 1e-9)
    assert np.all(sharp.upper <= plain.upper + 1e-9 * np.abs(plain.upper))
    assert np.count_nonzero(np.isinf(plain.lower)) > np.count_nonzero(np.isinf(sharp.lower))


def test_bounds_of_the_notes_in_high_precision():
    with mpmath.workdps(40):
        r, s, f, eta = mpmath.mpf("2"), mpmath.mpf("0.1"), mpmath.mpf("0.9"), mpmath.mpf("0.025")
        a = 2 * mpmath.log(1 + r * eta / 2) / -mpmath.log(1 - eta)
        b = -mpmath.log(1 - r * eta) / (2 * mpmath.log(1 + eta / 2))
        lower = mpmath.log(s) + mpmath.log(1 - eta) - mpmath.log(f * r / (1 - f)) / a
        upper = mpmath.log(s / (1 - s)) - mpmath.log(f * (r - s) / (1 - f)) / b
        expected = float(lower / (1 - 1 / a)), float(upper / (1 - 1 / b))
    assert descent_bounds(2, 2, 0.1, 0.9, 0.025) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("depth", [2.0, 2.4, 3.0, 6.0, np.inf])
def test_step_times_against_quadrature(depth):
    # T_p(x, x⁺) by quadrature of x^{−p}/(1 − x), against the proven bracket and its local form.
    p = 2 - 2 / depth
    for rate in (0.05, 0.4, 0.95):
        least = rate * float(least_time(np.array(rate), np.array(depth)).pace)
        times = []
        for x in np.linspace(0.01, 0.99, 25):
            if depth == np.inf:
                after = x * np.exp(rate * x * (1 - x))
            else:
                after = x * (1 + rate / depth * x ** (1 - 2 / depth) * (1 - x)) ** depth
            time = float(mpmath.quad(lambda z: z**-p / (1 - z), [x, after]))
            local = rate * local_time(np.array(rate), np.array(depth), np.array(x)).pace
            assert least <= time * (1 + 1e-12)
            assert time <= float(local) * (1 + 1e-12)
            assert time <= -np.log1p(-rate)
            times.append(time)
        assert min(times) < 0.3 * least + 0.7 * rate  # the lower one is nearly attained


def test_void_bounds_say_so():
    assert descent_bounds(2, 1.01, 0.1, 0.9, 0.9).lower == -np.inf
    assert descent_bounds(2, 2, 0.1, 0.9, 0.55).upper == np.log(0.1)
    assert descent_bounds(2, 2, 0.1, 0.9, 0.51, sharp=True).upper < -3
    assert descent_bounds(2, 2, 0.1, 0.9, 0.55, sharp=True).upper == np.log(0.1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.5, 2, 0.1, 0.9, 0.1), "depth must be ≥ 2 for descent bounds; got 1.5"),
        ((2, 2, 0.1, 0.9, 0.6), "where the map is monotone; got 0.6"),
        ((2, 2, 0.1, 0.2, 1.5), "learning_rate must be ≤ 1, where the map is monotone; got 1.5"),
        (([2, 2], [2, 2, 2], 0.1, 0.9, 0.1), "arguments must have shapes that broadcast"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        descent_bounds(*arguments)
    assert message in str(error.value)
