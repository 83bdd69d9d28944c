"""A row for every public function: a call that it takes, and one that it refuses.

Rows of a floor are in the `*_rows.py` beside this; `public` says what must have one.
"""

import inspect
import pkgutil
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

#: Where the package's own code is: the folder of the editable install, or of the installed one.
HOMES = tuple(
    str(Path(import_module(f"stairwise.{floor}").__file__).parent)
    for floor in ("theory", "numerics", "reports")
)


class Row(NamedTuple):
    """A public function: calls are given a new folder; no failing one where nothing is refused."""

    name: str
    valid: Callable[[Path], Any]
    failing: Callable[[Path], Any] | None = None
    error: type[BaseException] = ValueError
    slow: bool = False


def modules(package):
    """Names of the modules of a package, itself first, whose names say that they are public."""
    found = import_module(package)
    names = [package]
    for item in pkgutil.walk_packages(found.__path__, f"{package}."):
        if not any(part.startswith("_") for part in item.name.split(".")):
            names.append(item.name)
    return names


def public(package):
    """Public functions, and public methods of public classes, as MODULE.NAME below the package."""
    found = set()
    for module in map(import_module, modules(package)):
        short = module.__name__.removeprefix(f"{package}").removeprefix(".")
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            place = f"{short}.{name}" if short else name
            if inspect.isfunction(inspect.unwrap(value)):  # as it is, or with a cache
                found.add(place)
            elif inspect.isclass(value):
                found |= {f"{place}.{method}" for method in _methods(value)}
    return found


def _methods(kind):
    """Methods that a class defines itself; fields, properties and what Python calls are none."""
    for name, value in vars(kind).items():
        if not name.startswith("_") and (
            inspect.isfunction(value) or isinstance(value, classmethod | staticmethod)
        ):
            yield name


def own_calls(run):
    """How many calls of the package's own functions a run makes in this thread."""
    count = 0

    def counted(frame, event, _):
        nonlocal count
        if event == "call" and _is_ours(frame):
            count += 1

    with _profiled(counted):
        run()
    return count


def cut_short(run, at):
    """Run until the package's own function number `at` is entered: there comes Ctrl-C.

    Whether it came; what the run makes of it is its own affair.
    """
    count, came = 0, False

    def interrupt(frame, event, _):
        nonlocal count, came
        if event == "call" and _is_ours(frame):
            count += 1
            if count == at:
                came = True
                raise KeyboardInterrupt

    with _profiled(interrupt), suppress(KeyboardInterrupt):
        run()
    return came


@contextmanager
def _profiled(hook):
    before = sys.getprofile()
    sys.setprofile(hook)
    try:
        yield
    finally:
        sys.setprofile(before)


def _is_ours(frame):
    """A function of the package; not a generator, which is entered again to be closed."""
    generator = frame.f_code.co_flags & inspect.CO_GENERATOR
    return not generator and frame.f_code.co_filename.startswith(HOMES)


def held(context):
    """What a context manager gives, by its type."""
    with context as found:
        return type(found).__name__
