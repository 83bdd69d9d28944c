"""SymPy's printers, as they come: whatever a session has set, and on whatever terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.printer import Printer

from stairwise.numerics.process_state import process_lock


@contextmanager
def printing() -> Iterator[None]:
    """Print with SymPy's own defaults and in Unicode, one thread at a time.

    Printers take settings from `init_printing` and draw in Unicode by a global flag, which SymPy
    sets by the encoding of standard output when it is imported.
    """
    with process_lock:
        settings, unicode = dict(Printer._global_settings), pretty_use_unicode(True)
        Printer._global_settings.clear()
        try:
            yield
        finally:
            Printer._global_settings.update(settings)
            pretty_use_unicode(unicode)
