"""Does depth-N descent pick up coordinates in the order of orthogonal matching pursuit (OMP)?

Underdetermined sparse regression with the two-sided model σ = u^N − v^N and loss
(1/(2N²))·mean residual² (the paper's appendix). The problem, descent and flow are those of
`diagonal` with the squared loss; what is added is the order in which values are learned, OMP's
order (scikit-learn, the extra `baselines`), and scores of their agreement.

The authors' concurrence divides the common indices by the size of the smaller set, so one right
index of five scores 1, and never counts negative weights or order. `average_overlap` is 1 exactly
if both sequences have the same signed coordinates in the same order, and every missing, extra or
misplaced one costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stairwise.numerics._arguments import nonnegative, one_number, positive, reals, whole
from stairwise.numerics.experiments import diagonal
from stairwise.numerics.experiments.history import History
from stairwise.numerics.extras import MissingExtra
from stairwise.numerics.process_state import unwarned

#: The authors' depth, learning rate on the plain mean and initialisation (the last is ours: theirs
#: is not recorded; at 1e-3 the flow needs the time of 24,000 to 43,000 such steps).
DEPTH, PLAIN_RATE, SCALE = 5, 3e-3, 1e-3
#: Converged: this fraction of the loss at 0 is left, residuals of a hundredth.
GOAL = 1e-4
#: A value is picked up when it first exceeds this fraction of the largest final one. On 12 seeds at
#: depths 3 and 5, 0.01 to 0.05, or half of its own end, give the same orders but for single extras.
SIGNIFICANT = 0.02
#: Relative tolerance of the study's flows: orders are the same as at 1e-9 (tested).
RTOL = 1e-6

#: A coordinate with the sign of its value.
Pick = tuple[int, int]

initial = diagonal.initial
descend = diagonal.descend
flow = diagonal.flow


@dataclass(frozen=True, eq=False)
class Problem(diagonal.Problem):
    """Samples of a sparse regression; columns of any norm, none of them zero."""

    loss: str = "squared"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.loss != "squared":
            raise ValueError(f"loss must be squared for pursuit; got {self.loss!r}")

    @classmethod
    def paper(  # type: ignore[override]  # a sparse truth has no loss to choose
        cls,
        seed: int,
        *,
        sparsity: int = 5,
        noise: float = 0.0,
        signed: bool = False,
        samples: int = 80,
        dimension: int = 1000,
    ) -> "Problem":
        """80 Gaussian samples in 1000 dimensions, unit columns, 5 non-zeros of size 1 + Exp(10).

        `signed` gives them random signs (the authors' are positive); `noise` adds Gaussian noise of
        that size relative to the root mean square of the clean targets.
        """
        generator = np.random.default_rng(whole("seed", seed, 0))
        samples, dimension = whole("samples", samples, 1), whole("dimension", dimension, 1)
        sparsity = whole("sparsity", sparsity, 1)
        if sparsity > min(samples, dimension):
            rule = f"at most {min(samples, dimension)}, the samples and the dimension"
            raise ValueError(f"sparsity must be {rule}; got {sparsity!r}")
        relative = one_number("noise", nonnegative("noise", noise))
        inputs = generator.standard_normal((samples, dimension))
        inputs /= np.linalg.norm(inputs, axis=0)
        truth = np.zeros(dimension)
        support = generator.choice(dimension, sparsity, replace=False)
        truth[support] = 1 + generator.exponential(10.0, sparsity)
        signs = generator.choice((-1.0, 1.0), sparsity)
        if signed:
            truth[support] *= signs
        targets = inputs @ truth
        size = relative * float(np.sqrt(np.mean(targets**2)))
        targets = targets + size * generator.standard_normal(samples)
        return cls(inputs, targets, truth)


def matching_pursuit(problem: Problem, picks: int) -> list[Pick]:
    """The first coordinates that scikit-learn's OMP picks, in order, with their final signs.

    Columns are scaled to unit norm first, so that the pick is the best correlated one. There are
    fewer than `picks` where the targets are fitted exactly before.

    Raises ValueError for more picks than samples, MissingExtra without scikit-learn.
    """
    picks = whole("picks", picks, 1)
    if picks > min(problem.inputs.shape):
        rule = f"at most {min(problem.inputs.shape)}, the samples and the dimension"
        raise ValueError(f"picks must be {rule}; got {picks!r}")
    try:
        from sklearn.linear_model import orthogonal_mp
    except ImportError:
        raise MissingExtra("matching_pursuit", "scikit-learn", "baselines") from None
    unit = problem.inputs / np.linalg.norm(problem.inputs, axis=0)
    # scikit-learn ends at residuals below an absolute size.
    size = float(np.max(np.abs(problem.targets)))
    if size == 0:
        return []
    # It warns where it ends early, at an exact fit: that is what the docstring says.
    with unwarned(Warning, "Orthogonal matching pursuit ended prematurely"):
        path = orthogonal_mp(unit, problem.targets / size, n_nonzero_coefs=picks, return_path=True)
    path = path.reshape(unit.shape[1], -1)
    order: list[int] = []
    for support in path.T != 0:
        order.extend(int(index) for index in np.flatnonzero(support) if index not in order)
    return [(index, int(np.sign(path[index, -1]))) for index in order]


def learned_order(history: History, significant: float = SIGNIFICANT) -> list[Pick]:
    """The coordinates picked up in a run, in order, with their signs at that time.

    A coordinate is picked up when its value first exceeds `significant` of the largest final one in
    size (the time is interpolated between records). One that shrinks again later stays in the list:
    OMP never drops an index, so dropping one is a difference.
    """
    sizes = np.abs(history.values)
    bar = significant * float(np.max(sizes[-1], initial=0.0))
    above = sizes > bar
    chosen = np.flatnonzero(np.any(above, axis=0))
    first = np.argmax(above[:, chosen], axis=0)
    before = np.maximum(first - 1, 0)
    low, high = sizes[before, chosen], sizes[first, chosen]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(first > 0, (bar - low) / (high - low), 0.0)
    times = history.time[before] + share * (history.time[first] - history.time[before])
    signs = np.sign(history.values[first, chosen]).astype(int)
    order = np.argsort(times, kind="stable")
    return [(int(chosen[i]), int(signs[i])) for i in order]


def average_overlap(first: Sequence[Pick], second: Sequence[Pick]) -> float:
    """Mean over k = 1 … K of |first k of one ∩ first k of the other| / k, K the longer length.

    1 exactly if the sequences are equal, 0 if nothing is common; both empty is 1.
    """
    longest = max(len(first), len(second))
    if longest == 0:
        return 1.0
    shares = [len(set(first[:k]) & set(second[:k])) / k for k in range(1, longest + 1)]
    return float(np.mean(shares))


def authors_concurrence(first: Sequence[Pick], second: Sequence[Pick]) -> float:
    """The authors' score, for comparison: common positive indices over the smaller set's size."""
    one, other = ({index for index, sign in picks if sign > 0} for picks in (first, second))
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


class Comparison(NamedTuple):
    """One run against OMP: both orders, the scores, and whether the run converged."""

    learned: list[Pick]
    pursued: list[Pick]
    overlap: float
    same_order: bool
    authors: float
    converged: bool


def goal_loss(problem: Problem, depth: float, noise: float = 0.0) -> float:
    """The loss at which a study's run ends: GOAL of the loss at 0, or the noise's share of it."""
    relative = one_number("noise", nonnegative("noise", noise))
    zero = float(np.mean(problem.targets**2)) / 2
    share = max(GOAL, relative**2 / (1 + relative**2))
    return diagonal.from_plain_loss(share * zero, depth)


def compare(
    problem: Problem,
    depth: int = DEPTH,
    scale: float = SCALE,
    picks: int | None = None,
    noise: float = 0.0,
    end_time: float = 1e12,
) -> Comparison:
    """Flow at this depth from u = v = scale^{1/N}, against OMP with `picks` picks.

    `picks` defaults to the truth's sparsity; `noise` is the relative noise that the run may leave.
    """
    if picks is None:
        if problem.truth is None:
            raise ValueError("picks must be given where the problem has no truth; got None")
        picks = int(np.count_nonzero(problem.truth))
    start = initial(problem, depth, scale)
    history = flow(problem, start, end_time, goal_loss(problem, depth, noise), rtol=RTOL)
    learned, pursued = learned_order(history), matching_pursuit(problem, picks)
    return Comparison(
        learned,
        pursued,
        average_overlap(learned, pursued),
        learned == pursued,
        authors_concurrence(learned, pursued),
        history.ended in ("until_loss", "rounding"),
    )


def wilson(share: float, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's 95% interval for the mean of `count` numbers in [0, 1] with this sample mean.

    Exact use is for proportions; for other numbers in [0, 1] it is wider than needed, as none has
    more variance than a proportion of the same mean.
    """
    count = whole("count", count, 1)
    mean = one_number("share", reals("share", share))
    if not 0 <= mean <= 1:
        raise ValueError(f"share must be between 0 and 1; got {mean!r}")
    one_number("z", positive("z", z))
    middle = (mean + z * z / (2 * count)) / (1 + z * z / count)
    half = (
        z * np.sqrt(mean * (1 - mean) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    )
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
