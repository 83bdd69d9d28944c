"""The quantities of a sweep, by name."""

from stairwise.numerics.sweeps.quantity import Quantity
from stairwise.numerics.sweeps.toy_quantities import TOY_QUANTITIES

_TOY = {quantity.name: quantity for quantity in TOY_QUANTITIES}
_EXPERIMENTS = ("matrix_sensing", "quadratic", "diagonal", "convolution", "pursuit")

#: All of them.
NAMES = (*_TOY, *_EXPERIMENTS)


def quantity_of(name: str) -> Quantity:
    """The quantity of that name; KeyError if there is none."""
    if name not in _EXPERIMENTS:
        return _TOY[name]
    # Their integrators take as long to import as a worker needs for a chunk of thresholds.
    from stairwise.numerics.sweeps.experiment_quantities import EXPERIMENTS

    return {quantity.name: quantity for quantity in EXPERIMENTS}[name]
