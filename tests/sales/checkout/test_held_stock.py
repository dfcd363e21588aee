"""Held stock: a stock item that somebody holds stops only the sales of that item."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import Product, StaffMember, StockItem
from pos.stock.receive import receive_stock
from sales.models import Sale, Shift
from tests.support.devices import enrol
from tests.support.factories import (
    ProductFactory,
    ShiftFactory,
    TillFactory,
    make_sale,
)

pytestmark = pytest.mark.django_db(transaction=True)

MAY = ("sales.sell", "sales.finalize_sale", "pos.receive_stock")


@pytest.fixture
def shift() -> Shift:
    return ShiftFactory(cashier__may=MAY)


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params()) as other:
        yield other


def finalize(sale: Sale, cashier: StaffMember) -> tuple[int, str, float]:
    """Finalize over HTTP; return status, Retry-After and how long it took."""
    browser = Client(headers={"Accept": "application/json"})
    browser.force_login(cashier)
    enrol(browser, sale.till)
    tenders = [{"kind": "cash", "tendered": str(sale.total)}]
    content = json.dumps({"revision": sale.revision, "tenders": tenders})
    address = reverse("sales:finalization", args=[sale.uid])
    start = time.monotonic()
    try:
        answer = browser.post(address, content, content_type="application/json")
    finally:
        connection.close()
    took = time.monotonic() - start
    return answer.status_code, answer.headers.get("Retry-After", ""), took


def at_another_till(shift: Shift, product: Product) -> Sale:
    till = TillFactory(outlet=shift.till.outlet)
    return make_sale(ShiftFactory(till=till, cashier=shift.cashier), products=[product])


def test_a_waiter_gives_up_after_a_second_and_others_sell(shift, other):
    held, free = ProductFactory.create_batch(2, company=shift.company)
    receive_stock(
        uid=uuid7(),
        outlet=shift.till.outlet,
        quantities={held.pk: Decimal(9)},
        reason="Delivery",
        actor=shift.cashier,
    )
    item = StockItem.objects.get(product=held)
    waiting = [at_another_till(shift, held) for _ in range(3)]
    selling = at_another_till(shift, free)
    other.execute("SELECT FROM pos_stockitem WHERE id = %s FOR UPDATE", [item.pk])

    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(finalize, sale, shift.cashier) for sale in [*waiting, selling]
        ]
        *refused, sold = [answer.result(timeout=30) for answer in answers]
    other.rollback()
    again = [finalize(sale, shift.cashier) for sale in waiting]

    assert [answer[:2] for answer in refused] == [(503, "1")] * 3
    assert all(0.9 < took < 2.5 for *_, took in refused), refused
    assert sold[0] == 200
    assert [status for status, *_ in again] == [200] * 3
    item.refresh_from_db()
    assert item.on_hand == 6


def test_a_waiter_for_an_item_that_is_being_made_gives_up_too(shift, other):
    product = ProductFactory(company=shift.company)
    sale = at_another_till(shift, product)
    other.execute(
        "INSERT INTO pos_stockitem (company_id, outlet_id, product_id, on_hand, low_at)"
        " VALUES (%s, %s, %s, 0, 0)",
        [shift.company_id, shift.till.outlet_id, product.pk],
    )

    status, retry_after, took = finalize(sale, shift.cashier)

    assert (status, retry_after) == (503, "1")
    assert took < 2.5
    other.rollback()
    assert finalize(sale, shift.cashier)[0] == 200
