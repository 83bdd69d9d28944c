"""Descent thresholds against the definition, by plain iteration of both values."""

import numpy as np
import pytest

from stairwise.numerics import descent_threshold, fatou
from stairwise.numerics.descent_threshold import descent_log_threshold


def incremental(log_y, depth, ratio, s, f, rate, limit=200_000):
    """The definition in log σ: after some whole number of steps σ_j ≤ s and σ_i ≥ f r."""
    small = np.array(log_y, dtype=float)
    large = small - np.log(ratio)
    found = np.zeros(small.shape, dtype=bool)
    power = 1 - 2 / depth

    def step(x, c):
        force = c * np.exp(power * x) * -np.expm1(x)
        return x + (force if depth == np.inf else depth * np.log1p(force / depth))

    for _ in range(limit):
        low = small <= np.log(s)
        found |= low & (large >= np.log(f))
        if not np.any(low & ~found):
            return found
        small, large = step(small, rate), step(large, rate * ratio ** (2 - 2 / depth))
    raise AssertionError("the limit of steps is too small for this probe")


@pytest.mark.parametrize(
    ("ratio", "safe", "supremum"),
    [(1.5, -11.819871, -11.753754), (2, -7.293074, -7.268246), (4, -4.145490, -4.145490)],
)
def test_values_at_a_twentieth_over_the_ratio(ratio, safe, supremum):
    # −11.7868, at r = 1.5, is no threshold: it is the end of an incremental interval between two
    # gaps; initialisations in (−11.8199, −11.8040) below it are not incremental.
    got = descent_log_threshold(2, ratio, 0.1, 0.9, 0.05 / ratio)
    assert got.safe == pytest.approx(safe, abs=1e-6)
    assert got.supremum == pytest.approx(supremum, abs=1e-6)


def test_the_gap_below_the_value_of_the_notes():
    probes = np.array([-11.83, -11.8199, -11.8198, -11.81, -11.8041, -11.8039, -11.7869, -11.78])
    expected = [True, True, False, False, False, True, True, False]
    assert incremental(probes, 2, 1.5, 0.1, 0.9, 0.05 / 1.5).tolist() == expected


def problems(count, seed, fastest=1.0):
    """Random (depth, ratio, s, f, learning rate) with c_i = η r^{2−2/N} below `fastest`."""
    generator = np.random.default_rng(seed)
    depth = generator.choice([2.0, 2.2, 2.5, 3.0, 4.0, 10.0, np.inf], count)
    ratio = 1 + 10 ** generator.uniform(-0.7, 1.3, count)
    s = 10 ** generator.uniform(-2.5, -0.5, count)
    f = 1 - 10 ** generator.uniform(-2.5, -0.5, count)
    c_large = fastest * 10 ** generator.uniform(-1.3, 0, count)
    return depth, ratio, s, f, c_large / ratio ** (2 - 2 / depth)


def test_ten_thousand_probes_of_the_definition():
    # 100 problems with 50 initialisations up to the safe end and 50 beyond the supremum each.
    generator = np.random.default_rng(2)
    arguments = problems(100, seed=1)
    ends = descent_log_threshold(*arguments)
    assert np.all(ends.safe <= ends.supremum)
    below, above = 0, 0
    for *one, safe, supremum in zip(*arguments, ends.safe, ends.supremum, strict=True):
        reach = generator.uniform(0, 1, 50) ** 3
        under = safe - 1e-11 - 2 * reach
        over = supremum + 1e-11 + (np.log(one[2]) - supremum) * reach
        inside = incremental(np.concatenate([under, over]), *one)
        assert np.all(inside[:50])
        assert not np.any(inside[50:])
        below, above = below + 50, above + 50
    assert below + above == 10_000


def test_both_ends_are_sharp():
    # Just beyond the safe end something is not incremental; the supremum itself is.
    arguments = problems(60, seed=3)
    ends = descent_log_threshold(*arguments)
    assert np.count_nonzero(ends.safe < ends.supremum) > 10
    for *one, safe, supremum in zip(*arguments, ends.safe, ends.supremum, strict=True):
        probes = np.array([safe + 1e-11, supremum - 1e-11])
        assert incremental(probes, *one).tolist() == [False, True]


def test_limit_of_small_learning_rates_is_the_flow():
    from stairwise.numerics.threshold import log_threshold

    for depth in (1.9, 2, 2.5, 3, np.inf):
        flow = log_threshold(depth, 6.0, 0.1, 0.9)
        previous = np.inf
        for rate in (1e-2, 1e-3, 1e-4, 1e-5):
            ends = descent_log_threshold(depth, 6.0, 0.1, 0.9, rate / 36)
            error = max(abs(ends.safe - flow), abs(ends.supremum - flow))
            assert error < 3 * rate
            assert error < previous
            previous = error


def test_the_series_does_not_change_the_answer(monkeypatch):
    depth = np.array([2, 2.01, 2.5, 3, 4, np.inf])
    ratio = np.array([1.05, 1.05, 1.03, 1.02, 1.02, 1.03])
    rate = np.array([0.3, 0.4, 0.5, 0.3, 0.2, 0.7])
    skipped = []
    solve = descent_threshold.balance

    def spied(pair, *arguments):
        skipped.append(pair.log_s.size)
        return solve(pair, *arguments)

    monkeypatch.setattr(descent_threshold, "balance", spied)
    quick = descent_log_threshold(depth, ratio, 0.1, 0.9, rate)
    assert sum(skipped) == 12  # both ends of all six
    monkeypatch.setattr(descent_threshold, "COUNT_ERROR", -1.0)
    walked = descent_log_threshold(depth, ratio, 0.1, 0.9, rate)
    assert sum(skipped) == 12
    for ours, theirs in zip(quick, walked, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-13, abs=1e-12)
    assert np.all(walked.safe < walked.supremum)


