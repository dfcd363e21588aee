"""Reading: what was sold, from closed shifts and from those that are still open.

Closed shifts are added up already (``sales/shifts/roll_up.py``). Open ones are added up
here by the same statements, in the same snapshot: a shift that is closed meanwhile is
counted once, as open or as closed. Every report is made of these rows.

    with snapshot():
        days = read(HOURS, scope, by=("business_date",))
        rates = read(TAXES, scope, by=("tax_code", "tax_rate"))
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from sales.reports.scope import Scope, spans
from sales.shifts.sold_lines import choose_idle_tills, choose_shifts
from sales.shifts.sums import (
    HOURS,
    PRODUCT_DAYS,
    PRODUCT_MONTHS,
    REASONS,
    TAXES,
    TENDERS,
    Row,
    Sums,
)

__all__ = ["HOURS", "PRODUCTS", "REASONS", "TAXES", "TENDERS", "read", "snapshot"]

# By day or by month: which of the two is read follows from the dates.
PRODUCTS = PRODUCT_DAYS

TIMEOUT_SECONDS = 5

# What rows can be added up by besides their keys.
_OF_DATES: Mapping[str, str] = {
    "weekday": "extract(isodow FROM business_date)::int",  # Monday is 1
    "month": "date_trunc('month', business_date)::date",
}
_PLACES = ("outlet_id", "till_id")


@contextmanager
def snapshot() -> Iterator[None]:
    """See one moment: read only, and no statement longer than five seconds.

    Inside another transaction, as in a test, it reads that one: its snapshot is then as
    good as that transaction's, and the time limit ends with the block as well.
    """
    is_outermost = not connection.in_atomic_block
    sets = f"SET LOCAL statement_timeout = '{TIMEOUT_SECONDS}s'"
    if is_outermost:
        # In one round trip.
        sets = f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {sets}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sets)
        yield
        # Nothing was written. What was set for the block is undone with it.
        transaction.set_rollback(True)


def read(
    sums: Sums,
    scope: Scope,
    *,
    by: Sequence[str],
    where: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Return what the scope comes to, one row for each ``by``, in its order.

    ``sums`` is one of HOURS, TAXES, TENDERS, REASONS and PRODUCTS. ``by`` are keys of
    it, or ``outlet_id``, ``till_id``, ``shift_id``, ``weekday`` (Monday is 1) and
    ``month`` (its first); without any there is one row, or none where nothing was sold.
    ``where`` keeps the rows with these values of such columns. A row has ``by`` and
    ``sums.values``; amounts are Decimal, counts int.

    One statement, inside ``snapshot()``. Products are in no till and no shift; by
    business date, weekday or shift they are read day by day, else by months.

    Raises ValueError for a column that the rows do not have, or outside a transaction.
    """
    if not connection.in_atomic_block:
        raise ValueError("read inside snapshot()")
    where = where or {}
    allowed = _list_columns(sums)
    if unknown := {*by, *where} - allowed:
        raise ValueError(f"{sums.table} has no {', '.join(sorted(unknown))}")
    query, params = _make_query(sums, scope, by, where)
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = (*by, *sums.values)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _list_columns(sums: Sums) -> set[str]:
    places = {"outlet_id"} if sums is PRODUCTS else {*_PLACES, "shift_id"}
    return {*sums.keys, *_OF_DATES, *places}


def _make_query(
    sums: Sums, scope: Scope, by: Sequence[str], where: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {
        "company": scope.company_id,
        "since": scope.since,
        "until": scope.until,
        "outlets": None if scope.outlets is None else list(scope.outlets),
        **{f"where_{name}": value for name, value in where.items()},
    }
    parts = [_select_open(sums)]
    if sums is PRODUCTS:
        parts += _select_products(scope, {*by, *where}, params)
    else:
        parts.append(_select_closed(sums))
    # A sum is of bigint or numeric; a count stays whole.
    values = ", ".join(f"sum({name}){_cast(name)} AS {name}" for name in sums.values)
    keys = [f"{_OF_DATES.get(name, name)} AS {name}" for name in by]
    conditions = [
        f"{_OF_DATES.get(name, name)} = %(where_{name})s" for name in where
    ] or ["true"]
    places = ", ".join(str(place) for place in range(1, len(by) + 1))
    ends = f" GROUP BY {places} ORDER BY {places}" if by else " HAVING count(*) > 0"
    query = (
        f"SELECT {', '.join([*keys, values])}"  # noqa: S608  our own columns
        f" FROM ({' UNION ALL '.join(parts)}) AS sold"
        f" WHERE {' AND '.join(conditions)}{ends}"
    )
    return query, params


_COUNTS = frozenset(
    {
        *("receipts", "refund_receipts", "line_count", "documents"),
        *("count", "refund_count"),
    }
)


def _cast(name: str) -> str:
    return "::bigint" if name in _COUNTS else ""


_OF_OUTLETS = "(%(outlets)s::bigint[] IS NULL OR till.outlet_id = ANY (%(outlets)s))"


def _list_read(sums: Sums) -> str:
    """The columns of either half, in one order."""
    keys = [name for name in sums.keys if name not in {"shift_id", *_PLACES}]
    return ", ".join((*("shift_id", *_PLACES), *keys, *sums.values))


def _select_open(sums: Sums) -> str:
    """What the shifts come to that are open in this snapshot."""
    chosen = choose_shifts(
        f"shift.closed_at IS NULL AND shift.company_id = %(company)s AND {_OF_OUTLETS}"
    )
    if sums is REASONS:
        idle = choose_idle_tills(f"till.company_id = %(company)s AND {_OF_OUTLETS}")
        chosen = f"{chosen} UNION ALL {idle}"
    return (
        f"SELECT {_list_read(sums)} FROM ({sums.statement(chosen)}) AS open"  # noqa: S608
        " WHERE business_date BETWEEN %(since)s AND %(until)s"
    )


def _select_closed(sums: Sums) -> str:
    """What closed shifts came to."""
    keys = [name for name in sums.keys if name not in {"shift_id", *_PLACES}]
    columns = ", ".join(f"own.{name}" for name in (*keys, *sums.values))
    return (
        f"SELECT own.shift_id, till.outlet_id, till.id, {columns}"  # noqa: S608
        f" FROM {sums.table} own"
        " JOIN sales_shift shift ON shift.id = own.shift_id"
        " JOIN pos_till till ON till.id = shift.till_id"
        " WHERE own.company_id = %(company)s"
        " AND own.business_date BETWEEN %(since)s AND %(until)s"
        f" AND {_OF_OUTLETS}"
    )


def _select_products(
    scope: Scope, columns: set[str], params: dict[str, Any]
) -> Iterator[str]:
    """What products came to in closed shifts: whole months, and the other days."""
    is_daily = bool(columns & {"business_date", "weekday"})
    keys = [name for name in PRODUCTS.keys if name != "outlet_id"]
    columns_read = ", ".join((*keys, *PRODUCTS.values))
    for place, span in enumerate(spans(scope.since, scope.until)):
        by_month = span.is_months and not is_daily
        table = PRODUCT_MONTHS.table if by_month else PRODUCTS.table
        params[f"since_{place}"] = span.since
        params[f"until_{place}"] = span.last_day if not by_month else span.until
        yield (
            f"SELECT NULL::bigint, outlet_id, NULL::bigint, {columns_read}"  # noqa: S608
            f" FROM {table} WHERE company_id = %(company)s AND business_date"
            f" BETWEEN %(since_{place})s AND %(until_{place})s"
            " AND (%(outlets)s::bigint[] IS NULL OR outlet_id = ANY (%(outlets)s))"
        )
