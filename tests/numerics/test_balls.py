"""Decimals of balls are proofs whatever the digits, the size and the caller's settings."""

import decimal
import math
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

from stairwise.numerics import enclose_log_threshold, log10_threshold_decimals
from stairwise.numerics.balls import (
    ball,
    outward_decimals,
    precision,
    rational,
    within,
)


@pytest.mark.parametrize("digits", [1, 15, 28, 29, 61, 62, 100, 300])
@pytest.mark.parametrize(
    "number",
    [
        Fraction(1, 3),
        Fraction(-1, 3),
        Fraction(2, 7) / 10**80,
        -Fraction(2, 7) * 10**80,
        Fraction(10) ** 61,
        Fraction(99999),
    ],
)
def test_ends_lie_on_their_sides_and_close(number, digits):
    with precision(4 * digits + 600), decimal.localcontext(prec=5, rounding=decimal.ROUND_DOWN):
        enclosure = ball(number)
        low, high = (Fraction(end) for end in outward_decimals(enclosure, digits))
    assert low <= number <= high
    assert high - low <= 2 * abs(number) * Fraction(10) ** (1 - digits)
    if number.denominator > 1:
        assert low < number < high


def test_a_hundred_proved_digits_hold_the_threshold():
    low, high = log10_threshold_decimals(3, "1.5", "0.1", "0.9", 100)
    assert len(low.strip("-").replace(".", "")) == 100
    assert 0 < Fraction(high) - Fraction(low) <= Fraction(2, 10**99)  # two units of the last
    with precision(600):
        exact = enclose_log_threshold(3, "1.5", "0.1", "0.9", 120) / arb(10).log()
        assert arb(low) <= exact
        assert exact <= arb(high)


def test_fifteen_digits_unless_asked_otherwise():
    low, high = log10_threshold_decimals(3, "1.5", "0.1", "0.9")
    assert (low, high) == ("-2.35421450791427", "-2.35421450791426")


def test_decimals_are_plain_as_long_as_one_would_write_them_out():
    with precision(400):
        assert outward_decimals(arb(10) ** 64, 5)[0] == "1" + 64 * "0"
        assert outward_decimals(arb(10) ** 65, 5)[0] == "1.0000E+65"
        assert outward_decimals(arb(10) ** -56, 5)[1] == "0." + 55 * "0" + "10001"
        assert outward_decimals(arb(10) ** -57, 5)[1] == "1.0001E-57"


def test_zero_and_infinite_ends():
    assert outward_decimals(arb(0), 5) == ("0", "0")
    assert outward_decimals(arb(1), 3) == ("1.00", "1.00")
    low, high = map(Fraction, outward_decimals(arb(1, 0.25), 4))
    assert Fraction("0.749") <= low <= Fraction("0.75")
    assert Fraction("1.25") <= high <= Fraction("1.251")
    assert outward_decimals(arb(99999), 5) == ("99999", "99999")
    assert log10_threshold_decimals(3, "1.5", "0.1", "0.9", 1) == ("-3", "-2")
    assert outward_decimals(arb("inf"), 5) == ("inf", "inf")
    assert outward_decimals(arb("-inf"), 5) == ("-inf", "-inf")
    for unbounded in (arb("nan"), arb(0, math.inf), arb(1, math.inf)):
        with pytest.raises(ValueError, match="enclosure must be a bounded ball; got"):
            outward_decimals(unbounded, 5)


def test_within_is_a_relative_radius_and_never_holds_of_what_says_nothing():
    assert within(arb(0), 5)
    assert within(arb("inf"), 5)
    assert within(arb("-inf"), 5)
    assert within(arb(2, 1e-6), 6)
    assert not within(arb(2, 1e-5), 6)
    assert not within(arb(2, 3e-6), 6)
    assert not within(arb(0, 1e-300), 1)
    assert not within(arb("nan"), 1)
    assert not within(arb(0, math.inf), 1)
    assert not within(arb(1, math.inf), 1)


def test_precision_nests_and_numbers_are_exact():
    before = ctx.prec
    with precision(100):
        with precision(2000):
            assert ctx.prec == 2000
            assert ball(Fraction(3, 8)) == arb(3) / 8
        assert ctx.prec == 100
        assert rational(Fraction(2, 6)) == fmpq(1, 3)
        assert ball(Fraction(1, 3)).contains(fmpq(1, 3))
    assert ctx.prec == before
