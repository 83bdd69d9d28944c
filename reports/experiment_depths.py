"""What the linear experiments share: a user's own data, and how values are drawn."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stairwise.numerics._arguments import Floats, whole
from stairwise.numerics._files import read_text
from stairwise.numerics.experiments.linear import LinearProblem
from stairwise.reports.experiment_runs import Runs
from stairwise.reports.style import COLOURS, THEORY, columns, label_lines

METHODS = ("descent", "flow")
OTHERS = "#8C8C8C"
#: In a key, for lines of any colour.
NEUTRAL = "#444444"
#: Bytes that a user's arrays may take: a gigabyte.
LARGEST_DATA = 2**30
#: What `zipfile` and NumPy raise for files that are cut short, damaged or made to harm.
_UNREADABLE = (OSError, ValueError, EOFError, MemoryError, RuntimeError, BadZipFile, zlib.error)


def checked_depths(depths: Sequence[int]) -> list[int]:
    """Whole numbers ≥ 1, at least one."""
    found = [whole("depths", depth, 1) for depth in depths]
    if not found:
        raise ValueError("depths must have at least one entry; got none")
    return found


class Data(NamedTuple):
    """A user's samples: (m, d), (m,) and (d,) or None."""

    inputs: Floats
    targets: Floats
    truth: Floats | None


def read_data(path: Path) -> Data:
    """A user's data: an .npz with `inputs`, `targets` and perhaps `truth`, or a .csv.

    A CSV has numbers only, one sample per line, the target in the last column.

    Nothing in a file is executed: arrays of objects (pickles) are refused, and so are files that
    unpack to more than LARGEST_DATA bytes. Raises ValueError for them, for another format, for
    missing arrays and for what cannot be read.
    """
    path = Path(path)
    if path.suffix == ".npz":
        return _read_arrays(path)
    if path.suffix == ".csv":
        lines = read_text("data", path).splitlines()
        if not any(line.partition("#")[0].strip() for line in lines):
            raise ValueError(f"data must be numbers only; {path} holds none")
        try:
            table = np.loadtxt(lines, delimiter=",", ndmin=2)
        except ValueError as error:
            raise ValueError(f"data must be numbers only; {path}: {error}") from None
        if table.shape[1] < 2:
            raise ValueError(f"data must have two columns or more; got {table.shape[1]} in {path}")
        return Data(table[:, :-1], table[:, -1], None)
    raise ValueError(f"data must be a .npz or .csv file; got {str(path)!r}")


def _read_arrays(path: Path) -> Data:
    """Inputs, targets and perhaps the truth of an .npz."""
    try:
        with ZipFile(path) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
        if unpacked > LARGEST_DATA:
            raise ValueError(f"it unpacks to {unpacked} bytes, more than {LARGEST_DATA}")
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in ("inputs", "targets", "truth")
                     if name in arrays}  # fmt: skip
    except _UNREADABLE as error:
        raise ValueError(
            f"data must be an .npz of plain arrays; got {str(path)!r}: {error}"
        ) from None
    for name in ("inputs", "targets"):
        if name not in found:
            raise ValueError(f"data must hold inputs and targets; {path} lacks {name}")
    for name, array in found.items():
        if not isinstance(array, np.ndarray):  # NumPy hands out what is no array as bytes
            raise ValueError(f"data must be an .npz of plain arrays; {name} in {path} is none")
    return Data(found["inputs"], found["targets"], found.get("truth"))


def arrays_of(problem: LinearProblem, runs: Runs[int]) -> dict[str, Any]:
    """Records, weights and data by name, for the .npz."""
    arrays: dict[str, Any] = {
        "depths": np.array(list(runs.histories), dtype=np.int64),
        "inputs": problem.inputs,
        "targets": problem.targets,
    }
    if problem.truth is not None:
        arrays["truth"] = problem.truth
    for depth, run in runs.histories.items():
        arrays[f"time_{depth}"], arrays[f"loss_{depth}"] = run.time, run.loss
        arrays[f"values_{depth}"] = run.values
        for number, weight in enumerate(run.weights, 1):
            arrays[f"weights_{depth}_{number}"] = weight
    return arrays


def draw_shares(
    axes: Axes, steps: Floats, shares: Floats, leading: Sequence[int], truth: Floats | None
) -> None:
    """Normalised values over steps: the leading ones in colour, dashed where they should end.

    Each of these has its index at its end; set the limits of the heights first.
    """
    rest = np.setdiff1d(np.arange(shares.shape[1]), leading)
    axes.plot(steps, shares[:, rest], color=OTHERS, linewidth=0.5, alpha=0.5)
    for rank, index in enumerate(leading):
        colour = COLOURS[rank % len(COLOURS)]
        axes.plot(steps, shares[:, index], color=colour, linewidth=1.6)
        if truth is not None:
            axes.axhline(truth[index], color=colour, linewidth=0.7, linestyle=(0, (4, 2)))
    axes.set_xlim(0, steps[-1] if steps[-1] > 0 else 1)
    ends = [float(shares[-1, index]) for index in leading]
    label_lines(axes, axes.get_xlim()[1], ends, [f"${index}$" for index in leading])


def draw_key(figure: Figure, count: int, by: str, truth: bool, bars: bool = False) -> None:
    """What lines mean, and the ticks over bars; which line has which colour its end says."""
    number, where = f"{count} " if count > 1 else "", "of the truth" if truth else "at the end"
    leading = f"the {number}largest {where}, by {by}"
    handles = [
        Line2D([], [], color=NEUTRAL, linewidth=1.6, label=leading),
        Line2D([], [], color=OTHERS, linewidth=0.9, label="all others"),
    ]
    if truth:
        handles.append(Line2D([], [], label="the truth", **THEORY))
        if bars:
            tick: Any = {"linestyle": "none", "marker": "_", "color": THEORY["color"]}
            handles.append(Line2D([], [], markersize=5, label="the truth, over bars", **tick))
    figure.legend(handles=handles, loc="outside upper center", ncols=columns(figure, len(handles)))


def draw_scores(axes: Axes, scores: dict[int, float], svm: float | None, label: str) -> None:
    """A dot per depth, and the support vector machine as a line; undefined scores are left out."""
    scores = {depth: score for depth, score in scores.items() if np.isfinite(score)}
    axes.plot(list(scores), list(scores.values()), "o-", color=COLOURS[0], markersize=4)
    for depth, score in scores.items():
        axes.annotate(
            f"{score:.3f}",
            (depth, score),
            xytext=(3, -9),
            textcoords="offset points",
            fontsize=6,
        )
    if svm is not None:
        axes.axhline(svm, color=COLOURS[1], linewidth=1.0)
        name = f"line: linear SVM {svm:.3f}"
        axes.set_title(name, loc="right", color=COLOURS[1], fontsize=7)
    known = [*scores.values(), *([] if svm is None else [svm])]
    low = min(known, default=0.0)
    axes.set_ylim(low - 0.25 * (1.02 - low), 1.02)
    axes.set_xlim(min(scores, default=1) - 0.4, max(scores, default=1) + 0.7)
    axes.set_xticks(list(scores))
    axes.set_xlabel("depth")
    axes.set_ylabel(label)
