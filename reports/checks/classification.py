"""Cases of `diagonal` on classification: sides solved in log μ, which passes poles and plateaus.

With ξ a value's feature and m = e^{−margin}, the sides grow at ξ μ^{1+κ} m and −ξ ν^{1+κ} m; this
is the flow that `diagonal` itself checks against the loss. In log μ of the largest feature every
plateau is short and a pole is at infinity.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.integrate import quad, solve_ivp

from stairwise.reports.checks.check import Check, evaluator, worst
from stairwise.reports.checks.networks import ATOL, RTOL, gradient
from stairwise.theory.statement import Case

#: Solves at relative tolerance 1e-11 leave 2e-12 or less on what is compared.
_SOLVED = 1e-8
#: One Richardson step removes the linear term of a law; what is left is 1.3e-4 at most.
_LIMIT = 1e-3
_S, _F, _MARGIN = 0.3, 0.8, 2.0


def _solve(rates: Any, ends: tuple[float, float], start: list[float], event: Any = None) -> Any:
    """One DOP853 solve; RuntimeError where it stops short or misses its event."""
    if event is not None:
        event.terminal = True
    found = solve_ivp(rates, ends, start, method="DOP853", rtol=RTOL, atol=ATOL, events=event)
    if found.status != (0 if event is None else 1):
        raise RuntimeError(f"a flow of sides stopped short: {found.message}")
    return found


# One sample.


def _one_sample(depth: int) -> Callable[[Case], Iterator[Check]]:
    """σ at the clock τ = ∫ e^{−margin} dt, from weights solved under the loss itself."""

    def route(case: Case) -> Iterator[Check]:
        features, start, kappa = np.array([1.5, 0.7]), 0.2, 1 - 2 / depth

        def risk(weights: Any) -> Any:
            values = weights[..., :2] ** depth - weights[..., 2:] ** depth
            return np.exp(-(values @ features)) / depth**2

        def rates(_time: float, state: Any) -> Any:
            return np.append(-gradient(risk, state[:4]), float(risk(state[:4])) * depth**2)

        found = _solve(rates, (0.0, 3.0), [*[start ** (1 / depth)] * 4, 0.0]).y[:, -1]
        values = found[:2] ** depth - found[2:4] ** depth
        claim = evaluator(case.claim.rhs, "sigma_0", "xi", "tau", "kappa", module="numpy")
        claimed = claim(start, features, found[4], kappa)
        gap = float(np.abs(claimed / values - 1).max())
        yield Check(f"{case.name}, solved weights", gap, _SOLVED)

    return route


def _pair_rates(ratio: float, kappa: float) -> Callable[[float, Any], list[float]]:
    """d(log μ_j, log ν_i, log ν_j)/d(log μ_i) for features ξ_i = r, ξ_j = 1 of one sample."""

    def rates(log_mu: float, state: Any) -> list[float]:
        mu_j, nu_i, nu_j = (math.exp(kappa * (side - log_mu)) for side in state)
        return [mu_j / ratio, -nu_i, -nu_j / ratio]

    return rates


def _slower_2(case: Case) -> Iterator[Check]:
    """Slope of log σ_j in log σ_i late in a solved flow at depth 2."""
    ratio = 1.7
    claim = evaluator(case.claim.rhs, "r", module="math")
    log_start = math.log(0.01)
    found = _solve(_pair_rates(ratio, 0.0), (log_start, 60.0), [log_start] * 3)
    middle = _solve(_pair_rates(ratio, 0.0), (log_start, 40.0), [log_start] * 3)
    values = [_log_difference(run.y[0, -1], run.y[2, -1]) for run in (middle, found)]
    gap = float(abs((values[1] - values[0]) / 20 / claim(ratio) - 1))
    # By then ν_j/μ_j is e^{−50}: the limit is reached to rounding and the solver's tolerance.
    yield Check("log σ_j against log σ_i, solved sides at depth 2", gap, _SOLVED)


def _slower_deep(case: Case) -> Iterator[Check]:
    """σ_j/σ0 where the larger side has grown by e^{40/κ}."""
    claim = evaluator(case.claim.rhs, "r", "kappa", module="math")
    gaps = []
    for kappa, ratio in ((1 / 3, 1.5), (0.5, 1.2), (0.8, 3.0)):
        found = _solve(_pair_rates(ratio, kappa), (0.0, 40 / kappa), [0.0] * 3)
        value = math.exp(found.y[0, -1]) - math.exp(found.y[2, -1])
        gaps.append(abs(claim(ratio, kappa) / value - 1))
    yield Check("σ_j/σ0 beyond depth 2, solved sides", worst(gaps), _SOLVED)


def _log_difference(larger: float, smaller: float) -> float:
    """log(e^larger − e^smaller)."""
    return larger + math.log(-math.expm1(smaller - larger))


def _one_sample_miss(log_start: float, ratio: float, kappa: float) -> float:
    """log(σ_j/σ_i) − log s when the margin r σ_i + σ_j comes to M."""

    def margin(log_mu: float, state: Any) -> float:
        mu_j, nu_i, nu_j = (math.exp(side) for side in state)
        return ratio * (math.exp(log_mu) - nu_i) + mu_j - nu_j - _MARGIN

    end = math.log(_MARGIN) + 1
    found = _solve(_pair_rates(ratio, kappa), (log_start, end), [log_start] * 3, margin)
    mu_i, (mu_j, nu_i, nu_j) = found.t[-1], found.y[:, -1]
    return _log_difference(mu_j, nu_j) - _log_difference(mu_i, nu_i) - math.log(_S)


def _root(miss: Callable[[float], float], first: float, second: float) -> float:
    """Root by secant steps; NaN where they do not settle in 12."""
    before, miss_before = first, miss(first)
    for _ in range(12):
        value = miss(second)
        if value == miss_before:
            return second if abs(value) < 1e-9 else math.nan
        step = -value * (second - before) / (value - miss_before)
        before, miss_before, second = second, value, second + step
        if abs(step) < 1e-9 * abs(second):
            return second
    return math.nan


def _extrapolated(law: Callable[[float], float], excess: float) -> float:
    """The limit of law(r − 1) with its linear term removed."""
    return 2 * law(excess) - law(2 * excess)


def _one_sample_law_2(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.rhs, "s", "M", module="math")

    def law(excess: float) -> float:
        guess = math.log(_S) / excess
        root = _root(lambda z: _one_sample_miss(z, 1 + excess, 0.0), guess, 1.01 * guess)
        return -excess * root

    gap = float(abs(claim(_S, _MARGIN) / _extrapolated(law, 0.01) - 1))
    yield Check("−(r − 1) log σ0 at depth 2, solved sides", gap, _LIMIT)


def _one_sample_law_deep(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.rhs, "s", "M", "kappa", module="math")
    gaps = []
    for kappa in (0.5, 0.75):

        def law(excess: float, kappa: float = kappa) -> float:
            guess = math.log(excess) / kappa
            root = _root(lambda z: _one_sample_miss(z, 1 + excess, kappa), guess, guess - 0.1)
            return math.exp(root - math.log(excess) / kappa)

        gaps.append(abs(claim(_S, _MARGIN, kappa) / _extrapolated(law, 1e-4) - 1))
    yield Check("σ0 (r − 1)^{−1/κ} beyond depth 2, solved sides", worst(gaps), _LIMIT)


# Orthogonal features.


def _margin_flow(case: Case) -> Iterator[Check]:
    """dσ/dt of depth-2 weights under e^{−ξσ}/4, from the loss."""
    claim = evaluator(case.claim.rhs, "sigma_pm", "sigma_0", "xi", module="math")
    gaps = []
    for feature, start in ((0.8, 0.1), (2.0, 1e-3)):

        def risk(weights: Any, feature: float = feature) -> Any:
            return np.exp(-feature * (weights[..., 0] ** 2 - weights[..., 1] ** 2)) / 4

        found = _solve(
            lambda _time, w, risk=risk: -gradient(risk, w), (0.0, 2.0), [math.sqrt(start)] * 2
        ).y[:, -1]
        move = -gradient(risk, found)
        rate = 2 * (found[0] * move[0] - found[1] * move[1])
        value = found[0] ** 2 - found[1] ** 2
        gaps.append(float(abs(claim(value, start, feature) / rate - 1)))
    yield Check("dσ/dt at depth 2, solved weights", worst(gaps), _SOLVED)


def _time_to(margin: float, log_start: float, feature: float, kappa: float) -> float:
    """Time to a margin of one value whose sample is its own, in units of the start's own time."""

    def rates(log_mu: float, state: Any) -> list[float]:
        log_nu, _ = state
        value = math.exp(log_mu) - math.exp(log_nu)
        pace = math.exp(-kappa * (log_mu - log_start) + feature * value) / feature
        return [-math.exp(kappa * (log_nu - log_mu)), pace]

    def reached(log_mu: float, state: Any) -> float:
        return feature * (math.exp(log_mu) - math.exp(state[0])) - margin

    end = math.log(margin / feature) + 1
    return float(_solve(rates, (log_start, end), [log_start, 0.0], reached).y[1, -1])


