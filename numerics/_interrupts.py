"""Ctrl-C when we choose: inside `concurrent.futures` it can leave locks held for ever."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def held_interrupts(*, at_once: bool = False) -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back; the function that this gives raises KeyboardInterrupt if one has come.

    With `at_once` it is raised where it comes as well: Python drops it inside callbacks of weak
    references, and it would be lost.

    `concurrent.futures.wait` acquires the lock of every future in turn: an exception between two
    leaves the first ones locked, and the pool's own thread waits for them without end. Does nothing
    outside the main thread, or where Ctrl-C does not raise anyway.
    """
    come: list[int] = []

    def check() -> None:
        if come:
            raise KeyboardInterrupt

    def note(number: int, _: Any) -> None:
        come.append(number)
        if at_once:
            raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield check
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
