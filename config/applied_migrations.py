"""Applied migrations: which of this version's the database lacks."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def find_missing_migrations() -> list[str]:
    """Return those that were not applied as ``app.name``, sorted."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [".".join(one) for one in sorted(_our_migrations() - applied.keys())]


@cache
def _our_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
