"""Every public function refuses every bad argument: a ValueError with argument, rule and value."""

import re
import signal
import warnings

import numpy as np
import pytest
from bad_calls import ALIASES, CALLEES, bad_calls

from stairwise import numerics

#: Seconds after which a call hangs.
PATIENCE = 20
#: Calls in all; 500 were asked for.
LEAST_CALLS = 3000


class Hang(BaseException):
    """A call that did not come back; no TimeoutError, which is an OSError and may be caught."""


def complaint(call):
    """What is wrong with how a call is refused, or nothing."""

    def hangs(*_):
        raise Hang

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    try:
        returned = call.make()
    except ValueError as error:
        words, text = ALIASES.get(call.argument, call.argument), str(error)
        if not re.search(rf"\b({words})\b", text) or " must " not in text:
            return f"{call} does not name argument and rule: {text}"
        if "got" not in text:
            return f"{call} does not say what it got: {text}"
        return f"{call} takes more than a line: {text}" if "\n" in text or len(text) > 900 else ""
    except BaseException as error:
        return f"{call} raises {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    return f"{call} returned {returned!r:.100}"


@pytest.mark.parametrize("name", CALLEES)
def test_bad_arguments_are_refused(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [found for call in bad_calls(name) if (found := complaint(call))] == []


def test_there_are_thousands_of_calls_and_no_public_function_is_left_out():
    assert sum(1 for name in CALLEES for _ in bad_calls(name)) >= LEAST_CALLS
    functions = {name for name in numerics.__all__ if not isinstance(getattr(numerics, name), type)}
    assert functions <= set(CALLEES)


@pytest.mark.parametrize("name", ["log_threshold", "enclose_log_threshold"])
def test_a_good_call_would_be_noticed(name):
    """The negative twin: a call with nothing wrong is reported."""
    call = next(iter(bad_calls(name)))
    good = {key: value for key, (value, _) in CALLEES[name].arguments.items()}
    assert "returned" in complaint(call._replace(arguments=good))


def test_long_values_are_cut_and_long_numbers_told_by_their_size():
    with pytest.raises(ValueError, match=r"depth must be .*; got an int of 20001 bits"):
        numerics.log_threshold(2**20000, 2, 0.1, 0.9)
    with pytest.raises(ValueError, match=r"got 'xxx.*…$") as caught:
        numerics.enclose_log_threshold("x" * 10**6, 2, "0.1", "0.9")
    assert len(str(caught.value)) < 300
    with pytest.raises(ValueError, match=r"got 'x{198}'$"):  # 200 characters with the quotes
        numerics.enclose_log_threshold("x" * 198, 2, "0.1", "0.9")
    with pytest.raises(ValueError, match="got array") as caught:
        numerics.log_threshold(np.full((60, 60), 1j), 2, 0.1, 0.9)
    assert "\n" not in str(caught.value)
