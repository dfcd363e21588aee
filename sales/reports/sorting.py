"""Sorting: the rows of a table in the order that an address asks for; pure."""

from collections.abc import Sequence
from typing import Any

from sales.reports.table import Column, Row


def sort_rows(
    rows: Sequence[Row], columns: Sequence[Column], sort: str, *, usual: str = ""
) -> list[Row]:
    """Return the rows by a column: ``name``, or ``-total`` for the largest first.

    What there is no column of is as ``usual``, and without that they stay as they are.
    What has no value comes last.
    """
    keys = {column.key for column in columns}
    asked = sort if sort.removeprefix("-") in keys else usual
    if not asked:
        return list(rows)
    key = asked.removeprefix("-")
    with_value = [row for row in rows if row.cells.get(key) is not None]
    without = [row for row in rows if row.cells.get(key) is None]
    with_value.sort(key=lambda row: _order(row.cells[key]), reverse=asked != key)
    return [*with_value, *without]


def _order(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
