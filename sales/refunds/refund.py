"""Take goods back for what was paid: a sale below zero that names its original."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.timezone import now

from customers.points.ledger import return_points, reverse_points
from pos.access.errors import ApprovalNeededError
from pos.core.errors import NotOfThisCompanyError
from pos.core.money import ZERO
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember, Till
from sales.cash.rounding import cash_rule
from sales.checkout.errors import UnknownTenderError
from sales.locks import ORIGINAL, ORIGINAL_LINES, lock_till_with_open_shift
from sales.models import Sale, SaleLine, Shift, Tender
from sales.refunds.plan import Draft, Original, drafted, require_refundable
from sales.refunds.refundable import Refundable, refundable
from sales.refunds.request import Asked, ReturnedLine, claim_refund, content_of
from sales.refunds.settlement import Payback, pay_back
from sales.refunds.without_receipt import LooseReturn, refund_without_receipt
from sales.refunds.write import count_refunded, finish_refund, tenders_of

__all__ = [
    "LooseReturn",
    "Payback",
    "Refundable",
    "ReturnedLine",
    "refund_sale",
    "refund_without_receipt",
    "refundable",
]


@atomic_with_retry
def refund_sale(  # noqa: PLR0913  (all that a receipt of it must say)
    *,
    uid: UUID,
    original: UUID,
    lines: Sequence[ReturnedLine],
    reason: str,
    actor: StaffMember,
    till: Till,
    paybacks: Sequence[Payback] = (),
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> Sale:
    """Take back some or all of a finalized sale, at what was paid for it.

    Afterwards there is a finalized refund below zero, with its number and its
    link in the chain of ``till``, where the goods came back and the money goes
    out; the goods are on that outlet's stock, or written off; the points that the
    original would not have earned are reversed, and those it had used returned:
    all of it, or nothing. Price, tax rate and discounts are the original's; the
    last refund of a line takes the remainder, so that the refunds of a whole sale
    add up to what was paid.

    A second call with the same ``uid``, original, lines, paybacks and reason
    changes nothing and returns the refund.

    Quantities are above zero, in each line's unit. ``paybacks`` are amounts above
    zero in the company's currency; without any, the money goes back as it came.
    ``approved_by`` is who allowed that it goes back otherwise. ``at`` comes from
    commands only.

    Raises:
        NotOfThisCompanyError: original, till or approver is not the actor's
            company's.
        DifferentRepeatError: the ``uid`` was used for something else.
        SaleNotFinalizedError, RefundOfRefundError: no such sale is refunded.
        NothingToRefundError, NoSuchLineError, InvalidQuantityError,
        FractionalQuantityError, TooMuchReturnedError: these goods cannot come back.
        ReasonNeededError, CardNumberError: the reason or a reference cannot be kept.
        NoOpenShiftError: nobody has opened a shift at the till.
        UnknownTenderError, InvalidAmountError, PaybacksDifferError: the money
            cannot go back like this.
        ApprovalNeededError, ApproverMayNotError: nobody who may has approved that it
            goes back otherwise than it was paid.
    """
    asked = Asked(
        uid=uid,
        reason=reason,
        paybacks=paybacks,
        actor=actor,
        till=till,
        approved_by=approved_by,
        at=(at or now()).astimezone(UTC),
    )
    refund = claimed_refund(asked, original=original, lines=lines)
    if refund.is_finalized:
        return refund
    held = held_for_refund(refund, till_id=till.pk)
    draft = drafted(refund, held.original, lines)
    tenders = paid_back(draft, asked)
    write_lines(draft)
    return_redeemed(draft, asked)
    reverse_earned(draft, asked)
    finish_refund(
        refund, lines=draft.lines, tenders=tenders, shift=held.shift, asked=asked
    )
    return refund


def claimed_refund(
    asked: Asked,
    *,
    original: UUID,
    lines: Sequence[ReturnedLine],
    exchanged_for: Sale | None = None,
) -> Sale:
    """Judge the request and claim its uid; the refund comes back locked.

    It is finalized already where this is a repeat.
    """
    asked.validate([back.quantity for back in lines])
    asked.content = content_of(original, lines)
    if exchanged_for is not None:
        asked.content.append(str(exchanged_for.uid))
    sales = Sale.objects.of_company(asked.actor.company_id)
    sold = sales.filter(uid=original).first()
    if sold is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    refund = claim_refund(
        Sale(
            uid=asked.uid,
            company_id=sold.company_id,
            till=asked.till,
            kind=Sale.Kind.REFUND,
            original=sold,
            customer_id=sold.customer_id,
            cashier=asked.actor,
            prices_include_tax=sold.prices_include_tax,
            tax_rounding=sold.tax_rounding,
            point_value=sold.point_value,
            reason=asked.reason,
            approved_by=asked.approved_by,
            exchanged_for=exchanged_for,
            tenders_fingerprint=asked.fingerprint,
            opened_at=asked.at,
        )
    )
    if not refund.is_finalized:
        asked.validate_approver()
    return refund


@dataclass(slots=True)
class Held:
    """What a refund works on, every row of it locked; the till's open shift."""

    original: Original
    till: Till
    shift: Shift


