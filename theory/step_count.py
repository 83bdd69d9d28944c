"""How many steps of descent lie between two values: the density of steps as a double series.

In X = log(σ/σ*) one step is X⁺ = X + g. With b = σ/σ*, a = c b^{1−2/N} and γ = N log(1 + a/N), the
step where b is negligible, and m = 1 − 2/N, ν = 1/N, φ(ζ) = (1 − e^{−ζ})/ζ:

    g = γ + N log(1 − b (1 − e^{−νγ})),    dγ/dX = m γ φ(νγ),    db/dX = b,

so that g and all its derivatives are power series in γ whose coefficients are polynomials in b and
ν. The density of steps is (1/g) Σ_i γ^i T_i(b, ν), deg T_i ≤ i in b and in ν; it is cut off at
γ^n, and the count that it gives errs by O(γ^n) per step. The cases say how such errors add up over
an orbit. Source: new for this model (Abel's and Julia's equations are classical).
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import comb, factorial

from sympy import (
    QQ,
    Expr,
    Gt,
    Rational,
    Symbol,
    diff,
    expand,
    factor,
    log,
    powsimp,
    simplify,
    together,
)
from sympy.core.relational import Relational
from sympy.external.gmpy import MPQ
from sympy.polys.rings import PolyElement, PolyRing, ring

from stairwise.theory import model
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Step, Twin
from stairwise.theory.symbols import N, eta, sigma, sigma_star, x, x_next

#: A power series in γ: the coefficient of γ^i at index i, a polynomial in ν and b.
Series = list[PolyElement]

#: Order of the series that the library uses.
ORDER = 12

#: a/N, the factor e^{m g} by which a step multiplies a, and γ with its gain over a step.
part, rise = Symbol("k", positive=True), Symbol("rho_a", positive=True)
growth, gain = Symbol("gamma", positive=True), Symbol("Delta_gamma", positive=True)


@cache
def _coefficients() -> PolyRing:
    """Q[ν, b]."""
    return ring("nu,b", QQ)[0]


def _slowness(order: int) -> Series:
    """φ(νγ) = Σ (−νγ)^k/(k + 1)!."""
    nu, _ = _coefficients().gens
    return [QQ((-1) ** k, factorial(k + 1)) * nu**k for k in range(order + 1)]


def _product_at(left: Series, right: Series, power: int) -> PolyElement:
    """Coefficient of γ^power in a product."""
    terms = (left[i] * right[power - i] for i in range(power + 1) if left[i] and right[power - i])
    return sum(terms, _coefficients().zero)


def _product(left: Series, right: Series) -> Series:
    return [_product_at(left, right, power) for power in range(len(left))]


def _derivative_at(series: Series, slowness: Series, power: int) -> PolyElement:
    """Coefficient of γ^power in d/dX: b ∂_b + m γ φ(νγ) ∂_γ."""
    nu, b = _coefficients().gens
    slope = sum(
        (i * slowness[power - i] * series[i] for i in range(1, power + 1)), _coefficients().zero
    )
    return b * series[power].diff(b) + (1 - 2 * nu) * slope


def growth_series(order: int) -> Series:
    """g up to γ^order."""
    one, zero = _coefficients().one, _coefficients().zero
    nu, b = _coefficients().gens
    base = [zero, *_slowness(order - 1)]  # (1 − e^{−νγ})/ν
    total = [zero, one, *[zero] * (order - 1)]
    power = base
    for k in range(1, order + 1):  # N log(1 − bνz) = −Σ b^k ν^{k−1} z^k / k
        total = [s - QQ(1, k) * b**k * nu ** (k - 1) * p for s, p in zip(total, power, strict=True)]
        power = _product(power, base)
    return total


@cache
def density_series(order: int = ORDER) -> tuple[PolyElement, ...]:
    """T_0, …, T_{order−1} in Q[ν, b].

    From ψ with e^{ψ∂}X = X + g, solved power by power of γ; T = g/ψ.
    """
    zero, slowness, steps = _coefficients().zero, _slowness(order), growth_series(order)
    field = [zero] * (order + 1)
    lie = [field, *([zero] * (order + 1) for _ in range(order))]
    slopes: list[Series] = [[zero] * (order + 1) for _ in range(order + 1)]
    for power in range(1, order + 1):
        rest = steps[power]
        for k in range(1, power):
            lie[k][power] = _product_at(field, slopes[k - 1], power)
            rest -= QQ(1, factorial(k + 1)) * lie[k][power]
        field[power] = rest
        for k in range(power):
            slopes[k][power] = _derivative_at(lie[k], slowness, power)
    _, b = _coefficients().gens
    above, below = ([item.exquo(1 - b) for item in series[1:]] for series in (steps, field))
    found = [_coefficients().one]
    for i in range(1, order):
        carried = sum((found[k] * below[i - k] for k in range(i)), zero)
        found.append(above[i] - carried)
    return tuple(found)


@cache
def formal_defect(order: int, kept: int = ORDER, plateau: bool = False) -> tuple[PolyElement, ...]:
    """c_0, …, c_{order−1} of δ = ∫_X^{X+g} density dX − 1 = Σ c_i γ^i; zero for i < kept.

    For the density cut off at γ^kept; on the plateau, b = 0. By Taylor's series: the k-th
    derivative of the density is h_k/(γ (1 − b)^{k+1}), and it counts with g^{k+1}/(k + 1)!. Shares
    nothing with ψ but g.
    """
    ground, slowness = _coefficients(), _slowness(order - 1)
    nu, b = ground.gens
    relative = [item.exquo(1 - b) for item in growth_series(order)[1:]]  # g/(γ(1 − b))
    density = [*density_series(kept)[:order], *[ground.zero] * (order - kept)]
    if plateau:
        b = ground.zero
        relative, density = ([_without_b(item) for item in part] for part in (relative, density))
    inverse = [ground.one]
    for i in range(1, order):
        inverse.append(-sum((relative[i - k] * inverse[k] for k in range(i)), ground.zero))
    h, power = _product(density, inverse), relative
    fading = [(1 - 2 * nu) * item for item in slowness]  # −(log 1/γ)′
    total = [-ground.one, *[ground.zero] * (order - 1)]
    for k in range(order):
        for i, term in enumerate(_product(power, h)):
            total[i + k] += QQ(1, factorial(k + 1)) * term
        left = order - k - 1  # what the next terms need
        faded = _product(fading[:left], h[:left])
        h = [
            (1 - b) * (_derivative_at(h, slowness, i) - faded[i]) + (k + 1) * b * h[i]
            for i in range(left)
        ]
        power = _product(power[:left], relative[:left])
    return tuple(total)


def _without_b(polynomial: PolyElement) -> PolyElement:
    """The polynomial at b = 0."""
    return _coefficients().from_dict({(e, j): c for (e, j), c in polynomial.items() if j == 0})


def beside_plateau(polynomial: PolyElement) -> PolyElement:
    """(c(b) − c(0))/b of a polynomial c."""
    return _coefficients().from_dict({(e, j - 1): c for (e, j), c in polynomial.items() if j > 0})


def homogeneous(polynomial: PolyElement, degree: int) -> dict[tuple[int, int], Rational]:
    """Σ t_{jk} b^j (1 − b)^{degree−j} (2ν)^k m^{degree−k}: t by (j, k).

    Powers of numbers that add up to 1: little cancels where all are in [0, 1].
    """
    table: dict[tuple[int, int], MPQ] = {}
    for (e, j), coefficient in polynomial.terms():
        for p, q in product(range(degree - e + 1), range(degree - j + 1)):
            share = coefficient * comb(degree - e, p) * comb(degree - j, q) / 2**e
            table[j + q, e + p] = table.get((j + q, e + p), QQ.zero) + share
    return {
        key: Rational(int(value.numerator), int(value.denominator))
        for key, value in table.items()
        if value
    }


def _pure_step() -> Expr:
    """The step of log σ where b is negligible, at a = c b^{1−2/N}."""
    return N * log(1 + part)


def _derive_growth(claim: Relational, domain: Domain) -> Iterator[Step]:
    moved = model.descent_step(N).subs(sigma, x * sigma_star)
    base = powsimp((moved / (x * sigma_star)) ** (1 / N), force=True)
    normal = 1 + part * (1 - x)
    yield Step(
        "one step multiplies σ^{1/N} by 1 + (a/N)(1 − x), a = η σ*^{2−2/N} x^{1−2/N}",
        normal,
        zero=powsimp(
            simplify(
                base - normal.subs(part, eta * sigma_star ** (2 - 2 / N) * x ** (1 - 2 / N) / N)
            ),
            force=True,
        ),
        domain=(Range(N, 1), Range(sigma_star, 0), Range(eta, 0), Range(x, 0, 1)),
    )
    surplus = N * log(normal) - (1 - x) * _pure_step()
    yield Step(
        "what g = log x⁺/x has over (1 − x) γ", surplus, zero=claim.lhs - claim.rhs - surplus
    )
    yield Step("is zero without a step", surplus.subs(part, 0), zero=surplus.subs(part, 0))
    slope = factor(diff(surplus, part))
    yield Step("and rises with it", slope, positive=slope)


def _derive_gain(claim: Relational, domain: Domain) -> Iterator[Step]:
    surplus = _pure_step().subs(part, part * rise) - _pure_step()
    surplus -= N * part / (1 + part) * log(rise)
    yield Step(
        "a = c x^{1−2/N} grows by the factor e^{m g}: the gain of γ, less N z log e^{m g}",
        surplus,
        zero=claim.lhs - claim.rhs - surplus,
    )
    yield Step("zero at the factor 1", surplus.subs(rise, 1), zero=surplus.subs(rise, 1))
    slope = factor(together(diff(surplus, rise)))
    yield Step("and rising with it", claim, positive=slope)


def _derive_loss(claim: Relational, domain: Domain) -> Iterator[Step]:
    surplus = _pure_step() - _pure_step().subs(part, part * rise)
    surplus -= N * part / (1 + part) * (1 - rise)
    yield Step(
        "below depth 2 a shrinks, by e^{m g} < 1: the loss of γ, less N z (1 − e^{m g})",
        surplus,
        zero=claim.lhs - claim.rhs - surplus,
    )
    yield Step("zero at the factor 1", surplus.subs(rise, 1), zero=surplus.subs(rise, 1))
    slope = factor(together(diff(surplus, rise)))
    yield Step("and falling towards it", claim, positive=-slope)


def _derive_power(claim: Relational, domain: Domain) -> Iterator[Step]:
    surplus = expand(claim.lhs - claim.rhs)
    yield Step("the terms of the binomial formula are positive", claim, positive=surplus)


def _derive_room(claim: Relational, domain: Domain) -> Iterator[Step]:
    surplus = claim.lhs - claim.rhs
    yield Step("the room that a step takes, less x g/(1 − x), as a function of x⁺", surplus)
    yield Step(
        "zero without a step",
        surplus.subs(x_next, x),
        zero=surplus.subs(x_next, x),
        domain=domain[:1],
    )
    slope = 1 / (1 - x_next) - x / ((1 - x) * x_next)
    yield Step("its slope", slope, zero=diff(surplus, x_next) - slope)
    yield Step("is positive", claim, positive=factor(together(slope)))


_GROWTH = Gt(N * log(1 + part * (1 - x)), (1 - x) * N * log(1 + part), evaluate=False)
_GAIN = Gt(
    N * log(1 + part * rise) - N * log(1 + part), N * part / (1 + part) * log(rise), evaluate=False
)
_LOSS = Gt(
    N * log(1 + part) - N * log(1 + part * rise), N * part / (1 + part) * (1 - rise), evaluate=False
)
_POWER = Gt(
    (growth + gain) ** (ORDER - 1) - growth ** (ORDER - 1),
    (ORDER - 1) * growth ** (ORDER - 2) * gain,
    evaluate=False,
)
_ROOM = Gt(log((1 - x) / (1 - x_next)), x / (1 - x) * log(x_next / x), evaluate=False)

#: How the errors of single steps add up over an orbit (depth ≥ 2). A step with error at most
#: γ^n [m c₀ (1 − b) + c₁ b] adds no more than γ^{n−1} c₀/((n − 1) φ(νγ)) + γ^{n−1} c₁ log 1/(1 − b)
#: gains over it: φ falls, and N z = γ φ(νγ). So that expression at its end bounds a whole orbit's.
#: Below depth 2, γ_k^{n−1} − γ_{k+1}^{n−1} ≥ (n − 1) γ_{k+1}^{n−2} (γ_k − γ_{k+1}), with
#: γ_{k+1} ≥ γ_k e^{−|m| γ_k} and 1 − e^{−|m| g} ≥ |m| g/(1 + |m| g), plays the gain's part.
COUNT_CASES = (
    Case(
        "growth beside the plateau's",
        Kind.LOWER_BOUND,
        _GROWTH,
        (Range(N, 1), Range(part, 0), Range(x, 0, 1)),
        _derive_growth,
        (
            Twin("1 − x/2 for 1 − x", _GROWTH.func(_GROWTH.lhs, (1 - x / 2) * _pure_step())),
            Twin("beyond the target", domain=(Range(N, 1), Range(part, 0, 1), Range(x, 1, 2))),
        ),
    ),
    Case(
        "gain of the plateau's growth",
        Kind.LOWER_BOUND,
        _GAIN,
        (Range(N, 2), Range(part, 0), Range(rise, 1)),
        _derive_gain,
        (Twin("N a for N z", _GAIN.func(_GAIN.lhs, N * part * log(rise))),),
    ),
    Case(
        "loss of the plateau's growth, depth < 2",
        Kind.LOWER_BOUND,
        _LOSS,
        (Range(N, 1, 2), Range(part, 0), Range(rise, 0, 1)),
        _derive_loss,
        (Twin("N a for N z", _LOSS.func(_LOSS.lhs, N * part * (1 - rise))),),
    ),
    Case(
        "gain of its power",
        Kind.LOWER_BOUND,
        _POWER,
        (Range(growth, 0), Range(gain, 0)),
        _derive_power,
        (Twin("three times the slope", _POWER.func(_POWER.lhs, 3 * _POWER.rhs)),),
    ),
    Case(
        "room that a step takes",
        Kind.LOWER_BOUND,
        _ROOM,
        (Range(x, 0, 1), Range(x_next, x, 1)),
        _derive_room,
        (Twin("twice as much", _ROOM.func(_ROOM.lhs, 2 * _ROOM.rhs)),),
    ),
)
