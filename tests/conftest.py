"""What holds for every test."""

import signal


def pytest_configure():
    """Ctrl-C interrupts: a shell's job in the background, and all that it starts, ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
