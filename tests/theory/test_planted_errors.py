"""An error planted in a derivation, with a claim to match, is found by the step that is for it."""

import pytest
from sympy import Dummy, exp, expand_log, log

from stairwise.theory import closed_form, separation
from stairwise.theory.catalogue import statement
from stairwise.theory.decide import Verdict
from stairwise.theory.statement import Case, decide
from stairwise.theory.symbols import y, y_star


def refuted(case: Case) -> list[str]:
    """Reasons of the steps that are decided and not proved."""
    return [
        step.reason
        for step in case.derivation
        if (decision := decide(step, case.domain)) is not None
        and decision.verdict is not Verdict.PROVED
    ]


def test_the_cases_are_right_before_errors_are_planted():
    assert not refuted(statement("separation-bounds").case("lower, depth 2"))
    assert not refuted(statement("closed-form").case("depth 5"))


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_a_constant_added_to_the_comparison_is_found_at_y_equal_to_s(monkeypatch, side):
    right = separation.power_integral
    monkeypatch.setattr(separation, "power_integral", lambda *ends: right(*ends) + 1)
    case = statement("separation-bounds").case(f"{side}, depth 2")
    # The claim that goes with the constant: the root of the shifted comparison.
    step = next(step for step in case.derivation if "slope in y" in step.reason)
    unknown = Dummy("log_y")
    linear = expand_log(step.expression, force=True).subs(log(y), unknown)
    root = -linear.subs(unknown, 0) / linear.diff(unknown)
    planted = case.claim.func(y_star, exp(root), evaluate=False)
    wrong = refuted(Case("planted", case.kind, planted, case.domain, case.derive, ()))
    assert [reason[:27] for reason in wrong] == ["and their value at y = s: ∫"]


@pytest.mark.parametrize("depth", [3, 5, 6])
def test_a_root_dropped_on_both_sides_is_found_by_the_derivative_of_the_sum(monkeypatch, depth):
    monkeypatch.setattr(closed_form, "_upper_roots", lambda depth: range(2, (depth + 1) // 2))
    case = statement("closed-form").case(f"depth {depth}")
    twin = next(twin for twin in case.twins if twin.label == "a pair of roots dropped")
    wrong = refuted(case.twin(twin))
    assert [reason[:7] for reason in wrong] == ["add up:"]
