"""Whether one pair is incremental, in ball arithmetic: for the few that float64 cannot decide.

Learning is incremental iff G(y) ≥ 0 (`threshold_equation`). The arguments are taken as the exact
binary fractions that they are, so that the answer exists, whatever the rounding of log y*.
"""

from fractions import Fraction

from flint import arb

from stairwise.numerics._exact import exact_depth
from stairwise.numerics.balls import precision, rational
from stairwise.numerics.rigorous import UndecidedError
from stairwise.numerics.threshold_equation import ThresholdEquation

BITS = (128, 256, 512, 1024, 2048, 4096)


def incremental_in_balls(
    sigma0: float, larger: float, smaller: float, depth: float, s: float, f: float
) -> bool:
    """The sign of G at y = σ0/σ*_j; UndecidedError where 4096 bits do not show it."""
    y, low = Fraction(sigma0) / Fraction(smaller), Fraction(s)
    if depth == 1 or y >= low:
        return False
    ratio = Fraction(larger) / Fraction(smaller)
    equation = ThresholdEquation(exact_depth(depth), ratio, low, Fraction(f))
    for bits in BITS:
        with precision(bits + equation.loss):
            equation.prepare()
            exact = rational(y)
            value = equation.value(arb(exact).log(), arb(exact), arb(1 - exact))
            if value > 0:
                return True
            if value < 0:
                return False
    raise UndecidedError(
        f"is_incremental({sigma0!r}, {larger!r}, {smaller!r}, {depth!r}, {s!r}, {f!r}): "
        f"undecided at {BITS[-1]} bits"
    )
