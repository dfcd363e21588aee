"""Newer database: what later programs have made is not touched by these."""

from collections.abc import Iterable

from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from config.applied_migrations import find_unknown_migrations
from config.program import read_version

PRODUCT = "Tillkeeper "


def refuse_newer_database(connection: BaseDatabaseWrapper) -> None:
    """Raise CommandError if a later version of the programs has migrated it."""
    applied = MigrationRecorder(connection).applied_migrations()
    if find_unknown_migrations(applied):
        _refuse("This database was made", _read_note(connection))


def refuse_newer_backup(migrations: Iterable[str], *, version: str) -> None:
    """Raise CommandError if a later version has made the backup of a manifest.

    ``migrations`` are those that the database had, as ``app.name``.
    """
    applied = [
        (app, name) for app, _dot, name in (m.partition(".") for m in migrations)
    ]
    if find_unknown_migrations(applied):
        _refuse("This backup was made", version)


def note_version(connection: BaseDatabaseWrapper) -> None:
    """Write into the database which programs have migrated it last."""
    note = PRODUCT + read_version()
    if _read_note(connection) != read_version():
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(note)
            )


def _read_note(connection: BaseDatabaseWrapper) -> str:
    """Return the version that was noted; nothing if none was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('django_migrations'::regclass)")
        note = cursor.fetchone()[0] or ""
    return note.removeprefix(PRODUCT) if note.startswith(PRODUCT) else ""


def _refuse(what: str, version: str) -> None:
    own = read_version()
    # Until a version is released its migrations may change, and its number does not.
    if version == own:
        version = ""
    raise CommandError(
        f"{what} by {version or 'a later version'}; these programs are {own}. Nothing"
        f" was changed. Install {version or 'that version'} or a newer one, or restore"
        f" a backup that {own} has made."
    )
