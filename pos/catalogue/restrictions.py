"""Restrictions: which goods are closed at a moment, and which age they ask for; pure.

What counts is the clock and the calendar on the wall of the outlet. Where the clocks
are changed, a period begins and ends when that clock shows its times: in the night in
which an hour comes twice, both of them are closed.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# No goods are closed for longer than this and then sold again.
WEEK = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class ClosedHours:
    """A period in which goods are closed, on the weekdays on which it begins."""

    weekdays: frozenset[int]
    begins_at: time
    ends_at: time

    def starting_on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the one that begins on that day begins and ends, if any does."""
        if day.isoweekday() not in self.weekdays:
            return None
        last = day if self.ends_at > self.begins_at else day + DAY
        return (
            datetime.combine(day, self.begins_at),
            datetime.combine(last, self.ends_at),
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What restricts some goods: an age, 0 for none, hours, and ways to pay.

    ``excluded_vouchers`` are the codes of the kinds of vouchers that do not pay for
    them.
    """

    name: str = ""
    minimum_age: int = 0
    closed: tuple[ClosedHours, ...] = ()
    excluded_vouchers: frozenset[str] = frozenset()


NO_RULE = Rule()


@dataclass(frozen=True, slots=True)
class Closing:
    """Why goods are closed now: a period, and when they are sold again.

    Both are times of the clock on the wall. ``until`` is None where they always are.
    """

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What restricts some goods at a moment.

    ``closings`` has an entry for each, None for those that may be sold now. ``age`` is
    the highest that those ask for which are not closed, 0 for none, and ``born_by``
    the latest date of birth that is old enough.
    """

    closings: tuple[Closing | None, ...]
    age: int
    born_by: date | None

    @property
    def is_closed(self) -> bool:
        return any(self.closings)


def read_restriction(facts: str | None) -> Rule:
    """Read what ``restriction_facts`` found."""
    if facts is None:
        return NO_RULE
    name, minimum_age, periods, excluded = json.loads(facts)
    closed = tuple(
        ClosedHours(
            frozenset(weekdays), time.fromisoformat(begins), time.fromisoformat(ends)
        )
        for weekdays, begins, ends in periods or ()
    )
    return Rule(name, minimum_age, closed, frozenset(excluded or ()))


def decide_restrictions(
    rules: Sequence[Rule], *, at: datetime, zone: ZoneInfo
) -> Decision:
    """Return what restricts goods with these rules, at that moment at an outlet.

    This one decision is what a basket shows, a scan is refused by, and a sale is
    finalized by.
    """
    local = at.astimezone(zone).replace(tzinfo=None)
    closings = tuple(find_closing(rule.closed, local) for rule in rules)
    age = max(
        (
            rule.minimum_age
            for rule, closing in zip(rules, closings, strict=True)
            if closing is None
        ),
        default=0,
    )
    born_by = find_latest_birth(local.date(), age) if age else None
    return Decision(closings, age, born_by)


def find_closing(closed: Iterable[ClosedHours], local: datetime) -> Closing | None:
    """Return the period that the clock on the wall is in, with those that follow it.

    Its end is the first moment that is in no other period.
    """
    day = local.date()
    days = [day + DAY * offset for offset in range(-1, WEEK.days + 1)]
    hours = list(closed)
    spans = sorted(
        span for one in hours for first in days if (span := one.starting_on(first))
    )
    since = min((start for start, end in spans if start <= local < end), default=None)
    if since is None:
        return None
    until = local
    for start, end in spans:
        if start <= until < end:
            until = end
    return Closing(since, until if until - local < WEEK else None)


def find_latest_birth(today: date, age: int) -> date:
    """Return the latest date of birth of somebody who is that old today.

    Who was born on 29 February is a year older on 1 March where there is no such day.
    """
    try:
        return today.replace(year=today.year - age)
    except ValueError:
        return date(today.year - age, 2, 28)
