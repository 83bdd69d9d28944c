"""Invariants of what people see and of what is claimed: tables, commands, domains, decisions."""

import csv
import io
import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW, FIVE, plain_pairs
from sympy import Rational, Symbol, expand

from stairwise.numerics import log_threshold
from stairwise.reports import explore, figures, tables
from stairwise.reports.cli import cli
from stairwise.reports.grids import parse_grid
from stairwise.reports.pair import Pair, PairFigure
from stairwise.theory import STATEMENTS, Decision, Kind, Range, Statement, Step, Verdict, prove
from stairwise.theory.catalogue import statement
from stairwise.theory.decide import decide_positive, decide_zero
from stairwise.theory.domain import sample_points

LN10 = math.log(10)


@FEW
@given(plain_pairs, st.integers(0, 3))
def test_tables_hold_what_the_functions_return_in_every_format(pair, order):
    table = tables.bound_table(*([x] for x in pair), order=order)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["log10_threshold"] == log_threshold(*pair) / LN10
    read = next(csv.DictReader(io.StringIO(tables.render(table, "csv"))))
    assert {name: float(text) for name, text in read.items()} == row
    (record,) = json.loads(tables.render(table, "json"))
    assert {name: float(value) for name, value in record.items()} == row
    for style in tables.FORMATS:
        assert tables.render(table, style).endswith("\n")


@FIVE
@given(plain_pairs, st.integers(0, 3))
def test_frames_hold_the_table(pair, order):
    pytest.importorskip("pandas", reason="data frames need the extra `notebooks`")
    frame = explore.bounds_frame([pair[0]], [pair[1]], *pair[2:], order=order)
    table = tables.bound_table(*([x] for x in pair), order=order)
    assert tuple(frame.columns) == table.columns
    assert frame.to_numpy().tolist() == [list(row) for row in table.rows]


@FIVE
@given(plain_pairs)
def test_the_table_command_prints_what_the_library_computes(pair):
    depth, ratio, s, f = (repr(x) for x in pair)
    given_options = [f"--depth={depth}", f"--ratio={ratio}", f"--s={s}", f"--f={f}"]
    done = CliRunner().invoke(cli, ["table", *given_options, "--format=csv"])
    assert done.exit_code == 0
    row = next(csv.DictReader(io.StringIO(done.stdout)))
    # The decimal is meant, not the float: half an ulp of the ratio, over r − 1 ≥ 0.2.
    assert float(row["log10_threshold"]) == pytest.approx(log_threshold(*pair) / LN10, rel=1e-14)
    again = CliRunner().invoke(cli, ["table", *given_options, "--format=csv", "--rigorous"])
    proved = next(csv.DictReader(io.StringIO(again.stdout)))
    low, high = (float(proved[f"log10_threshold_{end}"]) for end in ("low", "high"))
    assert low <= high
    assert float(row["log10_threshold"]) == pytest.approx(low, rel=1e-8)


@FIVE
@given(st.permutations(["12", "6", "4", "3"]))
def test_the_chain_command_wants_falling_targets(values):
    done = CliRunner().invoke(cli, ["chain", "--targets", ",".join(values)])
    falling = list(map(float, values)) == [12, 6, 4, 3]
    assert (done.exit_code == 0) is falling


@FEW
@given(st.floats(-50, 50), st.floats(0.01, 50), st.integers(2, 40))
def test_grids_begin_and_end_where_they_say(start, length, count):
    end = start + length
    grid = parse_grid("ratio", [f"{start!r}:{end!r}:{count}"])
    assert (grid[0], grid[-1], len(grid)) == (start, end, count)
    assert grid == sorted(grid)


@FIVE
@given(plain_pairs, st.floats(-12, -0.5))
def test_the_explorers_verdict_is_the_librarys(pair, log10_start):
    shown = Pair(pair[0], pair[1], log10_start, *pair[2:])
    assert shown.is_incremental is (log10_start <= log_threshold(*pair) / LN10)
    assert shown.verdict.startswith("incremental" if shown.is_incremental else "not incremental")
    assert PairFigure().png_of(shown).startswith(b"\x89PNG")


def test_derivations_and_figures_are_found_by_their_names():
    for item in STATEMENTS[:3]:
        assert isinstance(item, Statement)
        assert statement(item.id) is item
        assert isinstance(item.cases[0].kind, Kind)
        assert item.cases[0].claim is item.case(item.cases[0].name).claim
    for name in figures.FIGURES:
        figures.check_name(name)


def test_a_rendered_derivation_is_found_by_its_name():
    pytest.importorskip("IPython", reason="rendered derivations need the extra `notebooks`")
    item = statement("toy-flow")
    case = item.cases[0].name
    assert explore.derivation("toy-flow", case).data == explore.derivation(item, case).data


a, b = Symbol("a", positive=True), Symbol("b", positive=True)


@FEW
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_identities_are_proved_and_their_twins_refuted(first, second, power):
    domain = (Range(a, 0), Range(b, a, a + second))
    whole = (first * a + b) ** power
    true = decide_zero(expand(whole) - whole, domain)
    assert isinstance(true, Decision)
    assert true.verdict is Verdict.PROVED
    assert decide_zero(expand(whole) - whole + Rational(1, 1000), domain).verdict is Verdict.REFUTED
    assert decide_positive(whole - a**power, domain).verdict is Verdict.PROVED
    assert decide_positive(a - b, domain).verdict is Verdict.REFUTED
    for point in sample_points(domain, 20):
        assert 0 < point[a] < point[b] < point[a] + second


def test_a_statement_is_proved_and_every_twin_refuted():
    proof = prove(statement("toy-flow").cases[0])
    assert proof.verdict is Verdict.PROVED
    assert all(outcome is Verdict.REFUTED for _, outcome in proof.twins)


@pytest.mark.parametrize("text", ["1", "a", "__import__('os').system('touch pwned')"])
def test_text_is_no_expression(text, tmp_path, monkeypatch):
    """SymPy would evaluate it."""
    monkeypatch.chdir(tmp_path)
    for make in (
        lambda: Range(a, text),
        lambda: Range(a, 0, text),
        lambda: Range(text, 0),
        lambda: decide_zero(text, ()),
        lambda: decide_positive(text, ()),
        lambda: Step("because", a, zero=text),
    ):
        with pytest.raises(ValueError, match=r"must be a SymPy (expression or an int|symbol); got"):
            make()
    assert list(tmp_path.iterdir()) == []