def test_a_long_plateau_below_depth_2_is_skipped_in_many_rounds(monkeypatch):
    point = (1.9, 1.3, 0.1, 0.9, 0.003)
    at_once = descent_log_threshold(*point)
    steps, back = [], fatou.LogMap.back

    def counted(log_map, x):
        steps.append(1)
        return back(log_map, x)

    monkeypatch.setattr(fatou.LogMap, "back", counted)
    monkeypatch.setattr(fatou, "BLOCK", 1)  # one chunk in each round
    assert descent_log_threshold(*point) == pytest.approx(at_once, rel=1e-12)
    assert len(steps) == 1  # of some 4000


def test_the_series_where_it_does_not_hold_is_seen(monkeypatch):
    good = descent_log_threshold(2, 1.3, 0.1, 0.9, 0.75)
    monkeypatch.setattr(descent_threshold, "COUNT_ERROR", np.inf)
    wrong = descent_log_threshold(2, 1.3, 0.1, 0.9, 0.75)
    assert 1e-11 < abs(wrong.safe - good.safe) < 1e-3


def test_below_depth_2_some_ratios_are_out_of_reach():
    from stairwise.numerics.descent_threshold import DescentThreshold

    never = DescentThreshold(-np.inf, -np.inf)
    assert descent_log_threshold(1, 50.0, 0.1, 0.9, 0.01) == never
    assert descent_log_threshold(1.5, 6.1, 0.1, 0.9, 1e-4) == never  # r_c = 6.129962
    reached = descent_log_threshold(1.5, 6.2, 0.1, 0.9, 1e-4)
    assert np.isfinite(reached.supremum)


def test_out_of_reach_is_what_leads_by_the_barrier_some_steps_back():
    """Where i is not past that edge yet, no count of steps back, not even 0, takes it there."""
    pair, _ = descent_threshold.pair_of(1.5, 3.0, 0.1, 0.9, 0.1)
    lead = pair.barrier - pair.log_ratio  # of X_i over X_j
    at = np.array([-5.0])
    for ahead, steps, never in ((-0.5, 0, 0), (0, 0, 0), (0.5, 0, 1), (0.5, 1, 1), (0.5, 2, 0)):
        decided = descent_threshold._out_of_reach(pair, at, at + lead + ahead, np.array([steps]))
        assert decided.tolist() == [bool(never)], (ahead, steps)
    deep, _ = descent_threshold.pair_of(3, 3.0, 0.1, 0.9, 0.1)
    assert not descent_threshold._out_of_reach(deep, at, at + 4.9, np.zeros(1)).any()


def test_below_depth_2_gaps_may_go_on_for_ever():
    # Just below r_c = 6.129962 some initialisations are incremental, but none of them is the first.
    case = (1.5, 6.0, 0.1, 0.9, 0.03)
    ends = descent_log_threshold(*case)
    assert ends.safe == -np.inf
    assert -26 < ends.supremum < -25
    assert incremental(np.array([ends.supremum - 1e-9]), *case).all()
    for deepest in (-50, -100, -200):
        probes = np.linspace(deepest, ends.supremum - 1e-9, 4000)
        found = incremental(probes, *case)
        assert found.any()
        assert not found[probes < deepest / 1.9].all()


def test_extremes_stay_numbers():
    deep = descent_log_threshold(2, 1 + 1e-5, 0.1, 0.9, 0.1)
    assert -1e6 < deep.safe < deep.supremum < -4e5
    plateau = descent_log_threshold(3, 1 + 1e-10, 0.1, 0.9, 0.5)
    assert -72 < plateau.safe <= plateau.supremum < -71
    for depth in (2 + 1e-9, 1e9, np.inf):
        ends = descent_log_threshold(depth, 1.5, 1e-12, 1 - 1e-12, 0.2)
        assert np.isfinite(ends.safe)
        assert ends.safe <= ends.supremum < np.log(1e-12)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"depth": 0.9}, "depth must be a real number ≥ 1, or inf; got 0.9"),
        ({"ratio": 1}, "ratio must be a finite number > 1; got 1.0"),
        ({"s": 0.95}, "s must be such that 0 < s < f < 1; got s = 0.95, f = 0.9"),
        ({"learning_rate": 0}, "learning_rate must be a finite number > 0; got 0.0"),
        ({"learning_rate": 0.6}, "(monotone map); got 0.6"),
        ({"learning_rate": 1.1, "f": 0.2}, "(monotone map); got 1.1"),
    ],
)
def test_bad_input_is_named(changed, message):
    good = {"depth": 2, "ratio": 2, "s": 0.1, "f": 0.9, "learning_rate": 0.5}
    with pytest.raises(ValueError) as error:  # noqa: PT011
        descent_log_threshold(**{**good, **changed})
    assert message in str(error.value)


def test_rates_up_to_the_condition_are_taken():
    # κ(0.9) = 0.85 at depth 2, so that c_i up to 1/0.85 is allowed, and nothing beyond.
    limit = 1 / 0.85 / 2
    assert np.isfinite(descent_log_threshold(2, 2, 0.1, 0.9, limit * (1 - 1e-12)).safe)
    with pytest.raises(ValueError, match="monotone"):
        descent_log_threshold(2, 2, 0.1, 0.9, limit * (1 + 1e-12))
