"""Convolutional classifiers: the authors' figures, gradients, and the saddle."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics.experiments import convolution
from stairwise.numerics.experiments.convolution import Problem
from stairwise.numerics.experiments.history import Interrupted


def train(problem, weights, **options):
    depth = len(weights)
    return convolution.descend(
        problem,
        weights,
        convolution.from_plain_rate(0.01, depth),
        50_000,
        convolution.from_plain_loss(0.01, depth),
        record_every=1000,
        **options,
    )


def test_the_authors_depth_one():
    """39,048 steps and cosine 0.85 (issue 9); depth 1 does not depend on the draw."""
    problem = Problem.paper(0)
    history = train(problem, convolution.initial(problem, 1, seed=4))
    assert history.time[-1] == pytest.approx(39_048, rel=0.001)
    assert problem.cosine(convolution.filter_of(history.weights)) == pytest.approx(0.85, abs=0.005)


def test_depth_makes_the_filter_sparse_in_frequency():
    problem = Problem.paper(0)
    outside = []
    for depth in (1, 2, 3):
        history = train(problem, convolution.initial(problem, depth, kind="aligned"))
        amplitudes = convolution.amplitudes(history.weights)
        assert history.ended == "until_loss"
        assert history.values[-1] == pytest.approx(amplitudes)
        assert depth == 1 or problem.cosine(convolution.filter_of(history.weights)) > 0.98
        outside.append(np.sum(amplitudes[4:] ** 2) / np.sum(amplitudes**2))
    assert outside[0] > 0.1  # without depth, more than a tenth of the energy is elsewhere
    assert outside[2] < outside[1] < 0.1 * outside[0]


def test_the_saddle_and_the_start_without_it():
    """Depth 3 with a negative product at frequency 0 never learns it; aligned, it does."""
    problem = Problem.paper(0)
    trapped = [
        seed
        for seed in range(12)
        if 0 in convolution.trapped_frequencies(problem, convolution.initial(problem, 3, seed=seed))
    ]
    assert 2 <= len(trapped) <= 10  # half of the draws
    stuck = train(problem, convolution.initial(problem, 3, seed=trapped[0]))
    free_start = convolution.initial(problem, 3, kind="aligned", seed=trapped[0])
    free = train(problem, free_start)
    assert convolution.trapped_frequencies(problem, free_start) == []
    assert convolution.amplitudes(stuck.weights)[0] < 1e-2
    assert convolution.amplitudes(free.weights)[0] > 10
    assert problem.cosine(convolution.filter_of(free.weights)) > problem.cosine(
        convolution.filter_of(stuck.weights)
    )


@pytest.mark.parametrize("dimension", [7, 8])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("loss", ["exponential", "squared"])
def test_flow_is_that_of_the_layers(dimension, depth, loss):
    """Against the layers themselves: gradients by circulant matrices, no transform anywhere."""
    generator = np.random.default_rng(dimension)
    inputs = generator.standard_normal((5, dimension))
    problem = Problem(inputs, np.sign(generator.standard_normal(5)), loss=loss)
    start = [0.3 * generator.standard_normal(dimension) for _ in range(depth)]

    def circulant(w):
        return np.array([[w[(i - j) % dimension] for j in range(dimension)] for i in range(len(w))])

    def rate(_t, flat):
        layers = flat.reshape(depth, dimension)
        others = []
        for k in range(depth):
            matrix = np.eye(dimension)
            for j in range(depth):
                if j != k:
                    matrix = matrix @ circulant(layers[j])
            others.append(matrix)
        f = inputs @ (others[0] @ layers[0])
        y = problem.targets
        slope = f - y if loss == "squared" else -y * np.exp(-y * f)
        gradient = inputs.T @ slope / 5 / depth
        return -np.concatenate([other.T @ gradient for other in others])

    exact = solve_ivp(rate, (0, 3), np.concatenate(start), "DOP853", rtol=1e-12, atol=1e-14)
    history = convolution.flow(problem, start, 3.0)
    assert np.concatenate(history.weights) == pytest.approx(exact.y[:, -1], abs=1e-7)
    # One small Euler step of descent is one step along the same field.
    step = convolution.descend(problem, start, 1e-3, 1)
    moved = (np.concatenate(step.weights) - np.concatenate(start)) / 1e-3
    assert moved == pytest.approx(rate(0, np.concatenate(start)), abs=1e-10)


def test_bad_input_is_named():
    problem = Problem(np.eye(4), [1, -1, 1, 1])
    with pytest.raises(ValueError, match=r"weights must have shapes \[\(4,\), \(4,\)\]; got"):
        convolution.descend(problem, [np.ones(4), np.ones(3)], 0.1, 1)
    with pytest.raises(ValueError, match="depth must be a whole number ≥ 1; got 0"):
        convolution.initial(problem, 0)
    clash = Problem([[1.0, 2.0], [-1.0, -2.0]], [1, 1])
    with pytest.raises(ValueError, match="linearly separable"):
        convolution.flow(clash, convolution.initial(clash, 2), 1.0)


def test_an_interrupted_run_can_go_on():
    """The record that Ctrl-C leaves holds layers, from which descent continues as if uncut."""
    problem = Problem.paper(1)
    start = convolution.initial(problem, 2)

    def stop(time, _loss):
        if time >= 40:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        convolution.descend(problem, start, 0.02, 100, record_every=10, observe=stop)
    rest = convolution.descend(problem, caught.value.history.weights, 0.02, 60)
    whole = convolution.descend(problem, start, 0.02, 100)
    assert np.concatenate(rest.weights) == pytest.approx(np.concatenate(whole.weights), abs=1e-12)


def test_a_balanced_start_learns_every_frequency_of_the_truth():
    """Draw 11 has the right sign but a plateau that outlasts the run; a balanced start has none."""
    problem = Problem.paper(0)
    slow = train(problem, convolution.initial(problem, 3, kind="aligned", seed=11))
    start = convolution.initial(problem, 3, kind="balanced")
    sizes = np.abs([np.fft.rfft(layer) for layer in start])
    assert sizes == pytest.approx(np.full((3, 51), sizes[0, 0]))
    assert convolution.trapped_frequencies(problem, start) == []
    found = train(problem, start)
    share = [np.divide(h.values[-1][0], np.linalg.norm(h.values[-1])) for h in (slow, found)]
    assert share[0] < 1e-3 < 0.15 < share[1]
    assert problem.cosine(convolution.filter_of(found.weights)) > 0.995
    # The twin: the same with the sign at frequency 0 turned is the saddle itself.
    spectrum = np.fft.rfft(start[1])
    spectrum[0] *= -1
    trapped = train(problem, [start[0], np.fft.irfft(spectrum, 100), start[2]])
    assert convolution.amplitudes(trapped.weights)[0] < 1e-2
