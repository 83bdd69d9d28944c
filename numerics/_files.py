"""Text files from users: read to a limit, and never evaluated."""

import json
import os
from pathlib import Path
from typing import Any

from stairwise.numerics._arguments import shown

#: Certificates of all box proofs are 3 MB; spectra and run logs are smaller.
LARGEST_FILE = 2**28


def read_text(name: str, path: str | os.PathLike[str], errors: str = "strict") -> str:
    """The file's text; ValueError naming the argument where it cannot be read or is too large."""
    rule = f"{name} must be a readable text file of at most {LARGEST_FILE} bytes"
    try:
        with Path(path).open("rb") as file:
            # Not by the size told: devices and pipes have none.
            content = file.read(LARGEST_FILE + 1)
        if len(content) <= LARGEST_FILE:
            return content.decode("utf-8-sig", errors)  # editors put a mark first
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{rule}; got {shown(path)}: {shown(str(error))}") from None
    raise ValueError(f"{rule}; got {shown(path)}")


def parsed_json(text: str) -> Any:
    """JSON with ValueError alone for what is not: deep nesting and long numbers included."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
