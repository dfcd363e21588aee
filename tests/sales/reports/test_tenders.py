"""Payment methods: what came in by each, corrections applied, and what is pending."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.models import Sale
from sales.refunds.exchange import exchange_sale
from sales.reports.report import Shape
from sales.reports.tenders import report_tenders
from tests.support.factories import make_sale
from tests.support.questions import ask, cells, totals
from tests.support.refunds import make_refund, return_lines
from tests.support.shift_figures import a_product, close, finalize, shift_at
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db

D = Decimal
DAY = "2026-03-05"
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


def sell(shift, price, *tenders, at=NOON) -> Sale:
    sale = make_sale(shift, products=[a_product(shift, price)])
    finalize(sale, shift, tenders=tenders or None, at=at)
    return Sale.objects.get(pk=sale.pk)


def pending(amount: int) -> TenderInput:
    return TenderInput("paynow", D(amount), is_pending=True)


@pytest.mark.parametrize("is_closed", [False, True])
def test_each_way_to_pay_has_what_was_taken_and_paid_back(is_closed):
    shift = shift_at("Asia/Singapore")
    sold = sell(shift, "60.00", card(60))
    sell(shift, "20.00", cash(50))
    make_refund(sold, 1, shift=shift, at=NOON)
    sell(shift, "10.00", card(10))
    if is_closed:
        close(shift)

    report = report_tenders(ask(shift.company, DAY))

    keys = ("kind", "count", "taken", "refunds", "corrected", "total", "share")
    assert cells(report, *keys) == [
        ("Cash", 1, 20, 0, 0, 20, D("66.7")),
        ("Card", 2, 70, -60, 0, 10, D("33.3")),
    ]
    assert totals(report, *keys[1:]) == (3, 90, -60, 0, 30, 100)
    assert report.has_tie
    assert report.chart is not None
    assert report.chart.shape == Shape.PARTS


def test_an_exchange_that_cancels_out_is_not_shown():
    """Edge case 5: cash 5.00 only."""
    shift = shift_at("Asia/Singapore")
    sold = sell(shift, "20.00", cash(20), at=datetime(2026, 3, 4, 4, tzinfo=UTC))
    bought = make_sale(shift, products=[a_product(shift, "25.00")])
    exchange_sale(
        refund_uid=uuid7(),
        original=sold.uid,
        lines=return_lines(sold, 1),
        sale_uid=bought.uid,
        tenders=[cash(5)],
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
        at=NOON,
    )

    report = report_tenders(ask(shift.company, DAY))

    assert cells(report, "kind", "taken", "refunds", "total") == [("Cash", 5, 0, 5)]
    assert totals(report, "taken", "total") == (5, 5)
    assert report.tables[0].totals is not None
    # The receipts of what is taken have the exchange as well.
    assert {*report.tables[0].totals.links} == {"total"}


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_correction_moves_money_between_kinds(is_closed):
    """Edge case 14."""
    shift = shift_at("Asia/Singapore")
    sold = sell(shift, "30.00", card(30))
    correct_tender(
        uid=uuid7(),
        tender=sold.tenders.get(),
        kind="paynow",
        reference="PN-1",
        reason="Wrong button",
        actor=shift.cashier,
    )
    if is_closed:
        close(shift)

    report = report_tenders(ask(shift.company, DAY))

    assert cells(report, "kind", "count", "taken", "corrected", "total") == [
        ("PayNow", 0, 0, 30, 30),
        ("Card", 1, 30, -30, 0),
    ]
    assert totals(report, "taken", "corrected", "total") == (30, 0, 30)


def test_what_nobody_has_seen_arrive_is_pending():
    shift = shift_at("Asia/Singapore", code="A")
    seen = sell(shift, "30.00", pending(30))
    sell(shift, "12.00", pending(12))
    sell(shift, "5.00", card(5))
    confirm_tender(
        uid=uuid7(),
        tender=seen.tenders.get(),
        reference="BANK-1",
        actor=shift.cashier,
    )
    other = shift_at("Asia/Singapore", company=shift.company, code="B")
    sell(other, "7.00", pending(7))

    report = report_tenders(ask(shift.company, DAY, outlet="A"))

    assert cells(report, "kind", "total", "pending") == [
        ("PayNow", 42, 12),
        ("Card", 5, None),
    ]
    assert totals(report, "pending") == (12,)
    assert totals(report_tenders(ask(shift.company, DAY)), "pending") == (19,)


def test_a_sale_with_three_tenders_is_in_three_rows():
    """Edge case 21."""
    shift = shift_at("Asia/Singapore")
    sell(shift, "50.00", card(20), paynow(20), cash(10))

    report = report_tenders(ask(shift.company, DAY))

    assert sorted(cells(report, "kind", "count", "total")) == [
        ("Card", 1, 20),
        ("Cash", 1, 10),
        ("PayNow", 1, 20),
    ]


def test_a_cell_opens_the_receipts_of_its_kind():
    shift = shift_at("Asia/Singapore")
    sell(shift, "5.00", card(5))

    table = report_tenders(ask(shift.company, DAY)).tables[0]

    assert table.rows[0].links["corrected"] == {
        "from": DAY,
        "to": DAY,
        "tender": "card",
        "figure": "corrected",
    }
    assert "pending" not in table.rows[0].links
    assert table.totals is not None
    assert table.totals.links["taken"]["of"] == "tenders"
