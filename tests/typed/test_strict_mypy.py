"""Strict mypy on a user's script, and no public function without types."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from stairwise import numerics

SCRIPT = Path(__file__).with_name("test_public_types.py")
FUNCTIONS = [name for name in numerics.__all__ if inspect.isfunction(getattr(numerics, name))]


def _vague(function: Any) -> list[str]:
    """Arguments, and "return", that are Any, a union with it, or not said."""
    hints = get_type_hints(function)
    names = [*inspect.signature(function).parameters, "return"]
    return [name for name in names if Any in _parts(hints.get(name, Any))]


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions_say_what_they_take_and_give(name: str) -> None:
    assert _vague(getattr(numerics, name)) == []
    # Imported by the script, and used in it.
    assert len(re.findall(rf"\b{name}\b", SCRIPT.read_text())) >= 2


def test_any_would_be_found() -> None:
    def untyped(depth: Any, ratio: float, order=0) -> "float | Any": ...  # type: ignore

    assert _vague(untyped) == ["depth", "order", "return"]


def _mypy(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Strict mypy as a user runs it. It does not see editable installs: those are linked to."""
    pytest.importorskip("mypy", reason="mypy is in the extra `lint`")
    environment, options = dict(os.environ), []
    if "site-packages" not in numerics.__path__[0]:
        links = folder / "stairwise"
        links.mkdir()
        for package in ("theory", "numerics"):
            (links / package).symlink_to(Path(numerics.__path__[0]).parent / package)
        environment["MYPYPATH"] = str(folder)
        options = ["--explicit-package-bases", "--follow-imports=silent"]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", *options, str(script)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_strict_mypy_sees_those_types_and_needs_every_ignore(tmp_path: Path) -> None:
    done = _mypy(SCRIPT, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_strict_mypy_finds_a_wrong_type(tmp_path: Path) -> None:
    script = tmp_path / "wrong.py"
    script.write_text(
        "from typing import assert_type\n"
        "from stairwise.numerics import log_threshold\n"
        "assert_type(log_threshold(3, [1.5], 0.1, 0.9), float)\n"
        "log_threshold('two', 1.5, 0.1, 0.9)\n"
    )
    done = _mypy(script, tmp_path)
    lines = [line.split(":")[1] for line in done.stdout.splitlines() if "error:" in line]
    assert lines == ["3", "4"], done.stdout + done.stderr
