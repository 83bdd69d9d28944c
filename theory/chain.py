"""Statement `chain`: a whole sequence of targets is learned in order iff each neighbouring pair is.

For σ*_1 > … > σ*_m from one start σ0, learning is incremental along the chain if for every k there
is a time t_k at which σ_1, …, σ_k have reached the fraction f of their targets and σ_{k+1}, …, σ_m
have not passed the fraction s of theirs.
"""

from collections.abc import Iterator

from sympy import And, Eq, Expr, Le, Max, Min, Symbol, symbols
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, f, s, sigma, sigma_star

#: The chain's threshold in σ0, three neighbouring targets, and their pairs' exact thresholds y*.
CHAIN_THRESHOLD = Symbol("sigma_0^chain", positive=True)
TARGETS = symbols("sigma*_1 sigma*_2 sigma*_3", positive=True)
PAIRS = symbols("y*_1 y*_2", positive=True)

#: Values of the k-th target's neighbour at the pair's own time and at the chain's time.
EARLY, LATE = symbols("sigma(t_{k-1}) sigma(t_k)", positive=True)
#: How much the second pair's threshold in σ0 exceeds the first's, in the two orders.
_MORE = Symbol("more", positive=True)
_SOME = Symbol("some", positive=True)


def _derive_neighbours(claim: Relational, domain: Domain) -> Iterator[Step]:
    rate = model.flow_rate()
    yield Step(
        "every value rises towards its target",
        rate,
        positive=rate,
        domain=(Range(N, 1), Range(sigma_star, 0), Range(sigma, 0, sigma_star)),
    )
    yield Step(
        "if the chain is incremental, t_k serves the pair (k, k+1): necessary",
        And(Le(EARLY, s * sigma_star), Le(f * sigma_star, LATE)),
    )
    gap = claim.gts - claim.lts
    yield Step(
        "conversely take t_k from the pairs: σ_k ≤ s σ*_k at t_{k−1} and σ_k ≥ f σ*_k at t_k,"
        " with s < f, so σ_k is larger at t_k",
        claim,
        positive=gap,
        domain=(*domain, Range(EARLY, 0, s * sigma_star), Range(LATE, f * sigma_star)),
    )
    yield Step("as σ_k rises, t_{k−1} < t_k: the pairs' times are in order", claim)
    yield Step(
        "so at t_k every earlier value is past its f (reached at an earlier time, and rising), and"
        " every later one below its s (still so at a later time): sufficient",
        And(Le(f * sigma_star, LATE), Le(EARLY, s * sigma_star)),
    )


def _derive_threshold(claim: Relational, domain: Domain) -> Iterator[Step]:
    first, second = (y * target for y, target in zip(PAIRS, TARGETS[1:], strict=True))
    yield Step(
        "pair k is incremental iff σ0/σ*_{k+1} ≤ y*_k: σ0 ≤ σ*_{k+1} y*_k, by `exact-threshold`",
        And(Le(CHAIN_THRESHOLD, first), Le(CHAIN_THRESHOLD, second)),
    )
    for label, low, high in (("first", first, second), ("second", second, first)):
        # Name the smaller one and write the larger as it plus something positive.
        named = claim.rhs.subs({low: _SOME, high: _SOME + _MORE})
        yield Step(
            f"both hold iff σ0 is at most the {label} where it is the smaller",
            claim,
            zero=named - _SOME,
            domain=(*domain, Range(_SOME, 0), Range(_MORE, 0)),
        )


_PRODUCTS: tuple[Expr, Expr] = (TARGETS[1] * PAIRS[0], TARGETS[2] * PAIRS[1])
_ORDERED: Domain = (
    Range(TARGETS[2], 0),
    Range(TARGETS[1], TARGETS[2]),
    Range(TARGETS[0], TARGETS[1]),
    Range(PAIRS[0], 0, 1),
    Range(PAIRS[1], 0, 1),
)
_GROWS = Le(EARLY, LATE, evaluate=False)
_FRACTIONS: Domain = (Range(f, 0, 1), Range(s, 0, f), Range(sigma_star, 0))

CHAIN = Statement(
    id="chain",
    title="A whole sequence of values",
    setting=(
        "Targets σ*_1 > … > σ*_m from one start σ0: incremental along the chain if for each k, at"
        " some t_k, the first k have reached f of their targets and the others at most s. Three"
        " targets stand for m: one more pair is one more term of the minimum. The first case is an"
        " argument in words (its steps marked stated); SymPy decides in it the two signs on which"
        " the argument rests"
    ),
    source="new",
    depends=("toy-flow", "exact-threshold"),
    cases=(
        Case(
            "neighbouring pairs suffice",
            Kind.LOWER_BOUND,
            _GROWS,
            _FRACTIONS,
            _derive_neighbours,
            (
                Twin("s > f", domain=(Range(f, 0, 1), Range(s, f, 1), Range(sigma_star, 0))),
                Twin("times exchanged", Le(LATE, EARLY, evaluate=False)),
            ),
        ),
        Case(
            "threshold",
            Kind.IDENTITY,
            Eq(CHAIN_THRESHOLD, Min(*_PRODUCTS), evaluate=False),
            _ORDERED,
            _derive_threshold,
            (
                Twin("maximum", Eq(CHAIN_THRESHOLD, Max(*_PRODUCTS), evaluate=False)),
                Twin("first pair only", Eq(CHAIN_THRESHOLD, _PRODUCTS[0], evaluate=False)),
                Twin(
                    "larger target of each pair",
                    Eq(
                        CHAIN_THRESHOLD,
                        Min(TARGETS[0] * PAIRS[0], TARGETS[1] * PAIRS[1]),
                        evaluate=False,
                    ),
                ),
            ),
        ),
    ),
)
