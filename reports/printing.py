"""SymPy's printers, as they come: whatever a session has set, and on whatever terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from sympy.printing.pretty.pretty_symbology import pretty_use_unicode

from stairwise.theory.compiled import usual_printing


@contextmanager
def printing() -> Iterator[None]:
    """Print with SymPy's own defaults and in Unicode, one thread at a time.

    Printers take settings from `init_printing` and draw in Unicode by a global flag, which SymPy
    sets by the encoding of standard output when it is imported.
    """
    with usual_printing():
        unicode = pretty_use_unicode(True)
        try:
            yield
        finally:
            pretty_use_unicode(unicode)
