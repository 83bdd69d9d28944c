"""What holds for every test."""

import signal

import pytest
from mpmath import mp


def pytest_configure():
    """Ctrl-C interrupts: a shell's job in the background, and all that it starts, ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def quadratures(monkeypatch):
    """The arguments of mpmath's quadratures so far."""
    made, original = [], mp.quad

    def counting(*arguments, **options):
        made.append(arguments)
        return original(*arguments, **options)

    monkeypatch.setattr(mp, "quad", counting)
    return made
