"""Books in tests: the checks that run after every test, and all rows to compare."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from sales.books import catalogue, guards
from sales.books.check import Scope
from sales.books.every import CHECKS

# Whether the constraints and triggers are there does not change while a test runs;
# tests/sales/books tries these checks by themselves.
SCHEMA_CHECKS = frozenset(check.id for check in (*catalogue.CHECKS, *guards.CHECKS))

ROW_CHECKS = [check for check in CHECKS if check.id not in SCHEMA_CHECKS]


def install_checks() -> None:
    """Create a function in the tests' database that runs all checks written in SQL.

    The database plans it once per session; a statement would be planned again for
    every test.
    """
    query = " UNION ALL ".join(
        f"SELECT '{check.id}' WHERE EXISTS ({check.sql})"
        for check in ROW_CHECKS
        if check.sql
    )
    with connection.cursor() as cursor:
        # Not beside the tables, where every function is one of the migrations'.
        cursor.execute("CREATE SCHEMA IF NOT EXISTS tests")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION tests.find_failed_checks() RETURNS SETOF text"
            # Planned while tables are empty, and run on a month of sales as well.
            " LANGUAGE plpgsql SET jit = off SET enable_nestloop = off"
            f" AS $checks$ BEGIN RETURN QUERY {query}; END $checks$"
        )


def find_failed_checks(*ids: str) -> list[str]:
    """The checks that find a fault, all or only these; deferred constraints first."""
    # A transaction even where the test has none: a cursor of the database needs it.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        # Planning takes longer than running here: join in the order written.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        cursor.execute("SELECT tests.find_failed_checks()")
        failed = {id for (id,) in cursor.fetchall()}
        failed |= {
            check.id for check in ROW_CHECKS if check.find and any(check.find(Scope()))
        }
    return [
        f"{check.id} {check.sentence}"
        for check in ROW_CHECKS
        if check.id in failed and (not ids or check.id in ids)
    ]


def read_every_row() -> dict[str, list[str]]:
    """All rows of every company, as text, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND (column_name = 'company_id' OR table_name = 'pos_company')"
            " GROUP BY table_name ORDER BY table_name"
        )
        tables = [table for (table,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
            rows[table] = [text for (text,) in cursor.fetchall()]
    return rows


@contextmanager
def assert_no_writes() -> Iterator[None]:
    """Fail if any row has changed at the end of the block."""
    before = read_every_row()
    yield
    assert read_every_row() == before
