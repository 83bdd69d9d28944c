"""`stairwise notebook`: copies, keeps what is there, says what is missing."""

import pytest

from stairwise.numerics.extras import MissingExtra
from stairwise.reports import notebooks


def test_notebooks_are_put_once_and_edits_are_kept(tmp_path):
    places = notebooks.put_notebooks(tmp_path / "mine")
    assert [place.name for place in places][:2] == [
        "01_dynamics.ipynb",
        "02_depth_separation.ipynb",
    ]
    places[0].write_text("edited")
    assert notebooks.put_notebooks(tmp_path / "mine") == places
    assert places[0].read_text() == "edited"
    assert places[1].read_text().startswith("{")


def test_without_jupyterlab_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'stairwise\[notebooks\]'"):
        notebooks.open_lab(tmp_path)
