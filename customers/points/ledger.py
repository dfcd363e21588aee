"""Move points: an entry in the ledger, and the balance with it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from customers.models import Customer, LoyaltyProgramme, PointsEntry
from customers.points.arithmetic import points_for, points_to_reverse
from customers.points.errors import (
    CustomerInactiveError,
    InvalidPointsError,
    NotEnoughPointsError,
    TooManyPointsError,
)
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import DifferentRepeatError, NotOfThisCompanyError
from pos.core.prepared import Param, Prepared, PreparedInsert, PreparedUpdate
from pos.core.reasons import require_reason
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember

# In one adjustment, up or down; far below what the column holds.
POINTS_LIMIT = 1_000_000
BALANCE_MAX = 1_000_000_000

# Uids of documents, looked up within the statement that needs them.
UidQuery = QuerySet[Any, UUID]

PROGRAMME = Prepared(
    LoyaltyProgramme.objects.filter(company_id=Param("company_id"), is_active=True)
)
CUSTOMER = Prepared(
    Customer.objects.filter(pk=Param("pk"))
    .only("company", "name", "points_balance", "is_active")
    .locked()
)
CREDIT = PreparedUpdate(
    Customer.objects.filter(pk=Param("pk")),
    points_balance=F("points_balance") + Param("points"),
)
ENTRIES = PreparedInsert(PointsEntry, along=CREDIT)


@transaction.atomic(savepoint=False)
def earn_points(
    *,
    company_id: int,
    customer_id: int,
    amount: Decimal,
    source: UUID,
    actor: StaffMember,
    at: datetime,
) -> PointsEntry | None:
    """Credit the points of one sale, once.

    ``amount`` is what was spent on goods, tax included and before cash rounding;
    ``source`` is the sale's uid. Nothing is earned without an active programme,
    below the amount of one point, or by a customer who is inactive when the
    lock is held: it then returns None.

    Raises TooManyPointsError when the balance would leave its range.
    """
    programme = PROGRAMME.first(company_id=company_id)
    if programme is None:
        return None
    points = points_for(amount, amount_per_point=programme.amount_per_point)
    if not points:
        return None
    [customer] = CUSTOMER.all(pk=customer_id)
    if not customer.is_active:
        return None
    _validate_range(customer, points)
    return post_points(
        entry=PointsEntry(
            company_id=customer.company_id,
            customer=customer,
            kind=PointsEntry.Kind.EARN,
            points=points,
            amount_per_point=programme.amount_per_point,
            source=source,
            staff_member=actor,
            entered_at=at,
        )
    )


@transaction.atomic(savepoint=False)
def redeem_points(
    *, customer_id: int, points: int, source: UUID, actor: StaffMember, at: datetime
) -> PointsEntry:
    """Debit the points that one sale uses, once.

    ``points`` is above zero; ``source`` is the sale's uid. The balance never goes
    below zero, even where two tills redeem at once: it is read under the lock.

    Raises:
        CustomerInactiveError: the customer must be restored first.
        NotEnoughPointsError: the balance is less than that.
    """
    [customer] = CUSTOMER.all(pk=customer_id)
    if not customer.is_active:
        raise CustomerInactiveError(customer=customer)
    if customer.points_balance < points:
        raise NotEnoughPointsError(customer=customer, balance=customer.points_balance)
    return post_points(
        entry=PointsEntry(
            company_id=customer.company_id,
            customer=customer,
            kind=PointsEntry.Kind.REDEEM,
            points=-points,
            source=source,
            staff_member=actor,
            entered_at=at,
        )
    )


@transaction.atomic(savepoint=False)
def return_points(
    *, customer_id: int, points: int, source: UUID, actor: StaffMember, at: datetime
) -> PointsEntry:
    """Return points that a sale had used, once; ``source`` is its refund's uid.

    An inactive customer gets them too: they had paid with them.
    """
    [customer] = CUSTOMER.all(pk=customer_id)
    return post_points(
        entry=PointsEntry(
            company_id=customer.company_id,
            customer=customer,
            kind=PointsEntry.Kind.RETURN,
            points=points,
            source=source,
            staff_member=actor,
            entered_at=at,
        )
    )


@transaction.atomic(savepoint=False)
def reverse_points(
    *,
    customer_id: int,
    sources: UidQuery,
    left: Decimal,
    source: UUID,
    actor: StaffMember,
    at: datetime,
) -> PointsEntry | None:
    """Take back what a sale would not have earned at ``left``, once.

    ``sources`` are the uids of the sale and its refunds; ``source`` is that of this
    one. It takes what ``plan_reversal`` says; if that is less than the sale had
    earned too much, the entry says how many points are left, and the next refund of
    the sale tries again. It returns None if it takes nothing.

    An inactive customer's points are reversed too: if restored later, they must not
    have points for goods that were returned.
    """
    [customer] = CUSTOMER.all(pk=customer_id)
    wanted, taken = plan_reversal(
        company_id=customer.company_id,
        sources=sources,
        left=left,
        balance=customer.points_balance,
    )
    if not taken:
        return None
    return post_points(
        entry=PointsEntry(
            company_id=customer.company_id,
            customer=customer,
            kind=PointsEntry.Kind.REVERSE,
            points=-taken,
            source=source,
            reason=_explain_shortfall(wanted - taken),
            staff_member=actor,
            entered_at=at,
        )
    )


def plan_reversal(
    *, company_id: int, sources: UidQuery, left: Decimal, balance: int
) -> tuple[int, int]:
    """Return how many points a sale would not have earned, and how many to take.

    ``left`` is the sale's amount after refunds. Uses the rate at which the points
    were earned, whatever the programme says now. If the programme allows no balance
    below zero, it stops at zero.
    """
    entries = PointsEntry.objects.filter(
        company_id=company_id,
        kind__in=(PointsEntry.Kind.EARN, PointsEntry.Kind.REVERSE),
        source__in=sources,
    )
    of_sale = list(entries)
    rate = next((entry.amount_per_point for entry in of_sale if entry.points > 0), None)
    if rate is None:
        return 0, 0
    wanted = points_to_reverse(
        left,
        amount_per_point=rate,
        net_earned=sum(entry.points for entry in of_sale),
    )
    if wanted > balance and not _may_go_negative(company_id):
        return wanted, max(min(wanted, balance), 0)
    return wanted, wanted


@atomic_with_retry
def adjust_points(
    *,
    uid: UUID,
    customer: Customer,
    points: int,
    reason: str,
    actor: StaffMember,
    at: datetime | None = None,
) -> PointsEntry:
    """Add points, or take them off if below zero, for a reason that is stored.

    The balance may be brought to zero and not below. Repeated with the same
    ``uid``, customer, points, reason and person, it changes nothing and returns
    the first entry.

    Raises:
        NotOfThisCompanyError: the customer is not of the actor's company.
        NotAllowedError: the actor may not adjust points.
        ReasonNeededError: there is no reason, or too long a one.
        InvalidPointsError: not a whole number, zero or beyond the limit.
        CustomerInactiveError: the customer must be restored first.
        NotEnoughPointsError, TooManyPointsError: the balance would leave its range.
        DifferentRepeatError: the ``uid`` already made another adjustment.
    """
    require(actor, "customers.adjust_points", subject=customer, amount=points)
    reason = require_reason(" ".join(reason.split()))
    _require_points(points)
    own = Customer.objects.of_company(actor.company_id)
    locked = own.locked().filter(pk=customer.pk).first()
    if locked is None:
        raise NotOfThisCompanyError(thing=Customer._meta.verbose_name)
    requested = (locked.pk, points, reason, actor.pk)
    if entry := _adjustment(locked.company_id, uid):
        return _require_same(entry, requested)
    planned = plan_adjustment(
        uid=uid,
        customer=locked,
        points=points,
        reason=reason,
        actor=actor,
        at=at or database_now(),
    )
    try:
        with transaction.atomic():
            entry = post_points(entry=planned)
    except IntegrityError:
        # The same uid came for another customer at the same moment.
        if entry := _adjustment(locked.company_id, uid):
            return _require_same(entry, requested)
        raise
    record(
        Act.POINTS_ADJUSTED,
        actor=actor,
        subject=locked,
        facts={"points": points, "reason": reason},
        at=entry.entered_at,
    )
    return entry


def plan_adjustment(
    *,
    uid: UUID,
    customer: Customer,
    points: int,
    reason: str,
    actor: StaffMember,
    at: datetime,
) -> PointsEntry:
    """Return the entry of an adjustment, unsaved; refuse what cannot be one.

    Raises InvalidPointsError, CustomerInactiveError, NotEnoughPointsError or
    TooManyPointsError.
    """
    _require_points(points)
    _validate(customer, points)
    return PointsEntry(
        company_id=customer.company_id,
        customer=customer,
        kind=PointsEntry.Kind.ADJUST,
        points=points,
        balance_after=customer.points_balance + points,
        source=uid,
        reason=reason,
        staff_member=actor,
        entered_at=at,
    )


def post_points(*, entry: PointsEntry) -> PointsEntry:
    """Append a new entry, and change its customer's balance by it.

    The caller holds the customer's lock, and posts a source once.
    """
    entry.balance_after = entry.customer.points_balance + entry.points
    return ENTRIES.run(entry, pk=entry.customer_id, points=entry.points)


def _explain_shortfall(points: int) -> str:
    """Return why so many points were not taken back; empty if all were."""
    if not points:
        return ""
    return _("%(points)d more had already been spent.") % {"points": points}


def _may_go_negative(company_id: int) -> bool:
    """Whether the programme, active or not, lets a reversal go below zero."""
    programmes = LoyaltyProgramme.objects.of_company(company_id)
    return not programmes.filter(may_go_negative=False).exists()


def _adjustment(company_id: int, uid: UUID) -> PointsEntry | None:
    return PointsEntry.objects.filter(
        company_id=company_id, source=uid, kind=PointsEntry.Kind.ADJUST
    ).first()


def _require_same(
    entry: PointsEntry, requested: tuple[int, int, str, int]
) -> PointsEntry:
    """Return the entry of an earlier request, or refuse if it asked for another."""
    made = (entry.customer_id, entry.points, entry.reason, entry.staff_member_id)
    if made != requested:
        raise DifferentRepeatError
    return entry


def _require_points(points: int) -> None:
    if type(points) is not int or not points or abs(points) > POINTS_LIMIT:
        raise InvalidPointsError(limit=f"{POINTS_LIMIT:,}")


def _validate(customer: Customer, points: int) -> None:
    if not customer.is_active:
        raise CustomerInactiveError(customer=customer)
    balance = customer.points_balance + points
    if points < 0 and balance < 0:
        raise NotEnoughPointsError(customer=customer, balance=customer.points_balance)
    _validate_range(customer, points)


def _validate_range(customer: Customer, points: int) -> None:
    if customer.points_balance + points > BALANCE_MAX:
        raise TooManyPointsError(customer=customer, limit=f"{BALANCE_MAX:,}")
