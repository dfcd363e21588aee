"""How many SQL statements the one request takes that refunds goods."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.core.ids import uuid7
from sales.models import Sale
from tests.support.devices import client_at
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
    StaffMemberFactory,
)
from tests.support.refunds import sell_products
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def shift():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


@pytest.fixture
def client(shift):
    return client_at(shift.till, StaffMemberFactory(company=shift.company, may=MAY))


MAY = ("sales.sell", "sales.view_sale", "sales.refund_sale")


def fields_of(sale: Sale, **more: str) -> dict[str, object]:
    """The fields of the form, with every line ticked."""
    lines = list(sale.lines.all())
    fields: dict[str, object] = {
        "uid": str(uuid7()),
        "reason": "unwanted",
        "kind": "",
        "line": [str(line.uid) for line in lines],
    }
    return fields | {f"quantity-{line.uid}": "1" for line in lines} | more


@pytest.mark.parametrize("lines", [1, 20])
@pytest.mark.parametrize(
    ("tender", "more"),
    [(cash, {}), (card, {}), (card, {"reference": "056012"})],
    ids=["cash", "card", "card with reference"],
)
def test_takes_twenty_two_for_any_receipt(client, shift, lines, tender, more):
    """One more in cash, which the drawer must hold."""
    sold = partial(
        sell_products,
        shift,
        lines=lines,
        tenders=[tender(10 * lines)],
        customer=CustomerFactory(company=shift.company),
    )
    first, sale = sold(), sold()
    address = "sales:refunds"
    client.post(reverse(address, args=[first.uid]), fields_of(first), headers=SCRIPT)
    fields = fields_of(sale, **more)

    with CaptureQueriesContext(connection) as queries:
        answer = client.post(reverse(address, args=[sale.uid]), fields, headers=SCRIPT)

    assert answer["HX-Redirect"]
    assert len(queries) == 22 + (tender is cash)
