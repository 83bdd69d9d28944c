"""Proof of the constants of `step_series.count_error`: the defect of one step, enclosed in balls.

δ = ∫_X^{X+g} density dX − 1 is analytic in γ at fixed b and ν, and its series Σ c_i γ^i starts at
γ^n. The c_i up to a last one are known exactly, polynomials in b and ν (`theory.step_count`), and
are bounded over boxes. The rest is bounded by a majorant: every function that δ is made of has its
Taylor coefficients replaced by bounds on their sizes, so that the majorant's value at a radius R
times (γ/R)^K bounds all terms from γ^K on. δ is split into its value at b = 0, where
c_i(0) = m ĉ_i, and the rest, c_i(b) − c_i(0) = b č_i(b).
Source: new; majorants are Cauchy's.
"""

import math
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from flint import arb

from stairwise.numerics.balls import precision
from stairwise.numerics.step_series import BOXES, DEEP, FADING, NEAR, TIERS, WIDE
from stairwise.theory.step_count import (
    ORDER,
    beside_plateau,
    density_series,
    formal_defect,
    homogeneous,
)

BITS = 96
#: The first coefficient left to the majorant: at b = 0, and beside.
PLATEAU_TERMS, TERMS = 36, 24
#: Radii in γ of the majorants, of which the best is taken; and near depth 2, at b = 0 and beside.
RADII = ("0.6", "0.55", "0.4", "0.3")
NEAR_RADIUS, WIDE_RADIUS = "2", "1.5"
#: Complex b up to here in the majorants beside the plateau, and where b ≤ `DEEP`.
CIRCLE, DEEP_CIRCLE = "0.2", DEEP
#: Each box in ν is cut in so many; b in [0, 1] into so many.
CUTS, SLICES = 8, 60


class Certified(NamedTuple):
    """What is proved: bounds that the constants of `step_series` are not to fall below.

    `plateau` and `beside`: for each tier of γ, for each box of ν. `fading`: by the power of |m|,
    near depth 2; `wide`: there, for b ≤ DEEP.
    """

    plateau: tuple[tuple[arb, ...], ...]
    beside: tuple[tuple[arb, ...], ...]
    fading: tuple[arb, ...]
    wide: arb


def certify(boxes: range = range(BOXES)) -> Certified:
    """Bounds on the defect, for those boxes of ν (all of them by default, in some 20 s)."""
    with precision(BITS):
        plateau = tuple(tuple(_plateau(box, tier) for box in boxes) for tier in TIERS)
        beside = tuple(zip(*(_beside(box) for box in boxes), strict=True))
        return Certified(plateau, beside, _fading(), _wide())


def _box(index: int) -> Iterator[arb]:
    """ν in [index, index + 1]/BOXES, in parts."""
    for part in range(CUTS):
        yield _between(arb(index * CUTS + part) / (BOXES * CUTS), arb(1) / (BOXES * CUTS))


def _between(low: arb, width: arb) -> arb:
    """The ball [low, low + width]."""
    return low + width / 2 + arb(0, 1) * width / 2


def _size(value: arb) -> arb:
    """An upper bound of the absolute value, infinite for NaN."""
    return value.abs_upper() if value.is_finite() else arb("inf")


def _larger(*bounds: arb) -> arb:
    """The largest of exact upper bounds, none of which is NaN."""
    worst = bounds[0]
    for bound in bounds[1:]:
        worst = worst if bound <= worst else bound
    return worst


def _smaller(*bounds: arb) -> arb:
    """The smallest of exact upper bounds."""
    best = bounds[0]
    for bound in bounds[1:]:
        best = bound if bound <= best else best
    return best


def _powers(base: arb, count: int) -> list[arb]:
    found = [arb(1)]
    for _ in range(count):
        found.append(found[-1] * base)
    return found


