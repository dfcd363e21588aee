"""Rebuild: makes the figures of closed shifts again, where they differ.

They follow from sales, lines, tenders and the rest, which are permanent. The owner of
the tables may replace them, and nobody else: after an upgrade that brought new figures,
or where a check of the books found a row that is not what it should be.

It goes shift by shift, and for products day by day and month by month of an outlet.
What is right is only read. What is not is replaced in a short transaction of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection

from pos.core.busy_tables import retry_while_busy
from pos.core.transactions import atomic_with_retry
from sales.models import Shift
from sales.shifts.rebuild_parts import TABLES, Part, list_parts

# A second rebuild waits for this one's transaction: both would insert the same rows.
_ALONE = "SELECT pg_advisory_xact_lock(7214230)"
# A close adds to the rows of products. One that is under way ends first, and the next
# one waits for the few rows of this part.
_LOCK = "LOCK TABLE sales_productday, sales_productmonth IN SHARE ROW EXCLUSIVE MODE"
# How often it is said how far it is, in parts.
SAID_EACH = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that was not right: what it was, and what it is now; None for no row."""

    table: str
    keys: tuple[Any, ...]
    before: tuple[Any, ...] | None
    after: tuple[Any, ...] | None


def rebuild_figures(
    *,
    shifts: Sequence[Shift] | None = None,
    dry_run: bool = False,
    say: Callable[[str], object] = lambda text: None,
) -> Iterator[Difference]:
    """Make the figures of these closed shifts right, or of all; yield what differed.

    Products are made right at the outlets of these shifts. Rows that are right stay.
    It may be stopped at any row; a repeat goes on, and at the end finds nothing. Shops
    may sell and close meanwhile. With ``dry_run`` nothing is changed or locked.

    ``say`` is called with how far it is.

    Raises ProgrammingError where the role does not own the tables.
    """
    if not dry_run:
        _require_owner()
    keys = None if shifts is None else [shift.pk for shift in shifts]
    parts = list_parts(keys, dry_run=dry_run)
    for number, part in enumerate(parts, 1):
        found = _compare(part)
        if found and not dry_run:
            found = retry_while_busy(partial(rebuild_part, part=part), say=say)
        yield from found
        if number % SAID_EACH == 0 or number == len(parts):
            say(f"{number} of {len(parts)} parts")


def _require_owner() -> None:
    """Be refused by the database where nothing could be deleted."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE false")  # noqa: S608


def _compare(part: Part) -> list[Difference]:
    """Return what differs, as one statement sees it: nothing is locked."""
    columns = part.columns
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH wanted AS MATERIALIZED ({part.right}),
            own AS MATERIALIZED (
                SELECT {columns} FROM {part.table} WHERE {part.scope})
            SELECT true, * FROM (TABLE own EXCEPT TABLE wanted) AS wrong
            UNION ALL
            SELECT false, * FROM (TABLE wanted EXCEPT TABLE own) AS missing
            """,  # noqa: S608  our own columns
            part.params,
        )
        return _pair(part, cursor.fetchall())


@atomic_with_retry
def rebuild_part(*, part: Part) -> list[Difference]:
    """Delete what is wrong, insert what is missing; return each row that differed."""
    columns = part.columns
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        if part.is_of_products:
            cursor.execute(_LOCK)
        # All that is wrong is gone before the first row is inserted: it is counted.
        cursor.execute(
            f"""
            WITH wanted AS MATERIALIZED ({part.right}),
            own AS MATERIALIZED (
                SELECT {columns} FROM {part.table} WHERE {part.scope}),
            wrong AS (
                DELETE FROM {part.table} WHERE {part.scope} AND ({columns}) IN (
                    SELECT * FROM (TABLE own EXCEPT TABLE wanted) AS wrong)
                RETURNING {columns}),
            missing AS (
                INSERT INTO {part.table} ({columns})
                SELECT * FROM (TABLE wanted EXCEPT TABLE own) AS missing
                WHERE (SELECT count(*) FROM wrong) >= 0
                RETURNING {columns})
            SELECT true, * FROM wrong UNION ALL SELECT false, * FROM missing
            """,  # noqa: S608  our own columns
            part.params,
        )
        return _pair(part, cursor.fetchall())


def _pair(part: Part, rows: Sequence[tuple[Any, ...]]) -> list[Difference]:
    width = 1 + len(part.sums.keys)
    before = {tuple(row[:width]): tuple(row[width:]) for was, *row in rows if was}
    after = {tuple(row[:width]): tuple(row[width:]) for was, *row in rows if not was}
    return [
        Difference(part.table, key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys(), key=str)
    ]
