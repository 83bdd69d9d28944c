"""The sign of G at a bound, over a whole box: what branch and bound decides.

With κ = r/s, m = p − 1 = 1 − 2/N, k = r/(r − 1), ρ = y/s, τ = (ρ^{−m} − 1)/m (log(1/ρ) at m = 0),
the threshold's G (`exact-threshold`) satisfies, exactly and for every y in (0, 1),

    k s^m G(y) = τ + Q(ρ) − K,          K = (χ + V)/(r − 1),
    χ = (1 − (κ f)^{−m})/m,             V = κ^{−m} ∫_{1/κ}^f t^{−m}/(1 − t) dt,
    Q(ρ) = k s ∫_ρ^1 x^{−m} [1/(1 − s x) − 1/(r (r − s x))] dx.

So y is a lower bound on y* iff τ + Q(ρ) − K ≥ 0, an upper one iff ≤ 0. Every bound here is given
by its τ; τ − K is written out with what cancels in it cancelled (the bounds' own algebra, in
`_Claim` below), since intervals cannot see x − x = 0. What is left, the *margin*
(τ − K + Q)/(k s), is then bounded below (lower bounds) or above (upper bounds) over the box from
the ends of the ranges of r, s and f, by monotonicity:

- Q/(k s) rises with r and s and falls with ρ (its integrand does);
- χ rises with κ f; V rises with f, and dV/d log κ = 1/(κ − 1) − m V.

Source: the bounds are the paper's Theorem 2 and `sharp-bounds`; the margins are new.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from flint import arb

from stairwise.numerics._exact import Exact, exact_depth
from stairwise.numerics.balls import ball
from stairwise.numerics.regions import Box
from stairwise.numerics.threshold_equation import remainder, shrink


class Ends(NamedTuple):
    """Lower and upper end of a range, each a ball around the end."""

    low: Any
    high: Any


class Exponents(NamedTuple):
    """m = 1 − 2/N and a = 2/N as balls; zero exactly at N = 2 and ∞."""

    m: Any
    a: Any

    @classmethod
    def at(cls, depth: Exact) -> "Exponents":
        """The exponents of one depth ≥ 2."""
        a = Fraction(0) if depth == math.inf else 2 / Fraction(depth)
        return cls(ball(1 - a), ball(a))


class Integrals(Protocol):
    """The two integrals of the margin at one point, in balls; there are two routes to them."""

    def inner(self, powers: Exponents, rho: Any, r: Any, s: Any) -> Any:
        """Q/(k s)."""

    def outer(self, powers: Exponents, kappa: Any, f: Any) -> Any:
        """V."""


class ClosedForms:
    """The integrals by the hypergeometric closed forms of `threshold_equation`."""

    def inner(self, powers: Exponents, rho: Any, r: Any, s: Any) -> Any:
        """Q/(k s) = s^{m−1} (∫_y^s t^{−m}/(1 − t) dt − r^{−m−1} ∫_{y/r}^{s/r} ...)."""
        near = weighted_integral(powers, rho * s, s)
        far = weighted_integral(powers, rho * s / r, s / r)
        scale = (-powers.a * s.log()).exp()
        return scale * (near - (-(powers.m + 1) * r.log()).exp() * far)

    def outer(self, powers: Exponents, kappa: Any, f: Any) -> Any:
        """V from its definition."""
        return (-powers.m * kappa.log()).exp() * weighted_integral(powers, 1 / kappa, f)


def weighted_integral(powers: Exponents, begin: Any, end: Any) -> Any:
    """∫_begin^end t^{−m}/(1 − t) dt between balls in (0, 1)."""
    if powers.m.is_zero():
        return ((1 - begin) / (1 - end)).log()
    a, log_begin, log_end = powers.a, begin.log(), end.log()
    regular = remainder(a, end, 1 - end, log_end) - remainder(a, begin, 1 - begin, log_begin)
    return (a * log_end).exp() * shrink(a, log_end - log_begin) + regular


class Claim(NamedTuple):
    """One inequality: a side of a statement's bounds, at one order.

    `shift` moves the bound in log y towards (and past) the threshold: with a shift > 0 the claim is
    stronger than the statement, and false where the bound is closer than that.
    """

    statement: str
    side: str
    order: int = 0
    shift: Fraction = Fraction(0)


class Scene:
    """The ranges of everything in the margin over one box; balls at the current precision."""

    def __init__(self, depth: Exact, box: Box, integrals: Integrals) -> None:
        self.depth, self.integrals = depth, integrals
        self.powers = Exponents.at(depth)
        self.r, self.s, self.f = (Ends(ball(low), ball(high)) for low, high in box)
        self.gap = Ends(ball(1 - box.f[1]), ball(1 - box.f[0]))  # 1 − f
        self.excess = Ends(ball(box.ratio[0] - 1), ball(box.ratio[1] - 1))  # r − 1
        self.reach = Ends(  # (1 − f) r − 1
            ball((1 - box.f[1]) * box.ratio[0] - 1), ball((1 - box.f[0]) * box.ratio[1] - 1)
        )
        self.kappa = Ends(ball(box.ratio[0] / box.s[1]), ball(box.ratio[1] / box.s[0]))
        self.k_low = ball(box.ratio[1] / (box.ratio[1] - 1))
        self.chi = Ends(*(self.chi_at(k, f) for k, f in zip(self.kappa, self.f, strict=True)))
        self.v = self.outer()
        self.level = Ends(
            (self.chi.low + self.v.low) / self.excess.high,
            (self.chi.high + self.v.high) / self.excess.low,
        )

    def chi_at(self, kappa: Any, f: Any) -> Any:
        """χ = (1 − (κ f)^{−m})/m."""
        return shrink(self.powers.m, (kappa * f).log())

    def outer(self) -> Ends:
        """Range of V: its value in the middle of log κ, and its slope times the distance."""
        low, high = self.kappa
        middle = (low * high).sqrt().mid()
        slope_high = 1 / (low - 1)
        largest = (high / low) ** self.powers.m * self.integrals.outer(
            self.powers, high, self.f.high
        )
        slope_low = -self.powers.m * largest
        distance = _larger((high / middle).log(), (middle / low).log())
        steepest = _larger(slope_high, -slope_low) * distance
        return Ends(
            self.integrals.outer(self.powers, middle, self.f.low) - steepest,
            self.integrals.outer(self.powers, middle, self.f.high) + steepest,
        )

    def log_span(self, tau: Any) -> Any:
        """δ = log(1/ρ) from τ."""
        m = self.powers.m
        return tau if m.is_zero() else (m * tau).log1p() / m

    def inner_low(self, delta_low: Any) -> Any:
        """Lower bound on Q/(k s) where log(1/ρ) ≥ delta_low."""
        return self.integrals.inner(self.powers, (-delta_low).exp(), self.r.low, self.s.low)

    def inner_high(self, delta_high: Any) -> Any:
        """Upper bound on Q/(k s) where log(1/ρ) ≤ delta_high."""
        return self.integrals.inner(self.powers, (-delta_high).exp(), self.r.high, self.s.high)

    def tail_low(self, delta_high: Any) -> Any:
        """Lower bound on (Q(0) − Q(ρ))/(k s) where log(1/ρ) ≤ delta_high, for N < ∞.

        The integrand is at least x^{−m} (1 − 1/r²), its value at s = 0.
        """
        scale = self.excess.low * (self.r.low + 1) / self.r.low**2
        return scale * (-self.powers.a * delta_high).exp() / self.powers.a

    def weight_low(self, delta_high: Any) -> Any:
        """Lower bound on −d(Q/(k s))/d log ρ = ρ^a [1/(1 − y) − 1/(r (r − y))] ≥ ρ^a (1 − 1/r²)."""
        scale = self.excess.low * (self.r.low + 1) / self.r.low**2
        return scale * (-self.powers.a * delta_high).exp()


def _larger(x: Any, y: Any) -> Any:
    """The larger of two ends, each a ball."""
    return x.max(y)


class _Bound(NamedTuple):
    """A bound over a box: the range of its τ, and (τ − K)/(k s) from the side that matters."""

    tau: Ends
    offset: Any


def margin(claim: Claim, depth: Any, box: Box, integrals: Integrals | None = None) -> Any:
    """A ball whose sign decides the claim over the box, or None where the claim says nothing.

    For a lower bound: if it is positive, G ≥ 0 at the bound all over the (non-void part of the)
    box; for an upper bound: if it is negative, G ≤ 0. Otherwise nothing is known. Precision: the
    current one. ValueError for unknown claims.
    """
    scene = Scene(exact_depth(depth), box, ClosedForms() if integrals is None else integrals)
    return _MARGINS[claim.statement, claim.side, claim.order](scene, ball(claim.shift))


def _lower(scene: Scene, bound: _Bound, shift: Any) -> Any:
    """Least margin of a lower bound moved up by the shift."""
    delta = scene.log_span(bound.tau.low) - shift
    return bound.offset + scene.inner_low(delta) - _moved_up(scene, bound.tau.high, shift)


def _moved_up(scene: Scene, tau_high: Any, shift: Any) -> Any:
    """Most that τ/(k s) loses when log y goes up by the shift."""
    if shift.is_zero():
        return arb(0)
    loss = (1 + scene.powers.m * tau_high) * shrink(scene.powers.m, shift)
    return loss / (scene.k_low * scene.s.low)


def _upper(scene: Scene, bound: _Bound, shift: Any) -> Any:
    """Largest margin of an upper bound moved down by the shift."""
    delta = scene.log_span(bound.tau.high) + shift
    return bound.offset + scene.inner_high(delta) + _moved_down(scene, bound.tau.high, shift)


def _moved_down(scene: Scene, tau_high: Any, shift: Any) -> Any:
    """Most that τ/(k s) gains when log y goes down by the shift."""
    if shift.is_zero():
        return arb(0)
    gain = (1 + scene.powers.m * tau_high) * -shrink(scene.powers.m, -shift)
    return gain / (scene.k_low * scene.s.low)


def _paper_upper(scene: Scene, shift: Any) -> Any:
    """The paper's upper bound."""
    return _upper(scene, _paper_upper_bound(scene), shift)


