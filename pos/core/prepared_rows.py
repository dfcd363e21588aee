"""Prepared rows: many rows of a model written in one statement, whose SQL is kept.

The SQL is made once, of the model's own columns, and is the same for any number of
rows: they are passed as one JSON text, which the database takes apart by the table's
types (``json_populate_recordset``). ``bulk_create`` and ``bulk_update`` compile it
each time, and longer for more rows. An array for each column takes the driver several
times as long as one text, and it keeps no SQL of more than 4,096 characters.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import JSONField, Model

from pos.core.prepared import filled_fields

ModelT = TypeVar("ModelT", bound=Model)

# Written in JSON as they are: what a field would make of them is the same.
_PLAIN = frozenset({type(None), bool, int, str, Decimal, UUID, datetime, date})


@dataclass(frozen=True)
class _Compiled:
    """The SQL, the fields that are given, and those that the database fills."""

    sql: str
    given: Sequence[Any]
    filled: Sequence[Any]


class _PreparedWrite(Generic[ModelT]):
    """A statement that writes rows of a model."""

    def __init__(self, model: type[ModelT]) -> None:
        self._model = model

    @cached_property
    def compiled(self) -> _Compiled:
        """The statement as it is kept."""
        raise NotImplementedError

    def params(self, rows: Sequence[ModelT]) -> list[Any]:
        """Return what the statement is given: the rows, as JSON."""
        fields = [(f.column, f.attname, f) for f in self.compiled.given]
        given = [
            {column: _value(row, attname, field) for column, attname, field in fields}
            for row in rows
        ]
        return [json.dumps(given, default=_as_text)]

    def run(self, rows: Sequence[ModelT]) -> None:
        """Write the rows; without any, nothing is asked of the database."""
        if not rows:
            return
        with connection.cursor() as cursor:
            cursor.execute(self.compiled.sql, self.params(rows))
            if self.compiled.filled:
                self.take_filled(rows, list(zip(*cursor.fetchall(), strict=True)))

    def take_filled(self, rows: Sequence[ModelT], columns: Sequence[Any]) -> None:
        """Set on the rows what the database returned of each column that it fills."""
        for field, values in zip(self.compiled.filled, columns, strict=True):
            for row, value in zip(rows, values, strict=True):
                setattr(row, field.attname, value)


class PreparedRowUpdate(_PreparedWrite[ModelT]):
    """Updates these fields of many rows, each row by its own values."""

    def __init__(self, model: type[ModelT], fields: Sequence[str]) -> None:
        super().__init__(model)
        self._names = fields

    def params(self, rows: Sequence[ModelT]) -> list[Any]:
        """Return the rows, and their keys, by which the database finds them.

        Of a row that is given twice it would take either. Raises ValueError for one,
        and for a row that has no key.
        """
        keys = [row.pk for row in rows]
        if None in keys or len({*keys}) < len(keys):
            raise ValueError("each row is updated once, by its key")
        return [*super().params(rows), keys]

    @cached_property
    def compiled(self) -> _Compiled:
        """The statement as it is kept."""
        meta: Any = self._model._meta
        key = meta.pk
        fields = [meta.get_field(name) for name in self._names]
        columns = [_quote(field.column) for field in fields]
        sets = ", ".join(f"{column} = given.{column}" for column in columns)
        pk = _quote(key.column)
        sql = (
            f"UPDATE {_quote(meta.db_table)} AS row SET {sets} FROM {_given(meta)}"  # noqa: S608
            f" WHERE row.{pk} = ANY(%s) AND row.{pk} = given.{pk}"
        )
        return _Compiled(sql, _checked([key, *fields]), [])


class PreparedRowInsert(_PreparedWrite[ModelT]):
    """Appends rows of a model. The database fills what has only a default there."""

    def take_filled(self, rows: Sequence[ModelT], columns: Sequence[Any]) -> None:
        """Set on the rows what the database returned; they are saved now."""
        super().take_filled(rows, columns)
        for row in rows:
            row._state.adding = False
            row._state.db = connection.alias

    @cached_property
    def compiled(self) -> _Compiled:
        """The statement as it is kept."""
        meta: Any = self._model._meta
        filled = filled_fields(self._model)
        fields = [field for field in meta.concrete_fields if field not in filled]
        names = ", ".join(_quote(field.column) for field in fields)
        back = ", ".join(_quote(field.column) for field in filled)
        sql = (
            f"INSERT INTO {_quote(meta.db_table)} ({names})"  # noqa: S608
            f" SELECT {names} FROM {_given(meta)} RETURNING {back}"
        )
        return _Compiled(sql, _checked(fields), filled)


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
            cursor.execute(self._sql, params)
            filled = iter(cursor.fetchone())
        for name, part in self._parts.items():
            columns = [next(filled) for _field in part.compiled.filled]
            part.take_filled(rows[name], columns)

    @cached_property
    def _sql(self) -> str:
        parts = [
            f"{name} AS ({part.compiled.sql})" for name, part in self._parts.items()
        ]
        filled = [
            f"ARRAY(SELECT {_quote(field.column)} FROM {name})"  # noqa: S608
            for name, part in self._parts.items()
            for field in part.compiled.filled
        ]
        return f"WITH {', '.join(parts)} SELECT {', '.join(filled)}"  # noqa: S608


def _checked(fields: Sequence[Any]) -> Sequence[Any]:
    """Refuse fields that do more when they are saved than to convert a value."""
    for field in fields:
        row = field.model()
        before = getattr(row, field.attname)
        makes_value = field.pre_save(row, True) is not before
        if makes_value or getattr(field, "encoder", None):
            raise NotImplementedError(f"{field} makes its value when it is saved")
    return fields


def _given(meta: Any) -> str:
    """Return the rows as a table, each column of the type that it has."""
    table = _quote(meta.db_table)
    return f"json_populate_recordset(NULL::{table}, %s::json) AS given"


def _value(row: Model, attname: str, field: Any) -> Any:
    """Return what JSON says of the field, where NULL is null."""
    value = getattr(row, attname)
    if type(value) in _PLAIN or isinstance(field, JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _as_text(value: object) -> str:
    """Return what the database reads as that value of its type."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no JSON for {type(value)}")


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
