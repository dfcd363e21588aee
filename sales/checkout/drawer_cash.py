"""Drawer cash: what a drawer should hold, and whether so much may leave it.

Nobody takes more out of a drawer than it holds: what would leave less than nothing is
refused, or approved where the company allows that. People who may not see the expected
cash learn nothing from the answer, and every refusal is counted.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import ApprovalNeededError, ApproverMayNotError
from pos.access.limits import Passed, record_approvals
from pos.access.permission import require
from pos.core.money import ZERO
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember, TenderKind, Till
from pos.models.limits import LimitedAct
from sales.cash.rounding import cash_rule
from sales.checkout.errors import (
    CashOutError,
    CashOutRefusedError,
    DrawerShortError,
    OverdraftError,
)
from sales.locks import OPEN_SHIFT, lock_till
from sales.models import (
    CashMovement,
    PartPayment,
    RefusedCashOut,
    Shift,
    Tender,
    TenderCorrection,
)

Way = RefusedCashOut.Way


@dataclass(frozen=True, slots=True)
class CashOut:
    """Cash that is about to leave the drawer of a shift, whose till is locked.

    ``uid`` is that of the act, of which there may be an approval.
    """

    way: Way
    amount: Decimal
    shift: Shift
    till: Till
    actor: StaffMember
    approved_by: StaffMember | None
    uid: UUID
    reason: str = ""


def expected_cash(shift: Shift) -> Decimal:
    """Return what the drawer should hold, in one query.

    That is the float, cash net of change, corrections, what was put in and taken out,
    and what is held of part payments.
    """
    cash = TenderKind.CASH
    corrections = TenderCorrection.objects.filter(shift=shift.pk)
    expected: Decimal = (
        Shift.objects.filter(pk=shift.pk)
        .values_list(
            F("opening_float")
            + _sum(Tender.objects.filter(sale__shift=shift.pk, kind=cash))
            + _sum(corrections.filter(kind_after=cash))
            - _sum(corrections.filter(kind_before=cash))
            + _sum(CashMovement.objects.filter(shift=shift.pk))
            + _sum(PartPayment.objects.filter(shift=shift.pk, kind=cash))
        )
        .get()[0]
    )
    return expected


def _sum(rows: QuerySet[Any]) -> Coalesce:
    """Return the sum of their amounts, as part of a query."""
    sums = rows.order_by().values("company").annotate(total=Sum("amount"))
    return Coalesce(Subquery(sums.values("total")), ZERO)


def require_cash(cash_out: CashOut) -> StaffMember | None:
    """Return who answers for it where the drawer holds less; nobody, if it is enough.

    What somebody else agreed to has an approval.

    Raises:
        CashOutRefusedError: the drawer should hold less, and the actor may not see it.
        DrawerShortError: it should hold less, and the company does not allow that.
        OverdraftError: the company does, and nobody with the permission
            ``sales.overdraw_drawer`` has approved.
    """
    expected = expected_cash(cash_out.shift)
    if cash_out.amount <= expected:
        return None
    company: Company = cash_out.till.company
    if not company.allows_cash_below_zero:
        raise _refusal(cash_out, expected)
    actor = cash_out.actor
    try:
        approver = require(
            actor,
            "sales.overdraw_drawer",
            subject=cash_out.till,
            amount=cash_out.amount,
            approved_by=cash_out.approved_by,
        )
    except (ApprovalNeededError, ApproverMayNotError) as error:
        raise _refusal(cash_out, expected) from error
    if approver.pk != actor.pk:
        holds = max(expected, ZERO)
        record_approvals(
            [Passed(LimitedAct.OVERDRAFT, cash_out.amount, holds)],
            uid=cash_out.uid,
            reason=cash_out.reason,
            actor=actor,
            approver=approver,
        )
    return approver


def _refusal(cash_out: CashOut, expected: Decimal) -> CashOutError:
    company: Company = cash_out.till.company
    rule = cash_rule(company)
    facts = {
        "expected": rule.format(expected),
        "amount": rule.format(cash_out.amount),
    }
    refusal: CashOutError
    if not cash_out.actor.has_perm("sales.view_expected"):
        refusal = CashOutRefusedError(amount=facts["amount"])
    elif company.allows_cash_below_zero:
        refusal = OverdraftError(**facts)
    else:
        refusal = DrawerShortError(**facts)
    refusal.after_rollback = partial(
        _record_refusal, cash_out=cash_out, code=refusal.code
    )
    return refusal


@atomic_with_retry
def _record_refusal(*, cash_out: CashOut, code: str) -> None:
    """Count it in the till's open shift; in none, if that was just closed."""
    till = lock_till(cash_out.till.pk, company_id=cash_out.till.company_id)
    RefusedCashOut.objects.create(
        company_id=till.company_id,
        till=till,
        shift=OPEN_SHIFT.first(till_id=till.pk),
        way=cash_out.way,
        amount=cash_out.amount,
        staff_member=cash_out.actor,
    )
    record(
        Act.REFUSED,
        actor=cash_out.actor,
        till=till,
        subject=cash_out.shift,
        approved_by=cash_out.approved_by,
        facts={"amount": cash_out.amount, "code": code},
    )
