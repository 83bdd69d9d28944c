"""The quantities of a sweep, by name."""

from stairwise.numerics.sweeps.quantity import Quantity
from stairwise.numerics.sweeps.toy_quantities import TOY_QUANTITIES

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in TOY_QUANTITIES}
