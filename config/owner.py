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
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Connect as the owner of the tables, with a short limit for waiting on locks."""
    serving = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(settings.DATABASE_OWNER)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            for name, value in MIGRATING.items():
                cursor.execute(f"SET {name} = '{value}'")
        yield
    finally:
        connection.close()
        connection.settings_dict.update(serving)
