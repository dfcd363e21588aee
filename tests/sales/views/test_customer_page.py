"""Customer page: details, points and purchases."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)

pytestmark = pytest.mark.django_db

SEES_ALL = ("customers.view_customer", "sales.view_sale")


@pytest.fixture
def shift():
    return ShiftFactory()


@pytest.fixture
def customer(shift):
    LoyaltyProgrammeFactory(company=shift.company)
    return CustomerFactory(
        company=shift.company,
        name="Lim Wei Jie",
        email="wei.jie@example.sg",
        phone="+6591234567",
    )


@pytest.fixture
def buy(shift, customer):
    """The customer buys this many things at 10.00."""

    def buy(quantity=1):
        sale = make_sale(shift, quantity=quantity, customer=customer)
        cash = TenderInput("cash", Decimal(10 * quantity))
        return finalize_sale(uid=sale.uid, tenders=[cash], actor=shift.cashier)

    return buy


@pytest.fixture
def look(client, shift, customer):
    def look(name="customer", may=SEES_ALL, of=customer, **query):
        client.force_login(StaffMemberFactory(company=shift.company, may=may))
        return client.get(reverse(f"sales:{name}", args=[of.uid]), query)

    return look


def test_shows_points_with_the_receipt_that_earned_them(look, buy):
    sale = buy(3)

    shown = look().content.decode()

    assert shown.count(sale.receipt_number) == 2
    assert reverse("sales:receipt", args=[sale.uid]) in shown
    assert "S$30.00 spent this year" in shown
    assert "+3" in shown


def test_shows_who_adjusted_points_and_why(look, customer, shift):
    adjust_points(
        uid=uuid7(),
        customer=customer,
        points=1270,
        reason="Wrong customer at the till",
        actor=shift.cashier,
    )

    shown = look().content.decode()

    assert "Wrong customer at the till" in shown
    assert shift.cashier.name in shown
    assert "1,270" in shown


def test_shows_only_finished_sales(look, shift, customer):
    make_sale(shift, customer=customer)

    assert "No purchases yet" in look().content.decode()


def test_hides_purchases_from_who_may_not_see_sales(look, buy):
    sale = buy()

    shown = look(may=["customers.view_customer"]).content.decode()

    assert "Purchases" not in shown
    assert "spent this year" not in shown
    assert reverse("sales:receipt", args=[sale.uid]) not in shown


def test_masks_phone_and_email_until_asked(look):
    shown = look().content.decode()

    assert "•••• 4567" in shown
    assert "w•••@example.sg" in shown
    assert '<span class="bare">9123 4567</span>' in shown


def test_an_inactive_customer_is_shown_as_one(look):
    Customer.objects.update(is_active=False)

    shown = look(may=(*SEES_ALL, "customers.deactivate_customer")).content.decode()

    assert "Inactive: cannot be found at the tills" in shown
    assert "Restore" in shown
    assert "Deactivate" not in shown


@pytest.mark.parametrize("name", ["customer", "customer_points", "customer_purchases"])
def test_a_stranger_is_not_there(look, name):
    assert look(name, of=CustomerFactory()).status_code == HTTPStatus.NOT_FOUND


def test_leads_to_all_points_and_purchases_where_there_are_more(look, buy, customer):
    for _ in range(7):
        buy()

    shown = look().content.decode()
    points, purchases = look("customer_points"), look("customer_purchases")

    for name, words in (
        ("customer_points", "All 7 entries"),
        ("customer_purchases", "All 7 receipts"),
    ):
        assert words in shown
        assert reverse(f"sales:{name}", args=[customer.uid]) in shown
    assert len(points.context["entries"]) == 7
    assert len(purchases.context["page"]) == 7


def test_long_lists_have_pages(look, buy, customer, shift):
    for _ in range(30):
        adjust_points(
            uid=uuid7(),
            customer=customer,
            points=1,
            reason="One more",
            actor=shift.cashier,
        )

    first = look("customer_points")
    last_key = first.context["page"].last_key
    second = look("customer_points", before=last_key)

    assert len(first.context["entries"]) == 25
    assert len(second.context["entries"]) == 5
    assert f"?before={last_key}" in first.content.decode()
    assert f"?after={second.context['page'].first_key}" in second.content.decode()


@pytest.mark.parametrize("name", ["customer", "customer_points", "customer_purchases"])
def test_takes_as_many_queries_for_twenty_sales_as_for_one(
    client, look, buy, name, django_assert_max_num_queries
):
    address = look(name).request["PATH_INFO"]
    buy()
    with django_assert_max_num_queries(12) as one:
        client.get(address)
    for _ in range(19):
        buy()
    with django_assert_max_num_queries(12) as twenty:
        client.get(address)

    assert len(one) == len(twenty)
