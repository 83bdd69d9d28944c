"""Circular-convolutional networks: β = w_1 ⋆ ⋯ ⋆ w_N, f(x) = ⟨β, x⟩.

Loss (1/N)·mean over samples of ℓ (the paper's appendix). The discrete Fourier transform makes the
layers diagonal, and descent, being linear in the layers' gradients, runs in Fourier space without
any transform per step: ŵ_l ← ŵ_l − (η/N) conj(∏_{j≠l} ŵ_j) Ĝ with Ĝ the transform of ∇_β mean ℓ.
With balanced layers the coefficients obey dβ̂/dt = −|β̂|^{2−2/N} Ĝ, the diagonal model's law in
frequency (statement `convolution`).

The saddle at the real frequencies. The coefficients at frequency 0 (and d/2 for even d) are real.
A complex coefficient that starts with the wrong phase turns towards the right one; a real one would
have to pass through 0, and with balanced layers it cannot: it shrinks as dρ/dt = −ρ^{2−2/N} γ and
reaches 0 only as t → ∞. Of 24 Gaussian draws at depth 3 (paper's data, seed 0), 16 start with the
wrong sign at frequency 0. Four of them, whose two smallest layers are nearly balanced there, stay
at 0 until the other frequencies have fitted the data and the gradient is gone; in most others the
smallest layer passes through 0 in time. Four more draws, three of them with the right sign, fail
for another reason: the layers are so small there that the plateau outlasts the run.

`kind="aligned"` removes the saddle alone: the same draw, with the sign of one layer flipped where
the product opposes the descent direction at β = 0. `kind="balanced"` removes both causes: equal
amplitudes in all layers and frequencies, and the phases of the descent direction.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DOP853

from stairwise.numerics._arguments import Floats, choice, nonnegative, one_number, positive, whole
from stairwise.numerics.experiments.history import (
    Divergence,
    History,
    Interrupted,
    Observe,
    Recorder,
    Weights,
    checked_weights,
    gradient_descent,
)
from stairwise.numerics.experiments.linear import LinearProblem, require_reachable, sample_loss
from stairwise.numerics.experiments.stepping import integrate

Complexes = NDArray[np.complex128]

#: Settings: initialisation of the product, learning rate and loss to reach, on the plain mean.
SCALE, PLAIN_RATE, PLAIN_GOAL = 1e-5, 0.01, 0.01
KINDS = ("gaussian", "aligned", "balanced")
#: Relative tolerance of the flow's steps.
RTOL = 1e-9


@dataclass(frozen=True, eq=False)
class Problem(LinearProblem):
    """Samples of a circular-convolutional model; `loss` is one of the `LinearProblem`'s."""

    @classmethod
    def paper(cls, seed: int, loss: str = "exponential") -> "Problem":
        """200 Gaussian samples in 100 dimensions, and a truth sparse in frequency.

        The truth has amplitudes 3, 4, 6, 12 at frequencies 0 to 3 with phase 0, normalised; labels
        are the signs of ⟨truth, x⟩ (with the squared loss, targets are these products).
        """
        inputs = np.random.RandomState(whole("seed", seed, 0)).randn(200, 100)
        amplitudes = np.zeros(51)
        amplitudes[:4] = 3, 4, 6, 12
        truth = np.fft.irfft(amplitudes, 100)
        truth /= np.linalg.norm(truth)
        products = inputs @ truth
        return cls(inputs, products if loss == "squared" else np.sign(products), truth, loss)


def from_plain_rate(learning_rate: float, depth: float) -> float:
    """Learning rate here that makes the authors' steps: N times theirs on the plain mean."""
    return learning_rate * depth


def from_plain_loss(loss: float, depth: float) -> float:
    """Loss here of a plain mean loss."""
    return loss / depth


def filter_of(weights: Weights) -> Floats:
    """β = w_1 ⋆ ⋯ ⋆ w_N, shape (d,)."""
    spectra = [np.fft.rfft(weight) for weight in weights]
    return np.fft.irfft(np.prod(spectra, axis=0), weights[0].size)


