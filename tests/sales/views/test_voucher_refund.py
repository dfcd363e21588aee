"""Refund of what a voucher paid: the page says what to hand over."""

from decimal import Decimal

import pytest
from django.urls import reverse

from sales.checkout.finalize import finalize_sale
from tests.sales.views.test_refunds import SCRIPT, asked
from tests.support.factories import ProductFactory, make_sale
from tests.support.tenders import card, cash
from tests.support.vouchers import VoucherKindFactory, voucher

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        (
            [voucher("4.30", "ab12"), cash("1.20")],
            "Refunded. Hand over: CDC voucher ab12 S$4.30, cash S$1.20.",
        ),
        (
            [voucher("5.50", "ab12", of=10)],
            "Refunded. Hand over: CDC voucher ab12 (worth S$10.00) S$5.50.",
        ),
        ([voucher("5.50")], "Refunded. Hand over: CDC voucher S$5.50."),
        (
            [voucher("4.30", "ab12"), card("1.20")],
            "Refunded: CDC voucher ab12 S$4.30, card S$1.20.",
        ),
    ],
)
def test_what_to_hand_over_is_said_with_the_number(
    client, shift, staff, company, paid, said
):
    VoucherKindFactory(company=company)
    product = ProductFactory(company=company, price=Decimal("5.50"))
    sale = make_sale(shift, products=[product])
    finalize_sale(uid=sale.uid, tenders=paid, actor=staff)
    address = reverse("sales:refunds", args=[sale.uid])

    answer = client.post(address, asked(sale), headers=SCRIPT)

    assert said in client.get(answer["HX-Redirect"]).content.decode()
