"""`closed-form` against stiff solves of the flow."""

import math
from collections.abc import Iterator
from functools import cache

import mpmath
from sympy import Expr, Integer, Rational, oo

from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.stiff import stiff_log_value, stiff_time
from stairwise.numerics.trajectory import trajectory
from stairwise.reports.checks.check import STIFF_TOLERANCE, Check, real, worst
from stairwise.theory.compiled import compiled
from stairwise.theory.statement import Case, Statement
from stairwise.theory.symbols import a, b, p, sigma0, sigma_star, t

#: Depths at which each case on learning times is solved numerically.
_TIME_CASES: dict[str, tuple[Expr, ...]] = {
    **{f"depth {depth}": (Integer(depth),) for depth in range(3, 9)},
    "infinite depth": (oo,),
    "real depth N > 2": (Rational(5, 2), Rational(17, 3), Integer(40)),
    "real depth 1 < N < 2": (Rational(3, 2), Rational(19, 10)),
}


def closed_form(statement: Statement) -> Iterator[Check]:
    """Every case that the statement has, against Radau solves of the flow in log σ."""
    values: list[float] = []
    times: list[float] = []
    for case in statement.cases:
        if case.name in ("depth 1", "depth 2"):
            values.append(_explicit_gap(case, int(case.name[-1])))
        elif case.name == "zero target":
            values.extend(_decay_gap(case, n) for n in (Integer(2), Rational(5, 2), oo))
        elif case.name == "zero target, depth 1":
            values.append(_decay_gap(case, Integer(1)))
        else:
            times.extend(_time_gap(case, depth) for depth in _TIME_CASES[case.name])
    if values:
        yield Check("σ(t) against a stiff solve", worst(values), STIFF_TOLERANCE)
    if times:
        yield Check("T_p(a, b) against a stiff solve", worst(times), STIFF_TOLERANCE)
    yield Check("learning_time, trajectory against a stiff solve", _library_gap(), STIFF_TOLERANCE)


def _explicit_gap(case: Case, depth: int) -> float:
    """Worst gap in log σ(t), from below and from above the target."""
    claim = compiled((t, sigma0, sigma_star), case.claim.rhs, "math")
    gaps = []
    for start, target, time in ((1e-6, 2.0, 7.0), (0.3, 1.5, 1.0), (4.0, 1.0, 0.7)):
        solved = stiff_log_value(time, math.log(start), target, Integer(depth))
        gaps.append(_log_gap(claim(time, start, target), solved))
    return worst(gaps)


def _decay_gap(case: Case, depth: Expr) -> float:
    """Gap in log σ(3) towards a zero target, from σ0 = 2."""
    claim = compiled((t, sigma0, p), case.claim.rhs, "math")
    claimed = claim(3.0, 2.0, 2 - 2 / real(depth))
    return _log_gap(claimed, stiff_log_value(3.0, math.log(2), 0.0, depth))


def _log_gap(claimed: float, solved: float) -> float:
    """|log claimed − solved|; NaN, which fails, where the claim is not positive."""
    return abs(math.log(claimed) - solved) if claimed > 0 else math.nan


def _time_gap(case: Case, depth: Expr) -> float:
    """Relative gap of T_p(a, b) for a start far below and one close to the target."""
    exponent = 2 - 2 / real(depth)
    claim = compiled((a, b, p), case.claim.rhs, "mpmath")
    gaps = []
    for start, end in ((1e-4, 0.9), (0.2, 0.99)):
        claimed = float(mpmath.re(claim(mpmath.mpf(start), mpmath.mpf(end), exponent)))
        solved = stiff_time(math.log(start), math.log(end), 1.0, depth)
        gaps.append(abs(claimed / solved - 1))
    return worst(gaps)


@cache
def _library_gap() -> float:
    """Worst relative gap of learning times and trajectories, with a target that is not 1."""
    gaps = []
    for depth in (1, 2, 3, 5, oo):
        symbolic = Integer(depth) if depth is not oo else oo
        computed = learning_time(0.75, 1e-5, 3.0, real(symbolic))
        solved = stiff_time(math.log(1e-5), math.log(0.75 * 3.0), 3.0, symbolic)
        gaps.append(abs(float(computed) / solved - 1))
        # A value is as sensitive to time as its plateau is long: a short one, within 1e-8.
        moment = learning_time(0.6, 0.1, 3.0, real(symbolic))
        value = trajectory(moment, 0.1, 3.0, real(symbolic))
        gaps.append(abs(math.log(value) - stiff_log_value(moment, math.log(0.1), 3.0, symbolic)))
    return worst(gaps)
