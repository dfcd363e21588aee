"""Tie: the Z and X reports that make a figure of a report, to the cent.

Sales by day and Z reports are two ways through one shop. A shift that goes past the end
of a day is in both days: of its Z report counts what the shift did not sell on other
dates. What is open is in no Z report, and is shown as its X report has it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from pos.core.money import ZERO
from sales.reports.moment import one_moment
from sales.reports.question import Question
from sales.reports.reading import HOURS, TAXES, TENDERS, read
from sales.reports.report import Report
from sales.reports.scope import Scope

logger = logging.getLogger(__name__)

# So many reports are listed; the others are one row.
LISTED_MAX = 100


class TieFigure(StrEnum):
    """What is compared: sales, the tax in them, or what was taken."""

    TOTAL = "total"
    TAX = "tax"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class TieRow:
    """A Z report, or the X report of an open shift, as far as it is of the period.

    ``whole`` is the figure of all of the report; ``is_part`` says that some of it is
    of other dates. ``number`` is empty for an X report.
    """

    number: str
    shift_uid: UUID | None
    till: str
    outlet: str
    business_date: date | None
    total: Decimal
    tax: Decimal
    taken: Decimal
    whole: Decimal = ZERO
    is_part: bool = False

    @property
    def is_open(self) -> bool:
        return not self.number


@dataclass(frozen=True, slots=True)
class Rest:
    """The reports that are not listed, together."""

    count: int
    total: Decimal
    tax: Decimal
    taken: Decimal


@dataclass(frozen=True, slots=True)
class Tie:
    """The reports of a period, newest first, and whether they come to the figure.

    ``total``, ``tax`` and ``taken`` are of all of them, ``reported`` is what the report
    says.
    """

    figure: TieFigure
    rows: Sequence[TieRow]
    rest: Rest | None
    total: Decimal
    tax: Decimal
    taken: Decimal
    reported: Decimal

    @property
    def sum(self) -> Decimal:
        return Decimal(getattr(self, self.figure))

    @property
    def difference(self) -> Decimal:
        """What the Z and X reports come to more than the report says."""
        return self.sum - self.reported


_OUTSIDE = "hour.business_date NOT BETWEEN %(since)s AND %(until)s"


def _outside(amount: str) -> str:
    """What a shift has of an amount on other dates."""
    return f"coalesce(sum({amount}) FILTER (WHERE {_OUTSIDE}), 0)"


# The shifts that may have sold on these dates: not only those that the figures name, or
# one that was left out there would be missed here as well. What a shift sold on other
# dates is taken off its Z report, and what remains is of the period.
_SHIFTS = f"""
    WITH near AS (
        SELECT shift.id, shift.uid, shift.business_date, shift.opened_at,
               shift.closed_at, till.name AS till, outlet.name AS outlet,
               z_report.report_number, z_report.total, z_report.tax_total AS tax,
               z_report.total + z_report.rounding
                   + coalesce((z_report.figures -> 'deposits' ->> 0)::numeric, 0)
                   + coalesce((z_report.figures -> 'deposits' ->> 1)::numeric, 0)
                   AS taken
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        JOIN pos_outlet outlet ON outlet.id = till.outlet_id
        LEFT JOIN sales_zreport z_report ON z_report.shift_id = shift.id
        WHERE shift.company_id = %(company)s
            AND (%(outlets)s::bigint[] IS NULL OR outlet.id = ANY (%(outlets)s))
            AND (shift.closed_at IS NULL
                 OR shift.closed_at > %(since)s::date - interval '3 days')
            AND shift.opened_at < %(until)s::date + interval '3 days'
    ), sold AS (
        SELECT hour.shift_id, bool_or(NOT {_OUTSIDE}) AS is_inside,
               bool_or({_OUTSIDE}) AS is_outside, {_outside("hour.total")} AS total,
               {_outside("hour.tax")} AS tax,
               {_outside("total + rounding + deposits_charged + deposits_returned")}
                   AS taken
        FROM sales_shifthour hour
        WHERE hour.shift_id IN (SELECT id FROM near)
        GROUP BY hour.shift_id
    )
    SELECT near.id, near.report_number, near.uid, near.till, near.outlet,
           near.business_date, near.total - coalesce(sold.total, 0),
           near.tax - coalesce(sold.tax, 0), near.taken - coalesce(sold.taken, 0),
           near.total, coalesce(sold.is_outside, false)
    FROM near LEFT JOIN sold ON sold.shift_id = near.id
    WHERE near.closed_at IS NULL
        OR sold.is_inside
        OR near.business_date BETWEEN %(since)s AND %(until)s
            AND NOT coalesce(sold.is_outside, false)
        OR near.total <> coalesce(sold.total, 0)
        OR near.tax <> coalesce(sold.tax, 0)
    ORDER BY near.closed_at DESC NULLS FIRST, near.id DESC
