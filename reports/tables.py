"""Bound tables: thresholds and bounds over grids of depth, ratio, s and f, in log10."""

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from stairwise.numerics.bounds import paper_bounds
from stairwise.numerics.threshold import log_threshold

INPUTS = ("depth", "ratio", "s", "f")
COLUMNS = (
    *INPUTS,
    "log10_threshold",
    "log10_paper_lower",
    "log10_paper_upper",
    "log10_sharp_lower",
    "log10_sharp_upper",
)
FORMATS = ("text", "markdown", "latex", "csv", "json")

_LN10 = math.log(10)
_HEADERS = {
    "depth": ("N", "$N$"),
    "ratio": ("r", "$r$"),
    "s": ("s", "$s$"),
    "f": ("f", "$f$"),
    "log10_threshold": ("log10 y*", r"$\log_{10} y^*$"),
    "log10_paper_lower": ("paper ≥", "paper, lower"),
    "log10_paper_upper": ("paper ≤", "paper, upper"),
    "log10_sharp_lower": ("sharp ≥", "sharp, lower"),
    "log10_sharp_upper": ("sharp ≤", "sharp, upper"),
}


@dataclass(frozen=True)
class BoundTable:
    """Rows of numbers under `columns`; −inf is a void lower bound or an impossible threshold."""

    columns: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]


def bound_table(
    depths: Sequence[float], ratios: Sequence[float], s: Sequence[float], f: Sequence[float]
) -> BoundTable:
    """Exact threshold and bounds on every combination, as log10 of y = σ0/σ*_j.

    Depth varies slowest. Thresholds and bounds are computed in float64 and accurate to the digits
    that the text formats show. Raises ValueError as the library does.
    """
    grid = np.array(list(product(depths, ratios, s, f)), dtype=float).reshape(-1, 4)
    columns = grid.T
    threshold = log_threshold(*columns)
    paper = paper_bounds(*columns)
    values = [threshold, paper.lower, paper.upper]
    log10 = [np.atleast_1d(value) / _LN10 for value in values]
    rows = (
        (*map(float, inputs), *(float(value[index]) for value in log10), None, None)
        for index, inputs in enumerate(grid)
    )
    return BoundTable(COLUMNS, tuple(rows))


def render(table: BoundTable, format: str) -> str:
    """The table in one of FORMATS, ending in a newline. Text formats show six digits."""
    if format == "csv":
        return _csv(table)
    if format == "json":
        records = [dict(zip(table.columns, map(_json, row), strict=True)) for row in table.rows]
        return json.dumps(records, indent=1) + "\n"
    from tabulate import tabulate

    tex = format == "latex"
    shown = [i for i in range(len(table.columns)) if any(row[i] is not None for row in table.rows)]
    headers = [_HEADERS[table.columns[i]][tex] for i in shown]
    cells = [[_cell(table.columns[i], row[i], tex=tex) for i in shown] for row in table.rows]
    style = {"text": "simple", "markdown": "pipe", "latex": "latex_booktabs"}[format]
    if tex:
        style = "latex_raw"
    drawn = tabulate(
        cells, headers, tablefmt=style, disable_numparse=True, colalign=("right",) * len(shown)
    )
    return (_booktabs(drawn) if tex else drawn) + "\n"


def _booktabs(drawn: str) -> str:
    """tabulate's raw LaTeX with booktabs rules: its booktabs format would escape the headers."""
    first, middle, last = r"\toprule", r"\midrule", r"\bottomrule"
    for rule in (first, middle, last):
        drawn = drawn.replace(r"\hline", rule, 1)
    return drawn


def _csv(table: BoundTable) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([["" if v is None else repr(v) for v in row] for row in table.rows])
    return stream.getvalue()


def _json(value: float | None) -> float | str | None:
    """JSON has no infinities: they are the strings "inf" and "-inf"."""
    return repr(value) if value is not None and math.isinf(value) else value


def _cell(column: str, value: float | None, *, tex: bool) -> str:
    if value is None:
        return ""
    if column in INPUTS:
        text = "∞" if math.isinf(value) else f"{value:.12g}"
    elif value == -math.inf:
        return "void" if column != "log10_threshold" else "none"
    else:
        text = f"{value:.6g}"
    return f"${text.replace('∞', chr(92) + 'infty')}$" if tex else text
