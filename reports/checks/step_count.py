"""Cases of `descent-bounds` on counts of steps, on steps of the weight on the loss itself."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import mpmath

from stairwise.numerics.process_state import working_digits
from stairwise.reports.checks.check import Check, evaluator, violation, worst
from stairwise.theory.statement import Case
from stairwise.theory.step_count import ORDER

_STARTS = (0.01, 0.1, 0.5, 0.9, 0.99)
_RATES = (0.1, 0.5, 0.95)
_ROUNDING = 1e-25


def _loss_step(start: Any, rate: Any, depth: Any) -> Any:
    """log x⁺/x at σ* = 1, from w⁺ = w − η dℓ/dw with dℓ/dw by differences."""
    w = start ** (1 / depth)
    slope = mpmath.diff(lambda z: (1 - z**depth) ** 2 / (2 * depth**2), w)
    return depth * mpmath.log((w - rate * slope) / w)


def _part(start: Any, rate: Any, depth: Any) -> Any:
    """a/N = c x^{1−2/N}/N."""
    return rate * start ** (1 - 2 / depth) / depth


def _samples(*depths: float) -> Iterator[tuple[Any, Any, Any]]:
    for values in product(_STARTS, _RATES, depths):
        start, rate, depth = map(mpmath.mpf, values)
        yield start, rate, depth


def _growth(case: Case) -> Iterator[Check]:
    more, less = (evaluator(side, "k", "x", "N") for side in case.claim.args)
    gaps, broken = [], []
    with working_digits(40):
        for start, rate, depth in _samples(1.5, 3, 10):
            part = _part(start, rate, depth)
            high, low = more(part, start, depth), less(part, start, depth)
            gaps.append(float(abs(high - _loss_step(start, rate, depth))))
            gaps.append(float(abs(low - (1 - start) * depth * mpmath.log1p(part))))
            broken.append(violation(float(low), float(high)))
    yield Check(f"{case.name}: a step on the loss, and γ", worst(gaps), _ROUNDING)
    yield Check(f"{case.name}: broken", worst(broken), 0.0)


def _change(depth: float, case: Case) -> Iterator[Check]:
    """How γ changes over a step from x to x⁺, either way."""
    more, less = (evaluator(side, "k", "rho_a", "N") for side in case.claim.args)
    gaps, broken = [], []
    with working_digits(40):
        for start, rate, n in _samples(depth):
            after = start * mpmath.exp(_loss_step(start, rate, n))
            before, later = _part(start, rate, n), _part(after, rate, n)
            moved = abs(n * mpmath.log1p(later) - n * mpmath.log1p(before))
            high, low = more(before, later / before, n), less(before, later / before, n)
            gaps.append(float(abs(high / moved - 1)))
            broken.append(violation(float(low), float(high)))
    yield Check(f"{case.name}: γ before and after a step", worst(gaps), _ROUNDING)
    yield Check(f"{case.name}: broken", worst(broken), 0.0)


def _power(case: Case) -> Iterator[Check]:
    more, less = (evaluator(side, "gamma", "Delta_gamma") for side in case.claim.args)
    broken, slopes = [], []
    with working_digits(40):
        for growth, gain in product((0.01, 0.3, 0.8), (1e-9, 0.01, 0.5)):
            values = mpmath.mpf(growth), mpmath.mpf(gain)
            broken.append(violation(float(less(*values)), float(more(*values))))
            slope = mpmath.diff(lambda z: z ** (ORDER - 1), values[0])
            slopes.append(float(abs(less(*values) / (slope * values[1]) - 1)))
    yield Check(f"{case.name}: slope by differences", worst(slopes), 1e-20)
    yield Check(f"{case.name}: broken", worst(broken), 0.0)


def _room(case: Case) -> Iterator[Check]:
    more, less = (evaluator(side, "x", "x_next") for side in case.claim.args)
    broken, gaps = [], []
    with working_digits(40):
        for start, rate, depth in _samples(2, 5):
            step = _loss_step(start, rate, depth)
            after = start * mpmath.exp(step)
            high, low = more(start, after), less(start, after)
            taken = mpmath.quad(lambda z: 1 / (1 - z), [start, after])
            gaps.append(float(abs(high / taken - 1)))
            gaps.append(float(abs(low / (start * step / (1 - start)) - 1)))
            broken.append(violation(float(low), float(high)))
    yield Check(f"{case.name}: by quadrature of 1/(1 − x)", worst(gaps), 1e-20)
    yield Check(f"{case.name}: broken", worst(broken), 0.0)


ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "growth beside the plateau's": _growth,
    "gain of the plateau's growth": partial(_change, 3.0),
    "loss of the plateau's growth, depth < 2": partial(_change, 1.5),
    "gain of its power": _power,
    "room that a step takes": _room,
}
