"""Opening files that a specification names: regular ones of a bounded size, and nothing else."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def open_regular(path: Path, largest: int) -> Iterator[BinaryIO]:
    """The file, read-only; OSError for what is not there, no regular file, or too large.

    A pipe is refused, not waited for; a device is not read.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(0, "not a regular file")
        if state.st_size > largest:
            raise OSError(0, f"{state.st_size} bytes, more than {largest}")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            yield stream
    finally:
        os.close(handle)
