"""Tenders: confirms them when the money arrives, and corrects a wrong kind."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.limits import find_agreed, name_limits, require_within_limits
from pos.access.permission import require
from pos.core.card_numbers import refuse_card_number
from pos.core.clock import database_now
from pos.core.errors import DifferentRepeatError, NotOfThisCompanyError
from pos.core.money import ZERO
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember, TenderKind, Till
from pos.models.limits import LimitedAct
from pos.models.voucher import name_kind
from sales.checkout.drawer_cash import CashOut, Way, require_cash
from sales.checkout.errors import (
    AlreadyConfirmedError,
    NotCorrectedError,
    NothingToCorrectError,
    NotPendingError,
    ReferenceNeededError,
    SaleRefundedError,
    SameTenderError,
    UnknownTenderError,
)
from sales.checkout.settlement import TenderInput
from sales.checkout.vouchers import is_voucher, require_vouchers
from sales.locks import lock_till
from sales.models import Sale, Shift, Tender, TenderConfirmation, TenderCorrection
from sales.models.tender import REFERENCE_MAX

CORRECTS = "sales.correct_tender"


@atomic_with_retry
def confirm_tender(
    *,
    uid: UUID,
    tender: Tender,
    reference: str,
    actor: StaffMember,
    at: datetime | None = None,
) -> TenderConfirmation:
    """Record that the money of a pending tender was seen to arrive, once.

    ``reference`` is what the bank calls the transfer. A repeat with the same
    ``uid``, tender, reference and person returns the first confirmation.

    Raises:
        NotOfThisCompanyError: there is no such tender in the actor's company.
        NotAllowedError: the actor may not finalize a sale.
        ReferenceNeededError: there is no reference, or too long a one.
        CardNumberError: the reference is a card number.
        DifferentRepeatError: the ``uid`` already confirmed something else.
        AlreadyConfirmedError: somebody else has confirmed it.
        NotPendingError: its money was there at once, or came in another way.
    """
    require(actor, "sales.finalize_sale", subject=tender, amount=tender.amount)
    reference = " ".join(reference.split())
    if not 0 < len(reference) <= REFERENCE_MAX:
        raise ReferenceNeededError(limit=REFERENCE_MAX)
    refuse_card_number(reference)
    sale, tender = _lock(tender, actor)
    confirmations = TenderConfirmation.objects.of_company(actor.company_id)
    if first := confirmations.filter(uid=uid).first():
        requested = (tender.pk, reference, actor.pk)
        if (first.tender_id, first.reference, first.staff_member_id) != requested:
            raise DifferentRepeatError
        return first
    if known := confirmations.filter(tender=tender).first():
        raise AlreadyConfirmedError(tender=tender, reference=known.reference)
    assert sale.finalized_at is not None
    if not tender.needs_confirmation:
        raise NotPendingError(tender=tender)
    confirmation = TenderConfirmation.objects.create(
        uid=uid,
        company_id=tender.company_id,
        tender=tender,
        reference=reference,
        staff_member=actor,
        confirmed_at=at or max(database_now(), sale.finalized_at),
    )
    record(
        Act.TENDER_CONFIRMED,
        actor=actor,
        subject=sale,
        facts={"amount": tender.amount, "reference": reference},
        at=confirmation.confirmed_at,
    )
    return confirmation


@atomic_with_retry
def correct_tender(  # noqa: PLR0913  each is a fact of the correction
    *,
    uid: UUID,
    tender: Tender,
    kind: str,
    reference: str,
    reason: str,
    actor: StaffMember,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> TenderCorrection:
    """Record that a tender was of another kind than was recorded.

    The tender stays as it is; from now on its amount counts as ``kind``, in the
    shift that took it, as it was due: what was rounded for cash stays rounded. A
    pending tender is no longer pending, and is again once it is corrected back.
    Between cash or a voucher and another kind somebody answers for it: the actor up to
    their limit, or ``approved_by``. A repeat with the same ``uid``, tender, kind,
    reference, reason and person returns the first correction.

    Raises:
        NotOfThisCompanyError: there is no such tender in the actor's company.
        NotAllowedError: the actor may not correct a tender.
        ReasonNeededError: there is no reason, or too long a one.
        ReferenceNeededError: the reference is too long.
        CardNumberError: the reference or the reason holds a card number.
        DifferentRepeatError: the ``uid`` already corrected something else.
        UnknownTenderError: the company does not take that kind, or the tender
            belongs to an exchange.
        NotCorrectedError: it belongs to a refund, or its shift is closed.
        NothingToCorrectError: its amount is zero.
        SaleRefundedError: some of its sale was paid back.
        AlreadyConfirmedError: the bank has the money.
        SameTenderError: it counts as that kind already.
        VoucherNotTakenError, VoucherTooMuchError, VoucherUsedError: a voucher of that
            kind could not have paid it.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: it moves more to or
            from cash or a voucher than the actor may alone, and nobody who may has
            agreed.
        CashOutRefusedError, DrawerShortError, OverdraftError: without this cash the
            drawer would have given out more than it held.
    """
    require(actor, CORRECTS, subject=tender, amount=tender.amount)
    reason = clean_reason(reason)
    reference = " ".join(reference.split())
    if len(reference) > REFERENCE_MAX:
        raise ReferenceNeededError(limit=REFERENCE_MAX)
    refuse_card_number(reference)
    sale, tender = _lock(tender, actor)
    # The till's lock keeps its shift from being closed meanwhile.
    till = lock_till(sale.till_id, company_id=sale.company_id)
    corrections = TenderCorrection.objects.of_company(actor.company_id)
    if first := corrections.filter(uid=uid).first():
        requested = (tender.pk, kind, reference, reason, actor.pk)
        if _content_of(first) != requested:
            raise DifferentRepeatError
        return first
    _require_may_correct(tender, sale, kind=kind, company=till.company)
    assert sale.shift_id is not None
    kind_before = tender.counts_as
    payment = TenderInput(kind, tender.amount, reference)
    _require_payment(
        payment, tender, sale, company=till.company, is_past=at is not None
    )
    approver = None
    if any(one == TenderKind.CASH or is_voucher(one) for one in (kind, kind_before)):
        approver = _find_approver(
            uid,
            tender,
            reason=reason,
            actor=actor,
            approved_by=approved_by,
            is_past=at is not None,
        )
    overdraft = None
    if kind_before == TenderKind.CASH and at is None:
        assert sale.shift is not None
        way, amount = Way.CORRECTION, tender.amount
        overdraft = require_cash(
            CashOut(way, amount, sale.shift, till, actor, approved_by, uid, reason)
        )
    approvers: dict[str, StaffMember | None]
    approvers = {LimitedAct.CORRECTION: approver, LimitedAct.OVERDRAFT: overdraft}
    agreed = find_agreed(actor, approvers)
    correction = TenderCorrection.objects.create(
        uid=uid,
        company_id=tender.company_id,
        tender=tender,
        shift_id=sale.shift_id,
        kind_before=kind_before,
        kind_after=kind,
        amount=tender.amount,
        reference=reference,
        reason=reason,
        staff_member=actor,
        approved_by=overdraft if LimitedAct.OVERDRAFT in agreed else approver,
        corrected_at=till.document_time(at, opened_at=sale.finalized_at),
    )
    # What a command says of an earlier time passed no limit.
    passed = agreed if at is None else []
    _record_correction(correction, sale, till=till, passed=passed)
    return correction


def _require_payment(
    payment: TenderInput, tender: Tender, sale: Sale, *, company: Company, is_past: bool
) -> None:
    """Refuse the kind that it has, and a voucher that could not have paid so much."""
    if payment.kind == tender.counts_as:
        raise SameTenderError(kind=name_kind(payment.kind, company))
    if not is_voucher(payment.kind):
        return
    others = sale.tenders.with_outcomes().exclude(pk=tender.pk).order_by("position")
    payments = [TenderInput(other.counts_as, other.amount) for other in others]
    # What was rounded up for cash was no price of the goods.
    amount = payment.tendered - max(sale.rounding, ZERO)
    require_vouchers(
        [*payments, replace(payment, tendered=amount)],
        sale.lines.active().with_restriction(),
        company=company,
        payable=sale.payable,
        held=len(payments),
        is_past=is_past,
    )


def _record_correction(
    correction: TenderCorrection, sale: Sale, *, till: Till, passed: Iterable[str]
) -> None:
    record(
        Act.TENDER_CORRECTED,
        actor=correction.staff_member,
        till=till,
        subject=sale,
        approved_by=correction.approved_by,
        facts={
            "amount": correction.amount,
            "reason": correction.reason,
            **name_limits(passed),
        },
        changes={"kind": (correction.kind_before, correction.kind_after)},
        at=correction.corrected_at,
    )


def _find_approver(  # noqa: PLR0913  each is a fact of the approval
    uid: UUID,
    tender: Tender,
    *,
    reason: str,
    actor: StaffMember,
    approved_by: StaffMember | None,
    is_past: bool,
) -> StaffMember:
    """Return who answers for money that moves to or from cash or a voucher."""
    if is_past:
        return require(
            actor, "sales.approve_refund", subject=tender, approved_by=approved_by
        )
    approver = require_within_limits(
        actor,
        CORRECTS,
        subject=tender,
        uid=uid,
        measured={LimitedAct.CORRECTION: tender.amount},
        reason=reason,
        approved_by=approved_by,
    )
    return approver or actor


def _lock(tender: Tender, actor: StaffMember) -> tuple[Sale, Tender]:
    """Return the sale, locked: its tenders are confirmed and corrected in turn.

    The tender is read again, since the row may be out of date.
    """
    sales = Sale.objects.of_company(actor.company_id).locked()
    sale = sales.filter(pk=tender.sale_id).first()
    if sale is None:
        raise NotOfThisCompanyError(thing=Tender._meta.verbose_name)
    return sale, Tender.objects.get(pk=tender.pk)


def _content_of(first: TenderCorrection) -> tuple[int, str, str, str, int]:
    return (
        first.tender_id,
        first.kind_after,
        first.reference,
        first.reason,
        first.staff_member_id,
    )


def _require_may_correct(
    tender: Tender, sale: Sale, *, kind: str, company: Company
) -> None:
    is_known = is_voucher(kind) or kind in company.accepted_tenders
    if not is_known or tender.kind == TenderKind.EXCHANGE:
        raise UnknownTenderError(kind=kind)
    if sale.kind != Sale.Kind.SALE:
        raise NotCorrectedError
    if not Shift.objects.open().filter(sales=sale).exists():
        raise NotCorrectedError
    if not tender.amount:
        raise NothingToCorrectError(tender=tender)
    if sale.refunds.exists():
        raise SaleRefundedError(sale=sale)
    confirmation = TenderConfirmation.objects.filter(tender=tender).first()
    if confirmation is not None:
        raise AlreadyConfirmedError(tender=tender, reference=confirmation.reference)
