"""Derive, compute and verify the theory of incremental learning: values learned one at a time.

`stairwise.numerics` computes, `stairwise.theory` holds the statements and their derivations, and
`stairwise.reports` makes tables, figures and the command line. Each is imported on first use:
`import stairwise` alone loads nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stairwise import numerics, reports, theory

    __version__: str

__all__ = ["__version__", "numerics", "reports", "theory"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("stairwise")
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__doc__"]
