"""Cash movements: records counts, cash put in or taken out, and no-sales."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.access.permission import require
from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
)
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember, Till
from sales.checkout.drawer_cash import (
    CashOut,
    Way,
    expected_cash,
    require_cash,
)
from sales.locks import lock_till, require_open_shift
from sales.models import CashCount, CashMovement, Shift
from sales.shifts.blind_count import approve_recount
from sales.shifts.drawer import (
    clean_denominations,
    validate_cash,
    validate_cash_typed_now,
)
from sales.shifts.errors import ShiftClosedError

Kind = CashMovement.Kind


@dataclass(frozen=True, slots=True)
class CashMove:
    """One cash movement or no-sale; ``amount`` is never below zero."""

    kind: str
    amount: Decimal
    reason: str


@atomic_with_retry
def record_cash_movement(  # noqa: PLR0913  each is a fact of the movement
    *,
    uid: UUID,
    till: Till,
    move: CashMove,
    actor: StaffMember,
    approved_by: StaffMember | None = None,
    seen: Shift | None = None,
    at: datetime | None = None,
) -> CashMovement:
    """Record cash put into the drawer or taken out, or a no-sale.

    Afterwards the open shift expects that much more or less. A repeat with the
    same ``uid`` and content returns the first result, also after the close.
    ``seen`` is the shift on whose page it was requested.

    Raises:
        NotOfThisCompanyError: the till is another company's.
        NotAllowedError: the actor may not move cash.
        InvalidAmountError: the amount is not money, or nothing; or there is one
            although the drawer is only opened.
        AmountTooLargeError: nobody carries that much to or from a drawer.
        NotPayableError: there are no coins for it.
        ReasonNeededError: there is no reason, or too long a one.
        ApprovalNeededError, ApproverMayNotError: opening it without a sale takes
            somebody with the permission ``sales.open_drawer``.
        CashOutRefusedError, DrawerShortError, OverdraftError: the drawer should hold
            less than is taken out, and that is not allowed or not approved.
        NoOpenShiftError: nobody has opened a shift at the till.
        ShiftClosedError: ``seen`` is closed, and another is open.
        DifferentRepeatError: the ``uid`` already recorded another.
    """
    require(actor, "sales.move_cash", subject=till, amount=move.amount)
    till = lock_till(till.pk, company_id=actor.company_id)
    amount = _sign_amount(move, till.company)
    reason = clean_reason(move.reason)
    existing = CashMovement.objects.of_company(till.company_id).filter(uid=uid)
    movement = existing.select_related("shift").first()
    if movement is not None:
        recorded = movement.kind, movement.amount, movement.reason
        if movement.shift.till_id != till.pk or recorded != (move.kind, amount, reason):
            raise DifferentRepeatError
        return movement
    validate_cash_typed_now(move.amount, till.company, at=None)
    approver = None
    if move.kind == Kind.NO_SALE:
        approver = require(
            actor, "sales.open_drawer", subject=till, approved_by=approved_by
        )
    shift = require_open_shift(till)
    if seen is not None and seen.pk != shift.pk:
        raise ShiftClosedError
    if amount < 0 and at is None:
        cash_out = CashOut(Way(move.kind), -amount, shift, till, actor, approved_by)
        approver = require_cash(cash_out)
    return CashMovement.objects.create(
        uid=uid,
        company_id=till.company_id,
        shift=shift,
        kind=move.kind,
        amount=amount,
        reason=reason,
        staff_member=actor,
        approved_by=approver,
        moved_at=till.document_time(at, opened_at=shift.opened_at),
    )


@atomic_with_retry
def record_count(  # noqa: PLR0913  each is a fact of the count
    *,
    uid: UUID,
    shift: Shift,
    total: Decimal,
    actor: StaffMember,
    pieces: Mapping[str, int] | None = None,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> CashCount:
    """Record the cash that was counted at the end of a shift.

    The shift stays open. A recount is another row; the close uses the last one.
    A repeat with the same content returns the first.

    Raises:
        NotOfThisCompanyError: the shift is another company's.
        NotAllowedError: the actor may not close a shift.
        InvalidAmountError: the total is not money, or below zero.
        AmountTooLargeError: nobody counts that much in a drawer.
        NotPayableError: there are no coins for it.
        UnknownPieceError, InvalidCountError, PiecesDifferError: the notes and
            coins are none of the currency, or do not come to the total.
        ShiftClosedError: the shift is closed.
        ApprovalNeededError, ApproverMayNotError: the last count was over the limit,
            the actor may not see the expected cash, and nobody has approved another.
        DifferentRepeatError: the ``uid`` already recorded another count.
    """
    require(actor, "sales.close_shift", subject=shift)
    till = lock_till(shift.till_id, company_id=actor.company_id)
    validate_cash(total, till.company)
    clean_pieces = clean_denominations(pieces, amount=total, company=till.company)
    count = CashCount.objects.of_company(till.company_id).filter(uid=uid).first()
    if count is not None:
        if (count.shift_id, count.total, count.pieces) != (
            shift.pk,
            total,
            clean_pieces,
        ):
            raise DifferentRepeatError
        return count
    validate_cash_typed_now(total, till.company, at=at)
    if not Shift.objects.open().filter(pk=shift.pk).exists():
        raise ShiftClosedError
    approver = None
    if at is None:
        approver = approve_recount(
            shift,
            total,
            actor=actor,
            limit=till.company.variance_max,
            approved_by=approved_by,
        )
    return CashCount.objects.create(
        uid=uid,
        company_id=till.company_id,
        shift=shift,
        moment=CashCount.Moment.CLOSING,
        pieces=clean_pieces,
        total=total,
        staff_member=actor,
        approved_by=approver,
        expected_cash=expected_cash(shift),
        counted_at=till.document_time(at, opened_at=shift.opened_at),
    )


def _sign_amount(move: CashMove, company: Company) -> Decimal:
    validate_cash(move.amount, company)
    if (move.kind == Kind.NO_SALE) != (move.amount == 0):
        raise InvalidAmountError(amount=move.amount)
    if move.kind not in Kind.values:
        raise ValueError(f"no kind of cash movement: {move.kind}")
    return -move.amount if move.kind in {Kind.PAY_OUT, Kind.DROP} else move.amount
