"""Applied migrations: which of this version's the database lacks."""

from collections.abc import Iterable
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def find_missing_migrations() -> list[str]:
    """Return those that were not applied as ``app.name``, sorted."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [".".join(one) for one in sorted(_our_migrations() - applied.keys())]


def find_unknown_migrations(applied: Iterable[tuple[str, str]]) -> list[str]:
    """Return those of the applied ones that only newer programs have, sorted."""
    ours = _our_migrations()
    apps = {app for app, _name in ours}
    return sorted(
        ".".join(one) for one in applied if one not in ours and one[0] in apps
    )


@cache
def _our_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
