"""Our chunks are Zarr's, byte for byte, and Zarr finds the ones that are damaged."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("zarr", reason="needs the extra `sweep`")

import zarr

from stairwise.numerics.sweeps.chunk_bytes import COMPRESSORS, chunk_bytes

CHUNK = (40, 30)
VALUES = {
    "float64": np.random.default_rng(4).standard_normal(CHUNK),
    "int64": np.arange(1200).reshape(CHUNK) ** 3,
    "uint8": (np.arange(1200).reshape(CHUNK) % 4).astype(np.uint8),
    "float64, not finite": np.where(np.eye(*CHUNK) > 0, -np.inf, np.nan),
    "float64, one value": np.zeros(CHUNK),
}
FILLS = {"float64": np.nan, "int64": -1, "uint8": 0}


def arrays(folder, dtype):
    return zarr.create_array(
        folder,
        shape=(100, 100),
        chunks=CHUNK,
        dtype=dtype,
        fill_value=FILLS[dtype],
        compressors=COMPRESSORS,
        config={"write_empty_chunks": True},
    )


@pytest.mark.parametrize("shape", [CHUNK, (20, 10), (1, 30)])
@pytest.mark.parametrize("name", VALUES)
def test_the_bytes_are_those_that_zarr_writes(tmp_path, name, shape):
    """Also of chunks that reach beyond the end of an axis, whose rest is the fill value."""
    values = VALUES[name][: shape[0], : shape[1]]
    dtype = str(values.dtype)
    array = arrays(tmp_path, dtype)
    rows = 80 if shape[0] < 40 else 0
    columns = 90 if shape[1] < 30 else 0
    array[rows : rows + shape[0], columns : columns + shape[1]] = values
    file = tmp_path / "c" / str(rows // 40) / str(columns // 30)
    assert b"".join(chunk_bytes(values, CHUNK, FILLS[dtype])) == file.read_bytes()


@pytest.mark.parametrize(
    "view", [np.asfortranarray, lambda a: a[::2, ::3], lambda a: a.astype(">f8")]
)
def test_zarr_reads_them_whatever_the_layout(tmp_path, view):
    values = view(VALUES["float64"])
    array = arrays(tmp_path, "float64")
    file = Path(tmp_path) / "c" / "0" / "0"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"".join(chunk_bytes(values, CHUNK, np.nan)))
    assert np.array_equal(array[: values.shape[0], : values.shape[1]], values)


def test_a_chunk_with_one_bit_turned_is_found(tmp_path):
    packed, checksum = chunk_bytes(VALUES["float64"], CHUNK, np.nan)
    damaged = bytearray(packed)
    damaged[len(damaged) // 2] ^= 1
    array = arrays(tmp_path, "float64")
    file = Path(tmp_path) / "c" / "0" / "0"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(damaged) + checksum)
    with pytest.raises(ValueError, match="checksum do not match"):
        array[:40, :30]
