"""Two-sided models from their loss: weight speeds, side speeds, and the sides in the clock.

Depth is 1, 2, or `None` for every depth above 2, written in κ = 1 − 2/N (N = 2/(1 − κ)); κ = 1 is
infinite depth.
"""

from functools import cache

from sympy import (
    Eq,
    Expr,
    Function,
    Subs,
    diff,
    integrate,
    oo,
    powdenest,
    powsimp,
    simplify,
    solve,
    symbols,
)

from stairwise.theory._alone import alone
from stairwise.theory.domain import Domain, Range
from stairwise.theory.symbols import N, kappa, mu, nu, phi, sigma0, slope, theta

#: The weights of one coordinate, and of another that the loss couples to it.
U, V = symbols("u v", positive=True)
_OTHERS = symbols("u_2 v_2", positive=True)


@cache
def weight_speeds() -> tuple[Expr, Expr]:
    """(du/dt, dv/dt) under gradient flow of (1/N²)·L(σ_1, σ_2, …), in u, v, N and g = ∂L/∂σ_1.

    L is an abstract function of two values, so the derivation shows that the other coordinates
    enter through the slope alone.
    """
    values = (U**N - V**N, _OTHERS[0] ** N - _OTHERS[1] ** N)
    loss = Function("L")(*values) / N**2
    # SymPy writes the partial derivative at σ as a Subs object: that is the slope.
    gradients = (
        diff(loss, weight).replace(lambda part: isinstance(part, Subs), lambda _: slope)
        for weight in (U, V)
    )
    speeds = tuple(powsimp(-gradient) for gradient in gradients)
    return speeds[0], speeds[1]


@cache
@alone()
def side_speed(depth: Expr | None = N) -> tuple[Expr, Expr]:
    """(dμ/dt, dν/dt) in μ, ν and g, by the chain rule; depth N, a number, or None for κ."""
    down, up = weight_speeds()
    speeds = (
        powsimp(simplify((diff(U**N, U) * down).subs(U, mu ** (1 / N)))),
        powsimp(simplify((diff(V**N, V) * up).subs(V, nu ** (1 / N)))),
    )
    at = 2 / (1 - kappa) if depth is None else depth
    first, second = (powsimp(simplify(speed.subs(N, at))) for speed in speeds)
    return first, second


@cache
@alone()
def sides_at_clock(depth: Expr | None) -> tuple[Expr, Expr]:
    """(μ, ν) at the clock θ from μ = ν = σ0: the separable equations integrated and inverted.

    In θ at depths 1 and 2; beyond in φ = κ σ0^κ θ, |φ| < 1.
    """
    m, share = symbols("m X", positive=True)
    down, up = side_speed(depth)
    found = []
    # Beyond depth 2 the share X = 1 ± φ that is left until the pole keeps the powers real.
    for side, speed, share_of_clock in ((mu, down, 1 + phi), (nu, up, 1 - phi)):
        # dμ/dθ = (dμ/dt)/g, so θ = ∫ dm / (dμ/dθ) from σ0 to μ.
        primitive = integrate(1 / (speed / slope).subs(side, m), m)
        elapsed = primitive.subs(m, side) - primitive.subs(m, sigma0)
        if depth is not None:
            (solution,) = solve(Eq(elapsed, theta), side)
            found.append(powsimp(simplify(solution)))
            continue
        (at,) = solve(Eq(share, share_of_clock), phi)
        (solution,) = solve(Eq(elapsed, at / (kappa * sigma0**kappa)), side)
        found.append(powdenest(simplify(solution), force=True).subs(share, share_of_clock))
    return found[0], found[1]


#: The ranges of the claims.
ANY_DEPTH: Domain = (Range(N, 1), Range(mu, 0), Range(nu, 0), Range(slope, -oo))
SIDES: Domain = (Range(sigma0, 0), *ANY_DEPTH[1:])
DEEP_SIDES: Domain = (Range(kappa, 0, 1), *SIDES)
ANY_CLOCK: Domain = (Range(sigma0, 0), Range(theta, -oo), Range(slope, -oo))
DEEP_CLOCK: Domain = (
    Range(kappa, 0, 1),
    Range(sigma0, 0),
    Range(phi, -1, 1),
    Range(slope, -oo),
)


def depth_of(depth: Expr | None) -> str:
    """The depth in words."""
    return "beyond depth 2" if depth is None else f"at depth {depth}"
