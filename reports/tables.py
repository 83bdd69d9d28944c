"""Bound tables: thresholds and bounds over grids of depth, ratio, s and f, in log10."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from stairwise.numerics import _arguments as arguments
from stairwise.numerics._arguments import Floats, choice, one_number, reals, shown, whole
from stairwise.numerics._blocks import in_blocks
from stairwise.numerics._weighted_time import Pair
from stairwise.numerics.bounds import paper_bounds_of
from stairwise.numerics.extras import MissingExtra
from stairwise.numerics.sharp_bounds import sharp_bounds_of
from stairwise.numerics.threshold import _log_threshold as log_threshold_of_excess
from stairwise.reports.latex import booktabs, latex_number
from stairwise.reports.machine_tables import csv_text, json_text
from stairwise.reports.written import LEAST_EXCESS, Number, exact, excesses, labels, losses, margins

if TYPE_CHECKING:
    import pandas

INPUTS = ("depth", "ratio", "s", "f")
PLAIN = (
    "log10_threshold",
    "log10_paper_lower",
    "log10_paper_upper",
    "log10_sharp_lower",
    "log10_sharp_upper",
)
BOUNDS = PLAIN[1:]
RIGOROUS = ("log10_threshold_low", "log10_threshold_high")
COLUMNS = (*INPUTS, *PLAIN)
#: For reading: the enclosure stands in for the float.
READABLE_RIGOROUS = (*INPUTS, *RIGOROUS, *BOUNDS)
FORMATS = ("text", "markdown", "latex", "csv", "json")

_LN10 = math.log(10)
_HEADERS = {
    "depth": ("N", "$N$"),
    "ratio": ("r", "$r$"),
    "s": ("s", "$s$"),
    "f": ("f", "$f$"),
    "log10_threshold": ("log10 y*", r"$\log_{10} y^*$"),
    "log10_paper_lower": ("paper ≥", "paper,\n$\\ge$"),
    "log10_paper_upper": ("paper ≤", "paper,\n$\\le$"),
    "log10_sharp_lower": ("sharp ≥", "sharp,\n$\\ge$"),
    "log10_sharp_upper": ("sharp ≤", "sharp,\n$\\le$"),
    "log10_threshold_low": ("proved ≥", "proved,\n$\\ge$"),
    "log10_threshold_high": ("proved ≤", "proved,\n$\\le$"),
}

#: Digits that text formats show; float64 thresholds and bounds are accurate to 1e-13 or better.
SHOWN_DIGITS = 6
#: Digits of a proved enclosure unless told: the last may differ by two between low and high.
PROVED_DIGITS = 10
#: r − 1 down to which float64 keeps its accuracy, by column; proved columns take any.
LEAST_EXCESSES = {"log10_threshold": LEAST_EXCESS, **dict.fromkeys(BOUNDS, 1e-300)}


@dataclass(frozen=True)
class BoundTable:
    """Rows under `columns`: floats; strings for proved enclosures, and for ratios whose float is 1.

    −inf is a void lower bound, or a threshold where no initialisation is incremental. `written` has
    depth, ratio, s and f of each row as they were given.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[float | str, ...], ...]
    written: tuple[tuple[Number, ...], ...]


def bound_table(
    depths: Sequence[Number],
    ratios: Sequence[Number],
    s: Sequence[Number],
    f: Sequence[Number],
    *,
    columns: Sequence[str] | None = None,
    order: int = 0,
    rigorous: bool = False,
    digits: int = PROVED_DIGITS,
) -> BoundTable:
    """Exact threshold and bounds on every combination, as log10 of y = σ0/σ*_j.

    Depth varies slowest. Numbers are float64, accurate to 1e-13 relative for ratios as written, so
    far from 1 as LEAST_EXCESSES says, and for depth, s and f as doubles. `columns` chooses among
    COLUMNS and RIGOROUS (all of COLUMNS by default, and RIGOROUS with `rigorous`), `order` is that
    of the sharp bounds. Rigorous columns are decimal strings of `digits` digits, rounded outwards
    from a ball that provably holds log10 y* of the inputs as written: "0.1" is a tenth, 0.1 the
    float nearest to it. Raises ValueError as the library does.
    """
    chosen = tuple(columns) if columns else (*COLUMNS, *(RIGOROUS if rigorous else ()))
    for name in chosen:
        if name not in _HEADERS:
            raise ValueError(f"columns must be among {', '.join(_HEADERS)}; got {name!r}")
    given = zip(INPUTS, (depths, ratios, s, f), strict=True)
    written = list(product(*([_one(name, number) for number in axis] for name, axis in given)))
    made = _columns(written, chosen, order, digits)
    rows = zip(*(made[name] for name in chosen), strict=True)
    return BoundTable(chosen, tuple(rows), tuple(written))


