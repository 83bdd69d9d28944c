"""The two integrals under the sharp bounds, against 40-digit quadrature in the logit variable."""

import mpmath as mp
import numpy as np
import pytest

from stairwise.numerics._weighted_time import Pair, excess_moment, target

DEPTHS = (1.02, 1.5, 2 - 1e-9, 2.0, 2 + 1e-9, 2.5, 4.0, 50.0, 1e9, np.inf)


def _integral(e, lower, upper, pole):
    """∫ v^{−e}/(pole − v) dv by quadrature in log(v/(1 − v)), scaled so that it is not tiny."""
    left, right = (mp.log(end / (1 - end)) for end in (lower, upper))
    panels = int((right - left) / 2) + 8
    scale = upper ** (e - 1)

    def integrand(logit):
        v = 1 / (1 + mp.e**-logit)
        return scale * v ** (1 - e) * (1 - v) / (pole - v)

    return mp.quad(integrand, mp.linspace(left, right, panels)) / scale


def _exact(depth, ratio, s, f, delta):
    ratio, s, f, delta = (mp.mpf(float(value)) for value in (ratio, s, f, delta))
    e = mp.mpf(1) if np.isinf(depth) else 1 - 2 / mp.mpf(float(depth))
    span = mp.log(ratio * f / s)
    power = span if e == 0 else (1 - mp.e ** (-e * span)) / e
    level = (power + (s / ratio) ** e * _integral(e, s / ratio, f, mp.mpf(1))) / (ratio - 1)
    y = s * mp.e**-delta
    near, far = (_integral(e, y, s, pole) for pole in (mp.mpf(1), ratio))
    return level, s**e * (ratio * near - far) / (ratio - 1)


def _points(count, seed):
    rng = np.random.default_rng(seed)
    for index in range(count):
        ratio = 1 + 10 ** rng.uniform(-12, 12 if index % 2 else 0.5)
        if index % 3:
            s, f = np.sort(rng.uniform(0, 1, 2))
        else:
            s = 10 ** rng.uniform(-300 if index % 2 else -3, -0.01)
            f = 1 - (1 - s) * 10 ** rng.uniform(-12, -0.01)
        yield DEPTHS[index % len(DEPTHS)], ratio, s, f, 10 ** rng.uniform(-6, 1.5)


def _worst(count, seed):
    worst = 0.0
    with mp.workdps(40), np.errstate(all="ignore"):
        for depth, ratio, s, f, delta in _points(count, seed):
            pair = Pair.of(*(np.atleast_1d(np.float64(v)) for v in (depth, ratio, s, f)))
            level, moment = _exact(depth, ratio, s, f, delta)
            found = target(pair)[0], excess_moment(np.atleast_1d(delta), pair)[0]
            for value, exact in zip(found, (level, moment), strict=True):
                error = float(abs(mp.mpf(float(value)) / exact - 1))
                # An error ε in log s multiplies s^{|e|} by ε·|e log s|, for every float formula.
                reach = 1 + max(0.0, -np.log(s)) * (depth < 2)
                worst = max(worst, error / reach)
    return worst


def test_integrals_match_quadrature():
    assert _worst(12, seed=4) < 5e-15


@pytest.mark.slow
def test_integrals_match_quadrature_on_many_points():
    assert _worst(60, seed=44) < 5e-15
