"""What checks of the larger models share: slopes of a loss, and its gradient flow solved."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Floats = NDArray[np.float64]
#: A loss of a batch of weights, given as vectors: (k, n), perhaps complex, to (k,).
Loss = Callable[[NDArray[Any]], NDArray[Any]]

#: An imaginary step this small is lost in every real part: the derivative is exact to rounding.
_STEP = 1e-100
#: DOP853 at these tolerances leaves 1e-10 or less on the smooth flows of the checks.
RTOL, ATOL = 1e-11, 1e-13
#: `speed` takes steps of a thousandth of the weights: with order 4, 3e-11 is the worst measured.
DIFFERENCES = 1e-8


def gradient(loss: Loss, weights: Floats) -> Floats:
    """∇loss by complex steps: the loss itself is all that enters, for any analytic loss."""
    steps = np.eye(weights.size) * 1j * _STEP
    slopes: Floats = np.imag(loss(weights + steps)) / _STEP
    return slopes


def gradient_flow(loss: Loss, start: Floats, times: Floats) -> Floats:
    """The weights at each time under ẇ = −∇loss, (len(times), n); RuntimeError if it stops."""
    solution = solve_ivp(
        lambda _time, weights: -gradient(loss, weights),
        (0.0, float(times[-1])),
        start,
        method="DOP853",
        t_eval=times,
        rtol=RTOL,
        atol=ATOL,
    )
    if solution.status != 0:
        raise RuntimeError(f"gradient flow stopped short: {solution.message}")
    states: Floats = solution.y.T
    return states


def speed(reading: Callable[[Floats], Floats], loss: Loss, weights: Floats) -> Floats:
    """Rate of a reading of the weights along the flow, by central differences of order 4."""
    move = -gradient(loss, weights)
    step = 1e-3 / max(float(np.abs(move).max()), 1e-30) * float(np.abs(weights).max())
    near, far = (
        reading(weights + width * move) - reading(weights - width * move)
        for width in (step, 2 * step)
    )
    rate: Floats = (8 * near - far) / (12 * step)
    return rate
