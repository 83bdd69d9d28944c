"""Statement `toy-flow`: gradient flow of the toy model in its values."""

from collections.abc import Iterator

from sympy import Eq, Symbol, diff, oo
from sympy.core.relational import Relational

from stairwise.theory import model
from stairwise.theory.domain import Domain, Range
from stairwise.theory.statement import Case, Kind, Statement, Step, Twin
from stairwise.theory.symbols import N, sigma, sigma_dot, sigma_star, w

ANY_DEPTH: Domain = (Range(N, 0), Range(sigma, 0), Range(sigma_star, 0))
VALUES: Domain = ANY_DEPTH[1:]

_OTHER_WEIGHT = Symbol("w_2", positive=True)
_OTHER_TARGET = Symbol("sigma_star_2", positive=True)


def _derive_finite(claim: Relational, domain: Domain) -> Iterator[Step]:
    """Loss → gradient → chain rule → claim."""
    pair = model.loss((w, _OTHER_WEIGHT), (sigma_star, _OTHER_TARGET), N)
    alone = model.loss((w,), (sigma_star,), N)
    weights = (
        Range(N, 0),
        *(Range(z, 0) for z in (w, _OTHER_WEIGHT, sigma_star, _OTHER_TARGET)),
    )
    yield Step("loss of two values, Gaussian moments integrated", pair)
    yield Step(
        "the weights decouple: the gradient in one does not see the other",
        diff(pair, w),
        zero=diff(pair, w) - diff(alone, w),
        domain=weights,
    )
    speed = -model.weight_gradient()
    yield Step("gradient flow of the weight, dw/dt = −∂ℓ/∂w", speed)
    rate = (diff(w**N, w) * speed).subs(w, sigma ** (1 / N))
    yield Step(
        "chain rule for σ = w^N, with w = σ^{1/N} put in",
        Eq(sigma_dot, rate, evaluate=False),
        zero=rate - claim.rhs,
    )


def _derive_infinite(claim: Relational, domain: Domain) -> Iterator[Step]:
    """The limit N → ∞ of the finite-depth rate."""
    yield Step("flow at depth N, from the loss", Eq(sigma_dot, model.flow_rate(), evaluate=False))
    rate = model.flow_rate(oo)
    yield Step(
        "limit N → ∞ at fixed σ",
        Eq(sigma_dot, rate, evaluate=False),
        zero=rate - claim.rhs,
    )


_FINITE = Eq(sigma_dot, sigma ** (2 - 2 / N) * (sigma_star - sigma), evaluate=False)
_INFINITE = Eq(sigma_dot, sigma**2 * (sigma_star - sigma), evaluate=False)

TOY_FLOW = Statement(
    id="toy-flow",
    title="Gradient flow of the depth-N diagonal model",
    setting=(
        "σ_i = w_i^N, loss 1/(2N²)·E(⟨σ*, x⟩ − ⟨σ, x⟩)² with x ~ N(0, I), gradient flow dw/dt = −∇ℓ"
    ),
    source="the paper, section 2 (re-derived from the model's definition)",
    depends=(),
    cases=(
        Case(
            "every depth",
            Kind.IDENTITY,
            _FINITE,
            ANY_DEPTH,
            _derive_finite,
            (
                Twin("exponent 2 − 1/N", _FINITE.subs(2 - 2 / N, 2 - 1 / N)),
                Twin("sign of σ* − σ", Eq(sigma_dot, -_FINITE.rhs, evaluate=False)),
                Twin("factor N dropped", Eq(sigma_dot, _FINITE.rhs / N, evaluate=False)),
            ),
        ),
        Case(
            "infinite depth",
            Kind.IDENTITY,
            _INFINITE,
            VALUES,
            _derive_infinite,
            (Twin("exponent 3", Eq(sigma_dot, sigma * _INFINITE.rhs, evaluate=False)),),
        ),
    ),
)
