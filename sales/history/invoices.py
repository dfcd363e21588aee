"""Invoices: reads a CSV file of past sales, and says which can be sold again; pure.

The columns are those of the "Online Retail" data set of the UCI repository.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from pos.core.csv_reader import Problem, Table, UnreadableError
from pos.core.money import ZERO

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
)
# What the columns of products and customers hold.
LENGTHS = {"InvoiceNo": 64, "StockCode": 64, "Description": 200, "CustomerID": 32}
NEEDED = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice")
NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,6})?")


class NotRefunded(StrEnum):
    """Why a line of a cancellation is not a refund; the first reason that applies."""

    NAMELESS = "no customer"
    NOTHING = "nothing to refund"  # no quantity below zero, or no price above
    NEVER_SOLD = "no earlier sale"
    NOT_ENOUGH = "more than was left"


class Skipped(StrEnum):
    """Why an invoice is not a sale; the first reason that applies."""

    CANCELLATION = "cancellation"  # its number begins with C
    NAMELESS = "nameless"  # none of its lines is sellable


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of the file, counted from 1 at its header."""

    line: int
    invoice: str
    code: str
    description: str
    quantity: Decimal
    price: Decimal

    @property
    def is_sellable(self) -> bool:
        return not self.fault

    @property
    def fault(self) -> str:
        """Why the line cannot be sold; empty where it can."""
        if not self.description:
            return _("no description")
        if self.quantity <= 0:
            return _("no quantity above zero")
        if self.price <= 0:
            return _("no price above zero")
        return ""


@dataclass(slots=True)
class Invoice:
    """One sale of the past. ``at`` has no time zone unless the file gives one."""

    number: str
    at: datetime
    customer: str = ""
    lines: list[InvoiceLine] = field(default_factory=list)

    @property
    def sellable(self) -> list[InvoiceLine]:
        return [line for line in self.lines if line.is_sellable]

    @property
    def is_cancellation(self) -> bool:
        return self.number.startswith("C")

    @property
    def skipped(self) -> Skipped | None:
        if self.is_cancellation:
            return Skipped.CANCELLATION
        if not self.sellable:
            return Skipped.NAMELESS
        return None

    @property
    def total(self) -> Decimal:
        return sum((line.quantity * line.price for line in self.sellable), ZERO)

    def moment(self, zone: tzinfo) -> datetime:
        """Return its time, in that zone where the file gives none."""
        return self.at if self.at.tzinfo else self.at.replace(tzinfo=zone)


def read_invoices(table: Table) -> tuple[list[Invoice], list[Problem]]:
    """Gather the lines of each invoice, in the order of the file.

    An invoice has the time of its first line, and the first customer that one of
    its lines names. Raises UnreadableError when a column is missing.
    """
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        text = _("The file has no column %(columns)s.")
        raise UnreadableError(text % {"columns": ", ".join(missing)})
    invoices: dict[str, Invoice] = {}
    problems = list(table.problems)
    for row in table.rows:
        if reason := _find_problem(row.cells):
            problems.append(Problem(row.line, reason))
            continue
        number, at = row.cells["InvoiceNo"], row.cells["InvoiceDate"]
        invoice = invoices.get(number)
        if invoice is None:
            invoice = invoices[number] = Invoice(number, datetime.fromisoformat(at))
        invoice.customer = invoice.customer or row.cells["CustomerID"]
        invoice.lines.append(
            InvoiceLine(
                line=row.line,
                invoice=number,
                code=row.cells["StockCode"],
                description=row.cells["Description"],
                quantity=Decimal(row.cells["Quantity"]),
                price=Decimal(row.cells["UnitPrice"]),
            )
        )
    problems.sort(key=lambda problem: problem.line)
    return list(invoices.values()), problems


def names_of_products(invoices: Sequence[Invoice]) -> dict[str, InvoiceLine]:
    """Return the best line of each product: the first that is sellable.

    Else the first with a description, else the first.
    """
    best: dict[str, InvoiceLine] = {}
    for invoice in invoices:
        for line in invoice.lines:
            earlier = best.get(line.code)
            if earlier is None or _rank(line) > _rank(earlier):
                best[line.code] = line
    return best


def _rank(line: InvoiceLine) -> tuple[bool, bool]:
    return line.is_sellable, bool(line.description)


def _find_problem(cells: dict[str, str]) -> str:
    """Return why these cells are no invoice line; empty where they are one."""
    for column in NEEDED:
        if not cells[column]:
            return _("%(column)s is empty.") % {"column": column}
    for column, length in LENGTHS.items():
        if len(cells[column]) > length:
            facts = {"column": column, "length": length}
            return _("%(column)s has more than %(length)d characters.") % facts
    for column in ("Quantity", "UnitPrice"):
        if not NUMBER.fullmatch(cells[column]):
            return _("%(cell)s is not a number.") % {"cell": cells[column][:20]}
    try:
        datetime.fromisoformat(cells["InvoiceDate"])
    except ValueError:
        return _("%(cell)s is not an ISO time.") % {"cell": cells["InvoiceDate"][:20]}
    return ""
