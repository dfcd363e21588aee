"""Discounts and points on a basket: given, changed, removed, refused."""

from decimal import Decimal

import pytest

from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from sales.basket.apply import apply_operations
from tests.support.books import assert_no_writes
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cashier, product):
    """A line of 10.00."""
    return str(cashier.scan(product.sku).line)


@pytest.fixture
def programme(shift):
    """A point is worth 0.10, and ten are the fewest."""
    return LoyaltyProgrammeFactory(company=shift.company)


def credited(customer, points, actor):
    adjust_points(
        uid=uuid7(), customer=customer, points=points, reason="Opening", actor=actor
    )
    customer.refresh_from_db()
    return customer


@pytest.fixture
def customer(shift, programme):
    customer = CustomerFactory(company=shift.company)
    return credited(customer, 60, shift.cashier)


class TestDiscountLine:
    def test_takes_a_percent_off(self, cashier, line):
        result = cashier.do("discount_line", line=line, percent="15", reason="Dented")

        [row] = cashier.lines
        assert (result.ok, str(result.line)) == (True, line)
        assert (row.line_discount, row.total) == (Decimal("1.50"), Decimal("8.50"))
        assert (row.discount_rate, row.discount_reason) == (Decimal("0.15"), "Dented")
        assert cashier.sale.total == Decimal("8.50")

    def test_takes_an_amount_off(self, cashier, line):
        cashier.do("discount_line", line=line, amount="2.05", reason="Dented")

        assert cashier.sale.total == Decimal("7.95")

    def test_takes_no_more_than_the_line(self, cashier, line):
        cashier.do("discount_line", line=line, amount="99", reason="Gift")

        [row] = cashier.lines
        assert (row.line_discount, row.total, row.tax_total) == (10, 0, 0)

    def test_the_last_one_replaces_the_others(self, cashier, line):
        cashier.do("discount_line", line=line, percent="50", reason="Dented")
        cashier.do("discount_line", line=line, amount="1", reason="Regular")

        [row] = cashier.lines
        assert (row.discount_rate, row.line_discount) == (0, 1)
        assert row.discount_reason == "Regular"

    def test_nothing_takes_it_off(self, cashier, line):
        cashier.do("discount_line", line=line, percent="50", reason="Dented")

        cashier.do("discount_line", line=line)

        [row] = cashier.lines
        assert (row.total, row.discount_rate, row.discount_reason) == (10, 0, "")

    def test_follows_the_quantity(self, cashier, line):
        cashier.do("discount_line", line=line, percent="10", reason="Dented")
        cashier.do("set_quantity", line=line, quantity="3")

        assert cashier.sale.total == 27

    def test_what_is_scanned_later_is_a_line_of_its_own(self, cashier, line, product):
        cashier.do("discount_line", line=line, percent="10", reason="Dented")

        cashier.scan(product.sku)

        assert [row.total for row in cashier.lines] == [9, 10]

    def test_comes_back_with_an_undone_removal(self, cashier, line):
        cashier.do("discount_line", line=line, percent="10", reason="Dented")
        cashier.do("remove", line=line)
        cashier.do("restore", line=line)

        assert cashier.sale.total == 9

    def test_refuses_a_line_that_is_not_there(self, cashier, line):
        cashier.do("remove", line=line)

        result = cashier.do("discount_line", line=line, percent="10", reason="Dented")

        assert result.code == "no_such_line"


@pytest.mark.parametrize("kind", ["discount_line", "discount_sale"])
class TestRefusals:
    @pytest.mark.parametrize("name", ["percent", "amount"])
    @pytest.mark.parametrize(
        "value", ["-1", "NaN", "1e999", "Infinity", "a", "1,5", "٣", True, [], {}]
    )
    def test_of_what_is_no_discount(self, cashier, line, kind, name, value):
        if isinstance(value, list | dict):
            value = str(value)

        result = cashier.do(kind, line=line, reason="Dented", **{name: value})

        assert result.code == "invalid_discount"
        assert cashier.sale.total == 10

    @pytest.mark.parametrize(
        "discount", [{"percent": "100.01"}, {"amount": "0.001"}, {"amount": "1" * 12}]
    )
    def test_of_too_much_and_of_parts_of_a_cent(self, cashier, line, kind, discount):
        result = cashier.do(kind, line=line, reason="Dented", **discount)

        assert result.code == "invalid_discount"
        assert cashier.sale.total == 10

    @pytest.mark.parametrize("reason", [{}, {"reason": " "}])
    def test_without_a_reason(self, cashier, line, kind, reason):
        result = cashier.do(kind, line=line, percent="10", **reason)

        assert result.code == "discount_reason"
        assert cashier.sale.total == 10

    def test_of_a_card_number_for_a_reason(self, cashier, line, kind):
        reason = "4111 1111 1111 1111"

        result = cashier.do(kind, line=line, percent="10", reason=reason)

        assert result.code == "card_number"

    def test_of_who_may_not(self, cashier, line, kind):
        given = {"line": line, "percent": "10", "reason": "Dented"}

        trainee = StaffMemberFactory(company=cashier.till.company, may=["sales.sell"])

        [result] = apply_operations(
            uid=cashier.uid,
            till=cashier.till,
            operations=cashier.acts((kind, given)),
            actor=trainee,
        ).results

        assert result.code == "not_allowed"
        assert cashier.sale.total == 10

    def test_a_repeat_gives_it_once(self, cashier, line, kind):
        acts = cashier.acts((kind, {"line": line, "amount": "1", "reason": "Dented"}))
        cashier.send(*acts)

        with assert_no_writes():
            [result] = cashier.send(*acts).results

        assert result.ok
        assert cashier.sale.total == 9


