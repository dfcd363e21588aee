"""Anchor file: adds the last link of each chain to a file, and reads it again."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sales.books.anchors import (
    KEY_LENGTH_MIN,
    Anchor,
    AnchorLine,
    find_first_problem,
    read_lines,
    write_lines,
)
from sales.books.errors import AnchorFileError, AnchorKeyError, BrokenAnchorFileError


def validate_key(key: str) -> None:
    """Raise AnchorKeyError if the key is missing, or too short to be a secret."""
    if len(key) < KEY_LENGTH_MIN:
        raise AnchorKeyError(length=KEY_LENGTH_MIN)


def append_anchors(path: Path, anchors: Sequence[Anchor], *, key: str) -> None:
    """Add a line for each chain to the file, all of them or none; make it if needed.

    They are on the disk afterwards. Two at once write one after the other.

    Raises:
        AnchorKeyError: there is no key, or it is too short.
        AnchorFileError: the file cannot be written.
        BrokenAnchorFileError: what is in the file is not as it was written.
    """
    validate_key(key)
    # Without a buffer, which would be written when the file is closed after a failure.
    with _refuse_os_errors(path), path.open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        content = file.read().decode(errors="replace")
        if content and (bad := find_first_problem(read_lines(content, key=key))):
            raise BrokenAnchorFileError(path=path, line=bad.number, why=bad.problem)
        size = file.seek(0, os.SEEK_END)
        try:
            left = memoryview(write_lines(anchors, key=key, after=content).encode())
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), size)
            raise


def read_anchors(path: Path, *, key: str) -> list[AnchorLine]:
    """Return the lines of the file, with what is wrong with each.

    Raises:
        AnchorKeyError: there is no key, or it is too short.
        AnchorFileError: the file cannot be read.
    """
    validate_key(key)
    with _refuse_os_errors(path):
        content = path.read_bytes().decode(errors="replace")
    return list(read_lines(content, key=key))


@contextmanager
def _refuse_os_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says into a refusal."""
    try:
        yield
    except OSError as error:
        raise AnchorFileError(path=path, why=error.strerror or error) from error
