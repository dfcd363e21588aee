"""Archive: the file of a backup, a tar of the manifest and then the dump."""

import hashlib
import io
import os
import tarfile
from pathlib import Path
from typing import IO

from config.backups.manifest import Manifest, ManifestError

MANIFEST = "manifest.json"
DUMP = "database.dump"
# How a file of pg_dump begins: what ``backup`` wrote before there were archives.
PLAIN_DUMP = b"PGDMP"
BLOCK = 1 << 20


class ArchiveError(Exception):
    """What is wrong with a file, as the end of a sentence that begins with its name."""


def hash_file(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_archive(target: IO[bytes], *, manifest: Manifest, dump: Path) -> None:
    """Write both, one after the other; the target need not be able to seek."""
    content = manifest.as_json()
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(_describe(MANIFEST, len(content)), io.BytesIO(content))
        with dump.open("rb") as source:
            tar.addfile(_describe(DUMP, manifest.size), source)


def read_archive(source: IO[bytes], *, dump: Path) -> Manifest:
    """Write the dump to that file, prove that it is what was backed up.

    Raises:
        ArchiveError: it is no archive, is cut off, or was changed.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            manifest = Manifest.from_json(_open_next(tar, MANIFEST).read())
            _copy(_open_next(tar, DUMP), dump, manifest)
    except (tarfile.TarError, EOFError):
        raise ArchiveError("is cut off, or is no backup") from None
    except ManifestError as error:
        raise ArchiveError(f"cannot be restored: {error}") from None
    return manifest


def is_plain_dump(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(PLAIN_DUMP)) == PLAIN_DUMP


def keep_on_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _describe(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _open_next(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    member = tar.next()
    content = tar.extractfile(member) if member and member.name == name else None
    if content is None:
        raise ArchiveError(f"is no backup: {name} is not in it")
    return content


def _copy(source: IO[bytes], dump: Path, manifest: Manifest) -> None:
    digest = hashlib.sha256()
    with dump.open("wb") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    if digest.hexdigest() != manifest.sha256:
        raise ArchiveError(
            "is cut off or was changed: its dump is not the one of its manifest"
        )
