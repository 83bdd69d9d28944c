"""`verify`: true statements pass both ways, perturbed ones fail both ways."""

import math
from dataclasses import replace

import pytest

from stairwise.reports.checks import Check, numerical_checks, separation
from stairwise.reports.verify import (
    Report,
    StatementReport,
    report_statement,
    verify,
)
from stairwise.theory import STATEMENTS, Verdict
from stairwise.theory.catalogue import statement

#: Claims on one sign or one limit: SymPy decides them; no number is compared.
SYMBOLIC_ONLY = {
    ("exact-threshold", "decreasing"),
    ("exact-threshold", "negative at s"),
    ("exact-threshold", "unbounded at 0, depth 2"),
    ("exact-threshold", "unbounded at 0, depth > 2"),
}

CLAIM_TWINS = [
    pytest.param(item, case, twin, id=f"{item.id}: {case.name}: {twin.label}")
    for item in STATEMENTS
    for case in item.cases
    for twin in case.twins
    if twin.claim is not None
]


def _perturbed(item, case, twin):
    cases = tuple(case.twin(twin) if other is case else other for other in item.cases)
    return replace(item, cases=cases)


@pytest.mark.parametrize("item", STATEMENTS, ids=lambda item: item.id)
def test_numerical_checks_pass(item):
    found = numerical_checks(item)
    assert found
    for check in found:
        assert check.passed, check


@pytest.mark.parametrize(("item", "case", "twin"), CLAIM_TWINS)
def test_a_perturbed_claim_fails_a_numerical_check(item, case, twin, monkeypatch):
    monkeypatch.setattr(separation, "BOUND_POINTS", 60)
    if (item.id, case.name) in SYMBOLIC_ONLY:
        return
    alone = item.id == "closed-form"  # its checks take each case on its own
    perturbed = replace(item, cases=(case.twin(twin),)) if alone else _perturbed(item, case, twin)
    assert not all(check.passed for check in numerical_checks(perturbed))


def test_a_perturbed_statement_is_refuted_as_a_whole():
    item = statement("toy-flow")
    case = item.cases[0]
    assert report_statement(item).verdict is Verdict.PROVED
    assert report_statement(_perturbed(item, case, case.twins[0])).verdict is Verdict.REFUTED


def test_nan_and_no_check_never_pass():
    assert not Check("nan", math.nan, 1.0).passed
    good = report_statement(statement("toy-flow"))
    assert replace(good, checks=()).verdict is Verdict.UNDECIDED
    broken = replace(good, checks=(*good.checks, Check("nan", math.nan, 1.0)))
    assert broken.verdict is Verdict.REFUTED
    assert Report((), 0.0).verdict is Verdict.UNDECIDED
    assert Report((good, broken), 0.0).verdict is Verdict.REFUTED


def test_in_workers_with_progress():
    seen = []
    report = verify(["toy-flow"], workers=2, progress=lambda *event: seen.append(event))
    assert report.verdict is Verdict.PROVED
    assert [event[1] for event in seen] == [1, 2, 3]
    assert {event[0] for event in seen} == {
        "toy-flow: numerical checks",
        "toy-flow: every depth",
        "toy-flow: infinite depth",
    }
    plain = report.as_json()
    assert plain["verdict"] == "proved"
    assert plain["statements"][0]["cases"][0]["twins_refuted"] == 3
    assert all(check["passed"] for check in plain["statements"][0]["checks"])
    assert isinstance(report.statements[0], StatementReport)


def test_unknown_id():
    with pytest.raises(ValueError, match=r"statement must be one of .*; got 'theorem'"):
        verify(["theorem"])
