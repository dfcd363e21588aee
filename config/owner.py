"""Owner: a connection of the role that owns the tables, for what only it may do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from config.localdb.roles import MIGRATING


def is_owner(connection: BaseDatabaseWrapper) -> bool:
    """Whether it is the owner's already, or there is no other role."""
    role = connection.settings_dict["USER"]
    return bool(settings.DATABASE_OWNER.get("USER", role) == role)


@contextmanager
def owning(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Be the owner of the tables: in this connection where it is theirs, or another.

    With the limits of ``as_owner`` in both cases, which end with the block.
    """
    if not is_owner(connection):
        with as_owner(connection):
            yield
        return
    _set_limits(connection)
    try:
        yield
    finally:
        if connection.is_usable() and not connection.needs_rollback:
            with connection.cursor() as cursor:
                for name in _LIMITS:
                    cursor.execute(f"RESET {name}")


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Connect as the owner of the tables, with a short limit for waiting on locks."""
    serving = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(settings.DATABASE_OWNER)
    try:
        _set_limits(connection)
        yield
    finally:
        connection.close()
        connection.settings_dict.update(serving)


# However long it takes, but never at the head of a queue for a lock.
_LIMITS = {"statement_timeout": "0", **MIGRATING}


def _set_limits(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, value in _LIMITS.items():
            cursor.execute(f"SET {name} = '{value}'")
