"""Trajectories of gradient descent against plain iteration in mpmath and in the weights."""

import re
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from stairwise.numerics import descent_log_threshold
from stairwise.numerics.descent import descent_trajectory


def plain(steps, sigma0, target, depth, rate):
    """The definition, one step at a time, in 40 digits."""
    with mpmath.workdps(40):
        sigma, target, rate = mpmath.mpf(sigma0), mpmath.mpf(target), mpmath.mpf(rate)
        for _ in range(steps):
            if depth == np.inf:
                sigma *= mpmath.exp(rate * sigma * (target - sigma))
            else:
                n = mpmath.mpf(depth)
                sigma *= (1 + rate / n * sigma ** (1 - 2 / n) * (target - sigma)) ** n
        return float(sigma)


@pytest.mark.parametrize("depth", [1, 1.5, 2, 2.5, 3, 10, np.inf])
@pytest.mark.parametrize(("sigma0", "target"), [(1e-3, 2.0), (0.7, 2.0), (2.5, 2.0), (0.4, 0.0)])
def test_few_steps_match_the_definition(depth, sigma0, target):
    for steps in (0, 1, 7, 60):
        got = descent_trajectory(steps, sigma0, target, depth, 0.05)
        assert got == pytest.approx(plain(steps, sigma0, target, depth, 0.05), rel=1e-13)


@pytest.mark.parametrize(
    ("depth", "sigma0", "rate"),
    [(2, 1e-30, 0.02), (2.001, 1e-9, 0.05), (3, 1e-7, 0.9), (3, 1e-4, 1e-3), (np.inf, 1e-3, 0.5)],
)
def test_skipping_the_plateau_matches_plain_iteration(depth, sigma0, rate):
    checked = 0
    steps = 1
    while steps <= 20_000:
        expected = plain(steps, sigma0, 1.0, depth, rate)
        got = descent_trajectory(steps, sigma0, 1.0, depth, rate)
        assert abs(got - expected) <= 1e-12 * max(expected, 1e-3)
        checked += 1
        steps *= 11
    assert checked >= 4


def test_arrays_of_values_and_steps_broadcast():
    sigma0, targets = np.array([1e-4, 1e-3, 1e-2]), np.array([3.0, 1.0, 0.0])
    steps = np.array([[0], [500], [20]])
    got = descent_trajectory(steps, sigma0, targets, 2, 0.01)
    assert got.shape == (3, 3)
    assert np.array_equal(got[0], sigma0)
    for row, count in enumerate(steps[:, 0]):
        for column in range(3):
            alone = descent_trajectory(int(count), sigma0[column], targets[column], 2, 0.01)
            assert got[row, column] == pytest.approx(alone, rel=1e-14)


def test_the_end_is_the_target_after_any_number_of_steps():
    assert descent_trajectory(1e18, 1e-30, 5.0, 2, 0.1) == 5.0
    assert descent_trajectory(1e18, 6.0, 5.0, 2, 0.01) == 5.0
    assert descent_trajectory(10**18, 0.5, 1.0, 3, 1e-6) == 1.0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"steps": 1.5}, "steps must be a whole number ≥ 0; got 1.5"),
        ({"steps": -1}, "steps must be a finite number ≥ 0; got -1.0"),
        ({"sigma0": 0}, "sigma0 must be a finite number > 0; got 0.0"),
        ({"sigma_star": -1}, "sigma_star must be a finite number ≥ 0; got -1.0"),
        ({"depth": 0.5}, "depth must be a real number ≥ 1, or inf; got 0.5"),
        ({"learning_rate": 0.51}, "where the map is monotone; got 0.51"),
        ({"sigma0": 3.0, "learning_rate": 0.3}, "where the map is monotone; got 0.3"),
        ({"steps": [1, 2], "sigma0": [1, 1, 1]}, "arguments must have shapes that broadcast"),
    ],
)
def test_bad_input_is_named(changed, message):
    good = {"steps": 3, "sigma0": 0.1, "sigma_star": 2.0, "depth": 2, "learning_rate": 0.5}
    with pytest.raises(ValueError) as error:  # noqa: PT011
        descent_trajectory(**{**good, **changed})
    assert message in str(error.value)


def test_falls_are_taken_step_by_step_until_the_target_is_seen():
    """From 1e30 times its target down past e^40 of it, and all the way, as plain iteration goes."""
    target, rate = 1e-30, 0.3
    sigma, values = 1.0, []
    for _ in range(700):
        sigma *= (1 + rate / 1.01 * sigma ** (1 - 2 / 1.01) * (target - sigma)) ** 1.01
        values.append(sigma)
    found = descent_trajectory(np.arange(1, 701), 1.0, target, 1.01, rate)
    assert np.max(np.abs(found / values - 1)) < 1e-12
    assert values[-1] < 1e5 * target


