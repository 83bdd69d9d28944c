"""A chunk as Zarr keeps it, made in the thread that computed it.

Zarr's own writer gives every chunk to threads of an event loop, whose buffers cost more than the
packing itself: 22 ns a cell of thresholds, where this and one write cost 6 (measured). Reading is
Zarr's. The bytes are those that Zarr would write: the Zarr v3 core specification, with the codecs
`bytes` (little-endian), `blosc` and `crc32c`, which a test compares.
"""

from functools import cache
from typing import Any

import google_crc32c
import numpy as np
from numcodecs.blosc import Blosc
from numpy.typing import NDArray
from zarr.codecs import BloscCodec, Crc32cCodec

#: Byte shuffle and LZ4: 25% smaller and no slower than writing the plain bytes (measured), and the
#: same bytes every time, as Zarr has Blosc run on one thread. The checksum finds damaged chunks.
COMPRESSORS = (BloscCodec(cname="lz4", clevel=1, shuffle="shuffle"), Crc32cCodec())


def chunk_bytes(values: NDArray[Any], shape: tuple[int, ...], fill: Any) -> tuple[Any, bytes]:
    """The file of a chunk in two parts: packed values, checksum.

    values may be smaller than the chunk's shape, as they are at the end of an axis; what is missing
    is `fill`.
    """
    if values.shape != shape:
        padded = np.full(shape, fill, dtype=values.dtype)
        padded[tuple(slice(n) for n in values.shape)] = values
        values = padded
    little = values.astype(values.dtype.newbyteorder("<"), order="C", copy=False)
    packed = _packer().encode(little)
    checksum: int = google_crc32c.value(packed)
    return packed, checksum.to_bytes(4, "little")


@cache
def _packer() -> Any:
    """Blosc as the arrays name it; the size of an element comes from what it packs."""
    return Blosc(cname="lz4", clevel=1, shuffle=Blosc.SHUFFLE)
