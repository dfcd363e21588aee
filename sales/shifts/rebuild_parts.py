"""Parts of a rebuild: which rows belong together, and what they should be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from sales.shifts.sold_lines import choose_shifts
from sales.shifts.sums import (
    OF_PRODUCTS,
    OF_SHIFTS,
    PRODUCT_DAYS,
    PRODUCT_MONTHS,
    Sums,
)

TABLES = tuple(sums.table for sums in (*OF_SHIFTS, *OF_PRODUCTS))

_SHIFT = choose_shifts("shift.id = %(shift)s AND shift.closed_at IS NOT NULL")
# Closed shifts of an outlet that sold on one of these dates. Nothing else of them is
# kept: a shift over midnight is part of two days.
_OF_DATES = choose_shifts(
    "shift.closed_at IS NOT NULL AND till.outlet_id = %(outlet)s AND shift.id IN ("
    "SELECT sale.shift_id FROM sales_sale sale WHERE sale.company_id = %(company)s"
    " AND sale.status = 'finalized' AND sale.business_date >= %(since)s"
    " AND sale.business_date < %(until)s)"
)
_ROWS_OF_DATE = (
    "company_id = %(company)s AND outlet_id = %(outlet)s AND business_date = %(since)s"
)
# Where anything was sold, or has a row, at these outlets.
_DATES = """
    WITH dated AS (
        SELECT DISTINCT sale.company_id, till.outlet_id, sale.business_date AS day
        FROM sales_sale sale JOIN pos_till till ON till.id = sale.till_id
        WHERE sale.status = 'finalized'
        UNION SELECT DISTINCT company_id, outlet_id, business_date
        FROM sales_productday
        UNION SELECT DISTINCT company_id, outlet_id, business_date
        FROM sales_productmonth WHERE %(by)s = 'month'
    )
    SELECT DISTINCT company_id, outlet_id, date_trunc(%(by)s, day)::date AS since,
           (date_trunc(%(by)s, day) + ('1 ' || %(by)s)::interval)::date AS until
    FROM dated
    WHERE %(shifts)s::bigint[] IS NULL OR outlet_id IN (
        SELECT other.outlet_id FROM sales_shift own
        JOIN pos_till other ON other.id = own.till_id
        WHERE own.id = ANY (%(shifts)s))
    ORDER BY company_id, outlet_id, since
"""
# A shift that is open should have no rows, and is looked at too.
_SHIFTS = (
    "SELECT id FROM sales_shift"
    " WHERE %(shifts)s::bigint[] IS NULL OR id = ANY (%(shifts)s) ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table: those that it has in ``scope``, and the ``right`` ones."""

    sums: Sums
    right: str
    scope: str
    params: dict[str, Any]

    @property
    def table(self) -> str:
        return self.sums.table

    @property
    def columns(self) -> str:
        return ", ".join(self.sums.columns)

    @property
    def is_of_products(self) -> bool:
        return self.sums in OF_PRODUCTS


def list_parts(shifts: Sequence[int] | None, *, dry_run: bool) -> list[Part]:
    """Return the parts in the order in which they are made: days before months.

    Months are made of days, which are right by then; ``dry_run`` leaves the days as
    they are, so that months are made of lines as well.
    """
    return [
        *_of_shifts(shifts),
        *_of_dates(PRODUCT_DAYS, "day", _add_lines(PRODUCT_DAYS), shifts),
        *_of_dates(
            PRODUCT_MONTHS,
            "month",
            _add_lines(PRODUCT_MONTHS) if dry_run else _add_days(),
            shifts,
        ),
    ]


def _of_shifts(shifts: Sequence[int] | None) -> Iterator[Part]:
    statements = {
        sums.table: f"SELECT {', '.join(sums.columns)}"  # noqa: S608  our own columns
        f" FROM ({sums.statement(_SHIFT)}) AS added"
        for sums in OF_SHIFTS
    }
    for (shift,) in _fetch(_SHIFTS, shifts=_list(shifts)):
        for sums in OF_SHIFTS:
            right = statements[sums.table]
            yield Part(sums, right, "shift_id = %(shift)s", {"shift": shift})


def _of_dates(
    sums: Sums, by: str, right: str, shifts: Sequence[int] | None
) -> Iterator[Part]:
    for company, outlet, since, until in _fetch(_DATES, by=by, shifts=_list(shifts)):
        dates = {"since": since, "until": until}
        place = {"company": company, "outlet": outlet}
        yield Part(sums, right, _ROWS_OF_DATE, {**place, **dates})


def _add_lines(sums: Sums) -> str:
    """Products of a day or a month, of the lines of all shifts that sold then."""
    return _add(sums, f"({sums.statement(_OF_DATES)}) AS added", "business_date")


def _add_days() -> str:
    """Products of a month, of its days."""
    return _add(
        PRODUCT_MONTHS,
        "sales_productday",
        "date_trunc('month', business_date)::date",
        "company_id = %(company)s AND outlet_id = %(outlet)s"
        " AND business_date >= %(since)s AND business_date < %(until)s",
    )


def _add(
    sums: Sums, source: str, date: str, condition: str = "business_date = %(since)s"
) -> str:
    values = ", ".join(f"sum({value})" for value in sums.values)
    keys = f"company_id, outlet_id, {date}, product_id"
    return (
        f"SELECT {keys}, {values} FROM {source}"  # noqa: S608  our own columns
        f" WHERE {condition} GROUP BY {keys}"
    )


def _list(shifts: Sequence[int] | None) -> list[int] | None:
    return None if shifts is None else list(shifts)


def _fetch(query: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