def _paper_upper_bound(scene: Scene) -> _Bound:
    """τ = χ (1 − s)/(r − 1 + s), so (τ − K)/(k s) = −χ/(r − 1 + s) − V/(r s)."""
    r_high, (s_low, s_high) = scene.r.high, scene.s
    tau = Ends(
        scene.chi.low * (1 - s_high) / (scene.excess.high + s_high),
        scene.chi.high * (1 - s_low) / (scene.excess.low + s_low),
    )
    offset = -scene.chi.low / (scene.excess.high + s_high) - scene.v.low / (r_high * s_high)
    return _Bound(tau, offset)


def _paper_lower(scene: Scene, shift: Any) -> Any:
    """The paper's lower bound, void where (1 − f) r ≤ 1."""
    if not scene.reach.high > 0:
        return None
    return _lower(scene, _paper_lower_bound(scene), shift)


def _paper_lower_bound(scene: Scene) -> _Bound:
    """τ = χ/((1 − f) r − 1), so (τ − K)/(k s) = (τ f − V/r)/s.

    On a box that the surface (1 − f) r = 1 cuts, τ is unbounded above, and only its lower end
    matters: what is proved is the claim on all of the box where it says something.
    """
    tau_low = scene.chi.low / scene.reach.high
    tau_high = scene.chi.high / scene.reach.low if scene.reach.low > 0 else arb.pos_inf()
    worst = tau_low * scene.f.low - scene.v.high / scene.r.low
    offset = worst / (scene.s.high if worst > 0 else scene.s.low)
    return _Bound(Ends(tau_low, tau_high), offset)


