"""Command: writes the whole database to a file from which it can be restored."""

import os
import shlex
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction

from config import postgres_programs
from config.backups import encryption
from config.backups.archive import hash_file, keep_on_disk, write_archive
from config.backups.copies import CopyError, copy_by_program, copy_to
from config.backups.manifest import Manifest, read_manifest
from config.backups.prune import name_backup
from config.localdb import make_data_dir
from config.owner import as_owner
from config.program import PROGRAM
from pos.access.acts import Act
from pos.core.backups import backups_dir
from pos.management.recorded_command import RecordedCommand, record_in_every_company

# The settings that choose a shop; the restoring command needs the same.
CHOSEN_BY = (
    "TILLKEEPER_ENV_FILE",
    "TILLKEEPER_DATA",
    "TILLKEEPER_DEMO",
    "TILLKEEPER_PG_BIN",
)


class Command(RecordedCommand):
    help = "Write the database to a file, and say how to restore it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: a dated one beside the data"
        )

    def handle(self, *, file: Path | None, **options: Any) -> None:
        """Write everything as of one moment, while sales go on."""
        connection.ensure_connection()  # starts the private server, if it is that
        if settings.BACKUP_KEY:
            _refuse_unknown_key()
        path = (file or _dated_file()).absolute()
        unfinished = path.with_name(f"{path.name}.part")
        dump = path.with_name(f"{path.name}.dump.part")
        encrypted = path.with_name(f"{path.name}.age.part")
        _refuse_unwritable(path, unfinished)
        try:
            _write(unfinished, dump, encrypted)
            keep_on_disk(unfinished)
            unfinished.rename(path)
            keep_on_disk(path.parent)
        except OSError as error:
            raise CommandError(
                f"No backup was made: {path.parent} cannot be written to:"
                f" {error.strerror}."
            ) from None
        finally:
            unfinished.unlink(missing_ok=True)
            dump.unlink(missing_ok=True)
            encrypted.unlink(missing_ok=True)
        record_in_every_company(Act.BACKUP_MADE)
        self._copy(path)
        self.stdout.write(f"The backup is {path}")
        self.stdout.write("To put it in place of what is there now:")
        restore = [PROGRAM, "manage", "restore", str(path), "--replace"]
        self.stdout.write(f"  {_chosen_shop()}{shlex.join(restore)}")

    def _copy(self, path: Path) -> None:
        """Copy it off this machine, if the settings say where to."""
        program, check = settings.BACKUP_COPY_COMMAND, settings.BACKUP_COPY_CHECK
        try:
            if settings.BACKUP_COPY:
                copy = copy_to(Path(settings.BACKUP_COPY), path)
                self.stdout.write(f"Its copy is {copy}")
            if program:
                copy_by_program(program, check, path)
                self.stdout.write("BACKUP_COPY_COMMAND copied it, and it is the same.")
        except CopyError as error:
            raise CommandError(
                f"The backup is {path}, but was not copied. {error}"
            ) from None


def _dated_file() -> Path:
    backups = backups_dir()
    if not backups.exists():
        make_data_dir(backups)
        backups.chmod(0o700)
    now = datetime.now(tz=UTC)
    name = postgres_programs.find_database_name()
    return backups / name_backup(name, now)


def _refuse_unwritable(path: Path, unfinished: Path) -> None:
    """Make the file that is written first, or say why it cannot be made."""
    try:
        if path.is_dir():
            raise CommandError(f"{path} is a folder: name a file in it for the backup.")
        if path.exists() and not path.is_file():
            # A device would be replaced by a file, and missed by everybody.
            raise CommandError(f"{path} is no file: name another for the backup.")
        if not path.parent.is_dir():
            raise CommandError(
                f"There is no folder {path.parent} for the backup: make it, or name"
                " another file."
            )
        # The file holds customers' data: only its owner may read it.
        unfinished.touch(mode=0o600)
    except OSError as error:
        raise CommandError(
            f"The backup cannot be written to {path.parent}: {error.strerror}."
        ) from None


def _refuse_unknown_key() -> None:
    try:
        encryption.read_public_key(settings.BACKUP_KEY)
    except encryption.EncryptionError as error:
        raise CommandError(f"No backup was made: {error}") from None


def _write(file: Path, dump: Path, encrypted: Path) -> None:
    """Dump the database and what it comes to, as of one moment, into one file."""
    dump.touch(mode=0o600)
    with _one_moment() as (snapshot, manifest):
        done = subprocess.run(  # noqa: S603
            _dump_into(dump, snapshot),
            env=postgres_programs.build_environment(),
            check=False,
        )
    if done.returncode:
        raise CommandError("No backup was made: see the message of pg_dump above.")
    if settings.BACKUP_KEY:
        encryption.encrypt(dump, encrypted, public_key=settings.BACKUP_KEY)
        dump.unlink()
        dump = encrypted
    manifest = replace(
        manifest,
        sha256=hash_file(dump),
        size=dump.stat().st_size,
        encrypted_to=settings.BACKUP_KEY,
    )
    with file.open("wb") as target:
        write_archive(target, manifest=manifest, dump=dump)


@contextmanager
def _one_moment() -> Iterator[tuple[str, Manifest]]:
    """Yield a snapshot that pg_dump can read, and what the books come to in it."""
    with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # One role may do both, and a dump takes longer than a page may.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        manifest = read_manifest(connection)
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0], manifest


def _dump_into(file: Path, snapshot: str) -> list[str]:
    """Return the command that writes what the shop consists of, and nothing else."""
    engine = postgres_programs.newest_engine()
    return [
        engine.program("pg_dump"),
        "--format=custom",
        # ``migrate`` grants again; on another server the roles may be others.
        "--no-privileges",
        # The shop has none, and the owner could not read somebody else's.
        "--no-large-objects" if engine.major >= 16 else "--no-blobs",
        f"--snapshot={snapshot}",
        f"--file={file}",
        f"--dbname={postgres_programs.build_address()}",
    ]


def _chosen_shop() -> str:
    """Return the variables that choose this shop in a terminal, if not the default."""
    variables = dict(os.environ)
    chosen = {name: variables.get(name) for name in CHOSEN_BY}
    return "".join(f"{name}={shlex.quote(it)} " for name, it in chosen.items() if it)
