from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from customers.models import PointsEntry
from customers.points.arithmetic import points_for
from customers.points.errors import TooManyPointsError
from customers.points.ledger import BALANCE_MAX, earn_points
from pos.core.ids import uuid7
from tests.support.books import assert_no_writes, find_failed_checks
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)

# Tested by itself, a part of a sale without its sale.
pytestmark = pytest.mark.no_books_check

MOMENT = datetime(2026, 11, 23, 4, tzinfo=UTC)
VECTORS = [
    ("0.00", 0),
    ("9.99", 0),
    ("10.00", 1),
    ("19.99", 1),
    ("20.00", 2),
    ("1000.00", 100),
]


@pytest.mark.parametrize(("amount", "points"), VECTORS)
def test_one_point_for_every_whole_ten(amount, points):
    assert points_for(Decimal(amount), amount_per_point=Decimal(10)) == points


@given(
    st.integers(0, 10**13).map(lambda n: Decimal(n).scaleb(-3)),
    st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-3)),
)
def test_points_are_the_whole_part_and_never_below_zero(amount, per_point):
    points = points_for(amount, amount_per_point=per_point)

    assert points * per_point <= amount < (points + 1) * per_point
    assert points_for(-amount, amount_per_point=per_point) == 0


@pytest.mark.django_db
class TestEarnPoints:
    @pytest.fixture
    def programme(self):
        return LoyaltyProgrammeFactory()

    @pytest.fixture
    def customer(self, programme):
        return CustomerFactory(company=programme.company)

    @pytest.fixture
    def actor(self, programme):
        return StaffMemberFactory(company=programme.company)

    def earn(self, customer, actor, amount, source=None):
        return earn_points(
            company_id=customer.company_id,
            customer_id=customer.pk,
            amount=Decimal(amount),
            source=source or uuid7(),
            actor=actor,
            at=MOMENT,
        )

    @pytest.mark.parametrize(("amount", "points"), VECTORS)
    def test_adds_an_entry_and_moves_the_balance(self, customer, actor, amount, points):
        entry = self.earn(customer, actor, amount)

        customer.refresh_from_db()
        assert customer.points_balance == points
        assert (entry.points if entry else 0) == points
        assert PointsEntry.objects.count() == bool(points)

    def test_says_why_by_whom_and_when(self, customer, actor):
        source = uuid7()

        self.earn(customer, actor, "15.00", source)

        entry = PointsEntry.objects.get()
        assert (entry.kind, entry.source, entry.staff_member) == ("earn", source, actor)
        assert (entry.entered_at, entry.balance_after) == (MOMENT, 1)

    def test_counts_each_sale_alone(self, customer, actor):
        for _ in range(10):
            self.earn(customer, actor, "9.99")

        customer.refresh_from_db()
        assert customer.points_balance == 0

    def test_adds_to_what_there_was(self, customer, actor):
        for amount in ("25.00", "10.00"):
            self.earn(customer, actor, amount)

        balances = PointsEntry.objects.order_by("pk").values_list("balance_after")
        assert [balance for (balance,) in balances] == [2, 3]

    def test_follows_the_companys_own_programme(self, programme, customer, actor):
        programme.amount_per_point = Decimal("0.50")
        programme.save(update_fields=["amount_per_point"])
        LoyaltyProgrammeFactory(amount_per_point=Decimal(1))

        self.earn(customer, actor, "9.99")

        customer.refresh_from_db()
        assert customer.points_balance == 19

    def test_gives_nothing_while_the_programme_rests(self, programme, customer, actor):
        programme.is_active = False
        programme.save(update_fields=["is_active"])

        with assert_no_writes():
            assert self.earn(customer, actor, "100.00") is None

    def test_gives_nothing_without_a_programme(self, actor):
        customer = CustomerFactory()

        with assert_no_writes():
            assert self.earn(customer, actor, "100.00") is None

    def test_gives_nothing_to_an_inactive_customer(self, customer, actor):
        customer.is_active = False
        customer.save(update_fields=["is_active"])

        with assert_no_writes():
            assert self.earn(customer, actor, "100.00") is None

    @pytest.mark.parametrize("amount", ["20.00", "49999999999.99"])
    def test_refuses_more_than_a_balance_holds(self, customer, actor, amount):
        customer.points_balance = BALANCE_MAX - 1
        customer.save(update_fields=["points_balance"])

        with assert_no_writes(), pytest.raises(TooManyPointsError), atomic():
            self.earn(customer, actor, amount)

    def test_takes_no_lock_where_nothing_is_earned(self, customer, actor):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            self.earn(customer, actor, "9.99")

        assert not any("FOR NO KEY UPDATE" in query["sql"] for query in queries)


@pytest.mark.django_db
def test_a_point_for_a_sale_is_the_customers_who_bought():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    customer = CustomerFactory(company=shift.company)
    sale = make_sale(shift, customer=customer)

    earn_points(
        company_id=sale.company_id,
        customer_id=customer.pk,
        amount=sale.total,
        source=sale.uid,
        actor=shift.cashier,
        at=MOMENT,
    )

    assert find_failed_checks("I16", "I62") == []
