"""Points of a refund: what is taken back and what is given back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer, PointsEntry
from customers.points.arithmetic import points_for, points_returned, points_to_reverse
from sales.checkout.finalize import finalize_sale
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
)
from tests.support.refunds import adjust_balance, make_refund, sell_products
from tests.support.tenders import cash

CENTS = st.integers(0, 30_000).map(lambda n: Decimal(n).scaleb(-2))


@given(st.lists(CENTS, min_size=1, max_size=8))
def test_what_is_left_after_each_refund_has_earned_what_it_would_have(parts):
    left = sum(parts)
    net = points_for(left, amount_per_point=Decimal(10))
    for part in parts:
        left -= part
        net -= points_to_reverse(left, amount_per_point=Decimal(10), net_earned=net)
        assert net == points_for(left, amount_per_point=Decimal(10))


@given(st.lists(CENTS, min_size=1, max_size=8), st.integers(0, 10_000))
def test_redeemed_points_go_back_whole_and_all_with_the_last(parts, points):
    value, refunded, before = sum(parts), Decimal(0), 0
    for part in parts:
        refunded += part
        now = points_returned(points, value=value, refunded=refunded)
        assert before <= now <= points
        before = now
    assert before == (points if value else 0)


@pytest.mark.django_db
class TestPoints:
    @pytest.fixture
    def shift(self):
        shift = ShiftFactory()
        LoyaltyProgrammeFactory(company=shift.company, point_value=Decimal("0.10"))
        return shift

    @pytest.fixture
    def customer(self, shift):
        return CustomerFactory(company=shift.company)

    def entries(self, *kinds):
        found = PointsEntry.objects.filter(kind__in=kinds).order_by("pk")
        return list(found.values_list("points", flat=True))

    def balance(self, customer):
        return Customer.objects.get(pk=customer.pk).points_balance

    def redeeming(self, shift, customer, points, *prices):
        """A finalized sale that used so many points, which the customer had."""
        adjust_balance(customer, points - self.balance(customer), shift.cashier)
        cashier = Cashier(shift)
        for price in prices:
            barcode = BarcodeFactory(
                product__company=shift.company, product__price=Decimal(price)
            )
            cashier.scan(barcode.code)
        cashier.do("attach_customer", customer=str(customer.uid))
        assert cashier.do("redeem_points", points=points).ok
        sale = cashier.sale
        tenders = [cash(sale.total)] if sale.total else []
        finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)
        return cashier.sale

    def test_small_refunds_take_back_what_one_big_one_would(self, shift, customer):
        """Edge case 60: 25.00, refunded by 5.00, 5.00 and 15.00."""
        sale = sell_products(shift, "5.00", "5.00", "15.00", customer=customer)

        balances = []
        for quantities in ((1,), (0, 1), (0, 0, 1)):
            make_refund(sale, *quantities, shift=shift)
            balances.append(self.balance(customer))

        assert self.entries("earn", "reverse") == [2, -1, -1]
        assert balances == [2, 1, 0]

    def test_the_rate_is_that_at_which_they_were_earned(self, shift, customer):
        sale = sell_products(shift, quantity=3, customer=customer)
        shift.company.loyalty_programme.amount_per_point = Decimal(1)
        shift.company.loyalty_programme.is_active = False
        shift.company.loyalty_programme.save()

        make_refund(sale, 1, shift=shift)

        assert self.entries("reverse") == [-1]

    def test_that_were_spent_are_owed(self, shift, customer):
        """Edge case 63."""
        sale = sell_products(shift, quantity=5, customer=customer)
        adjust_balance(customer, -4, shift.cashier)

        make_refund(sale, shift=shift)

        assert self.balance(customer) == -4

    def test_that_were_spent_stop_at_zero_where_the_programme_says_so(
        self, shift, customer
    ):
        shift.company.loyalty_programme.may_go_negative = False
        shift.company.loyalty_programme.save()
        sale = sell_products(shift, quantity=5, customer=customer)
        adjust_balance(customer, -4, shift.cashier)

        make_refund(sale, 2, shift=shift)

        assert self.balance(customer) == 0
        entry = PointsEntry.objects.get(kind="reverse")
        assert (entry.points, entry.reason) == (-1, "1 more had already been spent.")

    def test_that_were_left_are_tried_again_by_the_next_refund(self, shift, customer):
        shift.company.loyalty_programme.may_go_negative = False
        shift.company.loyalty_programme.save()
        sale = sell_products(shift, quantity=5, customer=customer)
        adjust_balance(customer, -5, shift.cashier)
        make_refund(sale, 2, shift=shift)
        sell_products(shift, quantity=9, customer=customer)

        make_refund(sale, 3, shift=shift)

        assert self.entries("reverse") == [-5]
        assert self.balance(customer) == 4

    def test_of_one_who_left_are_reversed_too(self, shift, customer):
        sale = sell_products(shift, quantity=2, customer=customer)
        Customer.objects.update(is_active=False)

        make_refund(sale, shift=shift)

        assert self.balance(customer) == 0

    def test_of_nobody_do_not_move(self, shift):
        """Edge case 55."""
        make_refund(sell_products(shift, quantity=2), shift=shift)

        assert not PointsEntry.objects.exists()

    def test_too_few_to_earn_are_not_reversed(self, shift, customer):
        make_refund(sell_products(shift, "9.99", customer=customer), shift=shift)

        assert not PointsEntry.objects.exists()

    def test_redeemed_come_back_in_proportion_and_the_last_takes_the_rest(
        self, shift, customer
    ):
        """Edge case 66."""
        sale = self.redeeming(shift, customer, 25, "10.00", "20.00")
        assert (sale.total, self.balance(customer)) == (Decimal("27.50"), 2)

        first = make_refund(sale, 1, shift=shift)
        last = make_refund(sale, 0, 1, shift=shift)

        assert self.entries("return") == [8, 17]
        assert (first.points_redeemed, last.points_redeemed) == (-8, -17)
        assert first.points_value + last.points_value == Decimal("-2.50")
        assert first.due + last.due == -sale.due
        assert self.balance(customer) == 25

    def test_a_sale_paid_with_points_alone_pays_back_points_alone(
        self, shift, customer
    ):
        """Edge cases 65 and 66."""
        sale = self.redeeming(shift, customer, 100, "10.00")
        assert (sale.total, self.entries("earn")) == (0, [])

        refund = make_refund(sale, shift=shift)

        assert (refund.due, refund.tenders.count()) == (0, 0)
        assert self.balance(customer) == 100
        assert self.entries("return") == [100]

    def test_part_paid_with_points_earns_and_reverses_on_the_rest(
        self, shift, customer
    ):
        """Edge case 65."""
        sale = self.redeeming(shift, customer, 150, "30.00")  # 15.00 is left
        assert self.entries("earn") == [1]

        make_refund(sale, shift=shift)

        assert self.entries("reverse", "return") == [150, -1]
        assert self.balance(customer) == 150

    def test_what_comes_back_is_there_before_what_is_taken(self, shift, customer):
        shift.company.loyalty_programme.may_go_negative = False
        shift.company.loyalty_programme.save()
        sale = self.redeeming(shift, customer, 10, "31.00")
        adjust_balance(customer, -3, shift.cashier)

        make_refund(sale, shift=shift)

        assert self.entries("return", "reverse") == [10, -3]
