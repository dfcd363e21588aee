"""Receipt of a refund: what is printed on it."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.models import Sale
from sales.receipts.prints import record_print
from sales.receipts.receipt import draw_receipt
from sales.refunds.request import ReturnWithoutReceipt
from sales.refunds.without_receipt import refund_without_receipt
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
)
from tests.support.refunds import make_refund, sell_products

pytestmark = pytest.mark.django_db


def receipt(sale):
    return draw_receipt(Sale.objects.for_receipt().get(pk=sale.pk))


def test_a_credit_note_names_number_and_date_of_its_original():
    """GST (General) Regulations, regulation 12."""
    shift = ShiftFactory()
    sale = sell_products(shift)

    paper = receipt(make_refund(sale, shift=shift))

    assert (paper.title, paper.is_refund) == ("Credit note", True)
    assert (paper.original_number, paper.original_at) == (
        sale.receipt_number,
        sale.finalized_at,
    )
    assert [rate.tax for rate in paper.rates] == [Decimal("-0.83")]
    assert not paper.is_simplified_tax_invoice


def test_one_that_is_not_registered_refunds():
    company = CompanyFactory(gst_number="", gst_registered_on=None)
    shift = ShiftFactory(till__outlet__company=company)

    assert receipt(make_refund(sell_products(shift), shift=shift)).title == "Refund"


def test_without_a_receipt_there_is_nothing_to_name():
    shift = ShiftFactory()
    approver = StaffMemberFactory(company=shift.company, may=["sales.approve_refund"])
    refund = refund_without_receipt(
        uid=uuid7(),
        lines=[ReturnWithoutReceipt(ProductFactory(company=shift.company), Decimal(1))],
        reason="gift",
        actor=shift.cashier,
        till=shift.till,
        approved_by=approver,
    )

    paper = receipt(refund)

    assert (paper.title, paper.original_number) == ("Refund", "")
    assert paper.original_at is None


def test_points_that_were_reversed_are_on_it():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    customer = CustomerFactory(company=shift.company)
    sale = sell_products(shift, customer=customer)

    paper = receipt(make_refund(sale, shift=shift))

    assert paper.points is None
    assert (paper.points_reversed.points, paper.points_returned) == (-1, None)
    assert receipt(sale).points.points == 1


def test_every_further_print_is_counted():
    shift = ShiftFactory()
    refund = make_refund(sell_products(shift), shift=shift)

    copies = [
        record_print(sale_uid=refund.uid, actor=shift.cashier).copy_number
        for _ in range(2)
    ]

    assert copies == [0, 1]


def test_a_sale_is_as_before():
    paper = receipt(sell_products(ShiftFactory()))

    assert (paper.title, paper.is_refund) == ("Tax invoice", False)
    assert paper.original_number == ""
