"""Preview: a plan as a screen shows it, and the methods to pay back; writes nothing."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from customers.points.ledger import plan_reversal
from pos.access.limits import limit_of
from pos.core.clock import database_now
from pos.core.money import ZERO
from pos.models import Company, StaffMember
from pos.models.limits import LimitedAct
from pos.models.voucher import name_kind
from sales.checkout.settlement import CASH
from sales.checkout.vouchers import is_voucher
from sales.locks import require_open_shift
from sales.models import SaleLine
from sales.pricing.sale_totals import sum_lines_by_rate
from sales.pricing.totals import RateTotals
from sales.refunds.equal_goods import NewGoods
from sales.refunds.limits import (
    count_days_since,
    measure_refund,
    needs_approval,
    needs_approval_for_any,
)
from sales.refunds.plan import RefundPlan
from sales.refunds.request import RefundRequest
from sales.refunds.rows import (
    Original,
    read_money,
    uids_of_documents,
)
from sales.refunds.settlement import AS_PAID, RefundableMoney, SettledTender
from sales.refunds.with_receipt import plan_return


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A line of the receipt: what is left of it, and how much comes back.

    ``amount`` is below zero where it comes back; else it is the value of what is
    left.
    """

    line: SaleLine
    left: Decimal
    quantity: Decimal
    amount: Decimal
    is_chosen: bool = False
    is_restocked: bool = True


