"""All statements, in the order in which they build on each other."""

from stairwise.theory.chain import CHAIN
from stairwise.theory.closed_form import CLOSED_FORM
from stairwise.theory.convolution import CONVOLUTION
from stairwise.theory.critical_ratio import CRITICAL_RATIO
from stairwise.theory.deep_linear import DEEP_LINEAR
from stairwise.theory.descent_bounds import DESCENT_BOUNDS
from stairwise.theory.descent_map import DESCENT_MAP
from stairwise.theory.diagonal import DIAGONAL
from stairwise.theory.law import DEPTH_LAW
from stairwise.theory.quadratic import QUADRATIC
from stairwise.theory.separation import SEPARATION_BOUNDS
from stairwise.theory.sharp import SHARP_BOUNDS
from stairwise.theory.statement import Statement
from stairwise.theory.threshold import EXACT_THRESHOLD
from stairwise.theory.toy_flow import TOY_FLOW

STATEMENTS: tuple[Statement, ...] = (
    TOY_FLOW,
    CLOSED_FORM,
    EXACT_THRESHOLD,
    CRITICAL_RATIO,
    SEPARATION_BOUNDS,
    SHARP_BOUNDS,
    DEPTH_LAW,
    CHAIN,
    DESCENT_MAP,
    DESCENT_BOUNDS,
    DEEP_LINEAR,
    QUADRATIC,
    DIAGONAL,
    CONVOLUTION,
)


def statement(id: str) -> Statement:
    """The statement of that id; ValueError if there is none."""
    for item in STATEMENTS:
        if item.id == id:
            return item
    ids = ", ".join(item.id for item in STATEMENTS)
    raise ValueError(f"statement must be one of {ids}; got {id!r}")
