"""Ranges and their cover by positive parameters."""

import pytest
from sympy import S, Symbol, oo

from stairwise.theory.domain import Range, cover, sample_points
from stairwise.theory.symbols import f, r, s

DOMAIN = (Range(f, 0, 1), Range(s, 0, f), Range(r, 1 / (1 - f)))


def test_samples_lie_in_the_domain():
    points = list(sample_points(DOMAIN, 50))
    assert len(points) == 50
    for point in points:
        assert all(relation.subs(point) == S.true for item in DOMAIN for relation in item.relations)


def test_samples_are_the_same_every_time():
    assert list(sample_points(DOMAIN, 5)) == list(sample_points(DOMAIN, 5))


def test_an_empty_range_yields_no_sample():
    assert list(sample_points((Range(f, 1, 0),), 10)) == []


@pytest.mark.parametrize(
    ("known", "ends", "sign"),
    [
        ({"positive": True}, (-1, 1), "negative"),
        ({"positive": True}, (-oo,), "negative"),
        ({"positive": True}, (-r, 0), "negative"),
        ({"positive": False}, (0,), "positive"),
        ({"nonpositive": True}, (s, 1), "positive"),
    ],
)
def test_a_symbol_must_be_able_to_take_its_range(known, ends, sign):
    with pytest.raises(ValueError, match=f"one that may be {sign}, as its range begins at"):
        Range(Symbol("x", **known), *ends)
    Range(Symbol("x", real=True), *ends)


def test_cover_reaches_both_ends_and_stays_inside():
    covered = cover((Range(f, 0, 1), Range(r, 1)))
    (fraction,) = covered[f].free_symbols
    (ratio,) = covered[r].free_symbols
    assert covered[f].subs(fraction, 0) == 0
    assert covered[f].limit(fraction, oo) == 1
    assert covered[r].subs(ratio, 0) == 1
    assert (1 - covered[f]).together().is_positive
    assert covered[f].is_positive


def test_relations_are_what_people_read():
    assert [str(relation) for relation in Range(s, 0, f).relations] == ["s > 0", "s < f"]
    assert [str(relation) for relation in Range(r, 1).relations] == ["r > 1"]
