"""Whether what changes a thing that the process has once holds the lock, whoever changes it.

Threads seldom meet in such a block; that each holds the lock is seen in one thread.
"""

import warnings
from contextlib import contextmanager

import mpmath
import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from stairwise.numerics.process_state import process_lock


@contextmanager
def unguarded():
    """A list of what was changed without the lock: precision, filters of warnings, and drawings.

    Nearly every change of an artist ends in its `stale`.
    """
    found = []
    kind = type(mpmath.mp)
    precision, entered = kind.prec, warnings.catch_warnings.__enter__
    stale, saved = Artist.stale, Figure.savefig

    def check(what):
        if not process_lock._is_owned():
            found.append(what)

    def setting(context, bits):
        check("precision")
        precision.fset(context, bits)

    def filtering(block):
        check("warnings")
        return entered(block)

    def changing(artist, value):
        check(type(artist).__name__)
        stale.fset(artist, value)

    def saving(figure, *arguments, **options):
        check("savefig")
        saved(figure, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "prec", property(precision.fget, setting))
        patch.setattr(warnings.catch_warnings, "__enter__", filtering)
        patch.setattr(Artist, "stale", property(stale.fget, changing))
        patch.setattr(Figure, "savefig", saving)
        yield found
