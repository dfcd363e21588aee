"""What a refund or an exchange returns is drawn as what is read of it later."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from pos.core.ids import uuid7
from sales.receipts.finished import load_finished
from sales.receipts.prints import draw_answer
from sales.receipts.receipt import draw_receipt
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine, ReturnWithoutReceipt
from sales.refunds.with_receipt import refund_sale
from sales.refunds.without_receipt import refund_without_receipt
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.finished import assert_as_it_was_written
from tests.support.refunds import return_lines, sell_products
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


@pytest.fixture
def customer(shift):
    return CustomerFactory(company=shift.company, phone="+6591234567")


def draw(receipt, shift):
    context = {
        "sale": receipt.sale,
        "receipt": receipt,
        "has_paper": True,
        "company": shift.company,
    }
    return render_to_string("receipts/_answer_paper.html", context)


def assert_drawn_as_read(sale, shift):
    assert_as_it_was_written(sale)
    receipt, has_paper = draw_answer(sale, actor=shift.cashier)
    read, _now = load_finished(sale.uid, company_id=shift.company_id)
    assert has_paper
    assert draw(receipt, shift) == draw(draw_receipt(read), shift)


def exchange(original, sale, *tenders, shift):
    returned = [ReturnedLine(line.uid, line.quantity) for line in original.lines.all()]
    return exchange_sale(
        refund_uid=uuid7(),
        original=original.uid,
        lines=returned,
        sale_uid=sale.uid,
        tenders=tenders,
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
    )


def test_a_refund_with_a_customer(shift, customer):
    original = sell_products(shift, "25.00", "40.00", customer=customer)

    refund = refund_sale(
        uid=uuid7(),
        original=original.uid,
        lines=return_lines(original, 1),
        reason="too large",
        actor=shift.cashier,
        till=shift.till,
    )

    assert len(refund.points_entries) == 1
    assert_drawn_as_read(refund, shift)


def test_a_refund_without_a_receipt(shift):
    product = ProductFactory(company=shift.company)
    approver = StaffMemberFactory(company=shift.company, may=["sales.approve_refund"])

    refund = refund_without_receipt(
        uid=uuid7(),
        lines=[ReturnWithoutReceipt(product, Decimal(1))],
        reason="a gift",
        actor=shift.cashier,
        till=shift.till,
        approved_by=approver,
    )

    assert_drawn_as_read(refund, shift)


def test_both_documents_of_an_exchange(shift, customer):
    original = sell_products(shift, "25.00", customer=customer)
    dearer = ProductFactory(company=shift.company, price=Decimal("30.00"))
    sale = make_sale(shift, products=[dearer], customer=customer)

    refund, sold = exchange(original, sale, cash(10), shift=shift)

    assert refund.exchanged_for == sold
    assert refund.points_entries
    for one in (refund, sold):
        assert_drawn_as_read(one, shift)


def test_an_exchange_is_drawn_without_a_query(shift, django_assert_num_queries):
    original = sell_products(shift, "25.00")
    same = ProductFactory(company=shift.company, price=Decimal("25.00"))
    refund, sold = exchange(
        original, make_sale(shift, products=[same]), cash(0), shift=shift
    )

    with django_assert_num_queries(0):
        for one in (refund, sold):
            draw(draw_answer(one, actor=shift.cashier)[0], shift)
