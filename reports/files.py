"""Writing results: whole files or none."""

import os
from pathlib import Path

from stairwise.numerics import _whole


def require_writable(path: Path) -> None:
    """Fail before the work rather than after it: ValueError where `path` cannot be written."""
    target = Path(os.path.realpath(path))
    if _whole.is_stream(path):
        writable = os.access(path, os.W_OK)
    else:
        folder = target.parent
        writable = not target.is_dir() and folder.is_dir() and os.access(folder, os.W_OK)
    if not writable:
        raise ValueError(f"output must be a file in a writable folder; got {path}")


def make_folder(path: Path) -> None:
    """Create the folder and its parents; ValueError naming the path where that fails."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"output must be a writable folder; got {path}: {error.strerror}"
        ) from None


def write_whole(path: Path, content: str | bytes) -> None:
    """Write in one step, so that no half-written file is left.

    Raises ValueError naming the path and the reason where it cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        _whole.write_whole(path, [data])
    except OSError as error:
        raise ValueError(f"output must be a writable file; got {path}: {error.strerror}") from None
