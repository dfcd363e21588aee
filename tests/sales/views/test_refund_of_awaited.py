"""Refund of a pending tender: it goes back in cash, with approval."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Sale
from tests.sales.views.test_refunds import SCRIPT, asked
from tests.support.factories import grant, make_sale
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


def test_what_was_paid_in_part_so_is_one_sum_and_approved(client, shift, staff):
    sale = make_sale(shift)
    paid = [TenderInput("paynow", Decimal(6), is_pending=True), cash(4)]
    finalize_sale(uid=sale.uid, tenders=paid, actor=staff)
    address = reverse("sales:refunds", args=[sale.uid])

    preview = client.get(address, asked(sale), headers=SCRIPT).content.decode()
    page = client.get(address).content.decode()
    answer = client.post(address, asked(sale), headers=SCRIPT)

    assert "Refund in cash" in preview
    assert "Refund by cash" not in preview
    assert "as originally paid" not in page
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Sale.objects.filter(kind="refund").exists()


def test_a_supervisor_pays_it_back_alone(client, shift, staff):
    grant(staff.role, ["sales.approve_refund"])
    sale = make_sale(shift)
    pending = TenderInput("paynow", Decimal(10), is_pending=True)
    finalize_sale(uid=sale.uid, tenders=[pending], actor=staff)

    address = reverse("sales:refunds", args=[sale.uid])
    client.post(address, asked(sale), headers=SCRIPT)

    assert Sale.objects.get(kind="refund").approved_by == staff
