"""How a grid is cut into chunks: one task and one file a variable for each."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from stairwise.numerics.sweeps.spec import Spec

#: Chunks of a sweep: more are a burden to file systems and schedulers.
MOST_CHUNKS = 10_000_000

Index = tuple[int, ...]
Region = tuple[slice, ...]


@dataclass(frozen=True)
class Plan:
    """Dimensions, their lengths and the lengths of a chunk (the last ones may be shorter)."""

    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]

    @property
    def grid(self) -> tuple[int, ...]:
        """How many chunks there are along each dimension."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.chunks, strict=True))

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return math.prod(self.shape)

    @property
    def count(self) -> int:
        """How many chunks there are."""
        return math.prod(self.grid)

    def indices(self) -> Iterator[Index]:
        """The chunks, the last dimension fastest."""
        return product(*(range(n) for n in self.grid))

    def region(self, index: Index) -> Region:
        """The cells of a chunk."""
        return tuple(
            slice(i * c, min((i + 1) * c, n))
            for i, c, n in zip(index, self.chunks, self.shape, strict=True)
        )

    def size(self, index: Index) -> int:
        """How many cells a chunk has."""
        return math.prod(part.stop - part.start for part in self.region(index))


def plan_of(spec: Spec) -> Plan:
    """Chunks of at most spec.chunk_cells cells: whole rows of the last dimensions first.

    Along a dimension that must be cut the pieces are of equal length, as far as that goes: a short
    last one would be a task with little to do. ValueError where there would be over MOST_CHUNKS.
    """
    left, chunks = spec.chunk_cells, []
    for length in reversed(spec.shape):
        pieces = -(-length // min(length, left))
        chunk = -(-length // pieces)
        chunks.append(chunk)
        left = max(1, left // chunk)
    plan = Plan(tuple(spec.axes), spec.shape, tuple(reversed(chunks)))
    if plan.count > MOST_CHUNKS:
        raise ValueError(
            f"chunk_cells must be such that there are at most {MOST_CHUNKS} chunks; "
            f"got {spec.chunk_cells} for {plan.cells} cells, which is {plan.count} chunks"
        )
    return plan
