"""Grids on the command line."""

import math

import pytest

from stairwise.reports.grids import parse_grid


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["2"], [2.0]),
        (["2", "inf"], [2.0, math.inf]),
        (["2:5"], [2.0, 3.0, 4.0, 5.0]),
        (["1:2:5"], [1.0, 1.25, 1.5, 1.75, 2.0]),
        (["1:100:3log"], [1.0, 10.0, 100.0]),
    ],
)
def test_values(texts, numbers):
    assert parse_grid("ratio", texts) == pytest.approx(numbers, rel=1e-15)


def test_ends_are_exact():
    grid = parse_grid("ratio", ["1.1:7.3:20log"])
    assert (grid[0], grid[-1], len(grid)) == (1.1, 7.3, 20)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("two", "ratio must be a number, START:END, START:END:COUNT or START:END:COUNTlog"),
        ("", "ratio must be a number"),
        ("1:2:3:4", "ratio must be a number"),
        ("5:2", "ratio must have finite START < END; got '5:2'"),
        ("2:inf", "ratio must have finite START < END; got '2:inf'"),
        ("1:2:1", "ratio must have a COUNT ≥ 2; got '1:2:1'"),
        ("1:2:-3", "ratio must have a COUNT ≥ 2"),
        ("1:2:²", "ratio must have a COUNT ≥ 2"),
        ("0:2:5log", "ratio must have START > 0 for a logarithmic grid; got '0:2:5log'"),
        ("1:2:" + "9" * 5000, "ratio must have at most 1000000 values"),
        ("1:1e9", "ratio must have at most 1000000 values"),
    ],
)
def test_bad_grids_are_named(text, message):
    with pytest.raises(ValueError, match=r"ratio must") as caught:
        parse_grid("ratio", [text])
    assert str(caught.value).startswith(message)
