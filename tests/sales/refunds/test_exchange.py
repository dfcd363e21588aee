"""Exchange: a refund and a sale in one act."""

from decimal import Decimal

import pytest

from customers.models import PointsEntry
from pos.core.errors import DifferentRepeatError
from pos.core.ids import uuid7
from pos.models import StockItem
from sales.basket.errors import SaleElsewhereError, StaleBasketError
from sales.checkout.errors import (
    TendersDifferError,
    TenderShortError,
    UnknownTenderError,
)
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Tender
from sales.refunds.errors import RefundTendersDifferError
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine
from sales.refunds.settlement import RefundTender
from tests.support.books import assert_no_writes
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    make_sale,
)
from tests.support.refunds import sell_products
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


def make_product(shift, price):
    return ProductFactory(company=shift.company, price=Decimal(price))


def exchange(original, sale, *tenders, shift, **details):
    """All of the original against the open sale."""
    details = {
        "refund_uid": uuid7(),
        "lines": [
            ReturnedLine(line.uid, line.quantity) for line in original.lines.all()
        ],
        "refund_tenders": (),
        "reason": "other size",
        "till": shift.till,
    } | details
    return exchange_sale(
        original=original.uid,
        sale_uid=sale.uid,
        tenders=tenders,
        actor=shift.cashier,
        **details,
    )


def moved(sale):
    return [(t.kind, t.amount) for t in Tender.objects.filter(sale=sale)]


def test_of_equal_value_moves_no_money_and_no_points(shift):
    customer = CustomerFactory(company=shift.company)
    original = sell_products(shift, "25.00", customer=customer)
    sale = make_sale(shift, products=[make_product(shift, "25.00")], customer=customer)

    refund, sold = exchange(original, sale, shift=shift)

    assert moved(refund) == [("exchange", -25)]
    assert moved(sold) == [("exchange", 25)]
    assert refund.exchanged_for == sold
    assert (refund.receipt_number[-8:], sold.receipt_number[-8:]) == (
        "R-000001",
        "S-000002",
    )
    customer.refresh_from_db()
    assert customer.points_balance == 2
    entries = PointsEntry.objects.order_by("pk").values_list("kind", "points")
    assert list(entries) == [("earn", 2), ("earn", 2), ("reverse", -2)]
    on_hand = StockItem.objects.order_by("pk").values_list("on_hand", flat=True)
    assert list(on_hand) == [0, -1]


def test_for_something_dearer_takes_the_difference(shift):
    original = sell_products(shift, "10.02")  # paid 10.00

    sale = make_sale(shift, products=[make_product(shift, "15.03")])
    refund, sold = exchange(original, sale, cash(10), shift=shift)

    assert moved(refund) == [("exchange", -10)]
    assert moved(sold) == [("exchange", 10), ("cash", 5)]
    assert sold.rounding == Decimal("-0.03")


def test_for_something_cheaper_pays_the_difference_back_as_it_was_paid(shift):
    original = sell_products(shift, "30.00", tenders=[card(20), cash(10)])
    sale = make_sale(shift, products=[make_product(shift, "5.00")])

    refund, sold = exchange(original, sale, shift=shift)

    assert moved(refund) == [("exchange", -5), ("card", -20), ("cash", -5)]
    assert moved(sold) == [("exchange", 5)]


def test_what_no_coin_could_pay_is_not_asked_for(shift):
    original = sell_products(shift, "10.02")  # paid 10.00
    sale = make_sale(shift, products=[make_product(shift, "10.02")])

    for document in exchange(original, sale, shift=shift):
        document.refresh_from_db()
        assert abs(document.total) == Decimal("10.02")
        assert abs(document.due) == 10


def test_a_repeat_changes_nothing_and_returns_both(shift):
    original = sell_products(shift, "10.02")
    sale = make_sale(shift, products=[make_product(shift, "10.02")])
    again = {"refund_uid": uuid7(), "shift": shift}
    first = exchange(original, sale, **again)

    with assert_no_writes():
        second = exchange(original, sale, **again)

    assert first == second


