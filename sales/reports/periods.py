"""Periods: the business dates that an address asks for, and those to compare; pure.

Whatever an address says, a period comes of it: the nearest that makes sense, and a
sentence that says so where it is not the one that was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pos.core.dates import EARLIEST, parse_date, read_dates

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# Of the same weekdays a year before.
YEAR = timedelta(weeks=52)
# Longer than this, days are too many to look at.
DAYS_MAX = 1_100
# Up to so many days the rows are days, up to so many weeks, unless it is asked
# otherwise: a chart has room for a hundred bars.
BY_DAY_MAX = 92
BY_WEEK_MAX = 184


class PeriodName(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    THIS_YEAR = "this-year"
    LAST_YEAR = "last-year"
    OWN = "own"


PERIODS = {
    PeriodName.TODAY: gettext_lazy("Today"),
    PeriodName.YESTERDAY: gettext_lazy("Yesterday"),
    PeriodName.THIS_WEEK: gettext_lazy("This week"),
    PeriodName.LAST_WEEK: gettext_lazy("Last week"),
    PeriodName.THIS_MONTH: gettext_lazy("This month"),
    PeriodName.LAST_MONTH: gettext_lazy("Last month"),
    PeriodName.THIS_QUARTER: gettext_lazy("This quarter"),
    PeriodName.LAST_QUARTER: gettext_lazy("Last quarter"),
    PeriodName.THIS_YEAR: gettext_lazy("This year"),
    PeriodName.LAST_YEAR: gettext_lazy("Last year"),
    PeriodName.OWN: gettext_lazy("Own dates"),
}


class Step(StrEnum):
    """What one row of a report by day is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Comparison(StrEnum):
    """What a period is compared with: the days before it, or the same weekdays."""

    NONE = "none"
    BEFORE = "before"
    WEEK = "week"
    YEAR = "year"


COMPARISONS = {
    Comparison.NONE: gettext_lazy("nothing"),
    Comparison.BEFORE: gettext_lazy("the days before"),
    Comparison.WEEK: gettext_lazy("the same weekdays a week before"),
    Comparison.YEAR: gettext_lazy("the same weekdays 52 weeks before"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Business dates from one to another, both included.

    ``note`` is a sentence where it is not what was asked for, else empty.
    """

    name: PeriodName
    since: date
    until: date
    note: str = ""

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def is_named(self) -> bool:
        """Whether it goes on with the days, as today does."""
        return self.name != PeriodName.OWN

    @property
    def is_long(self) -> bool:
        """Whether it has too many days for a row each."""
        return self.days > DAYS_MAX

    def move(self, comparison: Comparison) -> "Period | None":
        """Return the dates that it is compared with; none where with nothing.

        As many days. A week or 52 weeks before has the same weekdays: a period that is
        longer than a week overlaps with the week before it.
        """
        back = {
            Comparison.NONE: timedelta(),
            Comparison.BEFORE: self.days * DAY,
            Comparison.WEEK: WEEK,
            Comparison.YEAR: YEAR,
        }[comparison]
        if not back or self.since - back < EARLIEST:
            return None
        return Period(PeriodName.OWN, self.since - back, self.until - back)


def read_period(
    query: Mapping[str, str],
    *,
    today: date,
    usual: PeriodName = PeriodName.TODAY,
    first_weekday: int = 1,
) -> Period:
    """Return the period of an address: ``period``, or ``from`` and ``to``.

    A form sends both: where the dates are not those of the name, they were changed, and
    count.

    ``first_weekday`` is ISO 8601's number of the day on which a week begins.
    """
    since_text, until_text = query.get("from", ""), query.get("to", "")
    asked = query.get("period", "")
    if asked in {"", PeriodName.OWN} and (since_text or until_text):
        return _read_own(since_text, until_text, today=today)
    known = PeriodName(asked) if asked in {*PeriodName} else None
    name = usual if known in {None, PeriodName.OWN} else known
    assert name is not None
    since, until = find_dates(name, today=today, first_weekday=first_weekday)
    typed = parse_date(since_text), parse_date(until_text)
    if known is not None and any(typed) and typed != (since, until):
        return _read_own(since_text, until_text, today=today)
    note = ""
    if asked and known is None:
        note = _("There is no such period. This is: %(period)s.")
        note %= {"period": PERIODS[name]}
    return Period(name, since, until, note)


def _read_own(since_text: str, until_text: str, *, today: date) -> Period:
    """Return the dates that were typed, put right where they cannot be meant."""
    since, until, note = read_dates(since_text, until_text, today=today)
    return Period(PeriodName.OWN, since, until, note)


def find_dates(
    name: PeriodName, *, today: date, first_weekday: int = 1
) -> tuple[date, date]:
    """Return the first and the last date; of what still runs, the last is today."""
    week = today - ((today.isoweekday() - first_weekday) % 7) * DAY
    month = today.replace(day=1)
    quarter = _begin_quarter(today)
    year = month.replace(month=1)
    return {
        PeriodName.TODAY: (today, today),
        PeriodName.YESTERDAY: (today - DAY, today - DAY),
        PeriodName.THIS_WEEK: (week, today),
        PeriodName.LAST_WEEK: (week - WEEK, week - DAY),
        PeriodName.THIS_MONTH: (month, today),
        PeriodName.LAST_MONTH: ((month - DAY).replace(day=1), month - DAY),
        PeriodName.THIS_QUARTER: (quarter, today),
        PeriodName.LAST_QUARTER: (_begin_quarter(quarter - DAY), quarter - DAY),
        PeriodName.THIS_YEAR: (year, today),
        PeriodName.LAST_YEAR: (year.replace(year=year.year - 1), year - DAY),
        PeriodName.OWN: (today, today),
    }[name]


def _begin_quarter(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def read_step(text: str, period: Period) -> Step:
    """Return the step of an address, or one that fits; long periods have months."""
    if period.is_long:
        return Step.MONTH
    if text in {*Step}:
        return Step(text)
    if period.days <= BY_DAY_MAX:
        return Step.DAY
    return Step.WEEK if period.days <= BY_WEEK_MAX else Step.MONTH
