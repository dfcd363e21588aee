"""Goods that come back in an exchange stay with their basket until it is finished."""

import pytest

from sales.models import Sale
from tests.support.cashier import Cashier
from tests.support.factories import ShiftFactory, TillFactory

pytestmark = pytest.mark.django_db

GOODS = "original=0193c0de&reason=other&own_reason=Too+small&line=a&quantity-a=1"


@pytest.fixture
def cashier():
    return Cashier(ShiftFactory())


def test_are_named_at_an_empty_basket_and_given_up_again(cashier):
    assert cashier.do("exchange", goods=GOODS).ok
    assert cashier.sale.returned_goods == GOODS
    assert Sale.objects.open().worth_keeping().get() == cashier.sale

    assert cashier.do("exchange", goods="").ok
    assert not Sale.objects.open().worth_keeping().exists()


def test_go_with_the_basket_to_another_till(cashier):
    cashier.do("exchange", goods=GOODS)
    other = ShiftFactory(till=TillFactory(outlet=cashier.till.outlet))
    taker = Cashier(other, uid=cashier.uid)
    taker.do("recall")

    assert taker.sale.till == taker.till
    assert taker.sale.returned_goods == GOODS


@pytest.mark.parametrize(
    ("goods", "code"),
    [
        (GOODS + "&own_reason=4111+1111+1111+1111", "card_number"),
        ("x" * 200_001, "invalid_operation"),
        ("\x00", "invalid_operation"),
        (7, "invalid_operation"),
    ],
    ids=["card_number", "too_long", "nul", "number"],
)
def test_are_text_without_a_card_number(cashier, goods, code):
    assert cashier.do("exchange", goods=goods).code == code
    assert cashier.sale.returned_goods == ""
