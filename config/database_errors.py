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
from config.program import PROGRAM

# Temporary errors that psycopg reports as the server's own mistakes.
TEMPORARY = (
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
)
# Others hold what a statement waits for, or it takes longer than it may.
BUSY = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected)
# What a statement meets in a database that lacks migrations, or grants.
NOT_THERE = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.InsufficientPrivilege,
)
GRANTING = (
    f"{PROGRAM} manage migrate grants all that the serving role needs, when"
    " DATABASE_OWNER_URL names the owner of the tables."
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
    version, keeps its role from reading, is busy or does not answer. In a database of
    this version a missing table is a programming error.
    """
    text = str(error).strip().partition("\n")[0]
    if text.startswith("invalid connection option"):
        return f"The address of the database has an {text}: correct it."
    if isinstance(error.__cause__, BUSY):
        return f"The database is busy, so run the command again: {text}"
    if is_database_unavailable(error):
        return f"The database does not answer: {' '.join(str(error).split())}"
    if not isinstance(error.__cause__, NOT_THERE):
        return None
    role, may_look = _find_role()
    lacks = f"The role {role} lacks a right: {text}. {GRANTING}"
    if not may_look:
        return lacks
    if not MigrationRecorder(connection).has_table():
        return f"This database has no tables yet: {PROGRAM} manage migrate makes them."
    if find_missing_migrations():
        return (
            f"This database is of an earlier version: {PROGRAM} manage migrate updates"
            " it."
        )
    is_forbidden = isinstance(error.__cause__, errors.InsufficientPrivilege)
    return lacks if is_forbidden else None


def _find_role() -> tuple[str, bool]:
    """Return this session's role, and whether it may see what was migrated.

    Tables in a schema that it may not use are for it as if they were not there.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_user, has_schema_privilege('public', 'USAGE') AND (
                SELECT coalesce(bool_and(has_table_privilege(oid, 'SELECT')), true)
                FROM pg_class WHERE relnamespace = 'public'::regnamespace
                    AND relname = 'django_migrations')
            """
        )
        role, may_look = cursor.fetchone()
        return role, may_look
