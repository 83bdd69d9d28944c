"""What the parts of `sharp-bounds` share: domains, and the weight w and rest K of one integral."""

from sympy import Expr, Symbol

from stairwise.theory.domain import Domain, Range
from stairwise.theory.separation import e
from stairwise.theory.symbols import f, p, r, s, y
from stairwise.theory.threshold import PAIR

#: The depths of the fixed-point form and of the one integral, as ranges of p.
DEEP = Range(p, 1, 2)
DEEPER = Range(p, 1, 3)
#: 0 < s < f < 1 < r, without and with y in (0, s).
TRIPLE: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(r, 1))
#: Targets in the wrong order (r < 1), where the bounds fail.
WRONG_ORDER: Domain = (*PAIR[:3], Range(r, y, 1))


def in_e(domain: Domain) -> Domain:
    """The domain with the range of p as one of e = p − 1, in which exponents stay monomials."""
    return tuple(
        Range(e, item.lower - 1, item.upper - 1) if item.symbol is p else item for item in domain
    )


#: K = r^{−p} T_p(s/r, f), as a positive unknown: what the faster value still has to cross.
K = Symbol("K", positive=True)
K_RANGE = Range(K, 0)


def weight(point: Expr) -> Expr:
    """w(point) = (r−1)/((1−point)(r−point))."""
    return (r - 1) / ((1 - point) * (r - point))
