"""Refund without a receipt: goods come back at today's price or below."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import FractionalQuantityError, InvalidAmountError
from pos.core.money import MONEY_LIMIT, ZERO, is_money
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Device, StaffMember, Till
from sales.basket.errors import PriceNeededError
from sales.basket.limits import validate_basket_total
from sales.basket.lookups import Lookups
from sales.basket.new_sale import source_of_price
from sales.checkout.settlement import CASH
from sales.locks import lock_till_with_open_shift
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import PRICED
from sales.pricing.totals import Charge, price_sale
from sales.refunds.errors import PriceAboveListError
from sales.refunds.plan import RefundPlan, ReturnedGoods, plan_refund
from sales.refunds.request import (
    RefundRequest,
    ReturnWithoutReceipt,
    ShownRefund,
)
from sales.refunds.settlement import RefundableMoney, RefundTender
from sales.refunds.write import (
    approve,
    claim_refund,
    require_as_shown,
    write_lines,
    write_refund,
)


@atomic_with_retry
def refund_without_receipt(  # noqa: PLR0913  (all that a receipt of it must say)
    *,
    uid: UUID,
    lines: Sequence[ReturnWithoutReceipt],
    reason: str,
    actor: StaffMember,
    till: Till,
    device: Device | None = None,
    approved_by: StaffMember | None = None,
    refund_tenders: Sequence[RefundTender] = (),
    shown: ShownRefund | None = None,
    at: datetime | None = None,
) -> Sale:
    """Take goods back whose sale is not known, at today's price or below.

    Afterwards there is a finalized refund without an original, named after who
    approved it: who signed, or the actor who may do it alone. Goods, number, chain
    and repeats are as ``refund_sale`` has them. No points move. Without tenders the
    money goes back in cash. ``shown`` is what the preview promised.

    Raises:
        NotOfThisCompanyError: till, product or approver is not the actor's
            company's.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: it is above the
            actor's limit, and nobody who may has approved it.
        DifferentRepeatError: the ``uid`` was used for something else.
        NothingToRefundError, InvalidQuantityError, FractionalQuantityError,
        PriceNeededError, PriceAboveListError, BasketTooLargeError: these goods
            cannot come back.
        NoTaxRateError: no rate of a product's tax code is in force.
        ReasonNeededError, CardNumberError: the reason or a reference cannot be saved.
        NoOpenShiftError: nobody has opened a shift at the till.
        UnknownTenderError, InvalidAmountError, RefundTendersDifferError: the money
            cannot go back like this.
        RefundChangedError: amount, tax or way are not as ``shown``.
        CashOutRefusedError, DrawerShortError, OverdraftError: the drawer should hold
            less cash than goes back, and that is not allowed or not approved.
    """
    require(actor, "sales.refund_sale", subject=till)
    request = RefundRequest(
        uid=uid,
        lines=lines,
        tenders=refund_tenders or [RefundTender(CASH)],
        reason=clean_reason(reason),
        actor=actor,
        till=till,
        device=device,
        approved_by=approved_by,
        at=at,
        is_past=at is not None,
    )
    request.validate()
    company = till.company
    refund = Sale(
        company=company,
        prices_include_tax=company.prices_include_tax,
        tax_rounding=company.tax_rounding,
        # The database accepts no refund that names neither an original nor an approver.
        approved_by=approved_by or actor,
    )
    refund = claim_refund(refund, request)
    if refund.is_finalized:
        return refund
    refund.till, shift = lock_till_with_open_shift(till.pk, company_id=company.pk)
    request = request.dated(refund.till, shift)
    plan = plan_without_receipt(request, till=refund.till)
    require_as_shown(plan, shown, company=company)
    plan = approve(refund, plan, request, shift=shift)
    write_lines(refund, plan)
    write_refund(refund, plan, request, shift=shift)
    return refund


def plan_without_receipt(request: RefundRequest, *, till: Till) -> RefundPlan:
    """Plan the refund of these products, at a till that is locked or not.

    Raises what ``price_products`` and ``plan_refund`` raise.
    """
    lookups = Lookups(till.company, till.outlet.tax_date(request.at or database_now()))
    goods = price_products(request.lines_without_receipt, lookups)
    return plan_refund(goods, company=till.company, tenders=request.tenders)


def price_products(
    returned: Sequence[ReturnWithoutReceipt], lookups: Lookups
) -> ReturnedGoods:
    """Price the refund's lines by the rules of a sale of today.

    Nobody knows how they were paid: any way that the company takes may go back.

    Raises FractionalQuantityError, PriceNeededError, PriceAboveListError,
    InvalidAmountError, NoTaxRateError or BasketTooLargeError.
    """
    company = lookups.company
    charges = [_charge(back, lookups) for back in returned]
    validate_basket_total(
        one.quantity * (one.unit_price + one.unit_deposit) for one in charges
    )
    totals = price_sale(
        charges,
        prices_include_tax=company.prices_include_tax,
        tax_rounding=company.tax_rounding,
        places=company.currency_places,
    )
    deposits = [lookups.find_product_deposit(back.product) for back in returned]
    lines = [
        SaleLine(
            position=position,
            product=back.product,
            sku=back.product.sku,
            name=back.product.name,
            second_name=back.product.second_name,
            unit=back.product.unit,
            quantity=-back.quantity,
            unit_price=charge.unit_price,
            base_price=back.product.price,
            price_source=source_of_price(back.product, charge.unit_price),
            unit_cost=back.product.cost,
            tax_code=charge.tax_code,
            tax_rate=charge.tax_rate,
            containers=containers,
            deposit_rate=deposit_rate,
            is_restocked=back.is_restocked,
            **{name: ZERO - getattr(priced, own) for name, own in PRICED.items()},
        )
        for position, (back, charge, priced, (containers, deposit_rate)) in enumerate(
            zip(returned, charges, totals.lines, deposits, strict=True), start=1
        )
    ]
    anything = dict.fromkeys(company.accepted_tenders, MONEY_LIMIT)
    money = RefundableMoney(MONEY_LIMIT, anything)
    return ReturnedGoods(lines=lines, money=money, has_receipt=False)


def _charge(back: ReturnWithoutReceipt, lookups: Lookups) -> Charge:
    """Return what one product costs without a receipt; at most today's price."""
    product, price = back.product, back.unit_price
    if product.is_sold_by_the_piece and back.quantity != int(back.quantity):
        raise FractionalQuantityError(product=product)
    if price is None:
        if product.is_open_price:
            raise PriceNeededError(product=product)
        price = product.price
    elif not _is_price(price, places=lookups.company.currency_places):
        raise InvalidAmountError(amount=price)
    elif price > product.price and not product.is_open_price:
        raise PriceAboveListError(product=product)
    tax_code, tax_rate = lookups.find_product_tax(product)
    containers, deposit_rate = lookups.find_product_deposit(product)
    unit_deposit = containers * deposit_rate
    return Charge(price, back.quantity, tax_code, tax_rate, unit_deposit=unit_deposit)


def _is_price(price: Decimal, *, places: int) -> bool:
    return is_money(price, places=places) and price >= 0
