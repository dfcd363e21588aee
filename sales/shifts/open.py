"""Open: a till's shift begins with a float."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import IntegrityError

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.errors import (
    DifferentRepeatError,
)
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember, Till
from sales.locks import lock_till
from sales.models import CashCount, Shift
from sales.shifts.drawer import (
    clean_denominations,
    validate_cash,
    validate_cash_typed_now,
)
from sales.shifts.errors import (
    ShiftOpenError,
    TillInactiveError,
)


@atomic_with_retry
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
        NotAllowedError: the actor may not open a shift.
        TillInactiveError: the till is not in use.
        InvalidAmountError: the float is not money, or below zero.
        AmountTooLargeError: no float is that much.
        NotPayableError: there are no coins for it.
        UnknownPieceError, InvalidCountError, PiecesDifferError: the notes and
            coins are none of the currency, or do not come to the float.
        ShiftOpenError: the till has an open shift.
        DifferentRepeatError: the ``uid`` already opened another.
    """
    require(actor, "sales.open_shift", subject=till, amount=opening_float)
    till = lock_till(till.pk, company_id=actor.company_id)
    validate_cash(opening_float, till.company)
    clean_pieces = clean_denominations(
        pieces, amount=opening_float, company=till.company
    )
    shift = Shift.objects.of_company(till.company_id).filter(uid=uid).first()
    if shift is not None:
        _require_same_opening(shift, till, opening_float, clean_pieces)
        return shift
    validate_cash_typed_now(opening_float, till.company, at=at)
    if not till.is_active:
        raise TillInactiveError(till=till)
    if Shift.objects.at_till(till.pk).open().exists():
        raise ShiftOpenError(till=till)
    opened_at = till.document_time(at)
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
        pieces=clean_pieces,
        total=opening_float,
        staff_member=actor,
        counted_at=opened_at,
    )
    record(
        Act.SHIFT_OPENED,
        actor=actor,
        till=till,
        subject=shift,
        facts={"amount": opening_float},
        at=opened_at,
    )
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
