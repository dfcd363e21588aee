"""Rebuild: makes the figures of closed shifts again, where they differ.

They follow from sales, lines, tenders and the rest, which are permanent. The owner of
the tables may replace them, and nobody else: after an upgrade that brought new figures,
or where a check of the books found a row that is not what it should be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from pos.core.transactions import atomic_with_retry
from sales.models import Shift
from sales.shifts.sold_lines import choose_shifts
from sales.shifts.sums import OF_PRODUCTS, OF_SHIFTS, Sums

# A close that is under way ends first, and the next one waits.
_LOCK = "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE".format(
    ", ".join(sums.table for sums in (*OF_SHIFTS, *OF_PRODUCTS))
)
_CLOSED = choose_shifts(
    "shift.closed_at IS NOT NULL"
    " AND (%(shifts)s::bigint[] IS NULL OR shift.id = ANY (%(shifts)s))"
)
_OF_SHIFTS = "(%(shifts)s::bigint[] IS NULL OR shift_id = ANY (%(shifts)s))"
# Products are added up by outlet and date, over all shifts that sold there then.
_OF_OUTLETS = (
    "(%(shifts)s::bigint[] IS NULL OR outlet_id IN (SELECT other.outlet_id"
    " FROM sales_shift own JOIN pos_till other ON other.id = own.till_id"
    " WHERE own.id = ANY (%(shifts)s)))"
)
_CLOSED_THERE = choose_shifts(f"shift.closed_at IS NOT NULL AND {_OF_OUTLETS}")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that was not right: what it was, and what it is now; None for no row."""

    table: str
    keys: tuple[Any, ...]
    before: tuple[Any, ...] | None
    after: tuple[Any, ...] | None


@atomic_with_retry
def rebuild_figures(
    *, shifts: Sequence[Shift] | None = None, dry_run: bool = False
) -> list[Difference]:
    """Make the figures of these closed shifts right, or of all; return what differed.

    Products are made right at the outlets of these shifts. Rows that are right stay.
    A repeat finds nothing. With ``dry_run`` nothing is changed.

    Raises ProgrammingError where the role does not own the tables.
    """
    params = {"shifts": None if shifts is None else [shift.pk for shift in shifts]}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    found: list[Difference] = []
    for sums in OF_SHIFTS:
        found += _replace(sums, sums.statement(_CLOSED), _OF_SHIFTS, params)
    for sums in OF_PRODUCTS:
        found += _replace(sums, _add_shifts(sums), _OF_OUTLETS, params)
    if dry_run:
        transaction.set_rollback(True)
    return found


def _add_shifts(sums: Sums) -> str:
    keys = ", ".join(("company_id", *sums.keys))
    values = ", ".join(f"sum({value}) AS {value}" for value in sums.values)
    every = sums.statement(_CLOSED_THERE)
    return f"SELECT {keys}, {values} FROM ({every}) AS added GROUP BY {keys}"  # noqa: S608


def _replace(
    sums: Sums, right: str, scope: str, params: dict[str, Any]
) -> Iterator[Difference]:
    """Delete what is wrong, insert what is missing; yield each row that differed."""
    columns = ", ".join(sums.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH wanted AS MATERIALIZED (SELECT {columns} FROM ({right}) AS added),
            wrong AS (
                DELETE FROM {sums.table} own WHERE {scope} AND NOT EXISTS (
                    SELECT FROM wanted WHERE {_match("own", "wanted", sums)})
                RETURNING {columns})
            SELECT true, {columns} FROM wrong
            UNION ALL
            SELECT false, {columns} FROM (
                SELECT {columns} FROM wanted
                EXCEPT SELECT {columns} FROM {sums.table}) AS missing
            """,  # noqa: S608  our own columns
            params,
        )
        rows = cursor.fetchall()
        missing = [row for was, *row in rows if not was]
        if missing:
            places = ", ".join(["%s"] * len(sums.columns))
            cursor.executemany(
                f"INSERT INTO {sums.table} ({columns}) VALUES ({places})",  # noqa: S608
                missing,
            )
    width = 1 + len(sums.keys)
    before = {tuple(row[:width]): tuple(row[width:]) for was, *row in rows if was}
    after = {tuple(row[:width]): tuple(row[width:]) for row in missing}
    for key in sorted(before.keys() | after.keys(), key=str):
        yield Difference(sums.table, key, before.get(key), after.get(key))


def _match(one: str, other: str, sums: Sums) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in sums.columns)
