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

# Temporary errors that psycopg reports as the server's own mistakes.
TEMPORARY = (
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
)


def is_database_unavailable(error: BaseException) -> bool:
    """Whether the same request may succeed a little later.

    Lock and statement timeouts, deadlocks, lost connections, a full disk, too
    many connections, or a server that is read-only since a failover.
    """
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, TEMPORARY)
    return isinstance(error, OperationalError | InterfaceError | LocalDatabaseError)


def was_never_migrated(error: ProgrammingError) -> bool:
    """Whether a table is missing because the database was never migrated.

    If it was migrated before, a missing table is a programming error.
    """
    is_missing = isinstance(error.__cause__, errors.UndefinedTable)
    return is_missing and not MigrationRecorder(connection).has_table()