def _orthogonal_root(excess: float, kappa: float, guess: float) -> float:
    """log σ0 at which z_i comes to fM as z_j comes to sM."""

    def miss(log_start: float) -> float:
        slow = _time_to(_S * _MARGIN, log_start, 1.0, kappa)
        return slow / _time_to(_F * _MARGIN, log_start, 1 + excess, kappa) - 1

    return _root(miss, guess, 1.02 * guess)


def _orthogonal_law_2(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.rhs, "f", "s", "M")

    def law(excess: float) -> float:
        return -excess * _orthogonal_root(excess, 0.0, -2 / excess)

    gap = float(abs(claim(_F, _S, _MARGIN) / _extrapolated(law, 0.01) - 1))
    yield Check("−(r − 1) log σ0, orthogonal features at depth 2, solved sides", gap, _LIMIT)


def _orthogonal_law_deep(case: Case) -> Iterator[Check]:
    claim = evaluator(case.claim.rhs, "kappa", "x", module="math")
    kappa = 0.5
    between = quad(lambda z: math.exp(z) * z ** (-1 - kappa), _S * _MARGIN, _F * _MARGIN)[0]

    def law(excess: float) -> float:
        scale = math.log(excess) / kappa
        return math.exp(_orthogonal_root(excess, kappa, scale) - scale)

    gap = abs(claim(kappa, between) / _extrapolated(law, 1e-3) - 1)
    yield Check("σ0 (r − 1)^{−1/κ}, orthogonal features, solved sides", gap, _LIMIT)


CLASSIFICATION_ROUTES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "one sample at depth 2": _one_sample(2),
    "one sample beyond depth 2": _one_sample(4),
    "slower feature at depth 2": _slower_2,
    "slower feature beyond depth 2": _slower_deep,
    "one-sample law at depth 2": _one_sample_law_2,
    "one-sample law beyond depth 2": _one_sample_law_deep,
    "orthogonal features at depth 2": _margin_flow,
    "orthogonal law at depth 2": _orthogonal_law_2,
    "orthogonal law beyond depth 2": _orthogonal_law_deep,
}
