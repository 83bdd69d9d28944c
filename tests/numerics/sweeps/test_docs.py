"""What the page on sweeps says is so: its specifications, its table, its code."""

import re
from pathlib import Path

import matplotlib as mpl
import pytest

pytest.importorskip("zarr", reason="needs the extra `sweep`")
pytest.importorskip("xarray", reason="needs the extra `sweep`")

from stairwise.numerics.sweeps import parse_spec, read_spec, run_sweep
from stairwise.numerics.sweeps.quantities import NAMES, quantity_of

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "sweeps.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "cells"), [("example", 6_000_000), ("experiment", 600)])
def test_the_specifications_are_good(name, cells):
    assert read_spec(DOCS / f"sweep-{name}.toml").cells == cells
    assert f"]({f'sweep-{name}.toml'})" in PAGE


def test_the_table_has_every_quantity_with_its_axes_and_variables():
    rows = [line.split("|")[1:4] for line in PAGE.splitlines() if line.startswith("| `")]
    told = {name: row for row in rows for name in re.findall(r"`(\w+)`", row[0].split("(")[0])}
    assert sorted(told) == sorted(NAMES)
    for name, (_, axes, variables) in told.items():
        quantity = quantity_of(name)
        known = {parameter.name for parameter in quantity.parameters}
        words = set(re.findall(r"`([^`]*)`", axes)[0].split())
        assert words <= known | {"learning_rate", "depth"}
        assert words == known or "…" in axes
        found = {word for part in re.findall(r"`([^`]*)`", variables) for word in part.split()}
        if "the same" not in variables:
            assert {variable.name for variable in quantity.variables} <= found


def test_the_code_reads_a_store(tmp_path, monkeypatch):
    text = (DOCS / "sweep-example.toml").read_text(encoding="utf-8")
    text = text.replace("count = 400", "count = 7").replace("count = 50", "count = 3")
    run_sweep(tmp_path / "thresholds.zarr", parse_spec(text, DOCS), workers=0)
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names = {}
    exec(code, names)
    import matplotlib.pyplot as plt

    (drawn,) = plt.gca().get_lines()
    assert drawn.get_ydata().tolist() == names["line"].values.tolist()
    assert len(drawn.get_ydata()) == 7
    plt.close("all")
