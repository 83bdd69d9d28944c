"""The arranged slopes are ratios of the model's rates, exactly as expressions and to rounding."""

import math
import random

import pytest
from mpmath import mp, mpf
from sympy import Rational, log, oo, simplify

from stairwise.numerics.orbit_slope import (
    delta,
    end_chart,
    end_pace,
    excess,
    f_gap,
    s_gap,
    span,
    start_chart,
    start_slope,
    u_other,
    u_ours,
)
from stairwise.theory.model import log_flow_rate, v
from stairwise.theory.symbols import N, f, r, s, sigma_star

DEPTHS = (1, Rational(3, 2), 2, Rational(5, 2), 7, oo)


def rate_ratio(depth, ours, other, ratio):
    rate = log_flow_rate(depth)
    return rate.subs({v: other, sigma_star: ratio}) / rate.subs({v: ours, sigma_star: 1})


@pytest.mark.parametrize("depth", [N, oo], ids=str)
def test_the_arranged_slopes_equal_the_ratio_of_the_models_rates(depth):
    """At exact rational points, to 60 digits: where SymPy is to decide, it only has to evaluate."""
    generator = random.Random(6)
    for _ in range(4):
        numbers = [Rational(generator.randint(1, 999), 1000) for _ in range(6)]
        fixed = {N: 1 + 20 * numbers[0], s: numbers[1] / 2, f: (1 + numbers[2]) / 2}
        fixed |= {r: 1 + 10 * numbers[3]}
        place, step = -5 * numbers[4], numbers[5]
        start = start_slope(depth).subs({v: place, delta: step, excess: fixed[r] - 1} | fixed)
        expected = rate_ratio(depth, place, place + step, fixed[r]).subs(fixed) - 1
        assert abs((start - expected).rewrite("exp").evalf(60)) < 1e-50
        gaps = {s_gap: 1 - fixed[s], f_gap: 1 - fixed[f], span: log(fixed[f] * fixed[r] / fixed[s])}
        end = end_pace(depth).subs({u_ours: place, u_other: -step} | gaps | fixed)
        ours, other = place + log(fixed[s]), log(fixed[f] * fixed[r]) - step
        expected = rate_ratio(depth, ours, other, fixed[r]).subs(fixed)
        assert abs((end / expected - 1).evalf(60)) < 1e-50


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


@pytest.mark.parametrize("infinite", [False, True])
def test_jacobians_are_the_derivatives(infinite):
    generator = random.Random(7)
    start, end = start_chart(infinite), end_chart(infinite)
    for _ in range(30):
        n, ratio = 1 + 9 * generator.random(), 1.1 + 5 * generator.random()
        low, high = 0.4 * generator.random() + 0.01, 0.5 + 0.4 * generator.random()
        parameters = (n, ratio, low, high, 1 - low, 1 - high, math.log(high * ratio / low))
        charts = ((start, (n, ratio - 1), -3.0, 0.5), (end, parameters, -0.5, -0.3))
        for chart, fixed, a, b in charts:
            h = 1e-6
            by_a = (chart.value(a + h, b, *fixed) - chart.value(a - h, b, *fixed)) / (2 * h)
            by_b = (chart.value(a, b + h, *fixed) - chart.value(a, b - h, *fixed)) / (2 * h)
            assert chart.by_first(a, b, *fixed) == pytest.approx(by_a, rel=1e-6, abs=1e-7)
            assert chart.by_second(a, b, *fixed) == pytest.approx(by_b, rel=1e-6, abs=1e-7)
