from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos.core.ids import uuid7
from pos.models import StockItem, StockMovement
from pos.stock.errors import OutOfStockError
from pos.stock.issue import Issue, issue_stock
from pos.stock.receive import receive_stock
from tests.support.books import assert_no_writes, find_failed_checks
from tests.support.concurrency import run_together
from tests.support.factories import OutletFactory, ProductFactory, StaffMemberFactory

# Tested by itself, a part of a sale without its sale.
pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def actor(outlet):
    return StaffMemberFactory(company=outlet.company)


@pytest.fixture
def issue(outlet, actor):
    """Take (product, quantity) pairs off stock, line by line."""

    @transaction.atomic  # the caller's: a refusal rolls all of it back
    def issue(*taken, at=outlet):
        issue_stock(
            outlet=at,
            issues=[
                Issue(line, product, Decimal(quantity))
                for line, (product, quantity) in enumerate(taken, start=1)
            ],
            source=uuid7(),
            actor=actor,
            at=NOON,
        )

    return issue


@pytest.fixture
def receive(outlet, actor):
    def receive(product, quantity):
        receive_stock(
            uid=uuid7(),
            outlet=outlet,
            quantities={product.pk: Decimal(quantity)},
            reason="",
            actor=actor,
        )

    return receive


def on_hand(product) -> Decimal:
    return StockItem.objects.get(product=product).on_hand


def test_moves_what_is_on_hand_and_says_so_in_the_ledger(outlet, issue, receive, actor):
    product = ProductFactory(company=outlet.company)
    receive(product, 10)

    issue((product, "3"), (product, "4"))

    moved = StockMovement.objects.filter(kind="sale").order_by("source_line")
    assert on_hand(product) == 3
    assert [(m.source_line, m.quantity) for m in moved] == [(1, -3), (2, -4)]
    assert {(m.staff_member, m.moved_at, m.reason) for m in moved} == {
        (actor, NOON, "")
    }


def test_passes_over_what_is_not_counted(outlet, issue):
    service = ProductFactory(company=outlet.company, is_tracked=False)

    with assert_no_writes(), CaptureQueriesContext(connection) as queries:
        issue((service, 1))

    assert not [q for q in queries if "pos_stock" in q["sql"] and "FOR NO" in q["sql"]]


def test_begins_at_zero_what_was_never_there(outlet, issue):
    product = ProductFactory(company=outlet.company)

    issue((product, "2.5"))

    assert on_hand(product) == Decimal("-2.5")


def test_refuses_what_is_not_there_and_takes_nothing_else(outlet, issue, receive):
    plenty, scarce = (
        ProductFactory(company=outlet.company),
        ProductFactory(company=outlet.company, unit="kg", when_out="refuse"),
    )
    receive(plenty, 10)
    receive(scarce, "1.500")

    with assert_no_writes(), pytest.raises(OutOfStockError) as refused:
        issue((plenty, 1), (scarce, "1.501"))

    assert str(refused.value) == f"Only 1.5 left of {scarce}."


def test_says_that_none_are_left_where_the_books_are_below_zero(outlet, issue):
    product = ProductFactory(company=outlet.company)
    issue((product, 3))
    product.when_out = "refuse"

    with pytest.raises(OutOfStockError, match="Only 0 left"):
        issue((product, 1))


def test_takes_each_outlets_own(outlet, issue, receive):
    product = ProductFactory(company=outlet.company)
    receive(product, 5)
    other = OutletFactory(company=outlet.company)

    issue((product, 2), at=other)

    assert StockItem.objects.get(outlet=other).on_hand == -2
    assert StockItem.objects.get(outlet=outlet).on_hand == 5


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(1, 5000).map(lambda n: Decimal(n).scaleb(-3))
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_taken_is_the_sum_of_the_movements(outlet, issue, taken):
    products = ProductFactory.create_batch(4, company=outlet.company, unit="kg")

    issue(*[(products[place], quantity) for place, quantity in taken])

    for place, product in enumerate(products):
        wanted = sum(quantity for at, quantity in taken if at == place)
        items = StockItem.objects.filter(product=product)
        assert sum(item.on_hand for item in items) == -wanted
    assert find_failed_checks("I12", "I61") == []


@pytest.mark.django_db(transaction=True)
def test_the_first_movement_of_a_product_at_six_tills_makes_one_item(outlet, issue):
    for _ in range(4):
        product = ProductFactory(company=outlet.company)

        run_together(*[partial(issue, (product, 1))] * 6)

        assert on_hand(product) == -6