def _sharp_lower(scene: Scene, shift: Any) -> Any:
    """Order 0: τ = K."""
    return _lower(scene, _Bound(scene.level, arb(0)), shift)


def _sharp_upper(scene: Scene, shift: Any) -> Any:
    """Order 0: τ = K − Q(0) where that is positive, the paper's elsewhere.

    The margin is −(Q(0) − Q(ρ))/(k s); where τ ≤ 0 the bound would lie at s or beyond, which
    says nothing. At N = ∞, Q(0) = ∞.
    """
    if scene.powers.a.is_zero():
        return _paper_upper(scene, shift)
    own = _open_start_upper(scene, shift)
    if _open_start_everywhere(scene):
        return own
    return _larger(own, _paper_upper(scene, shift))


def _open_start_upper(scene: Scene, shift: Any) -> Any:
    """τ = K − Q(0), where it is positive."""
    delta_high = scene.log_span(scene.level.high)
    return _moved_down(scene, scene.level.high, shift) - scene.tail_low(delta_high + shift)


def _open_start_everywhere(scene: Scene) -> bool:
    """Whether K − Q(0) > 0 all over the box: Q(0) ≤ Q(ρ) + a bound on the rest."""
    k_high = scene.r.low / scene.excess.low
    everything = k_high * scene.s.high / ((1 - scene.s.high) * scene.powers.a)
    return bool(scene.level.low > everything)


