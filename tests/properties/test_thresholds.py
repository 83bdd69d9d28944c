"""Invariants of thresholds, for every 0 < s < f < 1 and every depth ≥ 1.

All four monotonicities hold everywhere. The threshold is the root of
G(y) = ∫_y^s v^{−p}/(1−v) dv − ∫_y^{rf} v^{−p}/(r−v) dv, which falls in y; so it rises with whatever
raises G there:

- s raises the first integral; f raises the second, so the threshold falls with f.
- p (the depth): the integrand is positive on (y, s), as 1/(1−v) > 1/(r−v), and negative on
  (s, rf); its integral is zero at the root, and ∂/∂p weighs it by −log v, which falls: positive.
- r: d/dr of the second integral has the sign of f^{1−p}/(1−f) − ∫_{y/r}^f x^{−p}/(1−x)² dx, which
  falls in r: the integral rises, then falls. Were it rising at the root, it would be larger there
  than at r = 1, where it is T_p(y, f) > T_p(y, s), and G < 0, no root. So it falls.

What does not hold is kept at the end, by name.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW, FIVE, SOME, decades, fractions, pairs, plain_pairs, shallow

from stairwise.numerics import (
    DescentThreshold,
    chain_log_threshold,
    critical_ratio,
    descent_log_threshold,
    geometric_spectrum,
    is_incremental,
    learning_time,
    log_threshold,
    neighbour_log_thresholds,
    power_law_spectrum,
    read_spectrum,
    threshold,
)

RISE = st.one_of(st.floats(0.01, 0.99), decades(-6, -2))


def not_less(larger, smaller):
    return larger >= smaller or abs(larger - smaller) <= 2e-13 * max(1, abs(smaller))


@SOME
@given(pairs(), RISE)
def test_it_rises_with_the_ratio(pair, by):
    n, r, s, f = pair
    assert not_less(log_threshold(n, r * (1 + by), s, f), log_threshold(*pair))


@SOME
@given(pairs(), RISE)
def test_it_rises_with_the_depth(pair, by):
    n, r, s, f = pair
    assert not_less(log_threshold(n * (1 + by), r, s, f), log_threshold(*pair))
    assert not_less(log_threshold(math.inf, r, s, f), log_threshold(*pair))


@SOME
@given(pairs(), RISE)
def test_it_rises_with_s_and_falls_with_f(pair, by):
    n, r, s, f = pair
    value, between = log_threshold(*pair), s + by * (f - s)
    assert not_less(log_threshold(n, r, between, f), value) or not s < between < f
    assert not_less(log_threshold(n, r, s, between), value) or not s < between < f


@SOME
@given(pairs())
def test_it_lies_below_log_s_and_threshold_is_its_exponential(pair):
    log_y = log_threshold(*pair)
    assert log_y <= math.log(pair[2])
    assert threshold(*pair) == pytest.approx(math.exp(log_y), rel=1e-13, abs=5e-324)


@SOME
@given(pairs(), st.floats(-3, 3), decades(-20, 20))
def test_is_incremental_is_the_definition_and_does_not_depend_on_the_unit(pair, off, unit):
    n, r, s, f = pair
    log_y = log_threshold(*pair)
    log_start = max((log_y if log_y > -600 else math.log(s)) + off, -600)
    if abs(log_start - log_y) < 1e-6 or log_start > 5:
        return
    start = math.exp(log_start)
    expected = log_start < log_y
    assert is_incremental(start, r, 1.0, n, s, f) is expected
    assert is_incremental(start * unit, r * unit, unit, n, s, f) is expected
    # Some time has σ_j ≤ s and σ_i ≥ f r: the larger value arrives before the smaller one leaves.
    if start < s:
        arrives, leaves = learning_time(f, start, r, n), learning_time(s, start, 1.0, n)
        if abs(arrives - leaves) > 1e-11 * leaves:
            assert (arrives < leaves) is expected


@SOME
@given(shallow, fractions(), RISE)
def test_the_critical_ratio_is_where_thresholds_begin(depth, ends, by):
    s, f = 0.01 + 0.24 * ends[0], 0.75 + 0.24 * ends[1]
    critical = critical_ratio(depth, s, f)
    assert critical > 1
    if critical < 1e12 and critical - 1 > 1e-6:
        above, below = critical + 1e-3 * (critical - 1), critical - 1e-3 * (critical - 1)
        assert log_threshold(depth, above, s, f) > -math.inf
        assert log_threshold(depth, below, s, f) == -math.inf
    between = s + by * (f - s)
    assert critical_ratio(depth, between, f) <= critical * (1 + 1e-12)
    assert critical_ratio(depth, s, between) <= critical * (1 + 1e-12)
    assert critical_ratio(depth + by * (2 - depth), s, f) <= critical * (1 + 1e-12)
    assert critical_ratio(2 + by, s, f) == 1
    assert critical_ratio(1, s, f) == math.inf


@st.composite
def chains(draw):
    steps = draw(st.lists(st.floats(1.01, 30), min_size=1, max_size=6))
    return draw(decades(-3, 3)) / np.cumprod([1.0, *steps])


@SOME
@given(chains(), plain_pairs, decades(-20, 20), st.floats(0.01, 0.99))
def test_chains_scale_with_their_unit_and_bind_at_one_pair(targets, pair, unit, where):
    n, _, s, f = pair
    value = chain_log_threshold(n, targets, s, f)
    scaled = chain_log_threshold(n, unit * targets, s, f)
    assert scaled == pytest.approx(value + math.log(unit), rel=1e-12, abs=1e-10)
    each = neighbour_log_thresholds(n, targets, s, f)
    assert value == each.min()
    for k, one in enumerate(each):
        pairwise = math.log(targets[k + 1]) + log_threshold(n, targets[k] / targets[k + 1], s, f)
        assert one == pytest.approx(pairwise, rel=1e-10, abs=1e-10)
    # One more value makes a chain no easier, wherever it stands.
    more = np.sort(np.append(targets, targets[1] + where * (targets[0] - targets[1])))[::-1]
    assert not_less(value, chain_log_threshold(n, more, s, f))


@FEW
@given(st.integers(2, 200), st.floats(0.1, 5), st.floats(1.01, 30))
def test_spectra_fall_from_one(count, exponent, ratio):
    geometric = geometric_spectrum(min(count, 100), ratio)
    for spectrum in (power_law_spectrum(count, exponent), geometric):
        assert spectrum[0] == 1
        assert (np.diff(spectrum) < 0).all()
    np.testing.assert_allclose(geometric[:-1] / geometric[1:], ratio, rtol=1e-12)


@FEW
@given(st.permutations([12.0, 6.0, 4.0, 3.0, 1e-300, 0.0]))
def test_a_file_of_values_in_any_order_is_one_spectrum(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("spectra") / "values.txt"
    path.write_text("# measured\n" + ", ".join(map(repr, values[:3])) + "\n"
                    + " ".join(map(repr, values[3:])))  # fmt: skip
    assert read_spectrum(path).tolist() == [12.0, 6.0, 4.0, 3.0, 1e-300]


@FIVE
@given(plain_pairs, st.floats(0.05, 0.9))
def test_descent_thresholds_are_ordered_and_near_the_flows(pair, share):
    n, r, s, f = pair
    rate = share * 0.2 / r ** (2 - 2 / n)
    found = descent_log_threshold(n, r, s, f, rate)
    assert isinstance(found, DescentThreshold)
    assert found.safe <= found.supremum <= math.log(s)
    assert abs(found.supremum - log_threshold(*pair)) < 3 * rate * r ** (2 - 2 / n) + 1e-9


# --- what does not hold --------------------------------------------------------------------------


def test_counterexample_learning_time_does_not_fall_with_the_target():
    """A fraction of a larger target is farther: at depth 1 it takes longer, always."""
    times = learning_time(0.5, 0.1, [1.0, 2.0, 4.0], 1)
    assert times[0] < times[1] < times[2]
    # At depth 2 it does where σ0 is close to alpha·σ*, and else does not.
    assert learning_time(0.5, 0.45, 1.05, 2) > learning_time(0.5, 0.45, 1.0, 2)
    assert learning_time(0.5, 1e-3, 1.05, 2) < learning_time(0.5, 1e-3, 1.0, 2)


def test_counterexample_learning_time_is_not_monotone_in_the_depth():
    """Depth slows the start, σ^p with σ < 1, and speeds up what is beyond 1."""
    assert learning_time(0.5, 1e-3, 1.0, 3) > learning_time(0.5, 1e-3, 1.0, 2)
    assert learning_time(0.5, 2.0, 9.0, 3) < learning_time(0.5, 2.0, 9.0, 2)


def test_counterexample_descent_thresholds_are_not_monotone_in_the_learning_rate():
    """Whole steps: they saw between falling with η and jumping up by a step."""
    ends = descent_log_threshold(2, 1.5, 0.1, 0.9, np.linspace(0.05, 0.45, 300))
    for end in ends:
        assert (np.diff(end) < -0.01).any()
        assert (np.diff(end) > 0.05).any()
    # In the ratio they are: larger targets grow faster.
    safe = descent_log_threshold(2, np.linspace(1.5, 2.5, 300), 0.1, 0.9, 0.3).safe
    assert (np.diff(safe) >= -1e-12).all()
