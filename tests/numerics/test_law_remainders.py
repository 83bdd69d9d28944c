"""Statement `depth-law`: what its two-term expansions leave keeps to the bounds derived for it."""

from fractions import Fraction

import mpmath as mp
import pytest

from stairwise.numerics.precise import precise_log_threshold

S, F = Fraction(1, 10), Fraction(9, 10)
RATIOS = [Fraction(1001, 1000), Fraction(101, 100), Fraction(11, 10), Fraction(2)]


@pytest.mark.parametrize("ratio", RATIOS)
def test_at_depth_2_the_remainder_is_between_its_bounds(ratio):
    with mp.workdps(30):
        s, f, gap = mp.mpf(1) / 10, mp.mpf(9) / 10, mp.mpf(ratio.numerator) / ratio.denominator - 1
        log_y = mp.mpf(precise_log_threshold(2, ratio, S, F, digits=30))
        odds = mp.log(s / (1 - s)), mp.log(f / (1 - f))
        claim = (odds[0] - odds[1]) / gap + odds[0] - 1
        below = (1 + gap) * mp.exp(log_y) / ((1 - s) * gap)
        remainder = log_y - claim
        assert -below < remainder < gap / 2
        if gap < 0.1:
            # A smaller multiple of r − 1 is no bound.
            assert remainder > mp.mpf("0.4") * gap


@pytest.mark.parametrize("depth", [Fraction(5, 2), 3, 4, 10])
@pytest.mark.parametrize("ratio", RATIOS)
def test_beyond_depth_2_the_remainder_is_between_its_bounds(depth, ratio):
    with mp.workdps(30):
        s, f = mp.mpf(1) / 10, mp.mpf(9) / 10
        r = mp.mpf(ratio.numerator) / ratio.denominator
        e = 1 - 2 / (mp.mpf(Fraction(depth).numerator) / Fraction(depth).denominator)
        log_y = mp.mpf(precise_log_threshold(depth, ratio, S, F, digits=30))
        at_s, at_f = (-(x**-e) / e + mp.betainc(1 - e, 0, 0, x) for x in (s, f))
        level = e * (r**-e * at_f - r * at_s)
        assert level > 0
        below = (mp.log(r - 1) - mp.log(level)) / e - log_y
        most = (r + 1) / ((1 - s) * (r - s) * (1 - e)) * ((r - 1) / level) ** (1 / e)
        assert 0 < below < most
        if r - 1 < 0.005 and depth <= 3:
            # The bound is nearly reached where y* is small: a third of it is none.
            assert below > most / 3
