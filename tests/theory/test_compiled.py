"""Functions from expressions do not depend on how a session prints."""

import inspect

import pytest
from sympy import Rational, lambdify
from sympy.printing.printer import Printer

from stairwise.theory.compiled import compiled, usual_printing
from stairwise.theory.symbols import f, r, s

TERMS = r**3 + r * Rational(1, 3) + s + f


@pytest.fixture
def reversed_terms():
    before = dict(Printer._global_settings)
    Printer.set_global_settings(order="rev-lex")
    yield
    Printer._global_settings.clear()
    Printer._global_settings.update(before)


def test_the_code_is_the_same_in_any_order_of_printing(reversed_terms):
    ours, sympys = (
        inspect.getsource(make((r, s, f), TERMS, "math")) for make in (compiled, lambdify)
    )
    with usual_printing():
        usual = inspect.getsource(lambdify((r, s, f), TERMS, "math"))
    assert ours == usual != sympys
    assert Printer._global_settings["order"] == "rev-lex"
    assert compiled((r, s, f), TERMS, "math")(0.1, 0.2, 0.7) == pytest.approx(0.934333, rel=1e-6)


def test_printing_is_put_back_after_an_error(reversed_terms):
    with pytest.raises(ValueError, match="within"), usual_printing():
        raise ValueError("within" if "order" not in Printer._global_settings else "as it was")
    assert Printer._global_settings["order"] == "rev-lex"
