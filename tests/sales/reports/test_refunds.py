"""Refunds and voids: the documents, the newest first."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from pos.models.staff import USES_EVERY_OUTLET
from sales.basket.void import void_sale
from sales.refunds.exchange import exchange_sale
from sales.reports.refunds import report_refunds
from tests.support.factories import StaffMemberFactory, make_sale
from tests.support.questions import ask, cells, keys_of, sell_at, totals
from tests.support.refunds import make_refund, return_lines
from tests.support.shift_figures import a_product, close, finalize, shift_at

pytestmark = pytest.mark.django_db

D = Decimal
NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore")


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_refund_names_its_original_and_how_it_was_paid_back(shift, is_closed):
    sold = sell_at(shift, "10.00", "2026-03-05T04:00Z")
    refund = make_refund(sold, 1, shift=shift, at=NOON, reason="Too large")
    if is_closed:
        close(shift)

    report = report_refunds(ask(shift.company, "2026-03-09"))

    keys = ("date", "number", "original", "days_since", "total", "reason")
    assert cells(report, *keys) == [
        (
            *(date(2026, 3, 9), refund.receipt_number, sold.receipt_number, 4),
            *(-10, "Too large"),
        )
    ]
    assert cells(report, "cashier", "approver", "restocked", "paid_back") == [
        (shift.cashier.name, None, "yes", "Card")
    ]
    assert totals(report, "number", "total") == ("1", -10)


def test_people_are_named_to_who_may_see_figures_of_staff(shift):
    sold = sell_at(shift, "10.00", "2026-03-05T04:00Z")
    make_refund(sold, 1, shift=shift, at=NOON)
    may = ("sales.view_reports", USES_EVERY_OUTLET)
    reader = StaffMemberFactory(company=shift.company, may=may)

    shown = report_refunds(ask(shift.company, "2026-03-09"))
    hidden = report_refunds(ask(shift.company, "2026-03-09", person=reader))

    people = {"cashier", "approver", "person"}
    for place in range(2):
        assert {*keys_of(shown, place)} & people
        assert not {*keys_of(hidden, place)} & people
    assert shift.cashier.name not in str(hidden)


def test_what_went_back_in_stock_is_said_of_all_its_lines(shift):
    products = [a_product(shift, "10.00") for _ in range(2)]
    sale = make_sale(shift, products=products)
    finalize(sale, shift, at=datetime(2026, 3, 5, 4, tzinfo=UTC))
    sale.refresh_from_db()
    whole = return_lines(sale, 1, 1)
    written_off = return_lines(sale, 1, 1, is_restocked=False)
    make_refund(sale, shift=shift, at=NOON, lines=[whole[0], written_off[1]])
    other = sell_at(shift, "5.00", "2026-03-05T04:00Z")
    back = return_lines(other, 1, is_restocked=False)
    make_refund(other, shift=shift, at=NOON, lines=back)

    report = report_refunds(ask(shift.company, "2026-03-09"))

    assert cells(report, "total", "restocked") == [(-5, "no"), (-20, "in part")]


def test_an_exchange_is_paid_back_by_what_was_bought(shift):
    sold = sell_at(shift, "20.00", "2026-03-05T04:00Z")
    bought = make_sale(shift, products=[a_product(shift, "15.00")])
    exchange_sale(
        refund_uid=uuid7(),
        original=sold.uid,
        lines=return_lines(sold, 1),
        sale_uid=bought.uid,
        tenders=[],
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
        at=NOON,
    )

    report = report_refunds(ask(shift.company, "2026-03-09"))

    assert cells(report, "total", "paid_back") == [(-20, "Card, Exchange")]


def test_voids_are_beside_them_by_the_outlets_clock(shift):
    """Edge case 15, on either side of midnight in Singapore."""
    for hour in (15, 16):
        at = datetime(2026, 3, 9, hour, 30, tzinfo=UTC)
        given_up = make_sale(shift, lines=4, at=at)
        void_sale(uid=given_up.uid, reason="Left", actor=shift.cashier, at=at)

    report = report_refunds(ask(shift.company, "2026-03-09"))

    assert not report.tables[0].rows
    keys = ("date", "till", "total", "reason", "cashier", "person")
    name = shift.cashier.name
    assert cells(report, *keys, table=1) == [
        (date(2026, 3, 9), shift.till.name, 40, "Left", name, name)
    ]
    assert totals(report, "till", "total", table=1) == ("1", 40)


def test_the_sums_are_of_all_documents_where_some_are_left_out(shift):
    for price in ("1.00", "2.00", "3.00"):
        sold = sell_at(shift, price, "2026-03-05T04:00Z")
        make_refund(sold, 1, shift=shift, at=NOON)

    report = report_refunds(replace(ask(shift.company, "2026-03-09"), rows_max=2))

    assert report.tables[0].left_out == 1
    assert report.tables[1].left_out == 0
    assert cells(report, "total") == [(-3,), (-2,)]
    assert totals(report, "number", "total") == ("3", -6)
    assert report.notes == ["These are the newest 2. The sums are of all of them."]
