"""Prepared queries: SQL that the ORM compiles once and that runs many times.

Django takes several times as long to compile a small query as PostgreSQL takes
to answer it, and every sale asks the same questions. Such a query is written
once, as a queryset with a :class:`Param` in the place of each value. Its SQL,
its locks and its models come from the ORM.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.constants import OnConflict
from django.db.models.signals import post_init, pre_init
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

from pos.core import clock

ModelT = TypeVar("ModelT", bound=Model)
ValueT = TypeVar("ValueT")
Row = Sequence[Any]


class Param(Expression):
    """A value that is passed by this name each time the query runs."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder, with this parameter in place of its value."""
        return "%s", (self,)


def any_of(field: str, param: Expression) -> Func:
    """Return a condition that the field is one of the values, in any number.

    ``param`` is a :class:`Param`, or an array of values.
    """
    return Func(
        F(field),
        param,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


# What PostgreSQL takes an array for while it does not know its length.
UNKNOWN_LENGTH = 10


def repeat_for_plan(values: Collection[ValueT]) -> list[ValueT]:
    """Return the values of an :func:`any_of`, repeated, so that one plan serves all.

    PostgreSQL keeps the plan of a prepared query where planning for the very values
    would not find a cheaper one. For one value it always does, since it takes an array
    for ten; then it plans each time, which takes longer than to run the query.
    """
    given = list(values)
    return given + given[:1] * (UNKNOWN_LENGTH - len(given))


def value_at_position(values: str, keys: str, field: str) -> Func:
    """The one of ``values`` at the place that the field has among ``keys``.

    Both names are those of lists that are passed: one statement updates many rows,
    each by its own value, with the same SQL for any number of them.
    """
    return Func(
        Param(values),
        Func(Param(keys), F(field), function="array_position"),
        template="(%(expressions)s]",
        arg_joiner=")[",
    )


class Prepared(Generic[ModelT]):
    """A queryset that runs with other values each time."""

    def __init__(self, queryset: QuerySet[ModelT]) -> None:
        self._queryset = queryset

    def all(self, **values: object) -> list[ModelT]:
        """Return every row as a model, with what related rows and annotations add."""
        if self._queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("a lock ends with its transaction")
        sql, params, as_model = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, _bind(params, values))
            return [as_model(row) for row in cursor.fetchall()]

    def first(self, **values: object) -> ModelT | None:
        """Return the first row, if there is any."""
        found = self.all(**values)
        return found[0] if found else None

    def first_with_time(self, **values: object) -> tuple[ModelT, datetime] | None:
        """Return the first row that was locked, and the database's time since then.

        The lock is taken in a subquery, since PostgreSQL would else read its clock
        before it waits for the lock, and not after.
        """
        if not connection.in_atomic_block:
            raise TransactionManagementError("a lock ends with its transaction")
        sql, params, as_model = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {clock.clock_sql()}, locked.* FROM ({sql}) AS locked",  # noqa: S608
                _bind(params, values),
            )
            row = cursor.fetchone()
        return None if row is None else (as_model(row[1:]), row[0].astimezone(UTC))

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any], Callable[[Row], ModelT]]:
        # Of a copy: a query has further joins while it is compiled, and a second
        # thread that compiled it would find them, and lose them halfway.
        query: Any = self._queryset.query.clone()
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        # What is annotated is taken as the driver gives it, numbers as Decimal.
        added = compiler.annotation_col_map or {}
        build = _model_builder(compiler.klass_info, columns)
        if added:
            build = _add_annotations(build, added)
        converters = compiler.get_converters(columns)
        for place in added.values():
            converters.pop(place, None)
        if converters:
            build = _convert_columns(build, list(converters.items()))
        return sql, params, build


def _convert_columns(build: Any, converters: Sequence[Any]) -> Any:
    """Return a function that first converts what the columns' fields convert."""

    def build_converted(row: Row) -> Model:
        values = list(row)
        for place, (functions, column) in converters:
            for convert in functions:
                values[place] = convert(values[place], column, connection)
        made: Model = build(values)
        return made

    return build_converted


def _add_annotations(build: Any, places: Mapping[str, int]) -> Any:
    """Return a function that also sets what the queryset has added to the model."""

    def build_annotated(row: Row) -> Model:
        made: Model = build(row)
        for name, place in places.items():
            setattr(made, name, row[place])
        return made

    return build_annotated


