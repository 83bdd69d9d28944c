"""Tables past the paper: what they say is what the library computes."""

import csv
import io
import json
import re

import numpy as np
import pytest

from stairwise.numerics import (
    chain_log_threshold,
    enclose_log_threshold,
    geometric_spectrum,
    power_law_spectrum,
)
from stairwise.reports.law_tables import (
    TIGHTNESS,
    chain_table,
    recovered_law_table,
    tightness_table,
)
from stairwise.reports.typed_chain import typed_targets


def test_closed_forms_are_tighter_everywhere_on_the_papers_range():
    table = tightness_table()
    assert len(table.rows) == 6 * 9
    for row in table.rows:
        least_above, least_below, void = float(row[2]), row[4], row[6]
        assert least_above > 0
        assert float(least_below) > 0 if least_below else void == "100%"
        assert float(row[7]) < 0.2


def test_paper_is_void_where_its_condition_fails():
    rows = tightness_table(depths=[3], ratios=[1.5, 100]).rows
    # (1 − f) r > 1 needs f < 1/3 at r = 1.5, never; f < 0.99 at r = 100, all but the last f.
    assert rows[0][6] == "100%"
    assert float(rows[1][6].rstrip("%")) == pytest.approx(100 / 7, abs=1)


def test_recovered_constants_lie_within_their_intervals():
    for row in recovered_law_table().rows:
        for exact, fitted, half in (row[2:5], row[5:8]):
            assert abs(float(exact) - float(fitted)) <= float(half) * 1.05 + 1e-9
            assert float(half) < 1e-3


@pytest.mark.parametrize("targets", [power_law_spectrum(10, 1.0), geometric_spectrum(10, 2.0)])
def test_chain_table_gives_the_threshold_and_its_pair(targets):
    table = chain_table(targets)
    for row, depth in zip(table.rows, (2, 3, 4, 5, 10, np.inf), strict=True):
        log10 = chain_log_threshold(depth, targets, 0.1, 0.9) / np.log(10)
        assert row[1] == f"10^{log10:.4f}"
        assert row[2].endswith(f" : {float(targets[-1])!r}")  # the last pair binds in both spectra


def test_a_pair_of_close_targets_is_told_apart():
    table = chain_table(np.array([1.0000000000001, 1.0]), depths=[2.0000001], f=0.99999999)
    assert table.rows[0][::2] == ("2.0000001", "1.0000000000001 : 1")
    assert table.note.startswith("s = 0.1, f = 0.99999999; ")
    (row,) = chain_table(np.array([2 / 3, 1 / 3]), depths=[np.inf]).rows
    assert row[::2] == ("∞", "0.66667 : 0.33333")


@pytest.mark.parametrize("larger", ["1.000000000001", f"1.{'0' * 19}1", f"1.{'0' * 24}1"])
@pytest.mark.parametrize("depth", [2, 2.5, 3, np.inf])
def test_typed_targets_are_the_decimals_that_they_are(larger, depth):
    targets = typed_targets(f"3,{larger},1")
    (record,) = chain_table(targets, depths=[depth]).records
    exact = enclose_log_threshold(depth, larger, "0.1", "0.9", digits=20)
    assert record[3] == pytest.approx(float(exact) / np.log(10), rel=1e-13)
    assert record[4] != record[5]
    assert [float(cell) for cell in record[4:]] == [float(larger), 1]


def test_floats_of_close_decimals_give_another_threshold():
    typed = chain_table(typed_targets("1.000000000001,1"), depths=[2]).records[0][3]
    floats = chain_table(np.array([1.000000000001, 1.0]), depths=[2]).records[0][3]
    assert 1e-5 < abs(floats / typed - 1) < 1e-3


@pytest.mark.parametrize("text", ["12,6,4,3", "1e300,1e-300", "5,5,1"])
def test_typed_targets_far_apart_are_as_floats(text):
    floats = np.array([float(part) for part in text.split(",")])
    typed, plain = (chain_table(t, depths=[1, 2.5, 3]) for t in (typed_targets(text), floats))
    for row, expected in zip(typed.records, plain.records, strict=True):
        assert row == pytest.approx(expected, rel=1e-13)


def test_subnormal_targets_keep_their_digits():
    (record,) = chain_table(typed_targets("1e-322,3e-324"), depths=[2]).records
    exact = enclose_log_threshold(2, "100/3", "0.1", "0.9", digits=20)
    assert record[3] == pytest.approx(float(exact) / np.log(10) + np.log10(3) - 324, rel=1e-13)


def test_no_more_digits_are_shown_than_are_right():
    for larger, shown in (
        ("1.001", "10^-1909.8733"),
        ("1.000000000001", "10^-1908485018880"),
        ("1.0000000000000000001", "10^-1.908485018879e+19"),
    ):
        table = chain_table(typed_targets(f"{larger},1"), depths=[2])
        assert table.rows[0][1] == shown
    assert r"$10^{-1.908485018879\times 10^{19}}$" in table.render("latex")


