"""Hours: what an hour of a weekday comes to on average, and every hour together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from pos.core.money import format_money
from sales.reports.adding import add, group
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.rates import mean, per
from sales.reports.reading import HOURS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import total_column

RECEIPTS = "receipts"
VALUES = ("receipts", "total")
ALL_HOURS = range(24)


def name_hour(hour: int) -> str:
    """The key of an hour's column."""
    return f"h{hour:02d}"


@of_one_moment
def report_hours(question: Question) -> Report:
    """Return the mean of each weekday and hour, and under it the sums of each hour.

    The mean is of the business dates of that weekday on which anything was sold or
    refunded; what was never sold in an hour is no zero.
    """
    rows = read(HOURS, question.scope, by=("business_date", "hour"))
    traded = Counter(day.isoweekday() for day in {row["business_date"] for row in rows})
    grid = _make_grid(question, rows, traded)
    hours = _make_hours(question, rows, sum(traded.values()))
    return Report(
        "hours",
        _("Sales by hour"),
        _(
            "The mean of each weekday and hour, over the days of that weekday on which"
            " something was sold. The hour is that of the outlet's clock."
        ),
        [grid, hours],
        chart=_make_chart(question, grid),
    )


def figure_of(question: Question) -> str:
    """Return what is shown: the receipts, or else the sales."""
    return RECEIPTS if question.show == RECEIPTS else "total"


def find_mean(amount: Any, days: int, *, figure: str, places: int) -> Decimal | None:
    """Return what a figure comes to for each day; ``places`` are of the currency."""
    return (
        per(amount, days) if figure == RECEIPTS else mean(amount, days, places=places)
    )


def _mean(question: Question, row: Mapping[str, Any], days: int) -> Decimal | None:
    figure, places = figure_of(question), question.company.currency_places
    return find_mean(row[figure], days, figure=figure, places=places)


def _form_of(question: Question) -> Form:
    return Form.QUANTITY if figure_of(question) == RECEIPTS else Form.MONEY


def _make_grid(
    question: Question, rows: Sequence[Mapping[str, Any]], traded: Mapping[int, int]
) -> Table:
    form = _form_of(question)
    columns = [
        Column("weekday", _("Weekday")),
        *(Column(name_hour(hour), f"{hour:02d}", form) for hour in ALL_HOURS),
    ]
    found = group(
        rows, lambda row: (row["business_date"].isoweekday(), row["hour"]), VALUES
    )
    lines = [
        _make_weekday(
            question,
            weekday,
            {
                hour: found[weekday, hour]
                for hour in ALL_HOURS
                if (weekday, hour) in found
            },
            traded.get(weekday, 0),
        )
        for weekday in range(1, 8)
    ]
    caption = _("Mean sales by weekday and hour")
    if figure_of(question) == RECEIPTS:
        caption = _("Mean receipts by weekday and hour")
    return Table("grid", caption, columns, lines if rows else [])


def _make_weekday(
    question: Question, weekday: int, hours: Mapping[int, Mapping[str, Any]], days: int
) -> Row:
    cells: dict[str, Any] = {"weekday": str(WEEKDAYS[weekday - 1])}
    cells |= dict.fromkeys(map(name_hour, ALL_HOURS))
    figure = figure_of(question)
    links = {}
    for hour, row in hours.items():
        cells[name_hour(hour)] = _mean(question, row, days)
        fields = narrow(question, weekday=weekday, hour=hour)
        links[name_hour(hour)] = {**fields, "figure": figure, "per": "day"}
    return Row(cells, links)


def _make_hours(
    question: Question, rows: Sequence[Mapping[str, Any]], days: int
) -> Table:
    columns = [
        Column("hour", _("Hour")),
        Column("receipts", _("Receipts"), Form.COUNT, _("Of sales, not of refunds.")),
        total_column(),
        Column(
            "mean",
            _("Mean"),
            _form_of(question),
            _("For each day on which something was sold."),
        ),
    ]
    found = group(rows, lambda row: int(row["hour"]), VALUES)
    none = dict.fromkeys(VALUES, 0)
    lines = []
    for hour in ALL_HOURS:
        row = found.get(hour, none)
        cells = {
            "hour": f"{hour:02d}:00",
            "receipts": row["receipts"],
            "total": Decimal(row["total"]),
            "mean": _mean(question, row, days) if hour in found else None,
        }
        lines.append(Row(cells, link(narrow(question, hour=hour), VALUES)))
    whole = add(rows, VALUES)
    totals = Row(
        {
            "receipts": whole["receipts"],
            "total": Decimal(whole["total"]),
            "mean": _mean(question, whole, days),
        },
        link(narrow(question), VALUES),
    )
    return Table(
        "hours",
        _("Sales by hour"),
        columns,
        sort_rows(lines, columns, question.sort) if rows else [],
        totals if rows else None,
    )


def _make_chart(question: Question, grid: Table) -> Chart | None:
    names = [name_hour(hour) for hour in ALL_HOURS]
    places = [
        (row.cells[name], row.cells["weekday"], name)
        for row in grid.rows
        for name in names
        if row.cells[name] is not None
    ]
    if not places:
        return None
    highest, weekday, name = max(places, key=lambda place: place[0])
    written = format_money(
        highest,
        places=1
        if figure_of(question) == RECEIPTS
        else question.company.currency_places,
    )
    gist = _("Highest on %(weekday)s at %(hour)s:00 with %(figure)s.") % {
        "weekday": weekday,
        "hour": name.removeprefix("h"),
        "figure": written,
    }
    return Chart(Shape.GRID, grid.key, "weekday", names, gist)