def amplitudes(weights: Weights) -> Floats:
    """|β̂_k| at frequencies 0 to d/2, shape (d//2 + 1,)."""
    return np.asarray(np.abs(np.prod([np.fft.rfft(weight) for weight in weights], axis=0)))


def real_frequencies(dimension: int) -> list[int]:
    """The frequencies whose coefficients are real: 0, and d/2 for even d."""
    return [0] if dimension % 2 else [0, dimension // 2]


def trapped_frequencies(problem: LinearProblem, weights: Weights) -> list[int]:
    """Real frequencies at which the product opposes the descent direction at β = 0: the saddle.

    Empty at depth 1, where β̂ passes through 0 freely.
    """
    if len(weights) == 1:
        return []
    product = np.prod([np.fft.rfft(weight) for weight in weights], axis=0).real
    pull = _pull(problem).real
    return [k for k in real_frequencies(problem.inputs.shape[1]) if product[k] * pull[k] < 0]


def initial(
    problem: LinearProblem,
    depth: int,
    scale: float = SCALE,
    kind: str = "gaussian",
    seed: int = 0,
) -> Weights:
    """Layers w_1, …, w_N of σ0^{1/N} times standard normal entries, shape (d,) each.

    "gaussian" is the paper's. "aligned" flips the sign of one layer at the real frequencies where
    the product would start on the wrong side of the saddle, and is otherwise the same draw.
    "balanced" is not random: all |ŵ_l| are √d σ0^{1/N}, the Gaussian's root mean square, the first
    layer has the phases of the descent direction at β = 0 and the others are impulses.

    Raises ValueError for a depth that is not a whole number ≥ 1, a scale that is not finite and
    positive, or another kind.
    """
    depth = whole("depth", depth, 1)
    size = one_number("scale", positive("scale", scale)) ** (1 / depth)
    dimension = problem.inputs.shape[1]
    if choice("kind", kind, KINDS) == "balanced":
        return _balanced(problem, depth, size)
    generator = np.random.default_rng(whole("seed", seed, 0))
    weights = [size * generator.standard_normal(dimension) for _ in range(depth)]
    if kind == "aligned":
        spectrum = np.fft.rfft(weights[0])
        spectrum[trapped_frequencies(problem, weights)] *= -1
        weights[0] = np.fft.irfft(spectrum, dimension)
    return weights


def _balanced(problem: LinearProblem, depth: int, size: float) -> Weights:
    """Layers of equal amplitudes whose product has the phases of the descent direction."""
    dimension = problem.inputs.shape[1]
    amplitude = size * np.sqrt(dimension)
    impulse = np.zeros(dimension)
    impulse[0] = amplitude
    phases = np.exp(1j * np.angle(_pull(problem)))
    return [
        np.fft.irfft(amplitude * phases, dimension),
        *(impulse.copy() for _ in range(depth - 1)),
    ]


def descend(
    problem: LinearProblem,
    weights: Weights,
    learning_rate: float,
    steps: int,
    until_loss: float | None = None,
    record_every: int = 1,
    *,
    observe: Observe | None = None,
) -> History:
    """Full-batch gradient descent on (1/N)·mean ℓ; `values` are |β̂_k|, (records, d//2 + 1).

    Raises ValueError for arguments out of range, data on which the loss cannot go to 0 and, as
    `Divergence`, too large a learning rate; Interrupted on Ctrl-C.
    """
    fourier = _Fourier(problem, weights, until_loss)
    try:
        history = gradient_descent(
            fourier.evaluate,
            fourier.amplitudes,
            fourier.start,
            learning_rate,
            steps,
            until_loss,
            record_every,
            observe,
        )
    except (Interrupted, Divergence) as stop:
        stop.history = fourier.back(stop.history)
        raise
    return fourier.back(history)


@np.errstate(all="ignore")
def flow(
    problem: LinearProblem,
    weights: Weights,
    end_time: float,
    until_loss: float | None = None,
    *,
    observe: Observe | None = None,
) -> History:
    """Gradient flow on (1/N)·mean ℓ in Fourier space, by DOP853 with relative tolerance 1e-9.

    Raises ValueError for arguments out of range and data on which the loss cannot go to 0,
    ArithmeticError where the integrator fails; Interrupted on Ctrl-C.
    """
    end = one_number("end_time", nonnegative("end_time", end_time))
    goal = (
        None
        if until_loss is None
        else one_number("until_loss", nonnegative("until_loss", until_loss))
    )
    fourier = _Fourier(problem, weights, goal)
    depth = len(fourier.start)

    def split(state: Floats) -> Weights:
        return list(state.reshape(depth, -1))

    def rate(_time: float, state: Floats) -> Floats:
        return -np.concatenate(fourier.evaluate(split(state))[1])

    start = np.concatenate(fourier.start)
    size = float(np.max(np.abs(start)))
    solver = DOP853(rate, 0.0, start, end, rtol=RTOL, atol=RTOL * size)
    return integrate(
        solver,
        lambda state: fourier.evaluate(split(state))[0],
        lambda state: fourier.layers(split(state)),
        Recorder(lambda state: fourier.amplitudes(split(state[0])), observe),
        goal,
    )


class _Fourier:
    """The model in the coefficients of real transforms, kept as float views of complex arrays."""

    def __init__(self, problem: LinearProblem, weights: Weights, until_loss: float | None) -> None:
        self.count, self.dimension = problem.inputs.shape
        layers = checked_weights(weights, [(self.dimension,)] * max(len(weights), 1))
        self.depth = len(layers)
        require_reachable(problem, None if until_loss is None else until_loss * self.depth)
        self.start: Weights = [np.fft.rfft(layer).view(np.float64) for layer in layers]
        spectra = np.fft.rfft(problem.rows, axis=1)
        # ⟨a, β⟩ = (1/d) Σ_k conj(â_k) β̂_k over all d frequencies: the complex ones count twice.
        twice = np.full(spectra.shape[1], 2.0)
        twice[real_frequencies(self.dimension)] = 1.0
        self.rows = np.ascontiguousarray((spectra * twice / self.dimension).view(np.float64))
        self.columns = np.ascontiguousarray(spectra.view(np.float64).T)
        self.offset, self.sample = problem.offset, sample_loss(problem.loss)

    def evaluate(self, layers: Weights) -> tuple[float, Weights]:
        """Loss, and the transforms of the layers' gradients."""
        spectra = [layer.view(np.complex128) for layer in layers]
        others = _products_of_others(spectra)
        q = self.rows @ (others[0] * spectra[0]).view(np.float64) - self.offset
        pull = self.columns @ self.sample.slope(q)
        pull /= self.count * self.depth
        gradient = pull.view(np.complex128)
        loss = float(self.sample.value(q).sum()) / (self.count * self.depth)
        return loss, [(other.conj() * gradient).view(np.float64) for other in others]

    def amplitudes(self, layers: Weights) -> Floats:
        """|β̂_k|."""
        return np.asarray(np.abs(np.prod([w.view(np.complex128) for w in layers], axis=0)))

    def back(self, history: History) -> History:
        """The record with its layers transformed back."""
        return replace(history, weights=self.layers(history.weights))

    def layers(self, transforms: Weights) -> Weights:
        """Back to w_1, …, w_N."""
        return [
            np.fft.irfft(np.ascontiguousarray(w).view(np.complex128), self.dimension)
            for w in transforms
        ]


def _products_of_others(spectra: list[Complexes]) -> list[Complexes]:
    """∏_{j≠l} ŵ_j for each l, by products from the left and from the right."""
    left = [np.ones_like(spectra[0])]
    for spectrum in spectra[:-1]:
        left.append(left[-1] * spectrum)
    right = np.ones_like(spectra[0])
    others = left
    for index in range(len(spectra) - 1, -1, -1):
        others[index] = left[index] * right
        right = right * spectra[index]
    return others


def _pull(problem: LinearProblem) -> Complexes:
    """Transform of −∇ mean ℓ at β = 0, up to a factor: where descent would go."""
    slope = sample_loss(problem.loss).slope(-problem.offset)
    return np.asarray(-np.fft.rfft(problem.rows.T @ slope), dtype=np.complex128)
