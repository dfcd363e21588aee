"""What a preview shows is what the refund then writes."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.models import Sale
from sales.refunds.exchange import exchange_sale
from sales.refunds.preview import preview_return
from sales.refunds.preview_exchange import preview_exchange
from sales.refunds.preview_without_receipt import preview_without_receipt
from sales.refunds.request import RefundRequest, ReturnWithoutReceipt
from sales.refunds.rows import find_original
from sales.refunds.settlement import RefundTender
from sales.refunds.without_receipt import refund_without_receipt
from tests.support.books import assert_no_writes
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    grant,
    make_sale,
)
from tests.support.refunds import (
    list_tenders,
    make_refund,
    pay_back,
    return_lines,
    sell_products,
)
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    grant(shift.cashier.role, ["sales.approve_refund"])
    return shift


@pytest.fixture
def request_for(shift):
    """Makes the request that a screen and a service start from."""

    def request_for(lines, tenders=()):
        return RefundRequest(
            actor=shift.cashier, till=shift.till, lines=lines, tenders=tenders
        )

    return request_for


def original_of(sale):
    original = find_original(sale.uid, company_id=sale.company_id)
    assert original is not None
    return original


def planned_money(plan):
    return [(tender.kind, -tender.amount) for tender in plan.settlement.tenders]


@pytest.mark.parametrize("quantities", [(1, 0), (2, 1), (3, 3)])
@pytest.mark.parametrize("ways", [[], [("cash", None)], [("card", None)]])
def test_with_a_receipt(shift, request_for, quantities, ways):
    sale = sell_products(
        shift,
        *("3.34", "4.17"),
        quantity=3,
        tenders=[card(5), cash(20)],
        customer=CustomerFactory(company=shift.company),
    )
    lines, tenders = return_lines(sale, *quantities), pay_back(*ways)

    with assert_no_writes():
        preview = preview_return(request_for(lines, tenders), original_of(sale))
    refund = make_refund(sale, shift=shift, lines=lines, refund_tenders=tenders)

    assert (preview.total, -preview.due, preview.rounding) == (
        refund.total,
        refund.due,
        refund.rounding,
    )
    assert planned_money(preview.plan) == list_tenders(refund)
    assert preview.plan.needs_approval == (refund.approved_by is not None)
    assert [(line.quantity, line.total) for line in preview.lines] == [
        (line.quantity, line.total) for line in refund.lines.order_by("position")
    ]


def test_without_a_receipt(shift, request_for):
    product = ProductFactory(company=shift.company, price=Decimal("3.34"))
    lines = [ReturnWithoutReceipt(product, Decimal(3))]
    tenders = [RefundTender("cash")]

    with assert_no_writes():
        preview = preview_without_receipt(request_for(lines, tenders))
    refund = refund_without_receipt(
        uid=uuid7(),
        lines=lines,
        reason="a gift",
        actor=shift.cashier,
        till=shift.till,
        refund_tenders=tenders,
    )

    assert planned_money(preview.plan) == list_tenders(refund) == [("cash", -10)]
    assert preview.amounts == [(product, Decimal("10.02"))]
    assert preview.rounding == -refund.rounding == Decimal("-0.02")


@pytest.mark.parametrize("price", ["2.00", "10.00", "12.00"])
def test_of_an_exchange(shift, request_for, price):
    sale = sell_products(shift, tenders=[card(10)])
    product = ProductFactory(company=shift.company, price=Decimal(price))
    new = make_sale(shift, products=[product])
    lines = return_lines(sale)

    with assert_no_writes():
        exchange = preview_exchange(
            request_for(lines), original_of(sale), kind="", sale=new
        )
    left = exchange.left.amount
    refund, sold = exchange_sale(
        refund_uid=uuid7(),
        original=sale.uid,
        lines=lines,
        sale_uid=new.uid,
        tenders=[cash(left)] if left else [],
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
    )

    given_back = [money for money in list_tenders(refund) if money[0] != "exchange"]
    assert planned_money(exchange.preview.plan) == given_back
    assert exchange.refund_due == -sum(amount for _, amount in given_back)
    assert (Sale.objects.get(pk=sold.pk).total, left) == (
        Decimal(price),
        max(Decimal(price) - 10, 0),
    )


def test_leaves_the_rows_as_they_are(shift, request_for):
    sale = sell_products(shift, quantity=3)
    original = original_of(sale)

    preview_return(request_for(return_lines(sale, 2)), original)

    assert [line.refunded_quantity for line in original.lines] == [0]
