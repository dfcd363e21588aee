"""Copies: a backup is copied off the machine, and counts once it was read back."""

import os
import shutil
from pathlib import Path

from config.backups.archive import BLOCK, hash_file, keep_on_disk


class CopyError(Exception):
    """Why there is no copy, in a sentence."""


def copy_to(folder: Path, file: Path) -> Path:
    """Copy the backup into the folder, and return the copy once it was read back.

    It gets its name only when it is whole. A folder that is missing is not made: it
    would be where a stick is mounted that somebody has taken away.
    """
    copy, unfinished = folder / file.name, folder / f"{file.name}.part"
    if not folder.is_absolute() or not folder.is_dir():
        raise CopyError(
            f"There is no folder {folder}: put in the disk that BACKUP_COPY names, or"
            " name another folder there, as a whole path."
        )
    try:
        _copy(file, unfinished)
        if hash_file(unfinished) != hash_file(file):
            raise CopyError(
                f"What was copied to {folder} is not what was read back from there:"
                " take another disk."
            )
        unfinished.rename(copy)
        keep_on_disk(folder)
    except OSError as error:
        raise CopyError(f"{folder} cannot be written to: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return copy


def _copy(file: Path, target: Path) -> None:
    """Copy to the disk itself, so that it is read back from there."""
    target.touch(mode=0o600)
    with file.open("rb") as source, target.open("wb") as written:
        shutil.copyfileobj(source, written, BLOCK)
        written.flush()
        os.fsync(written.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(written.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
