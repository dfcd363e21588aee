"""Refund limits: what is measured of a refund, for its preview and its approval."""

from datetime import date, datetime
from decimal import Decimal

from pos.access.limits import Answer, Measured, decide
from pos.core.money import ZERO
from pos.models import StaffMember, Till
from pos.models.limits import LimitedAct
from sales.models import Sale
from sales.refunds.plan import RefundPlan

REFUNDS = "sales.refund_sale"


def measure_refund(plan: RefundPlan, *, age: int = 0) -> Measured:
    """Return how much is handed out, and how; ``age`` is the days since the sale."""
    measured: dict[str, Decimal] = {LimitedAct.REFUND_AMOUNT: plan.paid_back}
    if not plan.goods.has_receipt:
        return measured | {LimitedAct.REFUND_WITHOUT_RECEIPT: plan.paid_back}
    others = (t.amount for t in plan.settlement.tenders if t.is_alternative_method)
    return measured | {
        LimitedAct.REFUND_AGE: Decimal(age),
        LimitedAct.REFUND_OTHER_WAY: sum(others, ZERO),
    }


def count_days_since(original: Sale, *, till: Till, at: datetime) -> int:
    """Return the business days from the sale to now at the till."""
    sold_on: date | None = original.business_date
    assert sold_on is not None
    return max(0, (till.outlet.business_date(at) - sold_on).days)


def needs_approval(actor: StaffMember, measured: Measured) -> bool:
    """Whether somebody else has to agree to this refund."""
    return decide(actor, REFUNDS, measured) == Answer.NEEDS_APPROVAL


def needs_approval_for_any(actor: StaffMember, act: LimitedAct) -> bool:
    """Whether the actor does this never alone, however little it is."""
    return needs_approval(actor, {act: Decimal("0.001")})
