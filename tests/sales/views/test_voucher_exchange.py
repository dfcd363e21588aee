"""Exchange of goods that a voucher paid: it goes back, and pays for the new goods."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import take_part_payment
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
    assert "To give back as CDC voucher" in foot.content.decode()
    assert "quick-cash" not in foot.content.decode()
    assert 'data-most="11.00" data-back="11.00"' in shown
    assert answer.status_code == HTTPStatus.OK
    assert "Give back" not in answer.json()["complete"]
    assert "Even exchange, nothing to pay" in answer.json()["complete"]


@pytest.fixture
def cheaper(shift, staff, kopi, company):
    """A sale of 5.50 by voucher A1, worth 10.00, and a basket of 2.20."""
    VoucherKindFactory(company=company)
    sale = make_sale(shift, products=[kopi])
    paid = [voucher("5.50", "A1", of=10)]
    sale = finalize_sale(uid=sale.uid, tenders=paid, actor=staff)
    product = ProductFactory(company=company, price=Decimal("2.20"))
    return sale, make_sale(shift, products=[product])


@pytest.mark.parametrize(
    ("tenders", "said"),
    [
        (
            [{"kind": "cdc", "tendered": "2.20", "reference": "a 1"}],
            ["Give back", "S$3.30", "CDC voucher A1 (worth S$10.00)"],
        ),
        (
            [{"kind": "cash", "tendered": "5.00"}],
            ["Give back", "S$8.30", "S$5.50, Cash S$2.80"],
        ),
        (
            [{"kind": "cdc", "tendered": "2.20", "reference": "B2"}],
            ["Give back", "S$5.50", "CDC voucher A1 (worth S$10.00)"],
        ),
    ],
)
def test_the_difference_of_a_voucher_is_handed_over(post, cheaper, tenders, said):
    sale, fresh = cheaper

    answer = post("exchange", fresh.uid, content(sale, fresh, tenders))

    assert answer.status_code == HTTPStatus.OK
    for words in said:
        assert words in answer.json()["complete"]


def test_what_was_taken_of_it_is_no_longer_to_be_given_back(
    client, cheaper, staff, shift
):
    sale, fresh = cheaper
    take_part_payment(
        uid=uuid7(),
        sale_uid=fresh.uid,
        payment=voucher("1.20"),
        actor=staff,
        till=shift.till,
    )
    address = describe_return(sale)

    pane = client.get(reverse("sales:payment", args=[fresh.uid]), address)

    # Without its number it is another voucher.
    assert "CDC voucher A1: S$5.50 goes back." in pane.content.decode()
    assert 'data-back-number="A1"' in pane.content.decode()
