"""Arguments for property tests: every depth from 1 to ∞, ratios and fractions over many decades.

Close to its edges (1e-12) rather than at them: the last ulps are for `tests/fuzz`.
"""

import math

from hypothesis import settings
from hypothesis import strategies as st

#: Fixed examples, no deadline: other processes share the machine.
FEW = settings(max_examples=25, derandomize=True, deadline=None, database=None)
FIVE = settings(max_examples=5, derandomize=True, deadline=None, database=None)
SOME = settings(max_examples=40, derandomize=True, deadline=None, database=None)


def decades(low, high):
    return st.floats(low, high).map(lambda x: 10.0**x)


shallow = st.one_of(st.floats(1.02, 1.98), decades(-6, -2).map(lambda x: 2 - x))
deep = st.one_of(
    st.sampled_from([2.0, 3.0, 4.0, 10.0, math.inf]),
    st.floats(2, 12),
    decades(-9, 9).map(lambda x: 2 + x),
)
depths = st.one_of(deep, deep, shallow)
ratios = st.one_of(st.floats(1.01, 30), decades(-6, 9).map(lambda x: 1 + x))


@st.composite
def fractions(draw):
    """0 < s < f < 1, more than a part in 1e6 apart."""
    s = draw(st.one_of(st.floats(0.001, 0.25), st.floats(0.01, 0.98), decades(-25, -1)))
    share = draw(st.one_of(st.floats(0.01, 0.99), decades(-6, -1).map(lambda x: 1 - x)))
    return s, s + (1 - s) * share


@st.composite
def pairs(draw, depth=depths):
    """depth, ratio, s, f; below depth 2 with the paper's fractions."""
    n = draw(depth)
    s, f = draw(fractions())
    if n < 2:
        s, f = draw(st.floats(0.01, 0.25)), draw(st.floats(0.75, 0.99))
    return n, draw(ratios), s, f


deep_pairs = pairs(deep)
plain_pairs = st.tuples(
    st.sampled_from([2.0, 2.5, 3.0, 4.0, math.inf]),
    st.floats(1.2, 20),
    st.floats(0.05, 0.3),
    st.floats(0.6, 0.95),
)
targets = st.one_of(decades(-3, 3), decades(-60, 60))


@st.composite
def flows(draw):
    """σ0, σ*, depth: from below and from above, and without a target."""
    target = draw(st.one_of(targets, targets, st.just(0.0)))
    size = target or draw(targets)
    return size * draw(decades(-20, 2)), target, draw(st.one_of(depths, st.just(1.0)))


@st.composite
def descents(draw):
    """σ0, σ*, depth, learning rate: where the descent map is monotone."""
    depth = draw(st.one_of(st.sampled_from([1.0, 2.0, 3.0, math.inf]), st.floats(1, 8)))
    target = draw(decades(-2, 2))
    start = target * draw(decades(-6, 0.3))
    top, nu = max(start, target), 1 / depth
    slope = top ** (1 - 2 * nu) * ((2 - nu) * top - (1 - nu) * target)
    return start, target, depth, draw(st.floats(0.001, 0.99)) / slope
