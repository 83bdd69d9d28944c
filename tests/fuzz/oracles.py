"""What the functions should return, in balls: by their definitions, from the doubles exactly.

Each oracle works at the current precision and returns balls; who calls it raises the precision
until they are narrow. No float64 arithmetic is on the way.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, fmpq

from stairwise.numerics.threshold_equation import Powers, remainder, shrink, time_between

Exact = Any  # fmpq


def rational(x: float) -> Exact:
    return fmpq(*x.as_integer_ratio())


def two_over(depth: float) -> Exact:
    """2/N, 0 at N = ∞."""
    return fmpq(0) if math.isinf(depth) else 2 / rational(depth)


def rational_of(x: Fraction) -> Exact:
    return fmpq(x.numerator, x.denominator)


def fraction(x: float) -> Fraction:
    return Fraction(*x.as_integer_ratio())


def exact_depth(depth: float) -> Any:
    return math.inf if math.isinf(depth) else fraction(depth)


# --- times ---------------------------------------------------------------------------------------


def rising_time(depth: float, begin: Exact, end: Exact, target: Exact) -> Any:
    """From σ = begin up to end < target."""
    powers = Powers.at(exact_depth(depth))
    return _scale(depth, target) * time_between(powers, *_parts(begin / target, end / target))


def falling_time(depth: float, begin: Exact, end: Exact, target: Exact) -> Any:
    """From σ = begin down to end > target > 0: v = σ*/σ rises by v^{1−p} (1 − v)."""
    p = 2 - two_over(depth)
    powers = Powers(arb(1 - p), ((arb(p), 1), (arb(1 + p), 2)), arb(1 + p))
    return _scale(depth, target) * time_between(powers, *_parts(target / begin, target / end))


def vanishing_time(depth: float, begin: Exact, end: Exact) -> Any:
    """From σ = begin down to end where σ* = 0: ∫ x^{−p−1} dx."""
    p = arb(2 - two_over(depth))
    return (-p * arb(begin).log()).exp() * shrink(-p, arb(begin / end).log())


def _parts(begin: Exact, end: Exact) -> list[Fraction]:
    return [Fraction(int(x.p), int(x.q)) for x in (begin, end)]


def _scale(depth: float, target: Exact) -> Any:
    return (arb(two_over(depth) - 2) * arb(target).log()).exp()


# --- bounds --------------------------------------------------------------------------------------


class Pair:
    """One pair in balls: what the bounds of sections 4 and 5 are made of.

    δ = log(s/y), τ = (e^{eδ} − 1)/e, S(τ) = τ + Q with Q = s^e ∫_y^s v^{−p} (W − 1) dv, and the
    equation S = X.
    """

    def __init__(self, depth: float, ratio: float, s: float, f: float) -> None:
        self.a_exact = two_over(depth)
        self.e_exact = 1 - self.a_exact
        self.exact = rational(ratio), rational(s), rational(f)
        self.a, self.e, self.p = arb(self.a_exact), arb(self.e_exact), arb(2 - self.a_exact)
        self.r, self.s, self.f = (arb(x) for x in self.exact)
        self.log_s, self.log_r = self.s.log(), self.r.log()
        self.alpha = self.exact[1] / self.exact[0]
        self.scale = (self.e * self.log_s).exp() * self.r / arb(self.exact[0] - 1)
        self.lag = (-self.p * self.log_r).exp()
        self._reach = -1 / self.e if self.e_exact < 0 else arb.pos_inf()

    def level(self) -> Any:
        """X = s^e r/(r − 1) r^{−p} T_p(s/r, f)."""
        start, end = arb(self.alpha), self.f
        total = self._between(start, arb(1 - self.alpha), start.log(), end, 1 - self.f, end.log())
        log_end = end.log()
        total += (-self.e * log_end).exp() * shrink(-self.e, log_end - start.log())
        return self.scale * self.lag * total

    def _between(self, x: Any, gap_x: Any, log_x: Any, y: Any, gap_y: Any, log_y: Any) -> Any:
        """∫_x^y t^{a−1}/(1 − t) dt."""
        power = (self.a * log_y).exp() * shrink(self.a, log_y - log_x)
        return power + remainder(self.a, y, gap_y, log_y) - remainder(self.a, x, gap_x, log_x)

    def tau(self, delta: Any) -> Any:
        return delta if self.e_exact == 0 else (self.e * delta).expm1() / self.e

    def delta(self, tau: Any) -> Any:
        """+inf where y = 0 is reached."""
        if tau is self._reach:
            return arb.pos_inf()
        return tau if self.e_exact == 0 else (self.e * tau).log1p() / self.e

    def excess(self, delta: Any) -> Any:
        """Q at δ; at δ = inf from y = 0."""
        s, log_s = self.s, self.log_s
        far, log_far = arb(self.alpha), arb(self.alpha).log()
        gap_s, gap_far = arb(1 - self.exact[1]), arb(1 - self.alpha)
        if delta == arb.pos_inf():
            if self.a_exact == 0:
                return arb.pos_inf()
            near = (self.a * log_s).exp() / self.a + remainder(self.a, s, gap_s, log_s)
            other = (self.a * log_far).exp() / self.a + remainder(self.a, far, gap_far, log_far)
            return self.scale * (near - self.lag * other)
        log_y = log_s - delta
        log_x = log_y - self.log_r
        y, x = log_y.exp(), log_x.exp()
        near = self._between(y, -log_y.expm1(), log_y, s, gap_s, log_s)
        other = self._between(x, -log_x.expm1(), log_x, far, gap_far, log_far)
        return self.scale * (near - self.lag * other)

    def weight(self, delta: Any) -> Any:
        """W at y = s e^{−δ}."""
        y = arb(0) if delta == arb.pos_inf() else (self.log_s - delta).exp()
        return self.r / ((1 - y) * (self.r - y))

    def reach(self) -> Any:
        """τ at y = 0."""
        return self._reach


def paper(depth: float, ratio: float, s: float, f: float) -> tuple[Any, Any]:
    """Section 4, at every depth."""
    pair = Pair(depth, ratio, s, f)
    r, low, high = pair.exact
    gap = arb(low / (r * high)).log()
    upper = _compare(pair, gap, (r - (1 - low)) / (1 - low))
    if not (1 - high) * r > 1:
        return arb.neg_inf(), upper
    return _compare(pair, gap, (1 - high) * r - 1), upper


def _compare(pair: Pair, gap: Any, margin: Exact) -> Any:
    """log s + log[margin/(margin + 1 − q)]/e, q = e^{e·gap}; −inf where margin + 1 ≤ q."""
    if pair.e_exact == 0:
        return pair.log_s + gap / margin
    inner = -(pair.e * gap).expm1() / margin
    if not inner > -1:
        if inner <= -1:
            return arb.neg_inf()
        return arb("nan")
    return pair.log_s - inner.log1p() / pair.e


def sharp(depth: float, ratio: float, s: float, f: float, order: int) -> tuple[Any, Any]:
    """Section 5 with chords and tangents, as `sharp_bounds` describes; never looser than paper."""
    pair = Pair(depth, ratio, s, f)
    level = pair.level()
    far = _lesser(level, pair.reach())
    near = level / pair.weight(arb(0))
    everything = pair.excess(arb.pos_inf())
    if everything.is_finite():
        near = arb.max(near, level - everything)
    near = _lesser(near, far)
    for _ in range(order):
        far, near = _tightened(pair, level, far, near)
    return _not_looser(pair, far, near, paper(depth, ratio, s, f))


def _tightened(pair: Pair, level: Any, far: Any, near: Any) -> tuple[Any, Any]:
    if near is far:  # y = 0 on both sides
        return far, near
    far_delta, near_delta = pair.delta(far), pair.delta(near)
    far_value, near_value = far + pair.excess(far_delta), near + pair.excess(near_delta)
    if not far_value > near_value:  # the bracket is below this precision, or more bits are needed
        both = near.union(far)
        return both, both
    chord = near + (level - near_value) * (far - near) / (far_value - near_value)
    tangent = near + (level - near_value) / pair.weight(near_delta)
    other = far - (far_value - level) / pair.weight(far_delta)
    if far_value < level:  # even y = 0 is not late enough
        return far, far
    new_far = _lesser(arb.max(chord, near), far)
    return new_far, _lesser(arb.max(arb.max(tangent, other), near), new_far)


def _not_looser(pair: Pair, far: Any, near: Any, other: tuple[Any, Any]) -> tuple[Any, Any]:
    lower = _log_y(pair, far)
    upper = _log_y(pair, near)
    return _greater(lower, other[0]), _lesser(upper, other[1])


def _log_y(pair: Pair, tau: Any) -> Any:
    return arb.neg_inf() if tau is pair.reach() else pair.log_s - pair.delta(tau)


def _greater(a: Any, b: Any) -> Any:
    return b if a == arb.neg_inf() else a if b == arb.neg_inf() else arb.max(a, b)


def _lesser(a: Any, b: Any) -> Any:
    """The smaller one itself where the balls tell, so that y = 0 can be known by identity."""
    return b if a >= b else a if a < b else arb.min(a, b)


def fixed_point(depth: float, ratio: float, s: float, f: float, order: int) -> tuple[Any, Any]:
    """Section 5's own sequence, as `fixed_point_bounds` describes."""
    pair = Pair(depth, ratio, s, f)
    level = pair.level()
    everything = pair.excess(arb.pos_inf())
    upper = paper(depth, ratio, s, f)[1]
    start = pair.reach() if upper == arb.neg_inf() else pair.tau(pair.log_s - upper)
    far, near = level, start
    if everything.is_finite() and level > everything:
        near = level - everything
    for _ in range(order):
        lower = level - pair.excess(pair.delta(near))
        upper_tau = level - pair.excess(pair.delta(far))
        far, near = arb.min(lower, far), arb.max(upper_tau, near)
    return _log_y(pair, far), _log_y(pair, near)


