"""Tables past the paper: tightness of the bounds, the law recovered blind, chains by depth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics.bounds import Bounds, paper_bounds
from stairwise.numerics.chain import neighbour_log_thresholds
from stairwise.numerics.elementary_bounds import elementary_bounds
from stairwise.numerics.law import depth_law
from stairwise.numerics.law_fit import LawFit, fit_law
from stairwise.numerics.sharp_bounds import sharp_bounds
from stairwise.numerics.threshold import log_threshold
from stairwise.reports.latex import booktabs, latex_number, latex_prose
from stairwise.reports.machine_tables import Value, csv_text, json_text
from stairwise.reports.typed_chain import typed_log_thresholds
from stairwise.reports.written import Number, exact, labels

DEPTHS = (2.0, 3.0, 4.0, 5.0, 10.0, math.inf)
RATIOS = (1.001, 1.01, 1.1, 1.5, 2.0, 5.0, 10.0, 100.0, 1000.0)
#: The paper's range, 0 < s < 1/4 and 3/4 < f < 1, almost up to its ends.
S_GRID = (0.001, 0.01, 0.05, 0.1, 0.15, 0.2, 0.249)
F_GRID = (0.751, 0.8, 0.85, 0.905, 0.95, 0.985, 0.998)
FORMATS = ("text", "markdown", "latex", "csv", "json")


#: Gains and widths are differences of natural logs of y.
TIGHTNESS = (
    "depth",
    "ratio",
    "upper_gain_least",
    "upper_gain_most",
    "lower_gain_least",
    "lower_gain_most",
    "paper_void",
    "closed_form_width",
    "sharp_width_order_0",
    "sharp_width_order_1",
)
RECOVERED = (
    "depth",
    "law",
    "exponent",
    "exponent_fitted",
    "exponent_half_width",
    "log_constant",
    "log_constant_fitted",
    "log_constant_half_width",
)
#: Of a threshold's log: its relative accuracy is 1e-13.
RIGHT_DIGITS = 13
#: log10_sigma0 in the units of the targets; larger and smaller are the pair that binds.
CHAIN = ("depth", "s", "f", "log10_sigma0", "larger", "smaller")


@dataclass(frozen=True)
class LawTable:
    """Headers and rows of cells, as text, and a note on what the numbers are.

    columns and records are the same for programs: names, and values at full precision.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    records: tuple[tuple[Value, ...], ...]
    note: str = ""

    def render(self, format: str = "text") -> str:
        """The table in one of FORMATS, ending in a newline; ValueError for another."""
        if format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}; got {format!r}")
        if format == "csv":
            return csv_text(self.columns, self.records)
        if format == "json":
            return json_text(self.columns, self.records)
        if format == "text":
            drawn = _narrow(self.headers, self.rows)
            return f"{drawn}\n\n{self.note}\n" if self.note else f"{drawn}\n"
        note = " ".join(self.note.split())
        if format == "latex":
            drawn = _latex(self.headers, self.rows)
            return f"% {note}\n{drawn}\n" if note else f"{drawn}\n"
        drawn = _markdown(self.headers, self.rows)
        return f"{drawn}\n\n{note}\n" if note else f"{drawn}\n"


