"""Bulk rows: many at once, past the services, to prepare what is not timed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED


def copy_rows(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Append the rows; ``columns`` are named with spaces between.

    The transaction is the caller's; its statements have no time limit from now on.
    """
    names = ", ".join(columns.split())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def copy_objects(
    model: type[Model], objects: Iterable[Model], *, with_keys: bool = False
) -> None:
    """Append the unsaved objects; ``with_keys``, they bring their primary keys."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated
        and (with_keys or not field.primary_key)
        and field.db_default is NOT_PROVIDED
    ]
    copy_rows(
        model._meta.db_table,
        " ".join(field.column for field in fields),
        ([getattr(one, field.attname) for field in fields] for one in objects),
    )


def next_keys(table: str, count: int) -> list[int]:
    """So many new primary keys, taken from the table's own sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
            " FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]
