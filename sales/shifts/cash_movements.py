"""Cash movements: records counts, cash put in or taken out, and no-sales."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.limits import (
    Measured,
    find_agreed,
    name_limits,
    require_within_limits,
)
from pos.access.permission import require
from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
)
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember, Till
from pos.models.limits import LimitedAct
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
OUT = frozenset({Kind.PAY_OUT, Kind.DROP})
MOVES = "sales.move_cash"


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
        LimitPassedError, ApproverMayNotError, ApproverLimitError: it takes out more,
            or opens the drawer more often, than the actor may alone, and nobody who
            may has agreed.
        CashOutRefusedError, DrawerShortError, OverdraftError: the drawer should hold
            less than is taken out, and that is not allowed or not approved.
        NoOpenShiftError: nobody has opened a shift at the till.
        ShiftClosedError: ``seen`` is closed, and another is open.
        DifferentRepeatError: the ``uid`` already recorded another.
    """
    require(actor, MOVES, subject=till, amount=move.amount)
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
    shift = require_open_shift(till)
    if seen is not None and seen.pk != shift.pk:
        raise ShiftClosedError
    passed: list[str] = []
    if at is not None:
        approver = _find_past_approver(move, till, actor, approved_by)
    else:
        approver, passed = _approve(
            uid,
            move,
            till=till,
            shift=shift,
            reason=reason,
            actor=actor,
            approved_by=approved_by,
        )
    movement = CashMovement.objects.create(
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
    record(
        Act(move.kind),
        actor=actor,
        till=till,
        subject=movement,
        approved_by=approver,
        facts={"amount": move.amount, "reason": reason, **name_limits(passed)},
        at=movement.moved_at,
    )
    return movement


def measure_move(move: CashMove, shift: Shift) -> Measured:
    """Return what is limited: cash that leaves, or the no-sales of the shift."""
    if move.kind == Kind.NO_SALE:
        earlier = shift.movements.filter(kind=Kind.NO_SALE).count()
        return {LimitedAct.NO_SALE: Decimal(earlier + 1)}
    if move.kind in OUT:
        return {LimitedAct.CASH_OUT: move.amount}
    return {}


def _approve(  # noqa: PLR0913  each is a fact of the approval
    uid: UUID,
    move: CashMove,
    *,
    till: Till,
    shift: Shift,
    reason: str,
    actor: StaffMember,
    approved_by: StaffMember | None,
) -> tuple[StaffMember | None, list[str]]:
    """Return who answers for the movement, and the limits somebody agreed to pass."""
    measured = measure_move(move, shift)
    approver = require_within_limits(
        actor,
        MOVES,
        subject=till,
        uid=uid,
        measured=measured,
        reason=reason,
        approved_by=approved_by,
    )
    approvers: dict[str, StaffMember | None] = dict.fromkeys(measured, approver)
    if move.kind == Kind.NO_SALE:
        approver = approver or actor
    if move.kind in OUT:
        way, amount = Way(move.kind), move.amount
        of_cash = require_cash(
            CashOut(way, amount, shift, till, actor, approved_by, uid, reason)
        )
        approvers[LimitedAct.OVERDRAFT] = of_cash
        approver = of_cash or approver
    return approver, find_agreed(actor, approvers)


def _find_past_approver(
    move: CashMove, till: Till, actor: StaffMember, approved_by: StaffMember | None
) -> StaffMember | None:
    """Return who agreed to a no-sale of an earlier time; limits were those of then."""
    if move.kind != Kind.NO_SALE:
        return None
    return require(actor, "sales.open_drawer", subject=till, approved_by=approved_by)


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
        LimitPassedError, ApproverMayNotError, ApproverLimitError: the last count was
            over the limit, the actor may not see the expected cash or count again so
            often, and nobody has approved another.
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
            shift, total, uid=uid, actor=actor, approved_by=approved_by
        )
    count = CashCount.objects.create(
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
    record(
        Act.CASH_COUNTED,
        actor=actor,
        till=till,
        subject=count,
        approved_by=approver,
        facts={"amount": total, "expected": count.expected_cash},
        at=count.counted_at,
    )
    return count


def _sign_amount(move: CashMove, company: Company) -> Decimal:
    validate_cash(move.amount, company)
    if (move.kind == Kind.NO_SALE) != (move.amount == 0):
        raise InvalidAmountError(amount=move.amount)
    if move.kind not in Kind.values:
        raise ValueError(f"no kind of cash movement: {move.kind}")
    return -move.amount if move.kind in OUT else move.amount
