"""Names that help lists, written here too so that it comes without SymPy and Matplotlib.

A test holds them equal to the catalogue and to the figures.
"""

from textwrap import fill

#: Click's help is 80 columns wide at most, and indented by two.
WIDTH = 76

STATEMENT_IDS = (
    "toy-flow",
    "closed-form",
    "exact-threshold",
    "critical-ratio",
    "separation-bounds",
    "sharp-bounds",
    "depth-law",
    "chain",
    "descent-map",
    "descent-bounds",
    "deep-linear",
    "quadratic",
    "diagonal",
    "convolution",
)
FIGURE_NAMES = (
    "dynamics",
    "phase",
    "learning-times",
    "depth-law",
    "bounds",
    "law-crossover",
    "critical-ratio",
    "descent",
    "paper",
)


def listed(what: str, names: tuple[str, ...]) -> str:
    """A paragraph for the end of a command's help; click would break lines at hyphens."""
    text = f"{what} is one of: {', '.join(names)}."
    return "\b\n" + fill(text, WIDTH, break_on_hyphens=False)
