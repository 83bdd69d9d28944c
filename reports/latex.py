"""Prose and tables for LaTeX."""

from stairwise.reports.latex_maths import prose_and_maths


def latex_prose(text: str) -> str:
    """Prose with its formulas as mathematics, `code` as such and special characters escaped."""
    # An \\item would take a bracket for its option.
    written = prose_and_maths(text)
    return f"{{[}}{written[1:]}" if written.startswith("[") else written


def booktabs(drawn: str) -> str:
    """tabulate's raw LaTeX with booktabs rules: its booktabs format would escape the headers."""
    for rule in (r"\toprule", r"\midrule", r"\bottomrule"):
        drawn = drawn.replace(r"\hline", rule, 1)
    return f"% needs \\usepackage{{booktabs}}\n{drawn}"