def _narrow(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As text, for terminals of 80 columns: headers of several lines, as wide as what is in them.

    They are rows to tabulate, which would widen its own headers; it rules off above and below too.
    """
    from tabulate import SEPARATING_LINE, tabulate

    names = [header.split("\n") for header in headers]
    height = max(map(len, names))
    padded = [[""] * (height - len(lines)) + lines for lines in names]
    head = [list(line) for line in zip(*padded, strict=True)]
    right = ("right",) * len(headers)
    cells = [*head, SEPARATING_LINE, *map(list, rows)]
    drawn = tabulate(cells, (), "simple", disable_numparse=True, colalign=right)
    return "\n".join(drawn.splitlines()[1:-1])


def _markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from tabulate import tabulate

    names = [" ".join(header.split()) for header in headers]
    right = ("right",) * len(headers)
    return tabulate(rows, names, "pipe", disable_numparse=True, colalign=right)


def _latex(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = ["\n".join(map(latex_prose, header.split("\n"))) for header in headers]
    return booktabs(names, [list(map(_latex_cell, row)) for row in rows])


def _latex_cell(cell: str) -> str:
    """A power of ten, or a number times one, as mathematics; other text escaped."""
    if cell.startswith("10^"):
        return f"$10^{{{latex_number(cell.removeprefix('10^'))}}}$"
    number = latex_number(cell)
    return latex_prose(cell) if number == cell else f"${number}$"


def tightness_table(depths: Sequence[float] = DEPTHS, ratios: Sequence[float] = RATIOS) -> LawTable:
    """How much tighter than the paper's the closed forms are, in natural log of y.

    Over the grid of s and f in the paper's range: the least and the largest gain of the upper bound
    and of the lower bound (where the paper's is void, "void" and in how many of the fractions it
    is), and the largest distance between the closed forms themselves and between the sharp bounds
    of orders 0 and 1. The records have paper_void as a fraction, and no lower gains where it is 1.
    """
    s, f = (grid.ravel() for grid in np.meshgrid(S_GRID, F_GRID))
    rows, records = [], []
    for depth in depths:
        for ratio in ratios:
            paper, closed = (
                bounds(depth, ratio, s, f) for bounds in (paper_bounds, elementary_bounds)
            )
            above, below = map(np.asarray, (paper.upper - closed.upper, closed.lower - paper.lower))
            finite = below[np.isfinite(below)]
            void = 1 - len(finite) / len(below)
            gains: tuple[Value, Value] = _span(finite) if len(finite) else (None, None)
            widths = (_width(closed), *(_sharp_width(depth, ratio, s, f, k) for k in (0, 1)))
            record = (float(depth), float(ratio), *_span(above), *gains, void, *widths)
            records.append(record)
            shown = ["" if value is None else f"{value:.2g}" for value in record[2:]]
            rows.append((_number(depth), f"{ratio:g}", *shown[:4], f"{void:.0%}", *shown[5:]))
    headers = (
        "N",
        "r",
        "upper\ngain,\nleast",
        "most",
        "lower\ngain,\nleast",
        "most",
        "paper\nvoid",
        "width,\nclosed\nform",
        "width,\norder\n0",
        "width,\norder\n1",
    )
    note = (
        f"natural log of y; s from {S_GRID[0]:g} to {S_GRID[-1]:g}, f from {F_GRID[0]:g} to "
        f"{F_GRID[-1]:g}. gain: how much\ntighter the closed form is than the paper's bound; paper "
        "void: how often its\nlower bound says nothing; width: the largest distance of upper from "
        "lower, last\nof the sharp bounds of orders 0 and 1, where float64 ends at 1e-14 of log y"
    )
    return LawTable(headers, tuple(rows), TIGHTNESS, tuple(records), note)


def recovered_law_table(
    depths: Sequence[float] = (2.0, 2.5, *DEPTHS[1:]), s: float = 0.1, f: float = 0.9
) -> LawTable:
    """Exponent and constant fitted to thresholds alone, with 99% intervals, beside the law's.

    25 ratios with r − 1 from 1e-3 to 1e-6. At depth 2 the fit is of log(−log y*): exponent −1 and
    constant log L.
    """
    ratios = 1 + np.geomspace(1e-3, 1e-6, 25)
    rows: list[tuple[str, ...]] = []
    records: list[tuple[Value, ...]] = []
    for depth in depths:
        law = depth_law(depth, s, f)
        flat = depth == 2
        truth = (-1.0, math.log(-law.log_constant)) if flat else law
        kind = "exponential" if flat else "polynomial"
        fit = fit_law(ratios - 1, log_threshold(depth, ratios, s, f), kind)
        estimates = _estimates(fit, truth)
        records.append((float(depth), kind, *estimates))
        rows.append((_number(depth), kind, *map(format, estimates, 2 * (".9f", ".9f", ".1e"))))
    headers = (
        "N",
        "law",
        "exponent",
        "fitted",
        "± 99%",
        "log constant",
        "fitted",
        "± 99%",
    )
    return LawTable(headers, tuple(rows), RECOVERED, tuple(records))


def chain_table(
    targets: Floats | Sequence[Number],
    depths: Sequence[float] = DEPTHS,
    s: float = 0.1,
    f: float = 0.9,
) -> LawTable:
    """The largest initialisation σ0 for a whole spectrum, by depth, and the pair that binds.

    targets: an array of floats, or `typed_targets`, whose decimals are taken as they are.
    """
    rows, records = [], []
    for depth in depths:
        if isinstance(targets, np.ndarray):
            pairs = neighbour_log_thresholds(depth, targets, s, f)
        else:
            pairs = typed_log_thresholds(depth, targets, s, f)
        worst = int(np.argmin(pairs))
        log10 = float(pairs[worst]) / math.log(10)
        larger, smaller = targets[worst], targets[worst + 1]
        scale = _power_of_ten(log10) if math.isfinite(log10) else "none"
        rows.append((*labels([depth]), scale, " : ".join(labels([larger, smaller]))))
        records.append((float(depth), float(s), float(f), log10, *_apart(larger, smaller)))
    low, high = labels([s, f])
    note = f"s = {low}, f = {high}; σ0 in the units of the targets"
    if any(row[1] == "none" for row in rows):
        note += "; none: no initialisation is incremental"
    headers = ("N", "largest σ0", "binding pair")
    return LawTable(headers, tuple(rows), CHAIN, tuple(records), note)


def _power_of_ten(log10: float) -> str:
    """To four places; no more digits than float64 has right."""
    places = min(4, RIGHT_DIGITS - len(str(int(abs(log10)))))
    return f"10^{log10:.{places}f}" if places >= 0 else f"10^{log10:.{RIGHT_DIGITS - 1}e}"


def _apart(larger: Number, smaller: Number) -> tuple[Value, Value]:
    """As floats; as text where different targets have the same float."""
    if float(larger) == float(smaller) and exact(larger) != exact(smaller):
        return str(larger), str(smaller)
    return float(larger), float(smaller)


def _span(values: Floats) -> tuple[float, float]:
    return float(np.min(values)), float(np.max(values))


def _width(bounds: Bounds) -> float:
    return float(np.max(bounds.upper - bounds.lower))


def _sharp_width(depth: float, ratio: float, s: Floats, f: Floats, order: int) -> float:
    return _width(sharp_bounds(depth, ratio, s, f, order=order))


def _estimates(fit: LawFit, truth: tuple[float, float]) -> tuple[float, ...]:
    found: list[float] = []
    for estimate, true in zip((fit.exponent, fit.log_constant), truth, strict=True):
        half = (estimate.high - estimate.low) / 2
        found += [float(true), float(estimate.value), float(half)]
    return tuple(found)


def _number(depth: float) -> str:
    return "∞" if math.isinf(depth) else f"{depth:g}"
