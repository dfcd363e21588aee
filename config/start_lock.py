"""Start lock: one process at a time prepares what it serves."""

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import IO

from config.localdb import LocalDatabaseError, make_data_dir
from config.program import PROGRAM


def take_lock(file: Path, *, say: Callable[[str], object]) -> IO[str]:
    """Take the lock, which lasts until it is released or this process ends.

    Another process that holds it is waited for, after a sentence that says so.

    Raises:
        LocalDatabaseError: the file cannot be made.
    """
    try:
        make_data_dir(file.parent)
        lock = file.open("a")
    except OSError as error:
        raise LocalDatabaseError(
            f"Nothing can be written in {file.parent}: {error.strerror}. Set"
            " TILLKEEPER_DATA to a directory of your own."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"Another {PROGRAM} is starting this shop; waiting for it.")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def release_lock(lock: IO[str]) -> None:
    """Release the lock, also where a child process has the same file open."""
    fcntl.flock(lock, fcntl.LOCK_UN)
    lock.close()
