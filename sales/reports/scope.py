"""Scope: which outlets and dates a report is of; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Scope:
    """A company from one business date to another, both included.

    ``outlets`` are ids, or None for all of them; an empty tuple is none. Ids of another
    company match nothing.
    """

    company_id: int
    since: date
    until: date
    outlets: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Business dates next to each other: whole months, or just days.

    ``since`` and ``until`` are included. Months are written by their first day, in
    ``until`` as well, as ``ProductMonth`` has them.
    """

    since: date
    until: date
    is_months: bool

    @property
    def last_day(self) -> date:
        """The last day of it; of months that of the last one."""
        if not self.is_months:
            return self.until
        return find_next_month(self.until) - timedelta(days=1)


def spans(since: date, until: date) -> list[Span]:
    """Return the dates in order, as whole months where they are, and days elsewhere.

    >>> for span in spans(date(2026, 1, 30), date(2026, 4, 2)):
    ...     print(span.since, span.until, span.is_months)
    2026-01-30 2026-01-31 False
    2026-02-01 2026-03-01 True
    2026-04-01 2026-04-02 False
    >>> spans(date(2026, 2, 1), date(2026, 1, 31))
    []
    """
    return list(_split(since, until))


def _split(since: date, until: date) -> Iterator[Span]:
    if until < since:
        return
    first = since if since.day == 1 else find_next_month(since)
    # The first of the month that is not whole any more.
    end = find_next_month(until) if _is_last(until) else until.replace(day=1)
    if first >= end:
        yield Span(since, until, is_months=False)
        return
    if since < first:
        yield Span(since, first - timedelta(days=1), is_months=False)
    last_month = (end - timedelta(days=1)).replace(day=1)
    yield Span(first, last_month, is_months=True)
    if end <= until:
        yield Span(end, until, is_months=False)


def find_next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _is_last(day: date) -> bool:
    return find_next_month(day) == day + timedelta(days=1)
