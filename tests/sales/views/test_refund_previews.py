"""Previews of refunds: what a screen promises, the post accepts; and no more."""

import re
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from customers.models import LoyaltyProgramme, PointsEntry
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from sales.shifts.close import close_shift
from tests.sales.views.test_refunds import SCRIPT, asked
from tests.support.factories import ProductFactory, StaffMemberFactory, make_sale
from tests.support.refunds import adjust_balance
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(shift, staff, kopi, customer):
    """Two packets of kopi and two things at 10.00, paid in cash."""
    products = [kopi, ProductFactory(company=shift.company, name="Thing")]
    sale = make_sale(shift, products=products, quantity=2, customer=customer)
    return finalize_sale(uid=sale.uid, tenders=[cash(31)], actor=staff)


@pytest.fixture
def address(sale):
    return reverse("sales:refunds", args=[sale.uid])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "0.5"}, "is sold in whole pieces only."),
        ({"quantity": "3"}, "can still be refunded."),
        ({"quantity": ""}, "The quantity must be a number above zero"),
        ({"kind": "nets"}, "nets"),
        ({"kind": "bogus"}, "bogus"),
        ({"kind": "exchange"}, "exchange"),
    ],
)
def test_refuses_what_the_refund_would_in_the_same_words(
    client, address, sale, kopi, supervisor, typed, sentence
):
    sale.company.accepted_tenders = ["cash", "card"]
    sale.company.save(update_fields=["accepted_tenders"])
    line = sale.lines.get(product=kopi)
    fields = asked(sale, kopi)
    for name, value in typed.items():
        fields[name if name == "kind" else f"{name}-{line.uid}"] = value
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

    preview = client.get(address, fields, headers=SCRIPT)
    posted = client.post(address, fields | signed, headers=SCRIPT)

    assert preview.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in preview.content.decode()
    assert preview.content == posted.content
    assert not Sale.objects.filter(kind="refund").exists()


def test_offers_nothing_without_an_open_shift(client, address, sale, shift):
    close_shift(uid=shift.uid, counted_cash=Decimal(131), actor=shift.cashier)

    preview = client.get(address, asked(sale), headers=SCRIPT)
    posted = client.post(address, asked(sale), headers=SCRIPT)

    assert preview.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert preview.content == posted.content
    assert client.get(address).status_code == HTTPStatus.OK


def test_takes_back_no_more_points_than_there_are(client, address, sale, customer):
    LoyaltyProgramme.objects.update(may_go_negative=False)
    adjust_balance(customer, -2, StaffMemberFactory(company=customer.company))

    part = client.get(address, asked(sale), headers=SCRIPT).content.decode()
    client.post(address, asked(sale), headers=SCRIPT)

    assert "<dt>Points earned, taken back</dt><dd>−1</dd>" in part
    entry = PointsEntry.objects.get(kind="reverse")
    assert (entry.points, entry.balance_after) == (-1, 0)


def test_counts_nothing_as_refunded_yet(client, address, sale, kopi):
    page = client.get(address, asked(sale, kopi)).content.decode()

    assert "2 of 2 refunded" not in page
    assert "−11.00" in page


class TestScannedRow:
    @pytest.fixture
    def row(self, sale):
        return reverse("sales:row_of_receipt", args=[sale.uid])

    def test_is_ticked_with_one_more(
        self, client, row, sale, kopi, django_assert_num_queries
    ):
        line = sale.lines.get(product=kopi)
        fields = {"code": "8888123450127", "positions": "8888123450127"}
        first = client.get(row, fields, headers=SCRIPT).content.decode()
        fields |= {"line": str(line.uid), f"quantity-{line.uid}": "1"}
        fields |= {f"restocked-{line.uid}": "false"}
        with django_assert_num_queries(7):
            second = client.get(row, fields, headers=SCRIPT).content.decode()

        for answer, quantity in ((first, 1), (second, 2)):
            assert re.search(rf'"{line.uid}" data-line [^>]*checked>', answer)
            assert f'name="quantity-{line.uid}" value="{quantity}"' in answer
        assert 'value="false" checked' in second
        third = client.get(row, fields | {f"quantity-{line.uid}": "2"}, headers=SCRIPT)
        assert third.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Nothing more of Kopi-O Bags 20s" in third.content.decode()

    def test_is_only_for_who_may_refund_and_of_this_company(
        self, client, row, staff, sale
    ):
        assert client.get(row).status_code == HTTPStatus.NOT_FOUND
        staff.role.permissions.remove(Permission.objects.get(codename="refund_sale"))
        answer = client.get(row, {"code": "8888123450127"})

        assert answer.status_code == HTTPStatus.FORBIDDEN
