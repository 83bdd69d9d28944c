import pytest

from stairwise.theory.decide import Verdict
from stairwise.theory.deep_linear import DEEP_LINEAR
from stairwise.theory.quadratic import QUADRATIC, gaussian_product
from stairwise.theory.statement import Case, prove


@pytest.mark.parametrize("case", [*DEEP_LINEAR.cases, *QUADRATIC.cases], ids=lambda case: case.name)
def test_every_case_is_proved_and_its_twins_refuted(case: Case) -> None:
    proof = prove(case)
    assert proof.verdict is Verdict.PROVED, proof.note
    assert len(proof.twins) >= 2
    assert all(verdict is Verdict.REFUTED for _, verdict in proof.twins)
    asserted = [decision for _, decision in proof.steps if decision is not None]
    assert len(asserted) > 5


def test_ids_and_sources() -> None:
    assert DEEP_LINEAR.id == "deep-linear"
    assert QUADRATIC.id == "quadratic"
    for statement in (DEEP_LINEAR, QUADRATIC):
        assert "paper" in statement.source
        assert statement.depends == ("toy-flow",)


def test_moments_of_independent_gaussians() -> None:
    assert gaussian_product((0, 0, 0, 0)) == 3
    assert gaussian_product((0, 0, 1, 1)) == 1
    assert gaussian_product((0, 0, 0, 0, 0, 0, 1, 1)) == 15
    assert gaussian_product((0, 1)) == 0
