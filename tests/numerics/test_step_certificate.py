"""The constants of the error bound are proved in balls, and smaller ones are not."""

import pytest
from flint import arb

from stairwise.numerics import step_certificate, step_series
from stairwise.numerics.balls import precision
from stairwise.theory.step_count import ORDER, density_series, formal_defect


def proved(bound, constant):
    return bool(bound <= arb(constant))


@pytest.mark.parametrize(
    "boxes",
    [range(6, 7), pytest.param(range(step_series.BOXES), marks=pytest.mark.slow)],
    ids=["one box", "all boxes"],
)
def test_every_constant_is_proved_and_a_smaller_one_is_not(boxes):
    found = step_certificate.certify(boxes)
    assert len(found.plateau) == len(found.beside) == len(step_series.TIERS)
    for bounds, constants in (
        (found.plateau, step_series.PLATEAU),
        (found.beside, step_series.BESIDE),
    ):
        for row, stated in zip(bounds, constants[:, boxes.start : boxes.stop], strict=True):
            for bound, constant in zip(row, stated.tolist(), strict=True):
                assert proved(bound, constant)
                assert constant == float("inf") or not proved(bound, 0.9 * constant)
    for bound, constant in zip(found.fading, step_series.FADING, strict=True):
        assert proved(bound, constant)
        assert not proved(bound, 0.9 * constant)
    assert proved(found.wide, step_series.WIDE_BESIDE)
    assert not proved(found.wide, 0.9 * step_series.WIDE_BESIDE)


def test_a_majorant_beyond_its_radius_is_infinite():
    with precision(64):
        third = arb(1) / 3
        assert step_certificate._majorant(arb(1), arb(1), arb(0), third) == arb("inf")
        assert step_certificate._plateau_majorant(arb(3), third, arb(1)) == arb("inf")
        assert step_certificate._deep_majorant(arb(3), arb(1), third) == arb("inf")


def test_the_defect_starts_at_the_order():
    assert all(term == 0 for term in formal_defect(ORDER))
    assert formal_defect(ORDER + 1)[ORDER] != 0
    # A density with another coefficient leaves a defect at once.
    wrong = formal_defect(6, kept=4)
    assert all(term == 0 for term in wrong[:4])
    assert wrong[4] != 0


def test_the_first_coefficients_are_the_known_ones():
    # 1/g + g'/(2g): T_1 = g'/2 to first order, (m − (m + 1) b)/2 with m = 1 − 2ν.
    first = density_series(2)[1]
    nu, b = first.ring.gens
    assert first == (1 - 2 * nu - (2 - 2 * nu) * b) / 2
