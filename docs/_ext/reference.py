"""How the reference reads: short signatures, no constants, indices and powers set as such."""

import inspect
import re
from typing import Any

from sphinx.application import Sphinx

#: What `Floats` means to NumPy's types, and to a reader.
_FLOATS = re.compile(r"~?(?:numpy\.)?ndarray\[tuple\[.*?\.\.\.\], .*?dtype\[.*?\]\]")
_ANY = re.compile(r": ~?(?:typing\.)?Any(?! \|)")
#: An index or a power in braces, or of one letter; not within `code` or a longer name.
_INDEX = re.compile(
    r"(`[^`]*`)|(\\?_|\^)\{([^{}]*)\}|(?<![^\W_]{2})(?<=[^\s`\\])([_^])([^\W_])(?!\w)"
)


def shorten_signature(*event: Any) -> tuple[str, str | None] | None:
    """Signatures without `Any`, and arrays as such: what arguments may be is in the text."""
    signature, returned = event[-2:]
    if signature is None:
        return None
    if returned is not None:
        returned = None if returned.endswith("Any") else _FLOATS.sub("ndarray", returned)
    return _ANY.sub("", _FLOATS.sub("ndarray", signature)), returned


def skip_constants(
    app: Sphinx, what: str, name: str, item: object, skip: bool, options: object
) -> bool | None:
    """Of a module, its functions and classes: settings are in the code beside their reasons."""
    shown = inspect.isclass(item) or inspect.isfunction(item)
    return True if what == "module" and not shown else None


def set_indices(
    app: Sphinx, what: str, name: str, item: object, options: object, lines: list[str]
) -> None:
    """σ*_{k+1} with its index below, y^{1−p} with its power above; blocks stay as they are."""
    lines[:] = [line if line.startswith("    ") else _INDEX.sub(_role, line) for line in lines]


def _role(match: re.Match[str]) -> str:
    code, outer, group, inner, letter = match.groups()
    if code:
        return str(code)
    return rf"\ :{'sup' if '^' in (outer, inner) else 'sub'}:`{group or letter}`\ "


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("autodoc-skip-member", skip_constants)
    # After stars and underscores have been escaped.
    app.connect("autodoc-process-docstring", set_indices, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