@cache
def _plateau_terms() -> tuple[tuple[int, tuple[tuple[int, arb], ...]], ...]:
    """ĉ_i for i = n, n + 1, …: i, and the pairs of k and t in Σ t m^{i−1−k} (2ν)^k."""
    defect = formal_defect(PLATEAU_TERMS, plateau=True)
    terms = []
    for i in range(ORDER, PLATEAU_TERMS):
        found = homogeneous(defect[i], i)
        row = [(k, arb(v.p) / v.q) for (j, k), v in found.items() if j == 0]
        if any(k == i for k, _ in row):
            raise ArithmeticError("the defect at b = 0 must have a factor m")
        terms.append((i, tuple(row)))
    return tuple(terms)


@cache
def _beside_terms() -> tuple[tuple[int, tuple[tuple[int, int, arb], ...]], ...]:
    """č_i: i, and the j, k, t in Σ t b^j (1 − b)^{i−j} m^{i−k} (2ν)^k."""
    defect = formal_defect(TERMS)
    return tuple(
        (
            i,
            tuple(
                (j, k, arb(v.p) / v.q)
                for (j, k), v in homogeneous(beside_plateau(defect[i]), i).items()
            ),
        )
        for i in range(ORDER, TERMS)
    )


def _plateau(box: int, largest: float) -> arb:
    """c₀ on a box: Σ |ĉ_i| γ^{i−n} for γ up to the largest."""
    reach = arb(largest)
    return _larger(*(_plateau_at(nu, reach) for nu in _box(box)))


def _plateau_at(nu: arb, reach: arb) -> arb:
    m, total = 1 - 2 * nu, arb(0)
    slow, fast = _powers(2 * nu, PLATEAU_TERMS), _powers(m, PLATEAU_TERMS)
    for i, row in _plateau_terms():
        value = sum((t * slow[k] * fast[i - 1 - k] for k, t in row), arb(0))
        total += _size(value) * reach ** (i - ORDER)
    best, largest_m = arb("inf"), _size(m)
    for radius in map(arb, RADII):
        # Convex in |m|, and 0 at m = 0.
        rest = _plateau_majorant(radius, nu, largest_m) / largest_m
        best = _smaller(best, rest * (reach / radius) ** PLATEAU_TERMS)
    return _size(total + best / reach**ORDER)


def _fading() -> tuple[arb, ...]:
    """Bounds on c₀ near depth 2: Σ_e D_e |m|^e there, the last e standing for all beyond."""
    width, reach = arb(NEAR), arb(WIDE)
    nu, largest_m = _between(arb(1) / 2 - width, 2 * width), 2 * width
    doubled = 1 + 2 * width  # 2ν at most
    last = len(FADING) - 1
    found = [arb(0)] * (last + 1)
    for i, row in _plateau_terms():
        for k, t in row:
            e = i - 1 - k
            size = _size(t) * doubled**k * reach ** (i - ORDER)
            found[min(e, last)] += size * largest_m ** max(e - last, 0)
    radius = arb(NEAR_RADIUS)
    rest = _plateau_majorant(radius, nu, largest_m) / largest_m
    found[0] += rest * (reach / radius) ** PLATEAU_TERMS / reach**ORDER
    return tuple(_size(item) for item in found)


def _plateau_majorant(radius: arb, nu: arb, m: arb) -> arb:
    """Of δ at b = 0, for |γ| ≤ radius and |m| ≤ m: from γ_θ = γ + N log(1 + z (e^{mθγ} − 1))."""
    top = _size(nu)
    z = _expm1_over(top * radius) * radius  # z/ν
    y = z * top * ((m * radius).exp() - 1)
    gain = z * ((m * radius).exp() - 1) * _log_over(y)
    ratio = gain / radius
    if not (y < 1 and ratio < 1):
        return arb("inf")
    tau = _series_size(arb(0), radius + gain, arb(0, 1) * top, arb(0, 1) * m)
    return _size((1 + tau) / (1 - ratio) - 1)


