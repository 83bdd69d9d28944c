"""The notebooks of an installed package: put into a folder of the user's, and opened there."""

import os
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from stairwise.numerics.extras import MissingExtra
from stairwise.reports.files import make_folder, write_whole


def put_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks into the folder and return their places; existing files are kept."""
    make_folder(folder)
    places = []
    shipped = [item for item in files("stairwise.notebooks").iterdir() if _is_notebook(item.name)]
    for item in sorted(shipped, key=lambda item: item.name):
        place = folder / item.name
        if not place.exists():
            write_whole(place, item.read_bytes())
        places.append(place)
    return places


def open_lab(folder: Path) -> None:
    """Replace this process by JupyterLab; MissingExtra where it is not installed."""
    if find_spec("jupyterlab") is None:
        raise MissingExtra("notebook", "JupyterLab", "notebooks")
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(folder)])


def _is_notebook(name: str) -> bool:
    return name.endswith(".ipynb")
