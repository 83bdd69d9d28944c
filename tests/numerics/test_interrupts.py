"""Ctrl-C comes where it does no harm, and is not lost."""

import signal
import sys
import threading

import pytest

from stairwise.numerics._interrupts import held_interrupts
from stairwise.numerics.experiments import concurrence


def test_ctrl_c_is_held_until_it_is_asked_for():
    before = signal.getsignal(signal.SIGINT)
    with held_interrupts() as check:
        check()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_handler_is_back_after_an_error(error):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(error), held_interrupts():
        raise error
    assert signal.getsignal(signal.SIGINT) is before


def test_handlers_of_others_stay(monkeypatch):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_interrupts() as check:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            check()
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_it_alone():
    found = []

    def enter():
        with held_interrupts() as check:
            check()
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGINT)]


def test_a_study_is_not_interrupted_while_it_holds_the_locks_of_its_futures(tmp_path, monkeypatch):
    wait, left = concurrence.wait, []

    def interrupted(pending, timeout, return_when):
        signal.raise_signal(signal.SIGINT)
        found = wait(pending, timeout, return_when=return_when)
        left.append(len(found.done))
        return found

    monkeypatch.setattr(concurrence, "wait", interrupted)
    runs = [concurrence.Run(3, 5, 0.0, seed, 1e-3, False) for seed in range(50)]
    store = tmp_path / "runs.jsonl"
    with pytest.raises(KeyboardInterrupt):
        concurrence.study(runs, store, workers=2)
    assert len(left) == 1
    assert len(list(concurrence.read(store))) == left[0] if left[0] else not store.exists()


def test_one_that_python_drops_is_raised_at_the_next_check():
    class Dropped:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def lost(_unraisable):
        """Python tells of it, and goes on."""

    with held_interrupts(at_once=True) as check:
        check()
        hook, sys.unraisablehook = sys.unraisablehook, lost
        try:
            Dropped()
        finally:
            sys.unraisablehook = hook
        with pytest.raises(KeyboardInterrupt):
            check()


def test_at_once_is_at_once():
    with held_interrupts(at_once=True), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
