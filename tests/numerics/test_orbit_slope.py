"""The arranged slopes are ratios of the model's rates, exactly as expressions and to rounding."""

import math
import random

import pytest
from mpmath import mp, mpf
from sympy import Rational, exp, oo, simplify

from stairwise.numerics.orbit_slope import (
    delta,
    excess,
    log_from_odds,
    odds_chart,
    odds_from_log,
    odds_slope,
    start_chart,
    start_slope,
)
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import N, r, sigma_star

DEPTHS = (1, Rational(3, 2), 2, Rational(5, 2), 7, oo)


def rate_ratio(depth, ours, other, ratio):
    rate = log_flow_rate(depth)
    return rate.subs({v: other, sigma_star: ratio}) / rate.subs({v: ours, sigma_star: 1})


@pytest.mark.parametrize("depth", [N, oo], ids=str)
def test_the_arranged_slopes_equal_the_ratio_of_the_models_rates(depth):
    """At exact rational points, to 60 digits: where SymPy is to decide, it only has to evaluate."""
    generator = random.Random(6)
    for _ in range(4):
        numbers = [Rational(generator.randint(1, 999), 1000) for _ in range(4)]
        fixed = {N: 1 + 20 * numbers[0], r: 1 + 10 * numbers[1]}
        place, step = -5 * numbers[2], numbers[3]
        at = {v: place, delta: step, excess: fixed[r] - 1} | fixed
        exact = rate_ratio(depth, place, place + step, fixed[r]).subs(fixed)
        assert abs((start_slope(depth).subs(at) + 1 - exact).rewrite("exp").evalf(60)) < 1e-50
        gap, gap_larger = 1 - exp(place), 1 - exp(place + step) / fixed[r]
        odds = (odds_slope(depth).subs(at) + 1).rewrite("exp")
        assert abs((odds * gap_larger / gap - exact).evalf(60)) < 1e-50


def test_at_the_start_the_slope_is_the_excess_at_depth_two():
    assert simplify(start_slope(2).subs(delta, 0).subs(v, -oo) - excess) == 0


@pytest.mark.parametrize("depth", [1.0, 1.5, 2.0, 2.5, 7.0, math.inf])
def test_float64_keeps_near_ties_exact(depth):
    """Relative error 1e-14 where r − 1 and δ are 1e-15: plainly it has no digit right."""
    chart = start_chart(math.isinf(depth))
    n = 1.0 if math.isinf(depth) else depth
    with mp.workdps(60):
        k = 1 - 2 / mpf(depth)
        for place in (-700.0, -40.0, -2.0, -1e-3):
            for step in (0.0, 3e-16, 1e-13):
                gap = mpf(2) ** -50
                ours, other = mpf(place), mpf(place) + mpf(step)
                exact = mp.exp(k * mpf(step)) * (1 + gap - mp.exp(other)) / (1 - mp.exp(ours)) - 1
                size = abs(k) * mpf(step) + gap / (1 - mp.exp(ours)) + mpf(step) / -ours
                found = chart.value(place, step, n, 2.0**-50)
                assert abs(mpf(found) - exact) < 1e-14 * size


@pytest.mark.parametrize("depth", [2.0, 2 + 2.0**-51, math.inf])
def test_float64_keeps_plateaus_wider_than_its_range(depth):
    """δ from 700 to 1400, where e^δ overflows and e^v is subnormal or 0."""
    chart = start_chart(math.isinf(depth))
    n = 1.0 if math.isinf(depth) else depth
    with mp.workdps(60):
        k = 1 - 2 / mpf(depth)
        for step in (700.0, 712.0, 1400.0) if depth < 3 else (700.0,):
            for before in (1e-3, 12.0):  # σ_i = e^-before
                place = -step - before
                exact = mp.exp(k * step) * (1 + mpf(2) ** -50 - mp.exp(-before))
                exact = exact / (1 - mp.exp(mpf(place))) - 1
                found = chart.value(place, step, n, 2.0**-50)
                assert abs(mpf(found) / exact - 1) < 1e-9


@pytest.mark.parametrize("fraction", [1e-300, 0.1, 0.5, 0.9, 1 - 2.0**-52])
def test_logs_and_log_odds_turn_into_each_other(fraction):
    left = 1 - fraction
    for moved in (-1e9, -1e3, -30.0, -1.0, -1e-9, 0.0, 2.0):
        with mp.workdps(400):
            exact = -mp.log(fraction + (1 - mpf(fraction)) * mp.exp(-mpf(moved)))
        found = log_from_odds(moved, fraction, left)
        assert found == pytest.approx(float(exact), rel=4e-15)
        if moved <= 0:
            assert odds_from_log(found, left) == pytest.approx(moved, rel=1e-13)


@pytest.mark.parametrize("infinite", [False, True])
def test_jacobians_are_the_derivatives(infinite):
    generator = random.Random(7)
    chart, (odds, by_delta) = start_chart(infinite), odds_chart(infinite)
    for _ in range(30):
        fixed, a, b, h = (1 + 9 * generator.random(), 5 * generator.random() + 0.1), -3.0, 0.5, 1e-6
        by_a = (chart.value(a + h, b, *fixed) - chart.value(a - h, b, *fixed)) / (2 * h)
        by_b = (chart.value(a, b + h, *fixed) - chart.value(a, b - h, *fixed)) / (2 * h)
        by_odds = (odds(b + h, *fixed) - odds(b - h, *fixed)) / (2 * h)
        assert chart.by_first(a, b, *fixed) == pytest.approx(by_a, rel=1e-6, abs=1e-7)
        assert chart.by_second(a, b, *fixed) == pytest.approx(by_b, rel=1e-6, abs=1e-7)
        assert by_delta(b, *fixed) == pytest.approx(by_odds, rel=1e-6, abs=1e-7)
