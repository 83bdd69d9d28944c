"""Enclosures: balls that provably contain thresholds, learning times and critical ratios.

With p = 2 − 2/N, e = 1 − p = 2/N − 1 and a = 2/N the time integral is

    T_p(x, y) = ∫_x^y t^{−p}/(1 − t) dt = E_e(x, y) + E_a(x, y) + R(y) − R(x),
    E_c(x, y) = (y^c − x^c)/c  (log(y/x) at c = 0),     R(x) = ∫_0^x t^a/(1 − t) dt,

in which nothing has a pole for N in [1, ∞]: 2F1's poles at p = 1 and 2 are E's removable ones, and
`expm1` removes them. The threshold y* (theory, section 3) is the zero of

    G(y) = T_p(y, s) − r^{−p} T_p(y/r, f),

which falls strictly on (0, 1), so a zero found there is the only one. In v = log y,
dG/dv = −(r − 1) y^e/((1 − y)(r − y)) =: g, and an interval Newton step N(V) = m − G(m)/g(V) that
lands strictly inside V proves that V holds the zero (new: the paper has no exact threshold).
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb

from stairwise.numerics._arguments import whole
from stairwise.numerics.balls import (
    Decimals,
    Exact,
    ball,
    exact_depth,
    exact_fractions,
    exact_positive,
    exact_ratio,
    outward_decimals,
    precision,
    within,
)

#: Bits beyond the digits asked for at first; an enclosure that comes out too wide gets more.
GUARD_BITS = 24
#: Bits at which Newton's iteration starts.
START_BITS = 64
#: Bits of log y* that the start has right, cautiously; each step multiplies them by four.
START_KNOWN = 40
#: A step of the Newton start that moves the unknown by less, relatively, is the last one.
START_TOLERANCE = 1e-9
#: Precision is raised, at most this many times by a half each, before a ball counts as undecided.
RAISES = 6
#: Steps of one Newton start: 5 mid-range; the worst is s near 1, where 1 − y doubles at each.
START_STEPS = 400


class UndecidedError(ArithmeticError):
    """No enclosure at the highest precision tried: the inputs sit on a boundary, or too close."""


def enclose_log_threshold(depth: Any, ratio: Any, s: Any, f: Any, digits: int = 30) -> Any:
    """A ball that provably contains log y*, the log of the exact threshold (theory, section 3).

    `depth` ≥ 1 or inf, `ratio` > 1 and 0 < s < f < 1 are numbers: int, Fraction, Decimal, decimal
    string or float (the binary fraction that it is). Returns a `flint.arb` with relative radius
    ≤ 10^−digits; exactly −inf where no initialisation is incremental (depth 1; depth below 2 and
    ratio at most the critical one). Existence and uniqueness are proved by strict containment of
    an interval Newton step. ValueError for bad input; `UndecidedError` (an ArithmeticError) where
    the ratio cannot be told from the critical one. Safe to call from threads, which take turns.
    """
    digits = whole("digits", digits, 1)
    n, r = exact_depth(depth), exact_ratio(ratio)
    low, high = exact_fractions(s, f)
    if n == 1:
        return arb.neg_inf()
    equation = _Equation(n, r, low, high)
    for bits in _raised(_bits(digits) + equation.loss):
        with precision(bits):
            found = equation.enclose(bits, digits)
        if found is not None:
            return found
    raise UndecidedError(f"log threshold at {digits} digits: undecided at {bits} bits")


def enclose_learning_time(
    alpha: Any, sigma0: Any, sigma_star: Any, depth: Any, digits: int = 30
) -> Any:
    """A ball that provably contains the time at which σ first reaches alpha·σ*.

    0 < alpha < 1, sigma0 > 0 and sigma_star > 0 are numbers as in `enclose_log_threshold`; the
    time is σ*^{−p} T_p(σ0/σ*, alpha) (the paper's Theorem 1), and exactly 0 where σ starts past
    alpha·σ*. Relative radius ≤ 10^−digits. ValueError for bad input.
    """
    digits = whole("digits", digits, 1)
    end = exact_positive("alpha", alpha)
    if end >= 1:
        raise ValueError(f"alpha must be a number with 0 < alpha < 1; got {alpha!r}")
    start, target = exact_positive("sigma0", sigma0), exact_positive("sigma_star", sigma_star)
    n = exact_depth(depth)
    begin = start / target
    if begin >= end:
        return arb(0)
    for bits in _raised(_bits(digits)):
        with precision(bits):
            powers = _Powers.at(n)
            scale = (-powers.p * ball(target).log()).exp()
            time = scale * _time(powers, begin, end)
            if within(time, digits):
                return time
    raise UndecidedError(f"learning time at {digits} digits: undecided at {bits} bits")


def enclose_critical_ratio(depth: Any, s: Any, f: Any, digits: int = 30) -> Any:
    """A ball that provably contains r_c, the ratio above which learning can be incremental.

    r_c = (F_p(f)/F_p(s))^{1/p} for 1 < depth < 2 (theory, section 3; new); exactly 1 for
    depth ≥ 2 and exactly inf at depth 1. Arguments as in `enclose_log_threshold`.
    """
    digits = whole("digits", digits, 1)
    n = exact_depth(depth)
    low, high = exact_fractions(s, f)
    if n >= 2:
        return arb(1)
    if n == 1:
        return arb.pos_inf()
    for bits in _raised(_bits(digits)):
        with precision(bits):
            powers = _Powers.at(n)
            quotient = _time_from_zero(powers, high) / _time_from_zero(powers, low)
            critical = (quotient.log() / powers.p).exp()
            if within(critical, digits):
                return critical
    raise UndecidedError(f"critical ratio at {digits} digits: undecided at {bits} bits")


def log10_threshold_decimals(depth: Any, ratio: Any, s: Any, f: Any, digits: int = 15) -> Decimals:
    """log10 y* as two decimal strings (low, high) of that many digits: low ≤ log10 y* ≤ high.

    Every digit shown is proved: the strings are a ball's ends rounded outwards, and differ by at
    most two units in the last place. "-inf" twice where no initialisation is incremental.
    """
    digits = whole("digits", digits, 1)
    enclosure = enclose_log_threshold(depth, ratio, s, f, digits + 3)
    if not enclosure.is_finite():
        return outward_decimals(enclosure, digits)
    with precision(_bits(digits + 5)):
        return outward_decimals(enclosure / arb(10).log(), digits)


def _bits(digits: int) -> int:
    return math.ceil(digits * math.log2(10)) + GUARD_BITS


def _log2(number: Fraction | int) -> int:
    """log2 of a positive rational to the next integers."""
    return number.numerator.bit_length() - number.denominator.bit_length()


def _raised(bits: int) -> list[int]:
    """Precisions to try: up by a half each time."""
    return [math.ceil(bits * 1.5**k) for k in range(RAISES)]


class _Powers(NamedTuple):
    """Exponents of one depth, as balls at the current precision.

    `terms` are the c of the E_c with j, the power in r^{−p} E_c(x/r, f) = r^{−j} E_c(x, r f), and
    `rest` is the exponent in R. At N = 2, R with exponent 0 takes in E_a (both are elementary).
    """

    p: Any
    terms: tuple[tuple[Any, int], ...]
    rest: Any

    @classmethod
    def at(cls, depth: Exact) -> "_Powers":
        if depth == 2:
            return cls(arb(1), ((arb(0), 1),), arb(0))
        a = Fraction(0) if depth == math.inf else 2 / Fraction(depth)
        rest = ball(a)
        return cls(ball(2 - a), ((ball(a - 1), 1), (rest, 2)), rest)


def _shrink(c: Any, delta: Any) -> Any:
    """(1 − e^{−cδ})/c, δ at c = 0: E_c(x, y) = y^c · shrink(c, log(y/x))."""
    return delta if c.is_zero() else -(-c * delta).expm1() / c


def _remainder(a: Any, x: Any, gap: Any, log_x: Any) -> Any:
    """R(x) = ∫_0^x t^a/(1 − t) dt, from x in (0, 1), gap = 1 − x and log x as balls.

    The power series where x < 1/2; near 1 the expansion in the gap (theory, section 9, with a + 1
    for a), summed as (1 − a)-type 3F2.
    """
    if a.is_zero():
        return -(gap.log() if x > 0.25 else (-x).log1p())
    if x < 0.5:
        power = ((a + 1) * log_x).exp()
        return power * x.hypgeom_2f1(1, a + 1, a + 2, abc=True) / (a + 1)
    series = a * gap * gap.hypgeom([1, 1, 1 - a], [2, 2])
    return series - gap.log() - (a + 1).digamma() - arb.const_euler()


def _remainder_at(a: Any, x: Fraction) -> Any:
    return _remainder(a, ball(x), ball(1 - x), ball(x).log())


def _time(powers: _Powers, begin: Fraction, end: Fraction) -> Any:
    """T_p(begin, end) for rationals 0 < begin < end < 1."""
    log_end, delta = ball(end).log(), ball(end / begin).log()
    total = _remainder_at(powers.rest, end) - _remainder_at(powers.rest, begin)
    for c, _ in powers.terms:
        total += (c * log_end).exp() * _shrink(c, delta)
    return total


def _time_from_zero(powers: _Powers, end: Fraction) -> Any:
    """F_p(end) = T_p(0, end), finite for p < 1."""
    log_end = ball(end).log()
    total = _remainder_at(powers.rest, end)
    for c, _ in powers.terms:
        total += (c * log_end).exp() / c
    return total


class _Derivatives(NamedTuple):
    """G' = g in v = log y, and G''/g, G'''/g."""

    first: Any
    second: Any
    third: Any


class _Equation:
    """G as a function of v = log y for exact inputs; constants belong to the current precision.

    `loss` is the number of bits that cancel: log(s/y) falls like (1 − s)/r beside log s.
    """

    def __init__(self, depth: Exact, r: Fraction, s: Fraction, f: Fraction) -> None:
        self.depth, self.exact = depth, (r, s, f)
        self.loss = _log2(r) + _log2(1 / (1 - s)) + _log2(1 + abs(_log2(s)))
        self.start_bits = START_BITS + self.loss
        self.start: Any = None

    def prepare(self) -> None:
        """Compute all that does not depend on y."""
        r, s, f = self.exact
        self.powers = powers = _Powers.at(self.depth)
        self.r, self.excess = ball(r), ball(r - 1)
        self.log_s, self.log_r = ball(s).log(), self.r.log()
        self.scale_r = (-powers.p * self.log_r).exp()  # r^{−p}
        log_rf, delta = ball(r * f).log(), ball(r * f / s).log()
        self.factors = []
        constant = self.scale_r * _remainder_at(powers.rest, f)
        for c, j in powers.terms:
            inverse = 1 / r**j
            constant += ball(inverse) * (c * log_rf).exp() * _shrink(c, delta)
            self.factors.append((c, ball(1 - inverse) * (c * self.log_s).exp()))
        self.constant = _remainder_at(powers.rest, s) - constant

    def value(self, v: Any, y: Any, gap: Any) -> Any:
        """G at y = e^v, gap = 1 − y."""
        a, delta = self.powers.rest, self.log_s - v
        x = y / self.r
        total = self.constant - _remainder(a, y, gap, v)
        total += self.scale_r * _remainder(a, x, (self.excess + gap) / self.r, v - self.log_r)
        for c, factor in self.factors:
            total += factor * _shrink(c, delta)
        return total

    def derivatives(self, v: Any, y: Any, gap: Any) -> _Derivatives:
        """G', G''/G' and G'''/G' in v on balls."""
        e = self.powers.terms[0][0]
        other = self.excess + gap  # r − y
        first = -self.excess * (e * v).exp() / (gap * other)
        near, far = y / gap, y / other
        slope = e + near + far
        bend = near / gap + self.r * far / other
        return _Derivatives(first, slope, slope * slope + bend)

    def never_incremental(self) -> bool | None:
        """For N < 2: whether G(0+) ≤ 0, so that no threshold exists; None where undecided."""
        total = self.constant
        for c, factor in self.factors:
            total += factor / c
        if total > 0:
            return False
        return True if total < 0 else None

    def enclose(self, bits: int, digits: int) -> Any:
        """The enclosure at this precision, or None where more is needed."""
        self.prepare()
        if self.depth < 2:
            never = self.never_incremental()
            if never is None:
                return None
            if never:
                return arb.neg_inf()
        if self.start is None:
            with precision(self.start_bits):
                self.start = self.newton_start()
            self.start_bits = bits
        middle, known = self.start, START_KNOWN
        while middle is not None:
            enough = 4 * known + self.loss + GUARD_BITS >= bits
            with precision(bits if enough else 4 * known + self.loss + GUARD_BITS):
                found = self.contract(middle)
            if found is None:
                self.start = None
                return None
            middle = found.mid()
            if enough:
                self.start = middle
                return found if within(found, digits) else None
            known = min(4 * known, max(found.rel_accuracy_bits(), known + 1))
        return None

    def newton_start(self) -> Any:
        """A point close to the zero, by Newton's iteration in E = E_e(y, s); not rigorous.

        G is concave and increases in E, from G < 0 at E = 0 (y = s), so the iterates approach the
        zero from one side, whatever the inputs.
        """
        e = self.powers.terms[0][0]
        scale = (e * self.log_s).exp()
        unknown, v = arb(0), self.log_s.mid()
        for _ in range(START_STEPS):
            gap = -v.expm1()
            slope = self.excess / (gap * (self.excess + gap))
            step = -(self.value(v, v.exp(), gap) / slope).mid()
            unknown = (unknown + step).mid()
            shrunk = (unknown / scale).mid()
            if not e * shrunk < 1:
                return None
            v = (self.log_s - (shrunk if e.is_zero() else -(-e * shrunk).log1p() / e)).mid()
            if abs(step) <= unknown * START_TOLERANCE:
                return v
        return None

    def contract(self, middle: Any) -> Any:
        """Interval Newton around a point: a ball proved to hold the zero, or None.

        After the proof, G(m) + g x (1 + (G''/g) x/2) + G'''(V) x³/6 = 0 for x = v* − m gives
        a narrower ball: its radius falls like the fourth power of the start's error.
        """
        y, gap = middle.exp(), -middle.expm1()
        residual = self.value(middle, y, gap)
        at = self.derivatives(middle, y, gap)
        newton = -residual / at.first
        if not newton.is_finite():
            return None
        reach = arb(0, 2 * newton.abs_upper().mid() + arb(2) ** -(10**6))
        around = middle + reach
        wide = around.exp()
        if not wide < 1:
            return None
        over = self.derivatives(around, wide, -around.expm1())
        x = -residual / over.first
        if not (x.is_finite() and reach.contains_interior(x)):
            return None
        cubic = over.first / at.first * over.third / 6
        for _ in range(4):
            narrower = newton - x * x * (at.second / 2 + x * cubic)
            x = narrower.intersection(x)
        return middle + x
