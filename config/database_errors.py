"""Database errors: which of them say that the database is not ready."""

from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.db.migrations.recorder import MigrationRecorder
from psycopg import errors

from config.localdb import LocalDatabaseError

# What psycopg counts among the server's own mistakes.
TEMPORARY = (
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
)


def is_database_unavailable(error: BaseException) -> bool:
    """Whether the same request may well succeed a little later.

    Lock and statement timeouts, deadlocks, lost connections, a full disk, too
    many connections, a server that only reads since another took its place.
    """
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, TEMPORARY)
    return isinstance(error, OperationalError | InterfaceError | LocalDatabaseError)


def was_never_migrated(error: ProgrammingError) -> bool:
    """Whether a table is missing since none was ever made.

    In a database that was migrated once, the mistake is ours.
    """
    is_missing = isinstance(error.__cause__, errors.UndefinedTable)
    return is_missing and not MigrationRecorder(connection).has_table()
