"""The engine: nothing passes but proofs."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from sympy import Eq, S

from stairwise.theory.catalogue import STATEMENTS
from stairwise.theory.decide import Verdict
from stairwise.theory.domain import Range
from stairwise.theory.statement import Case, Kind, Step, Twin, prove, refute, worst
from stairwise.theory.symbols import f, r, y

DOMAIN = (Range(f, 0, 1), Range(r, 1))


def _derive(claim, domain):
    yield Step("definition", claim)
    yield Step("difference of squares", claim, zero=r**2 - f**2 - claim.rhs)
    yield Step("r > 1 > f", claim, positive=r - f)


RIGHT = Eq(y, (r - f) * (r + f), evaluate=False)
WRONG = Twin("sign", Eq(y, (r - f) * (r - f), evaluate=False))
OUTSIDE = Twin("r < 1", domain=(Range(f, 0, 1), Range(r, 0, 1)))
CASE = Case("squares", Kind.IDENTITY, RIGHT, DOMAIN, _derive, (WRONG, OUTSIDE))


def test_a_right_case_is_proved_and_its_twins_refuted():
    proof = prove(CASE)
    assert proof.verdict is Verdict.PROVED
    assert [verdict for _, verdict in proof.twins] == [Verdict.REFUTED, Verdict.REFUTED]
    assert [decision is None for _, decision in proof.steps] == [True, False, False]


@pytest.mark.parametrize("twin", [WRONG, OUTSIDE])
def test_a_wrong_case_is_refuted(twin):
    assert prove(CASE.twin(twin)).verdict is Verdict.REFUTED
    assert refute(CASE.twin(twin)) is Verdict.REFUTED


def test_empty_assumptions_prove_nothing():
    proof = prove(replace(CASE, domain=()))
    assert proof.verdict is Verdict.UNDECIDED
    assert proof.note == "the assumptions are empty"


def test_contradictory_assumptions_prove_nothing():
    proof = prove(replace(CASE, domain=(Range(f, 1, 0), Range(r, 1))))
    assert proof.verdict is Verdict.UNDECIDED
    assert proof.note == "the range of f may be empty"


@pytest.mark.parametrize(
    ("domain", "note"),
    [((), "the assumptions are empty"), ((Range(f, 0, 0),), "the range of f may be empty")],
)
@pytest.mark.parametrize("obligation", [{"zero": S.Zero}, {"positive": S.One}])
def test_a_step_whose_own_domain_is_empty_proves_nothing(domain, note, obligation):
    """Anything holds there: not even 0 = 0 counts."""

    def derive(claim, inside):
        yield from _derive(claim, inside)
        yield Step("on a domain of its own", claim, domain=(Range(f, 0, 1),), **obligation)
        yield Step("on an empty one", claim, domain=domain, **obligation)

    proof = prove(replace(CASE, derive=derive))
    assert (proof.verdict, proof.note) == (Verdict.UNDECIDED, note)
    last_but_one, last = (decision for _, decision in proof.steps[-2:])
    assert (last_but_one.verdict, last.verdict) == (Verdict.PROVED, Verdict.UNDECIDED)


def test_a_derivation_without_obligations_proves_nothing():
    def definitions(claim, domain):
        yield Step("only a definition", claim)

    assert prove(replace(CASE, derive=definitions)).verdict is Verdict.UNDECIDED


def test_a_derivation_that_ignores_its_claim_is_caught_by_the_twin():
    def deaf(claim, domain):
        yield Step("true, but not about the claim", claim, zero=(r - f) * (r + f) - r**2 + f**2)

    proof = prove(replace(CASE, derive=deaf))
    assert proof.verdict is Verdict.UNDECIDED
    assert proof.note == "twin not refuted: sign"


def test_worst_puts_refuted_first_and_nothing_is_undecided():
    assert worst([Verdict.PROVED, Verdict.UNDECIDED, Verdict.REFUTED]) is Verdict.REFUTED
    assert worst([Verdict.PROVED, Verdict.UNDECIDED]) is Verdict.UNDECIDED
    assert worst([Verdict.PROVED]) is Verdict.PROVED
    assert worst([]) is Verdict.UNDECIDED


def test_a_step_may_bring_its_own_domain():
    def derive(claim, domain):
        yield Step("y < 1", claim, positive=1 - y, domain=(Range(y, 0, 1),))
        yield Step("the claim", claim, zero=claim.rhs - (r - f) * (r + f))

    assert prove(replace(CASE, derive=derive, twins=(WRONG,))).verdict is Verdict.PROVED


def test_assumptions_and_derivation_are_data():
    assert [str(relation) for relation in CASE.assumptions] == ["f > 0", "f < 1", "r > 1"]
    assert [step.is_definition for step in CASE.derivation] == [True, False, False]
    assert CASE.claim.rhs.subs({r: 3, f: S(1) / 2}) == S(35) / 4


def test_what_is_claimed_cannot_be_changed_afterwards():
    statement = STATEMENTS[0]
    case = statement.cases[0]
    for part in (statement, case, case.twins[0], case.derivation[0], case.domain[0]):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, None)
