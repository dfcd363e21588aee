"""Invoices: past sales as a file names them, and which can be sold again; pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from pos.catalogue.barcodes import code_key
from pos.core.money import round_money
from sales.pricing.totals import NO_DISCOUNT, Discount

CANCELLATION = re.compile(r"C[0-9]+")


class NotRefunded(StrEnum):
    """Why a line that came back is not refunded; the first reason that applies."""

    NAMELESS = "no customer"
    NOTHING = "nothing to refund"  # no quantity below zero, or no price above
    NEVER_SOLD = "no earlier sale"
    NOT_ENOUGH = "more than was left"


class Skipped(StrEnum):
    """Why an invoice is not a sale; the first reason that applies."""

    CANCELLATION = "cancellation"  # C and a number
    NAMELESS = "nameless"  # none of its lines is sellable


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of the file, counted from 1 at its header.

    A quantity below zero came back. ``discount`` is taken off the line, and
    ``stated_tax`` is the tax in it or on it, both above zero also where it came back.
    ``kind`` is the way it was paid, empty where the file has a column for it and does
    not say; ``unit`` is empty where the file does not say.
    """

    line: int
    invoice: str
    code: str
    description: str
    quantity: Decimal
    price: Decimal
    discount: Discount = NO_DISCOUNT
    stated_tax: Decimal | None = None
    kind: str = ""
    unit: str = ""

    @property
    def is_sellable(self) -> bool:
        return not self.fault

    @property
    def is_returned(self) -> bool:
        return self.quantity < 0 < self.price

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

    def amount(self, *, places: int, prices_include_tax: bool) -> Decimal:
        """Return what the line comes to, below zero where it came back.

        Tax is in it where prices include it, and where the file states it.
        """
        listed = round_money(abs(self.quantity * self.price), places=places)
        amount = listed - self.discount.off(listed, places=places)
        if self.stated_tax is not None and not prices_include_tax:
            amount += self.stated_tax
        return -amount if (self.quantity < 0) != (self.price < 0) else amount


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
    def returned(self) -> list[InvoiceLine]:
        """The lines that came back; of a cancellation all that it has."""
        if self.is_cancellation:
            return self.lines
        return [line for line in self.lines if line.is_returned]

    @property
    def left_out(self) -> list[InvoiceLine]:
        """The lines that are neither sold nor refunded; each has its fault."""
        if self.is_cancellation:
            return []
        return [line for line in self.lines if line.fault and not line.is_returned]

    @property
    def is_cancellation(self) -> bool:
        return CANCELLATION.fullmatch(self.number) is not None

    @property
    def skipped(self) -> Skipped | None:
        if self.is_cancellation:
            return Skipped.CANCELLATION
        if not self.sellable and not self.returned:
            return Skipped.NAMELESS
        return None

    def moment(self, zone: tzinfo) -> datetime:
        """Return its time in UTC, read in that zone where the file gives none.

        In its zone it could not be compared: a time that the clocks skip or repeat
        is in Python equal to no time of another zone.
        """
        at = self.at if self.at.tzinfo else self.at.replace(tzinfo=zone)
        return at.astimezone(UTC)


def unify_codes(invoices: Sequence[Invoice], *, known: Iterable[str]) -> None:
    """Give each product of the file one spelling: that of the catalogue, or the first.

    A code is the same in capitals or not, as everywhere (decision 45).
    """
    spelling = {code_key(sku): sku for sku in known}
    for invoice in invoices:
        invoice.lines = [
            replace(line, code=spelling.setdefault(code_key(line.code), line.code))
            for line in invoice.lines
        ]


def find_product_names(invoices: Sequence[Invoice]) -> dict[str, InvoiceLine]:
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
