"""Thresholds against reference values of 25 digits, from 50-digit solves of the threshold's G."""

import math

import pytest

from stairwise.numerics import log_threshold

REFERENCE = {
    (2, 1.01): -442.6371731298969042257101,
    (2, 1.5): -11.79706564730934833152916,
    (2, 10): -2.997663356980562747475159,
    (2.5, 1.01): -23.37555186001502256526004,
    (2.5, 1.5): -6.586780287086264388832713,
    (2.5, 10): -2.693021054052143172461395,
    (3, 1.01): -15.93951697336988450765268,
    (3, 1.5): -5.420779231633697176205868,
    (3, 10): -2.586767784589956193242843,
    (4, 1.01): -11.78538194945110417455667,
    (4, 1.5): -4.589384094381624833554698,
    (4, 10): -2.505541482171489293128028,
    (10, 1.01): -8.388865440935743968821189,
    (10, 1.5): -3.793943111520911668592877,
    (10, 10): -2.429551060402256253186277,
    (math.inf, 1.01): -7.190023397074879787357478,
    (math.inf, 1.5): -3.491255551302386317704757,
    (math.inf, 10): -2.402654461317170107474129,
}

# The values take s = 1/10, f = 9/10, ratio 101/100 as rationals; as floats these differ by half an
# ulp, which at depth 2 and r = 1.01 moves log y* by up to 1e-14 relative.


@pytest.mark.parametrize(("depth", "ratio"), REFERENCE)
def test_twelve_digits(depth, ratio):
    computed = log_threshold(depth, ratio, 0.1, 0.9)
    assert isinstance(computed, float)
    assert computed == pytest.approx(REFERENCE[depth, ratio], rel=1e-12, abs=0)
