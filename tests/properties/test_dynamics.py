"""Invariants of trajectories and learning times, of the flow and of descent."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW, FIVE, SOME, decades, depths, descents, flows, plain_pairs

from stairwise.numerics import (
    Crossing,
    FlowSolution,
    FlowThreshold,
    descent_trajectory,
    flow_log_threshold,
    gradient_flow,
    learning_time,
    log_threshold,
    trajectory,
)
from stairwise.numerics.flow_threshold import FlowError, flow_threshold


def unit_of(start, target, depth):
    """A time in which something happens."""
    return float(max(start, target)) ** (2 / depth - 2)


@SOME
@given(flows(), decades(-6, 6))
def test_values_move_towards_their_target_and_stay_between(flow, when):
    start, target, _ = flow
    t = unit_of(*flow) * when * np.array([0.0, 1e-9, 0.1, 0.5, 1.0, 1.5, 10.0, 1e6])
    values = trajectory(np.minimum(t, 1e300), *flow)
    assert values[0] == pytest.approx(start, rel=1e-15)
    steps = np.diff(values) * np.sign(target - start)
    assert (steps >= -3e-12 * values[1:]).all()
    assert (values >= min(start, target) * (1 - 1e-15)).all()
    assert (values <= max(start, target) * (1 + 1e-15)).all()


def close_in_time(flow, t, value):
    """Whether a value is what some time within 1e-9 of t gives, to 1e-9."""
    ends = trajectory(t * np.array([1 - 1e-9, 1 + 1e-9]), *flow)
    low, high = sorted(ends)
    return low * (1 - 1e-9) <= value <= high * (1 + 1e-9)


@SOME
@given(flows(), decades(-3, 3), st.floats(0.01, 0.99))
def test_a_flow_goes_on_from_where_it_is(flow, when, part):
    """σ(t₁ + t₂) from σ0 is σ(t₂) from σ(t₁)."""
    _, target, depth = flow
    t = unit_of(*flow) * when
    halfway = trajectory(part * t, *flow)
    if halfway > 1e-290:
        assert close_in_time(flow, t, trajectory((1 - part) * t, halfway, target, depth))


@SOME
@given(flows(), decades(-3, 3), decades(-6, 6))
def test_a_flow_in_another_unit_is_the_same_flow(flow, when, unit):
    """c σ(c^p t) solves the same equation for c σ*."""
    start, target, depth = flow
    t = unit_of(*flow) * when
    value = trajectory(t * unit ** (2 / depth - 2), unit * start, unit * target, depth)
    assert close_in_time(flow, t, value / unit)


@SOME
@given(depths, decades(-8, 0), decades(-3, 3), st.floats(0.01, 0.99), st.floats(0.1, 0.99))
def test_learning_times_invert_trajectories_add_up_and_scale(depth, part, target, alpha, below):
    start = part * alpha * target * 0.999
    time = learning_time(alpha, start, target, depth)
    assert time > 0
    assert close_in_time((start, target, depth), time, alpha * target)
    # To a level on the way, and on from there.
    level = start + below * (alpha * target - start)
    first = learning_time(level / target, start, target, depth)
    rest = learning_time(alpha, level, target, depth)
    assert first + rest == pytest.approx(time, rel=1e-9)
    assert learning_time(alpha, level, target, depth) <= time
    assert learning_time(alpha, alpha * target * 1.001, target, depth) == 0
    scaled = learning_time(alpha, 4 * start, 4 * target, depth)
    assert scaled == pytest.approx(time * 4 ** (2 / depth - 2), rel=1e-12)


@SOME
@given(descents(), st.integers(0, 60), st.integers(0, 60))
def test_descent_goes_on_is_monotone_and_stays_between(case, first, second):
    start, target, depth, rate = case
    counts = np.array([0, 1, first, first + second])
    values = descent_trajectory(counts, start, target, depth, rate)
    assert values[0] == start
    whole = values[3]
    rest = descent_trajectory(second, values[2], target, depth, rate)
    assert rest == pytest.approx(whole, rel=1e-10)
    low, high = min(start, target), max(start, target)
    assert (values >= low * (1 - 1e-12)).all()
    assert (values <= high * (1 + 1e-12)).all()
    step = descent_trajectory(1, start, target, depth, rate)
    nu = 1 / depth
    force = rate * start ** (1 - 2 * nu) * (target - start)
    exact = start * (math.exp(force) if nu == 0 else (1 + nu * force) ** depth)
    assert step == pytest.approx(exact, rel=1e-12)


@FEW
@given(st.lists(flows(), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_values_do_not_see_each_other(cases, random):
    """Permuted values are permuted results, as arrays and in the flow of several values."""
    order = list(range(len(cases)))
    random.shuffle(order)
    start, target, depth = map(np.array, zip(*cases, strict=True))
    t = np.array([unit_of(*case) for case in cases])
    plain = trajectory(t, start, target, depth)
    shuffled = trajectory(t[order], start[order], target[order], depth[order])
    np.testing.assert_allclose(shuffled, plain[order], rtol=1e-11)


@FIVE
@given(
    st.permutations([0, 1, 2]),
    st.sampled_from([1.0, 2.0, 3.0, math.inf]),
    st.sampled_from(["Radau", "LSODA"]),
)
def test_integrated_flows_permute_rise_and_cross_at_learning_times(order, depth, method):
    starts, targets = np.log([1e-3, 1e-2, 1e-4]), np.array([1.0, 2.0, 0.5])
    solution = gradient_flow(40.0, starts[order], targets[order], depth, method, 1e-8)
    assert isinstance(solution, FlowSolution)
    t = np.linspace(0, solution.end_time, 7)
    paths = solution.log_values(t)
    assert (np.diff(paths, axis=0) > -1e-6).all()
    exact = np.log(trajectory(t[:, None], np.exp(starts[order]), targets[order], depth))
    np.testing.assert_allclose(paths, exact, atol=2e-5)
    times = solution.learning_times(0.3)
    known = learning_time(0.3, np.exp(starts[order]), targets[order], depth)
    reached = known < 39
    np.testing.assert_allclose(times[reached], known[reached], rtol=1e-5)
    crossing = solution.crossing(0, math.log(0.3 * targets[order[0]]))
    if reached[0]:
        assert isinstance(crossing, Crossing)
        assert crossing.time == pytest.approx(times[0], rel=1e-9)


@FIVE
@given(plain_pairs, st.sampled_from(["Radau", "LSODA"]))
def test_thresholds_from_the_flow_alone_agree_with_their_estimate(pair, method):
    value = flow_log_threshold(*pair, method, 1e-8)
    exact = log_threshold(*pair)
    assert value == pytest.approx(exact, rel=1e-5, abs=1e-5)


def test_the_estimate_of_a_flow_threshold_covers_its_error():
    found = flow_threshold(3.0, 2.0, 0.1, 0.9)
    assert isinstance(found, FlowThreshold)
    assert abs(found.log_threshold - log_threshold(3.0, 2.0, 0.1, 0.9)) <= found.error_estimate
    assert issubclass(FlowError, Exception)
