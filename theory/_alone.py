"""SymPy alone: what it changes that is global is put back, one thread at a time.

Evaluation sets mpmath's precision for a while, and simplification draws from SymPy's own random
numbers to test guesses. Threads that interleave would leave another's precision behind; draws would
move the user's random numbers, and verdicts would hang on them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sympy.core.random import rng

from stairwise._process_lock import process_lock


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of this package; SymPy's random numbers are the same in every block."""
    with process_lock:
        before = rng.getstate()
        rng.seed(1909)
        try:
            yield
        finally:
            rng.setstate(before)