def _beside(box: int) -> tuple[arb, ...]:
    """c₁ on a box for each tier: Σ |č_i| γ^{i−n}, plus the majorant's rest."""
    sizes, rests = [arb(0)] * TERMS, [arb(0)] * len(RADII)
    for nu in _box(box):
        for i, size in zip(range(ORDER, TERMS), _beside_sizes(nu, arb(1), SLICES), strict=True):
            sizes[i] = _larger(sizes[i], size)
        for at, radius in enumerate(RADII):
            rests[at] = _larger(rests[at], _rest_beside(nu, arb(radius)))
    return tuple(
        _smaller(
            *(
                _sum_beside(sizes, rest, arb(tier), arb(radius))
                for rest, radius in zip(rests, RADII, strict=True)
            )
        )
        for tier in TIERS
    )


def _sum_beside(sizes: list[arb], rest: arb, reach: arb, radius: arb) -> arb:
    total = sum((sizes[i] * reach ** (i - ORDER) for i in range(ORDER, TERMS)), arb(0))
    return _size(total + rest * (reach / radius) ** TERMS / reach**ORDER)


def _beside_sizes(nu: arb, end: arb, slices: int) -> list[arb]:
    """The largest |č_i| over b in [0, end]."""
    slow, fast = _powers(2 * nu, TERMS), _powers(1 - 2 * nu, TERMS)
    rows = []
    for i, row in _beside_terms():
        by_b = [arb(0)] * (i + 1)
        for j, k, t in row:
            by_b[j] += t * slow[k] * fast[i - k]
        rows.append(by_b)
    found = [arb(0)] * len(rows)
    for part in range(slices):
        b = _between(end * part / slices, end / slices)
        lift, room = _powers(b, TERMS), _powers(1 - b, TERMS)
        for at, by_b in enumerate(rows):
            i = len(by_b) - 1
            value = _size(sum((t * lift[j] * room[i - j] for j, t in enumerate(by_b)), arb(0)))
            found[at] = _larger(found[at], value)
    return found


def _rest_beside(nu: arb, radius: arb) -> arb:
    """Bound on |δ(b) − δ(0)|/b for |γ| ≤ radius and b in [0, 1].

    For small b by Schwarz's lemma from complex b, for the others as it stands.
    """
    circle = arb(CIRCLE)
    worst = _majorant(radius, circle, 1 + circle, nu)
    for part in range(SLICES):
        b = _between(circle + (1 - circle) * part / SLICES, (1 - circle) / SLICES)
        worst = _larger(worst, _majorant(radius, b, 1 - b, nu))
    return _size((worst + _majorant(radius, arb(0), arb(1), nu)) / circle)


def _majorant(radius: arb, lift: arb, room: arb, nu: arb) -> arb:
    """Of 1 + δ for |γ| ≤ radius, |b| ≤ lift, |1 − b| ≤ room.

    From g/g_θ = e^{−mθg} L(νa(1 − b))/L(νa_θ(1 − b_θ)) (1 − b)/(1 − b_θ), L(w) = log(1 + w)/w, and
    1 − b_θ = (1 − b)(1 − b (e^{θg} − 1)/(1 − b)).
    """
    lift, room, top = _size(lift), _size(room), _size(nu)
    m = _size(1 - 2 * nu)
    a = radius * _expm1_over(top * radius)
    w = top * a * room
    if not w < 1:
        return arb("inf")
    slope = a * _log_over(w)  # g/(1 − b)
    growth = room * slope
    shrink = lift * slope * _expm1_over(growth)  # 1 − (1 − b_θ)/(1 − b)
    a_after = a * (m * growth).exp()
    w_after = top * a_after * room * (1 + shrink)
    if not (shrink < 1 and w_after < 1 and top * a_after < 1 and _log_over(w_after) < 2):
        return arb("inf")
    ratio = (m * growth).exp() * _log_over(w) / (2 - _log_over(w_after)) / (1 - shrink)
    after = a_after * _log_over(top * a_after)
    lifted, left = after * lift * growth.exp(), after * room * (1 + shrink)
    return _size(ratio * (1 + _series_size(lifted, left, nu, 1 - 2 * nu)))


