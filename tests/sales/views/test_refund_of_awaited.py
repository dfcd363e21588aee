"""Refund of a pending tender: it goes back in cash, with approval."""

import json
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Sale
from tests.sales.views.test_refunds import SCRIPT, asked
from tests.support.factories import grant, make_sale
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

SIGNED = {"approver": "hafiz", "approver_password": "kaya-toast-set"}


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


@pytest.mark.parametrize("signed", [{}, SIGNED])
def test_what_goes_back_as_it_was_paid_names_no_approver(
    client, shift, staff, supervisor, signed
):
    """The other half of the sale is pending; this half goes back as it came."""
    grant(staff.role, ["sales.approve_refund"])
    sale = make_sale(shift, lines=2)
    paid = [TenderInput("paynow", Decimal(8), is_pending=True), cash(12)]
    finalize_sale(uid=sale.uid, tenders=paid, actor=staff)
    one = {"line": [str(sale.lines.first().uid)]}

    address = reverse("sales:refunds", args=[sale.uid])
    client.post(address, asked(sale) | one | signed, headers=SCRIPT)

    refund = Sale.objects.get(kind="refund")
    assert [(t.kind, t.is_alternative_method) for t in refund.tenders.all()] == [
        ("cash", False)
    ]
    assert refund.approved_by is None
    assert json.loads(refund.fiscal_document.text)["approved_by"] == ""


@pytest.mark.parametrize("signed", [{}, SIGNED])
def test_what_goes_back_otherwise_names_who_signed_or_may_alone(
    client, shift, staff, supervisor, signed
):
    grant(staff.role, ["sales.approve_refund"])
    sale = make_sale(shift, lines=2)
    paid = [TenderInput("paynow", Decimal(8), is_pending=True), cash(12)]
    finalize_sale(uid=sale.uid, tenders=paid, actor=staff)

    address = reverse("sales:refunds", args=[sale.uid])
    client.post(address, asked(sale) | signed, headers=SCRIPT)

    refund = Sale.objects.get(kind="refund")
    assert any(tender.is_alternative_method for tender in refund.tenders.all())
    assert refund.approved_by == (supervisor if signed else staff)
    text = json.loads(refund.fiscal_document.text)
    assert text["approved_by"] == str(refund.approved_by.uid)


def test_a_reference_does_not_change_what_goes_back_in_which_way(
    client, shift, staff, supervisor
):
    """It was typed for another way, and is still in its field."""
    sale = make_sale(shift)
    paid = [TenderInput("paynow", Decimal(6), is_pending=True), card(4)]
    finalize_sale(uid=sale.uid, tenders=paid, actor=staff)
    address = reverse("sales:refunds", args=[sale.uid])
    fields = asked(sale)

    part = client.get(address, fields, headers=SCRIPT).content.decode()
    terms = fields | SIGNED | {"reference": "R2"}
    answers = [client.post(address, terms, headers=SCRIPT) for _ in range(2)]

    for shown in ("<dt>Refund by card</dt><dd>4.00</dd>", "<dd>6.00</dd>"):
        assert shown in part
    assert len({answer["HX-Redirect"] for answer in answers}) == 1
    tenders = Sale.objects.get(kind="refund").tenders.order_by("position")
    assert [(t.kind, t.amount, t.reference) for t in tenders] == [
        ("card", -4, "R2"),
        ("cash", -6, ""),
    ]


def test_a_supervisor_pays_it_back_alone(client, shift, staff):
    grant(staff.role, ["sales.approve_refund"])
    sale = make_sale(shift)
    pending = TenderInput("paynow", Decimal(10), is_pending=True)
    finalize_sale(uid=sale.uid, tenders=[pending], actor=staff)

    address = reverse("sales:refunds", args=[sale.uid])
    client.post(address, asked(sale), headers=SCRIPT)

    assert Sale.objects.get(kind="refund").approved_by == staff
