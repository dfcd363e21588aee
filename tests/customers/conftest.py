"""Staff: clients of signed-in people who look after customers."""

import pytest
from django.test import Client

from tests.support.factories import CompanyFactory, CustomerFactory, StaffMemberFactory

CASHIER = (
    "customers.view_customer",
    "customers.add_customer",
    "customers.change_customer",
    "sales.view_sale",
)
SUPERVISOR = (*CASHIER, "customers.deactivate_customer", "customers.adjust_points")


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def sign_in(company):
    """Return a client whose person has these permissions."""

    def sign_in(*may):
        client = Client()
        client.force_login(StaffMemberFactory(company=company, may=may))
        return client

    return sign_in


@pytest.fixture
def cashier(sign_in):
    return sign_in(*CASHIER)


@pytest.fixture
def supervisor(sign_in):
    return sign_in(*SUPERVISOR)


@pytest.fixture
def customer(company):
    return CustomerFactory(
        company=company,
        code="C000123",
        name="Lim Wei Jie",
        email="wei.jie@example.sg",
        phone="+6591234567",
    )
