"""Element-wise work on broadcast arrays in blocks that stay in the cache."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from stairwise.numerics._arguments import Floats

# float64 numbers: large enough that some hundred NumPy calls per block cost little, at 256 kB per
# array and 10 to 30 MB in all.
BLOCK = 32768


def in_blocks(function: Callable[..., Floats], *arrays: Floats) -> Floats:
    """function over one-dimensional blocks of the broadcast arrays; never warns, never copies all.

    The function receives one-dimensional float64 arrays of equal length and returns one more.
    """
    result = np.empty(np.broadcast_shapes(*(array.shape for array in arrays)))
    access: list[list[Literal["readonly", "writeonly"]]] = [["readonly"] for _ in arrays]
    with (
        np.errstate(all="ignore"),
        np.nditer(
            [*arrays, result],
            flags=["external_loop", "buffered", "zerosize_ok"],
            op_flags=[*access, ["writeonly"]],
            order="C",
            buffersize=BLOCK,
        ) as blocks,
    ):
        for *inputs, output in blocks:
            output[...] = function(*inputs)
    return result