class TestDiscountSale:
    def test_is_dealt_to_the_lines(self, shift, cashier):
        for product in ProductFactory.create_batch(3, company=shift.company):
            cashier.scan(product.sku)

        cashier.do("discount_sale", amount="10", reason="Neighbour")

        assert [line.sale_discount for line in cashier.lines] == [
            Decimal("3.34"),
            Decimal("3.33"),
            Decimal("3.33"),
        ]
        sale = cashier.sale
        assert (sale.total, sale.discount_reason) == (20, "Neighbour")

    def test_is_shared_out_again_when_a_line_is_added(self, cashier, line, shift):
        cashier.do("discount_sale", percent="10", reason="Neighbour")
        other = ProductFactory(company=shift.company, is_tracked=False)

        cashier.scan(other.sku, quantity="2")

        assert [row.sale_discount for row in cashier.lines] == [1, 2]

    def test_nothing_takes_it_off(self, cashier, line):
        cashier.do("discount_sale", percent="10", reason="Neighbour")

        cashier.do("discount_sale", percent="0", amount="0")

        assert (cashier.sale.total, cashier.sale.discount_reason) == (10, "")


class TestRedeemPoints:
    @pytest.fixture(autouse=True)
    def basket(self, cashier, line, customer):
        """10.00 to pay, by a customer with 60 points."""
        cashier.do("attach_customer", customer=str(customer.uid))

    def test_takes_them_off_the_price(self, cashier, customer):
        result = cashier.do("redeem_points", points=45)

        sale = cashier.sale
        assert result.ok
        assert (sale.points_redeemed, sale.points_value) == (45, Decimal("4.50"))
        assert (sale.total, cashier.lines[0].points_discount) == (5.5, Decimal("4.50"))
        # They are the customer's until the sale is paid.
        customer.refresh_from_db()
        assert customer.points_balance == 60

    def test_takes_only_as_many_as_there_is_room_for(self, cashier, line):
        cashier.do("discount_line", line=line, amount="8.05", reason="Dented")

        cashier.do("redeem_points", points=60)

        assert (cashier.sale.points_redeemed, cashier.sale.total) == (
            19,
            Decimal("0.05"),
        )

    def test_none_takes_them_back(self, cashier):
        cashier.do("redeem_points", points=45)

        cashier.do("redeem_points", points=0)

        sale = cashier.sale
        assert (sale.points_redeemed, sale.points_value, sale.total) == (0, 0, 10)

    def test_fewer_are_used_when_the_basket_shrinks(self, cashier, line):
        cashier.do("redeem_points", points=60)

        cashier.do("discount_line", line=line, percent="80", reason="Dented")

        assert (cashier.sale.points_redeemed, cashier.sale.total) == (20, 0)

    def test_none_are_used_where_the_rest_would_be_too_few(self, cashier, line):
        cashier.do("redeem_points", points=60)

        cashier.do("discount_line", line=line, amount="9.10", reason="Dented")

        assert (cashier.sale.points_redeemed, cashier.sale.total) == (0, Decimal("0.9"))

    def test_another_customer_keeps_theirs(self, cashier, customer, shift):
        cashier.do("redeem_points", points=45)
        cashier.do("attach_customer", customer=str(customer.uid))
        assert cashier.sale.points_redeemed == 45

        other = CustomerFactory(company=shift.company)
        cashier.do("attach_customer", customer=str(other.uid))

        assert (cashier.sale.points_redeemed, cashier.sale.total) == (0, 10)

    def test_nobody_has_none(self, cashier):
        cashier.do("redeem_points", points=45)

        cashier.do("detach_customer")

        assert (cashier.sale.points_redeemed, cashier.sale.total) == (0, 10)
        assert cashier.do("redeem_points", points=45).code == "no_customer"

    def test_refuses_more_than_the_balance(self, cashier):
        assert cashier.do("redeem_points", points=61).code == "not_enough_points"

    def test_refuses_too_few(self, cashier):
        result = cashier.do("redeem_points", points=9)

        assert (result.code, result.message) == (
            "too_few_points",
            "Use at least 10 points at a time.",
        )

    def test_refuses_where_there_is_room_for_too_few(self, cashier, line):
        cashier.do("redeem_points", points=45)
        cashier.do("discount_line", line=line, amount="5.00", reason="Dented")
        assert cashier.sale.points_redeemed == 45
        cashier.do("redeem_points", points=0)
        cashier.do("discount_line", line=line, amount="9.10", reason="Dented")

        assert cashier.do("redeem_points", points=45).code == "too_few_points"
        assert cashier.sale.points_redeemed == 0

    @pytest.mark.parametrize("change", [{"point_value": 0}, {"is_active": False}])
    def test_refuses_where_nothing_is_redeemed(self, cashier, programme, change):
        type(programme).objects.update(**change)

        assert cashier.do("redeem_points", points=45).code == "no_redeeming"

    def test_refuses_who_is_inactive(self, cashier, customer):
        type(customer).objects.update(is_active=False)

        assert cashier.do("redeem_points", points=45).code == "customer_inactive"

    @pytest.mark.parametrize("points", [-1, 1.5, "45", None, True, 10**10])
    def test_refuses_what_is_no_number_of_points(self, cashier, points):
        result = cashier.do("redeem_points", points=points)

        assert result.code == "invalid_operation"
        assert cashier.sale.total == 10

    def test_a_repeat_redeems_once(self, cashier):
        acts = cashier.acts(("redeem_points", {"points": 45}))
        cashier.send(*acts)

        with assert_no_writes():
            [result] = cashier.send(*acts).results

        assert result.ok
