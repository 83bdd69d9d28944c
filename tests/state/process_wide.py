"""What a process has once, as tests see it: read whole, set to unusual values, and compared.

Shared by the tests of every floor's public functions (`test_global_state.py`, `tests/state`).
"""

import dataclasses
import decimal
import locale
import logging
import os
import random
import re
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

import flint
import matplotlib as mpl
import mpmath
import numpy as np
from matplotlib import _pylab_helpers
from matplotlib.figure import Figure
from sympy import Basic, Dummy, MatrixBase, Q, Symbol, assuming
from sympy.assumptions.assume import global_assumptions
from sympy.core import random as sympy_random
from sympy.core.parameters import global_parameters
from sympy.polys.rings import PolyElement
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.printer import Printer
from threadpoolctl import threadpool_info

with suppress(ImportError):  # the extra `baselines`
    import sklearn.svm  # noqa: F401  # when first imported it sets variables of the environment
with suppress(ImportError):  # the extra `sweep`
    import distributed  # noqa: F401  # when first imported it adds its settings to Dask's

#: Threads that libraries start on first use and keep, for work that is handed to them.
KEPT_THREADS = re.compile(r"zarr_io|asyncio_\d+|ThreadPoolExecutor-\d+_\d+|Dask-|Profile$")


def global_state():
    """Everything global that this package or what it calls could leave changed."""
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    context = decimal.getcontext()
    return {
        "mpmath": (mpmath.mp.prec, mpmath.mp.dps, mpmath.mp.pretty, mpmath.iv.prec),
        "flint": (flint.ctx.prec, flint.ctx.dps, flint.ctx.threads, flint.ctx.pretty),
        "flint printing": (flint.ctx.unicode, flint.ctx.cap),
        "NumPy errors": (np.geterr(), np.geterrcall()),
        "NumPy printing": repr(np.get_printoptions()),
        "NumPy random": (kind, keys.tobytes(), rest),
        "random": random.getstate(),
        "decimal": (context.prec, context.rounding, str(context.traps)),
        "matplotlib": dict(mpl.rcParams),
        "pyplot's figures": list(_pylab_helpers.Gcf.figs),
        "SymPy assumptions": set(global_assumptions),
        "SymPy evaluation": dict(vars(global_parameters)),
        "SymPy printing": (pretty_use_unicode(), dict(Printer._global_settings)),
        "SymPy random": sympy_random.rng.getstate(),
        "warnings": list(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL),
        "process": (os.getcwd(), dict(os.environ), sys.getrecursionlimit(), umask()),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        "blocked signals": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "streams": (id(sys.stdout), id(sys.stderr), sys.get_int_max_str_digits()),
        "logging": (logging.root.level, list(logging.root.handlers), logging.root.manager.disable),
        "threads": _threads(),
        "BLAS threads": {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()},
    } | _of_sweeps()


def _threads():
    """Names of the threads that are ours to end."""
    for thread in threading.enumerate():
        if type(thread).__name__ == "_RefreshThread":
            thread.join(5)  # of a bar of Rich's that was told to stop, which does not wait for it
    return {t.name for t in threading.enumerate() if not KEPT_THREADS.match(t.name)}


def umask():
    """The file mode mask, read without setting it, which would itself be seen by threads."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return re.search(r"Umask:\s*(\d+)", status)[1]


def _of_sweeps():
    """Settings of what sweeps load, where it is loaded."""
    found = {}
    if "xarray" in sys.modules:
        found["xarray"] = dict(sys.modules["xarray"].get_options())
    if "dask" in sys.modules:
        found["dask"] = repr(sys.modules["dask"].config.config)
    if "zarr" in sys.modules:
        found["zarr"] = repr(sys.modules["zarr"].config.config)
    return found


def changed(before, after):
    """Names of what differs; what was loaded meanwhile is no change."""
    return [name for name in before if before[name] != after[name]]


@contextmanager
def unusual_state():
    """All of it as a user might have it, and not as it comes."""
    printing, unicode = dict(Printer._global_settings), pretty_use_unicode()
    drawn = random.getstate(), np.random.get_state(), sympy_random.rng.getstate()  # noqa: NPY002
    with (
        mpmath.workdps(7),
        flint.ctx.workprec(31),
        decimal.localcontext(prec=3, rounding=decimal.ROUND_UP),
        np.errstate(all="raise"),
        np.printoptions(precision=2, suppress=True),
        mpl.rc_context({"font.size": 31, "lines.marker": "x", "axes.grid": True,
                        "savefig.bbox": "tight", "figure.facecolor": "red"}),
        assuming(Q.negative(Symbol("a_stranger"))),
    ):  # fmt: skip
        random.seed(5)
        np.random.seed(5)  # noqa: NPY002
        sympy_random.seed(5)
        Printer.set_global_settings(order="rev-lex")
        pretty_use_unicode(not unicode)
        try:
            yield
        finally:
            pretty_use_unicode(unicode)
            Printer._global_settings.clear()
            Printer._global_settings.update(printing)
            random.setstate(drawn[0])
            np.random.set_state(drawn[1])  # noqa: NPY002
            sympy_random.rng.setstate(drawn[2])


def exact(value):
    """A result as something that compares exactly, whatever is global.

    Paths are their names, as every call has a folder of its own; seconds are left out.
    """
    if isinstance(value, mpmath.mpf):
        return value._mpf_
    if isinstance(value, flint.arb):
        return [part.man_exp() for part in (value.mid(), value.rad())]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, np.generic):
        return value.dtype.str, value.tobytes()
    if isinstance(value, Figure):
        return _drawing(value)
    if isinstance(value, PolyElement):
        return exact(value.as_expr())
    if isinstance(value, MatrixBase):
        return value.shape, exact(value.flat())
    if isinstance(value, Basic):
        return _tree(value)
    if isinstance(value, Path):
        return value.name
    if isinstance(value, Mapping):
        pairs = [(exact(k), exact(v)) for k, v in value.items() if "seconds" not in str(k)]
        return sorted(pairs, key=repr)
    if isinstance(value, set | frozenset):
        return sorted(map(exact, value), key=repr)
    if isinstance(value, tuple | list):
        return [exact(item) for item in value]
    if dataclasses.is_dataclass(value) or (
        hasattr(value, "__dict__") and not isinstance(value, Enum) and not callable(value)
    ):
        return exact(vars(value))
    if callable(value):
        return getattr(value, "__qualname__", type(value).__qualname__)
    return value.hex() if isinstance(value, float) else value


def _tree(expression):
    """An expression as it is built; dummies, which are new each time, by their names."""
    if isinstance(expression, Dummy):
        return "dummy", expression.name
    if not expression.args:
        return type(expression).__name__, str(getattr(expression, "name", expression))
    arguments = [_tree(argument) for argument in expression.args]
    # The order of a sum's terms hangs on its dummies' numbers.
    ordered = sorted(arguments, key=repr) if expression.is_Add or expression.is_Mul else arguments
    return type(expression).__name__, ordered


def _drawing(figure):
    """A figure as the picture that the library would write."""
    from stairwise.reports.style import figure_bytes

    return figure_bytes(figure, "png", 40)


@contextmanager
def hasty_threads():
    """Threads that take turns a hundred times as often as they would."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
