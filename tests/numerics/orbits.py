"""Descent in mpmath, one step at a time, and the density of steps with the theory's rationals."""

import mpmath

from stairwise.theory.step_count import ORDER, density_series


def step(x, depth, rate):
    """X⁺ of X = log(σ/σ*), at the working precision."""
    if depth == mpmath.inf:
        return x + rate * mpmath.exp(x) * -mpmath.expm1(x)
    force = rate * mpmath.exp((1 - 2 / depth) * x) * -mpmath.expm1(x)
    return x + depth * mpmath.log1p(force / depth)


def rows(depth, planted=None):
    """T_i's coefficients of b^j at that depth; one of them changed by 0.1% if planted = (i, j)."""
    nu = mpmath.mpf(0) if depth == mpmath.inf else 1 / depth
    table = [[mpmath.mpf(0)] * (i + 1) for i in range(ORDER)]
    for i, polynomial in enumerate(density_series()):
        for (e, j), c in polynomial.terms():
            table[i][j] += mpmath.mpf(int(c.numerator)) / int(c.denominator) * nu**e
    if planted:
        table[planted[0]][planted[1]] *= mpmath.mpf("1.001")
    return table


def density(x, depth, rate, table):
    """The truncated density at X."""
    base = rate * mpmath.exp((1 - 2 / depth) * x)
    gamma = base if depth == mpmath.inf else mpmath.log1p(base / depth) * depth
    b = mpmath.exp(x)
    tau = mpmath.polyval([mpmath.polyval(row[::-1], b) for row in table][::-1], gamma)
    return tau / (step(x, depth, rate) - x)


def count_gap(start, depth, rate, steps, table):
    """∫ density over that many steps, less their number, and where they end."""
    x = start
    for _ in range(steps):
        x = step(x, depth, rate)
    cuts, at = [x], x
    while at > start:
        at = max(start, at - min(-at / 3, mpmath.mpf("0.5")))
        cuts.append(at)
    total = mpmath.quad(
        lambda z: density(z, depth, rate, table), cuts[::-1], method="gauss-legendre"
    )
    return total - steps, x
