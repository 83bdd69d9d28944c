"""Numerical checks of the statements: each claim, evaluated, against a route that shares nothing.

The claims are lambdified as they stand in the statement, so a perturbed claim fails its check.
"""

from collections.abc import Callable, Iterator

from stairwise.numerics.process_state import usual_arithmetic
from stairwise.reports.checks.chain import chain
from stairwise.reports.checks.check import Check
from stairwise.reports.checks.closed_form import closed_form
from stairwise.reports.checks.convolution import convolution
from stairwise.reports.checks.critical_ratio import critical_ratio
from stairwise.reports.checks.deep_linear import deep_linear
from stairwise.reports.checks.depth_law import depth_law
from stairwise.reports.checks.descent import descent_bounds, descent_map
from stairwise.reports.checks.diagonal import diagonal
from stairwise.reports.checks.exact_threshold import exact_threshold
from stairwise.reports.checks.quadratic import quadratic
from stairwise.reports.checks.separation import separation_bounds
from stairwise.reports.checks.sharp import sharp_bounds_checks
from stairwise.reports.checks.toy_flow import toy_flow
from stairwise.theory.statement import Statement

__all__ = ["Check", "numerical_checks"]

_CHECKS: dict[str, Callable[[Statement], Iterator[Check]]] = {
    "toy-flow": toy_flow,
    "closed-form": closed_form,
    "exact-threshold": exact_threshold,
    "critical-ratio": critical_ratio,
    "separation-bounds": separation_bounds,
    "sharp-bounds": sharp_bounds_checks,
    "depth-law": depth_law,
    "chain": chain,
    "descent-map": descent_map,
    "descent-bounds": descent_bounds,
    "deep-linear": deep_linear,
    "quadratic": quadratic,
    "diagonal": diagonal,
    "convolution": convolution,
}


def numerical_checks(statement: Statement) -> tuple[Check, ...]:
    """The checks of a statement; ValueError for one that has none."""
    if statement.id not in _CHECKS:
        raise ValueError(f"statement must be one of {', '.join(_CHECKS)}; got {statement.id!r}")
    with usual_arithmetic():
        return tuple(_CHECKS[statement.id](statement))
