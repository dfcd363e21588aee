"""Keyset: a page of a long list by the row that it goes on from.

Page 4,000 of a list by numbers of pages reads all before it. Here a link names a row,
and an index finds it at once; what is added meanwhile moves no row to another page.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

ModelT = TypeVar("ModelT", bound=Model)

# What an address calls the row that its page goes on from: towards the end of the list,
# or back to its start.
BEFORE, AFTER = "before", "after"
KEY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is in the order of: fields that all rise, or all fall.

    The last of them is unique, and an index has them in this order.
    """

    fields: Sequence[str]
    falls: bool = True

    def reverse(self) -> Self:
        return replace(self, falls=not self.falls)

    @property
    def terms(self) -> list[str]:
        sign = "-" if self.falls else ""
        return [f"{sign}{name}" for name in self.fields]

    def beyond(self, row: Model) -> Q:
        """Return the condition that a row comes later in this order than that one."""
        first, *others = self.fields
        value = getattr(row, first)
        way = "lt" if self.falls else "gt"
        later = Q(**{f"{first}__{way}": value})
        if not others:
            return later
        beside = Q(**{first: value}) & replace(self, fields=others).beyond(row)
        # First what an index can begin at.
        return Q(**{f"{first}__{way}e": value}) & (later | beside)


NEWEST_FIRST = Order(("pk",))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a page is: at its start, or next to a row."""

    row: Model | None = None
    goes_back: bool = False


START = Place()


@dataclass(frozen=True, slots=True)
class KeyedPage(Generic[ModelT]):
    """The rows of a page, and whether there are pages around it.

    ``query`` is what an address says to be at this page, ending in &, if anything.
    """

    rows: Sequence[ModelT]
    has_previous: bool = False
    has_next: bool = False
    query: str = ""

    def __iter__(self) -> Iterator[ModelT]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def first_key(self) -> Any:
        return _key_of(self.rows[0])

    @property
    def last_key(self) -> Any:
        return _key_of(self.rows[-1])


def read_place(query: Mapping[str, str], rows: QuerySet[Any]) -> Place:
    """Return the place that an address names by a row's uid, or its key if it has none.

    What names no row is the start: the list is there, whatever the address says.
    """
    has_uid = hasattr(rows.model, "uid")
    for name in (BEFORE, AFTER):
        value = _read_uid(query.get(name, ""), is_uuid=has_uid)
        if value is None:
            continue
        row = rows.order_by().filter(**{"uid" if has_uid else "pk": value}).first()
        if row is not None:
            return Place(row, goes_back=name == AFTER)
    return START


def _read_uid(text: str, *, is_uuid: bool) -> UUID | int | None:
    try:
        if is_uuid:
            return UUID(text)
    except ValueError:
        return None
    return read_key(text)


def read_key(text: str) -> int | None:
    """Return the key of a row that an address names; None if it can be none."""
    return int(text) if KEY.fullmatch(text) else None


def fill_page(
    find: Callable[[Order, Q], Iterable[ModelT]],
    place: Place,
    *,
    order: Order,
    size: int,
) -> KeyedPage[ModelT]:
    """Return the page of so many rows at the place; its start where none are there.

    ``find`` returns one row more than a page has, in the order it is given, of those
    that the condition is true of.
    """
    towards = order.reverse() if place.goes_back else order
    found = list(find(towards, towards.beyond(place.row) if place.row else Q()))
    rows, is_more = found[:size], len(found) > size
    if place.row is None:
        return KeyedPage(rows, has_next=is_more)
    if not rows or (place.goes_back and not is_more):
        return fill_page(find, START, order=order, size=size)
    if place.goes_back:
        query = f"{AFTER}={_key_of(place.row)}&"
        return KeyedPage(rows[::-1], has_previous=True, has_next=True, query=query)
    query = f"{BEFORE}={_key_of(place.row)}&"
    return KeyedPage(rows, has_previous=True, has_next=is_more, query=query)


def page_of(
    rows: QuerySet[ModelT], query: Mapping[str, str], *, order: Order, size: int
) -> KeyedPage[ModelT]:
    """Return the page that an address asks for."""

    def find(order: Order, condition: Q) -> QuerySet[ModelT]:
        return rows.filter(condition).order_by(*order.terms)[: size + 1]

    return fill_page(find, read_place(query, rows), order=order, size=size)


def _key_of(row: Model) -> Any:
    return getattr(row, "uid", row.pk)
