"""The three-valued decisions, each verdict reached and no other passed off for it."""

import pytest
from sympy import Function, S, Symbol, cos, exp, log, nan, oo, sin, zoo

from stairwise.theory.decide import Verdict, decide_positive, decide_zero, proven_sign
from stairwise.theory.domain import Range
from stairwise.theory.symbols import f, r, s, x, y

PAIR = (Range(f, 0, 1), Range(s, 0, f), Range(y, 0, s), Range(r, 1))


@pytest.mark.parametrize(
    "expression",
    [
        (r + y) ** 2 - r**2 - 2 * r * y - y**2,
        log(r * s / f) - log(r) - log(s) + log(f),
        sin(y) ** 2 + cos(y) ** 2 - 1,
        (r * s) ** f - r**f * s**f,
        S.Zero,
    ],
)
def test_zero_is_proved(expression):
    assert decide_zero(expression, PAIR).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "expression",
    [
        (r + y) ** 2 - r**2 - y**2,
        log(r * s) - log(r) + log(s),
        S(1) / 10**15,
        y**20 * exp(-r) * s,
    ],
)
def test_non_zero_is_refuted_with_a_point(expression):
    decision = decide_zero(expression, PAIR)
    assert decision.verdict is Verdict.REFUTED
    assert abs(expression.subs(decision.witness).evalf(30)) > 0


@pytest.mark.parametrize(
    "expression",
    [
        1 / (1 - y) - 1 / (r - y),
        (1 - s) * (f - y),
        log(r * f / s),
        r - s + y**2,
        -log(f),
    ],
)
def test_positive_is_proved(expression):
    assert decide_positive(expression, PAIR).verdict is Verdict.PROVED


@pytest.mark.parametrize("expression", [y - s, f * r - 1, log(s), S.Zero, 1 - r * y])
def test_not_positive_is_refuted(expression):
    decision = decide_positive(expression, PAIR)
    assert decision.verdict is Verdict.REFUTED
    assert expression.subs(decision.witness).evalf(30) <= 0


@pytest.mark.parametrize("bad", [nan, oo, zoo, 1 / (y - y * s / s)])
def test_what_cannot_be_evaluated_is_never_proved(bad):
    assert decide_zero(y + bad, PAIR).verdict is not Verdict.PROVED
    assert decide_positive(y + bad, PAIR).verdict is not Verdict.PROVED


def test_symbols_without_a_range_are_undecided():
    decision = decide_positive(x + y, PAIR)
    assert decision.verdict is Verdict.UNDECIDED
    assert decision.note == "no range is given for x"


def test_positive_only_at_the_samples_is_undecided():
    """A square with a root between the samples: positive at each, zero somewhere, not proved."""
    root = S(10**6 + 7) / 10**6
    decision = decide_positive((r - root) ** 2, PAIR)
    assert decision.verdict is Verdict.UNDECIDED


def test_abstract_functions_are_never_refuted_by_samples():
    path = Function("F")
    assert decide_zero(path(y) - path(y) * 1, PAIR).verdict is Verdict.PROVED
    assert decide_zero(path(y) - path(s), PAIR).verdict is Verdict.UNDECIDED


def test_sign_is_zero_where_nothing_is_known():
    real = Symbol("q", real=True)
    assert proven_sign(real) == 0
    assert proven_sign(-(y**2)) == -1
    assert proven_sign(log(1 + y)) == 1
    assert proven_sign(log(y)) == 0
