"""Open a till's shift with a float, and close it with a count."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.timezone import now

from pos.errors import DifferentRepeatError, InvalidAmountError, NotOfThisCompanyError
from pos.models import Company, StaffMember, Till
from pos.money import ZERO, is_money
from sales.errors import ShiftClosedError, ShiftOpenError, TillInactiveError
from sales.models import Sale, Shift, Tender


@transaction.atomic
def open_shift(
    *,
    uid: UUID,
    till: Till,
    opening_float: Decimal,
    actor: StaffMember,
    at: datetime | None = None,
) -> Shift:
    """Open a shift: the till may sell from now on, and ``actor`` is its cashier.

    ``opening_float`` is the cash in the drawer. A repeat with the same ``uid``,
    till and float returns the first result.

    Raises:
        NotOfThisCompanyError: the till is another company's.
        TillInactiveError: the till is not in use.
        InvalidAmountError: the float is not money, or below zero.
        ShiftOpenError: the till has an open shift.
        DifferentRepeatError: the ``uid`` already opened another.
    """
    till = _locked_till(till.pk, actor)
    _judge_cash(opening_float, till.company)
    shift = Shift.objects.of_company(till.company_id).filter(uid=uid).first()
    if shift is not None:
        if (shift.till_id, shift.opening_float) != (till.pk, opening_float):
            raise DifferentRepeatError
        return shift
    if not till.is_active:
        raise TillInactiveError(till=till)
    if Shift.objects.at_till(till.pk).open().exists():
        raise ShiftOpenError(till=till)
    opened_at = (at or now()).astimezone(UTC)
    return Shift.objects.create(
        uid=uid,
        company_id=till.company_id,
        till=till,
        cashier=actor,
        business_date=till.outlet.business_date(opened_at),
        opening_float=opening_float,
        opened_at=opened_at,
    )


@transaction.atomic
def close_shift(
    *,
    uid: UUID,
    counted_cash: Decimal,
    actor: StaffMember,
    at: datetime | None = None,
) -> Shift:
    """Close a shift with the cash counted; permanent from then on.

    Expected cash is the float and the cash tenders net of change. Baskets still
    open at the till are parked, so that a close is never stuck. A sale that
    races the close lands in this shift or waits for the next one. A repeat with
    the same count returns the closed shift.

    Raises:
        NotOfThisCompanyError: there is no such shift in the actor's company.
        InvalidAmountError: the count is not money, or below zero.
        ShiftClosedError: it was closed with another count.
    """
    shift = Shift.objects.of_company(actor.company_id).filter(uid=uid).first()
    if shift is None:
        raise NotOfThisCompanyError(thing=Shift._meta.verbose_name)
    closed_at = (at or now()).astimezone(UTC)
    # Sales come before the till in the lock order.
    open_sales = Sale.objects.at_till(shift.till_id).open().filter(line_count__gt=0)
    held = [sale.pk for sale in open_sales.locked()]
    till = _locked_till(shift.till_id, actor)
    shift = Shift.objects.select_related("cashier").get(pk=shift.pk)
    _judge_cash(counted_cash, till.company)
    if not shift.is_open:
        if shift.counted_cash != counted_cash:
            raise ShiftClosedError
        return shift
    Sale.objects.filter(pk__in=held).open().update(
        status=Sale.Status.PARKED, parked_at=closed_at, revision=F("revision") + 1
    )
    shift.expected_cash = expected_cash(shift)
    shift.counted_cash = counted_cash
    shift.closed_at = closed_at
    shift.closed_by = actor
    shift.save(
        update_fields=["expected_cash", "counted_cash", "closed_at", "closed_by"]
    )
    shift.refresh_from_db(fields=["variance"])
    return shift


def expected_cash(shift: Shift) -> Decimal:
    """Return the float and every cash tender of the shift, net of change.

    What was recorded as cash and was not, or the reverse, counts as corrected.
    """
    cash = Tender.objects.filter(sale__shift=shift, kind=Tender.Kind.CASH)
    taken: Decimal = cash.aggregate(taken=Sum("amount", default=ZERO))["taken"]
    return shift.opening_float + taken + corrected_cash(shift)


def corrected_cash(shift: Shift) -> Decimal:
    """Return what corrections brought to the shift's cash, less what they took."""
    to_cash = Sum("amount", filter=Q(kind_after=Tender.Kind.CASH), default=ZERO)
    from_cash = Sum("amount", filter=Q(kind_before=Tender.Kind.CASH), default=ZERO)
    sums = shift.tender_corrections.aggregate(to_cash=to_cash, from_cash=from_cash)
    corrected: Decimal = sums["to_cash"] - sums["from_cash"]
    return corrected


def _locked_till(pk: int, actor: StaffMember) -> Till:
    tills = Till.objects.of_company(actor.company_id)
    till = tills.select_related("company", "outlet").locked().filter(pk=pk).first()
    if till is None:
        raise NotOfThisCompanyError(thing=Till._meta.verbose_name)
    return till


def _judge_cash(amount: Decimal, company: Company) -> None:
    if not is_money(amount, places=company.currency_places) or amount < 0:
        raise InvalidAmountError(amount=amount)
