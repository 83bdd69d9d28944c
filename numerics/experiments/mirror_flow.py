"""Gradient flow of two-sided diagonal models, integrated in the clock of their mirror flow.

The flow of [u, v] is a closed form of θ = ∫ ∇L dt, and θ stays in the row space of the data, so
what is integrated has min(m, d) components, is smooth, and knows no plateau in σ: the implicit
steps grow over it. On the authors' pursuit setting (d = 1000, m = 80, depth 5) this takes about
200 steps where descent takes 50,000.
"""

import numpy as np
from scipy.integrate import Radau

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments.history import History, Observe, Recorder
from stairwise.numerics.experiments.linear import LinearProblem, sample_loss
from stairwise.numerics.experiments.stepping import integrate
from stairwise.numerics.mirror import kappa_of, side_at_clock

#: Relative tolerance of the steps. Against the same flow integrated in u and v at 1e-12, values
#: agree to 3e-11 of the largest (24 settings in the tests, which allow 1e-9).
RTOL = 1e-9
#: A squared loss is rounding where residuals are below this fraction of the targets, plus what the
#: pole makes of rounding in θ: EPSILON·(μ/σ0)^κ/κ. Run on (depth 3, σ0 = 1e-3), residuals came down
#: to 4e-16 of the targets, where Newton's iterations fail and the steps shrink without end.
RESIDUAL, EPSILON = 1e-13, 2e-15


class _Clock:
    """The flow as dz/dt = rate(z), θ = lift z, with z in units that keep it of order one."""

    def __init__(self, problem: LinearProblem, start: tuple[Floats, Floats], depth: float) -> None:
        self.problem, self.depth = problem, depth
        self.mu0, self.nu0 = start
        self.rows, self.offset = problem.rows, problem.offset
        self.sample = sample_loss(problem.loss)
        count, dimension = self.rows.shape
        self.by_sample = count < dimension
        self.size = count if self.by_sample else dimension
        largest = max(float(np.max(self.mu0)), float(np.max(self.nu0)))
        kappa = kappa_of(depth)
        self.unit = 1.0 if depth <= 2 or largest == 0 else float(largest ** (-kappa) / kappa)
        self.columns = np.ascontiguousarray(self.rows.T)

    def sides(self, z: Floats) -> tuple[Floats, Floats]:
        """μ and ν."""
        theta = self.unit * (self.columns @ z if self.by_sample else z)
        return (
            side_at_clock(theta, self.mu0, self.depth),
            side_at_clock(-theta, self.nu0, self.depth),
        )

    def gaps(self, z: Floats) -> Floats:
        """q = Aσ − b."""
        mu, nu = self.sides(z)
        return np.asarray(self.rows @ (mu - nu) - self.offset)

    def mean_loss(self, z: Floats) -> float:
        return float(np.mean(self.sample.value(self.gaps(z))))

    def rounding(self, z: Floats) -> float:
        """Relative size of residuals that are rounding alone; 0 in classification."""
        if self.problem.loss != "squared":
            return 0.0
        if self.depth <= 2:
            return RESIDUAL
        kappa = kappa_of(self.depth)
        grown = max(
            float(np.max(side / start, initial=1.0, where=start > 0))
            for side, start in zip(self.sides(z), (self.mu0, self.nu0), strict=True)
        )
        return float(RESIDUAL + EPSILON * grown**kappa / kappa)

    def rate(self, _time: float, z: Floats) -> Floats:
        slope = self.sample.slope(self.gaps(z)) / (len(self.offset) * self.unit)
        return slope if self.by_sample else np.asarray(self.columns @ slope)

    def jacobian(self, _time: float, z: Floats) -> Floats:
        mu, nu = self.sides(z)
        p = 2 - 2 / self.depth
        speed = -(np.abs(mu) ** p + np.abs(nu) ** p)
        bend = self.sample.curvature(self.rows @ (mu - nu) - self.offset) / len(self.offset)
        if self.by_sample:
            return np.asarray(bend[:, None] * ((self.rows * speed) @ self.columns))
        return np.asarray((self.columns * bend) @ self.rows * speed)


@np.errstate(all="ignore")
def mirror_flow(
    problem: LinearProblem,
    start: tuple[Floats, Floats],
    depth: float,
    end_time: float,
    plain_goal: float | None = None,
    observe: Observe | None = None,
    rtol: float = RTOL,
) -> History:
    """Flow of μ = u^N and ν = v^N ≥ 0 to end_time, or until the mean sample loss is plain_goal.

    Records every accepted step: loss (1/N²)·mean and values σ = μ − ν, shape (records, d); ends
    early, with ended = "rounding", where a squared loss is rounding. Radau with an exact Jacobian.

    Raises ArithmeticError where the integrator fails, Interrupted on Ctrl-C.
    """
    clock = _Clock(problem, start, depth)
    scale = 1 / depth**2
    size = scale * float(np.mean(problem.offset**2)) / 2

    def floor(z: Floats) -> float:
        return size * clock.rounding(z) ** 2

    def weights(z: Floats) -> list[Floats]:
        mu, nu = clock.sides(z)
        return [mu, nu] if depth == 1 else [mu ** (1 / depth), nu ** (1 / depth)]

    def values(state: list[Floats]) -> Floats:
        mu, nu = clock.sides(state[0])
        return mu - nu

    solver = Radau(
        clock.rate,
        0.0,
        np.zeros(clock.size),
        end_time,
        rtol=rtol,
        atol=rtol * 1e-3,
        jac=clock.jacobian,
    )
    return integrate(
        solver,
        lambda z: scale * clock.mean_loss(z),
        weights,
        Recorder(values, observe),
        None if plain_goal is None else scale * plain_goal,
        floor,
    )
