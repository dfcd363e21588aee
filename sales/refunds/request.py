"""What is asked for when goods come back, and the claim of the refund's uid."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.access.errors import ApproverMayNotError
from pos.core.card_numbers import refuse_card_number
from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.money import format_plain, is_money
from pos.core.reasons import clean_reason
from pos.models import StaffMember, Till
from sales.basket.limits import LINES_MAX, validate_quantity
from sales.checkout.errors import UnknownTenderError
from sales.models import Sale
from sales.refunds.errors import NothingToRefundError
from sales.refunds.settlement import EXCHANGE, Payback

MAY_APPROVE = "sales.approve_refund"


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """So much of one line of the original; back on the shelf, or written off."""

    line: UUID
    quantity: Decimal
    is_restocked: bool = True


@dataclass(slots=True)
class Asked:
    """One request for a refund, whoever made it. ``content`` tells it from others."""

    uid: UUID
    reason: str
    paybacks: Sequence[Payback]
    actor: StaffMember
    till: Till
    approved_by: StaffMember | None
    at: datetime
    content: list[object] = field(default_factory=list)

    def validate(self, quantities: Sequence[Decimal]) -> None:
        """Refuse what cannot be right, whatever was sold.

        Raises NotOfThisCompanyError, ReasonNeededError, CardNumberError,
        NothingToRefundError, InvalidQuantityError, UnknownTenderError or
        InvalidAmountError.
        """
        for row in (self.till, self.approved_by):
            if row is not None and row.company_id != self.actor.company_id:
                raise NotOfThisCompanyError(thing=row._meta.verbose_name)
        self.reason = clean_reason(self.reason)
        if not 0 < len(quantities) <= LINES_MAX:
            raise NothingToRefundError
        for quantity in quantities:
            validate_quantity(quantity)
        for payback in self.paybacks:
            _validate_payback(payback)

    def validate_approver(self) -> None:
        """Whoever approves may do so, or ApproverMayNotError is raised."""
        approver = self.approved_by
        if approver is not None and not approver.has_perm(MAY_APPROVE):
            raise ApproverMayNotError(staff=approver)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content, the paybacks and the reason, hexadecimal."""
        paid = [
            [p.kind, None if p.amount is None else format_plain(p.amount), p.reference]
            for p in self.paybacks
        ]
        text = json.dumps([self.content, paid, self.reason], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def content_of(original: UUID, lines: Sequence[ReturnedLine]) -> list[object]:
    return [
        str(original),
        [
            [str(back.line), format_plain(back.quantity), back.is_restocked]
            for back in lines
        ],
    ]


def claim_refund(refund: Sale) -> Sale:
    """Insert the new refund, and return it locked.

    Where its uid was used, that refund is returned in its place, if it is of the
    same content: finalized, so that nothing more is to be done. A request that
    comes at the same moment waits here for the first.

    Raises DifferentRepeatError when the uid was used for something else.
    """
    Sale.objects.bulk_create([refund], ignore_conflicts=True)
    own = Sale.objects.of_company(refund.company_id).filter(uid=refund.uid)
    claimed = own.locked().first()
    if (
        claimed is None
        or claimed.kind != Sale.Kind.REFUND
        or claimed.tenders_fingerprint != refund.tenders_fingerprint
    ):
        raise DifferentRepeatError
    return claimed


def _validate_payback(payback: Payback) -> None:
    refuse_card_number(payback.reference)
    if payback.kind == EXCHANGE:
        raise UnknownTenderError(kind=payback.kind)
    if payback.amount is not None and not is_money(payback.amount, places=3):
        raise InvalidAmountError(amount=payback.amount)
