"""The threshold's equation on balls: evaluated, started and solved with proof.

With p = 2 − 2/N, e = 1 − p = 2/N − 1 and a = 2/N the time integral is

    T_p(x, y) = ∫_x^y t^{−p}/(1 − t) dt = E_e(x, y) + E_a(x, y) + R(y) − R(x),
    E_c(x, y) = (y^c − x^c)/c  (log(y/x) at c = 0),     R(x) = ∫_0^x t^a/(1 − t) dt,

in which nothing has a pole for N in [1, ∞]: those of 2F1 at p = 1 and 2 are removable ones of E,
and `expm1` removes them. The threshold y* (`exact-threshold`) is the zero of

    G(y) = T_p(y, s) − r^{−p} T_p(y/r, f)
         = (1 − 1/r) E_e(y, s) + (1 − 1/r²) E_a(y, s) − R(y) + r^{−p} R(y/r) + constant,

so that r − 1 is a factor, and nothing cancels near r = 1. G falls strictly on (0, 1): a zero found
there is the only one. In v = log y, dG/dv = g(v) = −(r − 1) y^e/((1 − y)(r − y)), and an interval
Newton step N(V) = m − G(m)/g(V) that lands strictly inside V proves that V holds the zero.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, fmpq

from stairwise.numerics._exact import Exact
from stairwise.numerics.balls import precision, rational, within

#: Bits beyond those that the digits need.
GUARD_BITS = 24
#: Bits at which Newton's iteration starts where float64 does not reach.
START_BITS = 64
#: Bits of log y* that a start has right, cautiously; each step multiplies them by four.
START_KNOWN = 40
#: A step of a Newton start that moves the unknown by less, relatively, is the last one.
START_TOLERANCE = 1e-9
#: Steps of one Newton start: 5 mid-range; the worst is s near 1, where 1 − y doubles at each.
START_STEPS = 400
#: Steps of a float64 start, which is for the middle of the range.
FLOAT_STEPS = 12
#: Float64 starts sum power series: for s up to this only.
FLOAT_LARGEST_S = 0.5


class Powers(NamedTuple):
    """Exponents of one depth, as balls at the current precision.

    `terms` are the c of the E_c with j, the power in r^{−p} E_c(x/r, f) = r^{−j} E_c(x, r f), and
    `rest` is the exponent in R. At N = 2, R with exponent 0 takes in E_a (both are elementary).
    """

    p: Any
    terms: tuple[tuple[Any, int], ...]
    rest: Any

    @classmethod
    def at(cls, depth: Exact) -> "Powers":
        """The exponents of this depth."""
        if depth == 2:
            return cls(arb(1), ((arb(0), 1),), arb(0))
        a = fmpq(0) if depth == math.inf else 2 / rational(Fraction(depth))
        rest = arb(a)
        return cls(arb(2 - a), ((arb(a - 1), 1), (rest, 2)), rest)


def shrink(c: Any, delta: Any) -> Any:
    """(1 − e^{−cδ})/c, δ at c = 0: E_c(x, y) = y^c · shrink(c, log(y/x))."""
    return delta if c.is_zero() else (-c * delta).expm1() / -c


def remainder(a: Any, x: Any, gap: Any, log_x: Any) -> Any:
    """R(x) = ∫_0^x t^a/(1 − t) dt, from x in (0, 1), gap = 1 − x and log x as balls.

    The power series where x < 1/2; near 1 the expansion of B(x; a, 0) in the gap (with a + 1
    for a), whose sum is a · gap · 3F2(1, 1, 1 − a; 2, 2; gap).
    """
    if a.is_zero():
        return -(gap.log() if x > 0.25 else (-x).log1p())
    if x < 0.5:
        power = ((a + 1) * log_x).exp()
        return power * x.hypgeom_2f1(1, a + 1, a + 2, abc=True) / (a + 1)
    series = a * gap * gap.hypgeom([1, 1, 1 - a], [2, 2])
    return series - gap.log() - (a + 1).digamma() - arb.const_euler()


def time_between(powers: Powers, begin: Fraction, end: Fraction) -> Any:
    """T_p(begin, end) for rationals 0 < begin < end < 1."""
    x, y = rational(begin), rational(end)
    log_end, delta = arb(y).log(), arb(y / x).log()
    total = _remainder_at(powers.rest, y) - _remainder_at(powers.rest, x)
    for c, _ in powers.terms:
        total += (c * log_end).exp() * shrink(c, delta)
    return total


def time_from_zero(powers: Powers, end: Fraction) -> Any:
    """F_p(end) = T_p(0, end), finite for p < 1."""
    y = rational(end)
    log_end = arb(y).log()
    total = _remainder_at(powers.rest, y)
    for c, _ in powers.terms:
        total += (c * log_end).exp() / c
    return total


def _remainder_at(a: Any, x: Any) -> Any:
    """R at a rational."""
    return remainder(a, arb(x), arb(1 - x), arb(0) if a.is_zero() else arb(x).log())


def _log2(number: Any) -> int:
    """log2 of a positive rational, to the next integers."""
    return int(number.p.bit_length() - number.q.bit_length())


class Derivatives(NamedTuple):
    """G' = g in v = log y, and G''/g, G'''/g."""

    first: Any
    second: Any
    third: Any


class ThresholdEquation:
    """G as a function of v = log y for exact inputs, at the precision of the last `prepare`.

    `loss` is the number of bits that cancel: log(s/y) falls like (1 − s)/r beside log s.
    """

    def __init__(self, depth: Exact, r: Fraction, s: Fraction, f: Fraction) -> None:
        self.depth, self.exact = depth, (rational(r), rational(s), rational(f))
        exact_r, exact_s, _ = self.exact
        self.loss = _log2(exact_r) - _log2(1 - exact_s) + (1 + abs(_log2(exact_s))).bit_length()
        self.start: Any = None
        self.starts = 0

    def prepare(self) -> None:
        """Compute all that does not depend on y, at the current precision."""
        r, s, f = self.exact
        self.powers = powers = Powers.at(self.depth)
        self.r, self.excess = arb(r), arb(r - 1)
        self.log_s, self.log_r = arb(s).log(), self.r.log()
        self.scale_r = (-powers.p * self.log_r).exp()  # r^{−p}
        log_rf, delta = arb(r * f).log(), arb(r * f / s).log()
        self.factors = []
        constant = self.scale_r * _remainder_at(powers.rest, f)
        for c, j in powers.terms:
            inverse = 1 / r**j
            constant += arb(inverse) * (c * log_rf).exp() * shrink(c, delta)
            self.factors.append((c, arb(1 - inverse) * (c * self.log_s).exp()))
        self.constant = _remainder_at(powers.rest, s) - constant

    def value(self, v: Any, y: Any, gap: Any) -> Any:
        """G at y = e^v, gap = 1 − y."""
        a, delta = self.powers.rest, self.log_s - v
        x = y / self.r
        total = self.constant - remainder(a, y, gap, v)
        total += self.scale_r * remainder(a, x, (self.excess + gap) / self.r, v - self.log_r)
        for c, factor in self.factors:
            total += factor * shrink(c, delta)
        return total

    def derivatives(self, v: Any, y: Any, gap: Any) -> Derivatives:
        """G', G''/G' and G'''/G' in v on balls."""
        e = self.powers.terms[0][0]
        other = self.excess + gap  # r − y
        near, far = y / gap, y / other
        slope = e + near + far
        bend = near / gap + self.r * far / other
        first = -self.excess * (e * v).exp() / (gap * other)
        return Derivatives(first, slope, slope * slope + bend)

    def never_incremental(self) -> bool | None:
        """For N < 2: whether G(0+) ≤ 0, so that no threshold exists; None where undecided."""
        total = self.constant
        for c, factor in self.factors:
            total += factor / c
        if total > 0:
            return False
        return True if total < 0 else None

    def enclose(self, bits: int, digits: int) -> Any:
        """A ball of relative radius ≤ 10^−digits that holds log y*, from work at that precision.

        −inf where no initialisation is incremental; None where more bits are needed.
        """
        self.prepare()
        if self.depth < 2:
            never = self.never_incremental()
            if never is None:
                return None
            if never:
                return arb.neg_inf()
        if self.start is None:
            self.start = self.find_start(bits)
        middle, known = self.start, START_KNOWN
        while middle is not None:
            carried = 4 * known + self.loss + GUARD_BITS
            if carried >= bits:
                found = self.contract(middle)
                self.start = None if found is None else found.mid()
                return found if found is not None and within(found, digits) else None
            with precision(carried):
                found = self.contract(middle)
            middle = None if found is None else found.mid()
            known *= 4
        self.start = None
        return None

    def find_start(self, bits: int) -> Any:
        """A point close to log y*, or None: float64 first, then balls with more and more bits."""
        self.starts += 1
        if self.starts == 1:
            start = self.float_start()
            if start is not None:
                return start
        with precision(START_BITS + self.loss if self.starts == 1 else bits):
            return self.ball_start()

    def float_start(self) -> Any:
        """Newton's iteration of `ball_start` in float64, for the middle of the range."""
        s, r, log_s = float(self.log_s.exp()), float(self.r), float(self.log_s)
        a, excess, scale_r = float(self.powers.rest), float(self.excess), float(self.scale_r)
        factors = [(float(c), float(factor)) for c, factor in self.factors]
        e, scale = factors[0][0], math.exp(min(700.0, factors[0][0] * log_s))
        if not 0 < s < FLOAT_LARGEST_S or excess < 1e-6 or r > 1e6 or scale > 1e100:
            return None
        unknown, delta, constant = 0.0, 0.0, float(self.constant)
        for _ in range(FLOAT_STEPS):
            y = s * math.exp(-delta)
            value = constant - _float_remainder(a, y) + scale_r * _float_remainder(a, y / r)
            for c, factor in factors:
                value += factor * (-math.expm1(-c * delta) / c if c else delta)
            step = -value * (1 - y) * (r - y) / excess
            unknown += step
            inner = e * unknown / scale
            if not inner < 1:
                return None
            delta = -math.log1p(-inner) / e if e else unknown
            if abs(step) <= unknown * START_TOLERANCE:
                return arb(log_s - delta)
        return None

    def ball_start(self) -> Any:
        """A point close to log y*, by Newton's iteration in E = E_e(y, s); not rigorous.

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
            v = (self.log_s - (shrunk if e.is_zero() else (-e * shrunk).log1p() / -e)).mid()
            if abs(step) <= unknown * START_TOLERANCE:
                return v
        return None

    def contract(self, middle: Any) -> Any:
        """Interval Newton around a point: a ball proved to hold log y*, or None.

        After the proof, G(m) + g x (1 + (G''/g) x/2) + G'''(V) x³/6 = 0 for x = v* − m gives
        a narrower ball: its radius falls like the fourth power of the start's error.
        """
        y, gap = middle.exp(), -middle.expm1()
        at = self.derivatives(middle, y, gap)
        residual = self.value(middle, y, gap)
        newton = -residual / at.first
        if not newton.is_finite():
            return None
        reach = arb(0, 2 * newton.abs_upper())
        around = middle + reach
        if not around < 0:
            return None
        over = self.derivatives(around, around.exp(), -around.expm1())
        x = -residual / over.first
        if not (x.is_finite() and reach.contains_interior(x)):
            return None
        square, cube = at.second / 2, over.first / at.first * over.third / 6
        for _ in range(2):
            x = (newton - x * x * (square + x * cube)).intersection(x)
        return middle + x


def _float_remainder(a: float, x: float) -> float:
    """R(x) in float64 for x up to 1/2."""
    if a == 0:
        return -math.log1p(-x)
    total, power, k = 0.0, 1.0, 1 + a
    while power > 1e-17:
        total += power / k
        power *= x
        k += 1
    return float(x ** (1 + a) * total)
