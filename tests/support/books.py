"""What is always true of the books, and what a refusal leaves of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from sales.books import catalogue
from sales.books.check import Scope
from sales.books.every import CHECKS

# What the database guarantees of itself does not change while a test runs;
# tests/sales/books judges it by itself.
OF_THE_DATABASE = frozenset(check.id for check in catalogue.CHECKS)

LAWS = [check for check in CHECKS if check.id not in OF_THE_DATABASE]


def install() -> None:
    """Make the function of the tests' own database that judges the laws.

    The database plans it once in a session, where a statement would be planned
    again for every test.
    """
    judgement = " UNION ALL ".join(
        f"SELECT '{law.id}' WHERE EXISTS ({law.sql})" for law in LAWS if law.sql
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION broken_laws() RETURNS SETOF text"
            # Planned while tables are empty, and run on a month of sales as well.
            " LANGUAGE plpgsql SET jit = off SET enable_nestloop = off"
            f" AS $laws$ BEGIN RETURN QUERY {judgement}; END $laws$"
        )


def broken_laws(*ids: str) -> list[str]:
    """The laws that do not hold, or those of these; deferred constraints first."""
    # A transaction even where the test has none: a cursor of the database needs it.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        # Planning takes longer here than looking: joins as they are written.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        cursor.execute("SELECT broken_laws()")
        broken = {id for (id,) in cursor.fetchall()}
        broken |= {law.id for law in LAWS if law.find and any(law.find(Scope()))}
    return [
        f"{law.id} {law.sentence}"
        for law in LAWS
        if law.id in broken and (not ids or law.id in ids)
    ]


def every_row() -> dict[str, list[str]]:
    """All that is written down about any company, by table."""
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
def nothing_is_written() -> Iterator[None]:
    """Afterwards every row is as it was."""
    before = every_row()
    yield
    assert every_row() == before