def elementary(depth: float, ratio: float, s: float, f: float) -> tuple[Any, Any]:
    """The powers and logs that `elementary_bounds` lists."""
    pair = Pair(depth, ratio, s, f)
    r, low, high = pair.exact
    log_f, log_alpha = pair.f.log(), arb(pair.alpha).log()
    span = log_f - log_alpha
    ends = arb((1 - pair.alpha) / (1 - high)).log()
    full = (pair.a * log_f).exp() * shrink(pair.a, span)
    half = (pair.a / 2 * log_f).exp() * shrink(pair.a / 2, span)
    rising = pair.e_exact >= 0
    j_low = ends + pair.e * (full if rising else half)
    j_high = ends + pair.e * (half if rising else full)
    j_high = arb.min(j_high, (pair.a * log_f).exp() * ends + full)
    power = shrink(pair.e, span)
    scale = (pair.e * log_alpha).exp()
    x_low, x_high = ((power + scale * j) / arb(r - 1) for j in (j_low, j_high))
    slope, rise = (
        arb(1 + 1 / r),
        arb(low * ((r + 1) * (r + 1 - low) - r) / (r * (1 - low) * (r - low))),
    )

    def moments(delta: Any) -> tuple[Any, Any]:
        if delta == arb.pos_inf():
            first = arb.pos_inf() if pair.a_exact == 0 else 1 / pair.a
            return first, 1 / (1 + pair.a)
        return shrink(pair.a, delta), shrink(1 + pair.a, delta)

    far = _lesser(x_high, pair.reach())
    first, second = moments(pair.delta(far))
    near = x_low / pair.weight(arb(0))
    if first.is_finite():
        near = arb.max(near, x_low - pair.s * (slope * first + rise * second))
    near = _lesser(near, far)
    improved = x_high - pair.s * slope * moments(pair.delta(near))[0]
    far = _lesser(arb.max(improved, near), far)
    return _not_looser(pair, far, near, paper(depth, ratio, s, f))


