"""Bound tables: right numbers in every format."""

import csv
import io
import json
import math
from decimal import Decimal

import mpmath
import pytest

from stairwise.numerics import log_threshold, paper_bounds
from stairwise.reports.tables import (
    COLUMNS,
    FORMATS,
    READABLE_RIGOROUS,
    bound_table,
    frame,
    render,
)

TABLE = bound_table([2, 3, math.inf], [1.5, 20], [0.1], [0.9])


def test_rows_are_every_combination_with_depth_slowest():
    inputs = [row[:4] for row in TABLE.rows]
    assert inputs == [(n, r, 0.1, 0.9) for n in (2, 3, math.inf) for r in (1.5, 20)]


def test_numbers_are_log10_of_the_library_s():
    for row in TABLE.rows:
        bounds = paper_bounds(*row[:4])
        expected = (log_threshold(*row[:4]), bounds.lower, bounds.upper)
        assert row[4:7] == pytest.approx([value / math.log(10) for value in expected], rel=1e-15)


def test_csv_has_the_promised_columns_and_reads_back_exactly():
    rows = list(csv.reader(io.StringIO(render(TABLE, "csv"))))
    assert tuple(rows[0][:9]) == COLUMNS[:9]
    assert [float(row[4]) for row in rows[1:]] == [row[4] for row in TABLE.rows]
    assert float(rows[1][5]) == -math.inf
    assert rows[-1][0] == "inf"


def test_json_is_standard_and_marks_infinities():
    records = json.loads(render(TABLE, "json"), parse_constant=pytest.fail)
    assert records[0]["log10_paper_lower"] == "-inf"
    assert records[-1]["depth"] == "inf"
    assert records[1]["log10_threshold"] == TABLE.rows[1][4]


def test_text_fits_a_hundred_columns_and_says_void():
    text = render(TABLE, "text")
    assert max(map(len, text.splitlines())) <= 100
    assert "void" in text
    assert "nan" not in text.lower()
    assert "∞" in text


def test_words_among_the_numbers_are_explained():
    text = render(bound_table([1.5, 3], [1.5], [0.1], [0.9]), "text")
    assert text.endswith("void: the bound says nothing\nnone: no initialisation is incremental\n")
    markdown = render(bound_table([1.5, 3], [1.5], [0.1], [0.9]), "markdown")
    assert "\n\nvoid: the bound says nothing; none: no initialisation is incremental\n" in markdown
    assert "void:" not in render(bound_table([3], [20], [0.1], [0.9]), "text")
    rigorous = bound_table([3], [1.5], [0.1], [0.9], columns=READABLE_RIGOROUS, rigorous=True)
    assert "\nthe others: 6 digits of float64" in render(rigorous, "text")


def test_tiny_thresholds_are_not_printed_as_zero():
    """The depth-2 equation is linear in log y where y is far outside float64's range."""
    r, s, f = (mpmath.mpf(value) for value in (1.0001, 0.1, 0.9))
    # (f (r − y)/((1 − f) y))^{1/r} = s (1 − y)/((1 − s) y), where y is nothing beside 1.
    log_y = (mpmath.log(f * r / (1 - f)) / r - mpmath.log(s / (1 - s))) / (1 / r - 1)
    text = render(bound_table([2], [1.0001], [0.1], [0.9]), "text")
    assert f"{float(log_y / mpmath.log(10)):.6g}" in text


def test_latex_is_booktabs_with_mathematics():
    latex = render(TABLE, "latex")
    for piece in (r"\toprule", r"\midrule", r"\bottomrule", r"$\infty$", r"$\log_{10} y^*$"):
        assert piece in latex
    assert r"\hline" not in latex
    assert "∞" not in latex
    assert latex.startswith("% 6 digits of float64")


def test_markdown_has_one_row_each():
    drawn, legend, note = render(TABLE, "markdown").split("\n\n")
    lines = drawn.splitlines()
    assert len(lines) == 2 + len(TABLE.rows)
    assert all(line.startswith("|") and line.endswith("|") for line in lines)
    assert legend == "void: the bound says nothing"
    assert note.startswith("<!-- ")
    assert note.endswith(" -->\n")


