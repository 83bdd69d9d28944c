"""Pursuit against OMP: the reference, the scores, the flow's order, and the resumable study."""

import json

import numpy as np
import pytest

from stairwise.numerics.experiments import concurrence, diagonal, pursuit
from stairwise.numerics.experiments.history import History
from stairwise.numerics.experiments.pursuit import Problem, average_overlap

sklearn = pytest.importorskip("sklearn", reason="pursuit needs the extra `baselines`")


def reference_pursuit(inputs, targets, picks):
    """OMP as defined: best normalised correlation, then least squares on all picks so far."""
    norms = np.linalg.norm(inputs, axis=0)
    order, residual = [], targets
    for _ in range(picks):
        correlation = np.abs(inputs.T @ residual) / norms
        correlation[order] = -1
        order.append(int(np.argmax(correlation)))
        values = np.linalg.lstsq(inputs[:, order], targets, rcond=None)[0]
        residual = targets - inputs[:, order] @ values
    return [(index, int(np.sign(value))) for index, value in zip(order, values, strict=True)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_matching_pursuit_is_the_reference(seed, noise):
    problem = Problem.paper(seed, noise=noise, signed=True, dimension=200)
    stretched = problem.inputs * np.linspace(0.1, 10, 200)
    for inputs in (problem.inputs, stretched):
        data = Problem(inputs, problem.targets)
        expected = reference_pursuit(inputs, problem.targets, 8)
        found = pursuit.matching_pursuit(data, 8)
        assert found[:5] == expected[: len(found[:5])]
        assert noise == 0 or found == expected


def test_the_authors_setting_finds_the_five_true_indices_in_order():
    """Depth 5, d = 1000, 80 samples; on seeds 0 and 2 the order is OMP's, sign by sign."""
    for seed in (0, 2):
        problem = Problem.paper(seed)
        found = pursuit.compare(problem)
        assert found.converged
        assert found.same_order
        assert found.overlap == 1
        assert {index for index, _ in found.learned} == set(np.flatnonzero(problem.truth))


def test_the_order_is_not_always_that_of_matching_pursuit():
    """Seed 3: all five indices, two of them swapped; the authors' score does not see it."""
    found = pursuit.compare(Problem.paper(3))
    assert {index for index, _ in found.learned} == {index for index, _ in found.pursued}
    assert not found.same_order
    assert found.authors == 1
    assert found.overlap < 1


def test_negative_weights_are_counted():
    problem = Problem.paper(0, signed=True)
    found = pursuit.compare(problem)
    expected = {(int(i), int(np.sign(problem.truth[i]))) for i in np.flatnonzero(problem.truth)}
    assert -1 in {sign for _, sign in expected}
    assert set(found.learned) == expected


def test_order_does_not_depend_on_the_tolerance():
    problem = Problem.paper(1, dimension=300)
    start = pursuit.initial(problem, 3, pursuit.SCALE)
    goal = pursuit.goal_loss(problem, 3)
    orders = [
        pursuit.learned_order(pursuit.flow(problem, start, 1e12, goal, rtol=rtol))
        for rtol in (pursuit.RTOL, 1e-9)
    ]
    assert orders[0] == orders[1]


def test_descent_learns_in_the_order_of_the_flow():
    problem = Problem.paper(4, samples=40, dimension=100, sparsity=3)
    depth = 3
    start = pursuit.initial(problem, depth, pursuit.SCALE)
    goal = pursuit.goal_loss(problem, depth)
    flowed = pursuit.flow(problem, start, 1e12, goal)
    rate = diagonal.from_plain_rate(0.01, depth)
    descended = pursuit.descend(problem, start, rate, 40_000, goal, record_every=20)
    assert descended.ended == flowed.ended == "until_loss"
    assert descended.time[-1] * rate == pytest.approx(flowed.time[-1], rel=0.02)
    assert pursuit.learned_order(descended) == pursuit.learned_order(flowed)


def test_average_overlap_cannot_be_fooled():
    truth = [(1, 1), (2, 1), (3, -1), (4, 1), (5, 1)]
    assert average_overlap(truth, truth) == 1
    # One right index of five: 1 by the authors' score.
    assert pursuit.authors_concurrence(truth[:1], truth) == 1
    assert average_overlap(truth[:1], truth) == pytest.approx(
        (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5
    )
    # Order, sign, extras and strangers all cost.
    swapped = [truth[1], truth[0], *truth[2:]]
    flipped = [*truth[:4], (5, -1)]
    longer = [*truth, (6, 1)]
    for other in (swapped, flipped, longer, [(9, 1)]):
        assert average_overlap(other, truth) < 1
        assert average_overlap(other, truth) == average_overlap(truth, other)
    assert average_overlap([(9, 1)], truth) == 0
    assert average_overlap([], truth) == 0
    assert average_overlap([], []) == 1


def test_learned_order_counts_what_was_dropped_again():
    values = np.array([[0, 0, 0], [0.5, 0, 0], [0, -0.5, 0.001], [0, -1, 0.001]], dtype=float)
    history = History(np.arange(4.0), np.ones(4), values, [])
    assert pursuit.learned_order(history) == [(0, 1), (1, -1)]


def test_wilson_interval():
    """Against values of the formula published by Newcombe 1998, and the ends."""
    assert pursuit.wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    low, high = pursuit.wilson(1.0, 100)
    assert high == 1
    assert low == pytest.approx(0.9630, abs=5e-5)  # never a width of zero


def test_study_resumes_and_repairs_a_cut_line(tmp_path):
    runs = [concurrence.Run(3, 2, 0.0, seed, samples=30, dimension=60) for seed in range(4)]
    path = tmp_path / "study.jsonl"
    calls = []
    first = concurrence.study(runs[:3], path, observe=lambda done, of: calls.append((done, of)))
    assert calls == [(1, 3), (2, 3), (3, 3)]
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:2]) + "\n" + lines[2][:25])  # a crash in the third line
    calls.clear()
    again = concurrence.study(
        runs, path, workers=2, observe=lambda done, of: calls.append((done, of))
    )
    assert calls == [(3, 4), (4, 4)]
    assert [outcome.run for outcome in again] == runs
    assert again[:2] == first[:2]
    assert again[2].overlap == first[2].overlap
    assert len(list(concurrence.read(path))) == 4
    (cell,) = concurrence.summarise(again)
    assert cell.count == 4
    assert cell.overlap_interval[0] <= cell.overlap <= cell.overlap_interval[1]
    assert json.loads(path.read_text().splitlines()[0])["run"]["seed"] == 0


