"""Tax by code and rate: sales and refunds apart, as they are on the receipts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pos.models import TaxRate
from sales.reports.every import REPORTS
from sales.reports.taxes import report_taxes
from tests.support.factories import make_sale
from tests.support.questions import ask, cells, sell_at, totals
from tests.support.refunds import make_refund
from tests.support.shift_figures import (
    a_product,
    close,
    finalize,
    shift_at,
    taxed_shift,
)

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_refund_has_the_rate_of_its_sale(is_closed):
    """Edge case 6: sold at 8 %, refunded under 9 %."""
    shift = taxed_shift(rate="0.08")
    sold = sell_at(shift, "10.80", "2026-03-05T04:00Z")
    TaxRate.objects.create(
        company=shift.company,
        tax_code="SR",
        rate=D("0.09"),
        valid_from=date(2026, 3, 6),
    )
    sell_at(shift, "10.90", "2026-03-06T04:00Z")
    make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 6, 4, tzinfo=UTC))
    if is_closed:
        close(shift)

    report = report_taxes(ask(shift.company, "2026-03-06"))

    sold_keys = ("sold_net", "sold_tax", "sold_total")
    refunded = ("refunded_net", "refunded_tax", "refunded_total")
    assert cells(report, "name", *sold_keys) == [
        ("SR 9 %", 10, D("0.90"), D("10.90")),
        ("SR 8 %", 0, 0, 0),
    ]
    assert cells(report, "rate", *refunded) == [
        (9, 0, 0, 0),
        (8, -10, D("-0.80"), D("-10.80")),
    ]
    assert totals(report, "net", "tax", "total") == (0, D("0.10"), D("0.10"))
    assert report.has_tie


def test_goods_of_every_code_are_apart():
    """Edge case 9, but for the gift card."""
    shift = taxed_shift()
    prices = {"SR": "109.00", "ZR": "20.00", "ES33": "30.00", "OS": "5.00"}
    goods = [a_product(shift, price, tax_code=code) for code, price in prices.items()]
    sale = make_sale(shift, products=goods)
    finalize(sale, shift, at=datetime(2026, 3, 5, 4, tzinfo=UTC))

    report = report_taxes(ask(shift.company, "2026-03-05", sort="name"))

    assert cells(report, "name", "net", "tax", "total") == [
        ("ES33 0 %", 30, 0, 30),
        ("OS 0 %", 5, 0, 5),
        ("SR 9 %", 100, 9, 109),
        ("ZR 0 %", 20, 0, 20),
    ]
    assert totals(report, "net", "tax", "total") == (155, 9, 164)


@pytest.mark.parametrize(
    "count", [10, pytest.param(1_000, marks=pytest.mark.exhaustive)]
)
def test_tax_is_that_of_the_receipts_and_not_of_their_sum(count):
    """Edge case 8: of 1,000.00 at once it would be 82.57."""
    shift = taxed_shift()
    candy = a_product(shift, "1.00")
    for _ in range(count):
        at = datetime(2026, 3, 5, 4, tzinfo=UTC)
        finalize(make_sale(shift, products=[candy]), shift, at=at)
    close(shift)

    report = report_taxes(ask(shift.company, "2026-03-05"))

    expected = (D("0.92") * count, D("0.08") * count, count)
    assert totals(report, "net", "tax", "total") == expected


def test_a_shift_that_closes_late_changes_a_period_by_what_was_sold_late():
    """Edge case 26: the last sale of a quarter comes after its report was read."""
    shift = taxed_shift(time_zone="UTC")
    quarter = ("2026-01-01", "2026-03-31")
    sell_at(shift, "109.00", "2026-03-31T12:00Z")
    before = report_taxes(ask(shift.company, *quarter))
    sell_at(shift, "10.90", "2026-03-31T23:59Z")
    sell_at(shift, "21.80", "2026-04-01T00:01Z")
    open_still = report_taxes(ask(shift.company, *quarter))
    close(shift)
    closed = report_taxes(ask(shift.company, *quarter))

    assert totals(before, "net", "tax", "total") == (100, 9, 109)
    late = (110, D("9.90"), D("119.90"))
    assert totals(open_still, "net", "tax", "total") == late
    assert totals(closed, "net", "tax", "total") == late
    assert cells(closed, "name", "tax") == [("SR 9 %", D("9.90"))]


def test_a_cell_opens_the_receipts_of_its_rate_and_kind():
    shift = taxed_shift()
    sell_at(shift, "10.90", "2026-03-05T04:00Z")

    table = report_taxes(ask(shift.company, "2026-03-05")).tables[0]
    links = table.rows[0].links

    assert links["refunded_tax"] == {
        "from": "2026-03-05",
        "to": "2026-03-05",
        "tax": "SR",
        "rate": "0.09",
        "kind": "refund",
        "figure": "tax",
    }
    assert "kind" not in links["total"]
    assert table.totals is not None
    assert table.totals.links["sold_net"]["of"] == "taxes"


def test_nothing_is_said_of_tax_where_the_company_is_not_registered():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-05T04:00Z")

    report = report_taxes(ask(shift.company, "2026-03-05"))

    assert report.is_empty
    words = f"{report.title} {report.sentence} {report.notes}".lower()
    assert "tax" not in words
    assert "gst" not in words
    assert [kind.name for kind in REPORTS.values() if kind.is_of_tax] == ["taxes"]
