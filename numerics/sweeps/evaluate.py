"""One block of cells: values, a status for every cell, and reasons where a cell failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stairwise.numerics.sweeps.quantity import Quantity

MISSING, DONE, FAILED, UNDEFINED = 0, 1, 2, 3
STATUS_MEANINGS = "missing done failed undefined"
#: Reasons are kept up to this length.
LONGEST_REASON = 500

Arrays = dict[str, NDArray[Any]]


@dataclass
class Block:
    """Results of a block: arrays by variable, status, and reasons by position in the flat block."""

    arrays: Arrays
    status: NDArray[np.uint8]
    reasons: dict[int, str] = field(default_factory=dict)


def empty_block(quantity: Quantity, shape: tuple[int, ...]) -> Block:
    """A block with nothing computed in it."""
    status = np.zeros(shape, dtype=np.uint8)
    # Every cell is written: computed, failed or undefined. Zeroing recycled memory would cost more
    # than all else here.
    return Block({v.name: np.empty(shape, dtype=v.dtype) for v in quantity.variables}, status)


def evaluate(
    quantity: Quantity,
    values: Mapping[str, NDArray[Any]],
    options: Mapping[str, Any],
    block: Block,
) -> Block:
    """Compute the cells of the block; the same block, filled.

    values: by parameter, with as many dimensions as the block and length 1 where they do not vary.
    A cell that raises is recorded as failed with its reason, and the others are computed. Cells
    with s ≥ f are undefined: they are no error of a grid over both. Of a cellwise quantity only
    missing and failed cells are computed; others come as a whole, because the last digits of a
    vectorised function may hang on the block. OSError (a full disk) and ImportError are nobody's
    cell and pass through.
    """
    partly = False
    if "s" in values and "f" in values:
        defined = values["s"] < values["f"]
        partly = not defined.all()
        if partly:
            values = {**values, "s": np.where(defined, values["s"], values["f"] / 2)}
            block.status[np.broadcast_to(~defined, block.status.shape)] = UNDEFINED
    if quantity.cellwise:
        for cell in np.argwhere((block.status == MISSING) | (block.status == FAILED)):
            _fill(quantity, values, options, block, tuple(slice(i, i + 1) for i in cell))
    elif not (partly and np.all(block.status == UNDEFINED)):
        whole = tuple(slice(0, n) for n in block.status.shape)
        _fill(quantity, values, options, block, whole)
    if partly:
        undefined = block.status == UNDEFINED
        for variable in quantity.variables:
            block.arrays[variable.name][undefined] = variable.fill
    return block


def _fill(
    quantity: Quantity,
    values: Mapping[str, NDArray[Any]],
    options: Mapping[str, Any],
    block: Block,
    part: tuple[slice, ...],
) -> None:
    """Compute a part of the block; where that raises, its halves, down to the cells at fault."""
    status = block.status[part]
    single = status.size == 1
    try:
        results = quantity.compute(_arguments(quantity, values, part), options)
    except (OSError, ImportError):
        raise
    except Exception as error:
        if single:
            _fail(quantity, block, part, error)
        else:
            for half in _halves(part):
                _fill(quantity, values, options, block, half)
        return
    for variable, result in zip(quantity.variables, results, strict=True):
        array = block.arrays[variable.name]
        if _is_such(result, array):
            block.arrays[variable.name] = result  # the whole block: nothing to copy
        else:
            array[part] = result
    if status.any():
        np.copyto(status, DONE, where=status != UNDEFINED)
    else:
        status.fill(DONE)  # as nearly always, at a tenth of the time


def _is_such(result: Any, array: NDArray[Any]) -> bool:
    """Whether a result can stand for a whole array: its shape and type, and nobody else's."""
    return (
        isinstance(result, np.ndarray)
        and (result.shape, result.dtype) == (array.shape, array.dtype)
        and bool(result.flags.owndata and result.flags.writeable)
    )


def _arguments(
    quantity: Quantity, values: Mapping[str, NDArray[Any]], part: tuple[slice, ...]
) -> dict[str, Any]:
    cut = {name: array[_along(array, part)] for name, array in values.items()}
    return {name: array.item() for name, array in cut.items()} if quantity.cellwise else cut


def _along(array: NDArray[Any], part: tuple[slice, ...]) -> tuple[slice, ...]:
    """The part, in the dimensions along which the array varies."""
    sides = zip(array.shape, part, strict=True)
    return tuple(slice(None) if length == 1 else side for length, side in sides)


def _fail(quantity: Quantity, block: Block, part: tuple[slice, ...], error: Exception) -> None:
    if block.status[part].item() == UNDEFINED:
        return
    for variable in quantity.variables:
        block.arrays[variable.name][part] = variable.fill
    block.status[part] = FAILED
    position = np.ravel_multi_index([p.start for p in part], block.status.shape)
    text = " ".join(f"{type(error).__name__}: {error}".split())
    block.reasons[int(position)] = text[:LONGEST_REASON]


def _halves(part: tuple[slice, ...]) -> list[tuple[slice, ...]]:
    """The part cut in two across its longest side."""
    lengths = [p.stop - p.start for p in part]
    side = int(np.argmax(lengths))
    start, stop = part[side].start, part[side].stop
    middle = (start + stop) // 2
    cuts = slice(start, middle), slice(middle, stop)
    return [(*part[:side], cut, *part[side + 1 :]) for cut in cuts]
