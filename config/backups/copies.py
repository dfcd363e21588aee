"""Copies: a backup is copied off the machine, and counts once it was read back."""

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
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


def copy_by_program(command: str, check: str, file: Path) -> None:
    """Copy the backup by a program, and compare what another prints of the copy.

    In both, ``{file}`` is the whole path of the backup and ``{name}`` its name; they
    are run without a shell. ``check`` writes the copy to its standard output.

    Raises CopyError where either of them fails, or the copy is not the same.
    """
    if not check:
        raise CopyError(
            "BACKUP_COPY_CHECK is not set: it names the command that prints a copy, so"
            " that it is read back."
        )
    _run(command, file, "BACKUP_COPY_COMMAND")
    copied = _run(check, file, "BACKUP_COPY_CHECK")
    if copied != hash_file(file):
        raise CopyError(
            "What BACKUP_COPY_COMMAND copied is not what BACKUP_COPY_CHECK reads back:"
            " look at both, and at the place of the copies."
        )


def _run(command: str, file: Path, setting: str) -> str:
    """Run the command of this setting, and return the hash of what it prints."""
    named = {"{file}": str(file), "{name}": file.name}
    with tempfile.TemporaryFile() as said:
        try:
            words = shlex.split(command)
            for placeholder, value in named.items():
                words = [word.replace(placeholder, value) for word in words]
            with subprocess.Popen(  # noqa: S603  the operator's own command
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
            ) as running:
                assert running.stdout
                printed = hashlib.sha256()
                while block := running.stdout.read(BLOCK):
                    printed.update(block)
        except (OSError, ValueError) as error:
            raise CopyError(f"{setting} cannot be run: {error}.") from None
        if running.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            reason = f": {lines[-1][:200]}" if lines else ""
            raise CopyError(f"{setting} ended with {running.returncode}{reason}.")
    return printed.hexdigest()


def _copy(file: Path, target: Path) -> None:
    """Copy to the disk itself, so that it is read back from there."""
    target.touch(mode=0o600)
    with file.open("rb") as source, target.open("wb") as written:
        shutil.copyfileobj(source, written, BLOCK)
        written.flush()
        os.fsync(written.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(written.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