def _sharp_lower_1(scene: Scene, shift: Any) -> Any:
    """Order 1: τ = K − Q(ρ_U) with the upper bound of order 0 in it.

    The margin is (Q(ρ) − Q(ρ_U))/(k s), of the sign of δ − δ_U, which is that of τ − τ_U, that is
    of minus the margin of the upper bound: that is returned where there is no shift, and else the
    distance in log y less what the shift costs, all over positive factors.
    """
    if shift.is_zero():
        return -_sharp_upper(scene, shift)
    before = -_sharp_upper(scene, arb(0)) * scene.k_low * scene.s.low
    lost = _moved_up(scene, scene.level.high, shift) / _weight(scene)
    return _distance(scene, before) - shift - lost


def _sharp_upper_1(scene: Scene, shift: Any) -> Any:
    """Order 1: the larger of τ = K − Q(ρ_L), with the lower bound of order 0 in it, and order 0's.

    Order 0 can be the tighter one where it is the paper's. Both must be bounds.
    """
    before_that = _sharp_upper(scene, shift)
    if shift.is_zero():
        return _larger(-_sharp_lower(scene, shift), before_that)
    before = _sharp_lower(scene, arb(0)) * scene.k_low * scene.s.low
    gained = _moved_down(scene, scene.level.high, shift) / _weight(scene)
    return _larger(gained + shift - _distance(scene, before), before_that)


def _distance(scene: Scene, gain_low: Any) -> Any:
    """Least distance in log y of two bounds whose τ's, at most K, differ by gain_low or more."""
    return scene.log_span(gain_low / (1 + scene.powers.m * scene.level.high))


def _weight(scene: Scene) -> Any:
    """Least slope of Q/(k s) in log y over all bounds: by the mean value theorem, what the
    distance must be multiplied by.
    """
    return scene.weight_low(scene.log_span(scene.level.high))


def _concave_upper(scene: Scene, shift: Any) -> Any:
    """Order 0 of `sharp_bounds`: the larger of τ = K − Q(0), where positive, and τ = K/W(s).

    W(v) = r/((1 − v)(r − v)) is the slope of τ + Q(ρ) in τ. Both candidates must be bounds.
    """
    tangent = _tangent_upper(scene, shift)
    if scene.powers.a.is_zero():
        return tangent
    return _larger(tangent, _open_start_upper(scene, shift))


def _tangent_upper(scene: Scene, shift: Any) -> Any:
    """τ = K/W(s): τ + Q − K = −∫_ρ^1 x^{−m−1} (W(s) − W(s x)) dx, and W(s) − W(s x) is at least
    s (1 − x) W'(0) = s (1 − x)(1 + 1/r), as W is convex.
    """
    weight_high = _slope(scene.r.low, scene.s.high)
    delta_low = scene.log_span(scene.level.low / weight_high)
    moment = tau_at(scene.powers.m, delta_low) - shrink(scene.powers.a, delta_low)
    own = -scene.excess.low * (scene.r.low + 1) / scene.r.low**2 * moment
    moved = shift / (1 - scene.s.high) + _moved_down(scene, scene.level.high, shift)
    return own + moved


