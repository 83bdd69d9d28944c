"""Files that are whole or not there: written under another name, then renamed."""

import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: What a file that was never finished ends with.
PARTIAL = ".partial"


def write_whole(path: Path, parts: Iterable[Any], *, durable: bool = False) -> None:
    """Write bytes-like parts to `path` in one step: readers see the old file, the new one, or none.

    durable: only return when the content and its name are on disk, so that what is written
    afterwards cannot outlive it. Raises OSError; the unfinished file is removed.
    """
    # Not named after its target, whose name may be as long as names can be.
    beside = path.with_name(f".{uuid.uuid4().hex}{PARTIAL}")
    try:
        with beside.open("xb", buffering=0) as stream:
            for part in parts:
                _write_all(stream, memoryview(part).cast("B"))
            if durable:
                os.fsync(stream.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def make_durable_folder(path: Path) -> None:
    """Make a folder and its parents where they are missing, their names on disk."""
    if path.is_dir():
        return
    make_durable_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Ask for the names in a folder to be on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(stream: Any, content: memoryview) -> None:
    """All of it: a raw write may take less than it is given, as it does past 2 GiB."""
    while content:
        content = content[stream.write(content) :]
