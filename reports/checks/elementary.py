"""Closed forms of `sharp-bounds`, against quadrature."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import mpmath

from stairwise.numerics.process_state import working_digits
from stairwise.reports.checks.check import Check, evaluator, violation, worst
from stairwise.theory.statement import Case

_EXPONENTS = (0.02, 0.5, 0.98)
_ENDS = ((1e-4, 0.9), (0.3, 0.999), (0.6, 0.7))


def _tail(case: Case) -> Iterator[Check]:
    """J on the right side of its bound, and as large as the bound when f is close to 1."""
    names = ("alpha", "f", "e")
    less, more = (evaluator(side, *names) for side in (case.claim.lts, case.claim.gts))
    bound = evaluator(case.claim.rhs, *names)
    broken = [
        violation(float(less(start, end, e)), float(more(start, end, e)))
        for (start, end), e in product(_ENDS, _EXPONENTS)
    ]
    yield Check(f"{case.name}: broken by quadrature", worst(broken), 0.0)
    # What bound and J have besides log(1/(1 − f)) = 140 is of the order of 1.
    gaps = []
    for e in _EXPONENTS:
        with working_digits(80):
            left = mpmath.mpf(10) ** -61
            # x = 1 − exp(−z) takes the logarithm out of the integral.
            whole = mpmath.quad(
                lambda z, e=e: (1 - mpmath.exp(-z)) ** -e, [mpmath.log(2), 5, -mpmath.log(left)]
            )
            gaps.append(float(abs(bound(mpmath.mpf("0.5"), 1 - left, e) / whole - 1)))
    yield Check(f"{case.name}: relative gap at 1 − f = 1e-61", worst(gaps), 0.02)


def _inside_paper(case: Case) -> Iterator[Check]:
    names = ("x", "f", "e")
    less, more = (evaluator(side, *names) for side in (case.claim.lts, case.claim.gts))
    broken = [
        violation(float(less(start, end, e)), float(more(start, end, e)))
        for (start, end), e in product(_ENDS, _EXPONENTS)
    ]
    yield Check(f"{case.name}: integrands", worst(broken), 0.0)


def _excess_weight(case: Case) -> Iterator[Check]:
    """h(x) = (w(x)/w(0) − 1)/x on the right side of its bound."""
    left, bound = (evaluator(side, "x", "s", "r") for side in (case.claim.lhs, case.claim.rhs))
    gaps, broken = [], []
    for (x, s), ratio in product(((0.01, 0.1), (0.1, 0.24), (0.5, 0.9)), (1.01, 2.0, 50.0)):
        found = _weight_over_start(x, ratio)
        claimed = float(bound(x, s, ratio))
        gaps.append(float(abs(left(x, s, ratio) / found - 1)))
        above = case.claim.gts == case.claim.rhs
        broken.append(violation(found, claimed) if above else violation(claimed, found))
    yield Check(f"{case.name}: h from w", worst(gaps), 1e-12)
    yield Check(f"{case.name}: broken", worst(broken), 0.0)


def _weight_over_start(x: Any, ratio: float) -> float:
    """(w(x)/w(0) − 1)/x with w = 1/(1 − x) − 1/(r − x), 30 digits."""
    with working_digits(30):
        x, ratio = mpmath.mpf(x), mpmath.mpf(ratio)
        return float(((1 / (1 - x) - 1 / (ratio - x)) / (1 - 1 / ratio) - 1) / x)


ELEMENTARY_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "closed form: J from below": _tail,
    "closed form: J from above": _tail,
    "closed form: J from above, by powers": _tail,
    "closed form inside the paper's": _inside_paper,
    "closed form: h from above": _excess_weight,
    "closed form: h from below": _excess_weight,
}
