"""Refunds: as the services make them they violate no check."""

from decimal import Decimal

import pytest

from sales.books.run import verify
from tests.sales.refunds.test_refund import approver
from tests.support.factories import ShiftFactory
from tests.support.refunds import make_refund, pay_back, sell_products
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


def broken(*ids: str) -> list[str]:
    return [outcome.check.id for outcome in verify(only=ids) if not outcome.is_clean]


def test_their_documents_say_which_line_came_back():
    shift = ShiftFactory()

    make_refund(sell_products(shift, "10", "20"), 0, 1, shift=shift)

    assert broken("I28") == []


@pytest.mark.parametrize("price", ["0.02", "10.02"])
def test_what_no_coin_could_pay_back_stays_with_the_shop(price):
    shift = ShiftFactory()
    sale = sell_products(shift, price, tenders=[card(price)])

    refund = make_refund(
        sale,
        shift=shift,
        refund_tenders=pay_back(("cash", None)),
        approved_by=approver(shift),
    )

    assert refund.due == -sale.due + refund.rounding
    assert refund.rounding
    assert broken("I22") == []


def test_a_refund_may_round_more_than_a_coin_where_the_sale_was_rounded_too():
    shift = ShiftFactory(opening_float=Decimal(500))
    sale = sell_products(shift, "428.00", tenders=[card("396.54"), cash("31.45")])

    refund = make_refund(
        sale,
        shift=shift,
        refund_tenders=pay_back(("cash", None)),
        approved_by=approver(shift),
    )

    assert refund.rounding == Decimal("0.05")
    assert broken("I10", "I22") == []