def _model_builder(selected: Mapping[str, Any], columns: Sequence[Any]) -> Any:
    """Return a function that makes the selected model of a row.

    ``selected`` is the compiler's account of one model: its class, the places of
    its columns, and the models that ``select_related`` adds to it. The model is made
    as ``pickle`` and ``copy`` make one, from its attributes: ``Model.__init__`` would
    take longer than the query.
    """
    places = selected["select_fields"]
    own = slice(places[0], places[-1] + 1)
    model: type[Model] = selected["model"]
    listeners = pre_init.has_listeners(model) or post_init.has_listeners(model)
    if listeners or model.__init__ is not Model.__init__:
        raise NotImplementedError("models that do more when they are made")
    names = [column.target.attname for column in columns[own]]
    # The key of a related model is NULL if there is none.
    key = places[names.index(model._meta.pk.attname)]
    alias = connection.alias
    related = [
        (
            None if other["reverse"] else other["field"].attname,
            other["local_setter"],
            other["remote_setter"],
            _model_builder(other, columns),
        )
        for other in selected.get("related_klass_infos", ())
    ]

    def build(row: Row) -> Model | None:
        if row[key] is None:
            return None
        made = model.__new__(model)
        made.__dict__.update(zip(names, row[own], strict=True), _state=ModelState())
        made._state.adding = False
        made._state.db = alias
        for attname, set_here, set_there, build_related in related:
            other = build_related(row)
            if other is not None:
                set_here(made, other)
                set_there(other, made)
            # A row that was waited for may refer to another one than it was joined
            # with: that is read when it is asked for.
            elif attname is None or made.__dict__.get(attname) is None:
                set_here(made, None)
        return made

    return build


class PreparedUpdate:
    """An update of a queryset's rows that runs with other values each time."""

    def __init__(self, queryset: QuerySet[Any], **changes: Any) -> None:
        self._queryset = queryset
        self._changes = changes

    def run(self, **values: object) -> int:
        """Update the rows, and return how many they were."""
        with connection.cursor() as cursor:
            cursor.execute(*self.bind(**values))
            return int(cursor.rowcount)

    def bind(self, **values: object) -> tuple[str, list[Any]]:
        """Return the SQL and its parameters, to be part of another statement."""
        sql, params = self._compiled
        return sql, _bind(params, values)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        query: Any = self._queryset.query.chain(UpdateQuery)
        query.add_update_values(self._changes)
        sql, params = query.get_compiler(connection=connection).as_sql()
        return sql, params


def filled_fields(model: type[Model]) -> list[Any]:
    """Return the fields that the database fills: keys, generated ones, and defaults.

    Of a default that the model has as well, the row says the value.
    """
    return [
        field
        for field in model._meta.concrete_fields
        if field.primary_key
        or field.generated
        or (field.has_db_default() and not field.has_default())
    ]


class PreparedInsert(Generic[ModelT]):
    """Appends rows of a model, one at a time.

    With ``ignore_conflicts`` a row whose unique fields are taken is not saved, and
    gets no key. ``along`` is an update that is part of the same statement.
    """

    def __init__(
        self,
        model: type[ModelT],
        *,
        ignore_conflicts: bool = False,
        along: PreparedUpdate | None = None,
    ) -> None:
        self._model = model
        self._on_conflict = OnConflict.IGNORE if ignore_conflicts else None
        self._along = along

    def run(self, row: ModelT, **updated: object) -> ModelT:
        """Save the new row, and set its key and the columns that the database fills.

        ``updated`` are the values of the update that comes along.
        """
        sql, params, returned = self._compiled
        bound = _bind(params, vars(row))
        if self._along is not None:
            update, of_update = self._along.bind(**updated)
            sql, bound = f"WITH along AS ({update}) {sql}", [*of_update, *bound]
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            values = cursor.fetchone()
        if values is None:
            return row
        for field, value in zip(returned, values, strict=True):
            setattr(row, field.attname, value)
        row._state.adding = False
        row._state.db = connection.alias
        return row

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any], Sequence[Any]]:
        returned = filled_fields(self._model)
        fields = [f for f in self._model._meta.concrete_fields if f not in returned]
        names = [field.attname for field in fields]
        query: Any = InsertQuery(self._model, on_conflict=self._on_conflict)
        query.insert_values(fields, [self._model(**{n: Param(n) for n in names})])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = returned
        [(sql, params)] = compiler.as_sql()
        return sql, params, returned


def _bind(params: Sequence[Any], values: Mapping[str, object]) -> list[Any]:
    """Put each value in the place of its parameter."""
    return [
        values[param.name] if isinstance(param, Param) else param for param in params
    ]