"""  # noqa: S608  our own columns


# What is compared at the foot of a report, and the column that has it.
OF_REPORTS: Mapping[str, tuple[TieFigure, str]] = {
    "days": (TieFigure.TOTAL, "total"),
    "taxes": (TieFigure.TAX, "tax"),
    "tenders": (TieFigure.TAKEN, "total"),
}


def make_tie_of(report: Report, question: Question) -> Tie | None:
    """Return the tie of what a report shows as its total, of one that has a tie."""
    if not report.has_tie or report.name not in OF_REPORTS:
        return None
    figure, column = OF_REPORTS[report.name]
    totals = report.tables[0].totals if report.tables else None
    reported = totals.cells[column] if totals else ZERO
    return make_tie(question, figure, reported=reported)


def make_tie(
    question: Question, figure: TieFigure | str, *, reported: Decimal | None = None
) -> Tie:
    """Return the Z and X reports that make a report's figure: total, tax or taken.

    ``reported`` is what the report says, where it was made in this moment; else it is
    read. Three statements at most, in the snapshot that is open already, or else in
    one of its own. A difference is logged as an error.
    """
    figure = TieFigure(figure)
    with one_moment():
        tie = _make(question.scope, figure, reported)
    if tie.difference:
        logger.error(
            "A report differs from its Z and X reports: company=%s from=%s to=%s"
            " figure=%s reported=%s reports=%s",
            *(question.company.code, question.period.since, question.period.until),
            *(figure, tie.reported, tie.sum),
            extra={"tie": {"reported": str(tie.reported), "sum": str(tie.sum)}},
        )
    return tie


def _make(scope: Scope, figure: TieFigure, reported: Decimal | None) -> Tie:
    by_shift = read(HOURS, scope, by=("shift_id",))
    if reported is None:
        reported = _read_reported(scope, figure, by_shift)
    rows = list(_list_reports(scope, {row["shift_id"]: row for row in by_shift}))
    rest = rows[LISTED_MAX:]
    total, tax, taken = _add(rows)
    return Tie(
        figure=figure,
        rows=rows[:LISTED_MAX],
        rest=Rest(len(rest), *_add(rest)) if rest else None,
        total=total,
        tax=tax,
        taken=taken,
        reported=reported,
    )


def _read_reported(
    scope: Scope, figure: TieFigure, by_shift: Sequence[Mapping[str, Any]]
) -> Decimal:
    if figure == TieFigure.TOTAL:
        return sum((row["total"] for row in by_shift), ZERO)
    sums, name = (TAXES, "tax") if figure == TieFigure.TAX else (TENDERS, "total")
    return sum((row[name] for row in read(sums, scope, by=())), ZERO)


def _list_reports(
    scope: Scope, by_shift: Mapping[int | None, dict[str, Any]]
) -> Iterator[TieRow]:
    """Yield the reports, those of open shifts first, then the newest."""
    params: dict[str, Any] = {
        "company": scope.company_id,
        "since": scope.since,
        "until": scope.until,
        "outlets": None if scope.outlets is None else list(scope.outlets),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHIFTS, params)
        rows = cursor.fetchall()
    for shift_id, number, uid, till, outlet, day, *of_z in rows:
        if number is not None:
            yield TieRow(number, uid, till, outlet, day, *of_z)
        elif shift_id in by_shift or scope.since <= day <= scope.until:
            total, tax, taken = _amounts(by_shift.get(shift_id))
            yield TieRow("", None, till, outlet, day, total, tax, taken, total)


def _amounts(row: Mapping[str, Any] | None) -> tuple[Decimal, Decimal, Decimal]:
    if row is None:
        return ZERO, ZERO, ZERO
    beside = row["rounding"] + row["deposits_charged"] + row["deposits_returned"]
    return row["total"], row["tax"], row["total"] + beside


def _add(rows: Sequence[TieRow]) -> tuple[Decimal, Decimal, Decimal]:
    return (
        sum((row.total for row in rows), ZERO),
        sum((row.tax for row in rows), ZERO),
        sum((row.taken for row in rows), ZERO),
    )
