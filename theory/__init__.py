"""What is claimed: statements of the theory of incremental learning, derived by SymPy."""

from stairwise.theory.catalogue import STATEMENTS, statement
from stairwise.theory.decide import Decision, Verdict
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Proof, Statement, Step, Twin, prove

__all__ = [
    "STATEMENTS",
    "Case",
    "Decision",
    "Domain",
    "Kind",
    "Proof",
    "Range",
    "Statement",
    "Step",
    "Twin",
    "Verdict",
    "prove",
    "statement",
]