def _columns(
    written: Sequence[tuple[Number, ...]], chosen: Sequence[str], order: int, digits: int
) -> dict[str, Sequence[float | str]]:
    """The values of the chosen columns; nothing is computed for the others."""
    grid = np.array([list(map(float, row)) for row in written], dtype=float).reshape(-1, 4)
    made: dict[str, Sequence[float | str]] = dict(
        zip(INPUTS, (list(map(float, column)) for column in grid.T), strict=True)
    )
    # Bad arguments are refused whatever columns were chosen.
    n, r = arguments.depths(grid[:, 0]), grid[:, 1]
    _, typed_ratios, typed_s, typed_f = zip(*written, strict=True) if written else ((),) * 4
    _require_ratios(typed_ratios)
    _require_fractions(typed_s, typed_f)
    # A column of csv that says 1 would belong to no ratio.
    made["ratio"] = [str(ratio) if float(ratio) == 1 else float(ratio) for ratio in typed_ratios]
    low, high = arguments.fractions(grid[:, 2], grid[:, 3])
    orders = whole("order", order, 0)
    pair = Pair.of(n, r, low, high)._replace(gap=excesses(typed_ratios))
    _require_apart(typed_ratios, pair.gap, chosen)
    if "log10_threshold" in chosen:
        threshold = in_blocks(log_threshold_of_excess, n, r, pair.gap, low, high)
        made["log10_threshold"] = _log10(threshold)
    if not set(chosen).isdisjoint(BOUNDS):
        paper = paper_bounds_of(pair, margins(typed_ratios, typed_f))
        made.update(zip(BOUNDS[:2], map(_log10, paper), strict=True))
        if not set(chosen).isdisjoint(BOUNDS[2:]):
            sharp = sharp_bounds_of(pair, orders, paper)
            made.update(zip(BOUNDS[2:], map(_log10, sharp), strict=True))
    if not set(chosen).isdisjoint(RIGOROUS):
        from stairwise.numerics.rigorous import log10_threshold_decimals

        proved = [
            log10_threshold_decimals(depth, ratio, s, f, digits) for depth, ratio, s, f in written
        ]
        made["log10_threshold_low"] = [decimals.low for decimals in proved]
        made["log10_threshold_high"] = [decimals.high for decimals in proved]
    return made


def _require_ratios(ratios: Sequence[Number]) -> None:
    """As written: 1.00000000000000000001 is a ratio, though its double is 1."""
    for ratio in dict.fromkeys(ratios):
        # The double first: it bounds the digits of the exact number.
        if not (1 <= float(ratio) < math.inf and exact(ratio) > 1):
            raise ValueError(f"ratio must be {arguments.RATIO_RULE}; got {shown(ratio)}")


def _require_fractions(s: Sequence[Number], f: Sequence[Number]) -> None:
    """Named as written: what is wrong may be the double of 0.99999999999999999999."""
    for low, high in dict.fromkeys(zip(s, f, strict=True)):
        if not 0 < float(low) < float(high) < 1:
            raise ValueError(
                f"s and f must be such that {arguments.FRACTION_RULE} as float64; "
                f"got s = {shown(low)}, f = {shown(high)}"
            )


def _require_apart(ratios: Sequence[Number], gaps: Floats, chosen: Sequence[str]) -> None:
    """ValueError for the first ratio too close to 1 for a chosen column of floats."""
    for name in chosen:
        least = LEAST_EXCESSES.get(name, 0.0)
        for ratio, gap in zip(ratios, gaps, strict=True):
            if gap < least:
                raise ValueError(
                    f"ratio must be at least 1 + {least:g} for {name}; got {shown(ratio)}"
                )


