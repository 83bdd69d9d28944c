import math

import numpy as np
import pytest
from mpmath import mp, mpf
from sympy import Rational, diff, log, oo

from stairwise.numerics import (
    FlowError,
    flow_log_threshold,
    gradient_flow,
    learning_time,
    precise_learning_time,
    taylor_time,
    trajectory,
)
from stairwise.numerics.flow import _compiled
from stairwise.numerics.flow_threshold import METHODS
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import sigma_star

every_method = pytest.mark.parametrize("method", METHODS)


@every_method
@pytest.mark.parametrize(
    ("depth", "log_sigma0", "targets", "end"),
    [
        (2, math.log(1e-3), [1.0, 2.0], 40.0),
        (2, -700.0, [1.0, 2.0], 3e3),
        (1, -5.0, [1.0, 3.0], 20.0),
        (1.5, -12.0, [1.0, 7.0], 30.0),
        (3, math.log(1e-12), [1.0, 2.0], 1e5),
        (math.inf, math.log(1e-15), [1.0, 1.5], 3e15),  # a plateau of 1e15, then steps of 1
    ],
)
def test_learning_times_are_those_of_the_definition(method, depth, log_sigma0, targets, end):
    flow = gradient_flow(end, log_sigma0, targets, depth, method, rtol=1e-9)
    with mp.workdps(30):
        start = mp.exp(mpf(log_sigma0))
    for alpha in (0.5, 0.99):
        for found, target in zip(flow.learning_times(alpha), targets, strict=True):
            expected = float(precise_learning_time(alpha, start, target, depth, digits=18))
            assert abs(found / expected - 1) < 5e-8
            # The twin: from a start a part in a thousand larger the time is measurably another.
            other = precise_learning_time(alpha, start * mpf("1.001"), target, depth, 18)
            assert abs(found / float(other) - 1) > 2e-7


@every_method
def test_after_a_plateau_of_1e15_clocks_keep_what_times_lose(method):
    flow = gradient_flow(3e15, math.log(1e-15), [1.0], math.inf, method)
    first, second = (flow.crossing(0, math.log(part)) for part in (0.5, 0.9))
    assert first.clock_start == second.clock_start
    # Depth ∞ from 1/2 to 9/10: log 9 + 2 − 10/9.
    assert abs(second.clock - first.clock - (math.log(9) + 2 - 10 / 9)) < 1e-8
    assert abs((second.time - first.time) - (math.log(9) + 2 - 10 / 9)) > 1e-4


@every_method
@pytest.mark.parametrize(("depth", "ratio"), [(2, 1.5), (3, 1.5), (1.5, 7.0), (math.inf, 10.0)])
def test_thresholds_separate_incremental_from_not_by_the_definition_itself(method, depth, ratio):
    log_y = flow_log_threshold(depth, ratio, 0.1, 0.9, "LSODA")
    for step, incremental in ((-1e-6, True), (1e-6, False)):
        flow = gradient_flow(1e4, log_y + step, [1.0, ratio], depth, method, rtol=1e-11)
        larger_learned = flow.crossing(1, math.log(0.9 * ratio))
        assert (larger_learned.log_values[0] <= math.log(0.1)) == incremental


def test_crossings_are_better_than_the_dense_output():
    flow = gradient_flow(40.0, -6.0, [1.0], 3, rtol=1e-6)
    exact = float(precise_learning_time(0.5, mp.exp(-6), 1, 3))
    assert abs(flow.crossing(0, math.log(0.5)).time / exact - 1) < 1e-6
    level = flow.log_values(flow.crossing(0, math.log(0.5)).time)[0]
    assert 0 < abs(level - math.log(0.5)) < 1e-3


@every_method
def test_dense_output_follows_the_closed_form_at_depth_two(method):
    times = np.linspace(0, 30, 61)
    flow = gradient_flow(30.0, -7.0, [1.0, 2.0], 2, method, rtol=1e-10)
    start, targets = math.exp(-7.0), np.array([1.0, 2.0])
    growth = np.exp(times[:, None] * targets)
    expected = start * targets * growth / (start * (growth - 1) + targets)
    assert flow.log_values(times).shape == (61, 2)
    assert np.max(np.abs(flow.log_values(times) - np.log(expected))) < 1e-7