def _slope(r: Any, s: Any) -> Any:
    """W(s) = r/((1 − s)(r − s)), which falls with r and rises with s."""
    return r / ((1 - s) * (r - s))


def tau_at(m: Any, delta: Any) -> Any:
    """τ from δ = log(1/ρ)."""
    return -shrink(m, -delta)


def _concave_1(scene: Scene, shift: Any) -> Any:
    """Order 1 of `sharp_bounds`, positive where both sides hold.

    S(τ) = τ + Q is strictly concave and rises. Its chord over the bracket of order 0 meets K above
    the root, and its tangents at the bracket's ends below, as soon as S − K has strict signs at
    the ends: the lesser of the two margins of order 0 is what must be positive. No shift is known.
    """
    if not shift.is_zero():
        return arb(0, math.inf)
    return (-_concave_upper(scene, shift)).min(_sharp_lower(scene, shift))


def _concave_lower_1(scene: Scene, shift: Any) -> Any:
    """The chord."""
    return _concave_1(scene, shift)


def _concave_upper_1(scene: Scene, shift: Any) -> Any:
    """The better of the tangents at both ends."""
    return -_concave_1(scene, shift)


def _elementary_lower(scene: Scene, shift: Any) -> Any:
    """The lower bound of `sharp-bounds` at N = 2, with r for r − s: true, and weaker."""
    _only_depth_two(scene)
    return _lower(scene, _elementary_lower_bound(scene), shift)


def _elementary_lower_bound(scene: Scene) -> _Bound:
    """τ = log(s/y) = (log(κ f) − log(1 − f))/(r − 1); τ − K = −log(1 − s/r)/(r − 1).

    Divided by k s: −log(1 − 1/κ)/(r s), at least 1/r².
    """
    tau = Ends(
        (scene.chi.low - scene.gap.high.log()) / scene.excess.high,
        (scene.chi.high - scene.gap.low.log()) / scene.excess.low,
    )
    return _Bound(tau, _inverse_square_low(scene))


def _elementary_upper(scene: Scene, shift: Any) -> Any:
    """N = 2, upper: τ − K = k log(1 − s), which is −Q(0) + log(1 − s/r)/(r − 1)."""
    _only_depth_two(scene)
    delta_high = scene.level.high
    own = scene.tail_low(delta_high + shift) + _inverse_square_low(scene)
    return -own + _moved_down(scene, scene.level.high, shift)


def _inverse_square_low(scene: Scene) -> Any:
    """Lower bound on −log(1 − 1/κ)/(r s), which is at least 1/r²."""
    return 1 / scene.r.high**2


def _only_depth_two(scene: Scene) -> None:
    if scene.depth != 2:
        raise ValueError(f"depth must be 2 for elementary bounds; got {scene.depth}")


_MARGINS: dict[tuple[str, str, int], Callable[[Scene, Any], Any]] = {
    ("separation-bounds", "lower", 0): _paper_lower,
    ("separation-bounds", "upper", 0): _paper_upper,
    ("sharp-bounds", "lower", 0): _sharp_lower,
    ("sharp-bounds", "upper", 0): _sharp_upper,
    ("sharp-bounds", "lower", 1): _sharp_lower_1,
    ("sharp-bounds", "upper", 1): _sharp_upper_1,
    ("sharp-bounds-concave", "lower", 0): _sharp_lower,
    ("sharp-bounds-concave", "upper", 0): _concave_upper,
    ("sharp-bounds-concave", "lower", 1): _concave_lower_1,
    ("sharp-bounds-concave", "upper", 1): _concave_upper_1,
    ("sharp-bounds-elementary", "lower", 0): _elementary_lower,
    ("sharp-bounds-elementary", "upper", 0): _elementary_upper,
}

#: Every claim that `margin` knows, unshifted.
CLAIMS = tuple(Claim(*key) for key in _MARGINS)
