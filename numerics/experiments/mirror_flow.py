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
from stairwise.numerics.mirror import change_at_clock, clock_of_value, kappa_of, side_at_clock

#: Relative tolerance of the steps. Against the same flow integrated in u and v at 1e-12, values
#: agree to 3e-11 of the largest (24 settings in the tests, which allow 1e-9).
RTOL = 1e-9
#: A squared loss is rounding where residuals are below this fraction of the targets, plus what the
#: pole makes of rounding in θ: EPSILON·((μ/σ0)^κ − 1)/κ. Run on (depth 3, σ0 = 1e-3), residuals
#: came down to 4e-16 of the targets, where Newton's iterations fail and the steps shrink without
#: end.
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
        # θ where a value passes its start.
        alone = depth == 1 or largest == 0
        self.unit = 1.0 if alone else abs(float(clock_of_value(largest, largest, depth)))
        self.columns = np.ascontiguousarray(self.rows.T)

    def theta(self, z: Floats) -> Floats:
        """θ of each coordinate."""
        return np.asarray(self.unit * (self.columns @ z if self.by_sample else z))

    def sides(self, z: Floats) -> tuple[Floats, Floats]:
        """μ and ν, also where they are far smaller than their starts."""
        theta = self.theta(z)
        return (
            side_at_clock(theta, self.mu0, self.depth),
            side_at_clock(-theta, self.nu0, self.depth),
        )

    def values(self, z: Floats) -> Floats:
        """σ = μ − ν, also where it is far smaller than both."""
        theta = self.theta(z)
        down = change_at_clock(theta, self.mu0, self.depth)
        up = change_at_clock(-theta, self.nu0, self.depth)
        return np.asarray((self.mu0 - self.nu0) + (down - up))

    def gaps(self, z: Floats) -> Floats:
        """q = Aσ − b."""
        return np.asarray(self.rows @ self.values(z) - self.offset)

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
        return float(RESIDUAL + EPSILON * np.expm1(kappa * np.log(grown)) / kappa)

    def first_size(self) -> float:
        """The size that z reaches in the fastest of the times in which its rate changes, at most 1.

        Values that stay far below their start, or depth 1, know no other.
        """
        zero = np.zeros(self.size)
        rate = float(np.max(np.abs(self.rate(0.0, zero)), initial=0.0))
        change = float(np.linalg.norm(self.jacobian(0.0, zero), ord=np.inf))
        reached = rate / change if rate > 0 and change > 0 else 1.0
        return reached if self.depth == 1 else min(reached, 1.0)

    def rate(self, _time: float, z: Floats) -> Floats:
        slope = self.sample.slope(self.gaps(z)) / (len(self.offset) * self.unit)
        return slope if self.by_sample else np.asarray(self.columns @ slope)

    def jacobian(self, _time: float, z: Floats) -> Floats:
        mu, nu = self.sides(z)
        p = 2 - 2 / self.depth
        speed = -(np.abs(mu) ** p + np.abs(nu) ** p)
        bend = self.sample.curvature(self.gaps(z)) / len(self.offset)
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

    solver = Radau(
        clock.rate,
        0.0,
        np.zeros(clock.size),
        end_time,
        rtol=rtol,
        atol=rtol * 1e-3 * clock.first_size(),
        jac=clock.jacobian,
    )
    return integrate(
        solver,
        lambda z: scale * clock.mean_loss(z),
        weights,
        Recorder(lambda state: clock.values(state[0]), observe),
        None if plain_goal is None else scale * plain_goal,
        floor,
    )
