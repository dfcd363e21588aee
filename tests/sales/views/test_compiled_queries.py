"""Compiled queries: a warm scan or checkout asks by SQL that is kept."""

from collections import Counter
from http import HTTPStatus

import pytest
from django.db import connection
from django.db.models.sql import compiler

from pos.core.ids import uuid7
from pos.models import Barcode, Product
from sales.models import Sale
from tests.support.factories import (
    BarcodeFactory,
    CustomerFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def compiled(monkeypatch):
    """What was compiled to SQL since, by model; a test of it sees each compiler."""
    found = Counter()

    def count(kind):
        as_sql = kind.as_sql

        def counted(self, *args, **kwargs):
            found[self.query.model.__name__] += 1
            return as_sql(self, *args, **kwargs)

        monkeypatch.setattr(kind, "as_sql", counted)

    for name in ("", "Insert", "Update", "Delete", "Aggregate"):
        count(getattr(compiler, f"SQL{name}Compiler"))
    Sale.objects.exists()
    assert found.pop("Sale") == 1
    return found


def scan(operate, uid, code, seq):
    answer = operate(uid, ("add", {"code": code}), seq=seq)
    assert answer.status_code == HTTPStatus.OK
    return answer


@pytest.mark.parametrize("kind", ["SKU", "barcode"])
def test_a_warm_scan_compiles_none(shift, kopi, operate, compiled, kind):
    uid = uuid7()
    code = kopi.sku if kind == "SKU" else BarcodeFactory(product=kopi).code
    for seq in (1, 2):
        scan(operate, uid, code, seq)
    compiled.clear()

    answer = scan(operate, uid, code, 3)

    assert answer.json()["items"] == "3"
    assert not compiled


def test_a_basket_s_first_scan_compiles_none(shift, kopi, operate, compiled):
    for _each in (1, 2):  # the second parks the first
        scan(operate, uuid7(), kopi.sku, 1)
    compiled.clear()

    scan(operate, uuid7(), kopi.sku, 1)

    assert not compiled
    assert Sale.objects.parked().count() == 2


@pytest.mark.parametrize(("kind", "statements"), [("SKU", 8), ("barcode", 7)])
def test_a_scan_takes_at_most_8_statements(  # noqa: PLR0913
    shift, kopi, operate, django_assert_num_queries, kind, statements
):
    uid = uuid7()
    code = kopi.sku if kind == "SKU" else BarcodeFactory(product=kopi).code
    for seq in (1, 2):
        scan(operate, uid, code, seq)

    # With a savepoint and its end, which are BEGIN and COMMIT where nobody waits.
    with django_assert_num_queries(statements + 2):
        scan(operate, uid, code, 3)


def pay(post, uid, revision):
    tenders = [{"kind": "cash", "tendered": "100.00"}]
    answer = post("finalization", uid, {"revision": revision, "tenders": tenders})
    assert answer.status_code == HTTPStatus.OK
    return answer


def test_a_warm_checkout_compiles_none(shift, kopi, operate, post, compiled):
    first, second = uuid7(), uuid7()
    scan(operate, first, kopi.sku, 1)
    pay(post, first, 1)
    scan(operate, second, kopi.sku, 1)
    compiled.clear()

    answer = pay(post, second, 1)

    assert "Kopi-O" in answer.json()["receipt"]
    assert not compiled


def test_a_warm_checkout_with_a_customer_compiles_none(
    shift, kopi, operate, post, compiled
):
    customer = CustomerFactory(company=shift.company)
    for _each in (1, 2):
        uid = uuid7()
        scan(operate, uid, kopi.sku, 1)
        operate(uid, ("attach_customer", {"customer": str(customer.uid)}), seq=2)
        compiled.clear()
        answer = pay(post, uid, 2)

    assert customer.name in answer.json()["receipt"]
    assert not compiled


def test_a_checkout_takes_10_statements(
    shift, kopi, operate, post, django_assert_num_queries
):
    first, second = uuid7(), uuid7()
    scan(operate, first, kopi.sku, 1)
    pay(post, first, 1)
    scan(operate, second, kopi.sku, 1)

    with django_assert_num_queries(10 + 2):
        pay(post, second, 1)


def planned_each_time():
    """How often each kept statement was planned for the very values that it got."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, custom_plans FROM pg_prepared_statements")
        return Counter(dict(cursor.fetchall()))


def fill_catalogue(company):
    """Make so many products that it costs something to look through them."""
    products = Product.objects.bulk_create(
        ProductFactory.build(company=company, sku=f"PAD-{number}")
        for number in range(1000)
    )
    Barcode.objects.bulk_create(
        Barcode(company=company, product=product, code=f"PAD{product.pk:09}")
        for product in products
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pos_product, pos_barcode")


def test_warm_scans_and_checkouts_are_not_planned_again(shift, kopi, operate, post):
    code = BarcodeFactory(product=kopi).code
    customer = CustomerFactory(company=shift.company)

    def sell():
        uid = uuid7()
        for seq in (1, 2):
            scan(operate, uid, code, seq)
        operate(uid, ("attach_customer", {"customer": str(customer.uid)}), seq=3)
        pay(post, uid, 3)

    fill_catalogue(shift.company)
    # psycopg keeps a statement at its sixth run; PostgreSQL plans the first five.
    for _each in range(12):
        sell()
    before = planned_each_time()
    assert len(before) > 20

    sell()

    assert planned_each_time() - before == Counter()