def test_targets_of_zero_and_below_the_start_are_followed():
    # σ* = 0 at depth 2: 1/σ = 1/σ0 + t; σ* below σ0 at depth 1: σ* + (σ0 − σ*) e^{−t}.
    vanishing = gradient_flow(50.0, 0.0, [0.0], 2).log_values(50.0)[0]
    assert abs(vanishing + math.log(51)) < 1e-8
    falling = gradient_flow(3.0, math.log(2), [0.5], 1).log_values(3.0)[0]
    assert abs(falling - math.log(0.5 + 1.5 * math.exp(-3))) < 1e-8


@every_method
@pytest.mark.parametrize(
    ("log_start", "target", "depth", "end"),
    [
        (93 * math.log(10), 1e9, 5.8e10, 1e-17),  # rates of 1e186 at first
        (-84.5, 2.4e-272, 2.3e11, 1.7e308),  # a decay by 117 powers of ten
        (250 * math.log(10), 1e-300, 2, 1e10),
        (math.log(1e-300), 1e200, 1.5, 1e-110),
        (math.log(1e-200), 1e-150, 3, 1e267),
    ],
)
def test_starts_far_from_their_targets_are_followed(method, log_start, target, depth, end):
    """The kernel's values, to which gradient_flow owes nothing."""
    flow = gradient_flow(end, log_start, target, depth, method)
    expected = math.log(trajectory(end, math.exp(log_start), target, depth))
    assert abs(flow.log_values(end)[0] / expected - 1) < 1e-7
    assert flow.end_time == end


def test_values_of_far_sizes_do_not_see_each_other():
    targets = np.array([1e150, 1.0, 1e-150, 0.0])
    log_starts = np.array([300.0, -5.0, -400.0, -2.0])
    together = gradient_flow(3.0, log_starts, targets, 2).log_values(3.0)
    for k in (0, 1, 2, 3):
        alone = gradient_flow(3.0, log_starts[k], targets[k], 2).log_values(3.0)[0]
        assert together[k] == pytest.approx(alone, rel=1e-7)


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_crossings_of_a_value_a_hundred_decades_slower(method):
    """Speeds of the other value in this one's time are 1e200: their norms overflow."""
    starts, targets = [0.01, 0.3e-100], [1.0, 1e-100]
    flow = gradient_flow(1e202, np.log(starts), targets, math.inf, method)
    exact = learning_time(0.5, starts, targets, math.inf)
    assert flow.learning_times(0.5) == pytest.approx(exact, rel=3e-8)


def test_crossings_keep_their_clock_in_the_users_time():
    flow = gradient_flow(3e5, math.log(1e-5), [1e10], math.inf)
    first, second = (flow.crossing(0, math.log(part * 1e10)) for part in (0.5, 0.9))
    assert first.time == pytest.approx(learning_time(0.5, 1e-5, 1e10, math.inf), rel=1e-7)
    # Depth ∞ from σ*/2 to 9σ*/10: (log 9 + 2 − 10/9)/σ*².
    assert (second.clock - first.clock) * 1e20 == pytest.approx(math.log(9) + 2 - 10 / 9, rel=1e-7)
    assert first.clock_start + first.clock == pytest.approx(first.time, rel=1e-14)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (1.0, 800.0, [1.0], math.inf),
            ValueError,
            r"log_sigma0 and sigma_star must have a largest value c with c\^\(2/depth - 2\) "
            r"within e\^±1300; got c = e\^800\.0",
        ),
        (
            (1.0, 0.0, [1e300], 2),
            ValueError,
            r"end_time must be at most e\^600 c\^\(2/depth - 2\), c the largest start or target, "
            r"which is e\^-90\.7755; got 1\.0",
        ),
        (
            (1.0, -800.0, [1.0], 1),
            FlowError,
            r"values of d log\(σ\)/dt up to inf .* are beyond Radau at depth = 1\.0, "
            r"log\(σ/σ\*\) = \[-800\.0\]: start closer to the targets",
        ),
    ],
)
def test_what_leaves_the_range_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        gradient_flow(*arguments)


