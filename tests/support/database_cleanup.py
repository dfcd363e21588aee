"""Database clean-up: empties the tests' database after a test that committed.

Django would empty tables with TRUNCATE, which the triggers of permanent rows refuse,
and then create permissions and content types again. Here a superuser deletes the
rows with triggers switched off in that one session: it takes a tenth of the time,
and the triggers are the same as in a shop all along.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase

from config.localdb.conf import SUPERUSER

# Tables whose rows are made by the migrations.
KEPT_TABLES = ["django_migrations", "django_content_type", "auth_permission"]


@contextmanager
def quick_cleanup() -> Iterator[None]:
    """Make TransactionTestCase, and so pytest-django, empty the tables this way.

    At the end every other connection to the database is closed, including one that
    a browser's last request may still hold.
    """
    database = connection.settings_dict
    with (
        psycopg.connect(
            host=database["HOST"],
            dbname=database["NAME"],
            user=SUPERUSER,
            autocommit=True,
            options="-c session_replication_role=replica -c lock_timeout=10s",
        ) as superuser,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(
            TransactionTestCase,
            "_fixture_teardown",
            lambda _: _empty_tables(superuser),
        )
        # A new connection would plan every query, and the checks of the books, again.
        patch.setattr(
            TransactionTestCase,
            "_should_reload_connections",
            lambda _: not connection.is_usable(),
        )
        yield
        superuser.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _empty_tables(superuser: psycopg.Connection) -> None:
    """Delete the rows of every table that has any, but of KEPT_TABLES."""
    found = superuser.execute(
        "SELECT string_agg(format('DELETE FROM %%I', relname), '; ') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND pg_relation_size(oid) > 0 AND relname <> ALL(%s)",
        [KEPT_TABLES],
    )
    (statements,) = found.fetchone()
    if statements:
        superuser.execute(statements)
