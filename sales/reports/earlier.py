"""Earlier: what a period is compared with, up to the same moment where it still runs.

What closed shifts came to is known by the hour. The rest of the day, after the minute
that it is now, is added up from its sales, by the same expressions, and taken off.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from pos.models import Outlet
from sales.reports.adding import take_off
from sales.reports.question import Question
from sales.reports.reading import HOURS, PRODUCTS, read
from sales.shifts.sold_lines import LINES, SOLD, choose_shifts
from sales.shifts.sums import Row, Sums

# Of a closed or open shift, what was sold later than the clock of its outlet says now.
_CHOSEN = choose_shifts(
    """shift.company_id = %(company)s AND till.outlet_id = ANY (%(outlets)s)
       AND shift.id IN (
           SELECT later.shift_id FROM sales_sale later
           WHERE later.company_id = %(company)s AND later.status = 'finalized'
               AND later.business_date BETWEEN %(since)s AND %(until)s)"""
)
_LATER = f"""
    WITH chosen AS ({_CHOSEN}), sold AS (
        WITH {SOLD}
        SELECT sold.* FROM sold
        JOIN sales_sale sale ON sale.id = sold.sale_id
        JOIN unnest(%(outlets)s::bigint[], %(moments)s::timestamptz[])
            AS moment (outlet_id, at) ON moment.outlet_id = sold.outlet_id
        WHERE sold.business_date BETWEEN %(since)s AND %(until)s
            AND sale.finalized_at > moment.at
    ), {LINES}
"""  # noqa: S608  our own columns


def find_back(question: Question) -> timedelta:
    """Return how long before its dates those are that it is compared with."""
    earlier = question.earlier
    return question.period.since - earlier.since if earlier else timedelta()


def read_earlier(
    question: Question, sums: Sums, *, by: Sequence[str]
) -> list[Row] | None:
    """Return what the question is compared with, as ``read`` does, or None.

    A period that still runs is compared up to the minute that it is now, by the clock
    of each outlet. ``sums`` are HOURS or PRODUCTS. One statement, or two.
    """
    if sums not in {HOURS, PRODUCTS}:
        raise ValueError(f"{sums.table} cannot be taken apart by the minute")
    scope = question.earlier
    if scope is None:
        return None
    rows = read(sums, scope, by=by)
    if not question.is_running or not question.chosen:
        return rows
    later = read_later(question, sums, by)
    return take_off(rows, later, by=by, values=sums.values)


def read_later(question: Question, sums: Sums, by: Sequence[str]) -> list[Row]:
    """Return what was sold before, on the last day, later than the minute it is now."""
    scope, back = question.earlier, find_back(question)
    assert scope is not None
    days = [outlet.business_date(question.now) for outlet in question.chosen]
    since = max(min(days) - back, scope.since)
    params: dict[str, Any] = {
        "company": scope.company_id,
        "since": since,
        "until": scope.until,
        "outlets": [outlet.pk for outlet in question.chosen],
        "moments": [
            move_back(question.now, back, outlet) for outlet in question.chosen
        ],
    }
    keys, values = ", ".join(by), ", ".join(f"sum({name})" for name in sums.values)
    places = ", ".join(str(place) for place in range(1, len(by) + 1))
    query = (
        f"SELECT {', '.join(filter(None, [keys, values]))}"  # noqa: S608  our own columns
        f" FROM ({_LATER} {sums.select}) AS later"
        f" {f'GROUP BY {places}' if by else 'HAVING count(*) > 0'}"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = (*by, *sums.values)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def move_back(now: datetime, back: timedelta, outlet: Outlet) -> datetime:
    """Return the moment when the outlet's clock showed the same, so long before."""
    local = now.astimezone(outlet.zone).replace(tzinfo=None)
    return (local - back).replace(tzinfo=outlet.zone)
