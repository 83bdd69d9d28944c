"""Functions from expressions, the same whatever SymPy's printing was set to.

`lambdify` prints code. An order of terms that a session has set (`init_printing(order=…)`) is
heeded there too, and a sum in another order rounds differently.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sympy import Basic, lambdify
from sympy.printing.printer import Printer

from stairwise._process_lock import process_lock


@contextmanager
def usual_printing() -> Iterator[None]:
    """SymPy's printers as they come; what was set is put back. Holds the lock of this package."""
    with process_lock:
        settings = dict(Printer._global_settings)
        Printer._global_settings.clear()
        try:
            yield
        finally:
            Printer._global_settings.update(settings)


def compiled(
    arguments: Any, value: Basic | Sequence[Basic], module: str, *, cse: bool = False
) -> Callable[..., Any]:
    """`lambdify` for one module: "math", "numpy" or "mpmath"."""
    with usual_printing():
        function: Callable[..., Any] = lambdify(arguments, value, module, cse=cse)
    return function
