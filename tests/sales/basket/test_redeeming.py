"""Redeeming: sales paid in part or wholly with points."""

from decimal import Decimal
from functools import partial

import pytest

from customers.models import PointsEntry
from customers.points.errors import CustomerInactiveError, NotEnoughPointsError
from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
)
from tests.support.tenders import cash

RACE_REPEATS = 4


@pytest.fixture
def shift():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


def customer_with(points, shift):
    customer = CustomerFactory(company=shift.company)
    adjust_points(
        uid=uuid7(),
        customer=customer,
        points=points,
        reason="Opening",
        actor=shift.cashier,
    )
    return customer


def redeeming(shift, customer, points, *, price="30.00") -> Cashier:
    """A basket of one product at this price, with points taken off."""
    cashier = Cashier(shift)
    product = ProductFactory(company=shift.company, price=Decimal(price))
    cashier.scan(product.sku)
    cashier.do("attach_customer", customer=str(customer.uid))
    assert cashier.do("redeem_points", points=points).ok
    return cashier


def pay(cashier, *tenders):
    return finalize_sale(uid=cashier.uid, tenders=tenders, actor=cashier.actor)


def entries(customer):
    rows = PointsEntry.objects.filter(customer=customer).exclude(kind="adjust")
    return sorted(rows.values_list("kind", "points", "balance_after"))


@pytest.mark.django_db
class TestFinalizeSale:
    def test_takes_the_points_and_earns_on_the_rest(self, shift):
        customer = customer_with(100, shift)
        cashier = redeeming(shift, customer, 55)

        sale = pay(cashier, cash("24.50"))

        assert (sale.total, sale.points_value) == (Decimal("24.50"), Decimal("5.50"))
        assert entries(customer) == [("earn", 2, 47), ("redeem", -55, 45)]
        customer.refresh_from_db()
        assert customer.points_balance == 47

    def test_paid_wholly_with_points_it_takes_no_tender_and_earns_none(self, shift):
        customer = customer_with(300, shift)
        cashier = redeeming(shift, customer, 300)

        sale = pay(cashier)

        assert (sale.status, sale.total, sale.due) == ("finalized", 0, 0)
        assert not sale.tenders.exists()
        assert entries(customer) == [("redeem", -300, 0)]

    def test_a_discount_of_everything_takes_no_tender_either(self, shift):
        cashier = Cashier(shift)
        line = cashier.scan(ProductFactory(company=shift.company).sku).line
        gift = {"percent": "100", "reason": "Gift"}
        cashier.do("discount_line", line=str(line), **gift)

        sale = pay(cashier)

        assert (sale.receipt_number, sale.due) == (f"{shift.till.code}-S-000001", 0)

    def test_a_repeat_takes_them_once(self, shift):
        customer = customer_with(100, shift)
        cashier = redeeming(shift, customer, 55)
        pay(cashier, cash("24.50"))

        with assert_no_writes():
            pay(cashier, cash("24.50"))

    def test_refuses_points_that_are_gone(self, shift):
        customer = customer_with(100, shift)
        first, second = (redeeming(shift, customer, 60) for _ in range(2))
        pay(first, cash("24.00"))

        with assert_no_writes(), pytest.raises(NotEnoughPointsError):
            pay(second, cash("24.00"))

    def test_refuses_an_inactive_customers_points(self, shift):
        customer = customer_with(100, shift)
        cashier = redeeming(shift, customer, 60)
        type(customer).objects.update(is_active=False)

        with assert_no_writes(), pytest.raises(CustomerInactiveError):
            pay(cashier, cash("24.00"))

    def test_what_a_point_is_worth_later_does_not_matter(self, shift):
        customer = customer_with(100, shift)
        cashier = redeeming(shift, customer, 60)
        type(shift.company.loyalty_programme).objects.update(point_value=5)

        assert pay(cashier, cash("24.00")).points_value == 6


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Seen to fail with the customer's lock taken out."""

    def test_two_tills_cannot_both_redeem_one_balance(self, shift):
        other = ShiftFactory(till__outlet=shift.till.outlet)
        for _ in range(RACE_REPEATS):
            customer = customer_with(100, shift)
            baskets = [redeeming(at, customer, 100) for at in (shift, other)]

            results = run_together(
                *(partial(pay, basket, cash("20.00")) for basket in baskets)
            )

            refused = [r for r in results if isinstance(r, NotEnoughPointsError)]
            assert len(refused) == 1
            assert entries(customer) == [("earn", 2, 2), ("redeem", -100, 0)]
        assert Sale.objects.finalized().count() == RACE_REPEATS

    def test_the_second_waits_and_finds_them_gone(self, shift):
        other = ShiftFactory(till__outlet=shift.till.outlet)
        customer = customer_with(100, shift)
        baskets = [redeeming(at, customer, 100) for at in (shift, other)]

        result = run_behind(
            partial(pay, baskets[0], cash("20.00")),
            partial(pay, baskets[1], cash("20.00")),
        )

        assert isinstance(result, NotEnoughPointsError)

    def test_who_was_attached_while_it_waited_can_redeem(self, shift):
        """The answer to the first is lost, and the till sends both."""
        customer = customer_with(100, shift)
        cashier = Cashier(shift)
        cashier.scan(ProductFactory(company=shift.company, price=Decimal(30)).sku)
        attach, redeem = cashier.acts(
            ("attach_customer", {"customer": str(customer.uid)}),
            ("redeem_points", {"points": 100}),
        )

        basket = run_behind(
            partial(cashier.send, attach), partial(cashier.send, attach, redeem)
        )

        assert [result.ok for result in basket.results] == [True, True]
        assert basket.sale.customer == customer


@pytest.mark.django_db
def test_a_point_that_is_worth_a_part_of_a_cent_is_not_redeemed(shift):
    customer = customer_with(100, shift)
    shift.company.loyalty_programme.point_value = Decimal("0.015")
    shift.company.loyalty_programme.save(update_fields=["point_value"])
    cashier = Cashier(shift)
    cashier.scan(ProductFactory(company=shift.company).sku)
    cashier.do("attach_customer", customer=str(customer.uid))

    assert cashier.do("redeem_points", points=11).code == "no_redeeming"
