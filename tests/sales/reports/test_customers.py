"""Sales by customer: the best, everybody else, and what nobody known bought."""

from datetime import UTC, date, datetime

import pytest

from sales.models import Sale
from sales.reports import customers as module
from sales.reports.customers import report_customers
from tests.support.factories import CustomerFactory, make_sale
from tests.support.questions import ask, cells, totals
from tests.support.refunds import adjust_balance, make_refund
from tests.support.shift_figures import a_product, close, finalize, shift_at

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore", code="A")


def sell(shift, price: str, customer=None, at=NOON) -> Sale:
    sale = make_sale(shift, products=[a_product(shift, price)], customer=customer)
    finalize(sale, shift, at=at)
    return Sale.objects.get(pk=sale.pk)


@pytest.mark.parametrize("is_closed", [False, True])
def test_who_bought_most_is_first_and_the_rest_is_there(shift, is_closed, monkeypatch):
    monkeypatch.setattr(module, "BEST", 2)
    people = {
        name: CustomerFactory(company=shift.company, name=name, code=name)
        for name in ("Ann", "Ben", "Cy", "Di")
    }
    for price, name in (
        ("5.00", "Cy"),
        ("9.00", "Ann"),
        ("7.00", "Ben"),
        ("1.00", "Di"),
    ):
        sell(shift, price, people[name])
    sell(shift, "30.00")
    if is_closed:
        close(shift)

    report = report_customers(ask(shift.company, "2026-03-05"))

    assert cells(report, "name", "receipts", "total") == [
        ("Ann", 1, 9),
        ("Ben", 1, 7),
        ("no customer", 1, 30),
        ("2 others", 2, 6),
    ]
    assert totals(report, "receipts", "total") == (5, 52)


def test_one_other_is_one(shift, monkeypatch):
    monkeypatch.setattr(module, "BEST", 1)
    for price in ("9.00", "7.00"):
        sell(shift, price, CustomerFactory(company=shift.company, name=price))

    report = report_customers(ask(shift.company, "2026-03-05"))

    assert cells(report, "name") == [("9.00",), ("1 other",)]


def test_a_refund_is_taken_off_and_a_visit_is_not_one_of_before(shift):
    ann = CustomerFactory(company=shift.company, name="Ann")
    sold = sell(shift, "9.00", ann, at=datetime(2026, 3, 4, 4, tzinfo=UTC))
    sell(shift, "4.00", ann)
    make_refund(sold, 1, shift=shift, at=NOON)

    report = report_customers(ask(shift.company, "2026-03-05"))

    keys = ("receipts", "total", "refunds", "last_visit", "visits")
    assert cells(report, *keys) == [(1, -5, -9, date(2026, 3, 5), "returning")]


def test_who_never_bought_before_is_new_at_the_outlets_asked_for(shift):
    ann = CustomerFactory(company=shift.company, name="Ann")
    other = shift_at("Asia/Singapore", company=shift.company, code="B")
    sell(shift, "9.00", ann, at=datetime(2026, 3, 4, 4, tzinfo=UTC))
    sell(other, "9.00", ann)

    here = report_customers(ask(shift.company, "2026-03-05", outlet="B"))
    both = report_customers(ask(shift.company, "2026-03-05"))

    assert (cells(here, "visits"), cells(both, "visits")) == (
        [("new",)],
        [("returning",)],
    )


def test_points_are_those_of_now(shift):
    ann = CustomerFactory(company=shift.company, name="Ann")
    sell(shift, "9.00", ann)
    adjust_balance(ann, 7, shift.cashier)
    ann.refresh_from_db()

    report = report_customers(ask(shift.company, "2026-03-05"))

    assert cells(report, "points_balance") == [(ann.points_balance,)]


def test_the_rest_stays_last_however_the_rows_are_sorted(shift):
    people = [CustomerFactory(company=shift.company, name=name) for name in "AB"]
    for customer in (*people, None):
        sell(shift, "2.00", customer)

    report = report_customers(ask(shift.company, "2026-03-05", sort="-name"))

    assert [name for (name,) in cells(report, "name")] == ["B", "A", "no customer"]


def test_a_cell_opens_the_receipts_of_its_customer(shift):
    ann = CustomerFactory(company=shift.company)
    for customer in (ann, None):
        sell(shift, "2.00", customer)

    table = report_customers(ask(shift.company, "2026-03-05")).tables[0]

    assert table.rows[0].links["refunds"]["customer"] == str(ann.uid)
    assert table.rows[1].links["total"]["customer"] == "none"
    assert table.totals is not None
    assert table.totals.links["total"]["of"] == "customers"