def test_formats_and_bad_ones():
    table = chain_table(geometric_spectrum(3, 2.0), depths=[2])
    assert table.render("markdown").startswith("|")
    assert "tabular" in table.render("latex")
    rule = "format must be one of text, markdown, latex, csv, json; got 'pdf'"
    with pytest.raises(ValueError, match=rule):
        table.render("pdf")


def test_chain_for_programs_is_at_full_precision():
    targets = geometric_spectrum(3, 2.0)
    table = chain_table(targets, depths=[1, 2, np.inf])
    columns, *lines = csv.reader(io.StringIO(table.render("csv")))
    assert columns == ["depth", "s", "f", "log10_sigma0", "larger", "smaller"]
    assert lines[0][3] == "-inf"  # nothing is incremental at depth 1
    assert lines[2][0] == "inf"
    exact = chain_log_threshold(2, targets, 0.1, 0.9) / np.log(10)
    assert float(lines[1][3]) == pytest.approx(exact, rel=1e-15)
    assert [float(cell) for cell in lines[1][4:]] == [0.5, 0.25]
    records = json.loads(table.render("json"))
    assert [list(record) for record in records] == [columns] * 3
    assert records[0]["log10_sigma0"] == "-inf"
    assert records[1]["log10_sigma0"] == float(lines[1][3])


def test_tightness_for_programs_has_the_numbers_that_are_shown():
    table = tightness_table(depths=[2, 3], ratios=[1.5, 100])
    assert "NaN" not in table.render("json")
    records = json.loads(table.render("json"))
    assert tuple(records[0]) == TIGHTNESS
    for record, row, line in zip(
        records, table.rows, csv.reader(table.render("csv").splitlines()[1:]), strict=True
    ):
        for shown, value, cell in zip(row, record.values(), line, strict=True):
            if value is None:
                assert shown == cell == ""
                continue
            assert float(cell) == value
            scale = 0.01 if shown.endswith("%") else 1
            assert float(shown.rstrip("%")) * scale == pytest.approx(value, rel=0.06, abs=0.005)
    assert records[0]["paper_void"] == 1
    assert records[0]["lower_gain_least"] is None


def test_recovered_law_for_programs():
    table = recovered_law_table(depths=(2.0, 3.0))
    records = json.loads(table.render("json"))
    assert [record["law"] for record in records] == ["exponential", "polynomial"]
    assert records[1]["exponent"] == pytest.approx(3, rel=1e-15)
    assert abs(records[1]["exponent_fitted"] - 3) <= records[1]["exponent_half_width"]


def test_chain_table_in_latex_is_mathematics():
    drawn = chain_table(power_law_spectrum(10, 1.0), depths=[1, 2]).render("latex")
    assert r"largest $\sigma_0$" in drawn
    assert re.search(r"\$10\^\{-\d+\.\d{4}\}\$", drawn)
    assert "none" in drawn
    assert drawn.startswith("% s = 0.1, f = 0.9; ")


def test_notes_are_visible_in_markdown_and_explain_none():
    shallow, deep = (chain_table(np.array([2.0, 1.0]), depths=[n]) for n in (1, 3))
    note = "s = 0.1, f = 0.9; σ0 in the units of the targets"
    assert shallow.render("markdown").endswith(
        f"|\n\n{note}; none: no initialisation is incremental\n"
    )
    assert deep.render("markdown").endswith(f"|\n\n{note}\n")
    assert "void: how often its lower bound says nothing" in tightness_table(
        depths=[3], ratios=[1.5]
    ).render("markdown")


def test_tightness_says_what_its_numbers_are():
    drawn = tightness_table(depths=[3], ratios=[1.5]).render()
    note = drawn.split("\n\n")[1]
    assert "natural log of y; s from 0.001 to 0.249, f from 0.751 to 0.998" in note
    assert note.startswith("natural log of y")


def test_tightness_fits_a_terminal_of_80_columns():
    """Headers stand above their columns in as many lines as it takes."""
    table = tightness_table(depths=[2, 10], ratios=[1.001, 1000])
    drawn = table.render()
    assert max(map(len, drawn.splitlines())) <= 80
    lines = drawn.splitlines()
    assert set(lines[3]) == {"-", " "}
    assert [lines[k].split() for k in (2, 4)] == [
        ["N", "r", "least", "most", "least", "most", "void", "form", "0", "1"],
        [cell for cell in table.rows[0] if cell],
    ]
    assert table.render("markdown").startswith("|   N |     r |   upper gain, least |")
    latex = table.render("latex")
    heads = [line.removesuffix(r" \\") for line in latex.splitlines() if line.endswith(r" \\")][:3]
    assert [[name.strip() for name in line.split("&")][-3] for line in heads] == [
        "width,", "closed", "form"
    ]  # fmt: skip
    assert r"$2.2\times 10^{3}$" in latex
