"""What is claimed: statements of the theory of incremental learning, derived by SymPy.

`STATEMENTS` is loaded on first use: building every claim takes SymPy a second, which those who only
need the model should not wait for. One statement by its id: `catalogue.statement`.
"""

from typing import TYPE_CHECKING, Any

from stairwise.theory.decide import Decision, Verdict
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Proof, Statement, Step, Twin, prove

if TYPE_CHECKING:
    from stairwise.theory.catalogue import STATEMENTS

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
]


def __getattr__(name: str) -> Any:
    if name == "STATEMENTS":
        from stairwise.theory.catalogue import STATEMENTS

        return STATEMENTS
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
