"""Limits and approvals of the traded shop."""

from decimal import Decimal

from pos.models import Limit, Role, StaffMember
from pos.models.limits import LimitedAct
from tests.support.cashier import Cashier


def limit_discounts(role: Role) -> None:
    """Set limits of a role, which the shop passes."""
    limits = {
        LimitedAct.LINE_PERCENT: Decimal(50),
        LimitedAct.SALE_PERCENT: None,
        LimitedAct.PRICE_OVERRIDE: Decimal(50),
        LimitedAct.VARIANCE: Decimal(5),
        LimitedAct.VOID: Decimal(2),
        LimitedAct.REPRINT: Decimal(1),
        LimitedAct.CORRECTION: Decimal(5),
        LimitedAct.CASH_OUT: Decimal(10),
        LimitedAct.NO_SALE: Decimal(0),
        LimitedAct.REFUND_WITHOUT_RECEIPT: Decimal(5),
    }
    for act, value in limits.items():
        Limit.objects.get_or_create(
            company=role.company, role=role, act=act, defaults={"value": value}
        )


def discount_with_approval(cashier: Cashier, approver: StaffMember) -> None:
    """Give a discount on the first line that is above a supervisor's limit."""
    cashier.approved_by = approver
    line = str(cashier.lines[0].uid)
    result = cashier.do("discount_line", line=line, percent="60", reason="Dented")
    assert result.is_approved


def change_price_with_approval(cashier: Cashier, approver: StaffMember) -> None:
    """Sell the last line at a price that is beyond a supervisor's limit."""
    cashier.approved_by = approver
    line = str(cashier.lines[-1].uid)
    result = cashier.do("override_price", line=line, price="4.00", reason="Scratch")
    assert result.is_approved
