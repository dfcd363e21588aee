"""Request: what is asked for when goods come back; the same for preview and refund."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.core.card_numbers import refuse_card_number
from pos.core.errors import InvalidAmountError, NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.core.money import format_plain, is_money
from pos.models import Device, Product, StaffMember, Till
from sales.basket.limits import LINES_MAX, validate_quantity
from sales.checkout.errors import UnknownTenderError
from sales.models import Shift
from sales.refunds.errors import NothingToRefundError
from sales.refunds.settlement import EXCHANGE, RefundTender

MAY_APPROVE = "sales.approve_refund"


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """So much of one line of the original; back on the shelf, or written off."""

    line: UUID
    quantity: Decimal
    is_restocked: bool = True

    @property
    def content(self) -> list[object]:
        return [str(self.line), format_plain(self.quantity), self.is_restocked]


@dataclass(frozen=True, slots=True)
class ReturnWithoutReceipt:
    """So much of a product. ``unit_price`` is today's, unless a lower one is given."""

    product: Product
    quantity: Decimal
    unit_price: Decimal | None = None
    is_restocked: bool = True

    @property
    def content(self) -> list[object]:
        price = None if self.unit_price is None else format_plain(self.unit_price)
        quantity = format_plain(self.quantity)
        return [str(self.product.uid), quantity, price, self.is_restocked]

    def validate(self, company_id: int | None) -> None:
        if self.product.company_id != company_id:
            raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
        if self.unit_price is not None and not is_money(self.unit_price, places=3):
            raise InvalidAmountError(amount=self.unit_price)


@dataclass(frozen=True, slots=True)
class ShownRefund:
    """What a preview promised: the amount that goes back, the tax in it, and how.

    ``tenders`` are what goes back in each kind of tender, as ``card=5.00 cash=3.00``;
    empty where the page did not say, or nothing goes back but new goods.
    """

    due: Decimal
    tax: Decimal
    tenders: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Goods that come back to a till, and how the money is to go back.

    ``original`` and ``lines`` are of one receipt; without an original the lines are
    products. A preview needs no more than till, actor, lines and tenders; ``shown``
    is what it promised. What ``is_past`` came out of a file: its cash left a drawer
    of that time.
    """

    actor: StaffMember
    till: Till
    lines: Sequence[ReturnedLine] | Sequence[ReturnWithoutReceipt]
    tenders: Sequence[RefundTender] = ()
    original: UUID | None = None
    exchanged_for: UUID | None = None
    device: Device | None = None
    uid: UUID = field(default_factory=uuid7)
    reason: str = ""
    approved_by: StaffMember | None = None
    shown: ShownRefund | None = None
    at: datetime | None = None
    is_past: bool = False

    @property
    def lines_of_receipt(self) -> list[ReturnedLine]:
        return [line for line in self.lines if isinstance(line, ReturnedLine)]

    @property
    def lines_without_receipt(self) -> list[ReturnWithoutReceipt]:
        return [line for line in self.lines if isinstance(line, ReturnWithoutReceipt)]

    def dated(self, till: Till, shift: Shift) -> "RefundRequest":
        """The same with the time of the document, at a till that is locked."""
        return replace(self, at=till.document_time(self.at, opened_at=shift.opened_at))

    @property
    def time(self) -> datetime:
        """The time of the document, known once the till was locked."""
        assert self.at is not None, "dated() comes first"
        return self.at

    def validate(self) -> None:
        """Refuse what cannot be right, whatever was sold.

        Raises NotOfThisCompanyError, NothingToRefundError, InvalidQuantityError,
        CardNumberError, UnknownTenderError or InvalidAmountError.
        """
        for row in (self.till, self.approved_by):
            if row is not None and row.company_id != self.actor.company_id:
                raise NotOfThisCompanyError(thing=row._meta.verbose_name)
        if not 0 < len(self.lines) <= LINES_MAX:
            raise NothingToRefundError
        for line in self.lines:
            validate_quantity(line.quantity)
        for product_line in self.lines_without_receipt:
            product_line.validate(self.actor.company_id)
        for tender in self.tenders:
            _validate_tender(tender)

    def fingerprint(self, tenders: Sequence[RefundTender]) -> str:
        """SHA-256 of goods, tenders and reason, hexadecimal: a repeat has the same.

        ``tenders`` are those of the request, with the way of each named.
        """
        lines = [line.content for line in self.lines]
        content: list[object] = ["without receipt", *lines]
        if self.original is not None:
            content = [str(self.original), lines]
        if self.exchanged_for is not None:
            content.append(str(self.exchanged_for))
        paid = [
            [t.kind, None if t.amount is None else format_plain(t.amount), t.reference]
            for t in tenders
        ]
        text = json.dumps([content, paid, self.reason], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _validate_tender(tender: RefundTender) -> None:
    refuse_card_number(tender.reference)
    if tender.kind == EXCHANGE:
        raise UnknownTenderError(kind=tender.kind)
    if tender.amount is not None and not is_money(tender.amount, places=3):
        raise InvalidAmountError(amount=tender.amount)
