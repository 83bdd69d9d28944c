"""Every claim of the box proofs, with its domain, its depths, its margin and its value at a point.

The flow's bounds (`margins`) speak of (ratio, s, f), the steps of descent (`step_margins`) of
(rate, position), its threshold bounds (`run_margins`) of (ratio, s, f, rate). A lower claim is
proved by a positive margin and refuted by a negative value at a point, an upper one the other way
round. `route` is how a margin's parts are computed: the search uses one, the replay another.
"""

import math
from fractions import Fraction
from typing import Any

from stairwise.numerics import margins, run_margins, step_margins
from stairwise.numerics._exact import Exact
from stairwise.numerics.balls import ball, precision
from stairwise.numerics.bound_balls import Point, log_bound, residual
from stairwise.numerics.margins import Claim, Integrals
from stairwise.numerics.regions import Box, Region, RunBox, RunPoint, StepBox, StepPoint, Witness
from stairwise.numerics.run_margins import RUNS, SURPLUS, Descent
from stairwise.numerics.step_margins import GROWTH, STEPS, Cofactors

Route = Integrals | Cofactors | Descent

#: Bits for values at a point, and the most for one that must be decided.
POINT_BITS, MOST_POINT_BITS = 400, 25600
DEPTHS: tuple[Exact, ...] = (*(Fraction(n) for n in (2, 3, 4, 5, 10)), math.inf)
#: Claims of depth 2 alone.
DEPTH_TWO = ("sharp-bounds-elementary", GROWTH, SURPLUS, RUNS)

#: The inequalities of statement descent-bounds.
DESCENT_CLAIMS = (
    Claim(STEPS, "lower"),
    Claim(STEPS, "upper"),
    Claim(STEPS, "upper", 1),
    Claim(GROWTH, "lower"),
    Claim(SURPLUS, "lower"),
    Claim(SURPLUS, "upper"),
    Claim(RUNS, "lower"),
    Claim(RUNS, "upper"),
)
#: All of the theory's, unshifted.
ALL_CLAIMS = (*margins.CLAIMS, *DESCENT_CLAIMS)

_SIGN_OF_G = "G at the bound has the sign that puts the threshold on the other side"
#: What is proved over the boxes, for people.
ABOUT = {
    "separation-bounds": _SIGN_OF_G,
    "sharp-bounds": _SIGN_OF_G,
    "sharp-bounds-concave": _SIGN_OF_G,
    "sharp-bounds-elementary": _SIGN_OF_G,
    STEPS: (
        "the bracket on the flow's time for one step (at depth 2 on the growth factor of q); order "
        "1 is the one within the bend"
    ),
    GROWTH: "the growth factor of q rises with the position",
    SURPLUS: "the surplus of time at the bound of descent-bounds has its sign",
    RUNS: (
        "by the definition, both descents run in balls: every y up to the lower bound is "
        "incremental, none from the upper bound on"
    ),
}


def _range(low: str, high: str) -> tuple[Fraction, Fraction]:
    return Fraction(low), Fraction(high)


#: The domain of the box proofs, and with the rate of descent for its bounds.
DOMAIN = Box(_range("1.05", "100"), _range("0.01", "0.249"), _range("0.751", "0.99"))
SURPLUS_DOMAIN = RunBox(*DOMAIN, _range("0.01", "0.9"))
#: Runs are decided only on boxes so small that the step counts agree: fewer ratios and rates.
RUN_DOMAIN = RunBox(_range("2", "3"), DOMAIN.s, DOMAIN.f, _range("0.4", "0.5"))


def domain_of(claim: Claim) -> Region:
    """The box over which the claim is made."""
    if claim.statement in (STEPS, GROWTH):
        return step_margins.STEP_DOMAIN
    if claim.statement == SURPLUS:
        return SURPLUS_DOMAIN
    return RUN_DOMAIN if claim.statement == RUNS else DOMAIN


def is_made(claim: Claim, depth: Exact) -> bool:
    """Whether the claim is one of the theory's, shifted or not, and is made at that depth."""
    known = claim._replace(shift=Fraction(0)) in ALL_CLAIMS and depth >= 2
    if claim.statement in DEPTH_TWO:
        return known and depth == 2
    whole = depth == math.inf or Fraction(depth).denominator == 1
    return known and (whole or claim.statement != STEPS)


def is_in_the_theory(claim: Claim, region: Region) -> bool:
    """Whether the box has the claim's variables and lies where they may."""
    if type(region) is not type(domain_of(claim)) or any(low > high for low, high in region):
        return False
    if isinstance(region, StepBox):
        return all(low >= 0 and high <= 1 for low, high in region)
    (r, _), (s, s_high), (f, f_high) = region[:3]
    rates = isinstance(region, Box) or (region.rate[0] > 0 and region.rate[1] < 1)
    return rates and r > 1 and s > 0 and s_high < f and f_high < 1


def margin_over(claim: Claim, depth: Exact, region: Region, route: Route | None = None) -> Any:
    """The ball whose sign decides the claim over the box; None where the claim says nothing.

    Precision: the current one. Claim, depth and box must fit each other.
    """
    parts: Any = route
    if isinstance(region, StepBox):
        return step_margins.step_margin(claim, depth, region, parts)
    if isinstance(region, RunBox):
        return run_margins.run_margin(claim, region, parts)
    return margins.margin(claim, depth, region, parts)


def value_at(claim: Claim, depth: Exact, point: Witness, bits: int = POINT_BITS) -> Any:
    """What the claim says has a sign, at a point, from the published formulas; None where void."""
    # ∫ t^{2/N − 1}/(1 − t) dt is some N/2, which cancels.
    more = 0 if depth == math.inf else 3 * int(depth).bit_length()
    with precision(bits + more):
        if isinstance(point, StepPoint):
            return step_margins.step_value(claim, depth, point)
        if isinstance(point, RunPoint):
            return run_margins.run_value(claim, point)
        return _g_at_bound(claim, depth, point)


def _g_at_bound(claim: Claim, depth: Exact, point: Point) -> Any:
    """G at the published bound moved by the shift."""
    bound = log_bound(claim.statement, claim.side, claim.order, depth, point)
    if bound is None:
        return None
    shift = ball(claim.shift)
    return residual(depth, point, bound + shift if claim.side == "lower" else bound - shift)
