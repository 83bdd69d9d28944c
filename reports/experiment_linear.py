"""What the diagonal and the convolutional experiment share: settings, training and the summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from matplotlib.figure import Figure

from stairwise.numerics._arguments import Floats, choice, nonnegative, one_number, positive, whole
from stairwise.numerics.experiments.baselines import linear_svm
from stairwise.numerics.experiments.history import History, Observe, Weights
from stairwise.numerics.experiments.linear import LOSSES, LinearProblem
from stairwise.reports.experiment_depths import METHODS, arrays_of, checked_depths
from stairwise.reports.experiment_output import Outcome, Progress, write_outcome
from stairwise.reports.experiment_runs import Runs, run_each


class Model(Protocol):
    """A module of `numerics.experiments` for linear predictors."""

    def from_plain_rate(self, learning_rate: float, depth: float) -> float:
        """Learning rate on its loss, of one on the plain mean."""

    def from_plain_loss(self, loss: float, depth: float) -> float:
        """Its loss, of a plain mean loss."""

    def descend(
        self,
        problem: LinearProblem,
        weights: Weights,
        learning_rate: float,
        steps: int,
        until_loss: float | None = None,
        record_every: int = 1,
        *,
        observe: Observe | None = None,
    ) -> History:
        """Full-batch gradient descent."""

    def flow(
        self,
        problem: LinearProblem,
        weights: Weights,
        end_time: float,
        until_loss: float | None = None,
        *,
        observe: Observe | None = None,
    ) -> History:
        """Gradient flow."""


@dataclass(frozen=True)
class Plan:
    """How every depth is trained; rate and goal are for the plain mean loss."""

    model: Model
    depths: tuple[int, ...]
    method: str
    rate: float
    goal: float
    steps: int
    record_every: int

    def unit(self, depth: int) -> float:
        """Units of the depth-normalised loss in one of the plain mean."""
        return self.model.from_plain_rate(1.0, depth)

    def in_steps(self, run: History, depth: int) -> Floats:
        """Times of the record in descent steps at the plain learning rate."""
        if self.method == "flow":
            return run.time / self.model.from_plain_rate(self.rate, depth)
        return run.time


def checked_plan(
    model: Model,
    depths: Sequence[int],
    loss: str,
    method: str,
    learning_rate: float,
    until_loss: float,
    steps: int,
    record_every: int,
) -> Plan:
    """The settings; ValueError names the first that is out of range."""
    choice("method", method, METHODS)
    choice("loss", loss, LOSSES)
    return Plan(
        model,
        tuple(checked_depths(depths)),
        method,
        one_number("learning_rate", positive("learning_rate", learning_rate)),
        one_number("until_loss", nonnegative("until_loss", until_loss)),
        whole("steps", steps, 1),
        whole("record_every", record_every, 1),
    )


def train_depths(
    plan: Plan,
    problem: LinearProblem,
    starts: Mapping[int, Weights],
    progress: Progress | None,
) -> Runs[int]:
    """Every depth on the same data; with method "flow", step k is flow time unit·k·rate."""
    model = plan.model

    def train(depth: int) -> History:
        step = model.from_plain_rate(plan.rate, depth)
        target = model.from_plain_loss(plan.goal, depth)
        if plan.method == "flow":
            tell = _teller(plan, progress, depth, step)
            return model.flow(problem, starts[depth], plan.steps * step, target, observe=tell)
        tell = _teller(plan, progress, depth, 1.0)
        return model.descend(
            problem, starts[depth], step, plan.steps, target, plan.record_every, observe=tell
        )

    return run_each(plan.depths, train, plan.unit)


def _teller(plan: Plan, progress: Progress | None, depth: int, step: float) -> Any:
    if progress is None:
        return None
    unit = plan.unit(depth)
    return lambda moment, loss: progress(f"depth {depth}", moment / step, loss * unit)


def baseline(problem: LinearProblem) -> Floats | None:
    """The support vector machine; None for regression or without scikit-learn."""
    if problem.loss == "squared":
        return None
    try:
        return linear_svm(problem)
    except ImportError:
        return None


def cosine(problem: LinearProblem, vector: Floats | None) -> float | None:
    """Of a vector with the truth, where there are both."""
    return None if vector is None or problem.truth is None else problem.cosine(vector)


def run_summary(plan: Plan, runs: Runs[int], depth: int) -> dict[str, Any]:
    """How one depth's training ended."""
    run = runs.histories[depth]
    return {
        "ended": run.ended,
        "steps": plan.in_steps(run, depth)[-1],
        "gradients": run.evaluations,
        "plain_loss": run.loss[-1] * plan.unit(depth),
    }


def shared_summary(
    plan: Plan, problem: LinearProblem, runs: Runs[int], data: Path | None
) -> dict[str, Any]:
    """Data, settings and how the whole ended."""
    return {
        "data": None if data is None else str(data),
        "samples": problem.inputs.shape[0],
        "dimension": problem.inputs.shape[1],
        "loss": problem.loss,
        "method": plan.method,
        "learning_rate": plan.rate,
        "until_loss": plan.goal,
        "interrupted": runs.interrupted,
        "diverged": str(runs.failure) if runs.failure is not None else None,
    }


def write_runs(
    output: Path, summary: dict[str, Any], problem: LinearProblem, runs: Runs[int], figure: Figure
) -> Outcome:
    """Write what is done under the experiment's name; then raise what cut it short."""
    arrays = arrays_of(problem, runs)
    outcome = write_outcome(
        output, summary["experiment"], summary, arrays, figure, runs.interrupted
    )
    if runs.failure is not None:
        raise runs.failure
    return outcome
