"""The figures, by name: one file each, one style for all."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from stairwise.reports.figures.bounds import bounds_figure
from stairwise.reports.figures.critical_ratio import critical_ratio_figure
from stairwise.reports.figures.depth_law import depth_law
from stairwise.reports.figures.descent import descent
from stairwise.reports.figures.dynamics import dynamics
from stairwise.reports.figures.law_crossover import law_crossover
from stairwise.reports.figures.learning_times import learning_times
from stairwise.reports.figures.paper import paper
from stairwise.reports.figures.phase import phase
from stairwise.reports.files import write_whole
from stairwise.reports.style import figure_bytes

FIGURES: dict[str, Callable[[], Figure]] = {
    "dynamics": dynamics,
    "phase": phase,
    "learning-times": learning_times,
    "depth-law": depth_law,
    "bounds": bounds_figure,
    "law-crossover": law_crossover,
    "critical-ratio": critical_ratio_figure,
    "descent": descent,
    "paper": paper,
}


def check_name(name: str) -> None:
    """ValueError for a name that is not in FIGURES."""
    if name not in FIGURES:
        raise ValueError(f"figure must be one of {', '.join(FIGURES)}; got {name!r}")


def write_figure(name: str, output: Path) -> tuple[Path, Path]:
    """Draw a figure and write NAME.pdf and NAME.png to the folder, which is created.

    The same version gives the same bytes. ValueError for an unknown name or an unwritable folder.
    """
    check_name(name)
    return write_drawn(name, FIGURES[name](), output)


def write_drawn(name: str, figure: Figure, output: Path) -> tuple[Path, Path]:
    """Write a figure that is drawn already as NAME.pdf and NAME.png to the folder."""
    paths = output / f"{name}.pdf", output / f"{name}.png"
    for path in paths:
        write_whole(path, figure_bytes(figure, path.suffix[1:]))
    return paths
