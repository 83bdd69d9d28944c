"""Prose, numbers and tables for LaTeX."""

import re
from collections.abc import Sequence

from stairwise.reports.latex_maths import prose_and_maths

#: Rows of a page of an article, beside a caption and the headers.
PAGE_ROWS = 35
#: Characters of a row's source that surely fit the 345 pt of an article: most take 5 pt.
LINE_CHARACTERS = 60

_POWER = re.compile(r"([-+]?)([\d.]+)[eE]([-+]?\d+)")
#: Shrunk to the line's width, never widened.
_SHRINK = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"
_SMALL = r"\begingroup\footnotesize\setlength{\tabcolsep}{2pt}\LTleft=0pt\LTright=0pt"
#: What is left of the line between the columns.
_SPREAD = r"\extracolsep{\fill}"
_OVER_PAGES = "% more rows than a page has: a longtable is not for a float, nor for two columns"


def latex_prose(text: str) -> str:
    """Prose with its formulas as mathematics, `code` as such and special characters escaped."""
    # An \\item would take a bracket for its option.
    written = prose_and_maths(text)
    return f"{{[}}{written[1:]}" if written.startswith("[") else written


def latex_number(text: str) -> str:
    """A number for mathematics: 1.9e-06 would be set as a product with e, less 6."""
    found = _POWER.fullmatch(text)
    if found is None:
        return text
    sign, digits, exponent = found.groups()
    factor = "" if float(digits) == 1 else rf"{digits}\times "
    return f"{sign}{factor}10^{{{int(exponent)}}}"


def booktabs(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of LaTeX cells that fits an article's page, after the packages that it needs.

    Headers may be of several lines. A wide table is shrunk by TeX, which knows the line's width; a
    tall one goes on over pages, in small print if it is wide, as a longtable cannot be shrunk.
    """
    head, body = _lines(headers, rows)
    wide = max(map(len, [*head, *body])) > LINE_CHARACTERS
    tall = len(body) > PAGE_ROWS
    spread = _SPREAD if tall and wide else ""
    columns = f"{{@{{{spread}}}{'r' * len(headers)}@{{}}}}"
    drawn = _tall(columns, head, body) if tall else _short(columns, head, body)
    packages = ["booktabs"]
    if tall:
        packages.append("longtable")
        drawn = [_OVER_PAGES, *([_SMALL, *drawn, r"\endgroup"] if wide else drawn)]
    elif wide:
        packages.append("graphicx")
        drawn = [r"\noindent", _SHRINK, *drawn[:-1], f"{drawn[-1]}%", "}"]
    return "\n".join([*(f"% needs \\usepackage{{{name}}}" for name in packages), *drawn])


def _lines(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Lines of the headers and of the rows, aligned: tabulate's booktabs would escape the cells."""
    from tabulate import simple_separated_format, tabulate

    names = [header.split("\n") for header in headers]
    height = max(map(len, names))
    padded = [[""] * (height - len(lines)) + lines for lines in names]
    cells = [*map(list, zip(*padded, strict=True)), *map(list, rows)]
    drawn = tabulate(
        cells,
        tablefmt=simple_separated_format(" & "),
        disable_numparse=True,
        colalign=("right",) * len(headers),
    )
    lines = [rf"{line} \\" for line in drawn.splitlines()]
    return lines[:height], lines[height:]


def _short(columns: str, head: list[str], body: list[str]) -> list[str]:
    rows = [r"\toprule", *head, r"\midrule", *body, r"\bottomrule"]
    return [rf"\begin{{tabular}}{columns}", *rows, r"\end{tabular}"]


def _tall(columns: str, head: list[str], body: list[str]) -> list[str]:
    """With its headers on every page."""
    ends = [r"\toprule", *head, r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot"]
    return [rf"\begin{{longtable}}{columns}", *ends, *body, r"\end{longtable}"]
