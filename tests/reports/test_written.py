"""Numbers as they were given: computed with as decimals, shown as they were written."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stairwise.numerics.balls import precision
from stairwise.numerics.bound_balls import Point, log_bound
from stairwise.reports.grids import exact_grid
from stairwise.reports.latex import latex_number
from stairwise.reports.tables import COLUMNS, bound_table, render
from stairwise.reports.written import excesses, labels, margins

#: 1.000…ddd with up to thirteen zeros, which the nearest float misses by up to a hundredth.
near_one = st.builds(
    lambda zeros, digits: f"1.{'0' * zeros}{digits}", st.integers(0, 13), st.integers(1, 9999)
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["2", "2.5", "3", "4", "inf"]),
    near_one,
    st.sampled_from(["0.01", "0.1", "0.24"]),
    st.sampled_from(["0.76", "0.9", "0.99"]),
    st.integers(0, 1),
)
def test_every_column_is_of_the_decimals_as_written(depth, ratio, s, f, order):
    table = bound_table([depth], [ratio], [s], [f], order=order, rigorous=True, digits=20)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    low, high = (float(row[f"log10_threshold_{end}"]) for end in ("low", "high"))
    near = {"rel": 1e-12, "abs": 0}
    assert low == pytest.approx(row["log10_threshold"], **near) == high
    slack = 1e-12 * abs(low)
    assert row["log10_sharp_lower"] <= high + slack
    assert row["log10_sharp_upper"] >= low - slack
    number = math.inf if depth == "inf" else Fraction(depth)
    point = Point(*map(Fraction, (ratio, s, f)))
    with precision(300):
        for name, statement in (("paper", "separation-bounds"), ("sharp", "sharp-bounds-concave")):
            for side in ("lower", "upper"):
                proved = log_bound(statement, side, order, number, point)
                exact = -math.inf if proved is None else float(proved.mid()) / math.log(10)
                assert row[f"log10_{name}_{side}"] == pytest.approx(exact, **near)


def test_typed_grids_are_taken_as_written_without_proofs_too():
    (row,) = bound_table(["2"], ["1.000000000001"], ["0.1"], ["0.9"]).rows
    assert row[COLUMNS.index("log10_threshold")] == pytest.approx(-1908485018880, rel=1e-11)


@pytest.mark.parametrize("depth", ["2", "2.5", "4", "inf"])
@pytest.mark.parametrize("zeros", [16, 19, 24])
def test_a_ratio_whose_double_is_1_is_the_ratio_that_was_typed(depth, zeros):
    """The floats agree with the balls."""
    ratio = f"1.{'0' * zeros}73"
    assert float(ratio) == 1
    table = bound_table([depth], [ratio], ["0.125"], ["0.75"], order=1, rigorous=True, digits=20)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    low, high = (float(row[f"log10_threshold_{end}"]) for end in ("low", "high"))
    assert low == pytest.approx(row["log10_threshold"], rel=1e-13) == high
    number = math.inf if depth == "inf" else Fraction(depth)
    point = Point(Fraction(ratio), Fraction(1, 8), Fraction(3, 4))
    with precision(400):
        for name, statement in (("paper", "separation-bounds"), ("sharp", "sharp-bounds-concave")):
            proved = log_bound(statement, "upper", 1, number, point)
            exact = float(proved.mid()) / math.log(10)
            assert row[f"log10_{name}_upper"] == pytest.approx(exact, rel=1e-13)
    assert row["ratio"] == ratio
    assert ratio in render(table, "text").split()
    assert ratio in render(table, "csv").splitlines()[1].split(",")


def test_ratios_are_as_near_to_1_as_a_column_allows():
    """Proofs take any; float64 says in which column it ends, and what was typed."""
    near = f"1.{'0' * 399}1"
    names = ["log10_threshold_low", "log10_threshold_high"]
    (row,) = bound_table(["3"], [near], ["0.1"], ["0.9"], columns=names).rows
    # log y* goes like 3 log(r − 1), as 1/(1 − 2/N) = 3.
    assert -1201 < float(row[0]) < float(row[1]) < -1200
    for name, least in (("log10_threshold", 1e-25), ("log10_sharp_upper", 1e-300)):
        rule = rf"ratio must be at least 1 \+ {least} for {name}; got '1\.0000"
        with pytest.raises(ValueError, match=rule):
            bound_table(["3"], ["2", near], ["0.1"], ["0.9"], columns=["ratio", name])
    for text in ("1.0", "0.99999999999999999999", "1e999", "nan"):
        with pytest.raises(ValueError, match=rf"ratio must be a finite number > 1; got '{text}'"):
            bound_table(["3"], [text], ["0.1"], ["0.9"], columns=names)


def test_differences_are_rounded_once():
    assert excesses(["1.000000000001", 1.5]).tolist() == [1e-12, 0.5]
    assert excesses([1.000000000001]).tolist() == [1.000000000001 - 1]
    assert margins(["2.5", 2.5, "1.5"], ["0.6", 0.6, "0.2"]).tolist() == [
        0,
        float((1 - Fraction(0.6)) * Fraction(5, 2) - 1),
        0.2,
    ]


def test_the_paper_s_bound_is_void_where_its_condition_fails_by_nothing():
    """(1 − 0.6) · 2.5 is 1, and a little more in floats: a bound of 10^−(10^15) would be shown."""
    table = bound_table(["2"], ["2.5"], ["0.1"], ["0.6"], columns=["log10_paper_lower"])
    assert table.rows == ((-math.inf,),)


def test_what_floats_lose_of_the_others_is_said():
    told = render(bound_table(["2"], ["1.5"], ["0.1"], ["0.999999999999"]), "text")
    assert "moves 1 − f by 2e-05 of itself at f = 0.999999999999\n" in told
    told = render(bound_table(["2.00000000001"], ["1.5"], ["0.5"], ["0.50000000001"]), "text")
    assert "moves N − 2 by" in told
    assert "moves f − s by" in told
    for silent in (["0.9"], [0.999999999999]):
        assert "moves" not in render(bound_table(["2", "inf"], ["1.5"], ["0.1"], silent), "text")


@pytest.mark.parametrize(
    "text", ["1.000000000001", "1.0000000000000002", "1.50", "1e1", "3.14159265358979"]
)
def test_typed_numbers_are_shown_as_they_were_typed(text):
    for style in ("text", "markdown", "latex"):
        drawn = render(bound_table(["2"], [text], ["0.1"], ["0.9"]), style)
        shown = latex_number(text) if style == "latex" else text  # 1e1 as a power of ten
        assert shown in drawn.replace("$", "").split()


def test_floats_of_few_digits_are_shown_as_they_are():
    assert labels([2.0, 1.01, 1e-300, 3.14159265359, math.inf]) == [
        "2", "1.01", "1e-300", "3.14159265359", "∞",
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.floats(1e-15, 1e3).map(lambda gap: 1 + gap),
    st.floats(1e-15, 1),
    st.integers(3, 20),
    st.lists(near_one, max_size=3, unique=True),
)
def test_different_grid_points_look_different_and_none_like_one(start, growth, count, typed):
    if start * growth < 1e-14:
        return
    grid = [float(x) for x in dict.fromkeys(np.linspace(start, start * (1 + growth), count))]
    given = [*typed, *(x for x in grid if x not in map(float, typed))]
    shown = labels(given)
    assert len({*map(float, shown), 1.0}) == len({*map(float, given), 1.0})
    assert shown[: len(typed)] == typed


def test_grids_are_rounded_for_a_reader_and_whole_for_programs():
    ratios = exact_grid("ratio", ["1.1:10:20log"])
    table = bound_table(["2"], ratios, ["0.1"], ["0.9"])
    assert "$1.2355$" in render(table, "latex")
    assert repr(ratios[1]) in render(table, "csv")
    assert repr(ratios[1]) in render(table, "json")
    close = exact_grid("ratio", ["1.0000001:1.0000002:4"])
    assert labels(close) == ["1.0000001", "1.00000013", "1.00000017", "1.0000002"]
