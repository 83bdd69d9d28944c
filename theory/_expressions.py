"""Only expressions come in: SymPy evaluates text given to `subs` or `S` as Python code."""

from typing import Any

from sympy import Expr, S


def expression(name: str, value: Any) -> Expr:
    """A SymPy expression, or an int as one; ValueError for everything else, text above all."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return S(value)
    raise ValueError(f"{name} must be a SymPy expression or an int; got {value!r}")