@pytest.mark.parametrize(
    "arguments",
    [
        (1e12, 1.0, 0.0, 2, 0.1),
        (1e12, 1e30, 1e-30, 3, 1e-60),
        (1e12, 2.0, 1.0, 3, 1e-10),
        (1e13, 1e-3, 1.0, 3, 1e-10),
        ([1, 1e12], [2.0, 3.0], 1.0, 3, 1e-10),
        (1e12, [1.0, 3.0], 1.0, 3, 1e-10),
    ],
)
def test_walks_without_end_are_refused(arguments):
    rule = (
        "steps must be such that some 1e+09 of them at most are taken one by one, past the plateau"
    )
    with pytest.raises(ValueError, match=re.escape(rule + "; got 1")):
        descent_trajectory(*arguments)


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        ((1e15, 1.0, 0.0, 1, 0.5), 0.0),  # gone after some thousand steps
        ((1e15, 5.0, 0.0, 1, 1.0), 0.0),  # at once
        ((3, 5.0, 1e-30, 1, 1.0), 1e-30),
        ((1e15, 1e100, 0.0, 2, 1e-300), 1e100),  # moves by 1e-185 of itself
        ((1e15, 1e100, 1e-100, 2, 1e-300), 1e100),
        ((1e15, 2.0, 1.0, 3, 0.1), 1.0),
        ((1e15, 0.5, 1.0, 3, 1e-7), 1.0),
        ((1e15, 1e-9, 1.0, 2, 1e-40), 1e-9),
    ],
)
def test_walks_that_end_or_do_not_move_are_not(arguments, value):
    assert descent_trajectory(*arguments) == pytest.approx(value, rel=1e-12, abs=0)


@pytest.mark.parametrize("rate", [1.0, 1 - 1e-16, 1 - 1e-9, 0.9, 0.6])
@pytest.mark.parametrize("start", [1e300, 1e20, 1e17, 50.0, 1.5])
def test_one_step_down_at_depth_one_is_linear(start, rate):
    exact = Fraction(start) * (1 - Fraction(rate)) + Fraction(rate)
    for steps in (1, [1, 1]):
        found = descent_trajectory(steps, start, 1.0, 1, rate)
        assert np.all(np.abs(found / float(exact) - 1) < 1e-12 + 4e-16 * start / float(exact))
    assert descent_trajectory(2000, start, 1.0, 1, rate) == 1.0


def test_many_values_fall_as_each_alone():
    """Some gone at once, some by underflow, some still, some past e^40 of their targets."""
    starts = np.geomspace(1e-3, 1e60, 36)
    targets = np.where(np.arange(36) % 3, 0.0, 1e-8)
    depths = np.resize([1.0, 1.02, 2.0, np.inf], 36)
    rates = np.resize([0.9, 1e-3, 1.0, 1e-20, 0.3], 36) * starts ** (2 / depths - 2) / 2.1
    rates[0] = 1.0
    steps = np.array([[1], [7], [900], [5000]])
    together = descent_trajectory(steps, starts, targets, depths, rates)
    for k in range(36):
        alone = descent_trajectory(steps[:, 0], starts[k], targets[k], depths[k], rates[k])
        np.testing.assert_allclose(together[:, k], alone, rtol=1e-12, atol=0)
    assert np.count_nonzero(together[-1] == 0) >= 3
    assert np.any(together[-1] == 1e-8)


@pytest.mark.parametrize("depth", [1e17, 1e19, 1e298, 1.7e308])
def test_huge_depths_are_infinite_ones(depth):
    """force/N underflowed, and a step with it; in company, where many counts are walked."""
    problems = ([234, 21, 3], [1.6e-4, 0.3, 2.5], [1.0, 2.0, 3.0])
    found = descent_trajectory(*problems, depth, [1e-16, 1e-3, 1e-2])
    infinite = descent_trajectory(*problems, np.inf, [1e-16, 1e-3, 1e-2])
    np.testing.assert_allclose(found, infinite, rtol=1e-14)
    found = descent_log_threshold(depth, 3.0, 1e-6, 0.9, 1e-3)
    infinite = descent_log_threshold(np.inf, 3.0, 1e-6, 0.9, 1e-3)
    assert found.safe == pytest.approx(infinite.safe, rel=1e-13)
