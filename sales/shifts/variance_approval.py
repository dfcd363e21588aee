"""Variance approval: a supervisor sees what they approve, where the cashier may not.

Name and password come first, then the figures, for one look; closing the shift is a
second act. In between, the page holds who approves which count, signed: a code that
closes this shift with this count and no other, for a few minutes.
"""

from datetime import timedelta

from django.core import signing

from pos.access.errors import (
    ApprovalNeededError,
    ApproverLimitError,
    ApproverMayNotError,
    LimitPassedError,
)
from pos.access.limits import find_passed, require_consent
from pos.access.permission import outlet_of, require
from pos.core.errors import DomainError
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember
from sales.checkout.drawer_cash import expected_cash
from sales.models import CashCount, Shift
from sales.shifts.blind_count import CLOSES, MAY_APPROVE, measure_variance
from sales.shifts.errors import StaleCountError

SALT = "sales.variance_approval"
# Long enough to count a drawer's notes once more.
LOOK = timedelta(minutes=5)


@atomic_with_retry
def sign_approval(
    *,
    shift: Shift,
    count: CashCount,
    actor: StaffMember,
    approved_by: StaffMember | None,
) -> str:
    """Return a code for one who approves what a count is over or short by.

    Nothing is written: ``close_shift`` records the approval, and checks it again. A
    refusal is in the audit trail.

    Raises:
        NotAllowedError, NotOfThisCompanyError: the actor may not close this shift.
        StaleCountError: the drawer should hold something else than when it was
            counted.
        ApprovalNeededError, ApproverMayNotError: nobody else with the permission
            ``sales.approve_variance`` agrees, or their own limit is passed.
    """
    require(actor, CLOSES, subject=shift)
    if count.expected_cash != expected_cash(shift):
        raise StaleCountError
    variance = measure_variance(count.total - count.expected_cash)
    passed = find_passed(actor, variance)
    if not passed:
        approver = require(actor, MAY_APPROVE, subject=shift, approved_by=approved_by)
        return signing.dumps([count.pk, approver.pk], salt=SALT)
    refusal: DomainError
    try:
        approver = require_consent(
            passed,
            CLOSES,
            subject=shift,
            outlet_id=outlet_of(shift),
            actor=actor,
            approved_by=approved_by,
        )
    except (LimitPassedError, ApproverLimitError) as error:
        # Without the figures, which they have not seen yet.
        refusal = ApprovalNeededError()
        if approved_by is not None:
            refusal = ApproverMayNotError(staff=approved_by)
        refusal.after_rollback = error.after_rollback
        raise refusal from error
    return signing.dumps([count.pk, approver.pk], salt=SALT)


def find_approver(code: str, *, count: CashCount) -> StaffMember | None:
    """Return who approves this count by a code; nobody, by a wrong or an old one."""
    try:
        count_id, approver_id = signing.loads(code, salt=SALT, max_age=LOOK)
    except signing.BadSignature:
        return None
    if count_id != count.pk:
        return None
    colleagues = StaffMember.objects.filter(company_id=count.company_id, is_active=True)
    return colleagues.filter(pk=approver_id).first()
