"""The quantities of a sweep, by name."""

from stairwise.numerics.sweeps.experiment_quantities import EXPERIMENTS
from stairwise.numerics.sweeps.quantity import Quantity
from stairwise.numerics.sweeps.toy_quantities import TOY_QUANTITIES

QUANTITIES: dict[str, Quantity] = {q.name: q for q in (*TOY_QUANTITIES, *EXPERIMENTS)}
