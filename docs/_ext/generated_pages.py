"""Writes at build time what is not committed: statement and API pages, notebooks, MathJax's files.

Statements come from the catalogue, proved anew; notebooks are the shipped ones with their kept
outputs; MathJax comes from a Python package, so that formulas are rendered without a network.
"""

import inspect
import re
import shutil
from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from stairwise import numerics
from stairwise.reports.evidence import evidence_markdown
from stairwise.reports.markdown import statement_markdown
from stairwise.theory.catalogue import STATEMENTS

ROOT = Path(__file__).parents[2]
#: Not copied: other renderings, and menus in other languages.
UNUSED = shutil.ignore_patterns("SVG", "localization")
ABOUT_STATEMENTS = (
    "Written by the build from the statement objects, whose proofs it runs: setting, claim, "
    "assumptions, kind, source, derivation with the decision on every step, and false twins; then "
    "the numerical checks, run as well, and the claims that are proved over whole boxes."
)
ABOUT_API = (
    "All public names of `stairwise.numerics`; logarithms are natural unless a name says log10.\n\n"
    "In signatures `Real` is one number: an int, float, `Fraction`, `Decimal` or NumPy scalar\n"
    "(mpmath's and SymPy's are taken too). `Reals` is that, an array, or nested sequences;\n"
    "`ExactReal` a number that is taken exactly, or its text. `Floats` and `Booleans` are arrays.\n"
    "Of two signatures the first is for scalars alone; `Result` is float then."
)
ABOUT_NOTEBOOKS = "`stairwise notebook` opens them from an installed package."
log = logging.getLogger(__name__)


def write_pages(app: Sphinx) -> None:
    """Before any page is read."""
    source = Path(app.srcdir)
    _write_statements(_emptied(source / "statements"))
    _copy_notebooks(_emptied(source / "notebooks"))
    _write_api(_emptied(source / "api"))


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _write_statements(folder: Path) -> None:
    names = []
    for item in STATEMENTS:
        log.info("proving %s", item.id)
        page = f"{statement_markdown(item)}\n{evidence_markdown(item)}"
        (folder / f"{item.id}.md").write_text(page, encoding="utf-8")
        names.append(item.id)
    _write_index(folder, "Statements", ABOUT_STATEMENTS, names)


def _copy_notebooks(folder: Path) -> None:
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in paths:
        shutil.copy(path, folder)
    _write_index(folder, "Notebooks", ABOUT_NOTEBOOKS, [path.stem for path in paths])


def _write_index(folder: Path, title: str, about: str, names: list[str]) -> None:
    lines = [f"# {title}", "", about, "", "```{toctree}", ":maxdepth: 1", "", *names, "```", ""]
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")


def _write_api(folder: Path) -> None:
    """One page with every public name; classes after functions."""
    names = sorted(numerics.__all__, key=lambda name: (inspect.isclass(_named(name)), name.lower()))
    lines = ["# API reference", "", ABOUT_API, ""]
    for name in names:
        kind = "autoclass" if inspect.isclass(_named(name)) else "autofunction"
        lines += ["```{eval-rst}", f".. {kind}:: stairwise.numerics.{name}", "```", ""]
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")


def _named(name: str) -> object:
    return getattr(numerics, name)


def escape_docstring(
    app: Sphinx, what: str, name: str, item: object, options: object, lines: list[str]
) -> None:
    """Docstrings are plain text with `code`: a star is σ*, never emphasis."""
    lines[:] = [re.sub(r"([\\*|]|_(?!\w))", r"\\\1", line) for line in lines]


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Into the finished site."""
    static = Path(str(files("jupyter_server_mathjax"))) / "static"
    place = Path(app.outdir) / "_static" / "mathjax"
    if error is None and app.builder.format == "html":
        shutil.copytree(static, place, ignore=UNUSED, dirs_exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("builder-inited", write_pages)
    app.connect("build-finished", copy_mathjax)
    app.connect("autodoc-process-docstring", escape_docstring)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
