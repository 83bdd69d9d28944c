"""The model, from its loss: moments, gradients, limits."""

import pytest
from sympy import Rational, S, diff, exp, oo, simplify

from stairwise.theory import model
from stairwise.theory.symbols import N, eta, sigma, sigma_star, w


def test_gaussian_moments_are_integrated():
    assert [model.gaussian_moment(k) for k in range(5)] == [1, 0, 1, 0, 3]


def test_loss_is_half_the_squared_distance_over_depth_squared():
    value = model.loss((S(2), S(3)), (S(1), S(5)), S(2))
    assert value == Rational((4 - 1) ** 2 + (9 - 5) ** 2, 8)


@pytest.mark.parametrize("depth", [1, 2, 3, Rational(7, 2)])
def test_flow_rate_is_the_chain_rule_at_each_depth(depth):
    point = {w: Rational(6, 5), sigma_star: Rational(5, 2)}
    gradient = diff(model.loss((w,), (sigma_star,), S(depth)), w)
    by_hand = (-(depth * w ** (depth - 1)) * gradient).subs(point)
    rate = model.flow_rate(S(depth)).subs({sigma: point[w] ** depth, **point})
    assert abs((by_hand - rate).evalf(30)) < 1e-25


def test_log_flow_rate_is_the_rate_over_the_value():
    for depth in (S(1), S(3), oo):
        rate = model.flow_rate(depth) / sigma
        assert simplify(model.log_flow_rate(depth).subs(model.v, S(0)) - rate.subs(sigma, 1)) == 0
        at = model.log_flow_rate(depth).subs(model.v, S(2)).evalf(30)
        assert abs((at - rate.subs(sigma, exp(2)).evalf(30)).subs(sigma_star, 3)) < 1e-20


def test_descent_step_at_infinite_depth_is_the_limit_of_finite_depths():
    point = {sigma: Rational(1, 3), sigma_star: 2, eta: Rational(1, 10)}
    limit = model.descent_step(oo).subs(point).evalf(30)
    gaps = [
        abs(model.descent_step().subs(N, 10**k).subs(point).evalf(30) - limit) for k in (4, 6, 8)
    ]
    assert gaps[0] > 50 * gaps[1] > 2500 * gaps[2] > 0
