"""Preview of goods without a receipt: what their page shows beyond the plan."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from pos.models import Company, Product, StaffMember, Till
from pos.models.limits import LimitedAct
from pos.models.voucher import name_kind
from sales.locks import require_open_shift
from sales.pricing.sale_totals import sum_lines_by_rate
from sales.pricing.totals import RateTotals
from sales.refunds.limits import (
    measure_refund,
    needs_approval,
    needs_approval_for_any,
)
from sales.refunds.plan import RefundPlan
from sales.refunds.preview import RefundMethod, label_action
from sales.refunds.request import RefundRequest
from sales.refunds.without_receipt import plan_without_receipt


@dataclass(frozen=True, slots=True)
class PreviewWithoutReceipt:
    """A plan for products; every amount is above zero. ``kind`` is how it is paid."""

    plan: RefundPlan
    kind: str
    company: Company
    needs_approval: bool = False

    @property
    def amounts(self) -> list[tuple[Product, Decimal]]:
        """Each product with what is paid back for it."""
        return [(line.product, -line.total) for line in self.plan.goods.lines]

    @property
    def rates(self) -> list[RateTotals]:
        return [
            replace(rate, total=-rate.total, net=-rate.net)
            for rate in sum_lines_by_rate(self.plan.goods.lines)
        ]

    @property
    def deposits(self) -> Decimal:
        return -self.plan.goods.deposits

    @property
    def due(self) -> Decimal:
        return self.plan.settlement.due

    @property
    def rounding(self) -> Decimal:
        return -self.plan.rounding

    @property
    def action(self) -> str:
        return label_action(self.kind, self.company)


def preview_without_receipt(request: RefundRequest) -> PreviewWithoutReceipt:
    """Plan what ``refund_without_receipt`` would pay back, if there are any goods.

    Raises what it raises of the goods, the money and the till.
    """
    [tender] = request.tenders
    if not request.lines:
        return PreviewWithoutReceipt(RefundPlan(), tender.kind, request.till.company)
    request.validate()
    require_open_shift(request.till)
    plan = plan_without_receipt(request, till=request.till)
    measured = measure_refund(plan)
    return PreviewWithoutReceipt(
        plan,
        tender.kind,
        request.till.company,
        needs_approval=needs_approval(request.actor, measured),
    )


def list_methods_without_receipt(till: Till, actor: StaffMember) -> list[RefundMethod]:
    """Every way that the company takes; all of them have to be approved."""
    is_never_alone = needs_approval_for_any(actor, LimitedAct.REFUND_WITHOUT_RECEIPT)
    return [
        RefundMethod(
            code=kind,
            kind=kind,
            label=name_kind(kind, till.company),
            hint=_("needs a supervisor") if is_never_alone else _("approved by you"),
            referred=kind,
            needs_approval=is_never_alone,
        )
        for kind in till.company.accepted_tenders
    ]
