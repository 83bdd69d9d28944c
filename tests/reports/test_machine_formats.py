"""CSV and JSON have a line for each record, however narrow the terminal and long the numbers."""

import csv
import fcntl
import io
import json
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

NARROW = 20
#: Command lines whose records are wider than that, and how many records they have.
WIDE = {
    "table": (["table", "--depth", "2:4", "--ratio", "1.5"], 3),
    "rigorous": (["table", "--depth", "2", "--ratio", "2", "--rigorous", "--digits", "120"], 1),
    "chain": (["chain", "--power-law", "30:1"], 4),
}
PROGRAM = [sys.executable, "-c", "from stairwise.reports.cli import main; main()"]


def piped(given):
    """What a program that reads the output gets, with COLUMNS as a shell may export it."""
    environment = {**os.environ, "COLUMNS": str(NARROW)}
    done = subprocess.run(
        [*PROGRAM, *given], capture_output=True, text=True, env=environment, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def at_a_terminal(given):
    """The same from a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, NARROW, 0, 0))
    process = subprocess.Popen([*PROGRAM, *given], stdout=theirs, stderr=theirs)
    os.close(theirs)
    found = b""
    while True:
        try:
            piece = os.read(ours, 2**16)
        except OSError:  # so Linux says that the other end is closed
            break
        if not piece:
            break
        found += piece
    os.close(ours)
    assert process.wait(120) == 0
    return found.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("read", [piped, at_a_terminal])
@pytest.mark.parametrize("name", WIDE)
def test_records_are_not_wrapped(name, read):
    given, count = WIDE[name]
    text = read([*given, "--format", "csv"])
    lines = text.splitlines()
    assert len(lines) == 1 + count
    assert min(map(len, lines)) > NARROW
    records = list(csv.DictReader(io.StringIO(text)))

    text = read([*given, "--format", "json"])
    found = json.loads(text)
    # A line for each value, and two for each record's brackets and for those of the list.
    assert len(text.splitlines()) == 2 + count * (2 + len(found[0]))
    assert [list(record) for record in found] == [list(record) for record in records]
    if name == "rigorous":
        assert found[0]["log10_threshold_low"] == records[0]["log10_threshold_low"]
        assert len(found[0]["log10_threshold_low"]) > 120
