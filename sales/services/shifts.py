"""Open a till's shift with a float, and close it with a count."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID, uuid5

from django.db import IntegrityError
from django.db.models import F
from django.utils.timezone import now

from pos.approval import require_approval
from pos.errors import DifferentRepeatError, NotOfThisCompanyError, ReasonNeededError
from pos.models import StaffMember, Till
from pos.money import written
from pos.transactions import all_or_nothing
from sales.errors import (
    ShiftClosedError,
    ShiftOpenError,
    StaleCountError,
    TillInactiveError,
    VarianceReasonError,
)
from sales.models import CashCount, Sale, Shift
from sales.reports import expected_cash
from sales.services.cash import last_count
from sales.services.drawer import judge_by_hand, judge_cash, judge_pieces, lock_till
from sales.services.reasons import judge_reason
from sales.services.z_reports import make_z_report


@all_or_nothing
def open_shift(
    *,
    uid: UUID,
    till: Till,
    opening_float: Decimal,
    actor: StaffMember,
    pieces: Mapping[str, int] | None = None,
    at: datetime | None = None,
) -> Shift:
    """Open a shift: the till may sell from now on, and ``actor`` is its cashier.

    ``opening_float`` is the cash in the drawer, and ``pieces`` the notes and
    coins that it was counted by, if it was. A repeat with the same ``uid``, till
    and count returns the first result.

    Raises:
        NotOfThisCompanyError: the till is another company's.
        TillInactiveError: the till is not in use.
        InvalidAmountError: the float is not money, or below zero.
        AmountTooLargeError: nobody begins with that much.
        UnknownPieceError, InvalidCountError, PiecesDifferError: the notes and
            coins are none of the currency, or do not come to the float.
        ShiftOpenError: the till has an open shift.
        DifferentRepeatError: the ``uid`` already opened another.
    """
    till = lock_till(till.pk, actor)
    judge_cash(opening_float, till.company)
    judged = judge_pieces(pieces, amount=opening_float, company=till.company)
    shift = Shift.objects.of_company(till.company_id).filter(uid=uid).first()
    if shift is not None:
        _require_same_opening(shift, till, opening_float, judged)
        return shift
    judge_by_hand(opening_float, till.company, at=at)
    if not till.is_active:
        raise TillInactiveError(till=till)
    if Shift.objects.at_till(till.pk).open().exists():
        raise ShiftOpenError(till=till)
    opened_at = (at or now()).astimezone(UTC)
    shift = Shift(
        uid=uid,
        company_id=till.company_id,
        till=till,
        cashier=actor,
        business_date=till.outlet.business_date(opened_at),
        opening_float=opening_float,
        opened_at=opened_at,
    )
    _save_new(shift)
    CashCount.objects.create(
        uid=uuid5(shift.uid, CashCount.Moment.OPENING),
        company_id=till.company_id,
        shift=shift,
        moment=CashCount.Moment.OPENING,
        pieces=judged,
        total=opening_float,
        staff_member=actor,
        counted_at=opened_at,
    )
    return shift


class Closing(TypedDict, total=False):
    """What a close may say besides the count; ``expected`` is what was shown."""

    at: datetime | None
    pieces: Mapping[str, int] | None
    expected: Decimal | None
    variance_reason: str
    approved_by: StaffMember | None


@all_or_nothing
def close_shift(
    *, uid: UUID, counted_cash: Decimal, actor: StaffMember, **closing: Unpack[Closing]
) -> Shift:
    """Close a shift with the cash counted, and make its Z report; both permanent.

    What the drawer should hold is the float, the cash tenders net of change, and
    what was put in and taken out. Baskets still open at the till are parked, so
    that a close is never stuck. A sale that races the close lands in this shift
    or waits for the next one. A repeat with the same count returns the closed
    shift.

    Raises:
        NotOfThisCompanyError: there is no such shift in the actor's company.
        InvalidAmountError: the count is not money, or below zero.
        AmountTooLargeError: nobody counts that much in a drawer.
        UnknownPieceError, InvalidCountError, PiecesDifferError: the notes and
            coins are none of the currency, or do not come to the count.
        ShiftClosedError: it was closed with another count.
        StaleCountError: the drawer should hold something else than ``expected``.
        VarianceReasonError: it is over or short, and nobody says why.
        ApprovalNeededError, ApproverMayNotError: by more than the company's limit,
            and nobody with the permission ``sales.approve_variance`` agrees.
    """
    shift = Shift.objects.of_company(actor.company_id).filter(uid=uid).first()
    if shift is None:
        raise NotOfThisCompanyError(thing=Shift._meta.verbose_name)
    closed_at = (closing.get("at") or now()).astimezone(UTC)
    # Sales come before the till in the lock order.
    open_sales = Sale.objects.at_till(shift.till_id).open().filter(line_count__gt=0)
    held = [sale.pk for sale in open_sales.locked()]
    till = lock_till(shift.till_id, actor)
    shift = Shift.objects.select_related("cashier").get(pk=shift.pk)
    judge_cash(counted_cash, till.company)
    pieces = judge_pieces(
        closing.get("pieces"), amount=counted_cash, company=till.company
    )
    if not shift.is_open:
        if shift.counted_cash != counted_cash:
            raise ShiftClosedError
        return shift
    judge_by_hand(counted_cash, till.company, at=closing.get("at"))
    shift.expected_cash = expected_cash(shift)
    shift.counted_cash = counted_cash
    _settle_variance(shift, actor=actor, limit=till.company.variance_max, **closing)
    count = _counted(shift, counted_cash, pieces=pieces, actor=actor, at=closed_at)
    _park(held, at=closed_at)
    shift.closed_at = closed_at
    shift.closed_by = actor
    shift.save(
        update_fields=[
            "expected_cash",
            "counted_cash",
            "variance_reason",
            "approved_by",
            "closed_at",
            "closed_by",
        ]
    )
    shift.refresh_from_db(fields=["variance"])
    make_z_report(shift, till=till, count=count)
    return shift


def _save_new(shift: Shift) -> None:
    try:
        shift.save(force_insert=True)
    except IntegrityError as error:
        # The same uid came for another till at the same moment.
        if "shift_uid_once_per_company" not in str(error):
            raise
        raise DifferentRepeatError from error


def _require_same_opening(
    shift: Shift, till: Till, opening_float: Decimal, pieces: dict[str, int]
) -> None:
    opening = shift.counts.filter(moment=CashCount.Moment.OPENING).first()
    counted = opening.pieces if opening else {}
    if (shift.till_id, shift.opening_float, counted) != (
        till.pk,
        opening_float,
        pieces,
    ):
        raise DifferentRepeatError


def _settle_variance(
    shift: Shift, *, actor: StaffMember, limit: Decimal, **closing: Unpack[Closing]
) -> None:
    """Write down why the drawer is over or short, and who lets that stand."""
    assert shift.expected_cash is not None
    assert shift.counted_cash is not None
    seen = closing.get("expected")
    if seen is not None and seen != shift.expected_cash:
        raise StaleCountError
    variance = shift.counted_cash - shift.expected_cash
    if not variance:
        return
    try:
        shift.variance_reason = judge_reason(closing.get("variance_reason", ""))
    except ReasonNeededError as error:
        told = written(variance, places=shift.company.currency_places)
        raise VarianceReasonError(variance=told) from error
    if abs(variance) > limit:
        shift.approved_by = require_approval(
            "sales.approve_variance",
            actor=actor,
            approved_by=closing.get("approved_by"),
        )


def _counted(
    shift: Shift,
    total: Decimal,
    *,
    pieces: dict[str, int],
    actor: StaffMember,
    at: datetime,
) -> CashCount:
    """The count that the close goes by: the last one, or a new one if it differs."""
    count = last_count(shift)
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
        counted_at=at,
    )


def _park(sales: list[int], *, at: datetime) -> None:
    """Set aside the baskets, as far as nobody has finished them meanwhile."""
    Sale.objects.filter(pk__in=sales).open().update(
        status=Sale.Status.PARKED, parked_at=at, revision=F("revision") + 1
    )
