"""When a value reaches a fraction of its target."""

from typing import Any

import numpy as np

from stairwise.numerics._arguments import (
    depths,
    positive,
    python_float_if_scalar,
    reals,
    require,
    require_broadcast,
)
from stairwise.numerics._integral import exponent, time_integral


def learning_time(alpha: Any, sigma0: Any, sigma_star: Any, depth: Any) -> Any:
    """Time at which σ first reaches alpha·σ*; 0 where it starts past it."""
    n = depths(depth)
    fraction = reals("alpha", alpha, "a number in (0, 1)")
    require("alpha", fraction, (fraction > 0) & (fraction < 1), "a number in (0, 1)")
    start, target = positive("sigma0", sigma0), positive("sigma_star", sigma_star)
    require_broadcast(alpha=fraction, sigma0=start, sigma_star=target, depth=n)
    log_a = np.minimum(np.log(start) - np.log(target), np.log(fraction))
    time = time_integral(log_a, np.log(fraction), n) * np.exp(-exponent(n) * np.log(target))
    return python_float_if_scalar(np.asarray(time))
