"""History of a customer: what was changed at a till is shown to the back office."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.customers.conftest import CASHIER
from tests.support.devices import client_at
from tests.support.factories import StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db


def test_a_phone_changed_at_a_till_shows_from_to_who_and_where(customer, company):
    till = TillFactory(outlet__company=company, name="Till 1")
    cashier = StaffMemberFactory(company=company, name="Aisha", may=CASHIER)
    owner = Client()
    owner.force_login(StaffMemberFactory(company=company, is_staff=True))

    client_at(till, cashier).post(
        reverse("customers:edit", args=[customer.uid]),
        {
            "uid": customer.uid,
            "name": customer.name,
            "code": customer.code,
            "phone": "98765432",
            "email": customer.email,
        },
    )
    page = owner.get(customer.get_absolute_url()).content.decode()
    history = reverse("admin:customers_customer_history", args=[customer.pk])
    [change] = owner.get(history).context["history"].changes

    assert f'href="{history}"' in page
    assert (change.field, change.before, change.after, change.who, change.where) == (
        *("Phone", "+6591234567", "+6598765432"),
        *("Aisha", "Till 1"),
    )


def test_who_may_not_enter_the_back_office_has_no_link_to_it(customer, cashier):
    page = cashier.get(customer.get_absolute_url()).content.decode()

    assert "/admin/" not in page
