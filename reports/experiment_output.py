"""What an experiment leaves behind: arrays, figure and summary, each written whole or not."""

import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from matplotlib.figure import Figure

from stairwise.reports.style import style

#: Told what is running, its steps so far and its plain loss.
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Outcome:
    """What a run wrote.

    summary: the content of the JSON file; files: all files written; interrupted: whether Ctrl-C
    ended it, so that the files hold only what was done until then.
    """

    summary: Mapping[str, Any]
    files: tuple[Path, ...]
    interrupted: bool


def write_outcome(
    output: Path,
    name: str,
    summary: Mapping[str, Any],
    arrays: Mapping[str, Any],
    figure: Figure,
    interrupted: bool,
) -> Outcome:
    """Write NAME.npz, NAME.pdf, NAME.png and NAME.json in the folder output, which is created.

    The arrays load with allow_pickle=False. Numbers that JSON has no word for become null.
    Raises OSError where the folder cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    paths = [output / f"{name}.{suffix}" for suffix in ("npz", "pdf", "png", "json")]
    numeric: Any = {key: np.asarray(value) for key, value in arrays.items()}
    for key, value in numeric.items():
        if value.dtype.hasobject:
            raise ValueError(f"arrays must be numeric; got {key} of dtype {value.dtype}")
    text = json.dumps(plain(summary), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(paths[0], lambda file: np.savez_compressed(file, **numeric))
    # Without the date, the same run gives the same bytes.
    with style():
        write_whole(
            paths[1],
            lambda file: figure.savefig(file, format="pdf", metadata={"CreationDate": None}),
        )
        write_whole(paths[2], lambda file: figure.savefig(file, format="png", dpi=200))
    write_whole(paths[3], lambda file: file.write(text.encode()))
    return Outcome(summary, tuple(paths), interrupted)


def write_whole(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write a file beside its place, then move it there: no half-written file is ever seen."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def plain(value: Any) -> Any:
    """The value in JSON's types: arrays as lists, infinite and undefined numbers as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
