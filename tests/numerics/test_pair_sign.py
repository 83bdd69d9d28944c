"""`is_incremental` on the threshold's last digit, where float64 cannot tell."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from stairwise.numerics import _pair_sign, is_incremental, log_threshold
from stairwise.numerics.balls import precision
from stairwise.numerics.rigorous import (
    UndecidedError,
    enclose_critical_ratio,
    enclose_log_threshold,
)


def neighbours(depth, ratio, s, f):
    """The doubles on either side of y*, by a 60-digit enclosure."""
    with precision(400):
        exact = enclose_log_threshold(depth, Fraction(ratio), s, f, 60).exp()
        below = float(exact.mid())
        if arb(below) > exact:
            below = float(np.nextafter(below, 0))
        above = float(np.nextafter(below, 1))
        assert arb(below) < exact < arb(above)
    return below, above


def problems():
    """Depths from 1.5 on, each with ratio, s and f."""
    generator = np.random.default_rng(11)
    for depth in (1.5, 1.9, 2.0, 2.5, 3.0, 10.0, np.inf) * 6:
        ratio = float(1 + 10 ** generator.uniform(-0.5, 1.5)) + 6 * (depth == 1.5)
        yield depth, ratio, float(generator.uniform(0.05, 0.3)), float(generator.uniform(0.6, 0.99))


def test_the_last_digit_of_sigma0_is_decided():
    float_errors = 0
    for depth, ratio, s, f in problems():
        below, above = neighbours(depth, ratio, s, f)
        assert is_incremental(below, ratio, 1, depth, s, f) is True
        assert is_incremental(above, ratio, 1, depth, s, f) is False
        log_y = log_threshold(depth, ratio, s, f)
        float_errors += bool(np.log(below) > log_y) + bool(np.log(above) <= log_y)
    assert float_errors > 5  # by the logs alone some of these would be wrong


def test_an_array_escalates_only_where_it_must(monkeypatch):
    asked = []
    decide = _pair_sign.incremental_in_balls

    def spied(*point):
        asked.append(point)
        return decide(*point)

    monkeypatch.setattr(_pair_sign, "incremental_in_balls", spied)
    below, above = neighbours(3.0, 1.5, 0.1, 0.9)
    sigma0 = np.append(np.geomspace(1e-300, 0.5, 4000), [below, above])
    verdict = is_incremental(sigma0, 1.5, 1, 3, 0.1, 0.9)
    assert verdict[-2:].tolist() == [True, False]
    assert len(asked) == 2
    assert not np.any(is_incremental(sigma0, 1.5, 1, 1, 0.1, 0.9))
    shallow = is_incremental(sigma0[:-2], 7.0, 1, 1.5, 0.1, 0.9)
    assert np.array_equal(shallow, np.log(sigma0[:-2]) <= log_threshold(1.5, 7.0, 0.1, 0.9))
    assert len(asked) == 2


def test_the_ratio_on_the_critical_one_is_decided():
    with precision(400):
        critical = enclose_critical_ratio(1.5, 0.1, 0.9, 60)
        below = float(critical.mid())
        below = float(np.nextafter(below, 0)) if arb(below) > critical else below
    above = float(np.nextafter(below, 10))
    assert is_incremental(1e-300, below, 1, 1.5, 0.1, 0.9) is False
    assert is_incremental(1e-300, above, 1, 1.5, 0.1, 0.9) is True


def test_too_few_bits_are_undecided(monkeypatch):
    below, _ = neighbours(3.0, 1.5, 0.1, 0.9)
    monkeypatch.setattr(_pair_sign, "BITS", (8, 9))
    with pytest.raises(UndecidedError, match="undecided at 9 bits"):
        is_incremental(below, 1.5, 1, 3, 0.1, 0.9)


def test_python_flint_is_loaded_only_on_the_boundary():
    code = (
        "import sys; from stairwise.numerics import is_incremental;"
        "is_incremental([1e-9, 0.05], 2, 1, 3, 0.1, 0.9); print('flint' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
