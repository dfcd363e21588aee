"""Vouchers that are too much for the basket by now: said alike beside it and to pay."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.models import SaleLine
from tests.support.factories import ProductFactory, RestrictionFactory
from tests.support.vouchers import VoucherKindFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(company):
    """Rice for 18.40, and beer for 20.00, which the vouchers do not pay for."""
    kind = VoucherKindFactory(company=company)
    alcohol = RestrictionFactory(company=company, name="Alcohol")
    kind.exclusions.create(company=company, restriction=alcohol)
    prices = {"rice": ("18.40", None), "beer": ("20.00", alcohol)}
    return {
        name: ProductFactory(company=company, price=Decimal(price), restriction=of)
        for name, (price, of) in prices.items()
    }


@pytest.fixture
def change(client, shift, goods, operate, post):
    """Take money for a basket, and change it; return what its panel and pane show."""

    def change(quantities, taken, after):
        uid = uuid7()
        added = [
            ("add", {"product": str(goods[name].uid), "quantity": str(quantity)})
            for name, quantity in quantities.items()
        ]
        operate(uid, *added)
        for kind, amount in taken.items():
            part = {"uid": str(uuid7()), "kind": kind, "tendered": amount}
            answer = post("part_payments", uid, part)
            assert answer.status_code == HTTPStatus.OK
        lines = SaleLine.objects.filter(sale__uid=uid)
        edits = [
            ("set_quantity", line | {"quantity": str(quantity)})
            if quantity
            else ("remove", line)
            for name, quantity in after.items()
            for line in [{"line": str(lines.get(product=goods[name]).uid)}]
        ]
        panel = operate(uid, *edits, seq=len(added) + 1).json()["html"]
        pane = client.get(reverse("sales:payment", args=[uid])).content.decode()
        return panel, pane

    return change


@pytest.mark.parametrize(
    ("quantities", "taken", "after", "excess"),
    [
        # One sum is too much in two ways: more than is to pay, and than it may pay.
        ({"rice": 2}, {"cdc": "20.00"}, {"rice": 1}, "1.60"),
        # Something is left to pay, and no voucher may pay it.
        ({"rice": 1, "beer": 1}, {"cdc": "18.40"}, {"rice": 0}, "18.40"),
        # Cash that was taken too is no reason to hand back change for the voucher.
        (
            {"rice": 1, "beer": 1},
            {"cdc": "18.40", "cash": "20.00"},
            {"rice": 0},
            "18.40",
        ),
        # All has to go back, of which the voucher is a part.
        ({"rice": 2}, {"cdc": "20.00", "card": "16.80"}, {"rice": 1}, "18.40"),
        (
            {"rice": 2, "beer": 1},
            {"cdc": "36.80", "card": "20.00"},
            {"rice": 1, "beer": 0},
            "38.40",
        ),
    ],
)
def test_is_the_same_beside_the_basket_and_in_the_payment(
    change, quantities, taken, after, excess
):
    panel, pane = change(quantities, taken, after)

    assert f"<b>S${excess} too much</b>" in panel
    assert f"S${excess} too much: give it back first" in pane
    assert f'data-excess="{excess}"' in pane


def test_is_nothing_where_the_goods_are_enough(change):
    panel, pane = change({"rice": 2}, {"cdc": "18.40"}, {"rice": 1})

    assert "<b>Left to pay S$0.00</b>" in panel
    assert 'data-excess="0.00"' in pane
