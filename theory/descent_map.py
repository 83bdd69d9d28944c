"""Statement `descent-map`: gradient descent of the toy model, and when its thresholds exist.

One step of descent in a value σ, from the loss; where that map increases; and two comparisons of
a larger with a smaller target, behind the descent thresholds. With a_k the k-th preimage of f
under the map of x_i, b_k that of s under the map of x_j, and both maps increasing, σ_i ≥ f σ*_i
after k steps iff y ≥ r a_k, and σ_j ≤ s σ*_j iff y ≤ b_k: the incremental y are the union of the
intervals [r a_k, b_k]. By "faster growth", r a_k ≤ b_k and r a_k ≤ b_{k+1} (no gap below b_k)
persist once they hold; below depth 2, by "barrier", so does a lead of i of N log r/(2 − N).
"""

from collections.abc import Iterator

from sympy import Eq, Expr, Gt, Lt, diff, exp, log, oo, powdenest, powsimp, simplify, solve
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory._alone import alone
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, c, eta, f, r, sigma, sigma_next, sigma_star, u, w, x

#: Inside the interval, where descent rises; η may be anything here.
RISING: Domain = (Range(N, 0), Range(sigma_star, 0), Range(sigma, 0, sigma_star), Range(eta, 0))


def weight_step() -> Expr:
    """w⁺ = w − η ∂ℓ/∂w, from the loss."""
    return w - eta * model.weight_gradient()


@alone()
def normalised_weight_step() -> Expr:
    """u⁺ for u = (σ/σ*)^{1/N} and c = η σ*^{2−2/N}."""
    scale = sigma_star ** (1 / N)
    moved = (weight_step() / scale).subs(eta, c / sigma_star ** (2 - 2 / N)).subs(w, u * scale)
    return simplify(powsimp(moved.expand(), force=True))


def end_slope(end: Expr) -> Expr:
    """κ(f) = f^{1−2/N} ((2N−1) f − (N−1))/N: the map increases on (0, f) iff c κ(f) ≤ 1."""
    return end ** (1 - 2 / N) * ((2 * N - 1) * end - (N - 1)) / N


