import itertools
import math
import random

import numpy as np
import pytest

from stairwise.numerics import FlowError, flow_log_threshold, log_threshold
from stairwise.numerics import flow_threshold as flow_module
from stairwise.numerics.flow_threshold import METHODS, flow_threshold

# The reference table of log y* at s = 1/10, f = 9/10.
NOTES = {
    (2, 1.01): -442.6371731298969042257101,
    (2, 10): -2.997663356980562747475159,
    (2.5, 1.5): -6.586780287086264388832713,
    (3, 1.01): -15.93951697336988450765268,
    (4, 1.5): -4.589384094381624833554698,
    (10, 1.01): -8.388865440935743968821189,
    (math.inf, 1.5): -3.491255551302386317704757,
    (math.inf, 10): -2.402654461317170107474129,
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("point", NOTES, ids=str)
def test_the_notes_table_is_recovered_from_odes_alone(point, method):
    depth, ratio = point
    assert abs(flow_log_threshold(depth, ratio, 0.1, 0.9, method) - NOTES[point]) < 1e-8
    # The negative twin: another depth is told apart at the same tolerance.
    other = flow_log_threshold(depth * (1 + 1e-6) if depth < math.inf else 1e6, ratio, 0.1, 0.9)
    assert abs(other - NOTES[point]) > 1e-8


@pytest.mark.parametrize("method", METHODS)
def test_below_depth_two_the_critical_ratio_is_where_thresholds_end(method):
    # `critical-ratio`: r_c(1.5) = 6.129962 and r_c(1.99) = 1.0223436; none at depth 1.
    assert flow_log_threshold(1.5, 6.1299, 0.1, 0.9, method) == -math.inf
    assert math.isfinite(flow_log_threshold(1.5, 6.13, 0.1, 0.9, method))
    assert flow_log_threshold(1.99, 1.0223, 0.1, 0.9, method) == -math.inf
    assert math.isfinite(flow_log_threshold(1.99, 1.0224, 0.1, 0.9, method))
    assert flow_log_threshold(1, 1e9, 0.1, 0.9, method) == -math.inf


@pytest.mark.parametrize("method", METHODS)
def test_no_plain_pair_is_refused(method):
    """Once those were where the charts meet at once, or where δ ends at the escape, as at 1.5."""
    pairs = [(2.0, 40.0, 0.01, 0.99), (3.0, 5.0, 0.9, 0.99), (1.5, 3.0, 0.1, 0.9)]
    depths = (1.0, 1.2, 1.9, 2.0, 2.1, 3.0, 4.0, 10.0, math.inf)
    ratios = (1.001, 1.01, 1.1, 1.5, 2.0, 5.0, 40.0, 1e3, 1e6)
    ends = ((0.1, 0.9), (0.01, 0.99), (1e-4, 0.9999), (0.3, 0.7), (0.9, 0.99), (0.01, 0.1))
    everything = itertools.product(depths, ratios, ends)
    pairs += [(n, r, *end) for n, r, end in random.Random(1).sample(list(everything), 60)]
    n, r, s, f = np.array(pairs).T
    exact = log_threshold(n, r, s, f)
    found = flow_log_threshold(n, r, s, f, method)
    assert (np.isneginf(found) == np.isneginf(exact)).all()
    reached = np.isfinite(exact)
    assert reached.sum() > 40
    error = np.abs(found[reached] - exact[reached])
    assert (error <= 1e-8 * np.maximum(1, np.abs(exact[reached]))).all()


def test_arguments_broadcast_and_scalars_give_floats():
    depths, ratios = np.array([[2.0], [3.0], [np.inf]]), np.array([1.5, 10.0])
    table = flow_log_threshold(depths, ratios, 0.1, 0.9, "LSODA")
    assert table.shape == (3, 2)
    single = flow_log_threshold(3, 10, 0.1, 0.9, "LSODA")
    assert isinstance(single, float)
    assert table[1, 1] == single


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.5, 2, 0.1, 0.9), r"depth must be a real number ≥ 1, or inf; got 0\.5"),
        ((2, 1, 0.1, 0.9), r"ratio must be a finite number > 1; got 1\.0"),
        ((2, 2, 0.9, 0.1), r"s must be such that 0 < s < f < 1; got s = 0\.9, f = 0\.1"),
        ((2, 2, 0.1, 0.9, "RK45"), r"method must be one of Radau, BDF, LSODA; got 'RK45'"),
        ((2, 2, 0.1, 0.9, "BDF", 0.5), r"rtol must be one number in \[3e-14, 0\.001\]; got 0\.5"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        flow_log_threshold(*arguments)


def test_one_pair_at_a_time_for_estimates():
    with pytest.raises(ValueError, match="flow_threshold takes one pair"):
        flow_threshold([2, 3], 2, 0.1, 0.9)


def test_a_failure_says_which_solver_where_and_what_to_try():
    with pytest.raises(FlowError) as caught:
        flow_log_threshold(math.inf, 1e300, 1e-300, 0.9, "BDF")
    for part in ("BDF", "depth = inf", "ratio = 1e+300", "s = 1e-300", "try method=Radau or LSODA"):
        assert part in str(caught.value)


@pytest.mark.parametrize("gap", [1e-6, -1e-6])
def test_a_tie_with_the_escape_is_refused_where_the_slope_is_kept(gap):
    """Half-way, with f next to s: both gaps are 1/2, and dv_i/dv_j is 1."""
    depth, ratio, s = 1.000001, 3.0, 0.5
    escape = math.log(ratio) * depth / (2 - depth)
    f = s * math.exp(escape * (1 + gap) - math.log(ratio))
    with pytest.raises(FlowError, match="cannot tell where the values run apart"):
        flow_log_threshold(depth, ratio, s, f)


def test_what_it_took_is_what_scipy_says(monkeypatch):
    taken, solve = [], flow_module.solve_ivp

    def counted(*arguments, **options):
        taken.append(solve(*arguments, **options))
        return taken[-1]

    monkeypatch.setattr(flow_module, "solve_ivp", counted)
    for point in ((3, 2, 0.1, 0.9), (2, 1.5, 0.1, 1 - 1e-6), (1.5, 3, 0.1, 0.9)):
        taken.clear()
        found = flow_threshold(*point)
        assert found.solves == len(taken)
        assert found.evaluations == sum(one.nfev for one in taken)