def test_an_interrupted_study_keeps_what_is_done(tmp_path):
    runs = [concurrence.Run(3, 2, 0.0, seed, samples=30, dimension=60) for seed in range(3)]
    path = tmp_path / "study.jsonl"

    def interrupt(done, _of):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        concurrence.study(runs, path, observe=interrupt)
    assert [outcome.run for outcome in concurrence.read(path)] == runs[:2]


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="sparsity must be at most 80, the samples and the dim"):
        Problem.paper(0, sparsity=100)
    with pytest.raises(ValueError, match="inputs must have no zero column"):
        Problem(np.array([[1.0, 0.0]]), [1.0])
    with pytest.raises(ValueError, match="loss must be squared for pursuit; got 'logistic'"):
        Problem(np.eye(2), [1, -1], loss="logistic")
    problem = Problem(np.eye(2), [1.0, 2.0])
    with pytest.raises(ValueError, match="picks must be given where the problem has no truth"):
        pursuit.compare(problem)
    with pytest.raises(ValueError, match="picks must be at most 2, the samples and the dimension"):
        pursuit.matching_pursuit(problem, 3)


@pytest.mark.parametrize("size", [1e-200, 1e-8, 1.0, 1e100])
def test_pursuit_of_targets_of_any_size(size):
    problem = Problem(np.eye(3), size * np.array([1.0, -3.0, 2.0]))
    assert pursuit.matching_pursuit(problem, 3) == [(1, -1), (2, 1), (0, 1)]
    assert pursuit.matching_pursuit(Problem(np.eye(3), np.zeros(3)), 2) == []


def test_negative_noise_is_refused():
    with pytest.raises(ValueError, match=r"noise must be .*≥ 0; got -1"):
        pursuit.goal_loss(Problem(np.eye(3), np.ones(3)), 3, -1)
