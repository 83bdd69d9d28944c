"""One writer at a time: an advisory lock that the operating system drops when its holder dies."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the lock on a file, which is created; ValueError naming the holder where it is taken.

    It is `flock`: released when the process ends in any way, SIGKILL included, so that no stale
    lock needs removing. It holds between processes of one host on any local file system, and
    between hosts on NFS (Linux 2.6.12 or later, lock service running) and on Lustre mounted with
    `flock`; where a file system has no such lock, ValueError says so.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                reason = f"{error.strerror}: its file system has no locks"
                raise ValueError(f"output must be a folder that can be locked; {reason}") from None
            holder = os.read(handle, 200).decode(errors="replace").strip() or "another process"
            raise ValueError(
                f"output must have one writer at a time; it is being written by {holder}"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
