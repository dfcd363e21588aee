"""Customers and points in the admin."""

from http import HTTPStatus

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from customers.models import Customer, LoyaltyProgramme
from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db

ADD = "admin:customers_customer_add"
CHANGE = "admin:customers_customer_change"
LIST = "admin:customers_customer_changelist"


@pytest.fixture
def owner(company):
    return StaffMemberFactory(
        company=company,
        is_staff=True,
        may=[
            "customers.view_customer",
            "customers.add_customer",
            "customers.change_customer",
            "customers.delete_customer",
            "customers.deactivate_customer",
            "customers.adjust_points",
            "customers.view_pointsentry",
            "customers.change_loyaltyprogramme",
        ],
    )


@pytest.fixture
def office(client, owner):
    client.force_login(owner)
    return client


def typed(**changes):
    fields = ("name", "code", "phone", "email", "birthday", "address")
    return dict.fromkeys(fields, "") | {"name": "Tan Hui Min"} | changes


class TestCustomers:
    def test_a_new_one_gets_the_next_code(self, office, company, customer):
        office.post(reverse(ADD), typed(email=" HM@Example.sg", phone="8765 4321"))

        added = Customer.objects.get(name="Tan Hui Min")
        assert (added.company, added.code) == (company, "C000124")
        assert (added.email, str(added.phone)) == ("hm@example.sg", "+6587654321")

    def test_many_may_have_no_email(self, office):
        office.post(reverse(ADD), typed())
        office.post(reverse(ADD), typed())

        assert Customer.objects.filter(email=None).count() == 2

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"code": "c000123"}, "belongs to Lim Wei Jie, who is inactive"),
            (
                {"email": "Wei.Jie@example.sg"},
                "belongs to Lim Wei Jie, who is inactive",
            ),
            ({"phone": "123"}, "Enter a valid phone number"),
            ({"name": ""}, "This field is required"),
        ],
    )
    def test_says_why_not_and_writes_nothing(self, office, customer, given, words):
        Customer.objects.update(is_active=False)

        page = office.post(reverse(ADD), typed(**given))

        assert page.status_code == HTTPStatus.OK
        assert words in page.content.decode()
        assert Customer.objects.count() == 1

    def test_neither_points_nor_activity_are_typed(self, office, customer):
        office.post(
            reverse(CHANGE, args=[customer.pk]),
            typed(code="C000123", points_balance="999", is_active=""),
        )

        customer.refresh_from_db()
        assert customer.name == "Tan Hui Min"
        assert (customer.points_balance, customer.is_active) == (0, True)

    def test_keeps_its_own_code_and_email(self, office, customer):
        office.post(
            reverse(CHANGE, args=[customer.pk]),
            typed(code="c000123", email="wei.jie@example.sg"),
        )

        customer.refresh_from_db()
        assert customer.code == "c000123"

    @pytest.mark.parametrize("words", ["wei jie", "9123 4567", "4567", "lim 4567"])
    def test_finds_as_the_till_does(self, office, customer, company, words):
        CustomerFactory(company=company, name="Siti Rahmah", phone="+6588880000")

        page = office.get(reverse(LIST), {"q": words})

        assert list(page.context["cl"].queryset) == [customer]

    def test_only_the_active_can_be_chosen(self, office, customer, company):
        CustomerFactory(company=company, name="Lim Gone", is_active=False)
        CustomerFactory(name="Lim Stranger")

        answer = office.get(
            reverse("admin:autocomplete"),
            {
                "term": "lim",
                "app_label": "sales",
                "model_name": "sale",
                "field_name": "customer",
            },
        )

        chosen = [each["text"] for each in answer.json()["results"]]
        assert chosen == ["Lim Wei Jie"]

    def test_deactivates_and_restores_and_remembers_it(self, office, company):
        customers = CustomerFactory.create_batch(2, company=company)
        stranger = CustomerFactory()
        everyone = [*customers, stranger]

        for action, is_active in (
            ("deactivate_selected", False),
            ("restore_selected", True),
        ):
            office.post(
                reverse(LIST),
                {"action": action, "_selected_action": [one.pk for one in everyone]},
            )

            for customer in customers:
                customer.refresh_from_db()
                assert customer.is_active is is_active
            stranger.refresh_from_db()
            assert stranger.is_active
        changes = LogEntry.objects.order_by("pk").values_list(
            "change_message", flat=True
        )
        assert list(changes) == ["Deactivated."] * 2 + ["Restored."] * 2

    def test_never_deletes(self, office, customer):
        page = office.get(
            reverse("admin:customers_customer_delete", args=[customer.pk])
        )

        assert page.status_code == HTTPStatus.FORBIDDEN

    def test_leads_to_points_and_their_adjustment(self, office, customer):
        shown = office.get(reverse(CHANGE, args=[customer.pk])).content.decode()

        assert f"?customer={customer.pk}" in shown
        assert reverse("customers:adjustment", args=[customer.uid]) in shown


def test_the_ledger_is_for_looking(office, customer, owner):
    entry = adjust_points(
        uid=uuid7(), customer=customer, points=1200, reason="Welcome", actor=owner
    )
    address = reverse("admin:customers_pointsentry_change", args=[entry.pk])

    assert "+1,200" in office.get(address).content.decode()
    assert office.post(address, {"points": "5"}).status_code == HTTPStatus.FORBIDDEN


def test_the_programme_is_changed_here(office, company):
    programme = LoyaltyProgrammeFactory(company=company)
    address = reverse("admin:customers_loyaltyprogramme_change", args=[programme.pk])
    said = {"name": "Points", "is_active": "on"}
    said |= {"point_value": "0.10", "redeem_min": "10", "may_go_negative": "on"}

    office.post(address, said | {"amount_per_point": "0"})
    assert LoyaltyProgramme.objects.get().amount_per_point == 10

    office.post(address, said | {"amount_per_point": "5", "point_value": "0.015"})
    assert LoyaltyProgramme.objects.get().amount_per_point == 10

    office.post(address, said | {"amount_per_point": "5"})
    assert LoyaltyProgramme.objects.get().amount_per_point == 5
