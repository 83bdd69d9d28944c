"""What an experiment leaves behind: arrays, figure and summary, each written whole or not."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stairwise.reports.files import require_writable, write_whole
from stairwise.reports.style import figure_bytes

#: Told what is running, its steps so far and its plain loss.
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Outcome:
    """What a run wrote.

    summary: the content of the JSON file; files: all files written; interrupted: whether Ctrl-C
    ended it, so that the files hold only what was done until then; replaced: those of the files
    that were there before.
    """

    summary: Mapping[str, Any]
    files: tuple[Path, ...]
    interrupted: bool
    replaced: tuple[Path, ...] = ()


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
    Raises ValueError where the folder cannot be written.
    """
    prepare(output)
    paths = outputs(output, name)
    replaced = tuple(path for path in paths if path.exists())
    numeric: Any = {key: np.asarray(value) for key, value in arrays.items()}
    for key, value in numeric.items():
        if value.dtype.hasobject:
            raise ValueError(f"arrays must be numeric; got {key} of dtype {value.dtype}")
    text = json.dumps(plain(summary), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    packed = BytesIO()
    np.savez_compressed(packed, **numeric)
    contents: tuple[str | bytes, ...] = (
        packed.getvalue(),
        figure_bytes(figure, "pdf"),
        figure_bytes(figure, "png"),
        text,
    )
    for path, content in zip(paths, contents, strict=True):
        write_whole(path, content)
    return Outcome(summary, paths, interrupted, replaced)


def outputs(output: Path, name: str) -> tuple[Path, ...]:
    """The files of an experiment in the folder."""
    return tuple(output / f"{name}.{suffix}" for suffix in ("npz", "pdf", "png", "json"))


def require_own(output: Path, experiment: str) -> None:
    """ValueError where running the experiment would replace files that it has not written.

    They are its own where its summary is among them.
    """
    name = experiment.replace("-", "_")
    found = [path for path in outputs(output, name) if path.exists()]
    if not found:
        return
    try:
        summary = json.loads((output / f"{name}.json").read_text(encoding="utf-8"))
        own = summary["experiment"] == experiment
    except (OSError, ValueError, LookupError, TypeError):
        own = False
    if not own:
        raise ValueError(
            f"output must be a folder where nothing is replaced but an earlier run of {experiment};"
            f" got {found[0]}, which is not from one"
        )


def prepare(output: Path) -> None:
    """Create the folder; ValueError, before any work, where nothing can be written there."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"output must be a folder; got {output}: {error.strerror}") from None
    require_writable(output / "any")


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
