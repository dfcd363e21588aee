"""Found keys: rows are found first, then what names them, by an index of its own."""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Q, QuerySet, Value

from pos.core.prepared import any_of

# So many keys are read at once.
FEW_MAX = 5_000
RowsT = TypeVar("RowsT", bound=QuerySet[Any])


def is_one_of(field: str, rows: QuerySet[Any]) -> Q:
    """Return the condition that the field names one of the rows, which are read first.

    Their keys go as one array: the database knows how many there are.
    """
    return is_any_of(field, list(rows.order_by().values_list("pk", flat=True)))


def find_first(rows: RowsT, condition: Q) -> RowsT:
    """Return those rows: by their keys where they are few, or else by the condition.

    The database may look for few rows among all, in the order of the list, because it
    expects more of them. Where there are many, it soon has a page.
    """
    found = rows.filter(condition)
    keys = list(found.order_by().values_list("pk", flat=True)[: FEW_MAX + 1])
    if len(keys) > FEW_MAX:
        return found
    return rows.filter(is_any_of("pk", keys))


def is_any_of(field: str, keys: list[int]) -> Q:
    """Return the condition that the field is one of the keys."""
    array = Value(keys, output_field=ArrayField(BigIntegerField()))
    return Q(any_of(field, array))
