"""Points adjustment: what the service writes and refuses."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from customers.models import Customer, PointsEntry
from customers.points.errors import (
    CustomerInactiveError,
    InvalidPointsError,
    NotEnoughPointsError,
    TooManyPointsError,
)
from customers.points.ledger import BALANCE_MAX, adjust_points
from pos.core.errors import (
    DifferentRepeatError,
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.ids import uuid7
from tests.support.concurrency import run_together
from tests.support.factories import CompanyFactory, CustomerFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def actor(company):
    return StaffMemberFactory(company=company)


@pytest.fixture
def customer(company):
    return CustomerFactory(company=company)


class TestAdjustPoints:
    @pytest.fixture
    def adjust(self, customer, actor):
        def adjust(points, **changes):
            return adjust_points(
                **{
                    "uid": uuid7(),
                    "customer": customer,
                    "points": points,
                    "reason": "Wrong customer at the till",
                    "actor": actor,
                }
                | changes
            )

        return adjust

    def test_adds_points_and_says_who_and_why(self, adjust, customer, actor):
        entry = adjust(22, at=NOW)

        entry.refresh_from_db()
        customer.refresh_from_db()
        assert (entry.kind, entry.points, entry.balance_after) == ("adjust", 22, 22)
        assert entry.reason == "Wrong customer at the till"
        assert (entry.staff_member, entry.entered_at) == (actor, NOW)
        assert customer.points_balance == 22

    def test_takes_points_off_down_to_zero(self, adjust, customer):
        adjust(22)
        adjust(-22)

        customer.refresh_from_db()
        assert customer.points_balance == _ledger(customer) == 0

    def test_refuses_to_go_below_zero(self, adjust, customer):
        adjust(5)

        with pytest.raises(NotEnoughPointsError, match="has 5 points"):
            adjust(-6)

        _assert_only(customer, 5)

    @pytest.mark.no_books_check
    def test_a_balance_below_zero_may_be_raised(self, adjust, customer):
        Customer.objects.update(points_balance=-10)

        assert adjust(4).balance_after == -6

    @pytest.mark.no_books_check
    def test_refuses_more_than_can_be_kept(self, adjust, customer):
        Customer.objects.update(points_balance=BALANCE_MAX)

        with pytest.raises(TooManyPointsError):
            adjust(1)

        assert not PointsEntry.objects.exists()

    @pytest.mark.parametrize("points", [0, 1_000_001, -1_000_001, 1.5, "3", True, None])
    def test_refuses_what_is_not_a_number_of_points(self, adjust, customer, points):
        with pytest.raises(InvalidPointsError):
            adjust(points)

        _assert_only(customer, 0)

    @pytest.mark.parametrize("reason", ["", "  \n ", "x" * 201])
    def test_refuses_without_a_usable_reason(self, adjust, customer, reason):
        with pytest.raises(ReasonNeededError):
            adjust(5, reason=reason)

        _assert_only(customer, 0)

    def test_refuses_an_inactive_customer(self, adjust, customer):
        Customer.objects.update(is_active=False)

        with pytest.raises(CustomerInactiveError, match=customer.name):
            adjust(5)

        _assert_only(customer, 0)

    def test_refuses_a_person_of_another_company(self, adjust, customer):
        with pytest.raises(NotOfThisCompanyError):
            adjust(5, actor=StaffMemberFactory())

        _assert_only(customer, 0)

    def test_a_repeat_returns_the_first(self, adjust, customer):
        uid = uuid7()

        first = adjust(5, uid=uid)
        adjust(3)
        again = adjust(5, uid=uid)

        assert again == first
        _assert_only(customer, 8)

    def test_a_repeat_is_still_known_once_the_points_are_gone(self, adjust, customer):
        uid = uuid7()
        adjust(5)
        first = adjust(-5, uid=uid)

        assert adjust(-5, uid=uid) == first

    @pytest.mark.parametrize("change", ["points", "reason", "customer", "actor"])
    def test_refuses_other_content_under_the_same_uid(
        self, adjust, customer, company, change
    ):
        other = {
            "points": 6,
            "reason": "Something else",
            "customer": CustomerFactory(company=company),
            "actor": StaffMemberFactory(company=company),
        }
        uid = uuid7()
        adjust(5, uid=uid)

        with pytest.raises(DifferentRepeatError):
            adjust(**{"points": 5, "uid": uid} | {change: other[change]})

        _assert_only(customer, 5)
        assert PointsEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    @pytest.fixture
    def adjust(self, customer, actor):
        def adjust(points, **changes):
            return partial(
                adjust_points,
                **{
                    "uid": uuid7(),
                    "customer": customer,
                    "points": points,
                    "reason": "Corrected by hand",
                    "actor": actor,
                }
                | changes,
            )

        return adjust

    def test_all_adjustments_are_in_the_balance(self, adjust, customer):
        entries = run_together(*(adjust(points) for points in range(1, 7)))

        assert sorted(entry.balance_after for entry in entries)[-1] == 21
        assert len({entry.balance_after for entry in entries}) == 6
        _assert_only(customer, 21)

    def test_the_last_points_are_taken_once(self, adjust, customer):
        adjust(10)()

        results = run_together(*(adjust(-10) for _ in range(4)))

        refused = [each for each in results if isinstance(each, NotEnoughPointsError)]
        assert len(refused) == 3
        _assert_only(customer, 0)

    def test_one_uid_adjusts_once(self, adjust, customer):
        uid = uuid7()

        first, second = run_together(adjust(5, uid=uid), adjust(5, uid=uid))

        assert first == second
        _assert_only(customer, 5)

    def test_one_uid_for_two_customers_adjusts_one(self, adjust, customer, company):
        uid, other = uuid7(), CustomerFactory(company=company)

        results = run_together(adjust(5, uid=uid), adjust(5, uid=uid, customer=other))

        assert sum(isinstance(each, DifferentRepeatError) for each in results) == 1
        assert PointsEntry.objects.count() == 1


def test_an_entry_is_never_changed_or_deleted(customer, actor):
    adjust_points(
        uid=uuid7(), customer=customer, points=5, reason="Welcome", actor=actor
    )

    for change in (
        "UPDATE customers_pointsentry SET points = 500",
        "DELETE FROM customers_pointsentry",
    ):
        with (
            pytest.raises(IntegrityError, match="permanent"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def _ledger(customer):
    return PointsEntry.objects.filter(customer=customer).aggregate(
        balance=Sum("points", default=0)
    )["balance"]


def _assert_only(customer, balance):
    """The balance is this, and the ledger says the same."""
    customer.refresh_from_db()
    assert customer.points_balance == _ledger(customer) == balance
