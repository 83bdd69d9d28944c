"""Real step counts against orbits walked one step at a time, and an honest error bound."""

import random

import mpmath
import numpy as np
import orbits
import pytest

from stairwise.numerics.fatou import LogMap, back_by, move, reach, series_end, steps_between
from stairwise.numerics.step_series import count_error

DEPTHS = [2.0, 2.01, 2.5, 3.0, 10.0, np.inf]


def log_map(depth, rate):
    return LogMap(np.array([1 / depth]), np.array([rate]))


def orbit_up(depth, rate, start, steps):
    """log x after so many steps, in 40 digits."""
    with mpmath.workdps(40):
        x = mpmath.mpf(start)
        for _ in range(steps):
            x = orbits.step(x, mpmath.mpf(depth), mpmath.mpf(rate))
        return float(x)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("rate", [0.9, 0.2, 0.03])
def test_counts_of_whole_steps_are_whole(depth, rate):
    this, start, steps = log_map(depth, rate), np.array([-12.0]), 400
    # The end must stay on the plateau, where the series is meant for.
    while orbit_up(depth, rate, start[0], steps) > -5:
        start = start - (40 if depth < 2.1 else 4)
        if start[0] < -400:
            steps //= 2
            start = np.array([-12.0])
    end = np.array([orbit_up(depth, rate, start[0], steps)])
    count = steps_between(start, end, this)
    assert abs(count[0] - steps) <= this.count_error(end)[0] + 1e-11 * steps


def random_orbits(count, seed):
    """Random depths, learning rates, starts and step counts, where there is a bound."""
    generator = random.Random(seed)
    while count:
        near = 2 + 10 ** generator.uniform(-4, 0)
        depth = generator.choice([2.0, near, 3.0, 2 + 10 ** generator.uniform(0, 2), np.inf])
        rate, start = 10 ** generator.uniform(-1.7, 0), -(10 ** generator.uniform(-0.3, 1))
        steps = generator.randint(10, 100)
        end = orbit_up(depth, rate, start, steps)
        bound = log_map(depth, rate).count_error(np.array([end]))[0]
        if bound < 1e-9:
            count -= 1
            yield depth, rate, start, steps, bound


def gap(depth, rate, start, steps, planted=None):
    """The series' count in 60 digits, less the number of steps."""
    with mpmath.workdps(60):
        exact = mpmath.mpf(depth), mpmath.mpf(rate)
        table = orbits.rows(exact[0], planted)
        return float(abs(orbits.count_gap(mpmath.mpf(start), *exact, steps, table)[0]))


@pytest.mark.parametrize(("count", "seed"), [(10, 1), pytest.param(120, 2, marks=pytest.mark.slow)])
def test_the_error_bound_holds_and_is_near_the_error(count, seed):
    pessimism = []
    for depth, rate, start, steps, bound in random_orbits(count, seed):
        error = gap(depth, rate, start, steps)
        assert error <= bound
        pessimism.append(bound / error)
    assert np.median(pessimism) < 1e4


def test_a_planted_coefficient_breaks_the_bound():
    # A tenth of a percent of one coefficient.
    case = (np.inf, 0.05, -3.0, 40)
    bound = log_map(*case[:2]).count_error(np.array([orbit_up(*case)]))[0]
    assert gap(*case) <= bound
    for planted in ((2, 1), (4, 0), (6, 2)):
        assert gap(*case, planted=planted) > 100 * bound


def test_beyond_its_region_there_is_no_bound():
    for depth in DEPTHS:
        this = log_map(depth, 1.0)
        assert this.count_error(np.array([-0.01]))[0] == np.inf
        assert np.isfinite(this.count_error(np.array([-60.0]))[0]) or depth == 2.01


def test_the_bound_rises_up_the_plateau():
    x = -np.geomspace(600, 1e-9, 400)
    for depth in DEPTHS:
        bound = log_map(depth, 0.1).column.count_error(x[None, :])[0]
        assert np.all(bound[1:] >= bound[:-1])


def test_the_bound_falls_with_the_order_of_the_series():
    # On the plateau at depth 3, γ ~ e^{X/3}: the error falls like its eleventh power.
    x = np.array([-12.0, -24.0])
    first, second = LogMap(np.array([1 / 3]), np.array([0.5])).count_error(x)
    assert np.log(first / second) == pytest.approx(11 * 12 / 3, rel=0.1)


def test_below_depth_two_the_first_term_allows_for_a_falling_growth():
    """By (1 + |m|γ) e^{(n−2)|m|γ}, n = 12: γ is largest in the beginning, not at X."""
    nu, gammas = 0.75, np.array([0.05, 0.1])  # in one tier of the constants
    first = [count_error(np.array([nu]), g, np.zeros(1), np.full(1, -9.0), 0)[0] for g in gammas]
    m, zeta = 2 * nu - 1, nu * gammas
    allowed = (1 + m * gammas) * np.exp(10 * m * gammas)
    expected = allowed * gammas**11 * zeta / -np.expm1(-zeta)
    assert first[1] / first[0] == pytest.approx(expected[1] / expected[0], rel=1e-12)


def test_moving_back_and_forth():
    for depth in DEPTHS:
        this, start = log_map(depth, 0.1), np.array([-8.0])
        assert move(move(start, np.array([0.4]), this), np.array([-0.4]), this) == pytest.approx(
            start, abs=1e-13
        )
        far = back_by(start, np.array([1e4]), this)
        assert steps_between(far, start, this)[0] == pytest.approx(1e4, rel=1e-13)


def test_preimages_at_depth_two_and_beyond_need_no_bracket(monkeypatch):
    monkeypatch.setattr(LogMap, "_back_in_bracket", lambda *_: pytest.fail("a bracket"))
    for depth in DEPTHS:
        maps = log_map(depth, 0.2)
        before = np.array([-3.0])
        assert maps.back(before + maps.growth(before)) == pytest.approx(before, rel=1e-14)


def test_preimages_are_preimages():
    for depth in (1.2, 1.9, *DEPTHS):
        this, x = log_map(depth, 0.7), np.array([-0.3])
        for _ in range(20):
            before = this.back(x)
            assert before < x
            assert before + this.growth(before) == pytest.approx(x, rel=1e-14)
            x = before


def test_a_target_is_reached_within_one_chunk():
    ends, parts = np.array([[0.0, -1.0, -3.0, -7.0]] * 3), np.array([[1.0, 2.0, 4.0]] * 3)
    here = reach(ends, parts, np.array([0.5, 2.5, 8.0]))
    assert here.found.tolist() == [True, True, False]
    assert here.top.tolist() == [0, -1, -7]
    assert here.bottom.tolist() == [-1, -3, -7]
    assert here.before.tolist() == [0, 1, 7]


@pytest.mark.parametrize("end", [-0.01, -3.3, -90.0])
def test_the_series_end_is_found_to_a_few_percent(end):
    found = series_end(log_map(3.0, 0.2), np.exp, np.exp(end))
    assert end * 1.03 <= found[0] <= end
