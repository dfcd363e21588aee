"""Books in tests: the checks that run after every test, and all rows to compare."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from sales.books import catalogue, figures, guards, product_figures, z_figures
from sales.books.check import Check, Scope
from sales.books.every import CHECKS

# Whether the constraints and triggers are there does not change while a test runs;
# tests/sales/books tries these checks by themselves.
SCHEMA_CHECKS = frozenset(check.id for check in (*catalogue.CHECKS, *guards.CHECKS))

ROW_CHECKS = [check for check in CHECKS if check.id not in SCHEMA_CHECKS]

# What compares documents in Python is run where there is one. A finalized sale or a
# Z report without its document is found by the checks written in SQL.
DOCUMENT_CHECKS = frozenset({"I28", "I38", "I65", "I121", "I150"})
HAS_DOCUMENTS = "has documents"
# What is made when a shift is closed: without one, and without such rows, it holds.
OF_CLOSES = frozenset(
    check.id for room in (figures, product_figures, z_figures) for check in room.CHECKS
)
WAS_CLOSED = " OR ".join(
    f"EXISTS (SELECT FROM {rows})"
    for rows in (
        "sales_shift WHERE closed_at IS NOT NULL",
        *("sales_zreport", "sales_shifthour", "sales_shifttax", "sales_shifttender"),
        *("sales_shiftreason", "sales_productday", "sales_productmonth"),
    )
)


def install_checks() -> None:
    """Create a function in the tests' database that runs all checks written in SQL.

    The database plans it once per session; a statement would be planned again for
    every test.
    """
    query = _join(check for check in ROW_CHECKS if check.id not in OF_CLOSES)
    of_closes = _join(check for check in ROW_CHECKS if check.id in OF_CLOSES)
    query += (
        f" UNION ALL SELECT '{HAS_DOCUMENTS}'"
        " WHERE EXISTS (SELECT FROM sales_fiscaldocument)"
    )
    with connection.cursor() as cursor:
        # Not beside the tables, where every function is one of the migrations'.
        cursor.execute("CREATE SCHEMA IF NOT EXISTS tests")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION tests.find_failed_checks() RETURNS SETOF text"
            # Planned while tables are empty, and run on a month of sales as well.
            " LANGUAGE plpgsql SET jit = off SET enable_nestloop = off"
            f" AS $checks$ BEGIN RETURN QUERY {query};"
            f" IF {WAS_CLOSED} THEN RETURN QUERY {of_closes}; END IF;"
            " END $checks$"
        )


def _join(checks: Iterable[Check]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{check.id}' WHERE EXISTS ({check.sql})"
        for check in checks
        if check.sql
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
            check.id
            for check in ROW_CHECKS
            if check.find
            and (HAS_DOCUMENTS in failed or check.id not in DOCUMENT_CHECKS)
            and any(check.find(Scope()))
        }
    return [
        f"{check.id} {check.sentence}"
        for check in ROW_CHECKS
        if check.id in failed and (not ids or check.id in ids)
    ]


# What a refusal does write: that there was one.
AUDIT_TABLES = frozenset({"pos_auditentry", "pos_audithead", "pos_auditpersonal"})


def read_every_row() -> dict[str, list[str]]:
    """All rows of every company, as text, by table.

    But not the tries of a password, nor the audit trail: a wrong one is counted, and
    a refusal written down as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
            " AND (relname = 'pos_company' OR EXISTS (SELECT FROM pg_attribute"
            " WHERE attrelid = pg_class.oid AND attname = 'company_id'))"
            " AND relname <> 'pos_attempt'"
        )
        tables = {table for (table,) in cursor.fetchall()} - AUDIT_TABLES
        rows: dict[str, list[str]] = {table: [] for table in tables}
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', (to_jsonb(t) - '{{last_audit_no,audit_head}}'"
                f"::text[])::text FROM {table} AS t"
                for table in sorted(rows)
            )
        )
        for table, text in cursor.fetchall():
            rows[table].append(text)
    return {table: sorted(texts) for table, texts in rows.items()}


@contextmanager
def assert_no_writes() -> Iterator[None]:
    """Fail if any row has changed at the end of the block."""
    before = read_every_row()
    yield
    assert read_every_row() == before
