"""Cases of `descent-bounds` on one step and on small learning rates, each on its own."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import mpmath

from stairwise.numerics.descent import descent_trajectory
from stairwise.numerics.descent_theorem import descent_bounds
from stairwise.numerics.process_state import working_digits
from stairwise.reports.checks.check import Check, evaluator, violation, worst
from stairwise.reports.checks.step_count import ROUTES
from stairwise.theory.statement import Case, Statement

_STARTS = (0.01, 0.1, 0.5, 0.9, 0.99)
_RATES = (0.1, 0.5, 0.95)
#: One float64 step, of which 1 − x⁺ keeps 1e-14 relative.
_ROUNDING = 1e-12


def descent_steps(statement: Statement) -> Iterator[Check]:
    """The cases that the statement has of those named below."""
    for case in statement.cases:
        if case.name in _ROUTES:
            yield from _ROUTES[case.name](case)


def _growth(start: Any, rate: Any) -> Any:
    """q⁺/q at depth 2 with q = x/(1 − x), from a step of the weight on the loss."""
    after = (mpmath.sqrt(start) * (1 + mpmath.mpf(rate) * (1 - start) / 2)) ** 2
    return after / (1 - after) * (1 - start) / start


def _factor(side: str, case: Case) -> Iterator[Check]:
    less, more = (evaluator(part, "x", "c") for part in (case.claim.lts, case.claim.gts))
    gaps, broken = [], []
    for start, rate in product(_STARTS, _RATES):
        low, high = less(start, rate), more(start, rate)
        found = _growth(mpmath.mpf(start), rate)
        gaps.append(float(abs((high if side == "below" else low) / found - 1)))
        broken.append(violation(float(low), float(high)))
    yield Check(f"{case.name}: the factor of one step", worst(gaps), _ROUNDING)
    yield Check(f"{case.name}: broken", worst(broken), 0.0)


def _rises(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.lhs, "x", "c")
    gaps, signs = [], []
    for start, rate in product(_STARTS, _RATES):
        with working_digits(30):
            found = mpmath.diff(lambda x, c=rate: _growth(x, c), mpmath.mpf(start))
            claimed = claim(mpmath.mpf(start), mpmath.mpf(rate))
        gaps.append(float(abs(claimed / found - 1)))
        signs.append(violation(0.0, float(claimed)))
    yield Check(f"{case.name}: slope by differences", worst(gaps), _ROUNDING)
    yield Check(f"{case.name}: its sign", worst(signs), 0.0)


def _step_time(depth: float, case: Case) -> Iterator[Check]:
    """T_p(x, x⁺)/c by quadrature in place of τ; within the bend where the case says so."""
    less, more = (evaluator(part, "tau", "c", "N") for part in case.claim.args)
    end = (depth - 1) / (2 * depth - 1) if "bend" in case.name else 1.0
    broken = []
    for share, rate in product((*_STARTS, 0.25, 0.75), (1e-4, *_RATES)):
        start = share * end
        after = descent_trajectory(1, start, 1.0, depth, rate)
        if after > end:  # the step must end within the bend
            continue
        power = 2 / depth - 2
        time = mpmath.quad(lambda x, e=power: x**e / (1 - x), [start, after]) / rate
        broken.append(violation(float(less(time, rate, depth)), float(more(time, rate, depth))))
    yield Check(f"{case.name}: broken by quadrature", worst(broken), 0.0)


def _limit(side: int, case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.rhs, "s", "f", "r", module="math")
    gaps = [
        abs(claim(0.1, 0.9, ratio) / descent_bounds(2, ratio, 0.1, 0.9, 1e-7)[side] - 1)
        for ratio in (1.2, 2.0, 6.0)
    ]
    # The bounds move by a few times the learning rate.
    yield Check(f"{case.name}: library at learning rate 1e-7", worst(map(float, gaps)), 1e-5)


def _one_root(case: Case) -> Iterator[Check]:
    """The slope of the surplus in y, by differences of the times by quadrature; and its sign."""
    claim = evaluator(case.claim.lts, "y", "p", "r", "A")
    zero = evaluator(case.claim.gts)()
    gaps, signs = [], []
    for y, p, r, excess in product((0.003, 0.08), (1.0, 1.4, 1.9), (1.1, 3.0), (1e-3, 0.7)):
        a = r ** (p - 1) * (1 + excess)

        def surplus(start: Any, p: float = p, r: float = r, a: float = a) -> Any:
            slow = mpmath.quad(lambda x: x**-p / (1 - x), [start, 0.1])
            return slow - mpmath.quad(lambda x: x**-p / (1 - x), [start / r, 0.3, 0.9]) / a

        with working_digits(30):
            found = mpmath.diff(surplus, mpmath.mpf(y), h=mpmath.mpf("1e-9"))
        claimed = claim(y, p, r, a)
        gaps.append(float(abs(claimed / found - 1)))
        signs.append(violation(float(claimed), float(zero)))
    # The two terms of the slope nearly cancel at r = 1.1, where 13 digits are left.
    yield Check(f"{case.name}: slope by differences", worst(gaps), 1e-10)
    yield Check(f"{case.name}: its sign", worst(signs), 0.0)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "growth factor from below": partial(_factor, "below"),
    "growth factor from above": partial(_factor, "above"),
    "growth factor rises": _rises,
    "step time from above, infinite depth": partial(_step_time, math.inf),
    "step time from below, infinite depth": partial(_step_time, math.inf),
    "step time, where the step ends within the bend": partial(_step_time, 3.0),
    "limit of the sufficient bound": partial(_limit, 0),
    "limit of the necessary bound": partial(_limit, 1),
    "one root at every depth": _one_root,
    **ROUTES,
}
