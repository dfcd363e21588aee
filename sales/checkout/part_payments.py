"""Part payments: takes money for a basket before it is finalized, and gives it back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.limits import find_agreed, name_limits
from pos.access.permission import require
from pos.core.card_numbers import refuse_card_number
from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.money import ZERO, is_money
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Device, StaffMember, TenderKind, Till
from pos.models.limits import LimitedAct
from sales.basket.errors import EmptySaleError, SaleNotOpenError
from sales.basket.place import require_here
from sales.basket.same_outlet import lock_sale_at
from sales.cash.limits import validate_typed_amount
from sales.cash.rounding import cash_rule
from sales.checkout.drawer_cash import CashOut, Way, require_cash
from sales.checkout.errors import (
    ChangeTooMuchError,
    PartPaymentEndedError,
    TenderTooMuchError,
    UnknownTenderError,
)
from sales.checkout.settlement import TenderInput, calculate_amount_left
from sales.checkout.vouchers import (
    is_voucher,
    require_not_pending,
    require_vouchers,
)
from sales.locks import lock_till_with_open_shift
from sales.models import PartPayment, Sale, Shift, Tender

Event = PartPayment.Event


def part_payments_held(sale: Sale) -> list[PartPayment]:
    """Return what the basket holds, in the order taken; no statement if nothing is.

    Right only while the sale is locked, or in a snapshot.
    """
    return list(sale.part_payments.held()) if sale.held_amount else []


def tenders_of(parts: Sequence[PartPayment]) -> list[TenderInput]:
    """Return what part payments put towards a sale."""
    return [
        TenderInput(
            part.kind,
            abs(part.amount),
            reference=part.reference,
            is_pending=part.is_pending,
            face_value=part.face_value,
        )
        for part in parts
    ]


@atomic_with_retry
def take_part_payment(  # noqa: PLR0913  each is a fact of the payment
    *,
    uid: UUID,
    sale_uid: UUID,
    payment: TenderInput,
    actor: StaffMember,
    till: Till,
    device: Device | None = None,
    at: datetime | None = None,
) -> PartPayment:
    """Take part of what a basket costs; the basket holds it from now on.

    Cash counts in the open shift of ``till`` at once. The rest may be paid in a later
    shift, at another till and from another browser: finalization uses all that the
    basket holds. ``payment`` is as it was handed over, in the company's currency. A
    repeat with the same ``uid``, basket and payment returns the first row, also after
    that was given back or used.

    Raises:
        NotOfThisCompanyError: there is no such sale at the till's outlet.
        NotAllowedError: the actor may not finalize a sale.
        DifferentRepeatError: the ``uid`` already took something else.
        SaleNotOpenError: it was finalized or voided.
        SaleElsewhereError: it is open on another till than ``till``, or on another
            device than ``device``.
        EmptySaleError: it has no lines.
        UnknownTenderError, InvalidAmountError, AmountTooLargeError, NotPayableError,
        CardNumberError, CashPendingError: it is no payment that the company takes.
        TenderTooMuchError: it is more than is left to pay, and not cash.
        ChangeTooMuchError: so much change is due that the cash was mistyped.
        VoucherPendingError, VoucherNotTakenError, VoucherTooMuchError, VoucherCutError,
        VoucherUsedError: a voucher pays later, for no such goods, not for so many, for
            more, or was taken before.
        NoOpenShiftError: no shift is open at the till.
    """
    sale = _lock_sale(sale_uid, till=till, actor=actor, amount=payment.tendered)
    if first := _find_repeat(uid, sale, Event.TAKEN):
        if tenders_of([first]) != [replace(payment, skip_rounding=False)]:
            raise DifferentRepeatError
        return first
    _require_open_here(sale, till, device)
    till, shift = lock_till_with_open_shift(till.pk, company_id=sale.company_id)
    _validate(payment, sale, company=till.company, is_past=at is not None)
    return _record(
        PartPayment(
            uid=uid,
            event=Event.TAKEN,
            kind=payment.kind,
            amount=payment.tendered,
            reference=payment.reference,
            is_pending=payment.is_pending,
            face_value=payment.face_value,
        ),
        sale=sale,
        shift=shift,
        actor=actor,
        at=till.document_time(at, opened_at=shift.opened_at),
    )


@atomic_with_retry
def give_back_part_payment(  # noqa: PLR0913  each is a fact of the return
    *,
    uid: UUID,
    sale_uid: UUID,
    part_uid: UUID,
    actor: StaffMember,
    till: Till,
    device: Device | None = None,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> PartPayment:
    """Give back a part payment, all of it and in the way it was taken.

    Cash leaves the drawer of ``till``, in its open shift. Where that should hold less,
    ``approved_by`` is who agrees to it. A repeat with the same ``uid`` and payment
    returns the first row.

    Raises:
        NotOfThisCompanyError: there is no such sale at the till's outlet, or no such
            payment of it.
        NotAllowedError: the actor may not finalize a sale.
        DifferentRepeatError: the ``uid`` already recorded something else.
        PartPaymentEndedError: it was given back before, or used.
        SaleElsewhereError: the sale is open on another till than ``till``, or on
            another device than ``device``.
        NoOpenShiftError: no shift is open at the till.
        CashOutRefusedError, DrawerShortError, OverdraftError: the drawer should hold
            less cash than goes back, and that is not allowed or not approved.
    """
    sale = _lock_sale(sale_uid, till=till, actor=actor, amount=None)
    parts = sale.part_payments.filter(event=Event.TAKEN, uid=part_uid)
    part = parts.select_related("ending").first()
    if part is None:
        raise NotOfThisCompanyError(thing=PartPayment._meta.verbose_name)
    if first := _find_repeat(uid, sale, Event.GIVEN_BACK):
        if first.taken_id != part.pk:
            raise DifferentRepeatError
        return first
    if hasattr(part, "ending"):
        event = part.ending.get_event_display()
        raise PartPaymentEndedError(payment=part, event=event)
    _require_open_here(sale, till, device)
    till, shift = lock_till_with_open_shift(till.pk, company_id=sale.company_id)
    approver = None
    if part.kind == TenderKind.CASH and at is None:
        approver = require_cash(
            CashOut(Way.GIVEN_BACK, part.amount, shift, till, actor, approved_by, uid)
        )
    given_back = _record(
        PartPayment(
            uid=uid,
            event=Event.GIVEN_BACK,
            taken=part,
            kind=part.kind,
            amount=-part.amount,
            reference=part.reference,
            is_pending=part.is_pending,
            face_value=part.face_value,
            approved_by=approver,
        ),
        sale=sale,
        shift=shift,
        actor=actor,
        at=till.document_time(at, opened_at=shift.opened_at),
    )
    record(
        Act.PART_PAYMENT_GIVEN_BACK,
        actor=actor,
        till=till,
        subject=sale,
        approved_by=approver,
        facts={
            "amount": part.amount,
            "kind": part.kind,
            **name_limits(find_agreed(actor, {LimitedAct.OVERDRAFT: approver})),
        },
        at=given_back.happened_at,
    )
    return given_back


def require_change(  # noqa: PLR0913  each is a fact of the change
    tendered: Sequence[Tender],
    *,
    sale_uid: UUID,
    held: Sequence[PartPayment],
    shift: Shift,
    till: Till,
    actor: StaffMember,
    approved_by: StaffMember | None,
) -> StaffMember | None:
    """Return who answers for change that this shift's drawer does not hold, if so.

    It is change of a part payment, whose money may have gone into another drawer, or
    to the safe at a close. ``tendered`` begins with what is held; cash that comes with
    it now pays its own change.

    Raises CashOutRefusedError, DrawerShortError or OverdraftError.
    """
    change = sum((tender.change for tender in tendered), ZERO)
    received = [t.tendered for t in tendered[len(held) :] if t.kind == TenderKind.CASH]
    if change <= sum(received, ZERO):
        return None
    out = change - sum(received, ZERO)
    return require_cash(
        CashOut(Way.GIVEN_BACK, out, shift, till, actor, approved_by, sale_uid)
    )


def _lock_sale(
    uid: UUID, *, till: Till, actor: StaffMember, amount: Decimal | None
) -> Sale:
    """Lock the sale: what it holds is taken, given back and used in turn."""
    sale = lock_sale_at(till, uid, company_id=actor.company_id)
    require(actor, "sales.finalize_sale", subject=sale, amount=amount)
    return sale


def _find_repeat(uid: UUID, sale: Sale, event: Event) -> PartPayment | None:
    """Return the row that this uid has recorded, if it is of this basket."""
    first = PartPayment.objects.of_company(sale.company_id).filter(uid=uid).first()
    if first is not None and (first.sale_id, first.event) != (sale.pk, event):
        raise DifferentRepeatError
    return first


def _require_open_here(sale: Sale, till: Till, device: Device | None) -> None:
    if not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    require_here(sale, till=till, device=device)


def _validate(
    payment: TenderInput, sale: Sale, *, company: Company, is_past: bool
) -> None:
    """Refuse what would be refused when the sale is finalized."""
    if not sale.line_count:
        raise EmptySaleError
    if not is_voucher(payment.kind) and payment.kind not in company.accepted_tenders:
        raise UnknownTenderError(kind=payment.kind)
    require_not_pending(payment)
    refuse_card_number(payment.reference)
    rule = cash_rule(company)
    amount = payment.tendered
    if not is_money(amount, places=rule.places) or amount <= 0:
        raise InvalidAmountError(amount=amount)
    validate_typed_amount(amount, currency=company.currency, places=rule.places)
    if payment.is_cash:
        rule.validate_payable(amount)
    held = tenders_of(part_payments_held(sale))
    left = calculate_amount_left(sale.payable, held, rule=rule)
    if payment.is_cash and amount - left.in_cash >= rule.change_limit:
        raise ChangeTooMuchError(change=rule.format(amount - left.in_cash))
    # What comes back in an exchange may leave less to pay, and never more.
    if not payment.is_cash and amount > left.amount:
        raise TenderTooMuchError(excess=rule.format(amount - left.amount))
    require_vouchers(
        [*held, payment],
        sale.lines.active().with_restriction(),
        company=company,
        payable=sale.payable,
        held=len(held),
        is_past=is_past,
    )


def _record(
    part: PartPayment,
    *,
    sale: Sale,
    shift: Shift,
    actor: StaffMember,
    at: datetime,
) -> PartPayment:
    """Write the row; the basket changes by it, so that an old page is refused."""
    part.company_id = sale.company_id
    part.sale = sale
    part.till_id = shift.till_id
    part.shift = shift
    part.staff_member = actor
    part.happened_at = at
    part.save(force_insert=True)
    sale.held_amount += part.amount
    sale.revision += 1
    sale.save(update_fields=["held_amount", "revision"])
    return part
