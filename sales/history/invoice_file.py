"""Invoice file: reads a CSV file of past sales, and says what is wrong with it.

The columns are those of the "Online Retail" data set of the UCI repository, and four
more that a file may have: docs/import-sales.md describes them.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from pos.core.csv_reader import Problem, Row, Table, UnreadableError
from pos.core.localized_names import NAME_MAX
from pos.core.money import ZERO
from pos.core.text import CODE_MAX
from pos.models import Product
from sales.checkout.settlement import CASH
from sales.history.invoices import Invoice, InvoiceLine
from sales.pricing.totals import NO_DISCOUNT, Discount

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
)
# The names of columns that a file may have, without spaces and in small letters.
OPTIONAL = {
    "Payment": {"payment", "paymentmethod", "paidby", "tender"},
    "Discount": {"discount", "discountamount", "linediscount"},
    "Tax": {"tax", "taxamount", "linetax", "gst", "vat"},
    "Unit": {"unit"},
}
# What the columns of products and customers hold.
LENGTHS = {
    "InvoiceNo": 64,
    "StockCode": CODE_MAX,
    "Description": NAME_MAX,
    "CustomerID": 32,
}
NEEDED = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice")
NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,6})?")
PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%")
UNITS = {unit.casefold(): str(unit) for unit in Product.Unit.values}
# Lines of one invoice are not further apart than this.
SPAN = timedelta(days=1)
# No zone moves a time of these years out of what can be stored.
YEARS = range(1900, 9999)


@dataclass(slots=True)
class InvoiceFile:
    """The invoices of a file, in its order; what is wrong, and what is not read."""

    invoices: list[Invoice] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


class _CellError(Exception):
    """A cell holds nothing that can be used; the message is a sentence."""


def read_invoices(table: Table, kinds: Collection[str]) -> InvoiceFile:
    """Gather the lines of each invoice, in the order of the file.

    An invoice has the time of its first line, and the first customer and the first
    way to pay that one of its lines names, one of ``kinds``. Raises UnreadableError
    when a column is missing, or there twice.
    """
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        text = _("The file has no column %(columns)s.")
        raise UnreadableError(text % {"columns": ", ".join(missing)})
    named = _find_optional(table)
    used = {*COLUMNS, *named.values()}
    file = InvoiceFile(
        problems=list(table.problems),
        unread=[column for column in table.columns if column not in used],
    )
    invoices: dict[str, Invoice] = {}
    for row in table.rows:
        try:
            line = _read_line(row, named, kinds)
            _add_to_invoice(line, row, invoices)
        except _CellError as error:
            file.problems.append(Problem(row.line, str(error)))
    file.problems.sort(key=lambda problem: problem.line)
    file.invoices = [_name_kinds(invoice) for invoice in invoices.values()]
    return file


def _find_optional(table: Table) -> dict[str, str]:
    """Return which columns of the file are the optional ones."""
    named: dict[str, str] = {}
    for column in table.columns:
        plain = re.sub(r"[ _-]", "", column).casefold()
        for name, spellings in OPTIONAL.items():
            if plain not in spellings:
                continue
            if name in named:
                text = _("The columns %(one)s and %(other)s say the same.")
                facts = {"one": named[name], "other": column}
                raise UnreadableError(text % facts)
            named[name] = column
    return named


def _add_to_invoice(line: InvoiceLine, row: Row, invoices: dict[str, Invoice]) -> None:
    at = datetime.fromisoformat(row.cells["InvoiceDate"])
    invoice = invoices.setdefault(line.invoice, Invoice(line.invoice, at))
    is_far = (at.tzinfo is None) != (invoice.at.tzinfo is None)
    if is_far or abs(at - invoice.at) > SPAN:
        text = _("invoice %(number)s has another date on line %(line)d.")
        facts = {"number": invoice.number, "line": invoice.lines[0].line}
        raise _CellError(text % facts)
    invoice.customer = invoice.customer or row.cells["CustomerID"]
    invoice.lines.append(line)


def _name_kinds(invoice: Invoice) -> Invoice:
    """Give the way to pay to lines of the invoice that do not say it."""
    kind = next((line.kind for line in invoice.lines if line.kind), "")
    if kind:
        invoice.lines = [
            replace(line, kind=line.kind or kind) for line in invoice.lines
        ]
    return invoice


def _read_line(row: Row, named: dict[str, str], kinds: Collection[str]) -> InvoiceLine:
    """Read one line; raises _CellError with what is wrong with it."""
    cells = row.cells
    _require_cells(cells)
    quantity, price = Decimal(cells["Quantity"]), Decimal(cells["UnitPrice"])
    more = {name: cells[column] for name, column in named.items()}
    is_back = quantity < 0
    return InvoiceLine(
        line=row.line,
        invoice=cells["InvoiceNo"],
        code=cells["StockCode"],
        description=cells["Description"],
        quantity=quantity,
        price=price,
        discount=_read_discount(more.get("Discount", ""), is_back=is_back),
        stated_tax=_read_tax(more.get("Tax", ""), is_back=is_back),
        kind=_read_kind(more["Payment"], kinds) if "Payment" in more else CASH,
        unit=_read_unit(more.get("Unit", "")),
    )


def _require_cells(cells: dict[str, str]) -> None:
    for column in NEEDED:
        if not cells[column]:
            raise _CellError(_("%(column)s is empty.") % {"column": column})
    for column, length in LENGTHS.items():
        if len(cells[column]) > length:
            facts = {"column": column, "length": length}
            text = _("%(column)s has more than %(length)d characters.")
            raise _CellError(text % facts)
    for column in ("Quantity", "UnitPrice"):
        _read_number(cells[column])
    cell = cells["InvoiceDate"]
    try:
        at = datetime.fromisoformat(cell)
    except ValueError as error:
        raise _CellError(
            _("%(cell)s is not an ISO time.") % {"cell": cell[:20]}
        ) from error
    if at.year not in YEARS:
        raise _CellError(_("%(cell)s is no time of a sale.") % {"cell": cell[:20]})


def _read_number(cell: str) -> Decimal:
    if not NUMBER.fullmatch(cell):
        raise _CellError(_("%(cell)s is not a number.") % {"cell": cell[:20]})
    return Decimal(cell)


def _read_discount(cell: str, *, is_back: bool) -> Discount:
    """Read an amount or a percent; both may be below zero where goods came back."""
    if not cell:
        return NO_DISCOUNT
    if percent := PERCENT.fullmatch(cell):
        rate = Decimal(percent[1]) / 100
        if rate > 1:
            text = _("%(cell)s is more than the whole price.")
            raise _CellError(text % {"cell": cell})
        return Discount(rate=rate)
    amount = _read_number(cell)
    if amount < 0 and not is_back:
        text = _("%(cell)s is no discount: write what was taken off, without a sign.")
        raise _CellError(text % {"cell": cell})
    return Discount(amount=abs(amount))


def _read_tax(cell: str, *, is_back: bool) -> Decimal | None:
    if not cell:
        return None
    tax = _read_number(cell)
    if tax < 0 and not is_back:
        text = _("%(cell)s is no tax: it is below zero.")
        raise _CellError(text % {"cell": cell})
    return abs(tax) + ZERO


def _read_kind(cell: str, kinds: Collection[str]) -> str:
    kind = cell.casefold()
    if kind and kind not in kinds:
        text = _("%(cell)s is no way to pay: write %(kinds)s.")
        facts = {"cell": cell[:20], "kinds": ", ".join(kinds)}
        raise _CellError(text % facts)
    return kind


def _read_unit(cell: str) -> str:
    if cell and cell.casefold() not in UNITS:
        text = _("%(cell)s is no unit: write %(units)s.")
        facts = {"cell": cell[:20], "units": ", ".join(UNITS.values())}
        raise _CellError(text % facts)
    return UNITS.get(cell.casefold(), "")
