"""Days: what was sold on each business date, or in each week or month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.money import format_money
from sales.reports.adding import add, group
from sales.reports.earlier import find_back, read_earlier
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.periods import DAY, WEEK, Step
from sales.reports.question import Question
from sales.reports.rates import find_basket
from sales.reports.reading import HOURS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.scope import find_next_month
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import (
    BEFORE,
    basket_column,
    compare,
    keep,
    margin_cells,
    margin_columns,
    note_same_minute,
    tax_columns,
    total_columns,
    write_day,
)

# Figures that receipts make; a basket and a margin are made of others.
OPENED = (
    *("receipts", "gross", "discounts", "points", "refunds", "total", "tax"),
    "uncosted",
)


@dataclass(frozen=True, slots=True)
class DatesOfRow:
    """A row of the report: dates next to each other, within the period."""

    since: date
    until: date


@of_one_moment
def report_days(question: Question) -> Report:
    """Return sales by day, none left out; by week or month where asked for."""
    sold = read(HOURS, question.scope, by=("business_date",))
    before = read_earlier(question, HOURS, by=("business_date",))
    back = find_back(question)
    moved = [
        {**row, "business_date": row["business_date"] + back} for row in before or ()
    ]
    columns = list_columns(question)
    begin = _find_begin(question, [*sold, *moved])
    parts = list(split(question, begin))
    owner = {day: part for part in parts for day in list_days(part)}
    now = group(sold, lambda row: owner[row["business_date"]], HOURS.values)
    then = group(moved, lambda row: owner[row["business_date"]], ("total",))
    none = dict.fromkeys(HOURS.values, 0)
    rows = [
        _make_row(
            question,
            columns,
            part,
            now.get(part, none),
            None if before is None else then.get(part, {"total": 0})["total"],
        )
        for part in parts
    ]
    has_rows = bool(sold or before)
    totals = _make_totals(question, columns, add(sold, HOURS.values), before)
    table = Table(
        "days",
        _("Sales by day"),
        columns,
        sort_rows(rows, columns, question.sort, usual="-since") if has_rows else [],
        totals if has_rows else None,
    )
    return Report(
        "days",
        _("Sales by day"),
        _("What was sold and refunded, on the business date of each receipt."),
        [table],
        chart=_make_chart(question, table),
        notes=list_notes(question, begin),
        has_tie=True,
    )


def _find_begin(question: Question, rows: Sequence[Mapping[str, Any]]) -> date:
    """Return the first date that has a row.

    That of the period, unless it is long and begins in a month before the first sale.
    """
    since = question.period.since
    if not question.period.is_long or not rows:
        return since
    first: date = min(row["business_date"] for row in rows)
    return max(since, first.replace(day=1))


def split(question: Question, since: date) -> Iterator[DatesOfRow]:
    """Return the parts of the period from a date on, in order."""
    until = question.period.until
    while since <= until:
        last = min(_find_last(since, question.step), until)
        yield DatesOfRow(since, last)
        since = last + DAY


def _find_last(day: date, step: Step) -> date:
    if step == Step.WEEK:
        return day + WEEK - day.isoweekday() * DAY
    if step == Step.MONTH:
        return find_next_month(day) - DAY
    return day


def list_days(part: DatesOfRow) -> list[date]:
    return [
        part.since + place * DAY for place in range((part.until - part.since).days + 1)
    ]


def list_columns(question: Question) -> list[Column]:
    """Return the columns of sales by time: dates, and the words of the Z report."""
    dates = [Column("since", _("Day"), Form.DATE)]
    if question.step != Step.DAY:
        dates = [
            Column("since", _("From"), Form.DATE),
            Column("until", _("To"), Form.DATE),
        ]
    return [
        *dates,
        Column("receipts", _("Receipts"), Form.COUNT, _("Of sales, not of refunds.")),
        Column("gross", _("Gross"), Form.MONEY, _("The list price of what was sold.")),
        Column("discounts", _("Discounts"), Form.MONEY),
        Column("points", _("Points"), Form.MONEY, _("Paid with points.")),
        Column(
            "refunds", _("Refunds"), Form.MONEY, _("On their own date, below zero.")
        ),
        *total_columns(question),
        *tax_columns(question),
        basket_column(),
        *margin_columns(question),
    ]


def sold_cells(row: Mapping[str, Any], *, places: int) -> dict[str, Any]:
    """Return the cells of sums of hours, by the words of the Z report."""
    return {
        "receipts": row["receipts"],
        "gross": Decimal(row["gross"]),
        "discounts": Decimal(row["discounts"]),
        "points": Decimal(row["points_value"]),
        "refunds": Decimal(row["refunds"]),
        "total": Decimal(row["total"]),
        "net": Decimal(row["net"]),
        "tax": Decimal(row["tax"]),
        "basket": find_basket(row, places=places),
        **margin_cells(row),
    }


def _make_row(
    question: Question,
    columns: Sequence[Column],
    part: DatesOfRow,
    row: Mapping[str, Any],
    before: Decimal | None,
) -> Row:
    compared, word = compare(row["total"], before)
    cells = {
        "since": part.since,
        "until": part.until,
        **sold_cells(row, places=question.company.currency_places),
        **compared,
    }
    runs = question.is_running and part.since <= question.today <= part.until
    return Row(
        keep(cells, columns),
        _link(narrow(question, since=part.since, until=part.until), columns),
        mark=_("so far") if runs else "",
        words={"total_change": word} if word else {},
    )


def _make_totals(
    question: Question,
    columns: Sequence[Column],
    row: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]] | None,
) -> Row:
    was = None if before is None else add(before, ("total",))["total"]
    compared, word = compare(row["total"], was)
    cells = sold_cells(row, places=question.company.currency_places) | compared
    return Row(
        keep(cells, columns),
        _link(narrow(question), columns),
        words={"total_change": word} if word else {},
    )


def _link(fields: Mapping[str, str], columns: Sequence[Column]) -> Mapping[str, Any]:
    return link(fields, [column.key for column in columns if column.key in OPENED])


def _make_chart(question: Question, table: Table) -> Chart | None:
    if not table.rows:
        return None
    best = max(table.rows, key=lambda row: row.cells["total"])
    gist = _("Sales by day; highest %(day)s with %(total)s.") % {
        "day": write_day(best.cells["since"], this_year=question.today.year),
        "total": format_money(
            best.cells["total"], places=question.company.currency_places
        ),
    }
    return Chart(
        Shape.BARS,
        table.key,
        "since",
        ["total"],
        gist,
        before=BEFORE if question.earlier else "",
        is_reversed=question.sort != "since",
    )


def list_notes(question: Question, begin: date) -> list[str]:
    """Return what else a reader of sales has to know."""
    notes = note_same_minute(question)
    if question.period.is_long and question.step == Step.MONTH:
        notes.append(_("The period is long, so a row is a month."))
    if begin > question.period.since:
        notes.append(_("Before the first row nothing was sold."))
    return notes
