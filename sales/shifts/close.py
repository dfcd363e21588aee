"""Close: a shift ends with a count and its Z report."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TypedDict, Unpack
from uuid import UUID, uuid4, uuid5

from django.db.models import F

from pos.access.acts import Act
from pos.access.audit import record, with_entry
from pos.access.errors import ApprovalNeededError, ApproverMayNotError
from pos.access.limits import find_agreed, name_limits, require_within_limits
from pos.access.permission import require
from pos.core.errors import (
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.money import format_money
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Outlet, StaffMember, Till
from pos.models.limits import LimitedAct
from sales.checkout.drawer_cash import expected_cash
from sales.locks import lock_till
from sales.models import CashCount, Sale, Shift, ZReport
from sales.shifts.blind_count import (
    CLOSES,
    MAY_APPROVE,
    approve_recount,
    find_last_count,
    is_blind,
    is_over_limit,
    measure_variance,
)
from sales.shifts.cash_movements import record_count
from sales.shifts.drawer import (
    clean_denominations,
    validate_cash,
    validate_cash_typed_now,
)
from sales.shifts.errors import (
    CountOverLimitError,
    ShiftClosedError,
    StaleCountError,
    VarianceReasonError,
)
from sales.shifts.roll_up import roll_up
from sales.shifts.z_report import make_z_report


class Closing(TypedDict, total=False):
    """Optional facts of a close; ``expected`` is the cash that the page showed."""

    at: datetime | None
    pieces: Mapping[str, int] | None
    expected: Decimal | None
    variance_reason: str
    approved_by: StaffMember | None


@atomic_with_retry
def close_shift(
    *, uid: UUID, counted_cash: Decimal, actor: StaffMember, **closing: Unpack[Closing]
) -> Shift:
    """Close a shift with the cash counted, and make its Z report; both permanent.

    What it came to is added up for the reports, in the same transaction.

    What the drawer should hold is the float, the cash tenders net of change, what
    was put in and taken out, and the cash held for open baskets. Baskets still open
    at the till are parked, with the money that they hold, so that a close is never
    stuck. A sale at the same moment is in this shift or waits
    for the next one. A repeat with the same count returns the closed shift.

    Raises:
        NotOfThisCompanyError: there is no such shift in the actor's company.
        NotAllowedError: the actor may not close a shift.
        InvalidAmountError: the count is not money, or below zero.
        AmountTooLargeError: nobody counts that much in a drawer.
        NotPayableError: there are no coins for it.
        UnknownPieceError, InvalidCountError, PiecesDifferError: the notes and
            coins are none of the currency, or do not come to the count.
        ShiftClosedError: it was closed with another count.
        StaleCountError: the drawer should hold something else than ``expected``.
        VarianceReasonError: it is over or short, and there is no reason.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: by more than the
            actor's limit, and nobody whose own limit reaches as far agrees; or it is
            another count after one over the limit, by a person who may not see the
            expected cash.
        CountOverLimitError: it is over the limit, without reason or approval, and the
            actor may not see the expected cash. The count is saved all the same.
    """
    shift = Shift.objects.of_company(actor.company_id).filter(uid=uid).first()
    if shift is None:
        raise NotOfThisCompanyError(thing=Shift._meta.verbose_name)
    require(actor, CLOSES, subject=shift)
    # Sales come before the till in the lock order.
    baskets = Sale.objects.at_till(shift.till_id).open().worth_keeping()
    basket_ids = [sale.pk for sale in baskets.locked()]
    till = lock_till(shift.till_id, company_id=actor.company_id)
    shift = Shift.objects.select_related("cashier", "company").get(pk=shift.pk)
    validate_cash(counted_cash, till.company)
    pieces = clean_denominations(
        closing.get("pieces"), amount=counted_cash, company=till.company
    )
    if not shift.is_open:
        if shift.counted_cash != counted_cash:
            raise ShiftClosedError
        return shift
    validate_cash_typed_now(counted_cash, till.company, at=closing.get("at"))
    closed_at = till.document_time(closing.get("at"), opened_at=shift.opened_at)
    shift.expected_cash = expected_cash(shift)
    shift.counted_cash = counted_cash
    counts_blind = closing.get("at") is None and is_blind(actor)
    approver = None
    if counts_blind:
        approver = approve_recount(
            shift,
            counted_cash,
            uid=shift.uid,
            actor=actor,
            approved_by=closing.get("approved_by"),
        )
    settle = _settle_blind if counts_blind else _settle_variance
    settle(shift, actor=actor, **closing)
    count = _find_closing_count(
        shift,
        counted_cash,
        pieces=pieces,
        actor=actor,
        approver=approver,
        at=closed_at,
    )
    _park(basket_ids, at=closed_at)
    _end(shift, at=closed_at, actor=actor, outlet=till.outlet)
    report = make_z_report(shift, till=till, count=count)
    is_past = closing.get("at") is not None
    _record(report, shift, till=till, is_past=is_past, approver=approver)
    roll_up(shift)
    return shift


def _end(shift: Shift, *, at: datetime, actor: StaffMember, outlet: Outlet) -> None:
    """Write what was settled, and keep the clock of the outlet as it is now."""
    shift.closed_at, shift.closed_by = at, actor
    shift.time_zone, shift.day_ends_at = outlet.zone.key, outlet.day_ends_at
    shift.save(
        update_fields=[
            "expected_cash",
            "counted_cash",
            "variance_reason",
            "approved_by",
            "closed_at",
            "closed_by",
            "time_zone",
            "day_ends_at",
        ]
    )
    shift.refresh_from_db(fields=["variance"])


def _record(
    report: ZReport,
    shift: Shift,
    *,
    till: Till,
    is_past: bool,
    approver: StaffMember | None,
) -> None:
    """Write the close into the audit trail of the till, which is locked."""
    assert shift.closed_by is not None
    approvers: dict[str, StaffMember | None]
    approvers = {LimitedAct.VARIANCE: shift.approved_by, LimitedAct.RECOUNT: approver}
    # What a command says of an earlier time passed no limit.
    passed = [] if is_past else find_agreed(shift.closed_by, approvers)
    record(
        Act.SHIFT_CLOSED,
        actor=shift.closed_by,
        till=till,
        subject=shift,
        approved_by=shift.approved_by or approver,
        facts={
            "amount": shift.counted_cash,
            "expected": shift.expected_cash,
            "variance": shift.variance,
            "reason": shift.variance_reason,
            "z_report": report.report_number,
            **name_limits(passed),
        },
        at=shift.closed_at,
    )


def _settle_variance(
    shift: Shift, *, actor: StaffMember, **closing: Unpack[Closing]
) -> None:
    """Record why the drawer is over or short, and who approved it."""
    assert shift.expected_cash is not None
    assert shift.counted_cash is not None
    seen = closing.get("expected")
    if seen is not None and seen != shift.expected_cash:
        raise StaleCountError
    variance = shift.counted_cash - shift.expected_cash
    if not variance:
        return
    try:
        shift.variance_reason = clean_reason(closing.get("variance_reason", ""))
    except ReasonNeededError as error:
        over_or_short = format_money(variance, places=shift.company.currency_places)
        raise VarianceReasonError(variance=over_or_short) from error
    if closing.get("at") is None:
        shift.approved_by = require_within_limits(
            actor,
            CLOSES,
            subject=shift,
            uid=shift.uid,
            measured=measure_variance(variance),
            reason=shift.variance_reason,
            approved_by=closing.get("approved_by"),
        )
    elif is_over_limit(variance, actor=actor):
        shift.approved_by = require(
            actor,
            MAY_APPROVE,
            subject=shift,
            amount=abs(variance),
            approved_by=closing.get("approved_by"),
        )


def _settle_blind(
    shift: Shift, *, actor: StaffMember, **closing: Unpack[Closing]
) -> None:
    """The same for a person who may not see by how much; above the limit, no figure."""
    assert shift.expected_cash is not None
    assert shift.counted_cash is not None
    try:
        _settle_variance(shift, actor=actor, **closing)
    except (VarianceReasonError, ApprovalNeededError, ApproverMayNotError) as error:
        variance = shift.counted_cash - shift.expected_cash
        if not is_over_limit(variance, actor=actor):
            raise
        refusal = CountOverLimitError()
        approved_by = closing.get("approved_by")
        entry = error.after_rollback
        if entry is None and approved_by is None:
            # No reason, and nobody agreed. With somebody it is the reason that lacks.
            with_entry(
                refusal,
                actor=actor,
                act=CLOSES,
                subject=shift,
                limit=LimitedAct.VARIANCE,
            )
            entry = refusal.after_rollback
        count = find_last_count(shift)
        keep_count = None
        if count is None or count.total != shift.counted_cash:
            keep_count = partial(
                record_count,
                uid=uuid4(),
                shift=shift,
                total=shift.counted_cash,
                pieces=closing.get("pieces"),
                approved_by=approved_by,
                actor=actor,
            )
        refusal.after_rollback = partial(
            _write_stop, entry=entry, keep_count=keep_count
        )
        raise refusal from error


def _write_stop(
    *, entry: Callable[[], object] | None, keep_count: Callable[[], object] | None
) -> None:
    """Write what is left of a close that was stopped: that it was, and the count."""
    for write in (entry, keep_count):
        if write is not None:
            write()


def _find_closing_count(
    shift: Shift,
    total: Decimal,
    *,
    pieces: dict[str, int],
    actor: StaffMember,
    approver: StaffMember | None,
    at: datetime,
) -> CashCount:
    """Return the count of the close: the last one, or a new one if it differs."""
    count = find_last_count(shift)
    if count and count.total == total and pieces in ({}, count.pieces):
        return count
    return CashCount.objects.create(
        uid=uuid5(shift.uid, CashCount.Moment.CLOSING),
        company_id=shift.company_id,
        shift=shift,
        moment=CashCount.Moment.CLOSING,
        pieces=pieces,
        total=total,
        staff_member=actor,
        expected_cash=shift.expected_cash,
        approved_by=approver,
        counted_at=at,
    )


def _park(sales: list[int], *, at: datetime) -> None:
    """Park the baskets that are still open."""
    Sale.objects.filter(pk__in=sales).open().update(
        status=Sale.Status.PARKED, parked_at=at, revision=F("revision") + 1
    )
