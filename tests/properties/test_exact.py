"""Routes that take numbers exactly: however it is written; balls are nested."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW, FIVE, plain_pairs

from stairwise.numerics import (
    BoxVerdict,
    DescentEnclosure,
    PrecisionError,
    Replay,
    UndecidedError,
    critical_ratio,
    descent_log_threshold,
    enclose_critical_ratio,
    enclose_descent_threshold,
    enclose_learning_time,
    enclose_log_threshold,
    learning_time,
    log10_threshold_decimals,
    log_threshold,
    precise_learning_time,
    precise_log_threshold,
    prove_boxes,
    prove_on_box,
    replay_certificate,
    taylor_log_threshold,
    taylor_time,
)
from stairwise.numerics.balls import precision
from stairwise.numerics.boxes import box
from stairwise.numerics.certificate import jobs
from stairwise.numerics.margins import CLAIMS
from stairwise.theory.decide import Verdict

#: Numbers with finite decimals, so that they can be written in every way.
thousandths = st.integers(50, 300).map(lambda k: Fraction(k, 1000))
high_thousandths = st.integers(600, 950).map(lambda k: Fraction(k, 1000))
exact_ratios = st.integers(1100, 20000).map(lambda k: Fraction(k, 1000))
exact_depths = st.one_of(st.integers(2, 12), st.integers(201, 900).map(lambda k: Fraction(k, 100)))


def ways(number):
    """The same number written otherwise."""
    decimal = Decimal(Fraction(number).numerator) / Decimal(Fraction(number).denominator)
    return [Fraction(number), str(Fraction(number)), decimal, str(decimal)]


def middle(ball):
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    return mantissa * Fraction(2) ** exponent


@FEW
@given(exact_depths, exact_ratios, thousandths, high_thousandths, st.integers(0, 3))
def test_every_way_to_write_a_number_is_that_number(n, r, s, f, way):
    plain = enclose_log_threshold(n, r, s, f, 20)
    assert plain.is_finite()
    other = enclose_log_threshold(*(ways(x)[way] for x in (n, r, s, f)), 20)
    assert (plain.mid(), plain.rad()) == (other.mid(), other.rad())
    precise = precise_log_threshold(*(ways(x)[way] for x in (n, r, s, f)), digits=25)
    assert abs(float(precise) - float(plain)) <= 1e-14 * abs(float(plain))


@FEW
@given(plain_pairs, st.integers(5, 40))
def test_balls_hold_what_narrower_balls_hold_and_the_float(pair, digits):
    wide, narrow = (enclose_log_threshold(*pair, d) for d in (digits, digits + 20))
    with precision(400):
        assert wide.overlaps(narrow)
        assert wide.rad() <= abs(wide) * 10.0**-digits
    value = log_threshold(*pair)
    assert abs(middle(narrow) - Fraction(value)) <= Fraction(1e-13) * max(1, abs(Fraction(value)))
    low, high = log10_threshold_decimals(*pair, digits)
    assert Fraction(low) < Fraction(high)
    assert float(low) == pytest.approx(value / math.log(10), rel=1e-4)


@FEW
@given(st.floats(0.2, 0.9), st.floats(1e-6, 0.1), st.floats(0.5, 9), st.floats(1.1, 9))
def test_learning_times_agree_between_routes(alpha, start, target, depth):
    ball = enclose_learning_time(alpha, start, target, depth, 25)
    value = learning_time(alpha, start, target, depth)
    assert float(ball) == pytest.approx(value, rel=1e-13)
    precise = precise_learning_time(alpha, start, target, depth, 20)
    assert float(precise) == pytest.approx(value, rel=1e-13)


@FEW
@given(st.floats(1.05, 1.95), st.floats(0.01, 0.25), st.floats(0.75, 0.99))
def test_critical_ratios_agree_and_divide_what_can_be_decided(depth, s, f):
    ball = enclose_critical_ratio(depth, s, f, 25)
    assert float(ball) == pytest.approx(critical_ratio(depth, s, f), rel=1e-13)
    above = middle(ball) * Fraction(1001, 1000)
    assert enclose_log_threshold(depth, above, s, f, 10).is_finite()
    below = 1 + (middle(ball) - 1) * Fraction(999, 1000)
    assert not enclose_log_threshold(depth, below, s, f, 10).is_finite()
    assert issubclass(UndecidedError, ArithmeticError)
    assert issubclass(PrecisionError, RuntimeError)


@pytest.mark.parametrize("pair", [("2", "3/2", "0.1", "0.9"), ("inf", "4", "0.2", "0.8")])
def test_taylor_series_agree(pair):
    found = taylor_log_threshold(*pair, digits=20)
    assert float(found) == pytest.approx(float(enclose_log_threshold(*pair, 25)), rel=1e-15)
    time = taylor_time("0.9", "0.01", "2", pair[0], digits=20)
    assert float(time) == pytest.approx(float(enclose_learning_time("0.9", "0.01", 2, pair[0], 25)))


@FIVE
@given(st.sampled_from([2.0, 3.0, math.inf]), st.floats(1.5, 4), st.floats(0.1, 0.9))
def test_descent_enclosures_hold_the_floats(depth, ratio, share):
    rate = 0.3 * share / ratio ** (2 - 2 / depth)
    found = descent_log_threshold(depth, ratio, 0.2, 0.8, rate)
    proved = enclose_descent_threshold(depth, ratio, 0.2, 0.8, rate)
    assert isinstance(proved, DescentEnclosure)
    assert proved.safe[0] <= found.safe <= proved.safe[1]
    assert proved.supremum[0] <= found.supremum <= proved.supremum[1]
    assert proved.supremum_steps <= proved.safe_steps


@FIVE
@given(
    st.sampled_from([2, 3, math.inf]),
    st.sampled_from(["lower", "upper"]),
    st.integers(12, 60),
    st.integers(20, 200),
    st.integers(800, 980),
)
def test_small_boxes_are_proved_and_false_twins_refuted(depth, side, ratio, s, f):
    region = box(
        (Fraction(ratio, 10), Fraction(ratio, 10) + Fraction(1, 50)),
        (Fraction(s, 1000), Fraction(s + 1, 1000)),
        (Fraction(f, 1000), Fraction(f + 1, 1000)),
    )
    found = prove_on_box("sharp-bounds-concave", side, depth, region)
    assert isinstance(found, BoxVerdict)
    assert found.verdict is Verdict.PROVED
    twin = prove_on_box("sharp-bounds-concave", side, depth, region, shift=2)
    assert twin.verdict is Verdict.REFUTED


def test_certificates_are_what_was_proved(tmp_path):
    region = box(("2", "2.1"), ("0.1", "0.11"), ("0.9", "0.91"))
    work = [job._replace(region=region) for job in jobs((Fraction(3),), CLAIMS)][:2]
    path = tmp_path / "proofs.json"
    verdicts = prove_boxes(work, path, workers=1)
    assert {v.verdict for v in verdicts} == {Verdict.PROVED}
    replay = replay_certificate(path)
    assert isinstance(replay, Replay)
    assert (replay.verdict, replay.proofs, replay.faults) == (Verdict.PROVED, 2, ())
    spoiled = path.read_text().replace('"0.9",', '"0.89",', 1)
    path.write_text(spoiled)
    assert replay_certificate(path).verdict is not Verdict.PROVED


def test_whole_numbers_of_numpy_are_numbers():
    assert enclose_log_threshold(np.int64(2), np.int32(3), "0.1", "0.9", np.int64(20)).is_finite()