def _derive_finite(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield Step("loss of one value, Gaussian moments integrated", model.loss((w,), (sigma_star,), N))
    yield Step("gradient descent of the weight, w⁺ = w − η ∂ℓ/∂w", weight_step())
    relative = powsimp(simplify(weight_step() / w).subs(w, sigma ** (1 / N)))
    claimed = powdenest((claim.rhs / sigma) ** (1 / N), force=True)
    yield Step(
        "σ⁺ = (w⁺)^N with w = σ^{1/N} put in; compared as N-th roots of σ⁺/σ",
        Eq(sigma_next, sigma * relative**N, evaluate=False),
        zero=relative - claimed,
    )


def _derive_infinite(claim: Relational, domain: Domain) -> Iterator[Step]:
    yield Step("descent at depth N, from the loss", model.descent_step())
    limit_step = model.descent_step(oo)
    yield Step(
        "limit N → ∞ at fixed σ and η",
        Eq(sigma_next, limit_step, evaluate=False),
        zero=log(limit_step) - log(claim.rhs),
    )


def _derive_increasing(claim: Relational, domain: Domain) -> Iterator[Step]:
    step = normalised_weight_step()
    yield Step("one step in u = (σ/σ*)^{1/N}, c = η σ*^{2−2/N}", step)
    slope = diff(step, u).subs(u, x ** (1 / N))
    yield Step("its slope, at x = u^N", slope, zero=slope - claim.lhs)
    bend = (N - 1) - (2 * N - 1) * x
    yield Step(
        "the slope less 1 has the sign of (N − 1) − (2N − 1) x: no danger where that is positive",
        bend,
        zero=(slope - 1) - c / N * x ** (1 - 2 / N) * bend,
    )
    (turn,) = solve(bend, x)
    yield Step(
        "that is below (N − 1)/(2N − 1)",
        bend,
        positive=bend,
        domain=(Range(N, 1), Range(x, 0, turn)),
    )
    fall = diff(diff(step, u), u).subs(u, x ** (1 / N)) * N / c * x ** (3 / N - 1)
    bracket = (N - 1) * ((N - 2) - 2 * (2 * N - 1) * x)
    yield Step("beyond, it falls: the sign of d slope/du", bracket, zero=fall - bracket)
    yield Step(
        "is negative for x > (N − 1)/(2N − 1)",
        bracket,
        positive=-bracket,
        domain=(Range(N, 1), Range(x, turn)),
    )
    end = domain[1].symbol
    least = slope.subs(x, end)
    yield Step(
        "so it is least at the end, where it is 1 − c κ(f)",
        least,
        zero=least - (1 - c * end_slope(end)),
        domain=domain[:3],
    )
    yield Step("which is positive: c κ(f) < 1", claim, positive=1 - c * end_slope(end))


def _derive_unit_end(claim: Relational, domain: Domain) -> Iterator[Step]:
    slope = diff(normalised_weight_step(), u).subs(u, 1)
    yield Step("slope of the map at its target, u = 1", slope, zero=slope - claim.lhs)
    yield Step("positive for c < 1, so κ(1) = 1", claim, positive=slope)


def _derive_increasing_infinite(claim: Relational, domain: Domain) -> Iterator[Step]:
    step = model.descent_step(oo).subs(eta, c / sigma_star**2).subs(sigma, x * sigma_star)
    slope = diff(log(step), x) * x
    yield Step("slope of log x⁺ in log x", slope, zero=slope - claim.lhs)
    yield Step("positive for c < 1", claim, positive=simplify(slope))


def _derive_faster(claim: Relational, domain: Domain) -> Iterator[Step]:
    relative = powsimp(simplify(weight_step() / w).subs(w, sigma ** (1 / N)))
    larger = relative.subs(sigma_star, r * sigma_star)
    yield Step("relative step of the weight towards r σ*", larger, zero=larger - claim.lhs)
    yield Step("and towards σ*", relative, zero=relative - claim.rhs)
    yield Step(
        "from equal values, the larger target's rises more",
        claim,
        positive=simplify(larger - relative),
    )


def _derive_barrier(claim: Relational, domain: Domain) -> Iterator[Step]:
    lead = r ** (1 / (2 - N))
    step = weight_step().subs(sigma_star, 1)
    larger = (weight_step().subs(sigma_star, r).subs(w, lead * u) / lead).expand()
    yield Step(
        "weight of the larger value, u times the lead r^{1/(2−N)}",
        larger,
        zero=powsimp(larger, force=True) - claim.lhs,
    )
    smaller = step.subs(w, u)
    yield Step("weight of the smaller value", smaller, zero=smaller - claim.rhs)
    gain = (claim.rhs - claim.lhs) * N / (eta * u ** (2 * N - 1))
    power = (2 * N - 2) / (2 - N)
    yield Step("their difference", gain, zero=gain - (exp(power * log(r)) - 1))
    yield Step("is positive as r > 1 and 1 < N < 2", claim, positive=power * log(r))


_FINITE = Eq(
    sigma_next,
    sigma * (1 + eta / N * sigma ** (1 - 2 / N) * (sigma_star - sigma)) ** N,
    evaluate=False,
)
_INFINITE = Eq(sigma_next, sigma * exp(eta * sigma * (sigma_star - sigma)), evaluate=False)
_SLOPE = 1 + c / N * x ** (1 - 2 / N) * ((N - 1) - (2 * N - 1) * x)
_LARGER = 1 + eta / N * sigma ** (1 - 2 / N) * (r * sigma_star - sigma)
_SMALLER = 1 + eta / N * sigma ** (1 - 2 / N) * (sigma_star - sigma)
_LED = u + eta / N * u ** (N - 1) * (1 - r ** ((2 * N - 2) / (2 - N)) * u**N)
_PLAIN = u + eta / N * u ** (N - 1) * (1 - u**N)
_UP_TO_F: Domain = (
    Range(N, 1),
    Range(f, (N - 1) / (2 * N - 1), 1),
    Range(c, 0, 1 / end_slope(f)),
    Range(x, 0, f),
)

DESCENT_MAP = Statement(
    id="descent-map",
    title="One step of gradient descent, and where it increases",
    setting=(
        "Gradient descent w⁺ = w − η ∇ℓ of the toy model, in σ = w^N; x = σ/σ*, u = x^{1/N}, "
        "c = η σ*^{2−2/N}. Where the maps increase, the incremental initialisations are the union "
        "of the intervals between preimages [r a_k, b_k], and their gaps end below some y"
    ),
    source="the paper, section 2 (the map); new (its monotony, the comparisons)",
    depends=("toy-flow",),
    cases=(
        Case(
            "every depth",
            Kind.IDENTITY,
            _FINITE,
            RISING,
            _derive_finite,
            (
                Twin(
                    "exponent 2 − 2/N",
                    _FINITE.subs(sigma ** (1 - 2 / N), sigma ** (2 - 2 / N)),
                ),
                Twin("factor 1/N dropped", _FINITE.subs(eta, N * eta)),
            ),
        ),
        Case(
            "infinite depth",
            Kind.IDENTITY,
            _INFINITE,
            RISING[1:],
            _derive_infinite,
            (Twin("factor σ dropped", _INFINITE.subs(eta, eta / sigma)),),
        ),
        Case(
            "increasing up to f",
            Kind.LOWER_BOUND,
            Gt(_SLOPE, 0, evaluate=False),
            _UP_TO_F,
            _derive_increasing,
            (
                Twin(
                    "twice the learning rate",
                    domain=(*_UP_TO_F[:2], Range(c, 0, 2 / end_slope(f)), _UP_TO_F[3]),
                ),
                Twin("slope of another map", Gt(_SLOPE.subs(2 * N - 1, N), 0, evaluate=False)),
            ),
        ),
        Case(
            "increasing up to the target",
            Kind.LOWER_BOUND,
            Gt(1 - c, 0, evaluate=False),
            (Range(N, 1), Range(c, 0, 1)),
            _derive_unit_end,
            (Twin("c up to 2", domain=(Range(N, 1), Range(c, 0, 2))),),
        ),
        Case(
            "increasing at infinite depth",
            Kind.LOWER_BOUND,
            Gt(1 + c * x * (1 - 2 * x), 0, evaluate=False),
            (Range(c, 0, 1), Range(x, 0, 1)),
            _derive_increasing_infinite,
            (Twin("c up to 4", domain=(Range(c, 0, 4), Range(x, 0, 1))),),
        ),
        Case(
            "faster growth",
            Kind.LOWER_BOUND,
            Gt(_LARGER, _SMALLER, evaluate=False),
            (Range(r, 1), *RISING),
            _derive_faster,
            (Twin("r < 1", domain=(Range(r, 0, 1), *RISING)),),
        ),
        Case(
            "barrier below depth 2",
            Kind.UPPER_BOUND,
            Lt(_LED, _PLAIN, evaluate=False),
            (Range(N, 1, 2), Range(r, 1), Range(eta, 0), Range(u, 0, 1)),
            _derive_barrier,
            (
                Twin(
                    "beyond depth 2",
                    domain=(Range(N, 2, 3), Range(r, 1), Range(eta, 0), Range(u, 0, 1)),
                ),
            ),
        ),
    ),
)
