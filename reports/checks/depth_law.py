"""`depth-law` against thresholds from stiff solves and balls at ratios close to 1."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

import mpmath

from stairwise.numerics.flow_threshold import flow_log_threshold
from stairwise.numerics.process_state import working_digits
from stairwise.numerics.rigorous import enclose_log_threshold
from stairwise.reports.checks.check import Check, evaluator, worst
from stairwise.reports.checks.routes import measured_laws
from stairwise.theory.statement import Case, Statement

_LOW, _HIGH = Fraction(1, 10), Fraction(9, 10)
_DEPTHS = (2.5, 6.0)


def depth_law(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    with working_digits(40):
        for case in statement.cases:
            yield from _ROUTES[case.name](case)
    yield from measured_laws()


@cache
def _solved(depth: float, excess: float) -> float:
    """log y* at r = 1 + excess from stiff solves alone."""
    return float(flow_log_threshold(depth, 1 + excess, 0.1, 0.9))


def _known(depth: float, excess: Any) -> dict[str, Any]:
    """What a claim may name besides y*, with B by quadrature in x = z^{1/(1−e)}."""
    exponent = 2 - 2 / mpmath.mpf(depth)
    low, high = mpmath.mpf(1) / 10, mpmath.mpf(9) / 10

    def regular(end: Any) -> Any:
        power = 1 / (2 - exponent)
        top = end ** (2 - exponent)
        return mpmath.quad(lambda z: power / (1 - z**power), [0, top])

    ratio = 1 + mpmath.mpf(excess)
    known = {"r": ratio, "s": low, "f": high, "p": exponent, "e": exponent - 1}
    if math.isfinite(depth):
        known |= {"B(s)": regular(low), "B(f)": regular(high)}
    return known


def _at(expression: Any, known: dict[str, Any]) -> Any:
    """The expression's value; NaN where it is not real."""
    value = evaluator(expression, *known)(*known.values())
    return value if isinstance(value, mpmath.mpf) else mpmath.nan


def _leading(depths: tuple[float, ...], case: Case) -> Iterator[Check]:
    """The claimed law at r − 1 = 1e-8 against the solved threshold there."""
    gaps = []
    for depth in depths:
        claimed = mpmath.log(_at(case.claim.rhs, _known(depth, 1e-8)))
        gaps.append(float(abs(claimed - _solved(depth, 1e-8))))
    # The next term is slope·(r − 1), with slopes up to 12 here.
    yield Check(f"{case.name}: log y* at r − 1 = 1e-8, stiff solves", worst(gaps), 1e-6)


def _exponential(case: Case) -> Iterator[Check]:
    """The ratio of the logs tends to 1: its distance at r − 1 = 1e-4."""
    claimed = mpmath.log(_at(case.claim.rhs, _known(2.0, 1e-4)))
    gap = abs(claimed / _solved(2.0, 1e-4) - 1)
    # The next term is (log(s/(1−s)) − 1)(r − 1)/L = −0.73 (r − 1).
    yield Check("log y* at depth 2, r − 1 = 1e-4, relative, stiff solves", float(gap), 1e-4)


def _two_terms(depths: tuple[float, ...], case: Case) -> Iterator[Check]:
    """What two terms leave, over the order of the error that the setting states."""
    excess = Fraction(1, 10**6)
    gaps = []
    for depth in depths:
        claimed = _at(case.claim.rhs, _known(depth, mpmath.mpf(10) ** -6))
        ball = enclose_log_threshold(Fraction(depth), 1 + excess, _LOW, _HIGH)
        left = abs(claimed - mpmath.mpf(ball.mid().str(35, radius=False)))
        order = 1.0 if depth == 2 else min(2, depth / (depth - 2))
        gaps.append(float(left * 10 ** (6 * order)))
    # Constants of the next terms, measured: 0.5 at depth 2, 6.4 at most beyond.
    yield Check(f"{case.name}: error over its order, balls", worst(gaps), 20.0)


def _uniform(depths: tuple[float, ...], case: Case) -> Iterator[Check]:
    """Both sides at solved thresholds, where (N − 2)/(r − 1) is neither small nor large."""
    gaps = []
    for depth in depths:
        known = _known(depth, 1e-5)
        known["y"] = mpmath.exp(_solved(depth, 1e-5))
        gaps.append(float(abs(_at(case.claim.lhs, known) / _at(case.claim.rhs, known) - 1)))
    # The relative correction is of the order of r − 1: 0.73 (r − 1) here.
    yield Check(f"{case.name}: both sides at r − 1 = 1e-5, stiff solves", worst(gaps), 1e-4)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "depth > 2": partial(_leading, _DEPTHS),
    "two terms, depth > 2": partial(_two_terms, (2.5, 3.0, 5.0)),
    "depth 2": _exponential,
    "two terms, depth 2": partial(_two_terms, (2.0,)),
    "infinite depth": partial(_leading, (math.inf,)),
    "uniform, depth > 2": partial(_uniform, (2.5, 2 + 1e-5, 2 + 1e-6)),
    "uniform, depth < 2": partial(_uniform, (2 - 1e-6, 2 - 1e-7)),
}
