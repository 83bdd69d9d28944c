"""How many of a matrix's singular values matter."""

import numpy as np

from stairwise.numerics._arguments import Floats


def effective_rank(values: Floats) -> float:
    """exp of the entropy of σ_k/Σσ: k for k equal non-zero values, 0 where all are zero.

    values: (n,) singular values, ≥ 0. Source: Roy & Vetterli 2007.
    """
    total = float(np.sum(values))
    if total == 0:
        return 0.0
    shares = values[values > 0] / total
    return float(np.exp(-np.sum(shares * np.log(shares))))
