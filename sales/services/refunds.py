"""Take goods back for what was paid: a sale below zero that names its original."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from customers.points import points_returned
from customers.services.points import return_points, reverse_points
from pos.errors import FractionalQuantityError, NotOfThisCompanyError
from pos.models import Product, StaffMember, Till
from pos.money import ZERO
from sales.errors import (
    ApprovalNeededError,
    NoOpenShiftError,
    NoSuchLineError,
    RefundOfRefundError,
    SaleNotFinalizedError,
    TooMuchReturnedError,
    UnknownTenderError,
)
from sales.models import Sale, SaleLine, Shift, Tender, TenderCorrection
from sales.payback import Kept, Payback, pay_back, worth
from sales.pricing import PricedLine
from sales.refunding import returned_part, share_of
from sales.services.finalize import OPEN_SHIFT, TILL
from sales.services.refund_claims import (
    Asked,
    ReturnedLine,
    claim_refund,
    content_of,
)
from sales.services.refund_records import (
    add_up,
    count_refunded,
    finish_refund,
    tenders_of,
)
from sales.services.totals import PRICED, cash_rule

__all__ = ["Payback", "ReturnedLine", "refund_sale"]


@transaction.atomic
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
        ApprovalNeededError, NotAllowedError: nobody who may has approved that it
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
    draft = drafted(refund, held, lines)
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
    asked.judge([back.quantity for back in lines])
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
            tax_basis=sold.tax_basis,
            point_value=sold.point_value,
            reason=asked.reason,
            approved_by=asked.approved_by,
            exchanged_for=exchanged_for,
            tenders_fingerprint=asked.fingerprint,
            opened_at=asked.at,
        )
    )
    if not refund.is_finalized:
        asked.judge_approver()
    return refund


@dataclass(slots=True)
class Held:
    """What a refund works on, every row of it locked."""

    original: Sale
    lines: list[SaleLine]
    till: Till
    shift: Shift


def held_for_refund(refund: Sale, *, till_id: int) -> Held:
    """Lock the original with its lines, and the till; check what the locks show.

    All lines, so that two tills that refund different ones wait for each other.
    """
    assert refund.original_id is not None
    original = Sale.objects.locked().get(pk=refund.original_id)
    if not original.is_finalized:
        raise SaleNotFinalizedError
    if original.kind == Sale.Kind.REFUND:
        raise RefundOfRefundError(refund=original)
    lines = original.lines.standing().select_related("product")
    held = list(lines.defer("product__description").locked())
    [till] = TILL.all(pk=till_id)
    till.outlet.company = till.company
    shift = OPEN_SHIFT.first(till_id=till.pk)
    if shift is None:
        raise NoOpenShiftError(till=till)
    refund.original, refund.till = original, till
    return Held(original, held, till, shift)


@dataclass(slots=True)
class Draft:
    """A refund worked out and not yet written; its lines and what is due."""

    refund: Sale
    held: Held
    lines: list[SaleLine]
    kept: Kept

    @property
    def total(self) -> Decimal:
        return -self.refund.total

    @property
    def is_last(self) -> bool:
        return all(line.refunded_quantity == line.quantity for line in self.held.lines)

    @property
    def worth(self) -> Decimal:
        """What the goods are worth to the customer, before cash is rounded."""
        return worth(self.total, kept=self.kept, is_last=self.is_last)


def drafted(refund: Sale, held: Held, asked: Sequence[ReturnedLine]) -> Draft:
    """Work out lines, totals and points; nothing is written.

    The refunded counters of the lines in ``held`` are raised in memory.
    """
    before = _value_refunded(held)
    own = {line.uid: line for line in held.lines}
    lines = []
    for position, back in enumerate(asked, start=1):
        if back.line not in own:
            raise NoSuchLineError
        lines.append(_line(refund, own[back.line], back, position, held))
    add_up(refund, lines)
    original = held.original
    value = original.total + original.points_value
    redeemed = original.points_redeemed
    refund.points_redeemed = points_returned(
        redeemed, value=value, refunded=before
    ) - points_returned(redeemed, value=value, refunded=_value_refunded(held))
    return Draft(refund, held, lines, kept_of(original))


def paid_back(draft: Draft, asked: Asked, *, bridged: Decimal = ZERO) -> list[Tender]:
    """Settle the refund and judge how it is paid back; return its tenders, unsaved.

    ``bridged`` is what an exchange puts towards its new sale.
    """
    payable = {*draft.held.till.company.accepted_tenders, *draft.kept.by_kind}
    for payback in asked.paybacks:
        if payback.kind not in payable:
            raise UnknownTenderError(kind=payback.kind)
    settled = pay_back(
        draft.total,
        kept=draft.kept,
        is_last=draft.is_last,
        rule=cash_rule(draft.held.till.company),
        paybacks=asked.paybacks,
        bridged=bridged,
    )
    if asked.approved_by is None and any(leg.is_diverted for leg in settled.legs):
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
    refund, original = draft.refund, draft.held.original
    if refund.customer_id is None:
        return
    others = original.refunds.exclude(pk=refund.pk)
    reverse_points(
        customer_id=refund.customer_id,
        earned_by=original.uid,
        reversed_by=others.values_list("uid", flat=True),
        left=sum((ln.total - ln.refunded_total for ln in draft.held.lines), ZERO),
        source=refund.uid,
        actor=asked.actor,
        at=asked.at,
    )


def kept_of(original: Sale) -> Kept:
    """What the shop still has of the sale's money, by its tenders and refunds.

    A tender that was corrected counts as what it was corrected to.
    """
    tenders = Tender.objects.filter(Q(sale=original) | Q(sale__original=original))
    due, by_kind = ZERO, dict[str, Decimal]()
    for tender in tenders.order_by("sale", "position"):
        due += tender.amount
        if not tender.is_diverted:
            by_kind[tender.kind] = by_kind.get(tender.kind, ZERO) + tender.amount
    corrections = TenderCorrection.objects.filter(
        tender__in=tenders, tender__is_diverted=False
    )
    for kind_before, kind_after, amount in corrections.order_by("pk").values_list(
        "kind_before", "kind_after", "amount"
    ):
        by_kind[kind_before] = by_kind.get(kind_before, ZERO) - amount
        by_kind[kind_after] = by_kind.get(kind_after, ZERO) + amount
    return Kept(due, by_kind)


def _line(
    refund: Sale, sold: SaleLine, back: ReturnedLine, position: int, held: Held
) -> SaleLine:
    """Return the refund's line, unsaved; raise the sold one's counters in memory."""
    if sold.unit == Product.Unit.EACH and back.quantity != int(back.quantity):
        raise FractionalQuantityError(product=sold.name)
    left = sold.quantity - sold.refunded_quantity
    if back.quantity > left:
        raise TooMuchReturnedError(left=f"{left.normalize():f}", product=sold.name)
    part = returned_part(
        priced(sold),
        quantity=sold.quantity,
        before=sold.refunded_quantity,
        now=back.quantity,
        prices_include_tax=held.original.prices_include_tax,
        places=held.till.company.currency_places,
    )
    sold.refunded_quantity += back.quantity
    sold.refunded_total -= part.total
    return SaleLine(
        uid=uuid5(refund.uid, f"line {position}"),
        company_id=refund.company_id,
        sale=refund,
        position=position,
        product=sold.product,
        sku=sold.sku,
        name=sold.name,
        second_name=sold.second_name,
        unit=sold.unit,
        quantity=-back.quantity,
        unit_price=sold.unit_price,
        unit_cost=sold.unit_cost,
        tax_code=sold.tax_code,
        tax_rate=sold.tax_rate,
        original_line=sold,
        is_restocked=back.is_restocked,
        **{name: getattr(part, own) for name, own in PRICED.items()},
    )


def priced(line: SaleLine) -> PricedLine:
    return PricedLine(**{own: getattr(line, name) for name, own in PRICED.items()})


def _value_refunded(held: Held) -> Decimal:
    """What went back of the original so far, with what points had paid."""
    value = ZERO
    for line in held.lines:
        value += line.refunded_total
        if line.points_discount:
            value += share_of(
                priced(line),
                quantity=line.quantity,
                returned=line.refunded_quantity,
                prices_include_tax=held.original.prices_include_tax,
                places=held.till.company.currency_places,
            ).points_discount
    return value
