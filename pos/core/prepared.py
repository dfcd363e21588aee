"""Queries of the ORM that are made into SQL once and run many times.

Django takes several times as long to work out the SQL of a small query as
PostgreSQL takes to answer it, and every sale asks the same questions. Such a
query is written once, as a queryset with :class:`Given` in the place of each
value. Its SQL, its locks and its models are what the ORM makes of it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

ModelT = TypeVar("ModelT", bound=Model)


class Given(Expression):
    """A value that is given, by this name, each time the query runs."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The value's place: itself, until there is a value."""
        return "%s", (self,)


def any_of(field: str, given: Given) -> Func:
    """Whether the field is one of the values; the same SQL for any number."""
    return Func(
        F(field),
        given,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


class Prepared(Generic[ModelT]):
    """A queryset that is run with other values each time."""

    def __init__(self, queryset: QuerySet[ModelT]) -> None:
        self._queryset = queryset

    def all(self, **given: object) -> list[ModelT]:
        """Every row as a model, with what it is to be selected with."""
        if self._queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("a lock ends with its transaction")
        sql, params, as_model = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, _bound(params, given))
            return [as_model(row) for row in cursor.fetchall()]

    def first(self, **given: object) -> ModelT | None:
        """The first row, if there is any."""
        found = self.all(**given)
        return found[0] if found else None

    @cached_property
    def _made(self) -> tuple[str, Sequence[Any], Callable[[tuple[Any, ...]], ModelT]]:
        compiler: Any = self._queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        alias = connection.alias
        model: type[ModelT] = compiler.klass_info["model"]
        places = compiler.klass_info["select_fields"]
        own = slice(places[0], places[-1] + 1)
        columns = [column for column, *_ in compiler.select]
        names = [column.target.attname for column in columns[own]]
        populators: Callable[..., Any] = get_related_populators
        related = populators(compiler.klass_info, compiler.select, alias)
        if compiler.annotation_col_map or compiler.get_converters(columns):
            raise NotImplementedError("only plain columns of models are prepared")

        def as_model(row: tuple[Any, ...]) -> ModelT:
            made = model.from_db(alias, names, row[own])
            for other in related:
                other.populate(row, made)
            return made

        return sql, params, as_model


class PreparedUpdate:
    """An update of a queryset's rows that is run with other values each time."""

    def __init__(self, queryset: QuerySet[Any], **values: Any) -> None:
        self._queryset = queryset
        self._values = values

    def run(self, **given: object) -> int:
        """Update the rows, and return how many they were."""
        sql, params = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, _bound(params, given))
            return int(cursor.rowcount)

    @cached_property
    def _made(self) -> tuple[str, Sequence[Any]]:
        query: Any = self._queryset.query.chain(UpdateQuery)
        query.add_update_values(self._values)
        sql, params = query.get_compiler(connection=connection).as_sql()
        return sql, params


class PreparedInsert(Generic[ModelT]):
    """Appends rows of a model, one at a time."""

    def __init__(self, model: type[ModelT]) -> None:
        self._model = model

    def run(self, row: ModelT) -> ModelT:
        """Save the new row; its key and what the database knows best come back."""
        sql, params, returned = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, _bound(params, vars(row)))
            for field, value in zip(returned, cursor.fetchone(), strict=True):
                setattr(row, field.attname, value)
        row._state.adding = False
        row._state.db = connection.alias
        return row

    @cached_property
    def _made(self) -> tuple[str, Sequence[Any], Sequence[Any]]:
        meta = self._model._meta
        returned = meta.db_returning_fields
        fields = [
            field
            for field in meta.concrete_fields
            if field not in returned and not field.generated
        ]
        names = [field.attname for field in fields]
        query: Any = InsertQuery(self._model)
        query.insert_values(fields, [self._model(**{n: Given(n) for n in names})])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = returned
        [(sql, params)] = compiler.as_sql()
        return sql, params, returned


def _bound(params: Sequence[Any], given: Mapping[str, object]) -> list[Any]:
    return [
        given[param.name] if isinstance(param, Given) else param for param in params
    ]