@pytest.mark.parametrize(
    ("details", "tenders", "refusal"),
    [
        ({"reason": "another"}, (), DifferentRepeatError),
        ({}, (cash(5),), TendersDifferError),
    ],
)
def test_a_repeat_of_other_content_is_refused(shift, details, tenders, refusal):
    original = sell_products(shift, "10.00")
    sale = make_sale(shift)
    again = {"refund_uid": uuid7(), "shift": shift}
    exchange(original, sale, **again)

    with assert_no_writes(), pytest.raises(refusal):
        exchange(original, sale, *tenders, **again, **details)


def test_goods_of_the_original_may_be_sold_again_at_once(shift):
    original = sell_products(shift, "10.00")
    product = original.lines.get().product
    sale = make_sale(shift, products=[product])

    exchange(original, sale, shift=shift)

    assert StockItem.objects.get(product=product).on_hand == -1


def test_another_customer_earns_while_the_first_is_reversed(shift):
    giver, taker = CustomerFactory.create_batch(2, company=shift.company)
    original = sell_products(shift, "20.00", customer=taker)
    sale = make_sale(shift, products=[make_product(shift, "20.00")], customer=giver)

    exchange(original, sale, shift=shift)

    giver.refresh_from_db()
    taker.refresh_from_db()
    assert (giver.points_balance, taker.points_balance) == (2, 0)


def test_earns_nobody_points_where_the_balance_stops_at_zero(shift):
    shift.company.loyalty_programme.may_go_negative = False
    shift.company.loyalty_programme.save()
    customer = CustomerFactory(company=shift.company)
    original = sell_products(shift, "10.00", customer=customer)
    for _ in range(3):
        sale = make_sale(shift, customer=customer)
        _, original = exchange(original, sale, shift=shift)

    customer.refresh_from_db()
    assert customer.points_balance == 1


class TestRefuses:
    @pytest.mark.parametrize(
        ("price", "tenders", "details", "refusal"),
        [
            ("15.00", (), {}, TenderShortError),
            ("15.00", (cash(4),), {}, TenderShortError),
            ("15.00", (TenderInput("exchange", Decimal(5)),), {}, UnknownTenderError),
            ("15.00", (cash(5),), {"revision": 7}, StaleBasketError),
            (
                "5.00",
                (),
                {"refund_tenders": [RefundTender("cash", Decimal(4))]},
                RefundTendersDifferError,
            ),
            (
                "5.00",
                (),
                {"refund_tenders": [RefundTender("exchange")]},
                UnknownTenderError,
            ),
        ],
    )
    def test_what_does_not_settle(self, shift, price, tenders, details, refusal):
        original = sell_products(shift, "10.00")
        sale = make_sale(shift, products=[make_product(shift, price)])

        with assert_no_writes(), pytest.raises(refusal):
            exchange(original, sale, *tenders, shift=shift, **details)

    def test_a_sale_at_another_till(self, shift):
        original = sell_products(shift, "10.00")
        other = ShiftFactory(till__outlet=shift.till.outlet)
        sale = make_sale(other)

        with assert_no_writes(), pytest.raises(SaleElsewhereError):
            exchange(original, sale, shift=shift)

    def test_an_exchange_that_a_till_claims_without_one(self, shift):
        sale = make_sale(shift)

        with assert_no_writes(), pytest.raises(UnknownTenderError):
            finalize_sale(
                uid=sale.uid,
                tenders=[TenderInput("exchange", Decimal(10))],
                actor=shift.cashier,
            )

    def test_a_sale_that_was_finished_otherwise(self, shift):
        original, sale = sell_products(shift, "10.00"), sell_products(shift, "10.00")

        with assert_no_writes(), pytest.raises(TendersDifferError):
            exchange(original, sale, shift=shift)