def _one(name: str, number: Number) -> Number:
    """The number, or decimal text, as given; what has no exact value of its own as a float."""
    if not isinstance(number, str):
        value = one_number(name, reals(name, number))
        return number if isinstance(number, Fraction | Decimal) else value
    try:
        float(number)
    except ValueError:
        raise ValueError(f"{name} must be a number; got {shown(number)}") from None
    return number


def _log10(values: float | Floats) -> list[float]:
    return [float(value) / _LN10 for value in np.asarray(values)]


def frame(table: BoundTable) -> "pandas.DataFrame":
    """The table as a pandas DataFrame; proved columns stay exact strings.

    Raises MissingExtra without pandas (the extra `notebooks`).
    """
    try:
        import pandas
    except ImportError:
        raise MissingExtra("a data frame", "pandas", "notebooks") from None

    return pandas.DataFrame(list(table.rows), columns=list(table.columns))


def render(table: BoundTable, format: str) -> str:
    """The table in one of FORMATS, ending in a newline. Text formats show six digits."""
    choice("format", format, FORMATS)
    if format == "csv":
        return csv_text(table.columns, table.rows)
    if format == "json":
        return json_text(table.columns, table.rows)
    tex = format == "latex"
    headers = [_HEADERS[name][tex] for name in table.columns]
    cells = _cells(table, tex=tex)
    drawn = booktabs(headers, cells) if tex else _drawn(headers, cells, format)
    legend = _legend(cells)
    if format == "markdown":
        comment = f"<!-- {'; '.join(_notes(table))} -->" if _notes(table) else ""
        return "\n\n".join(filter(None, (drawn, "; ".join(legend), comment))) + "\n"
    notes = [*_notes(table), *legend]
    if not notes:
        return f"{drawn}\n"
    lines = "\n".join(notes)
    return f"% {'; '.join(notes)}\n{drawn}\n" if tex else f"{drawn}\n\n{lines}\n"


def _drawn(headers: Sequence[str], cells: Sequence[Sequence[str]], format: str) -> str:
    from tabulate import tabulate

    style = {"text": "simple", "markdown": "pipe"}[format]
    right = ("right",) * len(headers)
    return tabulate(cells, headers, tablefmt=style, disable_numparse=True, colalign=right)


def _notes(table: BoundTable) -> list[str]:
    """What the digits are worth."""
    proved = [name for name in table.columns if name in RIGOROUS]
    floats = [name for name in table.columns if name in PLAIN]
    words = []
    if proved:
        words.append("proved: low ≤ log10 y* ≤ high by ball arithmetic")
    if floats:
        which = "the others: " if proved else ""
        words.append(
            f"{which}{SHOWN_DIGITS} digits of float64, accurate to 1e-13 relative, not proved"
        )
        words += losses(table.written)
    return words


def _legend(cells: Sequence[Sequence[str]]) -> list[str]:
    """What the words among the numbers mean."""
    words = {"void": "the bound says nothing", "none": "no initialisation is incremental"}
    shown = {cell for row in cells for cell in row}
    return [f"{word}: {meaning}" for word, meaning in words.items() if word in shown]


def _cells(table: BoundTable, *, tex: bool) -> list[list[str]]:
    """What is shown, column by column: different inputs of a column are to look different."""
    if not table.rows:
        return []
    inputs = dict(zip(INPUTS, zip(*table.written, strict=True), strict=True))
    columns = []
    for name, values in zip(table.columns, zip(*table.rows, strict=True), strict=True):
        if name in INPUTS:
            different = list(dict.fromkeys(inputs[name]))
            label = dict(zip(different, labels(different), strict=True))
            texts = [label[number] for number in inputs[name]]
        else:
            texts = [_cell(name, value) for value in values]
        columns.append([_mathematics(text) for text in texts] if tex else texts)
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(column: str, value: float | str) -> str:
    if isinstance(value, str):
        return "none" if value == "-inf" else value
    if value == -math.inf:
        # A void lower bound says nothing; an upper bound of −inf says that nothing is incremental.
        return "void" if column.endswith("lower") else "none"
    return f"{value:.{SHOWN_DIGITS}g}"


def _mathematics(text: str) -> str:
    if text in ("void", "none"):
        return text
    return r"$\infty$" if text == "∞" else f"${latex_number(text)}$"
