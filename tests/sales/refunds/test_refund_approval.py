"""Who approves a refund: asked for by its plan, recorded where that was needed."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.checkout.settlement import TenderInput
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnWithoutReceipt
from sales.refunds.without_receipt import refund_without_receipt
from tests.support.factories import (
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    grant,
    make_sale,
)
from tests.support.refunds import (
    make_refund,
    pay_back,
    return_lines,
    sell_products,
)
from tests.support.tenders import card

pytestmark = pytest.mark.django_db

BY_CARD = pay_back(("card", None))


@pytest.fixture
def shift():
    shift = ShiftFactory()
    grant(shift.cashier.role, ["sales.approve_refund"])
    return shift


@pytest.fixture
def supervisor(shift):
    return StaffMemberFactory(company=shift.company, may=["sales.approve_refund"])


def test_who_may_approve_alone_is_recorded(shift):
    refund = make_refund(sell_products(shift), shift=shift, refund_tenders=BY_CARD)

    assert refund.approved_by == shift.cashier


def test_who_signed_comes_before_who_may_alone(shift, supervisor):
    refund = make_refund(
        sell_products(shift),
        shift=shift,
        refund_tenders=BY_CARD,
        approved_by=supervisor,
    )

    assert refund.approved_by == supervisor


def test_nobody_is_recorded_for_what_goes_back_as_it_was_paid(shift, supervisor):
    alone = make_refund(sell_products(shift), shift=shift)
    signed = make_refund(sell_products(shift), shift=shift, approved_by=supervisor)

    assert (alone.approved_by, signed.approved_by) == (None, None)


def test_of_an_exchange_is_that_of_what_is_given_back(shift):
    """Half of the sale is pending; what comes back was all put to the new goods."""
    pending = TenderInput("paynow", Decimal(10), is_pending=True)
    sale = sell_products(shift, lines=2, tenders=[pending, card(10)])
    prices = [Decimal(10), Decimal(2)]
    refunds = []
    for position, price in enumerate(prices):
        product = ProductFactory(company=shift.company, price=price)
        lines = return_lines(sale, *([0] * position), 1)
        refund, _ = exchange_sale(
            refund_uid=uuid7(),
            original=sale.uid,
            lines=lines,
            sale_uid=make_sale(shift, products=[product]).uid,
            tenders=[],
            refund_tenders=pay_back(("cash", None)) if position else (),
            reason="other size",
            actor=shift.cashier,
            till=shift.till,
        )
        refund.refresh_from_db()
        refunds.append(refund)

    assert [refund.approved_by for refund in refunds] == [None, shift.cashier]


def test_without_a_receipt_is_always_needed(shift):
    product = ProductFactory(company=shift.company)

    refund = refund_without_receipt(
        uid=uuid7(),
        lines=[ReturnWithoutReceipt(product, Decimal(1))],
        reason="a gift",
        actor=shift.cashier,
        till=shift.till,
    )

    assert refund.approved_by == shift.cashier
