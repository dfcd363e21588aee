"""Blind count: a drawer is counted by people who may not see what it should hold.

A count that is over their limit says only so, and counting again then takes a
supervisor: else a cashier counts until it fits.
"""

from decimal import Decimal
from uuid import UUID

from pos.access.limits import Measured, find_passed, require_within_limits
from pos.models import StaffMember
from pos.models.limits import LimitedAct
from sales.checkout.drawer_cash import expected_cash
from sales.models import CashCount, Shift

MAY_SEE, MAY_APPROVE = "sales.view_expected", "sales.approve_variance"
CLOSES = "sales.close_shift"


def is_blind(actor: StaffMember) -> bool:
    """Whether the person may not see what the drawer should hold."""
    return not actor.has_perm(MAY_SEE)


def find_last_count(shift: Shift) -> CashCount | None:
    """Return the count that a close of the shift uses, if there is one."""
    counts = shift.counts.filter(moment=CashCount.Moment.CLOSING)
    return counts.select_related("staff_member").order_by("-pk").first()


def measure_variance(variance: Decimal) -> Measured:
    """Return by how much the drawer is over or short."""
    return {LimitedAct.VARIANCE: abs(variance)}


def is_over_limit(variance: Decimal, *, actor: StaffMember) -> bool:
    """Whether this person needs a supervisor for a drawer that is off by so much."""
    return bool(find_passed(actor, measure_variance(variance)))


def was_over_limit(count: CashCount, *, actor: StaffMember) -> bool:
    """Whether the count differed by more, from what was expected when it was made."""
    if count.expected_cash is None:
        return False
    return is_over_limit(count.total - count.expected_cash, actor=actor)


def measure_recount(
    shift: Shift, count: CashCount | None, *, actor: StaffMember
) -> Measured:
    """Return which recount another one is, where this person may not just count."""
    if count is None or not is_blind(actor) or not was_over_limit(count, actor=actor):
        return {}
    made = shift.counts.filter(moment=CashCount.Moment.CLOSING).count()
    return {LimitedAct.RECOUNT: Decimal(made)}


def needs_approval(
    shift: Shift, count: CashCount | None, *, actor: StaffMember
) -> bool:
    """Whether this person needs a supervisor to count again after this count."""
    return bool(find_passed(actor, measure_recount(shift, count, actor=actor)))


def approve_recount(
    shift: Shift,
    total: Decimal,
    *,
    uid: UUID,
    actor: StaffMember,
    approved_by: StaffMember | None,
) -> StaffMember | None:
    """Return who approves that the drawer is counted again; nobody, if nobody has to.

    The same total once more is no other count, while the drawer should still hold
    what it should when it was counted first. ``uid`` is that of the count, or of the
    shift that is closed with it.

    Raises LimitPassedError, ApproverMayNotError or ApproverLimitError.
    """
    count = find_last_count(shift)
    measured = measure_recount(shift, count, actor=actor)
    is_repeat = count is not None and (
        (count.total, count.expected_cash) == (total, expected_cash(shift))
    )
    if not measured or is_repeat:
        return None
    return require_within_limits(
        actor,
        CLOSES,
        subject=shift,
        uid=uid,
        measured=measured,
        approved_by=approved_by,
    )
