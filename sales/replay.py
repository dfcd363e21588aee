"""Invoices out of a file in the columns of the Online Retail data set; pure.

The data set: Daqing Chen, "Online Retail", UCI Machine Learning Repository.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.utils.translation import gettext as _

from pos.money import is_money
from pos.tables import Problem, Row

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
)
QUANTITY_LIMIT = Decimal(100_000)


class Skipped(StrEnum):
    """Why an invoice is not replayed; the first that is true counts."""

    CANCELLATION = "cancellation"
    NAMELESS = "nameless"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of the file. ``at`` is naive, as it stood on the shop's wall."""

    line: int
    invoice: str
    code: str
    name: str
    quantity: Decimal
    price: Decimal
    at: datetime
    customer: str

    @property
    def why_unsellable(self) -> str:
        """What keeps the line from being sold, if anything does."""
        if not self.name:
            return _("no description")
        if self.quantity <= 0:
            return _("no quantity above zero")
        if self.price <= 0:
            return _("no price above zero")
        return ""


@dataclass(slots=True)
class Invoice:
    """The lines of one number, in the order of the file."""

    number: str
    lines: list[InvoiceLine] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.lines[0].at

    @property
    def customer(self) -> str:
        return self.lines[0].customer

    @property
    def sellable(self) -> list[InvoiceLine]:
        return [line for line in self.lines if not line.why_unsellable]

    @property
    def unsellable(self) -> list[InvoiceLine]:
        return [line for line in self.lines if line.why_unsellable]

    @property
    def skipped(self) -> Skipped | None:
        if self.number.upper().startswith("C"):
            return Skipped.CANCELLATION
        return None if self.sellable else Skipped.NAMELESS


def read_invoices(
    rows: Iterable[Row], *, places: int
) -> tuple[list[Invoice], list[Problem]]:
    """Group the file's lines by invoice, in order of time, then of the file.

    ``places`` is the currency's minor unit. A line that cannot be read is a
    problem, and is in no invoice.
    """
    invoices: dict[str, Invoice] = {}
    problems = []
    for row in rows:
        try:
            line = _line(row, places)
        except ValueError as error:
            problems.append(Problem(row.line, str(error)))
            continue
        invoices.setdefault(line.invoice, Invoice(line.invoice)).lines.append(line)
    return sorted(invoices.values(), key=lambda invoice: invoice.at), problems


def _line(row: Row, places: int) -> InvoiceLine:
    cells = row.cells
    if not cells["InvoiceNo"] or not cells["StockCode"]:
        raise ValueError(_("an invoice number and a stock code are needed."))
    if len(cells["StockCode"]) > 64 or len(cells["CustomerID"]) > 32:
        raise ValueError(_("a code is too long."))
    quantity = _number(cells["Quantity"], places=3)
    if abs(quantity) >= QUANTITY_LIMIT:
        raise ValueError(_("the quantity is too large."))
    return InvoiceLine(
        line=row.line,
        invoice=cells["InvoiceNo"],
        code=cells["StockCode"],
        name=cells["Description"][:200],
        quantity=quantity,
        price=_number(cells["UnitPrice"], places=places),
        at=_time(cells["InvoiceDate"]),
        customer=cells["CustomerID"],
    )


def _number(text: str, *, places: int) -> Decimal:
    wrong = ValueError(_("%(text)s is not a number that can be used.") % {"text": text})
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise wrong from None
    if not is_money(number, places=places):
        raise wrong
    return number


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("%(text)s is not a time.") % {"text": text}) from None
    return moment.replace(tzinfo=None)
