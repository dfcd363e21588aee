"""Exchange of goods that a voucher paid: it goes back, and pays for the new goods."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from sales.checkout.finalize import finalize_sale
from tests.sales.views.test_exchanges import content, describe_return
from tests.support.factories import ProductFactory, make_sale
from tests.support.vouchers import VoucherKindFactory, voucher

pytestmark = pytest.mark.django_db


def test_what_a_voucher_paid_goes_back_and_pays_for_the_new_goods(
    client, post, shift, staff, kopi, company
):
    VoucherKindFactory(company=company)
    sale = make_sale(shift, products=[kopi], quantity=2)
    sale = finalize_sale(uid=sale.uid, tenders=[voucher(11)], actor=staff)
    product = ProductFactory(company=company, price=Decimal(11))
    fresh = make_sale(shift, products=[product])

    address = describe_return(sale, "2")
    pane = client.get(reverse("sales:payment", args=[fresh.uid]), address)
    foot = client.get(reverse("sales:exchange", args=[fresh.uid]), address)
    by_voucher = {"kind": "cdc", "tendered": "11.00"}
    answer = post("exchange", fresh.uid, content(sale, fresh, [by_voucher], "2"))

    shown = pane.content.decode()
    assert "data-giving-back" not in shown
    assert 'data-left="11.00"' in shown
    assert "CDC voucher S$11.00 goes back" in shown
    assert "To pay" in foot.content.decode()
    assert "CDC voucher S$11.00 goes back" in foot.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert "Give back" in answer.json()["complete"]