def test_every_number_is_proved_or_marked():
    floats = "6 digits of float64, accurate to 1e-13 relative, not proved"
    assert f"\n\n{floats}\n" in render(TABLE, "text")
    proved = bound_table([2], [2], [0.1], [0.9], columns=READABLE_RIGOROUS[:6])
    assert render(proved, "text").endswith("\n\nproved: low ≤ log10 y* ≤ high by ball arithmetic\n")
    both = bound_table([2], [2], [0.1], [0.9], rigorous=True)
    assert "by ball arithmetic\nthe others: 6 digits of float64" in render(both, "text")


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_grid_is_a_table_without_rows(format):
    assert render(bound_table([], [2], [0.1], [0.9]), format).endswith("\n")


def test_sharp_columns_enclose_the_threshold_and_tighten_with_order():
    loose, tight = (
        bound_table([2, 3, math.inf], [1.01, 1.5, 20], [0.1], [0.9], order=order)
        for order in (0, 1)
    )
    exact, lower, upper = map(COLUMNS.index, ("log10_threshold", *COLUMNS[-2:]))
    for wide, close in zip(loose.rows, tight.rows, strict=True):
        # Bounds and thresholds are rounded: 1e-14 relative.
        slack = 1e-14 * abs(wide[exact])
        assert wide[lower] <= close[lower] <= wide[exact] + slack
        assert wide[exact] - slack <= close[upper] <= wide[upper]
        assert close[upper] - close[lower] < 0.5 * (wide[upper] - wide[lower])


def test_rigorous_columns_are_decimal_strings_around_the_threshold():
    table = bound_table([2, 3.5, math.inf], [1.01, 20], [0.1], [0.9], rigorous=True, digits=25)
    for row in table.rows:
        record = dict(zip(table.columns, row, strict=True))
        low, high = record["log10_threshold_low"], record["log10_threshold_high"]
        assert Decimal(low) < Decimal(high)
        assert Decimal(high) - Decimal(low) < Decimal(10) ** -20
        assert float(low) == pytest.approx(record["log10_threshold"], rel=1e-13)


def test_columns_are_chosen_by_name():
    table = bound_table([2], [2], [0.1], [0.9], columns=["ratio", "log10_sharp_upper"])
    assert table.columns == ("ratio", "log10_sharp_upper")
    assert len(table.rows[0]) == 2
    with pytest.raises(ValueError, match=r"columns must be among depth, .*; got 'threshold'"):
        bound_table([2], [2], [0.1], [0.9], columns=["threshold"])


def test_below_the_critical_ratio_nothing_is_incremental():
    text = render(bound_table([1.5], [1.5], [0.1], [0.9], rigorous=True), "text")
    assert "none" in text


def test_frame_is_the_same_table():
    pandas = pytest.importorskip("pandas", reason="pandas comes with the extra `notebooks`")
    made = frame(TABLE)
    assert isinstance(made, pandas.DataFrame)
    assert list(made.columns) == list(COLUMNS)
    assert made["log10_threshold"].tolist() == [row[4] for row in TABLE.rows]


def test_decimal_text_is_proved_as_the_decimal_that_it_is():
    """25 digits of the reference value, which is for s = 1/10 and not for the float 0.1."""
    names = ["log10_threshold_low", "log10_threshold_high"]
    decimal = bound_table(["3"], ["1.5"], ["0.1"], ["0.9"], columns=names, digits=24)
    binary = bound_table([3], [1.5], [0.1], [0.9], columns=names, digits=24)
    with mpmath.workdps(40):
        exact = mpmath.mpf("-5.420779231633697176205868") / mpmath.log(10)
        low, high = (mpmath.mpf(end) for end in decimal.rows[0])
        assert low - 1e-23 < exact < high + 1e-23
    assert decimal.rows != binary.rows