def law_time(depth: float, s: float, f: float) -> Any:
    """T_p(s, f)."""
    return time_between(Powers.at(exact_depth(depth)), fraction(s), fraction(f))


class Bracket(NamedTuple):
    """y^{−e} = 1 + e R of `uniform_law`: e, R, the sizes of R's terms added up, and log s."""

    e: Any
    right: Any
    sizes: Any
    log_s: Any

    def log_y(self) -> Any:
        """Not above log s; −inf below the critical ratio."""
        log_y = self.unlimited()
        return log_y if log_y < self.log_s else self.log_s

    def unlimited(self) -> Any:
        """+inf where e > 0 and no y is as large."""
        if self.e.is_zero():
            return -self.right
        inner = self.e * self.right
        if inner <= -1:
            return arb.pos_inf() if self.e > 0 else arb.neg_inf()
        return -inner.log1p() / self.e


def uniform(depth: float, ratio: float, s: float, f: float, order: str) -> Bracket:
    """The formulas of `uniform_law`'s docstring."""
    a, e = arb(two_over(depth)), arb(1 - two_over(depth))
    log_s = arb(rational(s)).log()
    first = law_time(depth, s, f) / arb(rational(ratio) - 1)
    found = Bracket(e, first, first, log_s)
    if order == "first":
        return found
    log_y = found.log_y()
    of_y = -1 / a if log_y == arb.neg_inf() else shrink(-a, log_y)
    of_f, of_s = (_regular_parts(a, x) for x in (f, s))
    terms = [first, arb(1), (-e * arb(rational(f)).log()).exp(), *(-e * x for x in of_f),
             shrink(-e, -log_s), *(-x for x in of_s), 2 * of_y]  # fmt: skip
    return Bracket(e, sum(terms, arb(0)), sum(map(abs, terms), arb(0)), log_s)


