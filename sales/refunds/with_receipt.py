"""Refund with a receipt: goods come back for what was paid for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from customers.points.arithmetic import points_returned
from pos.access.permission import require
from pos.core.errors import FractionalQuantityError
from pos.core.money import ZERO, format_plain
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Device, Product, StaffMember, Till
from sales.basket.errors import NoSuchLineError
from sales.checkout.settlement import TenderInput
from sales.checkout.vouchers import find_vouchers, require_taken
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import PRICED
from sales.pricing.totals import PricedLine
from sales.refunds.allocation import AllocationRules, allocate_return, allocate_share
from sales.refunds.equal_goods import NewGoods
from sales.refunds.errors import TooMuchReturnedError
from sales.refunds.limits import count_days_since
from sales.refunds.plan import RefundPlan, ReturnedGoods, plan_refund
from sales.refunds.request import RefundRequest, ReturnedLine, ShownRefund
from sales.refunds.rows import (
    LockedOriginal,
    Original,
    find_sale,
    lock_original,
    read_money,
)
from sales.refunds.settlement import RefundableMoney, RefundTender
from sales.refunds.write import (
    approve,
    claim_refund,
    require_as_shown,
    return_redeemed,
    reverse_earned,
    write_lines,
    write_refund,
)

# What a line of a refund has from the one that it gives back, besides what it costs.
COPIED = (
    "base_price",
    "price_source",
    "price_reason",
    "priced_by_id",
    "points_factor",
    "containers",
    "deposit_rate",
    "serial",
    "modifiers",
)


@atomic_with_retry
def refund_sale(  # noqa: PLR0913  (all that a receipt of it must say)
    *,
    uid: UUID,
    original: UUID,
    lines: Sequence[ReturnedLine],
    reason: str,
    actor: StaffMember,
    till: Till,
    device: Device | None = None,
    refund_tenders: Sequence[RefundTender] = (),
    approved_by: StaffMember | None = None,
    shown: ShownRefund | None = None,
    at: datetime | None = None,
) -> Sale:
    """Take back some or all of a finalized sale, at what was paid for it.

    Afterwards there is a finalized refund below zero, with its number and its
    link in the chain of ``till``, where the goods came back and the money goes
    out; the goods are on that outlet's stock, or written off; the points that the
    original would not have earned are reversed, and those it had used returned:
    all of it, or nothing. Price, tax rate and discounts are the original's; the
    last refund of a line takes the remainder, so that the refunds of a whole sale
    add up to what was paid.

    A second call with the same ``uid``, original, lines, tenders and reason
    changes nothing and returns the refund.

    Quantities are above zero, in each line's unit. ``refund_tenders`` are amounts
    above zero in the company's currency; without any, the money goes back as it
    came. ``approved_by`` is who approved it; they are recorded, or the actor who
    may approve alone, exactly where some of the money goes back otherwise than it
    was paid, is above the actor's limits, or is more cash than the drawer should
    hold. ``shown`` is what the
    preview promised. ``at`` comes from commands only.

    Raises:
        NotOfThisCompanyError: original, till or approver is not the actor's
            company's.
        NotAllowedError: the actor may not refund.
        DifferentRepeatError: the ``uid`` was used for something else.
        SaleNotFinalizedError, RefundOfRefundError: no such sale is refunded.
        NothingToRefundError, NoSuchLineError, InvalidQuantityError,
        FractionalQuantityError, TooMuchReturnedError: these goods cannot come back.
        ReasonNeededError, CardNumberError: the reason or a reference cannot be saved.
        NoOpenShiftError: nobody has opened a shift at the till.
        UnknownTenderError, InvalidAmountError, RefundTendersDifferError,
        VoucherRefundError, VoucherNotHereError: the money cannot go back like this.
        RefundChangedError: amount, tax or tenders are not as ``shown``.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: amount, age or way
            are above the actor's limit, and nobody who may has approved that.
        CashOutRefusedError, DrawerShortError, OverdraftError: the drawer should hold
            less cash than goes back, and that is not allowed or not approved.
    """
    require(actor, "sales.refund_sale", subject=till)
    request = RefundRequest(
        uid=uid,
        original=original,
        lines=lines,
        tenders=refund_tenders,
        reason=clean_reason(reason),
        actor=actor,
        till=till,
        device=device,
        approved_by=approved_by,
        shown=shown,
        at=at,
        is_past=at is not None,
    )
    refund = claim_return(request)
    if not refund.is_finalized:
        _refund(refund, request)
    return refund


def _refund(refund: Sale, request: RefundRequest) -> None:
    assert refund.original_id is not None
    locked = lock_original(refund.original_id, till_id=request.till.pk)
    request = request.dated(locked.till, locked.shift)
    plan = take_back(refund, request, locked)
    # The customer is locked before the stock.
    entries = return_redeemed(refund, plan, request)
    entries += reverse_earned(refund, plan, request)
    write_refund(refund, plan, request, shift=locked.shift, entries=entries)


def claim_return(request: RefundRequest, *, exchanged_for: Sale | None = None) -> Sale:
    """Validate the request and claim its uid; the refund comes back locked.

    It is finalized already where this is a repeat.
    """
    request.validate()
    assert request.original is not None
    original = find_sale(request.original, company_id=request.actor.company_id)
    refund = Sale(
        company_id=original.company_id,
        original=original,
        customer_id=original.customer_id,
        prices_include_tax=original.prices_include_tax,
        tax_rounding=original.tax_rounding,
        point_value=original.point_value,
        exchanged_for=exchanged_for,
    )
    return claim_refund(refund, request)


def take_back(
    refund: Sale,
    request: RefundRequest,
    locked: LockedOriginal,
    *,
    new_goods: NewGoods | None = None,
) -> RefundPlan:
    """Plan and approve the refund, and write its lines."""
    refund.original, refund.till = locked.sale, locked.till
    money = read_money(locked.sale.pk)
    plan = plan_return(request, locked, money, new_goods=new_goods)
    given = [
        TenderInput(tender.kind, tender.amount, tender.reference)
        for tender in plan.settlement.tenders
    ]
    require_taken(given, company=locked.company)
    require_as_shown(plan, request.shown, company=locked.company)
    age = count_days_since(locked.sale, till=locked.till, at=request.time)
    plan = approve(refund, plan, request, shift=locked.shift, age=age)
    write_lines(refund, plan)
    return plan


def plan_return(
    request: RefundRequest,
    original: Original,
    money: RefundableMoney,
    *,
    new_goods: NewGoods | None = None,
) -> RefundPlan:
    """Plan the refund of lines of this original, locked or not.

    The new goods of an exchange are priced against those that come back. Raises
    NoSuchLineError, FractionalQuantityError, TooMuchReturnedError, and what
    ``plan_refund`` raises.
    """
    goods = price_return(request.lines_of_receipt, original, money)
    new_goods_total = ZERO
    if new_goods is not None:
        new_goods.price_against(goods.lines, original=original)
        new_goods_total = new_goods.sale.payable
    return plan_refund(
        goods,
        company=original.company,
        tenders=request.tenders,
        new_goods_total=new_goods_total,
    )


def price_return(
    returned: Sequence[ReturnedLine], original: Original, money: RefundableMoney
) -> ReturnedGoods:
    """Work out the refund's lines and points; the original's rows stay as they are."""
    sold = {
        line.uid: _SoldLine(line, original, line.refunded_quantity, line.refunded_total)
        for line in original.lines
    }
    points_before = _points_for(original.sale, sold.values())
    lines = []
    for position, back in enumerate(returned, start=1):
        if back.line not in sold:
            raise NoSuchLineError
        lines.append(sold[back.line].take_back(back, position=position))
    return ReturnedGoods(
        lines=lines,
        money=money,
        is_last=all(of.returned == of.line.quantity for of in sold.values()),
        left=sum((of.line.total - of.returned_total for of in sold.values()), ZERO),
        points_returned=_points_for(original.sale, sold.values()) - points_before,
        vouchers=find_vouchers(money.by_kind, lines, company=original.company),
    )


@dataclass(slots=True)
class _SoldLine:
    """A line of the original, with the quantity and amount that have come back."""

    line: SaleLine
    original: Original
    returned: Decimal
    returned_total: Decimal

    @property
    def value_returned(self) -> Decimal:
        """The value of what has come back, with the part that points had paid."""
        share = allocate_share(
            _amounts(self.line), returned=self.returned, **self._rules
        )
        return self.returned_total + share.points_discount

    def take_back(self, back: ReturnedLine, *, position: int) -> SaleLine:
        """Return the refund's line for so much of this one, unsaved."""
        sold = self.line
        if sold.unit == Product.Unit.EACH and back.quantity != int(back.quantity):
            raise FractionalQuantityError(product=sold.name)
        left = sold.quantity - self.returned
        if back.quantity > left:
            raise TooMuchReturnedError(left=format_plain(left), product=sold.name)
        part = allocate_return(
            _amounts(sold), before=self.returned, now=back.quantity, **self._rules
        )
        self.returned += back.quantity
        self.returned_total -= part.total
        line = SaleLine(
            position=position,
            product=sold.product,
            sku=sold.sku,
            name=sold.name,
            second_name=sold.second_name,
            unit=sold.unit,
            quantity=-back.quantity,
            unit_price=sold.unit_price,
            **{name: getattr(sold, name) for name in COPIED},
            unit_cost=sold.unit_cost,
            tax_code=sold.tax_code,
            tax_rate=sold.tax_rate,
            original_line=sold,
            is_restocked=back.is_restocked,
            **{name: getattr(part, own) for name, own in PRICED.items()},
        )
        line.restriction_facts = sold.restriction_facts
        return line

    @property
    def _rules(self) -> AllocationRules:
        return {
            "quantity": self.line.quantity,
            "prices_include_tax": self.original.sale.prices_include_tax,
            "places": self.original.company.currency_places,
        }


def _points_for(sale: Sale, lines: Collection[_SoldLine]) -> int:
    """Return how many of the redeemed points are returned with these lines."""
    if not sale.points_redeemed:
        return 0
    return points_returned(
        sale.points_redeemed,
        value=sale.total + sale.points_value,
        refunded=sum((line.value_returned for line in lines), ZERO),
    )


def _amounts(line: SaleLine) -> PricedLine:
    return PricedLine(**{own: getattr(line, name) for name, own in PRICED.items()})
