"""Overview by time: sales by hour of a day, or by day of a longer period."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.money import format_money
from sales.reports.adding import group
from sales.reports.earlier import find_back
from sales.reports.links import link, narrow
from sales.reports.question import Question
from sales.reports.report import Chart, Report, Shape
from sales.reports.scope import Scope
from sales.reports.table import Column, Filter, Form, Row, Table
from sales.reports.words import write_day

HOURS_OF_DAY = 24
BEFORE = "before"


def make_times(
    question: Question,
    sold: Sequence[Mapping[str, Any]],
    before: Sequence[Mapping[str, Any]] | None,
    *,
    is_day: bool,
) -> Report:
    key = "hour" if is_day else "business_date"
    back = find_back(question)
    now = group(sold, lambda row: row[key], ("total", "receipts"))
    then = group(
        before or (),
        lambda row: row[key] if is_day else row[key] + back,
        ("total",),
    )
    times = _list_hours(question, {*now, *then}) if is_day else sorted({*now, *then})
    current = _find_current(question, is_day=is_day)
    rows = [
        Row(
            {
                key: f"{time:02d}" if is_day else time,
                "receipts": now[time]["receipts"] if time in now else None,
                "total": now[time]["total"] if time in now else None,
                BEFORE: then[time]["total"] if time in then else None,
            },
            _link_time(question, time, is_day=is_day) if time in now else {},
            mark=_("so far") if time == current and question.is_running else "",
        )
        for time in times
        if now
    ]
    label = _("Hour") if is_day else _("Day")
    columns = [
        Column(key, label, Form.TEXT if is_day else Form.DATE),
        Column("receipts", _("Receipts"), Form.COUNT),
        Column("total", _name_period(question), Form.MONEY, is_headline=True),
    ]
    if before is not None:
        columns.append(Column(BEFORE, _name_earlier(question), Form.MONEY))
    title = _("Sales by hour") if is_day else _("Sales by day")
    table = Table("times", title, columns, rows)
    gist = _find_gist(title, rows, key, question)
    chart = Chart(Shape.BARS, "times", key, ["total"], gist,
        before=BEFORE if before is not None else "")  # fmt: skip
    return Report("times", title, "", [table], chart=chart if rows else None)


def _list_hours(question: Question, found: set[int]) -> list[int]:
    """Return the hours from the first to the last, as the business day has them."""
    if not found:
        return []
    begins = max((one.day_ends_at.hour for one in question.chosen), default=0)
    places = [(hour - begins) % HOURS_OF_DAY for hour in found]
    return [
        (begins + place) % HOURS_OF_DAY for place in range(min(places), max(places) + 1)
    ]


def _find_current(question: Question, *, is_day: bool) -> Any:
    """Return the hour or the day that still runs."""
    if not is_day:
        return question.today
    return question.now.astimezone(question.zone).hour


def _link_time(question: Question, time: Any, *, is_day: bool) -> Mapping[str, Filter]:
    if is_day:
        fields = narrow(question, hour=time)
    else:
        fields = narrow(question, since=time, until=time)
    return link(fields, ("receipts", "total"))


def _find_gist(title: str, rows: Sequence[Row], key: str, question: Question) -> str:
    best = max(rows, key=lambda row: row.cells["total"] or 0, default=None)
    if best is None:
        return title
    time = best.cells[key]
    facts = {
        "title": title,
        "time": time
        if isinstance(time, str)
        else write_day(time, this_year=question.today.year),
        "total": format_money(
            best.cells["total"] or Decimal(0),
            places=question.company.currency_places,
        ),
    }
    return _("%(title)s; highest %(time)s with %(total)s.") % facts


def _name_period(question: Question) -> str:
    if question.period.since == question.period.until == question.today:
        return _("Today")
    return (
        _("This period")
        if question.period.days > 1
        else _name_day(question, question.scope)
    )


def _name_earlier(question: Question) -> str:
    scope = question.earlier
    if scope is None or scope.since != scope.until:
        return _("Before")
    return _name_day(question, scope)


def _name_day(question: Question, scope: Scope) -> str:
    return write_day(scope.since, this_year=question.today.year)
