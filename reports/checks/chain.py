"""`chain`: the definition for a whole sequence of targets, by stiff solves of every value."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from sympy import Expr, Integer, Rational, oo

from stairwise.numerics.stiff import stiff_log_value, stiff_time
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.checks.check import Check, evaluator, real, violation, worst
from stairwise.theory.statement import Case, Statement

_LOW, _HIGH = 0.1, 0.9
#: The first pair is the one that decides, then the second, twice.
_CHAINS: tuple[tuple[Expr, tuple[float, float, float]], ...] = (
    (Integer(2), (6.0, 3.0, 1.0)),
    (Rational(5, 2), (8.0, 2.0, 1.0)),
    (oo, (9.0, 3.0, 2.0)),
)


def chain(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, by its own route."""
    for case in statement.cases:
        yield from _ROUTES[case.name](case)


@cache
def _pairs(depth: Expr, targets: tuple[float, ...]) -> tuple[float, ...]:
    """y* of each neighbouring pair."""
    ratios = [before / after for before, after in pairwise(targets)]
    return tuple(math.exp(log_threshold(real(depth), ratio, _LOW, _HIGH)) for ratio in ratios)


def _is_incremental(log_start: float, targets: Sequence[float], depth: Expr) -> bool:
    """The definition: some t_k has the first k at f of their targets and no other past s."""
    ahead, behind = targets[:-1], targets[1:]
    reached = [stiff_time(log_start, math.log(_HIGH * goal), goal, depth) for goal in ahead]
    passed = [stiff_time(log_start, math.log(_LOW * goal), goal, depth) for goal in behind]
    return all(max(reached[: k + 1]) <= min(passed[k:]) for k in range(len(ahead)))


def _threshold(case: Case) -> Iterator[Check]:
    """A millionth below the claimed threshold the whole chain is incremental, above it is not."""
    names = ("sigma*_1", "sigma*_2", "sigma*_3", "y*_1", "y*_2")
    claim = evaluator(case.claim.rhs, *names, module="math")
    wrong = 0
    for depth, targets in _CHAINS:
        log_claimed = math.log(claim(*targets, *_pairs(depth, targets)))
        found = [_is_incremental(log_claimed + side, targets, depth) for side in (-1e-6, 1e-6)]
        wrong += int(found != [True, False])
    yield Check("wrong sides of σ0(1 ± 1e-6) for three targets, stiff solves", float(wrong), 0.0)


def _neighbours(case: Case) -> Iterator[Check]:
    """The middle value at the first pair's own time and at the second's."""
    names = ("sigma(t_{k-1})", "sigma(t_k)")
    less, more = (evaluator(side, *names, module="math") for side in case.claim.args)
    broken = []
    for depth, targets in _CHAINS[:2]:
        pairs = zip(targets[1:], _pairs(depth, targets), strict=True)
        log_start = math.log(min(goal * y for goal, y in pairs)) - 1e-3
        # The first pair's time at its latest: σ_2 comes to s. The second's at its earliest.
        early = stiff_time(log_start, math.log(_LOW * targets[1]), targets[1], depth)
        late = stiff_time(log_start, math.log(_HIGH * targets[1]), targets[1], depth)
        values = [
            math.exp(stiff_log_value(time, log_start, targets[1], depth)) for time in (early, late)
        ]
        broken.append(violation(less(*values), more(*values)))
    yield Check("the middle value at the times of its two pairs", worst(broken), 0.0)


_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "neighbouring pairs suffice": _neighbours,
    "threshold": _threshold,
}
