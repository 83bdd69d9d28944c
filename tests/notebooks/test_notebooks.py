"""Every notebook runs from a clean kernel and keeps outputs that read well."""

import re
from collections import Counter
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="notebooks need the extra `notebooks`")
nbclient = pytest.importorskip("nbclient", reason="notebooks need the extra `notebooks`")

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


# pyzmq tells that it speaks TCP to its own kernel; nothing of ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_a_clean_kernel(path):
    if path.stem == "07_sweeps":
        pytest.importorskip("xarray", reason="needs the extra `sweep`")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3")
    client.execute(cwd=str(FOLDER))
    for cell in _code(notebook):
        assert not any(output.output_type == "error" for output in cell.outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_kept_outputs_are_there_and_clean(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[0].source.startswith("# ")
    assert all(cell.execution_count for cell in _code(notebook))
    assert any(cell.outputs for cell in _code(notebook))
    for cell in _code(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_sentence_is_said_twice(path):
    notebook = nbformat.read(path, as_version=4)
    prose = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    sentences = [
        " ".join(sentence.split())
        for source in prose
        for sentence in re.split(r"(?<=[.!?:])\s+|\n\n", source)
    ]
    counts = Counter(sentence for sentence in sentences if len(sentence.split()) > 2)
    assert [sentence for sentence, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_kept_outputs_need_no_kernel(path):
    """A kept widget without its model would be an error message in place of the picture."""
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    for cell in _code(notebook):
        for output in cell.outputs:
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


def test_the_explorer_is_kept_as_a_picture():
    (cell,) = _code(nbformat.read(FOLDER / "06_explore.ipynb", as_version=4))
    assert any("image/png" in output.get("data", {}) for output in cell.outputs)
