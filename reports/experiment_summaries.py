"""What an experiment found, in a few lines for a terminal: one function for each experiment.

Each takes the content of the experiment's JSON file, as the run returns it, and gives text that
ends in a newline. Runs are columns, so that 80 characters hold five depths.
"""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tabulate import tabulate

Summary = Mapping[str, Any]
Row = tuple[str, Sequence[str]]

#: Characters of a line of words.
WIDTH = 80
#: Columns of the regimes' table, from the smallest scale to the largest.
SCALES_SHOWN = 4
#: Picks shown of an order.
PICKS_SHOWN = 6


def matrix_sensing_summary(summary: Summary) -> str:
    """Recovered values and learning times by depth, beside the toy model's."""
    runs = list(summary["depths"].values())
    targets = sorted(summary["values"], reverse=True)[: _shortest(runs, "values")]
    rows = _ending(runs)
    rows.append(("effective rank", _cells(runs, "effective_rank")))
    rows += _values(runs, targets)
    rows.append(("reconstruction error", _cells(runs, "reconstruction_error")))
    for k, target in enumerate(targets):
        rows.append((f"step at half of {target:g}", _steps(runs, "measured_learning_steps", k)))
        rows.append(("  theory", _steps(runs, "predicted_learning_steps", k)))
    rows.append(("seconds", [f"{run['seconds']:.3g}" for run in runs]))
    note = f"theory: the toy model with the same targets, from σ0 = {summary['scale']:g}"
    return _by_run(_depths(summary), rows, note)


def quadratic_summary(summary: Summary) -> str:
    """Recovered eigenvalues without and with bias, beside the population's at the same time."""
    runs = list(summary["runs"].values())
    targets = sorted(summary["values"], reverse=True)[: _shortest(runs, "values")]
    rows = _ending(runs)
    rows.append(("effective rank", _cells(runs, "effective_rank")))
    for k, row in enumerate(_values(runs, targets)):
        theory = [_number(_entry(run["population_values"], k)) for run in runs]
        rows += [row, ("  theory", theory)]
    rows.append(("bias", [_number(None if r["bias"] is None else r["bias"][0]) for r in runs]))
    rows.append(("reconstruction error", _cells(runs, "reconstruction_error")))
    rows.append(("seconds", [f"{run['seconds']:.3g}" for run in runs]))
    note = (
        "theory: the population's values at the last step, with as many samples as one likes, and "
        "the bias at its optimum where there is one"
    )
    return _by_run([name.replace("_", " ") for name in summary["runs"]], rows, note)


def diagonal_summary(summary: Summary) -> str:
    """Correlation with the truth and the largest values by depth, beside the linear SVM's."""
    runs = list(summary["depths"].values())
    rows = _ending(runs)
    rows.append(("correlation with truth", _cells(runs, "correlation")))
    rows += _largest(runs, "index: value")
    rows.append(("seconds", [f"{run['seconds']:.3g}" for run in runs]))
    svm = summary["linear_svm_correlation"]
    notes = [] if svm is None else [f"linear SVM: correlation {svm:.4g}"]
    if summary["note_on_depth_1"] is not None:
        notes.append(f"depth 1 is {summary['note_on_depth_1']}")
    return _by_run(_depths(summary), rows, *notes)


def convolution_summary(summary: Summary) -> str:
    """Cosine with the truth and the frequencies learned by depth, beside the linear SVM's."""
    runs = list(summary["depths"].values())
    rows = _ending(runs)
    rows.append(("cosine with truth", _cells(runs, "cosine")))
    rows.append(("effective frequencies", _cells(runs, "effective_frequencies")))
    rows += _largest(runs, "frequency: amplitude")
    trapped = [" ".join(map(str, run["trapped_frequencies"])) or "none" for run in runs]
    rows.append(("trapped frequencies", trapped))
    rows.append(("seconds", [f"{run['seconds']:.3g}" for run in runs]))
    svm = summary["linear_svm_cosine"]
    if svm is None:
        return _by_run(_depths(summary), rows)
    number = _number(summary["linear_svm_effective_frequencies"])
    note = f"linear SVM: cosine {svm:.4g}, {number} effective frequencies"
    return _by_run(_depths(summary), rows, note)


def pursuit_summary(summary: Summary) -> str:
    """The order in which descent learns beside OMP's, and the study over seeds."""
    runs = list(summary["depths"].values())
    rows: list[Row] = [
        ("ended", [run["ended"].replace("_", " ") for run in runs]),
        ("same order as OMP", ["yes" if run["same_order"] else "no" for run in runs]),
        ("overlap with OMP", _cells(runs, "overlap")),
        ("seconds", [f"{run['seconds']:.3g}" for run in runs]),
    ]
    orders = [("OMP", summary["pursued"])]
    orders += [(f"depth {depth}", run["learned"]) for depth, run in summary["depths"].items()]
    text = _by_run(
        _depths(summary),
        rows,
        "coordinates in the order in which they are picked:",
        *(f"  {name}: {_picks(picks)}" for name, picks in orders),
    )
    if not summary["study"]:
        return text
    headers = ("depth", "non-zeros", "noise", "seeds", "same order (95%)", "overlap (95%)")
    cells = [
        (
            str(cell["depth"]),
            str(cell["sparsity"]),
            f"{cell['noise']:g}",
            str(cell["count"]),
            _with_interval(cell["same_order"], cell["same_order_interval"]),
            _with_interval(cell["overlap"], cell["overlap_interval"]),
        )
        for cell in summary["study"]
    ]
    return f"{text}\n{_drawn(cells, headers)}\n"


