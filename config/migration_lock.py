"""Migration lock: only one process at a time changes the tables of a database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper

# The advisory lock in the database. The number has no meaning.
KEY = 7_455_236

WAIT_SECONDS = 600


@contextmanager
def migration_lock(
    connection: BaseDatabaseWrapper,
    *,
    say: Callable[[str], object],
    wait_seconds: float = WAIT_SECONDS,
) -> Iterator[None]:
    """Hold the lock of this database; say so if another process holds it.

    It ends with the connection, so a process that is killed leaves none behind.

    Raises:
        CommandError: another process still holds it after ``wait_seconds``.
    """
    give_up = time.monotonic() + wait_seconds
    is_waiting = False
    while not _try_lock(connection):
        if not is_waiting:
            say("Another migrate is at work on this database; waiting for it.")
            is_waiting = True
        if time.monotonic() > give_up:
            raise CommandError(
                "Another migrate is still at work on this database: nothing was"
                " changed here. Try again when it has ended."
            )
        time.sleep(0.2)
    try:
        yield
    finally:
        _unlock(connection)


def _try_lock(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
        return bool(cursor.fetchone()[0])


def _unlock(connection: BaseDatabaseWrapper) -> None:
    # A connection that broke has lost the lock already.
    if connection.connection is not None and not connection.connection.closed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [KEY])
