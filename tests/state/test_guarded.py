"""What sets mpmath's precision or filters warnings holds the lock of the process, whoever does it.

Threads seldom meet in these blocks; that each holds the lock is seen in one thread.
"""

import warnings

import mpmath
import pytest
from all_rows import rows
from theory_rows import RESTLESS, case

from stairwise.numerics.process_state import process_lock, unwarned, working_digits
from stairwise.theory.statement import prove


@pytest.fixture
def unguarded(monkeypatch):
    """What was changed without the lock."""
    found = []
    kind = type(mpmath.mp)
    precision, entered = kind.prec, warnings.catch_warnings.__enter__

    def check(what):
        if not process_lock._is_owned():
            found.append(what)

    def setting(context, bits):
        check("precision")
        precision.fset(context, bits)

    def filtering(block):
        check("warnings")
        return entered(block)

    monkeypatch.setattr(kind, "prec", property(precision.fget, setting))
    monkeypatch.setattr(warnings.catch_warnings, "__enter__", filtering)
    return found


@pytest.mark.parametrize("row", rows(lambda row: not row.slow))
def test_a_call_holds_the_lock(row, unguarded, tmp_path):
    row.valid(tmp_path)
    assert unguarded == []


@pytest.mark.parametrize(("id", "name"), RESTLESS)
def test_a_proof_holds_the_lock(id, name, unguarded):
    prove(case(id, name))
    assert unguarded == []


def test_what_holds_no_lock_is_noticed(unguarded):
    with mpmath.workdps(20), warnings.catch_warnings():
        pass
    assert set(unguarded) == {"precision", "warnings"}
    unguarded.clear()
    with working_digits(20), unwarned(UserWarning):
        pass
    assert unguarded == []
