"""XLSX: a report as a workbook, one sheet for each table; pure.

A text stays a text, whatever it looks like. Totals are values: a formula would be a
second sum.
"""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from sales.reports.report import Report
from sales.reports.table import Column, Form, Row, Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More are for the CSV.
ROWS_MAX = 100_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
# The name of a sheet has none of these, and so many characters at most.
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
NAME_MAX = 31
TEXT_MAX = 32_767
WIDTH_MIN, WIDTH_MAX = 11, 48


def write_report_xlsx(report: Report, *, places: int, moment: datetime) -> bytes:
    """Return the workbook. ``places`` are those of the currency; ``moment`` is now."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"title": report.title, "created": moment.replace(tzinfo=None)})
    forms = _Forms(book, places)
    names: list[str] = []
    for table in report.tables:
        names.append(_name_sheet(table, names))
        _write_sheet(book.add_worksheet(names[-1]), table, forms)
    book.close()
    return stream.getvalue()


class _Forms:
    """How cells look, by the form of their column; those of totals are bold."""

    def __init__(self, book: Any, places: int) -> None:
        money = "#,##0" + ("." + "0" * places if places else "")
        numbers: Mapping[Form, str] = {
            Form.MONEY: money,
            Form.QUANTITY: "#,##0.###",
            Form.COUNT: "#,##0",
            Form.PERCENT: "0.0",
            Form.DATE: "yyyy-mm-dd",
            Form.SECONDS: "0",
            Form.TEXT: "@",
        }
        self.head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self._of = {
            (form, is_total): book.add_format(
                {"num_format": number} | ({"bold": True, "top": 1} if is_total else {})
            )
            for form, number in numbers.items()
            for is_total in (False, True)
        }

    def of(self, form: Form, *, is_total: bool) -> Any:
        return self._of[form, is_total]


def _name_sheet(table: Table, taken: Sequence[str]) -> str:
    name = NOT_IN_NAMES.sub(" ", table.caption).strip()[:NAME_MAX] or table.key
    if name.casefold() in {one.casefold() for one in taken}:
        name = f"{name[: NAME_MAX - 3]} {len(taken) + 1}"
    return name


def _write_sheet(sheet: Any, table: Table, forms: _Forms) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _find_width(column, table))
        sheet.write_string(0, place, column.label, forms.head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    number = 0
    for number, row in enumerate(table.rows[:ROWS_MAX], start=1):
        _write_row(sheet, number, table.columns, row, forms)
    if table.last_row:
        _write_row(
            *(sheet, number + 1, table.columns, table.last_row, forms), is_total=True
        )
    if len(table.rows) > ROWS_MAX:
        said = _("There are more rows: the CSV has all of them.")
        sheet.write_string(number + 2, 0, said)


def _find_width(column: Column, table: Table) -> int:
    """Return the width of a column in characters, as a look at its beginning says."""
    texts = [str(row.cells.get(column.key) or "") for row in table.rows[:200]]
    longest = max(map(len, texts), default=0) if column.form == Form.TEXT else 0
    return min(max(longest, len(column.label), WIDTH_MIN) + 2, WIDTH_MAX)


def _write_row(
    sheet: Any,
    number: int,
    columns: Sequence[Column],
    row: Row,
    forms: _Forms,
    *,
    is_total: bool = False,
) -> None:
    for place, column in enumerate(columns):
        value = row.cells.get(column.key)
        look = forms.of(column.form, is_total=is_total)
        if value is None:
            sheet.write_blank(number, place, None, look)
        elif isinstance(value, date):
            at = datetime.combine(value, time())
            sheet.write_datetime(number, place, at, look)
        elif column.form == Form.TEXT or not isinstance(value, Decimal | int):
            sheet.write_string(number, place, str(value)[:TEXT_MAX], look)
        else:
            sheet.write_number(number, place, value, look)
