"""Writing results: whole files or none."""

import os
import uuid
from pathlib import Path


def require_writable(path: Path) -> None:
    """Fail before the work rather than after it: ValueError where `path` cannot be written."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
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
    """Write through a temporary file beside the target, so that no half-written file is left.

    Raises ValueError naming the path and the reason where it cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    name = path.parent / f".{path.name}.{uuid.uuid4().hex[:12]}"
    try:
        # The system applies the user's mask here; asking for it would set it, for all threads.
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except OSError as error:
        raise ValueError(f"output must be a writable file; got {path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(name, path)
    except OSError as error:
        os.unlink(name)
        raise ValueError(f"output must be a writable file; got {path}: {error.strerror}") from None
    except BaseException:
        os.unlink(name)
        raise
