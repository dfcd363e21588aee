"""Container deposits: beside the price, in no total, and given back with the goods."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from sales.checkout.errors import TenderShortError
from sales.models import FiscalDocument, Sale
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine, ReturnWithoutReceipt
from sales.refunds.with_receipt import refund_sale
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.figures import as_json, from_json
from sales.shifts.summary import sum_shift
from tests.support.books import assert_no_writes
from tests.support.deposits import fill, pay
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    make_shop,
)
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop(CompanyFactory(charges_container_deposits=True))


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.tills[0], cashier=shop.staff["owner"])


@pytest.fixture
def can(shop):
    """2.00 with GST 0.17 in it, and a deposit of 0.10."""
    return ProductFactory(company=shop.company, price=Decimal(2), containers=1)


def give_back(shift, sale, quantity, **details) -> Sale:
    [line] = sale.lines.active()
    refund = refund_sale(
        uid=uuid7(),
        original=sale.uid,
        lines=[ReturnedLine(line.uid, Decimal(quantity), **details)],
        reason="Bulging",
        actor=shift.cashier,
        till=shift.till,
    )
    refund.refresh_from_db()
    return refund


class TestASale:
    def test_is_due_with_the_deposit_and_is_taxed_without(self, shift, can):
        sale = pay(fill(shift, can), cash("2.10"))

        assert (sale.total, sale.tax_total) == (Decimal("2.00"), Decimal("0.17"))
        assert (sale.deposits, sale.due) == (Decimal("0.10"), Decimal("2.10"))
        [line] = sale.lines.all()
        assert (line.containers, line.deposit_rate) == (1, Decimal("0.10"))

    def test_rounds_cash_for_what_is_paid_together(self, shop, shift):
        odd = ProductFactory(company=shop.company, price=Decimal("1.93"), containers=1)

        sale = pay(fill(shift, odd), cash("2.00"))

        assert (sale.payable, sale.rounding) == (Decimal("2.03"), Decimal("-0.03"))

    def test_does_not_settle_without_the_deposit(self, shift, can):
        cashier = fill(shift, can)

        with assert_no_writes(), pytest.raises(TenderShortError, match="0.10"):
            pay(cashier, card(2))

    def test_earns_points_on_the_goods_alone(self, shop, shift):
        LoyaltyProgrammeFactory(company=shop.company, amount_per_point=2)
        customer = CustomerFactory(company=shop.company)
        can = ProductFactory(company=shop.company, price="1.95", containers=24)
        cashier = fill(shift, can)
        cashier.do("attach_customer", customer=customer.uid)

        pay(cashier, card("4.35"))

        customer.refresh_from_db()
        assert customer.points_balance == 0

    def test_of_ten_in_a_discount_takes_nothing_off_the_deposits(self, shift, can):
        cashier = fill(shift, can, 10)
        cashier.do("discount_sale", percent="10", amount="", reason="Party")

        sale = pay(cashier, cash(19))

        assert (sale.total, sale.deposits) == (Decimal("18.00"), Decimal("1.00"))
        assert (sale.due, sale.tax_total) == (Decimal("19.00"), Decimal("1.49"))

    def test_that_points_pay_still_owes_the_deposit(self, shop, shift, can):
        LoyaltyProgrammeFactory(company=shop.company, point_value=1, redeem_min=1)
        customer = CustomerFactory(company=shop.company)
        adjust_points(
            uid=uuid7(),
            customer=customer,
            points=50,
            reason="Goodwill",
            actor=shop.staff["owner"],
        )
        cashier = fill(shift, can)
        cashier.do("attach_customer", customer=customer.uid)
        cashier.do("redeem_points", points=2)
        assert (cashier.sale.total, cashier.sale.payable) == (0, Decimal("0.10"))

        sale = pay(cashier, cash("0.10"))

        assert (sale.due, sale.points_value) == (Decimal("0.10"), Decimal(2))

    def test_moves_with_the_quantity_and_comes_off_with_the_line(self, shift, can):
        cashier = fill(shift, can)
        [line] = cashier.lines

        cashier.do("set_quantity", line=line.uid, quantity="3")
        assert cashier.sale.deposits == Decimal("0.30")
        cashier.do("remove", line=line.uid)
        assert cashier.sale.deposits == 0
        cashier.do("restore", line=line.uid)
        assert cashier.sale.payable == Decimal("6.30")

    def test_of_a_carton_has_a_deposit_for_each_can(self, shop, shift):
        carton = ProductFactory(company=shop.company, price=Decimal(30), containers=24)

        sale = pay(fill(shift, carton, 2), card("64.80"))

        assert sale.deposits == Decimal("4.80")

    def test_of_a_seller_without_gst_has_it_all_the_same(self, shop, shift, can):
        shop.company.gst_number, shop.company.gst_registered_on = "", None
        shop.company.save(update_fields=["gst_number", "gst_registered_on"])

        sale = pay(fill(shift, can), cash("2.10"))

        assert (sale.due, sale.tax_total) == (Decimal("2.10"), 0)

    def test_has_none_where_the_company_charges_none(self, shop, shift, can):
        shop.company.charges_container_deposits = False
        shop.company.save(update_fields=["charges_container_deposits"])

        sale = pay(fill(shift, can), cash(2))

        [line] = sale.lines.all()
        assert (sale.due, line.containers) == (Decimal("2.00"), 0)
        text = FiscalDocument.objects.get(sale=sale).text
        assert "deposit" not in text

    def test_is_said_by_its_document(self, shift, can):
        sale = pay(fill(shift, can, 2), cash(5))

        document = json.loads(FiscalDocument.objects.get(sale=sale).text)
        assert (document["total"], document["deposits"]) == ("4.000", "0.200")
        assert document["lines"][0][-1] == {
            "containers": 1,
            "deposit": "0.200",
            "deposit_rate": "0.100",
        }


class TestARefund:
    def test_of_three_of_ten_gives_back_their_share(self, shift, can):
        cashier = fill(shift, can, 10)
        cashier.do("discount_sale", percent="10", amount="", reason="Party")
        sale = pay(cashier, cash(19))

        refund = give_back(shift, sale, 3)

        assert (refund.total, refund.deposits) == (Decimal("-5.40"), Decimal("-0.30"))
        assert refund.due == Decimal("-5.70")
        rest = give_back(shift, sale, 7)
        assert refund.due + rest.due == -sale.due

    def test_of_goods_that_are_thrown_away_gives_it_back_too(self, shift, can):
        sale = pay(fill(shift, can), card("2.10"))

        refund = give_back(shift, sale, 1, is_restocked=False)

        assert (refund.due, refund.tenders.get().kind) == (Decimal("-2.10"), "card")

    def test_without_a_receipt_is_at_the_deposit_of_today(self, shift, can):
        refund = refund_without_receipt(
            uid=uuid7(),
            lines=[ReturnWithoutReceipt(can, Decimal(2), None)],
            reason="Bulging",
            actor=shift.cashier,
            till=shift.till,
        )

        refund.refresh_from_db()
        assert (refund.total, refund.deposits) == (Decimal(-4), Decimal("-0.20"))

    def test_keeps_the_deposit_of_its_sale_when_the_switch_is_off(
        self, shop, shift, can
    ):
        sale = pay(fill(shift, can), cash("2.10"))
        shop.company.charges_container_deposits = False
        shop.company.save(update_fields=["charges_container_deposits"])

        assert give_back(shift, sale, 1).deposits == Decimal("-0.10")

    def test_in_an_exchange_goes_towards_the_new_goods(self, shop, shift, can):
        sale = pay(fill(shift, can), cash("2.10"))
        [line] = sale.lines.all()
        other = ProductFactory(company=shop.company, price=Decimal(3), containers=2)
        basket = fill(shift, other)

        refund, bought = exchange_sale(
            refund_uid=uuid7(),
            original=sale.uid,
            lines=[ReturnedLine(line.uid, Decimal(1))],
            reason="Changed",
            sale_uid=basket.uid,
            tenders=[cash("1.10")],
            actor=shift.cashier,
            till=shift.till,
        )

        refund.refresh_from_db()
        bought.refresh_from_db()
        assert (refund.due, bought.due) == (Decimal("-2.10"), Decimal("3.20"))
        assert sorted(t.amount for t in bought.tenders.all()) == [
            Decimal("1.10"),
            Decimal("2.10"),
        ]


def test_a_shift_has_what_was_charged_and_returned(shift, can):
    sale = pay(fill(shift, can, 10), cash(21))
    give_back(shift, sale, 3)

    figures = sum_shift(shift)

    assert (figures.total, figures.deposits_charged, figures.deposits_returned) == (
        Decimal("14.00"),
        Decimal("1.00"),
        Decimal("-0.30"),
    )
    assert figures.taken == figures.tendered == Decimal("14.70")
    assert figures.cash.expected == shift.opening_float + Decimal("14.70")
    assert from_json(as_json(figures)) == figures


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"deposit": 1}, "line_deposit_is_that_of_its_containers"),
        ({"containers": 2}, "line_deposit_is_that_of_its_containers"),
        ({"deposit_rate": -1, "deposit": -1}, "line_deposit"),
    ],
)
def test_the_database_refuses_another_deposit(shift, can, fields, constraint):
    cashier = fill(shift, can)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        cashier.sale.lines.update(**fields)


def test_a_deposit_of_a_company_goes_with_no_company(shop):
    with pytest.raises(ProtectedError):
        shop.company.delete()
