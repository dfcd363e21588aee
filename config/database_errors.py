"""Database errors: which of them say that the database is not ready."""

from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)
from django.db.migrations.recorder import MigrationRecorder
from psycopg import errors

from config.applied_migrations import find_missing_migrations
from config.localdb import LocalDatabaseError

# Temporary errors that psycopg reports as the server's own mistakes.
TEMPORARY = (
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
)
# What a statement meets in a database that lacks migrations.
NOT_THERE = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.InsufficientPrivilege,
)


def is_database_unavailable(error: BaseException) -> bool:
    """Whether the same request may succeed a little later.

    Lock and statement timeouts, deadlocks, lost connections, a full disk, too
    many connections, or a server that is read-only since a failover.
    """
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, TEMPORARY)
    return isinstance(error, OperationalError | InterfaceError | LocalDatabaseError)


def describe_for_command(error: DatabaseError) -> str | None:
    """Return what a command says instead of a traceback; None if it is our mistake.

    That is so where the database was never migrated, was last migrated by an earlier
    version, or does not answer. In a database of this version a missing table is a
    programming error.
    """
    if is_database_unavailable(error):
        return f"The database does not answer: {' '.join(str(error).split())}"
    if not isinstance(error.__cause__, NOT_THERE):
        return None
    if not MigrationRecorder(connection).has_table():
        return "This database has no tables yet: bin/dev manage migrate makes them."
    if not find_missing_migrations():
        return None
    return "This database is of an earlier version: bin/dev manage migrate updates it."