def held_for_refund(refund: Sale, *, till_id: int) -> Held:
    """Lock the original with its lines, and the till; check what the locks show.

    All lines, so that two tills that refund different ones wait for each other.
    """
    assert refund.original_id is not None
    [sale] = ORIGINAL.all(pk=refund.original_id)
    require_refundable(sale)
    held = ORIGINAL_LINES.all(sale_id=sale.pk)
    till, shift = lock_till_with_open_shift(till_id, company_id=refund.company_id)
    refund.original, refund.till = sale, till
    return Held(Original(sale, held, till.company), till, shift)


def paid_back(draft: Draft, asked: Asked, *, bridged: Decimal = ZERO) -> list[Tender]:
    """Settle the refund and judge how it is paid back; return its tenders, unsaved.

    ``bridged`` is what an exchange puts towards its new sale.
    """
    payable = {*draft.original.company.accepted_tenders, *draft.kept.by_kind}
    for payback in asked.paybacks:
        if payback.kind not in payable:
            raise UnknownTenderError(kind=payback.kind)
    settled = pay_back(
        draft.total,
        kept=draft.kept,
        is_last=draft.is_last,
        rule=cash_rule(draft.original.company),
        paybacks=asked.paybacks,
        bridged=bridged,
    )
    if asked.approved_by is None and any(
        leg.is_alternative_method for leg in settled.legs
    ):
        raise ApprovalNeededError
    return tenders_of(draft.refund, settled, bridged=bridged)


def write_lines(draft: Draft) -> None:
    """Save the refund's lines, and count them on those of the original."""
    SaleLine.objects.bulk_create(draft.lines)
    count_refunded(draft.lines)


def return_redeemed(draft: Draft, asked: Asked) -> None:
    """Give back the points that what came back was paid with."""
    refund = draft.refund
    if refund.customer_id is not None and refund.points_redeemed:
        return_points(
            customer_id=refund.customer_id,
            points=-refund.points_redeemed,
            source=refund.uid,
            actor=asked.actor,
            at=asked.at,
        )


def reverse_earned(draft: Draft, asked: Asked) -> None:
    """Reverse the points that what is left of the original would not have earned."""
    refund, sale = draft.refund, draft.original.sale
    if refund.customer_id is None:
        return
    others = sale.refunds.exclude(pk=refund.pk)
    reverse_points(
        customer_id=refund.customer_id,
        earned_by=sale.uid,
        reversed_by=others.values_list("uid", flat=True),
        left=draft.original.left,
        source=refund.uid,
        actor=asked.actor,
        at=asked.at,
    )