def agreement_summary(summary: Summary) -> str:
    """Cells that agree with the exact threshold by sample size and depth, and the farthest miss."""
    found = {(row["samples"], row["depth"]): row for row in summary["table"]}
    rows: list[Row] = []
    for samples in dict.fromkeys(row["samples"] for row in summary["table"]):
        cells = [found[samples, depth] for depth in summary["depths"]]
        shown = [f"{cell['agree']:.0%}, {cell['farthest_miss_decades']:.2g}" for cell in cells]
        rows.append((f"{samples:,} samples", shown))
    seeds = f"{summary['seeds']} seed{'s' * (summary['seeds'] != 1)}"
    note = (
        f"share of the {len(summary['ratios'])} × {len(summary['scales'])} cells, over "
        f"{seeds}, that are incremental or not as the exact threshold says, and "
        "how many decades from it the farthest is that disagrees"
    )
    return _by_run([f"depth {depth}" for depth in summary["depths"]] if rows else [], rows, note)


def regimes_summary(summary: Summary) -> str:
    """How far the limit's ℓ1 norm is above the least one, by scale and depth."""
    scales = np.asarray(summary["scales"])
    shown = np.unique(np.linspace(0, len(scales) - 1, SCALES_SHOWN).round().astype(int))
    excess = np.asarray(summary["excess_l1"])
    rows = [(f"σ0 = {scales[k]:.2g}", [f"{value:.2%}" for value in excess[:, k]]) for k in shown]
    kernel = summary["l1_norm_of_least_l2"] / summary["least_l1_norm"] - 1
    note = (
        "excess of the limit's ℓ1 norm over the least one: 0 in the rich regime; in the kernel "
        f"regime, where the limit has the least ℓ2 norm, {kernel:.2%}"
    )
    return _by_run([f"depth {depth:g}" for depth in summary["depths"]], rows, note)


def _by_run(names: Sequence[str], rows: Sequence[Row], *notes: str) -> str:
    """A column for each run, and notes in words below."""
    if not names:
        return "no run was far enough to report\n"
    drawn = _drawn([(label, *cells) for label, cells in rows], ("", *names))
    words = "\n".join(textwrap.fill(note, WIDTH) for note in notes)
    return f"{drawn}\n{words}\n" if words else f"{drawn}\n"


def _drawn(cells: Sequence[Sequence[str]], headers: Sequence[str]) -> str:
    align = ("left", *["right"] * (len(headers) - 1))
    return tabulate(
        cells,
        headers,
        "simple",
        disable_numparse=True,
        colalign=align,
        preserve_whitespace=True,
    )


def _depths(summary: Summary) -> list[str]:
    return [f"depth {depth}" for depth in summary["depths"]]


def _ending(runs: Sequence[Summary]) -> list[Row]:
    """Why, when and with what loss training ended."""
    return [
        ("ended", [run["ended"].replace("_", " ") for run in runs]),
        ("steps", [f"{run['steps']:,.0f}" for run in runs]),
        ("final loss", _cells(runs, "plain_loss")),
    ]


def _values(runs: Sequence[Summary], targets: Sequence[float]) -> list[Row]:
    """The recovered values, each beside its target."""
    return [
        (f"value {k + 1} (target {target:.4g})", [_number(run["values"][k]) for run in runs])
        for k, target in enumerate(targets)
    ]


def _largest(runs: Sequence[Summary], what: str) -> list[Row]:
    """The largest entries by rank, each with its index."""
    listed = [list(run["largest"].items()) for run in runs]
    count = min(map(len, listed), default=0)
    return [
        (
            what if rank == 0 else "",
            [f"{entries[rank][0]}: {_number(entries[rank][1])}" for entries in listed],
        )
        for rank in range(count)
    ]


def _picks(picks: Sequence[tuple[int, int]]) -> str:
    """Signed indices in order; negative ones with a minus before them."""
    words = [f"{'−' if sign < 0 else ''}{index}" for index, sign in picks[:PICKS_SHOWN]]
    return " ".join([*words, *(["…"] if len(picks) > PICKS_SHOWN else [])]) or "none"


def _with_interval(value: float, interval: Sequence[float]) -> str:
    return f"{value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"


def _shortest(runs: Sequence[Summary], key: str) -> int:
    return min((len(run[key]) for run in runs), default=0)


def _steps(runs: Sequence[Summary], key: str, place: int) -> list[str]:
    """Steps at which a value was learned; a dash where it never was."""
    found = [_entry(run[key], place) for run in runs]
    return ["–" if value is None else f"{value:,.0f}" for value in found]


def _entry(values: Sequence[float | None], place: int) -> float | None:
    """The value in its place, if it is there and finite; JSON has null for one that is not."""
    value = values[place] if place < len(values) else None
    return float(value) if value is not None and np.isfinite(value) else None


def _cells(runs: Sequence[Summary], key: str) -> list[str]:
    return [_number(run[key]) for run in runs]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