def _regular_parts(a: Any, x: float) -> tuple[Any, Any]:
    """Those of B̃(x)."""
    exact = rational(x)
    log_x = arb(exact).log()
    return shrink(-a, log_x), remainder(a, arb(exact), arb(1 - exact), log_x)


# --- bounds on descent ---------------------------------------------------------------------------


class Steps(NamedTuple):
    """Least and greatest times of a step, of i and of j, with their c (`descent-bounds`)."""

    c_large: Any
    c_small: Any
    least_large: Any
    least_small: Any
    greatest_large: Any
    greatest_small: Any


def steps(depth: float, ratio: float, s: float, f: float, eta: Exact, *, sharp: bool) -> Steps:
    """Section 7's brackets, and their extension beyond depth 2; by end points where sharp."""
    r, p = rational(ratio), 2 - two_over(depth)
    c = arb(eta * r ** int(p)) if p.q == 1 else arb(eta) * (arb(p) * arb(r).log()).exp()
    least = [_least(depth, rate) for rate in (c, arb(eta))]
    greatest = [
        _within(depth, rate, rational(end)) if sharp else _bent(rate, arb(1))
        for rate, end in ((c, f), (arb(eta), s))
    ]
    return Steps(c, arb(eta), *least, *greatest)


def _least(depth: float, c: Any) -> Any:
    m = 1 - two_over(depth)
    kappa = arb(1) / 2
    if m != 0:
        kappa *= (arb(m) * arb(m / (2 * (2 - (1 - m) / 2))).log()).exp()
    return (kappa * c).log1p() / kappa


