"""Functions from expressions do not depend on how a session prints."""

import inspect

import pytest
from process_wide import unusual_state
from sympy import Rational, lambdify
from sympy.printing.printer import Printer

from stairwise.theory.compiled import compiled, usual_printing
from stairwise.theory.symbols import f, r, s

TERMS = r**3 + r * Rational(1, 3) + s + f


def test_the_code_is_the_same_in_any_order_of_printing():
    usual = inspect.getsource(lambdify((r, s, f), TERMS, "math"))
    with unusual_state():
        assert inspect.getsource(lambdify((r, s, f), TERMS, "math")) != usual
        function = compiled((r, s, f), TERMS, "math")
        assert Printer._global_settings["order"] == "rev-lex"
    assert inspect.getsource(function) == usual
    assert function(0.1, 0.2, 0.7) == pytest.approx(0.934333, rel=1e-6)


def test_printing_is_put_back_after_an_error():
    with unusual_state():
        with pytest.raises(ValueError, match="within"), usual_printing():
            raise ValueError("within" if "order" not in Printer._global_settings else "as it was")
        assert Printer._global_settings["order"] == "rev-lex"
