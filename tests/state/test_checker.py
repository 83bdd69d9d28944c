"""The negative twins: what leaks, or hangs on what is global, is noticed by the checks."""

import logging
import os
import random
import signal
import sys
import threading
import warnings
from contextlib import contextmanager

import matplotlib as mpl
import mpmath
import numpy as np
import pytest
from process_wide import changed, exact, global_state, unusual_state
from rows import cut_short, own_calls, public
from sympy import Q, Symbol, latex
from sympy.assumptions.assume import global_assumptions
from sympy.core import random as sympy_random
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.printer import Printer
from threadpoolctl import threadpool_limits

from stairwise.reports import grids

FACT = Q.positive(Symbol("leaked"))


@contextmanager
def put_back():
    """Undoes the leaks below, so that they reach no other test."""
    mask = os.umask(0o22)
    os.umask(mask)
    limit, recursion, digits = threadpool_limits(None), sys.getrecursionlimit(), mpmath.mp.dps
    handler, unicode = signal.getsignal(signal.SIGTERM), pretty_use_unicode()
    settings, level = np.geterr(), logging.root.level
    with warnings.catch_warnings(), mpl.rc_context():
        yield
    os.umask(mask)
    limit.restore_original_limits()
    sys.setrecursionlimit(recursion)
    mpmath.mp.dps = digits
    signal.signal(signal.SIGTERM, handler)
    pretty_use_unicode(unicode)
    Printer._global_settings.pop("order", None)
    np.seterr(**settings)
    logging.root.setLevel(level)
    global_assumptions.discard(FACT)
    os.environ.pop("LEAKED", None)


LEAKS = {
    "mpmath": lambda: setattr(mpmath.mp, "dps", 40),
    "NumPy errors": lambda: np.seterr(over="raise"),
    "NumPy random": lambda: np.random.rand(),  # noqa: NPY002
    "random": random.random,
    "matplotlib": lambda: mpl.rcParams.update({"font.size": 3}),
    "SymPy assumptions": lambda: global_assumptions.add(FACT),
    "SymPy printing": lambda: Printer.set_global_settings(order="grlex"),
    "SymPy random": sympy_random.rng.random,
    "warnings": lambda: warnings.simplefilter("ignore", ResourceWarning),
    "process": lambda: os.environ.update(LEAKED="1"),
    "signals": lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
    "logging": lambda: logging.root.setLevel(7),
    "BLAS threads": lambda: threadpool_limits(3),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_noticed(name):
    with put_back():
        before = global_state()
        LEAKS[name]()
        assert changed(before, global_state()) == [name]


def test_a_leaked_mask_recursion_limit_and_thread_are_noticed():
    with put_back():
        for leak in (lambda: os.umask(0o77), lambda: sys.setrecursionlimit(4321)):
            before = global_state()
            leak()
            assert changed(before, global_state()) == ["process"]
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait, name="left behind")
    before = global_state()
    thread.start()
    assert changed(before, global_state()) == ["threads"]
    ended.set()
    thread.join()


@pytest.mark.parametrize(
    "reads",
    [
        lambda: mpmath.mpf(1) / 3,
        lambda: np.exp(np.array([-800.0])),
        lambda: mpl.rcParams["font.size"],
        random.random,
        lambda: latex(Symbol("a") + Symbol("b") ** 2),
    ],
)
def test_a_result_that_hangs_on_the_state_is_noticed(reads):
    usual = exact(reads())
    with unusual_state():
        try:
            found = exact(reads())
        except FloatingPointError as error:
            found = str(error)
    assert found != usual


def test_ctrl_c_comes_where_it_is_told_to_and_a_leak_on_it_is_noticed():
    def run():
        grids.parse_grid("s", ["0.1", "0.2"])

    def leaky():
        os.environ["LEAKED"] = "1"
        run()
        del os.environ["LEAKED"]

    count = own_calls(run)
    assert count >= 3
    assert cut_short(run, count)
    assert not cut_short(run, count + 1)
    with put_back():
        before = global_state()
        leaky()
        assert not changed(before, global_state())
        assert cut_short(leaky, 1)
        assert changed(before, global_state()) == ["process"]


def test_functions_methods_and_cached_functions_count_as_public():
    found = public("stairwise.numerics.experiments") | public("stairwise.theory")
    assert {"pursuit.compare", "pursuit.Problem.paper", "model.flow_rate"} <= found
    assert not [name for name in found if "._" in name]
