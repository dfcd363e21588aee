"""Cashier over HTTP: a signed-in client at a till with an open shift."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse
from django.views.debug import ExceptionReporter

from pos.core.ids import uuid7
from tests.support.devices import client_at
from tests.support.factories import (
    BarcodeFactory,
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

CASHIER = (
    "sales.sell",
    "sales.finalize_sale",
    "sales.open_shift",
    "sales.close_shift",
    "sales.move_cash",
    "sales.view_zreport",
    "sales.view_sale",
    "sales.refund_sale",
)


@pytest.fixture
def company():
    company = CompanyFactory(name="Seng Poh Provisions")
    LoyaltyProgrammeFactory(company=company)
    return company


@pytest.fixture
def till(company):
    outlet = OutletFactory(company=company, name="Seng Poh Road")
    return TillFactory(outlet=outlet, code="2", name="Till 2")


@pytest.fixture
def staff(company):
    return StaffMemberFactory(company=company, name="Mei Ling", may=CASHIER)


@pytest.fixture
def supervisor(company):
    member = StaffMemberFactory(
        company=company,
        name="Hafiz",
        username="hafiz",
        may=("sales.refund_sale", "sales.approve_refund", "sales.view_sale"),
    )
    member.set_password("kaya-toast-set")
    member.save(update_fields=["password"])
    return member


@pytest.fixture
def client(staff, till):
    return client_at(till, staff)


@pytest.fixture
def shift(till, staff):
    return ShiftFactory(till=till, cashier=staff)


@pytest.fixture
def kopi(company):
    product = ProductFactory(
        company=company, sku="118", name="Kopi-O Bags 20s", price=Decimal("5.50")
    )
    BarcodeFactory(product=product, code="8888123450127")
    return product


@pytest.fixture
def customer(company):
    return CustomerFactory(company=company, name="Lim Wei Jie", phone="+6591234567")


@pytest.fixture
def post(client):
    """Post JSON as the till's code does; answers are JSON."""

    def post(name, uid, content, *, part=None, client=client):
        return client.post(
            reverse(f"sales:{name}", args=[uid, part] if part else [uid]),
            json.dumps(content),
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    return post


@pytest.fixture
def error_report(client, caplog):
    """What is reported of the one request that broke, as text and as a page."""
    client.raise_request_exception = False

    def error_report() -> str:
        [record] = [record for record in caplog.records if record.exc_info]
        report = ExceptionReporter(record.request, *record.exc_info)
        return report.get_traceback_text() + report.get_traceback_html() + caplog.text

    return error_report


@pytest.fixture
def operate(post):
    """Send operations of (type, payload), numbered from ``seq``."""

    def operate(uid, *operations, seq=1):
        rows = [
            {"id": str(uuid7()), "seq": seq + i, "type": kind, "payload": payload}
            for i, (kind, payload) in enumerate(operations)
        ]
        return post("operations", uid, {"operations": rows})

    return operate


@pytest.fixture
def basket(shift, kopi, customer, operate):
    """The answer to two packets of kopi and a customer: 11.00 to pay."""
    return operate(
        uuid7(),
        ("add", {"code": "8888123450127", "quantity": "2"}),
        ("attach_customer", {"customer": str(customer.uid)}),
    ).json()