def _bent(c: Any, k: Any) -> Any:
    """−log(1 − c k)/k."""
    if c * k >= 1:
        return arb.pos_inf()
    return -(-c * k).log1p() / k


def _within(depth: float, c: Any, end: Exact) -> Any:
    """The greatest time of a step from x ≤ end."""
    x, nu = arb(end), two_over(depth) / 2
    after = x * _factor(depth, c, x, arb(1 - end))
    if depth == 2:
        if after >= 1:
            return arb.pos_inf()
        return (after / (1 - after)).log() - arb(end / (1 - end)).log()
    if after >= 1:
        return _bent(c, arb(1))
    bend = (2 - nu) * after - (1 - nu)
    if bend <= 0:
        return c
    if not bend > 0:
        return arb("nan")
    return _bent(c, (arb(1 - 2 * nu) * after.log()).exp() * bend)


def _factor(depth: float, c: Any, x: Any, gap: Any) -> Any:
    """x⁺/x."""
    if math.isinf(depth):
        return (c * x * gap).exp()
    n = arb(rational(depth))
    return (n * (c / n * (arb(1 - two_over(depth)) * x.log()).exp() * gap).log1p()).exp()


class Surplus:
    """T_p(y, s) − T_p(y/r, f)/A − L as a function of log y."""

    def __init__(self, point: tuple[float, ...], quotient: Any, loss: Any) -> None:
        self.pair = Pair(*point)
        self.quotient, self.loss = quotient, loss

    def time(self, log_x: Any, log_y: Any, y: Any) -> Any:
        pair, x = self.pair, log_x.exp()
        whole = (-pair.e * log_y).exp() * shrink(-pair.e, log_y - log_x)
        return whole + pair._between(x, -log_x.expm1(), log_x, y, 1 - y, log_y)

    def value(self, log_y: Any) -> Any:
        pair = self.pair
        slow = self.time(log_y, pair.log_s, pair.s)
        return (
            slow - self.time(log_y - pair.log_r, pair.f.log(), pair.f) / self.quotient - self.loss
        )

    def slope(self, log_y: Any) -> Any:
        """In log y; negative."""
        pair, y = self.pair, log_y.exp()
        inner = (pair.p * pair.log_r).exp() / (self.quotient * (pair.r - y)) - 1 / -log_y.expm1()
        return (-pair.e * log_y).exp() * inner

    def work(self) -> Any:
        """T_p(s/r, f)/A + L: what T_p(y, s) has to make up for."""
        pair = self.pair
        start = arb(pair.alpha).log()
        return self.time(start, pair.f.log(), pair.f) / self.quotient + self.loss


# --- descent -------------------------------------------------------------------------------------


#: Values this close to their target, relatively, have arrived: steps take none of them past it.
ARRIVED = 2.0**-90


def descend(x: Any, steps: int, target: Exact, depth: float, rate: float) -> Any:
    """σ after so many steps: σ⁺ = σ (1 + (η/N) σ^{1−2/N} (σ* − σ))^N, N = ∞ as its limit."""
    eta, star = arb(rate), arb(target)
    step = _step(eta, star, depth)
    for count in range(steps):
        x = step(x)
        # Balls around a fixed point widen although orbits close in.
        if count % 50 == 0 and abs(x - star) < ARRIVED * star:
            return x.union(star)
    return x


def _step(eta: Any, star: Any, depth: float) -> Any:
    if math.isinf(depth):
        return lambda x: x * (eta * x * (star - x)).exp()
    if depth == 2:
        return lambda x: x * (1 + eta / 2 * (star - x)) ** 2
    if depth == 1:
        kept, gained = 1 - eta, eta * star  # x once only: balls would widen otherwise
        return lambda x: x * kept + gained
    n = arb(rational(depth))
    power, pace = arb(1 - two_over(depth)), eta / n
    return lambda x: x * (n * (pace * (power * x.log()).exp() * (star - x)).log1p()).exp()
