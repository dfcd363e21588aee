"""Many rows at once, past the services: only to prepare what is not timed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_rows(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Append the rows; ``columns`` are named with spaces between.

    The transaction is the caller's, and may take as long as it takes from now on.
    """
    names = ", ".join(columns.split())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def next_keys(table: str, count: int) -> list[int]:
    """So many new primary keys, taken from the table's own run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
            " FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]