def test_values_that_fall_cross_levels_too():
    """At depth 2 without a target 1/σ = 1/σ0 + t: the level lies steps after the first."""
    flow = gradient_flow(1e6, 0.0, [0.0], 2)
    for level in (-0.5, -3.0, -13.0):
        found = flow.crossing(0, level)
        assert found.time == pytest.approx(math.expm1(-level), rel=1e-7)
        assert found.log_values[0] == pytest.approx(level, abs=1e-12)
    assert flow.crossing(0, -14.0) is None


def test_what_is_not_reached_is_said():
    flow = gradient_flow(1.0, -50.0, [1.0, 2.0], 2)
    assert flow.crossing(0, math.log(0.5)) is None
    assert np.all(flow.learning_times(0.5) == math.inf)
    assert gradient_flow(1.0, -0.1, [1.0], 2).learning_times(0.5)[0] == 0


@every_method
def test_error_falls_with_the_tolerance(method):
    exact = float(taylor_time(0.9, mp.exp(-10), 1, 3, digits=20))

    def error(rtol):
        flow = gradient_flow(1e3, -10.0, [1.0], 3, method, rtol)
        return abs(flow.learning_times(0.9)[0] / exact - 1)

    assert error(1e-11) < 1e-8 < 1e-2 * error(1e-3) < 1


@pytest.mark.parametrize("depth", [1, Rational(3, 2), 2, Rational(7, 2), 40, oo])
def test_the_compiled_rate_is_the_models(depth):
    infinite = depth is oo
    rate, slope = _compiled(infinite)[0]
    generator = np.random.default_rng(6)
    for _ in range(20):
        u, target = (Rational(float(x)) for x in generator.uniform([-20, 0.05], [1, 20]))
        exact = log_flow_rate(depth)
        point = {v: u + log(target), sigma_star: target}
        arguments = (float(u), math.log(target), 1.0 if infinite else float(depth))
        assert abs(rate(*arguments) / float(exact.subs(point).evalf(30)) - 1) < 1e-13
        by_sympy = float(diff(exact, v).subs(point).evalf(30))
        assert abs(slope(*arguments) - by_sympy) < 1e-12 * max(1.0, abs(by_sympy))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, -5, [1.0], 2), r"end_time must be a finite number > 0; got -1\.0"),
        ((1, -math.inf, [1.0], 2), r"log_sigma0 must be finite; got -inf"),
        ((1, -5, [-1.0], 2), r"sigma_star must be a finite number ≥ 0; got -1\.0"),
        ((1, -5, [1.0], [2, 3]), r"depth must be one number; got an array of shape \(2,\)"),
        (
            (1, -5, [[1.0]], 2),
            r"sigma_star must broadcast to a shape \(d,\), d ≥ 1; got shape \(1, 1\)",
        ),
        ((1, -5, [1.0], 2, "Euler"), r"method must be one of Radau, BDF, LSODA; got 'Euler'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        gradient_flow(*arguments)


def test_times_outside_what_was_integrated_are_refused():
    flow = gradient_flow(1.0, -5.0, [1.0], 2)
    with pytest.raises(ValueError, match=r"t must be in \[0, 1\.0\], the times .*; got 2\.0"):
        flow.log_values(2.0)


def test_a_failure_names_solver_place_and_what_to_try(monkeypatch):
    def failing(self):
        self.status = "failed"
        return "Required step size is less than spacing between numbers."

    monkeypatch.setattr("stairwise.numerics.flow.BDF.step", failing)
    with pytest.raises(
        FlowError,
        match=r"BDF stopped at 0 of end_time at depth = 2\.0, .* Try method=Radau or LSODA",
    ):
        gradient_flow(1.0, -5.0, [1.0], 2, "BDF")
