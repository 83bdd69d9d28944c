"""What a process has only once, changed for a while: by one thread at a time, and always put back.

mpmath's and FLINT's working precision, Python's warning filters and Matplotlib's settings are
global: a block that changes one and restores it is right alone, but where two threads' blocks
interleave, the second puts back what the first had set. So all such blocks of this package hold one
lock. Blocks nest. Code outside the package that changes the same state without the lock is not
held off.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from stairwise._process_lock import process_lock

__all__ = ["process_lock", "unwarned", "usual_arithmetic", "usual_errors", "working_digits"]

#: mpmath's own: the digits of a double.
USUAL_DIGITS = 15


@contextmanager
def working_digits(digits: int) -> Iterator[None]:
    """Let mpmath work at this many decimal digits."""
    from mpmath import mp

    with process_lock, mp.workdps(digits):
        yield


def usual_errors() -> np.errstate:
    """NumPy's errors as they come, which other libraries are written for; for this thread alone."""
    return np.errstate(divide="warn", over="warn", under="ignore", invalid="warn")


@contextmanager
def usual_arithmetic() -> Iterator[None]:
    """mpmath and NumPy as they come, whatever a session has set."""
    with working_digits(USUAL_DIGITS), usual_errors():
        yield


@contextmanager
def unwarned(category: type[Warning], message: str = "") -> Iterator[None]:
    """Show no warnings of a category whose text starts with the message (a pattern)."""
    with process_lock, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message, category)
        yield
