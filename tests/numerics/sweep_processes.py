"""A real cluster on loopback: scheduler, workers and client are processes that can be killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

#: Small chunks, so that there are many moments to be killed in.
SPEC = """
quantity = "log_threshold"
chunk_cells = 500
[axes]
depth = [1.5, 2, 3, inf]
ratio = { from = 0.1, to = 10, count = 100, spacing = "log", offset = 1 }
s = { from = 0.05, to = 0.2, count = 10 }
f = { from = 0.8, to = 0.95, count = 25 }
"""
CHUNKS, CELLS = 200, 100_000
STAIRWISE = [sys.executable, "-c", "from stairwise.reports.cli import main; main()"]


def wait_for(condition, seconds=60):
    """Until the condition holds; fails the test after some seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.005)


def done_chunks(store):
    """Chunks whose record is there."""
    return sum(path.name.isdecimal() for path in Path(store).glob("status/c/*/*/*/*"))


def data_of(store):
    """Every file of a store but the lock, by path."""
    files = (path for path in Path(store).rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in files}


class Processes:
    """Starts processes in a folder, and ends all of them."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        self.spec = folder / "spec.toml"
        self.spec.write_text(SPEC)

    def start(self, *command, **more):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **more,
        )
        self.started.append(process)
        return process

    def scheduler(self):
        """A Dask scheduler; its address and process."""
        file = self.folder / f"scheduler-{len(self.started)}.json"
        module = "distributed.cli.dask_scheduler"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        process = self.start(sys.executable, "-m", module, *options, "--scheduler-file", str(file))
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        return json.loads(file.read_text())["address"], process

    def worker(self, address):
        """A Dask worker of one thread that nobody restarts."""
        module = "distributed.cli.dask_worker"
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        return self.start(sys.executable, "-m", module, address, *options)

    def sweep(self, store, *options):
        """`stairwise sweep`, running."""
        return self.stairwise("sweep", str(self.spec), "--output", str(store), *options)

    def stairwise(self, *arguments):
        """The command line, running."""
        return self.start(*STAIRWISE, *arguments)

    def finish(self, process, seconds=90):
        """Exit code and standard error of a process that ends by itself."""
        _, errors = process.communicate(timeout=seconds)
        return process.returncode, errors

    def end_all(self):
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.started:
            process.communicate()
