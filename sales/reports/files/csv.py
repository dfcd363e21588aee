"""CSV: a report as a file that spreadsheets and our own readers take; pure.

The form of a column decides what a cell is: a text is never a formula, and a figure is
never a text.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pos.core.csv_writer import Figure, write_csv
from sales.reports.report import Report
from sales.reports.table import Column, Form, Row, Table


def write_report_csv(report: Report, *, places: int) -> Iterator[str]:
    """Yield the lines of a file: each table under its head, with its totals.

    ``places`` are those of the currency.
    """
    # Words are of the person's language, which may not be that when lines are sent.
    tables = [(table, table.last_row) for table in report.tables]
    return write_csv(_list_rows(tables, places))


def _list_rows(
    tables: Sequence[tuple[Table, Row | None]], places: int
) -> Iterator[list[object]]:
    for number, (table, last_row) in enumerate(tables):
        if number:
            yield []
        yield [column.label for column in table.columns]
        for row in (*table.rows, *([last_row] if last_row else [])):
            yield [_write_cell(row, column, places) for column in table.columns]


def _write_cell(row: Row, column: Column, places: int) -> object:
    value = row.cells.get(column.key)
    if value is None or column.form == Form.TEXT or isinstance(value, str):
        return value
    return Figure(_write_figure(value, column.form, places))


def _write_figure(value: Any, form: Form, places: int) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if form == Form.MONEY:
        return f"{Decimal(value):.{places}f}"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
