"""Prepared rows: many rows of a model written in one statement, whose SQL is kept.

The SQL is made once, of the model's own columns, and is the same for any number of
rows: each column is passed as one array. ``bulk_create`` and ``bulk_update`` compile
it each time, and longer for more rows.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

ModelT = TypeVar("ModelT", bound=Model)


class PreparedRowUpdate(Generic[ModelT]):
    """Updates these fields of many rows, each row by its own values."""

    def __init__(self, model: type[ModelT], fields: Sequence[str]) -> None:
        self._model = model
        self._names = fields

    def run(self, rows: Sequence[ModelT]) -> None:
        """Write what the rows have; without rows, nothing is asked of the database."""
        if not rows:
            return
        with connection.cursor() as cursor:
            cursor.execute(self.compiled[0], self.params(rows))

    def params(self, rows: Sequence[ModelT]) -> list[Any]:
        return _columns(self.compiled[1], rows, add=False)

    def take_filled(self, rows: Sequence[ModelT], columns: Sequence[Any]) -> None:
        """An update has the database fill nothing."""

    @cached_property
    def compiled(self) -> tuple[str, list[Any], list[Any]]:
        """The SQL, the fields that are given, and those that the database fills."""
        meta: Any = self._model._meta
        key = meta.pk
        fields = [meta.get_field(name) for name in self._names]
        table, pk = _quote(meta.db_table), _quote(key.column)
        sets = ", ".join(
            f"{_quote(f.column)} = given.{_quote(f.column)}" for f in fields
        )
        sql = (
            f"UPDATE {table} SET {sets} FROM {_given([key, *fields])}"  # noqa: S608
            f" WHERE {table}.{pk} = given.{pk}"
        )
        return sql, [key, *fields], []


class PreparedRowInsert(Generic[ModelT]):
    """Appends rows of a model. The database fills what has only a default there."""

    def __init__(self, model: type[ModelT]) -> None:
        self._model = model

    def run(self, rows: Sequence[ModelT]) -> None:
        """Save the new rows, and set the columns that the database fills."""
        if not rows:
            return
        with connection.cursor() as cursor:
            cursor.execute(self.compiled[0], self.params(rows))
            self.take_filled(rows, list(zip(*cursor.fetchall(), strict=True)))

    def params(self, rows: Sequence[ModelT]) -> list[Any]:
        return _columns(self.compiled[1], rows, add=True)

    def take_filled(self, rows: Sequence[ModelT], columns: Sequence[Any]) -> None:
        """Set on the rows, now saved, what the database returned of each column."""
        for field, values in zip(self.compiled[2], columns, strict=True):
            for row, value in zip(rows, values, strict=True):
                setattr(row, field.attname, value)
        for row in rows:
            row._state.adding = False
            row._state.db = connection.alias

    @cached_property
    def compiled(self) -> tuple[str, list[Any], list[Any]]:
        """The SQL, the fields that are given, and those that the database fills."""
        meta: Any = self._model._meta
        returned = [
            field
            for field in meta.concrete_fields
            if field.primary_key or field.generated or _only_database_knows(field)
        ]
        fields = [field for field in meta.concrete_fields if field not in returned]
        names = ", ".join(_quote(field.column) for field in fields)
        back = ", ".join(_quote(field.column) for field in returned)
        sql = (
            f"INSERT INTO {_quote(meta.db_table)} ({names})"  # noqa: S608
            f" SELECT * FROM {_given(fields)} RETURNING {back}"
        )
        return sql, fields, returned


class PreparedRows:
    """Several of these as one statement, each by the name of its rows.

    All see the tables as they were before it, and constraints that are checked at the
    end of a statement see what all of them wrote.
    """

    def __init__(self, **parts: "PreparedRowInsert[Any] | PreparedRowUpdate[Any]"):
        self._parts = parts

    def run(self, **rows: Sequence[Model]) -> None:
        """Write the rows; those of a part may be none. The SQL is always the same."""
        params: list[Any] = []
        for name, part in self._parts.items():
            params += part.params(rows[name])
        with connection.cursor() as cursor:
            cursor.execute(self._compiled, params)
            filled = iter(cursor.fetchone())
        for name, part in self._parts.items():
            columns = [next(filled) for _field in part.compiled[2]]
            part.take_filled(rows[name], columns)

    @cached_property
    def _compiled(self) -> str:
        parts = [
            f"{name} AS ({part.compiled[0]})" for name, part in self._parts.items()
        ]
        filled = [
            f"ARRAY(SELECT {_quote(field.column)} FROM {name})"  # noqa: S608
            for name, part in self._parts.items()
            for field in part.compiled[2]
        ]
        return f"WITH {', '.join(parts)} SELECT {', '.join(filled)}"  # noqa: S608


def _only_database_knows(field: Any) -> bool:
    return field.has_db_default() and not field.has_default()


def _given(fields: Sequence[Any]) -> str:
    """Return the rows as a table: a placeholder for each column's array."""
    names = ", ".join(_quote(field.column) for field in fields)
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in fields)
    return f"unnest({arrays}) AS given ({names})"


def _type(field: Any) -> str:
    """Return the column's type without its size, to which a cast would cut."""
    kind = field.rel_db_type if field.primary_key else field.db_type
    return re.sub(r"\(.*?\)", "", kind(connection) or "")


def _columns(
    fields: Sequence[Any], rows: Sequence[Model], *, add: bool
) -> list[list[Any]]:
    """Return each column's values, as the database takes them."""
    return [
        [field.get_db_prep_save(field.pre_save(row, add), connection) for row in rows]
        for field in fields
    ]


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