@dataclass(frozen=True, slots=True)
class RefundMethod:
    """One way to pay back, as it can be chosen.

    ``kind`` is the tender that it is shown as: cash where some of it is cash.
    ``referred`` is the one whose reference is asked for; empty if that is none.
    """

    code: str
    kind: str
    label: str
    hint: str
    referred: str = ""
    needs_approval: bool = False

    @property
    def is_cash(self) -> bool:
        return self.kind == CASH

    @property
    def wants_reference(self) -> bool:
        return self.referred not in {"", CASH}

    @property
    def wants_voucher_number(self) -> bool:
        """Whether the reference is the number of a voucher, and of no slip."""
        return self.wants_reference and is_voucher(self.referred)


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan for the lines of a receipt. ``total`` and lines are below zero.

    ``due`` and ``worth`` are above; ``worth`` is what an exchange can put towards
    new goods. ``needs_approval`` says whether somebody else has to agree.
    """

    original: Original
    money: RefundableMoney
    plan: RefundPlan
    rows: list[ReturnRow]
    points_reversed: int = 0
    needs_approval: bool = False

    @property
    def lines(self) -> list[SaleLine]:
        return self.plan.goods.lines

    @property
    def rates(self) -> tuple[RateTotals, ...]:
        return sum_lines_by_rate(self.lines)

    @property
    def total(self) -> Decimal:
        return self.plan.goods.total

    @property
    def deposits(self) -> Decimal:
        return self.plan.goods.deposits

    @property
    def payable(self) -> Decimal:
        """The total with the deposits."""
        return self.plan.goods.payable

    @property
    def due(self) -> Decimal:
        return self.plan.settlement.due

    @property
    def worth(self) -> Decimal:
        return self.plan.goods.worth

    @property
    def rounding(self) -> Decimal:
        return self.plan.rounding

    @property
    def points_returned(self) -> int:
        return self.plan.goods.points_returned

    @property
    def points_value(self) -> Decimal:
        return sum((line.points_discount for line in self.lines), ZERO)

    @property
    def refunded_before(self) -> Decimal:
        return self.original.sale.due - self.money.due

    @property
    def open_rows(self) -> int:
        """How many lines have something left."""
        return sum(1 for row in self.rows if row.left)

    @property
    def in_cash(self) -> Decimal:
        return sum((t.amount for t in self._tenders if t.kind == CASH), ZERO)

    @property
    def refund_amounts(self) -> list[tuple[str, Decimal]]:
        """How much goes back in each way of paying."""
        amounts = self.plan.settlement.by_kind.items()
        company = self.original.company
        return [(name_kind(kind, company), amount) for kind, amount in amounts]

    @property
    def action(self) -> str:
        """The label of the button."""
        kinds = {tender.kind for tender in self._tenders}
        if not self.lines or len(kinds) > 1:
            return _("Refund")
        if not kinds:
            return _("Take back, nothing to pay")
        [kind] = kinds
        return label_action(kind, self.original.company)

    @property
    def _tenders(self) -> tuple[SettledTender, ...]:
        return self.plan.settlement.tenders


def label_action(kind: str, company: Company) -> str:
    """Return the label of the button that pays all of it back in one way."""
    if kind == CASH:
        return _("Refund in cash")
    return _("Refund by %(way)s") % {"way": name_kind(kind, company)}


def preview_return(
    request: RefundRequest, original: Original, *, new_goods: NewGoods | None = None
) -> Preview:
    """Plan the refund of the chosen lines as ``refund_sale`` would, if there are any.

    ``new_goods`` are those of an exchange, which are priced too. Raises what
    ``refund_sale`` raises of the goods, the money and the till.
    """
    money = read_money(original.sale.pk)
    if not request.lines:
        return Preview(original, money, RefundPlan(), _rows(request, original, []))
    request.validate()
    require_open_shift(request.till)
    plan = plan_return(request, original, money, new_goods=new_goods)
    age = 0
    if limit_of(request.actor, LimitedAct.REFUND_AGE) is not None:
        age = count_days_since(original.sale, till=request.till, at=database_now())
    return Preview(
        original,
        money,
        plan,
        _rows(request, original, plan.goods.lines),
        points_reversed=_points_reversed(original, plan),
        needs_approval=needs_approval(request.actor, measure_refund(plan, age=age)),
    )


def _rows(
    request: RefundRequest, original: Original, planned: list[SaleLine]
) -> list[ReturnRow]:
    """Return every line of the receipt; chosen lines have their amount."""
    rows = {
        line.uid: ReturnRow(
            line=line,
            left=line.quantity - line.refunded_quantity,
            quantity=line.quantity - line.refunded_quantity,
            amount=line.total - line.refunded_total,
        )
        for line in original.lines
    }
    for back, line in zip(request.lines_of_receipt, planned, strict=bool(planned)):
        rows[back.line] = replace(
            rows[back.line],
            quantity=back.quantity,
            amount=line.total,
            is_chosen=True,
            is_restocked=back.is_restocked,
        )
    return list(rows.values())


def _points_reversed(original: Original, plan: RefundPlan) -> int:
    """Return how many of the points earned are reversed with what comes back."""
    sale = original.sale
    if sale.customer is None:
        return 0
    _wanted, taken = plan_reversal(
        company_id=sale.company_id,
        sources=uids_of_documents(sale.pk),
        left=plan.goods.left,
        balance=sale.customer.points_balance + plan.goods.points_returned,
    )
    return taken


def list_refund_methods(
    money: RefundableMoney, *, company: Company, actor: StaffMember
) -> list[RefundMethod]:
    """As it was paid, and then every other method, which somebody has to approve.

    Vouchers go back by themselves whatever is chosen: where they paid for all, there is
    nothing to choose.
    """
    paid = [kind for kind in money.kinds_paid if money.of(kind)]
    needs_otherwise = needs_approval_for_any(actor, LimitedAct.REFUND_OTHER_WAY)
    hint = _("needs a supervisor") if needs_otherwise else _("by another method")
    is_other_kind = money.needs_alternative_method
    may_need_approval = needs_otherwise and is_other_kind
    as_paid = _("as originally paid")
    if not paid:
        as_paid = hint
    elif may_need_approval:
        # It depends on how much comes back, which is not ticked yet.
        as_paid = _("may need a supervisor")
    paid = paid or [CASH]
    # A reference is of one method; what goes back in cash beside it has none.
    referred = ""
    if paid != [CASH] and len(money.kinds_with_reference) == 1 and not is_other_kind:
        [referred] = money.kinds_with_reference
    methods = [
        RefundMethod(
            code=AS_PAID,
            kind=CASH if CASH in paid else paid[0],
            label=", ".join(name_kind(kind, company) for kind in paid),
            hint=as_paid,
            referred=referred,
            needs_approval=may_need_approval,
        )
    ]
    if money.besides_vouchers <= 0:
        return methods
    for kind in company.accepted_tenders:
        if kind not in paid:
            methods.append(
                RefundMethod(
                    code=kind,
                    kind=kind,
                    label=name_kind(kind, company),
                    hint=hint,
                    referred=kind,
                    needs_approval=needs_otherwise,
                )
            )
    return methods
