"""Examples in docstrings print what they show."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["precise", "rigorous"])
def test_examples_print_what_they_show(name: str) -> None:
    done = doctest.testmod(import_module(f"stairwise.numerics.{name}"))
    assert done.attempted > 0
    assert done.failed == 0
