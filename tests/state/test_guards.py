"""The negative twins of the guards: what holds no lock is noticed, what holds it is not."""

import warnings

import mpmath
from guards import unguarded
from matplotlib.figure import Figure

from stairwise.numerics.process_state import unwarned, working_digits
from stairwise.reports.style import figure_bytes, style


def test_what_holds_no_lock_is_noticed():
    with unguarded() as found:
        with mpmath.workdps(20), warnings.catch_warnings():
            pass
        figure = Figure()
        figure.subplots().plot([1, 2])
    assert {"precision", "warnings", "Figure", "Line2D"} <= set(found)


def test_what_holds_the_lock_is_not():
    with unguarded() as found:
        with working_digits(20), unwarned(UserWarning):
            pass
        with style():
            figure = Figure()
            figure.subplots().plot([1, 2])
        figure_bytes(figure, "png", 40)
    assert found == []