def _wide() -> arb:
    """c₁ near depth 2 for b ≤ DEEP, γ ≤ WIDE."""
    width, end, reach, radius = arb(NEAR), arb(DEEP), arb(WIDE), arb(WIDE_RADIUS)
    parts = [_between(arb(1) / 2 - width + width * i / 8, width / 8) for i in range(16)]
    sizes = [arb(0)] * TERMS
    rest = arb(0)
    for nu in parts:
        for i, size in zip(range(ORDER, TERMS), _beside_sizes(nu, end, 1), strict=True):
            sizes[i] = _larger(sizes[i], size)
        circle = arb(DEEP_CIRCLE)
        both = _deep_majorant(radius, circle, nu) + _deep_majorant(radius, arb(0), nu)
        rest = _larger(rest, both / circle)
    return _sum_beside(sizes, rest, reach, radius)


def _deep_majorant(radius: arb, lift: arb, nu: arb) -> arb:
    """Of 1 + δ for |γ| ≤ radius, |b| ≤ lift, both of the order of 1 and small.

    From g = γ + N log(1 − bz) and γ_θ = γ + N log(1 + z (e^{mθg} − 1)), z = 1 − e^{−νγ}.
    """
    top, m = _size(nu), _size(1 - 2 * nu)
    z = radius * _expm1_over(top * radius)  # z/ν
    if not top * z * lift < 1:
        return arb("inf")
    growth = radius + lift * z * _log_over(top * z * lift)
    rise = (m * growth).exp() - 1
    if not top * z * rise < 1:
        return arb("inf")
    after = radius + z * rise * _log_over(top * z * rise)
    z_after, lifted = after * _expm1_over(top * after), lift * growth.exp()
    if not top * z_after * lifted < 1:
        return arb("inf")
    change = (after - radius + lifted * z_after * _log_over(top * z_after * lifted)) / radius
    if not change < 1:
        return arb("inf")
    tau = _series_size(after * lifted, after * (1 + lifted), nu, 1 - 2 * nu)
    return _size(growth / radius / (1 - change) * (1 + tau))


def _series_size(lifted: arb, left: arb, nu: arb, m: arb) -> arb:
    """Bound on |τ| where |γb| ≤ lifted and |γ(1 − b)| ≤ left, for balls of ν and m."""
    slow, fast, total = _powers(2 * nu, ORDER), _powers(m, ORDER), arb(0)
    ups, lefts = _powers(lifted, ORDER), _powers(left, ORDER)
    for i, row in _density_terms():
        by_b = [arb(0)] * (i + 1)
        for j, k, t in row:
            by_b[j] += t * slow[k] * fast[i - k]
        total += sum((_size(t) * ups[j] * lefts[i - j] for j, t in enumerate(by_b)), arb(0))
    return total


@cache
def _density_terms() -> tuple[tuple[int, tuple[tuple[int, int, arb], ...]], ...]:
    return tuple(
        (i, tuple((j, k, arb(v.p) / v.q) for (j, k), v in homogeneous(part, i).items()))
        for i, part in enumerate(density_series())
        if i > 0
    )


def _expm1_over(x: Any) -> arb:
    """(e^x − 1)/x for x ≥ 0, from ∫ e^{xt} dt where x may be zero."""
    return (x.exp() - 1) / x if x > arb("0.01") else arb(1).union(x.exp())


def _log_over(x: Any) -> arb:
    """−log(1 − x)/x for 0 ≤ x < 1."""
    return -(1 - x).log() / x if x > arb("0.01") else arb(1).union(1 / (1 - x))


def _shown(bound: arb) -> float:
    """A float of three digits that is no less."""
    value = float(bound.upper())
    if value in (0.0, math.inf):
        return value
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    shown = float(f"{(math.ceil(value / unit) + 1) * unit:.3g}")
    assert bound <= arb(shown)
    return shown


if __name__ == "__main__":
    found = certify()
    for name, part in zip(found._fields, found, strict=True):
        print(name, part if isinstance(part, arb) else "")
        for row in part if isinstance(part, tuple) else ():
            print(tuple(map(_shown, row)) if isinstance(row, tuple) else _shown(row))
