"""Blind count: a drawer is counted by people who may not see what it should hold.

A count that is over the company's limit says only so, and counting again then takes a
supervisor: else a cashier counts until it fits.
"""

from decimal import Decimal

from pos.access.permission import require
from pos.models import StaffMember
from sales.checkout.drawer_cash import expected_cash
from sales.models import CashCount, Shift

MAY_SEE, MAY_APPROVE = "sales.view_expected", "sales.approve_variance"


def is_blind(actor: StaffMember) -> bool:
    """Whether the person may not see what the drawer should hold."""
    return not actor.has_perm(MAY_SEE)


def find_last_count(shift: Shift) -> CashCount | None:
    """Return the count that a close of the shift uses, if there is one."""
    counts = shift.counts.filter(moment=CashCount.Moment.CLOSING)
    return counts.select_related("staff_member").order_by("-pk").first()


def is_over_limit(count: CashCount, *, limit: Decimal) -> bool:
    """Whether the count differed by more, from what was expected when it was made."""
    if count.expected_cash is None:
        return False
    return abs(count.total - count.expected_cash) > limit


def needs_approval(
    count: CashCount | None, *, actor: StaffMember, limit: Decimal
) -> bool:
    """Whether this person needs a supervisor to count again after this count."""
    return count is not None and is_blind(actor) and is_over_limit(count, limit=limit)


def approve_recount(
    shift: Shift,
    total: Decimal,
    *,
    actor: StaffMember,
    limit: Decimal,
    approved_by: StaffMember | None,
) -> StaffMember | None:
    """Return who approves that the drawer is counted again; nobody, if nobody has to.

    The same total once more is no other count, while the drawer should still hold
    what it should when it was counted first.

    Raises ApprovalNeededError or ApproverMayNotError.
    """
    count = find_last_count(shift)
    if not needs_approval(count, actor=actor, limit=limit):
        return None
    is_repeat = count is not None and (
        (count.total, count.expected_cash) == (total, expected_cash(shift))
    )
    if is_repeat:
        return None
    return require(actor, MAY_APPROVE, subject=shift, approved_by=approved_by)
